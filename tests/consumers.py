"""Programs that tests need, and what real readers make of an export."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

SHELLS = {
    "bash": ("bash", "--norc"),
    "bash-posix": ("bash", "--norc", "--posix"),
    "dash": ("dash",),
    "zsh": ("zsh", "-f"),
}
_DUMP = '. "$1" || exit 1; exec /usr/bin/env -0'
_FISH_DUMP = "source $argv[1] || exit 1; exec /usr/bin/env -0"


def need(program: str) -> str:
    """The path of a program. Without it a test is skipped, but not in CI, where it has to be."""
    path = shutil.which(program)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{program} is not installed, and CI must run every test")
        pytest.skip(f"{program} is not installed")
    return path


def sourced(shell: str, script: bytes) -> dict[bytes, bytes]:
    """The environment of a program that a shell starts after it sourced `script`."""
    program, *options = SHELLS[shell]
    return _sourced([need(program), *options, "-c", _DUMP, shell], script)


def sourced_by_fish(script: bytes) -> dict[bytes, bytes]:
    """The same for fish."""
    return _sourced([need("fish"), "--no-config", "-c", _FISH_DUMP], script)


def _sourced(command: list[str], script: bytes) -> dict[bytes, bytes]:
    with tempfile.TemporaryDirectory() as home:
        file = Path(home, "script")
        file.write_bytes(script)
        done = subprocess.run(
            [*command, file],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": home},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (0, b"")
    pairs = (pair.partition(b"=") for pair in done.stdout.split(b"\0") if pair)
    return {name: value for name, _, value in pairs}
