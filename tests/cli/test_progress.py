"""A long run shows how far it has come, to a person at a terminal and nobody else."""

from __future__ import annotations

import io
import sys

import pytest

from sglang_envctl.cli.progress import counted


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "quiet", "total", "shown"),
    [
        (Terminal(), False, 50, True),
        (Terminal(), False, 49, False),
        (Terminal(), True, 50, False),
        (io.StringIO(), False, 50, False),
        (None, False, 50, False),
    ],
)
def test_counted(
    monkeypatch: pytest.MonkeyPatch,
    stream: io.StringIO | None,
    quiet: bool,
    total: int,
    shown: bool,
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with counted("Reading", quiet=quiet) as on_step:
        for done in range(total):
            if on_step:
                on_step(done + 1, total)

    assert ("Reading" in (stream.getvalue() if stream else "")) == shown
