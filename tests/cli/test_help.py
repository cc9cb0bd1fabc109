"""Help and version, in the ways that other programs taught people to ask."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator
from itertools import takewhile

import pytest

from sglang_envctl.cli import COMMANDS, check, show
from sglang_envctl.exports import FORMATS
from sglang_envctl.sources import FILE_KINDS, PLACES
from tests.harness import run
from tests.tables import table


@table("command", COMMANDS)
def test_help_of_a_command(command: str) -> None:
    assert run("help", command) == run(command, "--help")


def test_help_alone_and_of_nothing() -> None:
    assert run("help") == run("--help") == run() == run("help", "help")
    assert run("help", "nonsense").complaint.startswith("no such command 'nonsense'")


def test_version() -> None:
    assert run("-V") == run("version") == run("--version")
    assert run("-V").out.startswith("envctl ")


@pytest.mark.parametrize(
    ("command", "title", "words"),
    [
        ("export", "Formats", FORMATS),
        ("check", "Formats", check.FORMS),
        ("show", "Formats", show.FORMS),
        ("check", "Kinds of files", FILE_KINDS),
        ("audit", "Kinds", ("documented, not documented", "default differs")),
    ],
)
def test_a_list_below_the_options_has_every_word(
    command: str, title: str, words: Collection[str]
) -> None:
    _, _, below = run(command, "--help").out.partition(f"\n{title}:\n")
    listed = dict(re.findall(r"^  (\S.*?)  +(\S.*)$", below.partition("\n\n")[0], re.MULTILINE))

    assert listed.keys() >= set(words)
    assert command == "audit" or len(listed) == len(words)


def test_every_place_is_in_the_list_of_sources() -> None:
    _, _, below = run("check", "--help").out.partition("\nSources:\n")

    assert set(PLACES) <= set(re.findall(r"^  (\w+)", below, re.MULTILINE))


@table("command", COMMANDS)
def test_help_fits_80_columns(command: str) -> None:
    lines = run(command, "--help").out.splitlines()

    assert [line for line in lines if len(line) > 80] == []


@table(("command", "columns"), [("show", 40), *((command, 60) for command in COMMANDS)])
def test_help_wraps_in_a_narrow_terminal(command: str, columns: int) -> None:
    """But for lines to copy, which are those of the editors and the examples."""
    shown = run(command, "--help", env={"COLUMNS": str(columns)}).out
    lines = re.split("Examples:|VS Code", shown)[0].splitlines()

    assert max(map(len, lines)) <= columns


def test_the_list_of_commands_has_whole_sentences() -> None:
    _, _, listed = run("--help").out.partition("Commands:\n")

    assert "..." not in listed
    assert set(COMMANDS) <= set(listed.split())


@pytest.mark.parametrize("command", ["show", "explain", "check", "diff", "export", "run"])
def test_options_are_grouped(command: str) -> None:
    shown = run(command, "--help").out
    groups = re.findall(r"^(\w[\w ]*):\n", shown, re.MULTILINE)

    assert {"Arguments", "Environment", "Release and configuration"} <= set(groups)
    assert len(groups) == len(set(groups)) >= 5


def examples() -> Iterator[str]:
    """The command lines in the helps."""
    for name in COMMANDS:
        _, _, below = run(name, "--help").out.partition("Examples:\n")
        lines = [line.strip() for line in below.splitlines()]
        assert lines
        yield from filter(None, lines)


@table("line", [*examples()])
def test_every_example_is_a_command_line(line: str) -> None:
    words = shlex.split(line.partition("$(")[2].partition(")")[0] or line)
    before = list(takewhile(lambda word: word != "--", words))

    assert before[0] == "envctl"
    assert run(*before[1:], "--help").code == 0
