"""Reading .env files: assignments with their lines, and notes."""

from __future__ import annotations

import os
import time
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from dotenv import dotenv_values
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Layer, Note, Origin, stack
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.collector import LONGEST_STRING
from sglang_envctl.sources.dotenv.dialects.dotenv import read
from tests.tables import table

DATA = Path(__file__).parents[1] / "data" / "sources"
PROCESS = {"HOME": "/home/me", "EMPTY": ""}
BELOW = {"ROOT": "/data", "HOME": "/below"}


def layer(text: str | bytes, process: dict[str, str] | None = None) -> Layer:
    data = text if isinstance(text, bytes) else text.encode()
    return read("a.env", data, Context(PROCESS if process is None else process, BELOW))


def assignments(found: Layer) -> list[str]:
    return [f"{a.origin.line} {a.name}={a.raw}" for a in found.assignments]


def seen(note: Note) -> tuple[object, ...]:
    return note.variant, *note.facts.values()


def notes(found: Layer) -> list[str]:
    """`LINE RULE NAME VARIANT FACTS`, by line."""
    shown = ((n.origin.line or 0, n.rule, n.name, *seen(n)) for n in found.notes)
    return [" ".join(filter(None, map(str, note))) for note in sorted(shown)]


READ = {
    # plain lines, and which line they stand on
    "nothing": ("", []),
    "blanks only": (" \n\t\n\n", []),
    "no line end": ("A=1", ["1 A=1"]),
    "two": ("A=1\nB=2\n", ["1 A=1", "2 B=2"]),
    "blank lines before": ("\n\n \nA=1\n\n\nB=2", ["4 A=1", "7 B=2"]),
    "blank lines with other blanks": ("\x0b\n\x0c\n\u2003\nA=1", ["4 A=1"]),
    "comments": ("# x\nA=1\n  # A=2\n#B=3\nC=4", ["2 A=1", "5 C=4"]),
    "indented": ("  A=1\n\tB=2", ["1 A=1", "2 B=2"]),
    "blanks around =": ("A = 1\nB =2\nC= 3", ["1 A=1", "2 B=2", "3 C=3"]),
    "trailing blanks": ("A=1  \t\nB=2", ["1 A=1", "2 B=2"]),
    "empty": ("A=\nB=''\nC=\"\"\nD= ", ["1 A=", "2 B=", "3 C=", "4 D="]),
    "= in the value": ("A=b=c==", ["1 A=b=c=="]),
    "export": ("export A=1\nexport\tB=2\n  export   C=3", ["1 A=1", "2 B=2", "3 C=3"]),
    "export is also a name": ("export=1", ["1 export=1"]),
    "lower case, dots and dashes": ("a.b-c=1", ["1 a.b-c=1"]),
    "a name in quotes": ("'a b'=1\nB=2", ["1 a b=1", "2 B=2"]),
    "no expansion but ${}": ("A=$HOME ~ `x` $(y) %h", ["1 A=$HOME ~ `x` $(y) %h"]),
    # quotes
    "quoted": ("A='x y'\nB=\"x y\"", ["1 A=x y", "2 B=x y"]),
    "quotes inside": ("A=\"it's\"\nB='\"'\nC=it's", ["1 A=it's", '2 B="', "3 C=it's"]),
    "escapes": (r"""A="a\n\t\"\\"
B='a\n\'\\'
C=a\n""", ['1 A=a\n\t"\\', "2 B=a\\n'\\", "3 C=a\\n"]),
    "several lines": (
        "A='1\n2\n\n3'\nB=\"\n\nx\n\"\n\nC=1",
        ["1 A=1\n2\n\n3", "5 B=\n\nx\n", "10 C=1"],
    ),
    "assignments inside quotes": ("A='\nB=1\n'\nC=2", ["1 A=\nB=1\n", "4 C=2"]),
    "export and several lines": ("\nexport A='1\n2'\nB=3", ["2 A=1\n2", "4 B=3"]),
    # line ends
    "CRLF": ("A=1\r\n\r\nB='x\r\ny'\r\nC=3", ["1 A=1", "3 B=x\ny", "5 C=3"]),
    "lone CR": ("A=1\rB=2\r\rC=3", ["1 A=1", "2 B=2", "4 C=3"]),
    "other separators end no line": ("A=1\u20282\x852\x0c3\nB=1", ["1 A=1\u20282\x852\x0c3", "2 B=1"]),
    # comments behind a value
    "inline comment": ("A=1 # c\nB=2\t#c\nC='3' # c\nD='4'#c", ["1 A=1", "2 B=2", "3 C=3", "4 D=4"]),
    "no comment": ("A=1#c\nB=#c\nC='x # y'", ["1 A=1#c", "2 B=#c", "3 C=x # y"]),
    # references
    "reference": ("A=x\nB=${A}y${A}\nC='${A}'", ["1 A=x", "2 B=xyx", "3 C=x"]),
    "reference to what stands below only": ("A=${B}\nB=1", ["1 A=", "2 B=1"]),
    "reference to an earlier value of itself": ("A=1\nA=${A}2", ["1 A=1", "2 A=12"]),
    "reference to a layer underneath": ("A=${ROOT}/x", ["1 A=/data/x"]),
    "a layer covers the process": ("A=${HOME}", ["1 A=/below"]),
    "the file covers both": ("HOME=/file\nA=${HOME}", ["1 HOME=/file", "2 A=/file"]),
    "default": ("A=${NO_SUCH:-d}\nB=${EMPTY:-d}\nC=${NO_SUCH:-}", ["1 A=d", "2 B=", "3 C="]),
    "default is not resolved": ("A=1\nB=${NO_SUCH:-${A}}", ["1 A=1", "2 B=${A}"]),
    "a value is not resolved twice": ("A='$'\nB=${A}{A}", ["1 A=$", "2 B=${A}"]),
    "no references": (
        "A=${HOME\nB=${HOME:?m}\nC=${HOME:+m}\nD=$${ROOT}",
        ["1 A=${HOME", "2 B=${HOME:?m}", "3 C=${HOME:+m}", "4 D=$/data"],
    ),
    "reference to a bare name": ("HOME\nA=${HOME:-d}", ["2 A="]),
    # names that stand twice, or alone
    "duplicates": ("A=1\nB=2\nA=3", ["1 A=1", "2 B=2", "3 A=3"]),
    "a bare name": ("A\nB=1", ["2 B=1"]),
    "a bare name takes back what stood before": ("A=1\nB=2\nA", ["2 B=2"]),
    "but not what comes after": ("A=1\nA\nA=2", ["1 A=1", "3 A=2"]),
    # lines that do not parse
    "rest of the file after a broken line": ("A='1\nB=2\n=3\nx y\nC=4", ["2 B=2", "5 C=4"]),
    "text after a quote": ("A='1' 2\nB=3", ["2 B=3"]),
    # bytes
    "BOM": (b"\xef\xbb\xbfA=1", ["1 A=1"]),
    "a second BOM is text": (b"\xef\xbb\xbf\xef\xbb\xbfA=1", ["1 \ufeffA=1"]),
    "invalid UTF-8 is kept": (b"A=\xff\nB=1", ["1 A=\udcff", "2 B=1"]),
    "UTF-16": ("A=1\n".encode("utf-16"), []),
    "NUL is kept": ("A=x\0y", ["1 A=x\0y"]),
}  # fmt: skip


