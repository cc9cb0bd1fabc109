"""`envctl reference`: what it writes where, and what it refuses."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from sglang_envctl import reference
from sglang_envctl.reference import book
from sglang_envctl.registry import Registry
from sglang_envctl.releases import ReleaseData
from tests.consumers import library
from tests.harness import Write, run

MARKER = ".envctl-reference"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written where is the same for a few variables as for all; test_site.py writes all."""

    def few(known: Registry, data: ReleaseData) -> Registry:
        names = [*list(known.listed)[:20], *known.added]
        return Registry(
            {name: known.listed[name] for name in names if name in known.listed}, known.added
        )

    monkeypatch.setattr(book, "with_undocumented", few)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def markdown(folder: Path, *args: str) -> tuple[int, str]:
    result = run("reference", "-o", str(folder), "--format", "markdown", *args)
    return result.code, result.err


def test_it_says_how_much_it_wrote_and_where(tmp_path: Path) -> None:
    code, err = markdown(tmp_path / "a" / "b")
    number = len(tree(tmp_path / "a" / "b")) - 1  # without the marker

    assert (code, err) == (0, f"{number} files in {tmp_path / 'a' / 'b'}\n")
    assert markdown(tmp_path / "c", "-q") == (0, "")


def test_two_runs_write_the_same(tmp_path: Path) -> None:
    markdown(tmp_path / "a")
    markdown(tmp_path / "b")

    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_a_second_run_replaces_the_first(tmp_path: Path, write: Write) -> None:
    own = write("own.toml", '[[variable]]\nname = "ACME_BATCH"\ntype = "int"\nsection = "acme"\n')
    folder = tmp_path / "out"
    markdown(folder)
    before = tree(folder)
    markdown(folder, "--registry", str(own))
    assert set(tree(folder)) != set(before)
    (folder / "mine.txt").write_text("kept", "utf-8")
    assert markdown(folder)[0] == 0

    assert tree(folder) == {**before, "mine.txt": b"kept"}


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years", "utf-8")
    result = run("reference", "-o", str(tmp_path), "--format", "markdown")

    assert result.code == 2
    assert result.complaint == (
        f"--output: {tmp_path} is not empty and contains no earlier reference; name a new folder"
    )
    assert tree(tmp_path) == {"thesis.tex": b"years"}


def test_a_bad_path_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    bad = {
        str(tmp_path / "file"): (2, "is not a folder"),
        str(tmp_path / "file" / "under"): (3, "not a directory"),
        "": (3, "no such file or directory"),
        str(tmp_path / ("x" * 300)): (3, "file name too long"),
        "/proc/envctl": (3, "no such file or directory"),
    }
    for path, (code, words) in bad.items():
        result = run("reference", "-o", path, "--format", "markdown")
        assert (result.code, words in result.complaint) == (code, True), (path, result.err)


def test_the_marker_of_a_stranger_removes_nothing_elsewhere(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside.html", tmp_path / "out"
    outside.write_text("kept", "utf-8")
    folder.mkdir()
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "a.html").write_text("kept", "utf-8")
    (folder / "link").symlink_to(tmp_path / "linked")
    (folder / MARKER).write_text(f"../outside.html\n{outside}\nlink/a.html\n.\n\n..\n", "utf-8")

    assert markdown(folder)[0] == 0
    assert (outside.read_text(), (tmp_path / "linked" / "a.html").read_text()) == ("kept", "kept")


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    library("jinja2")
    folder, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / MARKER).write_text("", "utf-8")
    (folder / "variables").symlink_to(elsewhere)
    result = run("reference", "-o", str(folder))

    assert (result.code, result.complaint) == (
        2,
        f"--output: {folder / 'variables'} is a link; remove it",
    )
    assert os.listdir(elsewhere) == []


def test_without_jinja2_one_line_says_how_to_get_it(tmp_path: Path) -> None:
    with patch.dict("sys.modules", {"jinja2": None}):
        for name in ("sglang_envctl.reference.html", "sglang_envctl.reports.html.pages"):
            sys.modules.pop(name, None)
        with patch.dict(vars(reference), clear=False):
            vars(reference).pop("html", None)
            result = run("reference", "-o", str(tmp_path / "out"))

    assert result.code == 2
    assert "pip install 'sglang-envctl[html]'" in result.complaint
    assert not (tmp_path / "out").exists()


def test_standard_output_is_no_folder(write: Write) -> None:
    write("a.env", "")
    result = run("reference", "-o", "-")

    assert result.code == 2
    assert result.complaint.startswith("--output: standard output is not a folder")
    assert os.listdir() == ["a.env"]
