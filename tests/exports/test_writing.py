"""A file of secrets is written completely or not at all, and readable by its owner only."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from sglang_envctl.cli.output import write_file
from sglang_envctl.errors import SourceError

DATA = b"A='x\ny'\n\xff"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.env").write_bytes(b"OLD=1\n")
    (tmp_path / "old.env").chmod(0o644)
    (tmp_path / "folder").mkdir()
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    "path", ["new.env", "old.env", "./folder/new.env", "n" * 255, ".env", "é☕"]
)
@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_writes_for_the_owner_only_and_leaves_nothing_else(
    here: Path, path: str, umask: int
) -> None:
    before = set(names(here)) | set(names(here / "folder"))
    kept = os.umask(umask)
    try:
        write_file(path, DATA)
    finally:
        os.umask(kept)
    assert Path(path).read_bytes() == DATA
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
    assert set(names(here)) | set(names(here / "folder")) == before | {Path(path).name}


def test_a_link_stays_and_its_target_is_written(here: Path) -> None:
    (here / "link").symlink_to("folder/target")
    (here / "chain").symlink_to("link")
    write_file("chain", DATA)
    assert (here / "folder" / "target").read_bytes() == DATA
    assert (here / "chain").is_symlink()
    assert (here / "link").is_symlink()


def test_the_old_file_can_be_read_completely_meanwhile(here: Path) -> None:
    with Path("old.env").open("rb") as reader:
        write_file("old.env", DATA)
        assert reader.read() == b"OLD=1\n"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("folder", "folder: is not a regular file; use > to write to it"),
        ("fifo", "fifo: no program reads this pipe"),
        ("loop", "loop: too many levels of symbolic links"),
        ("nul\0.env", "nul\\x00.env: cannot be written"),
        ("no/such/folder/new.env", "no/such/folder/new.env: no such file or directory"),
        ("old.env/new.env", "old.env/new.env: not a directory"),
        ("n" * 256, "n" * 256 + ": file name too long"),
        ("/proc/new\x1b.env", "/proc/new\\x1b.env: no such file or directory"),
    ],
)
def test_what_cannot_be_written(here: Path, path: str, message: str) -> None:
    os.mkfifo("fifo")
    (here / "loop").symlink_to("loop")
    before = names(here)
    with pytest.raises(SourceError) as caught:
        write_file(path, DATA)
    assert str(caught.value) == message
    assert names(here) == before


def test_a_full_disk_leaves_what_was_there(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(SourceError, match=r"^old\.env: no space left on device$"):
        write_file("old.env", DATA)
    assert Path("old.env").read_bytes() == b"OLD=1\n"
    assert names(here) == ["folder", "old.env"]


def test_an_unwritable_directory(here: Path) -> None:
    here.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        with pytest.raises(SourceError, match=r"^old\.env: permission denied$"):
            write_file("old.env", DATA)
    finally:
        if root:
            os.seteuid(0)
    assert Path("old.env").read_bytes() == b"OLD=1\n"
    assert names(here) == ["folder", "old.env"]
