"""Whatever is exported is read back byte for byte by the real reader, or refused by name."""

from __future__ import annotations

import json
import re
import tempfile
from io import StringIO
from itertools import chain
from pathlib import Path

import dotenv.parser
import pytest
from dotenv import dotenv_values
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Assignment, Origin
from sglang_envctl.exports import FORMATS, refusals, render, shell
from sglang_envctl.exports import dotenv as dotenv_format
from sglang_envctl.sources.dotenv import read
from sglang_envctl.sources.model import Context
from tests.consumers import SHELLS, sourced

ORIGIN = Origin("a.env", "a.env", 1)
CONTROLS = [chr(code) for code in chain(range(1, 0x20), range(0x7F, 0xA1))]
ODD = """
    =ls a:=ls /=ls ~ a:~ ~root # a#b !x !! $ $$ $HOME ${HOME $(id) `id` %1 * ? [a] (a) {a,b} ^x + -n
    -- -e @(a) a;b a&b a|b <a >a \\ a\\ \\\\ a\\\\ \\n \\' \\" ' '' " "" '" it's a'b"c a'b"c$d
    a'b\\c$d \\$x \\`x é☕ 日本語 \ufeff \u200b =,= x= === 100% a@b http://h/?a=1&b=2#c
    {"a":"b'c\\n"} C:\\new\\t.txt 'a' "a" don't \\x41 \\u0041 a\\'b\\ "\\ $\\' ${a:b} ${a:?b}
    ${a:+b} ${ $} }
"""
BLANKS = [
    "\u2028",
    "\u00a0a\u3000",
    " ",
    "\t",
    "\n",
    "a b",
    " a",
    "a ",
    "\ta\t",
    "\na\n",
    "a\n\n\nb",
    "a # b",
    "# a",
    "a\r\nb",
    "\r",
]
LONG = ["x" * 100_000, "'\"\\ $x\n" * 15_000, "é" * 50_000]
VALUES = ["", *ODD.split(), *BLANKS, *CONTROLS, *(f"a{c}b" for c in CONTROLS), *LONG]
TEXTS = st.text(
    st.sampled_from([*"'\"\\$`{}:- \t\r\n#=!~ax", "\x1b", "\x85", "\u2028", "é", "\ufeff"])
    | st.characters(codec="utf-8", exclude_characters="\0"),
    max_size=30,
)
NOT_UTF8 = ["\udcff", "a\udc81\udc88b", "\udce9'\"\\"]


def assignments(values: list[str]) -> list[Assignment]:
    return [Assignment(f"V{i}", raw, ORIGIN) for i, raw in enumerate(values)]


def carried(form: str, values: list[str]) -> list[Assignment]:
    found = assignments(values)
    refused = refusals(found, form)
    return [a for a in found if a.name not in refused]


def exported(form: str, found: list[Assignment]) -> bytes:
    return render(found, form, "0.5.23").encode("utf-8", "surrogateescape")


def plain(found: list[Assignment]) -> dict[str, str]:
    return {a.name: a.raw for a in found}


# dotenv


def by_python_dotenv(text: bytes) -> dict[str, str | None]:
    with tempfile.NamedTemporaryFile(suffix=".env") as file:
        file.write(text)
        file.flush()
        return dotenv_values(file.name)


OLD_QUOTES = {
    "_single_quoted_value": re.compile(r"'((?:\\'|[^'])*)'"),
    "_double_quoted_value": re.compile(r'"((?:\\"|[^"])*)"'),
}
"""What python-dotenv reads between quotes before 1.2.3."""


