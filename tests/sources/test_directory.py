"""The sources under a directory: which files count, and in which order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sglang_envctl.errors import Unreadable
from sglang_envctl.sources import files
from sglang_envctl.sources.directory import walk

POD = "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: c}]}\n"
FILES = {
    "b.env": "A=1\n",
    "a/.env": "A=1\n",
    "a/env.prod": "A=1\n",
    "a/pod.yaml": POD,
    "a/pod.yml": POD,
    "a/pod.txt": POD,
    "a/values.yaml": "image: x\n",
    "z/compose.yaml": "services: {}\n",
    "z/stack.yml": "services: {}\n",
    "z/kustomization.yaml": "resources: []\n",
    "README.md": "# SGLang\n",
    "environment.py": "A = 1\n",
    ".git/config.env": "A=1\n",
    ".hidden/pod.yaml": POD,
    "model.bin": "\0\1\2",
}
FOUND = ["b.env", "environment.py", "a/.env", "a/env.prod", "a/pod.txt", "a/pod.yaml", "a/pod.yml",
         "a/values.yaml", "z/compose.yaml", "z/kustomization.yaml", "z/stack.yml"]  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def paths(directory: str) -> list[str | Unreadable]:
    return [one if isinstance(one, Unreadable) else one.path for one in walk(directory)]


@pytest.mark.parametrize("path", [".", "./", "absolute"])
def test_files_that_look_like_sources_in_a_stable_order(here: Path, path: str) -> None:
    path = str(here) if path == "absolute" else path
    prefix = path if path.endswith("/") else f"{path}/"
    assert paths(path) == [f"{prefix}{name}" for name in FOUND]


@pytest.mark.parametrize(
    ("directory", "expected"),
    [(".hidden", [".hidden/pod.yaml"]), (".git", [".git/config.env"]), ("z", FOUND[-3:])],
)
def test_a_hidden_directory_is_read_if_it_is_named(
    here: Path, directory: str, expected: list[str]
) -> None:
    assert paths(directory) == expected


def test_links_that_form_a_circle_pipes_and_dead_links_are_left_out(here: Path) -> None:
    (here / "a" / "round").symlink_to(here)
    (here / "dead.env").symlink_to("gone")
    (here / "linked.env").symlink_to("b.env")
    os.mkfifo(here / "pipe.env")
    top, below = FOUND[:2], FOUND[2:]
    assert paths(".") == [f"./{name}" for name in (*top, "linked.env", *below)]


def test_the_kind_and_the_bytes_come_with_the_file(here: Path) -> None:
    found = {one.path: one for one in walk(".") if not isinstance(one, Unreadable)}
    assert {
        path: found[path].kind.__name__.rpartition(".")[2]  # type: ignore[attr-defined]
        for path in ("./b.env", "./a/pod.yaml", "./z/stack.yml")
    } == {"./b.env": "dotenv", "./a/pod.yaml": "kubernetes", "./z/stack.yml": "compose"}
    assert found["./a/pod.yaml"].data.decode() == POD


def test_a_file_longer_than_its_head_is_read_whole(here: Path) -> None:
    text = POD + "# comment\n" * 10_000
    (here / "z" / "pod.yaml").write_text(text, encoding="utf-8")
    found = {one.path: one.data for one in walk("z") if not isinstance(one, Unreadable)}
    assert found["z/pod.yaml"].decode() == text


def test_every_file_is_opened_once(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def remember(path: str, mode: str) -> object:
        opened.append(path)
        return open(path, mode)

    monkeypatch.setattr(files, "open", remember, raising=False)
    list(walk("."))
    assert sorted(opened) == sorted(set(opened))
    assert len(opened) > len(FOUND)


def test_a_directory_without_sources_says_so(here: Path) -> None:
    (here / "empty").mkdir()
    assert paths("empty") == [Unreadable("empty", "no file under it looks like a source")]


def test_a_folder_that_may_not_be_opened_is_reported(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: str) -> object:
        if path.endswith("/a"):
            raise PermissionError(13, "no", path)
        return scan(path)

    scan = os.scandir
    monkeypatch.setattr(os, "scandir", closed)
    assert paths(".")[2] == Unreadable("./a", "may not be read (permission denied)")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x.env", [Unreadable("more/x.env", "may not be read (permission denied)")]),
        ("pod.yaml", [Unreadable("more/pod.yaml", "may not be read (permission denied)")]),
        ("notes.md", [Unreadable("more", "no file under it looks like a source")]),
    ],
)
def test_a_file_that_may_not_be_opened_is_reported_if_its_name_says_what_it_is(
    here: Path, monkeypatch: pytest.MonkeyPatch, name: str, expected: list[Unreadable]
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (here / "more").mkdir()
    (here / "more" / name).write_text(POD, encoding="utf-8")
    monkeypatch.setattr(files, "open", refuse, raising=False)
    assert list(walk("more")) == expected


def test_a_source_that_is_too_large_is_reported(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST", len(POD) - 1)
    assert Unreadable("./a/pod.yaml", "larger than 0 MiB, which no environment file is") in paths(
        "."
    )
