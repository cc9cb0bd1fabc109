"""The scripts themselves: accepted by their shells, complete, and safe for any text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer

from sglang_envctl.cli import ALIASES, application
from sglang_envctl.cli.completion import SHELLS, bash, commands, fish, script, zsh
from tests.harness import ROOT, run

CHECKERS = {
    "bash": ("bash -n", bash.render),
    "zsh": ("zsh -n", zsh.render),
    "fish": ("fish -n", fish.render),
    "shellcheck": ("shellcheck --severity=style", bash.render),
}
HOSTILE = 'it\'s `touch pwned` $(touch pwned) "q" [a]:b \\ (c) {d,e} * ; %s $HOME #'

line = commands.read()


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_prints_the_script(shell: str) -> None:
    assert run("completion", shell).out == script(shell)


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_scripts_are_valid(checker: str, shell: Callable[[str], str], tmp_path: Path) -> None:
    command, render = CHECKERS[checker]
    program, *options = command.split()
    script = tmp_path / "script"
    for text in (render(line), render(_hostile())):
        script.write_text(text, encoding="utf-8")
        run = subprocess.run(
            [shell(program), *options, str(script)], capture_output=True, text=True, check=False
        )
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_fish_shows_hostile_help_as_it_is(shell: Callable[[str], str], tmp_path: Path) -> None:
    script = tmp_path / "envctl.fish"
    script.write_text(fish.render(_hostile()), encoding="utf-8")
    for typed in ("envctl ch", "envctl check --stri", "envctl explain misre"):
        code = "source $argv[1]; complete -C $argv[2]"
        run = subprocess.run(
            [shell("fish"), "--no-config", "-c", code, str(script), typed],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.rstrip("\n").partition("\t")[2] == HOSTILE
    assert not (tmp_path / "pwned").exists()


def test_zsh_shows_hostile_help_as_it_is(zsh_terminal: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "_envctl").write_text(zsh.render(_hostile()), encoding="utf-8")
    terminal = zsh_terminal("", f". {tmp_path}/_envctl")
    for typed in ("envctl ch", "envctl check --stri", "envctl explain misre"):
        assert HOSTILE in re.sub(r"\x1b\[[\d;]*[a-zA-Z]", "", terminal.screen(f"{typed}\x04"))
    assert not (tmp_path / "pwned").exists()


def test_every_declared_value_is_used() -> None:
    options = {name for form in line.forms for option in form.options for name in option.names}
    written = {command.text for command in line.commands}
    for key in commands.VALUES:
        assert key in options or key.split()[0] in written - ALIASES.keys(), key


@pytest.mark.parametrize(
    "parameter",
    [typer.Option(..., "--colour", help="How."), typer.Argument(..., help="What.")],
    ids=["option", "argument"],
)
def test_new_parameter_must_be_declared(parameter: Any) -> None:
    app = application()

    @app.command("paint")
    def paint(colour: str = parameter) -> None:
        """Paint."""

    with pytest.raises(commands.UndeclaredValueError, match="colour"):
        commands.read(app)


def test_choices_and_switches_need_no_declaration() -> None:
    form = next(form for form, names in line.forms.items() if "check" in names)
    values = {option.names[0]: option.value for option in form.options}

    assert values["--strict"] is None
    assert values["--sglang"] is commands.VALUES["--sglang"]
    formats = values["--format"]
    assert formats is not None
    assert {"text", "json", "sarif"} <= {word.text for word in formats.words}


def test_alias_has_the_form_of_its_command() -> None:
    for alias, command in ALIASES.items():
        assert [alias in names for names in line.forms.values() if command in names] == [True]


def test_words_need_no_quotes() -> None:
    """bash gets them bare, and fish gives its helps after a tab."""
    words = [word for words in (*line.lists.values(), line.commands) for word in words]
    words += [
        word for form in line.forms for o in form.options if o.value for word in o.value.words
    ]

    assert [word.text for word in words if not re.fullmatch(r"[\w.-]+", word.text)] == []
    assert [word.text for word in words if re.search(r"[\x00-\x1f]", word.help)] == []


def _hostile() -> commands.CommandLine:
    """The command line with helps that try to be code."""

    def hostile(words: tuple[commands.Word, ...]) -> tuple[commands.Word, ...]:
        return tuple(replace(word, help=HOSTILE) for word in words)

    def form(form: commands.Form) -> commands.Form:
        return replace(form, options=tuple(replace(o, help=HOSTILE) for o in form.options))

    return replace(
        line,
        commands=hostile(line.commands),
        forms={form(old): names for old, names in line.forms.items()},
        lists={name: hostile(words) for name, words in line.lists.items()},
    )


def test_bash_function_leaves_a_strict_shell_alive(
    shell: Callable[[str], str], tmp_path: Path
) -> None:
    """As other programs call it: outside of readline, which then has no files to offer."""
    written = tmp_path / "envctl.bash"
    written.write_text(script("bash"), encoding="utf-8")
    for typed in ("envctl show --format = j", "envctl check x", "envctl nonsense x", "envctl x"):
        code = "set -eu; . $0; COMP_WORDS=($1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _envctl"
        answer = "; echo ${COMPREPLY[*]-}"
        run = subprocess.run(
            [shell("bash"), "--norc", "-c", code + answer, str(written), typed],
            capture_output=True,
            text=True,
            check=True,
        )
        assert (run.stdout.strip(), run.stderr) == ("json" if "=" in typed else "", "")


LOADERS = {
    "bash": ("bash", ". {folder}/envctl.bash; complete -p envctl", "_envctl envctl"),
    "zsh": (
        "zsh",
        "autoload -Uz compinit; compinit -u -D; . {folder}/_envctl 2>/dev/null; whence -w _envctl",
        "_envctl: function",
    ),
    "fish": ("fish", "source {folder}/envctl.fish; complete -C 'envctl chec'", "check"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LOADERS)
def test_the_files_that_shells_look_for_ask_the_installed_envctl(
    name: str, shell: Callable[[str], str], tmp_path: Path
) -> None:
    program, code, expected = LOADERS[name]
    options = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[name]
    envctl = tmp_path / "envctl"
    envctl.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m sglang_envctl "$@"\n')
    envctl.chmod(0o755)
    run = subprocess.run(
        [shell(program), *options, "-c", code.format(folder=ROOT / "completions")],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert expected in run.stdout, run.stderr
