"""The release that an environment is checked against, and why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sglang_envctl import releases
from sglang_envctl.releases import RELEASES, choose
from sglang_envctl.releases.choose import choose_release, installed
from tests.tables import table

NEWEST = "the newest known"

REQUESTED = [
    ("0.5.23", "0.5.23", "as requested"),
    (" 0.5.10 ", "0.5.10", "as requested"),
    ("v0.5.12.post1", "0.5.12.post1", "as requested"),
    ("0.5.12+cu129", "0.5.12", "as requested"),
    ("0.6.0", "0.5.23", f"{NEWEST}; 0.6.0 is newer"),
    ("0.5.23.post1", "0.5.23", f"{NEWEST}; 0.5.23.post1 is newer"),
    ("0.5.12.post7", "0.5.12.post1", "the nearest known before 0.5.12.post7"),
    ("0.5.23rc1", "0.5.22", "the nearest known before 0.5.23rc1"),
    ("0.5.20.dev4+gabc", "0.5.19", "the nearest known before 0.5.20.dev4+gabc"),
    ("0.3.6", "0.4.0", "the oldest known; 0.3.6 is older"),
    ("0.4.6", "0.4.6", "as requested"),
]


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The releases as they were when these tests were written: new ones change nothing here."""
    monkeypatch.setattr(choose, "RELEASES", RELEASES[: RELEASES.index("0.5.23") + 1])


@pytest.mark.parametrize(("requested", "release", "reason"), REQUESTED)
@pytest.mark.usefixtures("known")
def test_requested(requested: str, release: str, reason: str) -> None:
    result = choose_release(requested, path=[])
    assert (result.release, result.reason) == (release, reason)


@pytest.mark.parametrize("text", ["", "newest", "0.5.x", "sglang"])
@pytest.mark.usefixtures("known")
def test_text_that_is_no_version(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"is not a version of SGLang; .* 0\.5\.23, 0\.5\.22, 0\.5\.21"
    ):
        choose_release(text)


def test_nothing_installed(tmp_path: Path) -> None:
    result = choose_release(None, path=[str(tmp_path), str(tmp_path / "nowhere"), "python311.zip"])
    assert (result.release, result.reason) == (RELEASES[-1], NEWEST)


INSTALLED = [
    (["sglang-0.5.14.dist-info"], "0.5.14", "the installed release"),
    (["sglang-0.5.14+cu129.dist-info"], "0.5.14", "the installed release"),
    (["sglang-0.5.12.egg-info"], "0.5.12", "the installed release"),
    (["sglang-0.5.12-py3.11.egg-info"], "0.5.12", "the installed release"),
    (["sglang-9.9.dist-info"], "0.5.23", f"{NEWEST}; the installed 9.9 is newer"),
    (["sglang-0.5.14.dev1.dist-info"], "0.5.13.post1",
     "the nearest known before the installed 0.5.14.dev1"),
    (["sglang-0.dev.dist-info", "sglang", "x-1.dist-info"], "0.5.23",
     f"{NEWEST}; the installed 0.dev does not say which it is"),
    (["sglang_fl-0.1.dist-info", "sglang-router-0.2.dist-info", "sglang"], "0.5.23", NEWEST),
    (["sglang-5x.dist-info"], "0.5.23", NEWEST),
]  # fmt: skip


@pytest.mark.parametrize(("names", "release", "reason"), INSTALLED)
@pytest.mark.usefixtures("known")
def test_installed(tmp_path: Path, names: list[str], release: str, reason: str) -> None:
    for name in names:
        (tmp_path / name).mkdir()
    result = choose_release(None, path=[str(tmp_path)])
    assert (result.release, result.reason) == (release, reason)


def test_the_first_on_the_path_is_the_one_python_imports(tmp_path: Path) -> None:
    for folder, version in (("one", "0.5.9"), ("two", "0.5.20")):
        (tmp_path / folder / f"sglang-{version}.dist-info").mkdir(parents=True)
    assert installed([str(tmp_path / "one"), str(tmp_path / "two")]) == "0.5.9"


def test_the_empty_entry_is_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sglang-0.5.9.dist-info").mkdir()
    monkeypatch.chdir(tmp_path)
    assert installed([""]) == "0.5.9"


def test_what_is_asked_for_wins_over_what_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sglang-0.5.9.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    assert releases.choose_release(None).release == "0.5.9"
    assert releases.choose_release("0.5.10").release == "0.5.10"


def test_neither_the_data_nor_the_audit_is_loaded() -> None:
    code = (
        "import sys; from sglang_envctl import releases; "
        "releases.newest(); releases.choose_release(None); releases.choose_release('0.5.9'); "
        "print(*sys.modules, sep='\\n')"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(run.stdout.splitlines())
    assert not loaded & {"json", "importlib.metadata", "dataclasses"}
    assert {name for name in loaded if name.startswith("sglang_envctl.")} == {
        "sglang_envctl.releases",
        "sglang_envctl.releases.choose",
        "sglang_envctl.releases.published",
        "sglang_envctl.releases.versions",
    }


def test_the_data_needs_no_scanner() -> None:
    code = "import sys; from sglang_envctl.releases import load; load(); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "sglang_envctl.audit" not in run.stdout


@table("name", releases.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(releases, name)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        releases.nothing  # noqa: B018
