"""The sources under a directory: which files count, and in which order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sglang_envctl.sources.directory import Unopened, expanded, walk

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
FOUND = ["b.env", "a/.env", "a/env.prod", "a/pod.yaml", "a/pod.yml", "z/compose.yaml",
         "z/kustomization.yaml", "z/stack.yml"]  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("path", [".", "./", "absolute"])
def test_files_that_look_like_sources_in_a_stable_order(here: Path, path: str) -> None:
    path = str(here) if path == "absolute" else path
    prefix = path if path.endswith("/") else f"{path}/"
    assert list(walk(path)) == [f"{prefix}{name}" for name in FOUND]


def test_links_that_lead_in_a_circle_pipes_and_dead_links_are_left_out(here: Path) -> None:
    (here / "a" / "round").symlink_to(here)
    (here / "dead.env").symlink_to("gone")
    (here / "linked.env").symlink_to("b.env")
    os.mkfifo(here / "pipe.env")
    assert list(walk(".")) == ["./b.env", "./linked.env", *(f"./{name}" for name in FOUND[1:])]


def test_only_directories_are_taken_apart(here: Path) -> None:
    found = list(expanded(["process", "z", "gone.env", "b.env", ".hidden", ".git", "-"]))
    assert found == [
        "process", "z/compose.yaml", "z/kustomization.yaml", "z/stack.yml", "gone.env", "b.env",
        ".hidden/pod.yaml", ".git/config.env", "-",
    ]  # fmt: skip


def test_a_directory_without_sources_says_so(here: Path) -> None:
    (here / "empty").mkdir()
    assert list(expanded(["empty"])) == [Unopened("empty", "no file under it looks like a source")]


def test_a_folder_and_a_file_that_may_not_be_opened_are_told_about(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: str) -> object:
        if path.endswith("/a"):
            raise PermissionError(13, "no", path)
        return scan(path)

    scan = os.scandir
    monkeypatch.setattr(os, "scandir", closed)
    assert list(walk("."))[1] == Unopened("./a", "may not be read (permission denied)")
