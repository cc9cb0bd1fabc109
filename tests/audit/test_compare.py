"""What counts as a difference between documents and code, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from sglang_envctl.audit import audit
from sglang_envctl.audit.compare import Comparison, compare
from sglang_envctl.audit.facts import Audit
from sglang_envctl.registry import load
from sglang_envctl.sources.registry_file import read

FL = """
import os
def on(name, default="1"):
    return os.environ.get(name, default).strip().lower() in ("1", "true", "yes")
A = on("USE_FLAGGEMS")
"""


def package(folder: Path, code: str, name: str = "acme") -> Audit:
    """The audit of a package with one module."""
    target = folder / name
    target.mkdir()
    (target / "__init__.py").write_text("", "utf-8")
    (target / "settings.py").write_text(f"import os\n{code}\n", "utf-8")
    return audit(target)


def compared(folder: Path, code: str, declared: str = "", owner: str = "acme") -> Comparison:
    """A package of that code against the registry with `ACME_X` declared so."""
    file = folder / "acme.toml"
    file.write_text(f'[[variable]]\nname = "ACME_X"\nowner = "{owner}"\n{declared}\n', "utf-8")
    return compare(package(folder, code), load().extended(read(str(file))))


@pytest.mark.parametrize(
    ("code", "declared", "differs"),
    [
        ('int(os.environ.get("ACME_X", "8"))', 'type = "int"\ndefault = "8"', False),
        ('int(os.environ.get("ACME_X", "8"))', 'type = "int"\ndefault = "08"', False),
        ('int(os.environ.get("ACME_X", "8"))', 'type = "int"\ndefault = "9"', True),
        ('int(os.environ.get("ACME_X", 8))', 'type = "int"\ndefault = "8"', False),
        ('os.environ.get("ACME_X", "a")', 'default = "a"', False),
        ('os.environ.get("ACME_X", "INFO")', 'default = "info"', False),
        ('os.environ.get("ACME_X", "a")', 'default = "b"', True),
        ('os.environ.get("ACME_X")', 'default = "b"', True),
        ('os.environ.get("ACME_X")', "", False),
        ('os.environ.get("ACME_X", "")', "", False),
        ('os.environ.get("ACME_X", "a")', "", True),
        ('os.environ.get("ACME_X", "0").lower() in ("1", "true")', 'default = "false"', False),
        ('os.environ.get("ACME_X", "0").lower() in ("1", "true")', 'default = "true"', True),
        ('os.environ.get("ACME_X", "0") == "1"', "", False),
        ('os.environ.get("ACME_X", "a,b").split(",")', 'default = "a,b"', False),
        ('os.environ.get("ACME_X", os.getcwd())', 'default = "/srv"', False),
    ],
)
def test_defaults_are_compared_by_meaning(
    tmp_path: Path, code: str, declared: str, differs: bool
) -> None:
    found = compared(tmp_path, f"x = {code}", declared)

    assert [item.variable.name for item in found.differing] == ["ACME_X"] * differs
    assert (found.unread, found.undocumented) == ((), ())


@pytest.mark.parametrize("owner", ["user", "acme_client", "sglang"])
def test_a_package_need_not_read_what_others_own(tmp_path: Path, owner: str) -> None:
    assert compared(tmp_path, "", owner=owner) == Comparison()


def test_what_its_owner_does_not_read_is_told_with_its_replacement(tmp_path: Path) -> None:
    (item,) = compared(tmp_path, "", 'replaced_by = "--x"').unread

    assert (item.variable.name, item.instead) == ("ACME_X", "--x")


def test_the_code_may_know_the_replacement_itself(tmp_path: Path) -> None:
    code = """
import warnings
if "ACME_X" in os.environ:
    warnings.warn("ACME_X is deprecated, use ACME_Y")
    os.environ["ACME_Y"] = os.environ["ACME_X"]
"""
    (item,) = compared(tmp_path, code).unread

    assert (item.variable.name, item.instead) == ("ACME_X", "ACME_Y")


def test_tests_alone_neither_read_nor_need_documents(tmp_path: Path) -> None:
    folder = tmp_path / "acme" / "tests"
    folder.mkdir(parents=True)
    (tmp_path / "acme" / "__init__.py").write_text("", "utf-8")
    reads = "import os\nos.getenv('SGLANG_USE_MLX')\nos.getenv('ACME_TEST')\n"
    (folder / "test_a.py").write_text(reads, "utf-8")

    assert compare(audit(tmp_path / "acme"), load()) == Comparison()


def test_sglang_owns_the_variables_of_its_diffusion_server_too(tmp_path: Path) -> None:
    found = compare(package(tmp_path, "", "sglang"), load())

    assert {v.variable.owner for v in found.unread} == {"sglang", "sglang-diffusion"}


@pytest.mark.parametrize("place", ["", "src", "a/b"])
def test_a_package_is_known_wherever_it_stands(tmp_path: Path, place: str) -> None:
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    package(tmp_path / place, FL, "sglang_fl")
    found = compare(audit(tmp_path), load())

    assert {item.variable.owner for item in found.unread} == {"sglang_fl"}
    assert "USE_FLAGGEMS" not in {item.variable.name for item in found.unread}
