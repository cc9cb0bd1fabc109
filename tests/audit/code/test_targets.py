"""A target is a path, or else the package of that name that Python would import."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sglang_envctl.audit.code.files import TargetError, installed, locate, release_of


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path, with a package, a module and two halves of a namespace."""
    for folder in ("one/envctl_pkg", "one/envctl_half/a", "two/envctl_half/b"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "one/envctl_pkg/__init__.py").write_text("raise SystemExit", "utf-8")
    (tmp_path / "one/envctl_mod.py").write_text("raise SystemExit", "utf-8")
    for folder in ("one", "two"):
        monkeypatch.syspath_prepend(str(tmp_path / folder))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_package_is_found_and_not_imported(site: Path) -> None:
    assert locate("envctl_pkg") == locate("envctl-pkg") == site / "one" / "envctl_pkg"
    assert locate("envctl_mod") == site / "one" / "envctl_mod.py"
    assert not {"envctl_pkg", "envctl_mod"} & sys.modules.keys()


def test_a_path_goes_before_a_package(site: Path) -> None:
    (site / "envctl_pkg").mkdir()

    assert locate("envctl_pkg") == Path("envctl_pkg")
    assert installed("envctl_pkg") == site / "one" / "envctl_pkg"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("envctl_half", "is spread over 2 directories"),
        ("envctl_nowhere", "is neither a path nor a package"),
        ("", "is neither a path nor a package"),
        ("__main__", "is neither a path nor a package"),
        ("sys", "has no Python code to read"),
    ],
)
def test_what_is_no_target_is_refused(
    site: Path, target: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Started by `python -m`, the main module has a place; by a script, it has none.
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)
    with pytest.raises(TargetError, match=reason):
        locate(target)


@pytest.mark.parametrize(
    ("path", "beside", "release"),
    [
        ("acme-1.2.3.post1-py3-none-any.whl", "", "1.2.3.post1"),
        ("acme-1.2-cp311-cp311-manylinux_2_34_x86_64.whl", "", "1.2"),
        ("acme", "acme-1.2.3.dist-info", "1.2.3"),
        ("acme_gateway", "acme-gateway-2.0rc1-py3.11.egg-info", "2.0rc1"),
        ("acme_gateway.py", "Acme_Gateway-0.1.dist-info", "0.1"),
        ("acme", "acme-tools-1.2.3.dist-info", None),
        ("acme", "", None),
        ("missing/acme", "", None),
    ],
)
def test_release(tmp_path: Path, path: str, beside: str, release: str | None) -> None:
    if beside:
        (tmp_path / beside).mkdir()

    assert release_of(tmp_path / path) == release
