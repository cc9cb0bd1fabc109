"""bash, dash and zsh read back what was exported, under any name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Assignment
from sglang_envctl.exports import shell
from tests.consumers import SHELLS, sourced
from tests.exports.values import (
    NOT_UTF8,
    ORIGIN,
    TEXTS,
    VALUES,
    carried,
    exported,
    in_bytes,
    ours,
    text_of,
)
from tests.tables import table

pytestmark = pytest.mark.real


@pytest.mark.parametrize("program", SHELLS)
def test_shell_is_read_back(program: str) -> None:
    found = carried("shell", VALUES + NOT_UTF8)
    assert len(VALUES + NOT_UTF8) == len(found)
    environment = sourced(program, exported("shell", found))
    assert in_bytes(found) == ours(environment)


@pytest.mark.parametrize("program", SHELLS)
@given(st.lists(TEXTS, min_size=20, max_size=60))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_shell_of_any_text_is_read_back(program: str, values: list[str]) -> None:
    found = carried("shell", values)
    assert len(values) == len(found)
    environment = sourced(program, exported("shell", found))
    assert in_bytes(found) == ours(environment)


def test_no_unnecessary_quotes() -> None:
    text = text_of("shell", ("A", "/data/x:1"), ("B", ""))
    assert text == "export A=/data/x:1\nexport B=''\n"


# Names that some shell has plans for; the words are not numbers, the second number is not canonical.
SPECIAL = """
    PATH IFS HOME ENV BASH_ENV PS1 PS4 TERM LANG TMOUT CDPATH MAIL MAILPATH MAILCHECK GLOBIGNORE
    TIMEFORMAT HISTFILE HISTSIZE HISTCHARS COLUMNS LINES OPTIND OPTARG REPLY RANDOM SECONDS LINENO
    SHLVL PPID UID EUID GID EGID USERNAME LOGNAME HOST TTY ERRNO ARGC STATUS status path cdpath
    fpath manpath argv options aliases functions history commands prompt PROMPT FPATH MANPATH PSVAR
    psvar FIGNORE WORDCHARS SAVEHIST LISTMAX KEYTIMEOUT KEYBOARD_HACK FUNCNEST WATCH watch DIRSTACK
    FUNCNAME GROUPS BASHPID BASH_SOURCE BASH_COMMAND SHELLOPTS BASHOPTS EPOCHSECONDS SRANDOM HISTCMD
    pipestatus ZSH_SUBSHELL ZDOTDIR NULLCMD TRY_BLOCK_ERROR signals terminfo module_path _ __ if
    then done export A a ARGV0 BASH_COMPAT BASH_XTRACEFD
"""


@table("raw", ["a b", "0080", "7", "", "x[$(id)]"])
@table("program", SHELLS)
def test_special_names_are_read_back_or_refused(program: str, raw: str) -> None:
    carriable = [name for name in SPECIAL.split() if not shell.refusal(name, raw)]
    script = exported("shell", [Assignment(name, raw, ORIGIN) for name in carriable])
    environment = sourced(program, script)
    assert dict.fromkeys(carriable, raw) == {
        name: environment.get(name.encode(), b"(unset)").decode() for name in carriable
    }


def test_only_names_that_a_shell_really_changes_are_refused() -> None:
    """Besides those whose value an interactive shell runs, which none of these is."""
    refused = [
        name
        for name in SPECIAL.split()
        if shell.refusal(name, "7") and not shell.run_by_a_shell(name)
    ]
    spoilt = {
        name
        for name in refused
        for program in ("bash", "zsh")
        if not (_carries(program, name, "a bc") and _carries(program, name, ""))
    }
    assert set(refused) == spoilt


def _carries(program: str, name: str, raw: str) -> bool:
    script = text_of("shell", (name, raw)) + "\n:\n"
    try:
        environment = sourced(program, script.encode())
    except AssertionError:  # the shell complained
        return False
    return environment.get(name.encode()) == raw.encode()


NAME = "not a valid shell variable name"
OWN = "bash or zsh reserves this name"
NUMBER = "zsh allows only a positive number for this name"


@table(
    ("name", "raw", "expected"),
    [
        ("a_1", "x", ""),
        ("a.b-c", "x", NAME),
        ("", "x", NAME),
        ("1A", "x", NAME),
        ("A\n", "x", NAME),
        ("A=B", "x", NAME),
        ("É", "x", NAME),
        ("BASH_FUNC_x%%", "() { :; }", NAME),
        ("A;id", "x", NAME),
        ("UID", "0", OWN),
        ("path", "/bin", OWN),
        ("COLUMNS", "80", ""),
        ("COLUMNS", "wide", NUMBER),
        ("A", "\udcff", ""),
    ],
)  # fmt: skip
def test_what_a_shell_cannot_carry(name: str, raw: str, expected: str) -> None:
    assert expected == shell.refusal(name, raw)