def by_old_python_dotenv(text: bytes) -> dict[str, str | None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, pattern in OLD_QUOTES.items():
            patch.setattr(dotenv.parser, name, pattern)
        return dotenv_values(stream=StringIO(text.decode(), newline=None))


def by_envctl(text: bytes) -> dict[str, str]:
    return plain(list(read("a.env", text, Context()).assignments))


@pytest.mark.parametrize("reader", [by_python_dotenv, by_old_python_dotenv, by_envctl])
def test_dotenv_is_read_back(reader: object) -> None:
    assert callable(reader)
    found = carried("dotenv", VALUES)
    assert plain(found) == reader(exported("dotenv", found))


@given(st.lists(TEXTS, min_size=1, max_size=20))
@example(["a\\", "b c"])
@example(["'\\", "\\'"])
@settings(max_examples=300, deadline=None, derandomize=True)
def test_dotenv_of_any_text_is_read_back(values: list[str]) -> None:
    found = carried("dotenv", values)
    text = exported("dotenv", found)
    assert plain(found) == by_python_dotenv(text)
    assert plain(found) == by_old_python_dotenv(text)
    assert plain(found) == by_envctl(text)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", ""),
        ("/data/x_1.y", "/data/x_1.y"),
        ("http://h:80/a=b", "http://h:80/a=b"),
        ("=ls", "'=ls'"),
        ("a:=ls", "'a:=ls'"),
        ("a b", "'a b'"),
        ("#x", "'#x'"),
        ('$x `y` "z"', "'$x `y` \"z\"'"),
        ("a\nb", "'a\nb'"),
        ("it's", '"it\'s"'),
        ("C:\\x", '"C:\\\\x"'),
        ("it's $5", "'it\\'s $5'"),
        ("a\rb", '"a\\rb"'),
        ("C:\\", "C:\\"),
        ("a b's\\", "a b's\\"),
    ],
)  # fmt: skip
def test_dotenv_takes_the_plainest_quotes(raw: str, expected: str) -> None:
    assert expected == dotenv_format.quoted(raw)


@pytest.mark.parametrize("program", [name for name in SHELLS if name != "bash-posix"])
def test_dotenv_is_read_by_shells_too_where_it_can(program: str) -> None:
    r"""But for values with CR, with both `'` or `\` and `$` or a backtick, or with `\` at the end."""
    shared = [
        raw
        for raw in VALUES
        if "\r" not in raw
        and not raw.endswith("\\")
        and not (set(raw) & set("'\\") and set(raw) & set("$`"))
    ]
    found = carried("dotenv", shared)
    assert len(found) > 150
    script = exported("dotenv", found)
    environment = sourced(program, b"set -a\n" + script)
    assert {k: v for k, v in environment.items() if k.startswith(b"V")} == {
        a.name.encode(): a.raw.encode() for a in found
    }


# shell


@pytest.mark.parametrize("program", SHELLS)
def test_shell_is_read_back(program: str) -> None:
    found = carried("shell", VALUES + NOT_UTF8)
    assert len(VALUES + NOT_UTF8) == len(found)
    environment = sourced(program, exported("shell", found))
    assert {k: v for k, v in environment.items() if k.startswith(b"V")} == {
        a.name.encode(): a.raw.encode("utf-8", "surrogateescape") for a in found
    }


@pytest.mark.parametrize("program", SHELLS)
@given(st.lists(TEXTS, min_size=20, max_size=60))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_shell_of_any_text_is_read_back(program: str, values: list[str]) -> None:
    found = carried("shell", values)
    assert len(values) == len(found)
    environment = sourced(program, exported("shell", found))
    assert {k: v for k, v in environment.items() if k.startswith(b"V")} == {
        a.name.encode(): a.raw.encode() for a in found
    }


def test_no_quotes_where_none_are_needed() -> None:
    text = render([Assignment("A", "/data/x:1", ORIGIN), Assignment("B", "", ORIGIN)], "shell", "")
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
    then done export A a
