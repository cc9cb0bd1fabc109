"""Running envctl in process and as a child, and what a run gives back."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any, NamedTuple
from unittest.mock import patch

from typer.main import get_command

from sglang_envctl import cli

Write = Callable[[str, "str | bytes"], Path]
"""The fixture that writes a file and gives its path."""

ROOT = Path(__file__).parent.parent
PERSON = {"TTY_COMPATIBLE": "1", "FORCE_COLOR": "1", "TERM": "xterm-256color"}
"""Environment in which envctl draws as for a person."""
# What Rich writes to style text: nothing but Select Graphic Rendition.
SGR = re.compile(r"\x1b\[[\d;]*m")


class Result(NamedTuple):
    """How a run ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line of standard error, without the program's name."""
        assert self.err.startswith("envctl: ")
        assert self.err.count("\n") == 1
        return self.err.removeprefix("envctl: ").rstrip("\n")


_application = cli.application


@cache
def _commands(called: tuple[str, ...]) -> Any:
    """The command line of these commands; to make it takes Typer a third of a run in process."""
    return get_command(_application(called))


def run(
    *args: str,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    encoding: str = "utf-8",
) -> Result:
    """Run envctl in this process, with this environment and no other."""
    out, err = io.BytesIO(), io.BytesIO()
    streams: dict[str, Any] = {
        "stdin": io.TextIOWrapper(io.BytesIO(stdin), "utf-8"),
        "stdout": io.TextIOWrapper(out, encoding),
        "stderr": io.TextIOWrapper(err, encoding, "backslashreplace"),
    }
    code: object = 0
    once = patch.object(cli, "application", lambda called: _commands(tuple(called)))
    with patch.dict(os.environ, env or {}, clear=True), patch.multiple("sys", **streams), once:
        try:
            cli.main(list(args))
        except SystemExit as end:
            code = end.code
    for stream in streams.values():
        stream.flush()
    assert isinstance(code, int)
    texts = (stream.getvalue().decode("utf-8") for stream in (out, err))
    return Result(code, *texts)


def command(*args: str) -> list[str]:
    """The command line that runs envctl as a child."""
    return [sys.executable, "-m", "sglang_envctl", *args]


# A shell that runs tests in the background leaves SIGINT ignored.
_HEEDING = """
import os, signal, sys
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


def heeding(*args: str) -> list[str]:
    """The command line of a child that heeds signals, even if this process does not."""
    return [sys.executable, "-c", _HEEDING, *args]


def surroundings(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child: what Python needs, and what the test adds."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", **(env or {})}


def child(
    *args: str,
    env: Mapping[str, str] | None = None,
    stdin: bytes | IO[bytes] = b"",
    stdout: int | IO[bytes] = subprocess.PIPE,
    wrapper: Sequence[str] = (),
) -> Result:
    """Run envctl as a child, with real files behind its streams."""
    given: dict[str, Any] = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
    ended = subprocess.run(
        [*wrapper, *command(*args)],
        env=surroundings(env),
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
        **given,
    )
    return Result(ended.returncode, (ended.stdout or b"").decode(), ended.stderr.decode())
