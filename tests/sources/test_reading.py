"""Which source a name means, and how files that are no plain files are read or refused."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from sglang_envctl.errors import EnvctlError, SourceError, UsageError
from sglang_envctl.sources import files, process
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_one

CONTEXT = Context({"HOME": "/home/me"})


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.env").write_text("A=1\n")
    (tmp_path / "process").write_text("A=2\n")
    (tmp_path / "dotenv:b").write_text("A=3\n")
    (tmp_path / "a#b.env").write_text("A=5\n")
    return tmp_path


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\nA=4\n")))


@pytest.mark.parametrize(
    ("spec", "label", "kind", "expected"),
    [
        ("a.env", "a.env", "dotenv", "A=1"),
        ("dotenv:a.env", "a.env", "dotenv", "A=1"),
        ("process", "process", "process", "HOME=/home/me"),
        ("./process", "./process", "dotenv", "A=2"),
        ("dotenv:process", "process", "dotenv", "A=2"),
        ("./dotenv:b", "./dotenv:b", "dotenv", "A=3"),
        ("a#b.env", "a#b.env", "dotenv", "A=5"),
        ("-", "-", "dotenv", "A=4"),
        ("dotenv:-", "-", "dotenv", "A=4"),
    ],
)
def test_what_a_name_means(
    here: Path, standard_input: None, spec: str, label: str, kind: str, expected: str
) -> None:
    layer = read_one(spec, CONTEXT)
    assert (label, kind) == (layer.label, layer.kind)
    assert [expected] == [f"{a.name}={a.raw}" for a in layer.assignments]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.ps1", b'# caf\xe9\n$env:A = "1"\n'),
        ("x.ps1", '$env:A = "1"\r\n'.encode("utf-16")),
        ("x.fish", b"# caf\xe9\nset -gx A 1\n"),
        ("Makefile", b"# caf\xe9\nexport A = 1\n"),
        ("x.sh", b"# caf\xe9\nexport A=1\n"),
    ],
)
def test_a_script_need_not_be_utf8(here: Path, name: str, data: bytes) -> None:
    (here / name).write_bytes(data)
    layer = read_one(name, CONTEXT)
    assert {a.name: a.raw for a in layer.assignments}.items() >= {("A", "1")}
    assert "not-utf8" not in {note.rule for note in layer.notes}


def test_nothing_can_be_read_from_the_null_device() -> None:
    assert read_one(os.devnull, CONTEXT).assignments == ()


def test_a_path_behind_a_link(here: Path) -> None:
    (here / "link").symlink_to("a.env")
    assert read_one("link", CONTEXT).assignments[0].raw == "1"


@pytest.mark.parametrize("path", ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"])
def test_pipes_that_the_shell_hands_over_are_read(path: str) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"A=1\n")
    os.close(writing)
    kept = os.dup(0)
    try:
        os.dup2(reading, 0)
        assert files.read_bytes(path) == b"A=1\n"
    finally:
        os.dup2(kept, 0)
        os.close(kept)
        os.close(reading)


@pytest.mark.parametrize(
    ("spec", "error", "message"),
    [
        ("", UsageError, "a source has an empty name; name a file, - or process"),
        ("no.env", SourceError, "no.env: no such file"),
        ("dotenv:", SourceError, "dotenv:: no such file"),
        ("dotenv:no.env", SourceError, "no.env: no such file"),
        ("a.env#web", UsageError, "a.env has no web: it contains one environment without a name"),
        ("no.env#web", SourceError, "no.env: no such file"),
        ("process:1", UsageError, "process:1: write process alone, or ./process for a file"),
        ("nokind:a.env", SourceError, "nokind:a.env: no such file"),
        ("no\x1b[31m\n.env", SourceError, "no\\x1b[31m\\n.env: no such file"),
        ("a\0b", SourceError, "a\\x00b: no file can have this name"),
        ("\ud800", SourceError, "\\ud800: no file can have this name"),
        (".", SourceError, ".: is a directory; name a file in it"),
        ("a.env/b", SourceError, "a.env/b: not a directory"),
        ("x" * 300, SourceError, "x" * 300 + ": file name too long"),
        ("loop", SourceError, "loop: too many levels of symbolic links"),
        ("gone", SourceError, "gone: no such file"),
        ("fifo", SourceError, "fifo: is not a regular file; pipe it in and name the source -"),
        ("/dev/zero", SourceError, "/dev/zero: is not a regular file; pipe it in and name the source -"),
        ("/proc/self/mem", SourceError, "/proc/self/mem: input/output error"),
        ("large", SourceError, "large: larger than 128 MiB, which no environment file is"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(here: Path, spec: str, error: type[EnvctlError], message: str) -> None:
    (here / "loop").symlink_to("loop")
    (here / "gone").symlink_to("was.here")
    os.mkfifo(here / "fifo")
    with (here / "large").open("wb") as stream:
        stream.truncate(files.LARGEST + 1)
    with pytest.raises(error) as caught:
        read_one(spec, CONTEXT)
    assert (error, message) == (type(caught.value), str(caught.value))


def test_an_unreadable_file(here: Path) -> None:
    (here / "a.env").chmod(0)
    here.chmod(0o755)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        with pytest.raises(SourceError, match=r"^a\.env: may not be read \(permission denied\)$"):
            read_one("a.env", CONTEXT)
    finally:
        if root:
            os.seteuid(0)


def test_a_file_that_vanishes_before_it_is_opened(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = os.stat

    def seen_for_the_last_time(path: str) -> os.stat_result:
        found = stat(path)
        os.unlink(path)
        return found

    monkeypatch.setattr(os, "stat", seen_for_the_last_time)
    with pytest.raises(SourceError, match=r"^a\.env: no such file$"):
        files.read_bytes("a.env")


@pytest.mark.parametrize("closed", [None, io.StringIO()], ids=["closed before", "closed by us"])
def test_closed_standard_input(monkeypatch: pytest.MonkeyPatch, closed: io.StringIO | None) -> None:
    if closed:
        closed.close()
    monkeypatch.setattr(sys, "stdin", closed)
    with pytest.raises(SourceError, match=r"^standard input: is closed; pipe a file in$"):
        files.read_bytes("-")


def test_the_process_is_a_layer_without_files_and_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVCTL_TEST", "x")
    (layer,) = process.layers("", Context(process.snapshot()))
    assignment = next(a for a in layer.assignments if a.name == "ENVCTL_TEST")
    assert (
        assignment.raw,
        assignment.origin.source,
        assignment.origin.file,
        assignment.origin.line,
    ) == ("x", "process", None, None)
    assert (layer.label, layer.kind, layer.explicit) == ("process", "process", False)


def test_a_snapshot_does_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENVCTL_TEST", raising=False)
    snapshot = process.snapshot()
    monkeypatch.setenv("ENVCTL_TEST", "x")
    assert "ENVCTL_TEST" not in snapshot
