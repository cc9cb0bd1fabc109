"""Write a folder of files, either a new folder or one that the command wrote before."""

from __future__ import annotations

import os
from collections.abc import Iterable

from sglang_envctl.errors import SourceError, UsageError
from sglang_envctl.sources import files
from sglang_envctl.text.escape import visible


def write_folder(path: str, written: Iterable[tuple[str, str]], marker: str) -> int:
    """Write files under a folder, and remove files of an earlier run that this run does not write.

    Args:
        path: the folder; it need not exist.
        written: relative paths with `/`, and texts.
        marker: the name of the file that lists the written files. A folder must be new, be empty or
            contain the marker.

    Returns:
        The number of files.

    Raises:
        UsageError: the folder contains other files.
        SourceError: the folder cannot be written.
    """
    try:
        before = _before(path, marker)
        done = []
        for name, text in written:
            _write(path, name, text)
            done.append(name)
            if (
                len(done) == 1
            ):  # written first, so that the folder can be written again after an interrupted run
                _write(path, marker, _listing([*before, *done]))
        _write(path, marker, _listing(done))
        for name in sorted(set(before) - set(done)):
            _remove(path, name)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "cannot be written").lower()
        raise SourceError(f"{visible(path)}: {reason}") from error
    return len(done)


def _before(path: str, marker: str) -> list[str]:
    """Return the files that the folder's marker lists."""
    if os.path.lexists(path) and not os.path.isdir(path):
        raise UsageError(f"--output: {visible(path)} is not a folder")
    os.makedirs(path, exist_ok=True)
    found = os.path.join(path, marker)
    if os.path.isfile(found) and not os.path.islink(found):
        return files.read_bytes(found).decode("utf-8", "replace").splitlines()
    if os.listdir(path):
        raise UsageError(
            f"--output: {visible(path)} is not empty and contains no earlier reference; "
            "name a new folder"
        )
    return []


def _listing(names: Iterable[str]) -> str:
    return "".join(f"{name}\n" for name in names)


def _write(path: str, name: str, text: str) -> None:
    folder, _, base = name.rpartition("/")
    inside = os.path.join(path, folder) if folder else path
    if folder and os.path.islink(inside):
        raise UsageError(f"--output: {visible(inside)} is a link; remove it")
    os.makedirs(inside, exist_ok=True)
    temporary = os.path.join(inside, ".envctl-part")
    if os.path.lexists(temporary):
        os.unlink(temporary)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(temporary, flags, 0o666), "wb") as stream:
        stream.write(text.encode("utf-8", "backslashreplace"))
    os.replace(temporary, os.path.join(inside, base))


def _remove(path: str, name: str) -> None:
    """Remove a file of an earlier run; a path outside the folder, in a forged marker, is ignored."""
    parts = name.split("/")
    folder = os.path.join(path, *parts[:-1])
    inside = len(parts) <= 2 and not {"", ".", ".."} & set(parts) and not os.path.islink(folder)
    target = os.path.join(folder, parts[-1])
    if inside and os.path.isfile(target):
        os.unlink(target)
