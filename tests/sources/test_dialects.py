"""Each dialect of .env files is read as by the program that it is named after."""

from __future__ import annotations

import json
import re
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Layer, Note, stack
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects import DIALECTS, read_as
from tests.consumers import need
from tests.tables import table

DATA = Path(__file__).parents[1] / "data" / "sources"
OBSERVED = json.loads((DATA / "dialects" / "observed.json").read_text())["cases"]
PROCESS = {"BASE": "base", "HOME": "/home/me"}
HERE = Context(PROCESS, {"BELOW": "below", "BASE": "below"})
OTHERS = [reader for reader in DIALECTS if reader != "dotenv"]
"""Those that this file tests; python-dotenv has a file of its own."""


def read(reader: str, text: str | bytes) -> Layer:
    data = text if isinstance(text, bytes) else text.encode()
    return read_as(reader, "a.env", data, HERE)


def values(layer: Layer) -> dict[str, str]:
    return {name: a.text for name, a in stack([layer]).effective.items()}


def seen(note: Note) -> tuple[object, ...]:
    return note.variant, *note.facts.values()


def notes(layer: Layer) -> list[str]:
    """`LINE RULE NAME VARIANT FACTS`, by line."""
    shown = ((n.origin.line or 0, n.rule, n.name, *seen(n)) for n in layer.notes)
    return [" ".join(filter(None, map(str, note))) for note in sorted(shown)]


@table("reader", OTHERS)
@table("case", OBSERVED.values(), ids=OBSERVED)
def test_agrees_with_what_was_observed(case: dict[str, object], reader: str) -> None:
    data = str(case["text"]).encode("latin-1")
    found = read_as(reader, "a.env", data, Context(PROCESS))
    known, expected = values(found), dict(case[reader] or {})  # type: ignore[call-overload]
    for name in [name for name, text in known.items() if text.startswith("<")]:
        assert expected.pop(name, None) is not None  # known only by running it
        del known[name]

    assert expected == known
    assert (case[reader] is None) == any(note.rule == "file-refused" for note in found.notes)


BASE, WIDE = b"A=1\n", b"x" * 65_534
READ = {
    # Docker and kubectl: the longest line is one of 65,535 bytes, a carriage return included
    "docker longest": ("docker", b"B=" + WIDE[1:] + b"\n", ["B"]),
    "docker too long": ("docker", BASE + b"B=" + WIDE + b"\n", []),
    "docker too long with CR": ("docker", BASE + b"B=" + WIDE[1:] + b"\r\nC=1", []),
    "kubectl longest": ("kubectl", b"B=" + WIDE[1:] + b"\nC=1", ["B", "C"]),
    "kubectl keeps the lines before": ("kubectl", BASE + b"B=" + WIDE + b"\nC=1", ["A"]),
    "kubectl names": ("kubectl", b".a=1\na..b=1\n", [".a", "a..b"]),
    "kubectl dots": ("kubectl", b"A=1\n..a=1\n", []),
    "kubectl longest name": ("kubectl", b"A" * 253 + b"=1", ["A" * 253]),
    "kubectl longer name": ("kubectl", b"A" * 254 + b"=1", []),
    "BOM on the first line alone": ("docker", b"\xef\xbb\xbfA=1\n\xef\xbb\xbfB=1", ["A", "\ufeffB"]),
    "whitespace of Go": ("docker", "\u2003A=1\n\x85B=1\n".encode(), ["A", "B"]),
    "not whitespace of Go": ("docker", b"\x1cA=1\n", ["\x1cA"]),
    # Compose
    "compose last line alone": ("compose", b"A=1\nBASE", []),
    "compose brackets": ("compose", b"A[0]=1\nB.c-d=2\n", ["A[0]", "B.c-d"]),
    "compose after a quote": ("compose", b"A='1' B=2\n", ["A", "B"]),
    # systemd
    "systemd quotes span lines": ("systemd", b"A='1\n2' \"3\nB=4\"\n", ["A"]),
    "systemd unclosed": ("systemd", b"A=1\nB='2\nC=3\n", ["A", "B"]),
    "systemd reserved characters": ("systemd", "A=\ufdd0\nB=1".encode(), []),
    # Node
    "node next line": ("node", b"A= \nB=1\n", ["A"]),
    "node export of nothing": ("node", b"export A=\n", ["export A"]),
    "node comment after whitespace": ("node", b"# c\n  # A=1\n", ["# A"]),
}  # fmt: skip