"""


@pytest.mark.parametrize("raw", ["a b", "0080", "7", "", "x[$(id)]"])
@pytest.mark.parametrize("program", SHELLS)
def test_names_with_a_meaning_are_read_back_or_refused(program: str, raw: str) -> None:
    carriable = [name for name in SPECIAL.split() if not shell.refusal(name, raw)]
    script = exported("shell", [Assignment(name, raw, ORIGIN) for name in carriable])
    environment = sourced(program, script)
    assert dict.fromkeys(carriable, raw) == {
        name: environment.get(name.encode(), b"(unset)").decode() for name in carriable
    }


def test_refusing_is_for_names_that_a_shell_really_spoils() -> None:
    refused = [name for name in SPECIAL.split() if shell.refusal(name, "7")]
    spoilt = {
        name
        for name in refused
        for program in ("bash", "zsh")
        if not (_carries(program, name, "a bc") and _carries(program, name, ""))
    }
    assert set(refused) == spoilt


def _carries(program: str, name: str, raw: str) -> bool:
    script = render([Assignment(name, raw, ORIGIN)], "shell", "") + "\n:\n"
    try:
        environment = sourced(program, script.encode())
    except AssertionError:  # the shell complained
        return False
    return environment.get(name.encode()) == raw.encode()


# json


@given(st.lists(TEXTS | st.sampled_from(NOT_UTF8), max_size=20))
@example(VALUES + NOT_UTF8)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_json_is_read_back(values: list[str]) -> None:
    found = carried("json", values)
    assert len(values) == len(found)
    text = exported("json", found)
    origin = {"source": "a.env", "file": "a.env", "line": 1}
    assert json.loads(text) == {
        "schema": 1,
        "release": "0.5.23",
        "settings": [{"name": a.name, "raw": a.raw, "origin": origin} for a in found],
    }


# what cannot be carried

NAME_OF_ENV = "the name has characters that a .env file cannot hold"
NAME_OF_SHELL = "no shell variable can have this name"
OWN = "bash or zsh keeps something of its own under this name"
NUMBER = "zsh takes only a positive number under this name"
NUL = "the value has a NUL character"
BACKSLASH = "python-dotenv before 1.2.3 takes the \\ at the end and the quote behind it for one"
REFERENCE = "python-dotenv would replace ${...} in the value, whatever the quotes"


@pytest.mark.parametrize(
    ("name", "raw", "dotenv_says", "shell_says"),
    [
        ("A", "", "", ""),
        ("a_1", "x", "", ""),
        ("a.b-c", "x", "", NAME_OF_SHELL),
        ("", "x", NAME_OF_ENV, NAME_OF_SHELL),
        ("1A", "x", NAME_OF_ENV, NAME_OF_SHELL),
        ("A B", "x", NAME_OF_ENV, NAME_OF_SHELL),
        ("A\n", "x", NAME_OF_ENV, NAME_OF_SHELL),
        ("A=B", "x", NAME_OF_ENV, NAME_OF_SHELL),
        ("É", "x", NAME_OF_ENV, NAME_OF_SHELL),
        ("BASH_FUNC_x%%", "() { :; }", NAME_OF_ENV, NAME_OF_SHELL),
        ("A;id", "x", NAME_OF_ENV, NAME_OF_SHELL),
        ("UID", "0", "", OWN),
        ("path", "/bin", "", OWN),
        ("COLUMNS", "80", "", ""),
        ("COLUMNS", "wide", "", NUMBER),
        ("A", "x\0y", NUL, NUL),
        ("A", "\udcff", "the value is not UTF-8", ""),
        ("A", "${B}", REFERENCE, ""),
        ("A", "x${}y", REFERENCE, ""),
        ("A", "${B:-c}", REFERENCE, ""),
        ("A", "${B:?c}${D", "", ""),
        ("A", "$B $(C)", "", ""),
        ("A", "a\n\\", BACKSLASH, ""),
    ],
)  # fmt: skip
def test_refusals(name: str, raw: str, dotenv_says: str, shell_says: str) -> None:
    found = [Assignment("FINE", "x", ORIGIN), Assignment(name, raw, ORIGIN)]
    expected = {"dotenv": dotenv_says, "shell": shell_says, "json": ""}
    assert {form: {name: why} if why else {} for form, why in expected.items()} == {
        form: refusals(found, form) for form in FORMATS
    }


@pytest.mark.parametrize("form", FORMATS)
def test_of_nothing_comes_a_valid_text(form: str) -> None:
    text = render((), form, "0.5.23")
    assert json.loads(text)["settings"] == [] if form == "json" else text == ""


@pytest.mark.parametrize("form", FORMATS)
def test_refusing_takes_linear_time(form: str) -> None:
    hostile = ["${" * 60_000, "${a:" * 30_000, "${a:-" * 25_000, " " * 120_000 + "\\"]
    assert set() == set(refusals(assignments(hostile[:3]), form))
    render(carried(form, hostile), form, "")


def test_every_format_is_tested_here() -> None:
    tested = re.findall(r"def test_([a-z]+)_is_read_back\(", Path(__file__).read_text("utf-8"))
    assert set(FORMATS) == set(tested)
