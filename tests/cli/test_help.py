"""Help and version, in the ways that other programs taught people to ask."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import takewhile

import pytest

from sglang_envctl.cli import COMMANDS, check
from sglang_envctl.exports import FORMATS
from tests.harness import run


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(command: str) -> None:
    assert run("help", command) == run(command, "--help")


def test_help_alone_and_of_nothing() -> None:
    assert run("help") == run("--help") == run()
    assert run("help", "nonsense").complaint.startswith("no such command 'nonsense'")


def test_version() -> None:
    assert run("-V") == run("version") == run("--version")
    assert run("-V").out.startswith("envctl ")


@pytest.mark.parametrize(
    ("command", "formats"), [("export", FORMATS), ("check", tuple(check.FORMS))]
)
def test_a_long_list_of_formats_is_below_the_table(command: str, formats: tuple[str, ...]) -> None:
    before, _, below = run(command, "--help").out.partition("Formats: ")

    assert "--format FORMAT" in before
    assert below.partition("Examples:")[0].split() == f"{', '.join(formats)}.".split()


def examples() -> Iterator[str]:
    """The command lines in the helps."""
    for name in COMMANDS:
        _, _, below = run(name, "--help").out.partition("Examples:\n")
        lines = [line.strip() for line in below.splitlines()]
        assert lines or name == "completion"
        yield from filter(None, lines)


@pytest.mark.parametrize("line", [*examples()])
def test_every_example_is_a_command_line(line: str) -> None:
    words = shlex.split(line.partition("$(")[2].partition(")")[0] or line)
    before = list(takewhile(lambda word: word != "--", words))

    assert before[0] == "envctl"
    assert run(*before[1:], "--help").code == 0