@table(("reader", "data", "names"), READ.values(), ids=READ)
def test_names_read(reader: str, data: bytes, names: list[str]) -> None:
    assert names == list(values(read(reader, data)))


RESOLVED = {
    "process before file before layers": ("BASE=1\nA=$BASE/$BELOW/$A", "base/below/"),
    "dollars": ("A=$$BASE $1 $ $", "$BASE $1 $ $"),
    "escaped": (r'A="\$BASE ${BASE}"', "$BASE base"),
    "default": ("E=\nA=${E:-d}|${E-d}|${NO:-${BASE}}|${NO-}", "d||base|"),
    "alternative": ("E=\nA=${BASE:+a}|${E:+a}|${E+a}|${NO+a}", "a||a|"),
    "required": ("A=${BASE:?m}${BASE?m}", "basebase"),
    "a default with braces": ("A=${NO:-{x} y}", "{x} y"),
    "two on a line": ("A=${NO:-x} and ${BASE:-y}", "x and base"),
    "octal": (r'A="\0101\018\0"', "A\\18\\"),
    "other escapes": (r'A="\a\x41\c\e\'"', "\a\\x41\\c\\e\\'"),
}


@table(("text", "expected"), RESOLVED.values(), ids=RESOLVED)
def test_compose_resolves(text: str, expected: str) -> None:
    assert expected == values(read("compose", text + "\n"))["A"]


