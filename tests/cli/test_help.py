"""Help and version, in the ways that other programs taught people to ask."""

from __future__ import annotations

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
    assert below.replace("\n", " ").split() == f"{', '.join(formats)}.".split()
