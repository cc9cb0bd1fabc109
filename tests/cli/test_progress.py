"""A long run shows how far it has come, to a person at a terminal and nobody else."""

from __future__ import annotations

import io
import sys

import pytest

from sglang_envctl.cli.progress import counted, each
from tests.harness import Write, run


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "quiet", "ci", "total", "shown"),
    [
        (Terminal(), False, "", 50, True),
        (Terminal(), False, "", 49, False),
        (Terminal(), True, "", 50, False),
        (Terminal(), False, "true", 50, False),
        (io.StringIO(), False, "", 50, False),
        (None, False, "", 50, False),
    ],
)
def test_counted(
    monkeypatch: pytest.MonkeyPatch,
    stream: io.StringIO | None,
    quiet: bool,
    ci: str,
    total: int,
    shown: bool,
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("CI", ci)
    with counted("Reading", quiet=quiet) as on_step:
        for done in range(total):
            if on_step:
                on_step(done + 1, total)

    assert ("Reading" in (stream.getvalue() if stream else "")) == shown


@pytest.mark.parametrize(("number", "shown"), [(120, True), (49, False)])
def test_what_nobody_can_tell_the_number_of(
    monkeypatch: pytest.MonkeyPatch, number: int, shown: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)

    assert list(each("Reading", range(number), quiet=False)) == list(range(number))
    assert ("Reading 100" in terminal.getvalue()) == shown


@pytest.mark.parametrize("command", [["diff", "env"], ["check", "env"], ["show", "-e", "env"]])
def test_nothing_is_drawn_where_standard_error_is_no_terminal(
    command: list[str], write: Write
) -> None:
    for number in range(60):
        node = f'{{"schema": 1, "node": {{"host": "gpu{number}"}}, "settings": []}}'
        write(f"env/{number:02}.json", node)

    assert "Reading" not in run(*command).err