@table(("text", "expected"), READ.values(), ids=READ)
def test_reads(text: str | bytes, expected: list[str]) -> None:
    assert expected == assignments(layer(text))


NOTED = {
    "nothing wrong": ("# c\n\nexport A='x # y'\nB=${A}\nC=\"\n\n\"\n", []),
    "nothing in an ordinary comment": ("# don't \u00a0 \u200b = ' \"\nA=1", []),
    "duplicates": ("A=1\nA=1\nA=2", ["2 duplicate-name A same 1", "3 duplicate-name A 2"]),
    "bare names": (
        "A_B\nexport PATH\nnot a name",
        ["1 no-value A_B", "2 no-value PATH", "3 unparsed-line"],
    ),
    "a bare name that is no variable is not shown": (
        "hunter2\nAKIAIOSFODNN7EXAMPLE",
        ["1 no-value", "2 no-value"],
    ),
    "unparsed lines": (
        "A=\"1\n\n\nB: 2\n=3\n export C='x'y",
        ["1 unparsed-line A", "4 unparsed-line", "5 unparsed-line", "6 unparsed-line C"],
    ),
    "an open quote takes all up to the next one": (
        "A='1\nB=2\nC='x'\nD",
        ["1 unparsed-line A", "4 no-value D"],
    ),
    "a name before a broken value has a bound": ("A" * 100 + "='", ["1 unparsed-line"]),
    "inline comments": (
        "A=1 # c\nB='x' # it's\nC= # c\nD=1#c\nE=\"# c\"\nF=#c",
        ["1 inline-comment A", "2 inline-comment B", "3 inline-comment C"],
    ),
    "a comment with nothing before it is the value": (
        "A=# c\nB='# c'\nC=#c",
        ["1 inline-comment A value"],
    ),
    "a comment behind a bare name": ("A # c", ["1 no-value A"]),
    "undefined": ("A=${NO_SUCH}\nB=${NO_SUCH:-d}\nC=${HOME}", ["1 undefined-reference A NO_SUCH"]),
    "a reference that is no name may be a password's": (
        "A='x${hunt er}'",
        ["1 undefined-reference A"],
    ),
    "whitespace around the equals sign": (
        "A = 1\nB= x\nexport C =1\nD= \nE=a = b\n F=1\nG=  # c\nH\t=1",
        [
            "1 spaced-assignment A", "2 spaced-assignment B", "3 spaced-assignment C",
            "7 inline-comment G", "8 spaced-assignment H",
        ],
    ),
    "invisible": (
        "A=x\u200by\nB\u00a0=1\nC=1\u00a0",
        [
            "1 invisible-character A U+200B",
            "2 invisible-character B U+00A0",
            "3 invisible-character C U+00A0",
        ],
    ),
    "invisible in a comment harms nobody": ("A=1 # a\u00a0b\n\u00a0\nB=é", ["1 inline-comment A"]),
    "CRLF": ("A=1\nB=2\r\nC=3\r\n", ["2 carriage-returns 2"]),
    "CRLF after lone CRs": ("A=1\r\rB=2\r\n", ["3 carriage-returns 1"]),
    "BOM": (b"\xef\xbb\xbfA=1", ["1 byte-order-mark"]),
    "NUL": ("A=1\r\n\rB=\0\0", ["1 carriage-returns 1", "3 nul-character"]),
    "invalid UTF-8": (
        b"A=1\r\nB=\r\xe9\xff",
        ["1 carriage-returns 1", "3 no-value", "3 not-utf8 byte 0xe9"],
    ),
    "UTF-16 BE": (b"\xfe\xff\0A\0=\0001", ["1 not-utf8 UTF-16"]),
    "UTF-16 LE": (b"\xff\xfeA\0=\0001\0", ["1 not-utf8 UTF-16"]),
    "the longest text": ("A=" + "x" * (LONGEST_STRING - 3), []),
    "too long": ("\nA=" + "x" * (LONGEST_STRING - 2), ["2 too-long A 131073"]),
    "too long in bytes": ("A=" + "é" * (LONGEST_STRING // 2), ["1 too-long A 131075"]),
}  # fmt: skip


@table(("text", "expected"), NOTED.values(), ids=NOTED)
def test_notes(text: str | bytes, expected: list[str]) -> None:
    assert expected == notes(layer(text))


SILENCED = {
    "same line": ("A=1 # envctl: ignore[x]", {1: {"x"}}),
    "same line, behind quotes": ("A='1'#envctl:ignore[x]", {1: {"x"}}),
    "same line, behind a reason": ("A=1 # it's so # envctl: ignore[x]", {1: {"x"}}),
    "line above": ("# envctl: ignore[x]\nA=1\nB=2", {2: {"x"}}),
    "several": ("# envctl: ignore[x, y,]\nA=1  # envctl: ignore[z]", {2: {"x", "y", "z"}}),
    "several lines above": ("# envctl: ignore[x]\n# why\n#envctl: ignore[y]\n  A=1", {4: {"x", "y"}}),
    "a value of several lines": ("\n# envctl: ignore[x]\nA='1\n2' # envctl: ignore[y]", {3: {"x", "y"}}),
    "a bare name": ("# envctl: ignore[x]\nA # envctl: ignore[y]", {2: {"x", "y"}}),
    "a broken line": ("# envctl: ignore[x]\nA: 1 # envctl: ignore[y]", {2: {"x", "y"}}),
    "not across a blank line": ("# envctl: ignore[x]\n\nA=1", {}),
    "not below": ("A=1\n# envctl: ignore[x]", {}),
    "not in quotes": ("A='x # envctl: ignore[x]'", {}),
    "not in the lines of a value": ("A='\n# envctl: ignore[x]\n'\nB=1", {}),
    "not in a value": ("A=#envctl: ignore[x]\nB=1#envctl: ignore[x]", {}),
    "not in what is no comment": ("A: 1#envctl: ignore[x]", {}),
    "of every rule": ("A=1 # envctl: ignore", {1: {"*"}}),
    "misspelled, as it is written": (
        "# envctl ignore[x]\nA=1 # envctl: ignore x\n# envctl: ignore[x] no\nB=1",
        {2: {"envctl ignore[x]", "envctl: ignore x"}, 4: {"envctl: ignore[x] no"}},
    ),
    "not a sentence": ("# envctl, which ignores this\nA=1 # as envctl: says", {}),
}  # fmt: skip


@table(("text", "expected"), SILENCED.values(), ids=SILENCED)
def test_suppression_comments(text: str, expected: dict[int, set[str]]) -> None:
    found = layer(text)
    assert {(found.label, line): rules for line, rules in expected.items()} == found.ignores


def test_origin_and_references() -> None:
    found = layer("\nA=${HOME}${NO_SUCH:-x}")
    assert Origin("a.env", "a.env", 2) == found.assignments[0].origin
    assert found.assignments[0].references == ("HOME", "NO_SUCH")
    assert (found.label, found.kind, found.explicit) == ("a.env", "dotenv", True)


@table("path", sorted(DATA.glob("key-*.env")), ids=lambda path: path.stem)
def test_nothing_of_a_private_key_without_quotes_appears(path: Path) -> None:
    """Every file begins and ends with valid lines; nothing of the body in between may appear."""
    found = layer(path.read_bytes())
    assert [a.name for a in found.assignments] == ["BEFORE", "AFTER"]
    assert {"broken-secret", "unparsed-line"} & {n.rule for n in found.notes}
    traces = [*found.notes, *found.assignments]
    body = path.read_text().split("\n")[2:-2]
    for line in filter(None, body):
        assert not [t for t in traces if line in repr(t) or line.rstrip("=") in repr(t)]


MANY = "x\n" * 1_000_000
TRAPS = {
    "100 MB line": ("x" * 100_000_000, ["2 too-long 100000000"]),
    "quoted line": ("B='" + "x" * 2_000_000 + "'", ["2 too-long 2000004"]),
    "quoted lines": (f"B='{MANY}'", ["2 too-long 2000000"]),
    "escaped quote": (f"B='\\'{MANY}\\\\' # '", ["2 too-long 2000004"]),
    "another quote inside": (f"B='\nB=\"\n{MANY}' # \"", ["2 too-long 2000005"]),
    "open quote": ("B='" + f"# {'x' * 100}\n" * 11_000, ["2 unparsed-line"]),
    "blanks": ("B=x" + " " * 300 + "y", ["2 blank-run"]),
    "10 MB of blanks": ("B=x" + " \t" * 5_000_000, ["2 too-long 10000003"]),
    "1 MB of blanks": ("B=1" + " " * 1_000_000, ["2 blank-run"]),
}


@pytest.mark.slow
@pytest.mark.parametrize(("text", "expected"), TRAPS.values(), ids=TRAPS)
def test_slow_lines_are_reported_and_skipped(text: str, expected: list[str]) -> None:
    start = time.process_time()
    found = layer(f"A=1\n{text}\nC=1")
    assert notes(found) == expected
    last = 2 + text.count("\n") + 1
    assert assignments(found) == ["1 A=1", f"{last} C=1"]
    assert time.process_time() - start < 10  # the parser alone: minutes, or gigabytes


BLANKS = " " * 300
HARMLESS = {
    "blank line": f"{BLANKS}\nA=1",
    "comment": f"#{BLANKS}x\nA=1",
    "indentation": f"{BLANKS}A=1",
    "before the value": f"A={BLANKS}1",
    "quoted": f"B='{BLANKS}'\nA=1",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_harmless_long_whitespace_is_not_reported(text: str) -> None:
    found = layer(text)
    assert [note for note in notes(found) if note != "1 spaced-assignment A"] == []
    assert {a.name: a.raw for a in found.assignments}["A"] == "1"


@pytest.mark.slow
@pytest.mark.parametrize(
    "hostile",
    [
        "A='" + "${" * 300_000 + "'",
        "A='" + "${x:y" * 100_000 + "}'",
        "A='" + "${x:-" * 100_000 + "'",
        "A=1 # envctl: " + "ignore[" * 100_000,
        "A='" + " #" * 300_000 + "\nenvctl: x'",
        "A='" + "\\'" * 300_000,
        "'" * 300_000,
        "A=${A}\n" * 30_000,
        "A\nA=1\n" * 30_000,
        ("#" + ("x" + " " * 255) * 4_000 + "\n") * 20,
        "# envctl: ignore[x]\n" * 30_000,
    ],
    ids=lambda text: repr(text[:14]),
)
def test_time_is_linear(hostile: str) -> None:
    start = time.process_time()
    layer(hostile)
    assert time.process_time() - start < 10


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_bytes_make_a_layer(data: bytes) -> None:
    found = layer(data)
    last = len(data.splitlines()) + data.count(b"\0") + 1
    assert all(0 < (a.origin.line or 0) <= last for a in found.assignments)


PIECES = st.sampled_from(
    [
        *"AB=#'\"\\${}:- \t\n\n\n\r\u00a0\u2028\x0cé\ufeff",
        *("A=", "B='", "=\n", '"\n', "''", " #", "\\n", "\r\n"),
        *("export ", "${A}", "${B:-", "HOME", "${HOME}", "EMPTY"),
    ]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)


@pytest.mark.slow
@given(TEXTS)
@example("A=1\nB=2\nA\n")
@example("\ufeff\ufeffA=1")
@example("A=${:-x}${}${:}")
@settings(max_examples=800, deadline=None, derandomize=True)
def test_agrees_with_python_dotenv(text: str) -> None:
    """Names, order, values and bare names, as `load_dotenv` would set them."""
    with mock.patch.dict(os.environ, PROCESS, clear=True):
        expected = dotenv_values(stream=StringIO(text, newline=None), interpolate=True)
    found = read("a.env", text.encode(), Context(PROCESS))
    effective = stack([found]).effective
    assert {k: v for k, v in expected.items() if v is not None} == {
        name: assignment.raw for name, assignment in effective.items()
    }
    if not any(note.rule == "no-value" for note in found.notes):
        assert list(expected) == list(effective)


@pytest.mark.slow
@given(TEXTS)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_the_line_of_an_assignment_is_that_of_its_name(text: str) -> None:
    lines = StringIO(text, newline=None).read().split("\n")
    for assignment in layer(text).assignments:
        assert assignment.name.split("\n")[0] in lines[(assignment.origin.line or 0) - 1]