NOTED = {
    "docker": (
        "A=1\nA=2 # c\nexport B=1\nC D=1\n=1\nNO_SUCH\nx\n",
        [
            "2 duplicate-name A 1", "2 inline-comment A kept",
            "3 file-refused 'export' is shell syntax",
            "4 file-refused a name contains whitespace", "5 file-refused there is no name before =",
            "6 no-value NO_SUCH inherited", "7 no-value inherited",
        ],
    ),
    "kubectl": (
        "A=1\nA=2\n1B=1\nNO_SUCH\nBASE\n" + "x" * 70_000,
        [
            "2 file-refused A the name is already set on line 1",
            "3 file-refused names have only letters, digits, _, - and ., and do not begin with a digit",
            "4 no-value NO_SUCH inherited-or-empty", "6 rest-lost the line is longer than 64 KiB",
        ],
    ),
    "compose": (
        "A=${NO_SUCH}\nB=${}\nC=${NO_SUCH:?}\nD E=1\n'F'=1\nNO_SUCH\nG='\n1",
        [
            "1 undefined-reference A NO_SUCH",
            "2 file-refused B invalid reference after ${ (write $$ for a literal $)",
            "3 file-refused C ${...?...} requires a variable that is not set here",
            "4 file-refused a name contains whitespace",
            "5 file-refused a name contains an invalid character",
            "6 no-value NO_SUCH inherited", "7 file-refused G a quote is never closed",
        ],
    ),
    "systemd": (
        "\ufeffA=1\n# c \\\nexport B=1\nC-D=1\nNO_SUCH\nno pair\nE=1 # c\nF='a # b'\nG='x\nH=1\n",
        [
            "1 byte-order-mark kept", "2 comment-continued",
            "3 name-dropped 'export' is shell syntax",
            "4 name-dropped a name may contain only letters, digits and _",
            "5 no-value NO_SUCH", "6 unparsed-line",
            "7 inline-comment E kept", "9 rest-lost G a quote is never closed",
        ],
    ),
    "shell": (
        "A=1 # c\nB=x y\nC=1; D=2\nE=$NO_SUCH\nF-G=1\nNO_SUCH\nA=2\nH='\n",
        [
            "2 command-run B", "4 undefined-reference E NO_SUCH", "5 command-run", "6 command-run",
            "7 duplicate-name A 1", "8 rest-lost a syntax error",
        ],
    ),
    "node": (
        "\ufeffA=1\nB=1#2\nC='1'2\nD=1 # c\nE='1' # c\nF= \nG=1\nNO_SUCH\nno pair\n=1\n",
        [
            "1 byte-order-mark kept", "1 invisible-character \ufeffA U+FEFF", "2 value-cut B",
            "3 value-cut C",
            "6 value-from-next-line F", "8 no-value NO_SUCH", "9 unparsed-line", "10 unparsed-line",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("reader", NOTED)
def test_notes(reader: str) -> None:
    text, expected = NOTED[reader]
    assert expected == notes(read(reader, text))


@pytest.mark.parametrize("reader", OTHERS)
def test_suppressions(reader: str) -> None:
    """The comment above a line; one after a value only where the dialect has such comments."""
    found = read(
        reader, "# envctl: ignore[x]\nA=1\n\n# envctl: ignore[y]\n\nB=1 # envctl: ignore[z]\n"
    )
    behind = {("a.env", 6): {"z"}} if values(found)["B"] == "1" else {}

    assert {("a.env", 2): {"x"}, **behind} == found.ignores


@table("reader", OTHERS)
@table("path", sorted(DATA.glob("key-*.env")), ids=lambda path: path.stem)
def test_nothing_of_a_private_key_without_quotes_appears(path: Path, reader: str) -> None:
    found = read(reader, path.read_bytes())
    traces = [*found.notes, *found.assignments]

    for line in filter(None, path.read_text().split("\n")[2:-2]):
        assert not [t for t in traces if line in repr(t) or line.rstrip("=") in repr(t)]


HOSTILE = {
    "one line": "A=" + "x" * 1_000_000,
    "blanks": "A=1" + " " * 500_000 + "x",
    "open references": "A='" + "${" * 75_000,
    "references": "A=" + "${x:-y}" * 25_000,
    "references without an end": "A=" + "${x:-" * 25_000,
    "references in references": "A=" + "${x:-" * 25_000 + "}" * 25_000,
    "braces": "A=" + "${x:-{" * 25_000 + "}",
    "quotes": "A=" + "'\"" * 75_000,
    "backslashes": 'A="' + "\\" * 250_000,
    "commands": "A=" + "$(" * 12_500,
    "short lines": "A=1\n" * 50_000,
    "names": "A\n" * 50_000,
    "comments": "# envctl: ignore[x]\n" * 25_000,
    "growth": "A=xxxxxxxx\n" + "A=${A}${A}\n" * 60,
}


@pytest.mark.slow
@pytest.mark.parametrize("reader", OTHERS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_time_and_memory_are_bounded(text: str, reader: str) -> None:
    start = time.process_time()
    found = read(reader, text)

    assert time.process_time() - start < 5
    assert all(len(a.raw) <= 5_000_000 for a in found.assignments)


@pytest.mark.slow
@given(st.binary(max_size=200), st.sampled_from(OTHERS))
@settings(max_examples=500, deadline=None, derandomize=True)
def test_any_bytes_make_a_layer(data: bytes, reader: str) -> None:
    last = data.count(b"\n") + data.count(b"\r") + 1
    found = read(reader, data)
    places = [a.origin for a in found.assignments] + [n.origin for n in found.notes]

    assert all(0 < (place.line or 0) <= last for place in places)


PIECES = st.sampled_from(
    [
        *"AB=#'\"`\\$ \t\n\n\n\ré\ufeff.-x1",
        *("A=", "B='", 'B="', " #", "\\n", "\r\n", "export ", "${A}", "\\\n"),
    ]
)  # fmt: skip
TEXTS = st.lists(st.lists(PIECES, max_size=25).map("".join), min_size=200, max_size=200)


@pytest.mark.slow
@given(TEXTS)
@settings(max_examples=5, deadline=None, derandomize=True)
def test_node_reads_the_same(texts: list[str]) -> None:
    node = need("node")
    version = subprocess.run([node, "-p", "process.versions.node"], capture_output=True, check=True)
    if int(re.split(rb"\.", version.stdout)[0]) < 22:
        pytest.skip("node reads lines that are no assignments in another way before 22")
    program = (
        "console.log(JSON.stringify(JSON.parse(process.argv[1]).map(require('util').parseEnv)))"
    )
    ended = subprocess.run(
        [node, "-e", program, json.dumps(texts)], capture_output=True, check=True, timeout=60
    )
    for text, expected in zip(texts, json.loads(ended.stdout), strict=True):
        expected.pop("", None)  # no environment can hold it
        assert expected == values(read("node", text))
