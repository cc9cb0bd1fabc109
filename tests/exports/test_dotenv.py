"""python-dotenv, new and old, and envctl read back what was exported; shells and node if possible."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from io import StringIO
from pathlib import Path

import dotenv.parser
import pytest
from dotenv import dotenv_values
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Assignment
from sglang_envctl.errors import ExportError
from sglang_envctl.exports import dotenv as dotenv_format
from sglang_envctl.exports import systemd, write
from sglang_envctl.exports.payload import Snapshot
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects.dotenv import read
from tests.consumers import SHELLS, by_env_file, by_node, by_systemd, sourced
from tests.exports.values import TEXTS, VALUES, carried, exported, in_bytes, ours, plain
from tests.tables import table

pytestmark = pytest.mark.real


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


def _sourced_by(program: str, text: bytes) -> dict[bytes, bytes]:
    return sourced(program, b"set -a\n" + text)


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


@table(
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
        ("C:\\x", "'C:\\x'"),
        ("C:\\$x", "'C:\\$x'"),
        ("a\\\\b", '"a\\\\\\\\b"'),
        ("it's $5", '"it\'s $5"'),
        ("it's \\d", '"it\'s \\d"'),
        ("\\'", '"\\\\\'"'),
        ("a\rb", '"a\\rb"'),
        ("C:\\", "C:\\"),
    ],
)  # fmt: skip
def test_dotenv_uses_the_simplest_quotes(raw: str, expected: str) -> None:
    assert expected == dotenv_format.quoted(raw)


def told(values: list[str]) -> tuple[list[Assignment], bytes, Mapping[str, tuple[str, ...]]]:
    """What is carried, the file, and who is said to read what otherwise."""
    found = carried("dotenv", values)
    snapshot = Snapshot(tuple(found), "0.5.23", dialects=("systemd",))
    return found, dotenv_format.render(snapshot).encode(), dotenv_format.divergent(snapshot)


READERS: dict[str, tuple[str, Callable[[bytes], Mapping[bytes, bytes]]]] = {
    **{
        program: ("shell", partial(_sourced_by, program))
        for program in SHELLS
        if program != "bash-posix"
    },
    "node": ("node", by_node),
    "compose": ("compose", by_env_file),
    "systemd": ("systemd", by_systemd),
}
# systemd refuses a whole file for a noncharacter.
SHORT = [raw for raw in VALUES if len(raw) < 1000 and not systemd.refusal("V", raw)]


@pytest.mark.parametrize("reader", READERS)
def test_it_says_who_reads_a_value_otherwise(reader: str) -> None:
    dialect, read = READERS[reader]
    found, text, divergent = told(SHORT)
    same = [a for a in found if dialect not in divergent.get(a.name, ())]
    values = ours(read(text))

    assert len(same) > 150
    assert in_bytes(same) == {a.name.encode(): values.get(a.name.encode()) for a in same}


# What shells, Compose and node all read as it is, though it needs quotes.
ALIKE = [
    "a b", "$x `y`", '{"a": "b c"}', "C:\\new\\table", "C:\\$x y", "it's", "a\nb", "#x", "\\d+ $", "a!b",
    "it's \\d", "é ☕",
]  # fmt: skip


def test_values_that_have_a_form_for_all_are_written_in_it() -> None:
    found, text, divergent = told(ALIKE)

    assert {a.name: those for a in found if (those := divergent.get(a.name, ())) != ()} == {}
    for _, reader in READERS.values():
        assert in_bytes(found) == ours(reader(text))


COMMAND = "$(touch pwned)", "`touch pwned`", ";touch pwned;", "\ntouch pwned\n", "$[$(touch pwned)]"
# A command in every way in which a value could get it out of its quotes.
COMMANDS = [
    f"{before}{command}{after}"
    for command in COMMAND
    for before in ("", "'", '"', "\\", "\\'", "'\"", "a\r", "\\\\'", "$", "${x", "#", " ")
    for after in ("", "'", '"', "\\", "\r", "'\"", "}")
]


@pytest.mark.parametrize("program", [name for name in SHELLS if name != "bash-posix"])
def test_no_shell_executes_a_part_of_a_value(program: str, tmp_path: Path) -> None:
    found = carried("dotenv", COMMANDS)
    text = exported("dotenv", found)
    with contextlib.chdir(tmp_path):
        environment = _sourced_by(program, text)

    assert len(found) > 150
    assert os.listdir(tmp_path) == []
    assert {a.name.encode() for a in found} == set(ours(environment))


@pytest.mark.parametrize("dialect", ["shell", "node", "compose", "docker", "systemd", "kubectl"])
def test_what_a_dialect_is_asked_for_it_reads(dialect: str) -> None:
    pairs = tuple(carried("dotenv", SHORT))
    wrong = dotenv_format.divergent(Snapshot(pairs, "0.5.23", dialects=(dialect,)))
    kept = tuple(a for a in pairs if dialect not in wrong.get(a.name, ()))
    text = write(Snapshot(kept, "0.5.23", dialects=(dialect,)), "dotenv")

    assert len(kept) > 100
    assert plain(kept) == by_python_dotenv(text.encode())
    for refused in pairs:
        if refused not in kept:
            with pytest.raises(ExportError, match=f"{dialect} would read it differently"):
                write(Snapshot((refused,), "0.5.23", dialects=(dialect,)), "dotenv")


NAME = "the name has characters that a .env file does not allow"
REFERENCE = "python-dotenv would replace ${...} in the value, even in quotes"
EXECUTED = "a shell that sources the file would execute part of the value; use another format"
BACKSLASH = "python-dotenv before 1.2.3 would read the final \\ as an escape of the closing quote"


@table(
    ("name", "raw", "expected"),
    [
        ("a.b-c", "x", ""),
        ("", "x", NAME),
        ("1A", "x", NAME),
        ("A B", "x", NAME),
        ("A\n", "x", NAME),
        ("A=B", "x", NAME),
        ("É", "x", NAME),
        ("BASH_FUNC_x%%", "() { :; }", NAME),
        ("A;id", "x", NAME),
        ("A", "\udcff", "the value is not UTF-8"),
        ("A", "${B}", REFERENCE),
        ("A", "x${}y", REFERENCE),
        ("A", "${B:-c}", REFERENCE),
        ("A", "${B:?c}${D", ""),
        ("A", "$B $(C)", ""),
        ("A", "a\n\\", BACKSLASH),
        ("A", "a b's\\", BACKSLASH),
        ("A", "$(touch x)\r", EXECUTED),
        ("A", "it's `touch x`", EXECUTED),
        ("A", "it's $[x]", EXECUTED),
        ("A", "it's ${x", EXECUTED),
        ("A", "it's $@[x=7]", EXECUTED),
        ("A", "it's $#a[x=7]", EXECUTED),
        ("A", "it's $\x7f(x", EXECUTED),
        ("PROMPT_COMMAND", "touch x", "an interactive shell would run commands in the value"),
    ],
)  # fmt: skip
def test_what_dotenv_cannot_carry(name: str, raw: str, expected: str) -> None:
    assert expected == dotenv_format.refusal(name, raw)
