"""Local code is treated as a release: scanned once, kept in the cache, never imported."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from pathlib import Path

import pytest

from sglang_envctl import api
from sglang_envctl.audit.release import own
from sglang_envctl.audit.release.build import Builder
from sglang_envctl.errors import SourceError
from sglang_envctl.releases import RELEASES, ReleaseData, load
from tests.harness import run

ENVIRON = """
import os

raise SystemExit("imported")
LEVEL = int(os.environ.get("SGLANG_HEALTH_CHECK_TIMEOUT", "77"))
MINE = os.environ.get("SGLANG_OF_A_FORK", "x")
"""


@pytest.fixture(scope="module")
def few() -> ReleaseData:
    """The data of the last two releases: merging code with the data of all takes a second."""
    builder, everything = Builder(), load()
    builder.keep(everything)
    for release in everything.releases[:-2]:
        for kind in (builder.spans, builder.renames, builder.forwards):
            del kind[release]
    return ReleaseData(builder.data())


@pytest.fixture(autouse=True)
def _merged_with_few(
    request: pytest.FixtureRequest, few: ReleaseData, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not request.node.get_closest_marker("slow"):
        monkeypatch.setattr(own, "load", lambda: few)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "sglang-envctl" / "releases"


def tree(folder: Path, version: str = "") -> Path:
    code = folder / "sglang"
    code.mkdir(parents=True)
    (code / "__init__.py").write_text("", "utf-8")
    (code / "environ.py").write_text(ENVIRON, "utf-8")
    if version:
        (code / "version.py").write_text(f"__version__ = {version!r}\n", "utf-8")
    return folder


def wheel(folder: Path, version: str) -> Path:
    path = folder / f"sglang-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sglang/__init__.py", "")
        archive.writestr("sglang/environ.py", ENVIRON)
    return path


@pytest.mark.parametrize("place", ["", "sglang", ".."])
def test_a_source_tree_a_package_and_a_checkout(tmp_path: Path, place: str) -> None:
    folder = tree(tmp_path / "python", "0.9.9")
    assert api.release(str(folder / place)).release == "0.9.9"
    settings = api.settle(
        api.read({"SGLANG_HEALTH_CHECK_TIMEOUT": "8"}), sglang=str(folder / place)
    )
    setting = settings.get("SGLANG_HEALTH_CHECK_TIMEOUT")
    assert setting
    assert (setting.value, setting.default) == (8, 77)


@pytest.mark.slow
def test_it_is_next_to_all_releases(tmp_path: Path) -> None:
    own_one, shipped = api.release(str(tree(tmp_path / "a", "0.9.9"))).release, load()
    data = load(own_one)
    assert data.releases == (*RELEASES, own_one)
    for release in (RELEASES[0], RELEASES[40], RELEASES[-1]):
        assert data.read_names(release) == shipped.read_names(release)
        assert data.renames(release) == shipped.renames(release)
    assert "SGLANG_OF_A_FORK" in data.read_names(own_one)


def test_a_wheel(tmp_path: Path) -> None:
    chosen = api.release(str(wheel(tmp_path, "0.9.8")))
    assert (str(chosen.release), chosen.reason, chosen.asked) == ("0.9.8", "by its code", "")


def findings(folder: Path, **values: str) -> dict[str, str]:
    found = api.check(api.read(values), sglang=str(folder))
    return {finding.name: finding.rule for finding in found}


def test_what_the_code_reads_counts(tmp_path: Path) -> None:
    folder = tree(tmp_path / "a", "0.9.9")
    found = findings(folder, SGLANG_OF_A_FORK="1", SGLANG_TORCH_PROFILER_DIR="profiles")
    assert found["SGLANG_OF_A_FORK"] == "undocumented"
    assert found["SGLANG_TORCH_PROFILER_DIR"] == "not-read"


def test_a_version_that_says_nothing_is_treated_as_the_newest(tmp_path: Path) -> None:
    chosen = api.release(str(tree(tmp_path / "a", "0.0.0.dev0")))
    assert str(chosen.release) == "0.0.0.dev0"
    assert chosen.release.like == RELEASES[-1]  # type: ignore[attr-defined]


def test_it_is_scanned_once_and_again_when_it_changes(tmp_path: Path, cache: Path) -> None:
    folder = tree(tmp_path / "a", "0.9.9")
    api.release(str(folder))
    (kept,) = cache.iterdir()
    first = kept.stat().st_mtime_ns
    api.release(str(folder))
    assert [file.stat().st_mtime_ns for file in cache.iterdir()] == [first]
    code = folder / "sglang" / "environ.py"
    code.write_text(ENVIRON.replace("77", "66"), "utf-8")
    os.utime(code, ns=(1, 1))
    settings = api.settle(api.read({}), sglang=str(folder))
    setting = settings.get("SGLANG_HEALTH_CHECK_TIMEOUT")
    assert setting
    assert setting.default == 66


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", json.dumps({"releases": 7})])
def test_a_broken_cache_is_written_anew(tmp_path: Path, cache: Path, content: str) -> None:
    folder = tree(tmp_path / "a", "0.9.9")
    api.release(str(folder))
    (kept,) = cache.iterdir()
    good = kept.read_bytes()
    kept.write_text(content, "utf-8")
    assert str(api.release(str(folder)).release) == "0.9.9"
    assert kept.read_bytes() == good


def test_without_a_cache_folder_it_works_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert str(api.release(str(tree(tmp_path / "a", "0.9.9"))).release) == "0.9.9"


INSTALLED = [
    ("sglang-0.9.9.dist-info", "0.9.9", "the installed code"),
    ("sglang-0.0.0.dev0.dist-info", "0.0.0.dev0", "the installed code"),
    ("other-1.0.dist-info", RELEASES[-1], "the installed code"),
    (f"sglang-{RELEASES[-2]}.dist-info", RELEASES[-2], "the installed release"),
]


@pytest.mark.parametrize(("metadata", "version", "reason"), INSTALLED)
def test_installed_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, metadata: str, version: str, reason: str
) -> None:
    folder = tree(tmp_path / "site")
    (folder / metadata).mkdir()
    monkeypatch.setattr(sys, "path", [str(folder)])
    chosen = api.release()
    assert (str(chosen.release), chosen.reason) == (version, reason)
    assert "sglang" not in sys.modules


def test_metadata_without_code_says_which_release_stands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sglang-0.0.0.dev0.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    chosen = api.release()
    assert (chosen.release, chosen.asked) == (RELEASES[-1], "0.0.0.dev0")


def test_a_folder_without_sglang_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="contains no sglang"):
        api.release(str(tmp_path))


def test_what_cannot_be_read_of_the_code_is_told(tmp_path: Path) -> None:
    folder = tree(tmp_path, "0.9.9")
    (folder / "sglang" / "bad.py").write_text("import os\nos.getenv('A'\n", "utf-8")
    for _ in range(2):  # the second time from the cache
        found = api.release(str(folder))
        assert found.reason == "by its code, 1 file of which cannot be read"


@pytest.mark.parametrize("content", [b"", b"PK\5\6", b"no zip"])
def test_a_wheel_that_is_none_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sglang-0.9.9-py3-none-any.whl"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="is not a wheel, or is broken"):
        api.release(str(path))


@pytest.mark.parametrize("command", ["show", "explain"])
def test_a_name_that_only_this_code_reads_can_be_asked_for(tmp_path: Path, command: str) -> None:
    folder = str(tree(tmp_path, "0.9.9"))
    found = run(command, "SGLANG_OF_A_FORK", "--sglang", folder)

    assert found.code == 0
    assert "SGLANG_OF_A_FORK" in found.out
    assert run(command, "SGLANG_OF_A_FORK").code == 2


def test_a_name_that_only_one_of_two_releases_reads_differs(tmp_path: Path) -> None:
    folder = f"release:{tree(tmp_path, '0.9.9')}"
    found = run("diff", "-q", "release:0.5.23", folder, "--set", "SGLANG_OF_A_FORK=y")

    assert found.out == (
        f"SGLANG_OF_A_FORK\tchanged\trelease:0.5.23: y (ignored)\t{folder}: y\tnot read before\n"
    )
