"""The sources under a directory: which files count, and in which order."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path
from typing import Any

import pytest

from sglang_envctl.errors import SourceError, Unreadable
from sglang_envctl.sources import directory, files
from sglang_envctl.sources.directory import walk
from tests.harness import Write, run

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


def paths(folder: str) -> list[str | Unreadable]:
    return [one if isinstance(one, Unreadable) else one.path for one in walk(folder)]


@pytest.mark.parametrize("path", [".", "./", "absolute"])
def test_files_that_look_like_sources_in_a_stable_order(here: Path, path: str) -> None:
    path = str(here) if path == "absolute" else path
    prefix = path if path.endswith("/") else f"{path}/"
    assert paths(path) == [f"{prefix}{name}" for name in FOUND]


@pytest.mark.parametrize(
    ("folder", "expected"),
    [(".hidden", [".hidden/pod.yaml"]), (".git", [".git/config.env"]), ("z", FOUND[-3:])],
)
def test_a_hidden_directory_is_read_if_it_is_named(
    here: Path, folder: str, expected: list[str]
) -> None:
    assert paths(folder) == expected


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

    def remember(path: str, mode: str, **how: Any) -> object:
        opened.append(path)
        return open(path, mode, **how)

    monkeypatch.setattr(files, "open", remember, raising=False)
    list(walk("."))
    opened.remove("/proc/self/mountinfo")
    assert sorted(opened) == sorted(set(opened))
    assert len(opened) > len(FOUND)


def test_a_directory_without_sources_says_so(here: Path) -> None:
    (here / "empty").mkdir()
    (here / "empty/env").write_bytes(b"\x7fELF\2\1\1\0A=1\n")  # such as /usr/bin/env
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
    def refuse(*_: object, **how: object) -> None:
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


@pytest.mark.parametrize("folder", ["/proc", "/proc/self", "/sys"])
def test_a_pseudo_file_system_is_not_walked(folder: str) -> None:
    if not os.path.isdir(folder):
        pytest.skip("this system has none")
    assert next(walk(folder)) == Unreadable(
        folder, "is on a pseudo file system, which is not searched; name a file in it"
    )


def test_the_walk_ends_where_files_are_too_many(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files.files_under, "__defaults__", (12,))
    assert paths(".") == [
        "./b.env",
        "./environment.py",
        Unreadable(".", "more than 12 files are in it; name a folder in it"),
    ]


def test_the_walk_ends_where_sources_are_too_large(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "MOST_BYTES", 9)
    assert paths(".") == [
        "./b.env",
        Unreadable(".", "more than 0 MiB; name a folder in it"),
    ]


def test_another_file_system_is_told_and_not_entered(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(path: str, **how: Any) -> os.stat_result:
        found = stat(path, **how)
        return os.stat_result((*found[:2], 77, *found[3:])) if path == "./z" else found

    stat = os.stat
    monkeypatch.setattr(os, "stat", elsewhere)
    assert paths(".")[-1] == Unreadable(
        "./z", "is on another file system; name it too, or exclude it"
    )


def test_a_file_that_waits_for_its_writer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as /proc/kmsg, which is a regular file to whoever asks."""
    with open_pipe() as (end, path):
        monkeypatch.setattr(files, "_refuse_what_would_block", lambda *_: None)
        monkeypatch.setattr("stat.S_ISREG", lambda _: True)
        with pytest.raises(SourceError, match="has nothing to read yet, and does not end"):
            files.read_bytes(path)
        assert end


@contextmanager
def open_pipe() -> Iterator[tuple[int, str]]:
    """A pipe with a writer that writes nothing."""
    reader, writer = os.pipe()
    try:
        yield writer, f"/proc/self/fd/{reader}"
    finally:
        os.close(reader)
        os.close(writer)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", ["README.md", "a", "b.env", "environment.py", "model.bin", "z"]),
        ("a/*.env", []),
        ("a/.e*", ["a/.env"]),
        ("?/[cs]*.y*ml", ["z/compose.yaml", "z/stack.yml"]),
        ("./a/pod.txt", ["./a/pod.txt"]),
        ("a/none", []),
        ("*/none/*", []),
        ("b.env/*", []),
        (".*/pod.yaml", [".hidden/pod.yaml"]),
    ],
)
@pytest.mark.parametrize("rooted", [False, True])
def test_a_pattern_names_what_a_shell_lists(
    here: Path, pattern: str, expected: list[str], rooted: bool
) -> None:
    prefix = f"{here}/" if rooted else ""
    found = files.matching(prefix + pattern)
    assert [os.path.normpath(path) for path in found] == [
        os.path.normpath(prefix + name) for name in expected
    ]
    assert found == sorted(glob(prefix + pattern))


def test_a_pattern_looks_at_a_bounded_number_of_names(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 10)
    with pytest.raises(SourceError, match=r"^\*/\*: more than 10 files to search$"):
        files.matching("*/*")


def test_files_that_are_no_sources_are_looked_at_up_to_a_number(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "MOST_PASSED_OVER", 3)
    for number in range(5):
        (here / f"{number}.txt").write_text("a page\n")
    (*_, last) = walk(str(here))
    assert isinstance(last, Unreadable)
    assert last.reason.startswith("more than 3 files in it are not sources; name a folder")


@pytest.mark.parametrize(
    "command",
    [
        "check a.env", "check a.env --statistics", "show -e a.env", "diff a.env defaults",
        "diff a.env a.env a.env a.env", "explain HF_TOKEN", "explain HF_TOKEN NCCL_DEBUG",
        "explain --rules", "config",
    ],
)  # fmt: skip
def test_what_envctl_found_before_is_no_source(write: Write, command: str) -> None:
    write("a.env", "SGLANG_USE_MLX=1\n")
    write("found.json", run(*command.split(), "--format", "json").out)
    result = run("check", ".", "--no-config")

    assert (result.code, result.out) == (0, "")
    assert "passed over 1 file: 1 .json" in result.err
