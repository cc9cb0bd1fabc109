"""python-dotenv, new and old, and envctl read back what was exported; shells and node if possible."""

from __future__ import annotations

import re
import tempfile
from io import StringIO

import dotenv.parser
import pytest
from dotenv import dotenv_values
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sglang_envctl.exports import dotenv as dotenv_format
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects.dotenv import read
from tests.consumers import SHELLS, by_node, sourced
from tests.exports.values import TEXTS, VALUES, carried, exported, in_bytes, ours, plain

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
def test_dotenv_uses_the_simplest_quotes(raw: str, expected: str) -> None:
    assert expected == dotenv_format.quoted(raw)


@pytest.mark.parametrize("program", [name for name in SHELLS if name != "bash-posix"])
def test_dotenv_is_read_by_shells_if_possible(program: str) -> None:
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
    assert in_bytes(found) == ours(environment)


def test_dotenv_is_read_by_node_if_possible() -> None:
    """But for values with a quote, a backslash or CR, which have to be escaped."""
    simple = [raw for raw in VALUES if not set(raw) & set("\\\r") and "'" not in raw]
    found = carried("dotenv", simple)
    assert len(found) > 150
    assert in_bytes(found) == ours(by_node(exported("dotenv", found)))


NAME = "the name has characters that a .env file does not allow"
REFERENCE = "python-dotenv would replace ${...} in the value, even in quotes"
BACKSLASH = "python-dotenv before 1.2.3 would read the final \\ as an escape of the closing quote"


@pytest.mark.parametrize(
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
    ],
)  # fmt: skip
def test_what_dotenv_cannot_carry(name: str, raw: str, expected: str) -> None:
    assert expected == dotenv_format.refusal(name, raw)
