"""Every command in every format: valid and complete, whatever comes out."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sglang_envctl.config.keys import KEYS
from sglang_envctl.rules import rules
from tests.harness import Result, Write, run

FILES = {
    "good.env": "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=2\n",
    "bad.env": "SGLANG_CACHE_DIT_ENABLED=on\nSGLANG_CACHE_DIT_FN=one\nAPP='=1+1|`x`'\nbroken line\n",
    "empty.env": "",
}
GOOD = ["SGLANG_CACHE_DIT_ENABLED", "SGLANG_CACHE_DIT_FN"]
SECONDARY = ["SGLANG_CACHE_DIT_SECONDARY_TAYLORSEER", "SGLANG_CACHE_DIT_SECONDARY_TS_ORDER"]
TEXT, NUMBER, FLAG = (str,), (int,), (bool,)
MAYBE_TEXT = (str, type(None))
ANY = (object,)
ORIGIN = {"source": TEXT, "file": MAYBE_TEXT, "line": (int, type(None)), "key": MAYBE_TEXT}
UNREADABLE = [{"source": TEXT, "reason": TEXT}]
SETTING = {
    "name": TEXT,
    "section": TEXT,
    "owner": MAYBE_TEXT,
    "type": MAYBE_TEXT,
    "allowed": (list, type(None)),
    "default": ANY,
    "documents": [{"id": TEXT, "title": TEXT, "url": MAYBE_TEXT}],
    "documented_default": MAYBE_TEXT,
    "secret": FLAG,
    "raw": MAYBE_TEXT,
    "value": ANY,
    "status": {"set", "default", "fallback", "implied", "unset"},
    "outcome": {"accepted", "defaulted", "misread", "crash", "ignored", "unverified", None},
    "note": MAYBE_TEXT,
    "source": MAYBE_TEXT,
    "origin": (ORIGIN, None),
    "nodes": ([TEXT], None),
    "summary": MAYBE_TEXT,
}
PLACE = dict.fromkeys(("line", "column", "end_line", "end_column"), NUMBER)
FIX = {"safe": FLAG, "edits": [{"file": TEXT, **PLACE, "text": TEXT}]}
FINDING = {
    "rule": TEXT,
    "severity": {"error", "warning", "info"},
    "nodes": (list, type(None)),
    "name": MAYBE_TEXT,
    "message": TEXT,
    "help": MAYBE_TEXT,
    "origin": ORIGIN,
    "fix": (FIX, None),
}
SIDE = {
    "source": TEXT,
    "raw": MAYBE_TEXT,
    "value": ANY,
    "status": SETTING["status"],
    "outcome": SETTING["outcome"],
    "nodes": (list, type(None)),
}
CHANGE = {
    "name": TEXT,
    "kind": {"added", "removed", "changed", "spelling"},
    "values": [SIDE],
    "part": MAYBE_TEXT,
    "cause": MAYBE_TEXT,
}
READ = {
    **dict.fromkeys(("reader", "where"), TEXT),
    **dict.fromkeys(("since", "until", "default_rule", "effect"), MAYBE_TEXT),
    "default": ANY,
    "inert": FLAG,
}
RULE = dict.fromkeys(("rule", "severity", "summary", "why", "fix", "wrong", "right"), TEXT)
BLOCK = {"heading": TEXT, "paragraphs": [TEXT], "items": [TEXT], "code": MAYBE_TEXT}
SHAPES: dict[str, dict[str, object]] = {
    "show": {
        "schema": {1},
        "release": {"0.5.23"},
        "asked": MAYBE_TEXT,
        "nodes": (NUMBER, None),
        "settings": [SETTING],
        "unreadable": UNREADABLE,
    },
    "check": {
        "schema": {1},
        "release": {"0.5.23"},
        "asked": MAYBE_TEXT,
        "releases": [{"0.5.23"}],
        "sources": [{"source": TEXT, "variables": (int, type(None)), "unchecked": NUMBER}],
        "findings": [FINDING],
        "summary": {"error": NUMBER, "warning": NUMBER, "info": NUMBER},
    },
    "diff": {
        "schema": {1},
        "release": {"0.5.23"},
        "asked": MAYBE_TEXT,
        "sources": [TEXT],
        "changes": [CHANGE],
        "unreadable": UNREADABLE,
    },
    "export": {
        "schema": {1},
        "release": {"0.5.23"},
        "settings": [{"name": TEXT, "raw": TEXT, "origin": ORIGIN}],
    },
    "explain": {
        "schema": {1},
        "title": TEXT,
        "subtitle": TEXT,
        "lead": TEXT,
        "facts": (dict,),
        "url": MAYBE_TEXT,
        "blocks": [BLOCK],
        "setting": (SETTING, None),
        "reads": [READ],
        "rule": (RULE, None),
    },
}


def departures(shape: Any, value: Any, where: str = "$") -> list[str]:
    """Where a JSON value departs from a shape."""
    if isinstance(shape, set):
        return [] if value in shape else [f"{where} is {value!r}"]
    if isinstance(shape, list):
        items = enumerate(value) if isinstance(value, list) else [("?", value)]
        return [d for i, item in items for d in departures(shape[0], item, f"{where}[{i}]")]
    if isinstance(shape, Mapping):
        if not isinstance(value, dict) or value.keys() != shape.keys():
            return [f"{where} has {sorted(value) if isinstance(value, dict) else value}"]
        return [d for key in shape for d in departures(shape[key], value[key], f"{where}.{key}")]
    if shape[-1] is None:
        return [] if value is None else departures(shape[0], value, where)
    fits = isinstance(value, shape) and (bool in shape or object in shape or value is not True)
    return [] if fits else [f"{where} is {value!r}"]


def as_json(command: str, result: Result) -> Any:
    document = json.loads(result.out)
    assert departures(SHAPES[command], document) == []
    return document


@pytest.fixture(autouse=True)
def _files(write: Write) -> None:
    for name, text in FILES.items():
        write(name, text)


@pytest.mark.parametrize(
    "line",
    [
        "check good.env",
        "check bad.env",
        "check empty.env",
        "check missing.env",
        "check bad.env . good.env",
        "check -e missing.env good.env",
        "check",
        "check good.env --strict --select misread",
        "show",
        "show -e good.env",
        "show -e bad.env",
        "show -e empty.env --set",
        "show -e missing.env",
        "show -e good.env -e missing.env NO_SUCH_NAME",
        "diff good.env bad.env",
        "diff good.env bad.env --raw",
        "diff good.env good.env",
        "diff good.env bad.env empty.env defaults process",
        "diff missing.env good.env",
        "diff missing.env good.env bad.env",
        "diff -e missing.env good.env bad.env",
        "export -e good.env",
        "export -e bad.env --no-check",
        "export --all",
        "explain SGLANG_CACHE_DIT_FN",
        "explain SGLANG_CACHE_DIT_FN -e bad.env",
        "explain SGLANG_CACHE_DIT_FN -e missing.env",
        "explain misread",
    ],
)
def test_json_has_the_documented_shape(line: str) -> None:
    args = line.split()

    as_json(args[0], run(*args, "--format", "json", "--sglang", "0.5.23"))


def test_json_of_the_rules() -> None:
    document = json.loads(run("explain", "--rules", "--format", "json").out)

    assert (
        departures(
            {"schema": {1}, "rules": [dict.fromkeys(("rule", "severity", "summary"), TEXT)]},
            document,
        )
        == []
    )


def test_json_of_a_check_says_what_was_found_and_what_was_not_read() -> None:
    result = run("check", "bad.env", "missing.env", "--format", "json", "--sglang", "0.5.23")
    document = as_json("check", result)
    found = [(f["rule"], f["origin"]["file"], f["origin"]["line"]) for f in document["findings"]]

    assert ("crashes", "bad.env", 2) in found
    assert ("unparsed-line", "bad.env", 4) in found
    assert found[-1] == ("unreadable", None, None)
    assert document["findings"][-1]["origin"]["source"] == "missing.env"
    assert [one["source"] for one in document["sources"]] == ["bad.env", "missing.env"]
    assert document["sources"][1]["variables"] is None
    assert document["summary"]["error"] == sum(
        finding["severity"] == "error" for finding in document["findings"]
    )


def test_json_of_an_environment_with_a_layer_missing_shows_no_other_environment() -> None:
    document = as_json("show", run("show", "-e", "good.env", "-e", "nope", "--format", "json"))

    assert document["settings"] == []
    assert document["unreadable"] == [{"source": "nope", "reason": "no such file"}]


def test_json_of_a_diff_compares_what_can_be_read() -> None:
    document = as_json("diff", run("diff", "good.env", "nope", "empty.env", "--format", "json"))
    changed = {change["name"]: change["values"] for change in document["changes"]}

    assert [side["source"] for side in changed["SGLANG_CACHE_DIT_FN"]] == ["good.env", "empty.env"]
    assert document["unreadable"] == [{"source": "nope", "reason": "no such file"}]


def test_json_values_are_what_the_reader_yields() -> None:
    document = as_json("show", run("show", "-e", "bad.env", "--format", "json"))
    shown = {s["name"]: (s["raw"], s["value"], s["outcome"]) for s in document["settings"]}

    assert shown["SGLANG_CACHE_DIT_ENABLED"] == ("on", True, "accepted")
    assert shown["SGLANG_CACHE_DIT_FN"] == ("one", None, "crash")
    assert shown["SGLANG_CACHE_DIT_BN"] == (None, 0, None)
    assert shown["APP"] == ("=1+1|`x`", "=1+1|`x`", "unverified")


HOSTILE_CELLS = [
    "=1+1",
    "+A1",
    "-A1",
    "@SUM(A1)",
    "  =1+1",
    "\t=1+1",
    "\uff1d1+1",
    "a,b",
    'say "hi"',
    "two\nlines",
    "a|b",
    "`code`",
    "[x](javascript:y)",
    "<img src=x>",
    "a\\",
    "![x](y)",
    "**b**",
    "-5",
]


def hostile_file(write: Write) -> None:
    lines = (
        f'APP_{i}="{cell}"'.replace('say "hi"', 'say \\"hi\\"').replace('a\\"', 'a\\\\"')
        for i, cell in enumerate(HOSTILE_CELLS)
    )
    write("hostile.env", "\n".join(lines))


def test_csv_is_csv_and_no_cell_is_run_by_a_spreadsheet(write: Write) -> None:
    hostile_file(write)
    for source in ("hostile.env", "bad.env", "empty.env"):
        rows = list(csv.reader(io.StringIO(run("show", "-e", source, "--format", "csv").out)))
        assert {len(row) for row in rows} == {len(rows[0])}
        assert rows[0][:3] == ["section", "name", "value"]
        cells = [cell for row in rows for cell in row]
        words = [c for c in cells if not re.fullmatch(r"-\d+", c)]
        assert [c for c in words if re.match(r"\s*[=+\-@\uff1d]", c)] == []
        assert not [c for c in cells if not c.isprintable()]


def test_csv_with_an_unreadable_source_is_a_header() -> None:
    result = run("show", "-e", "missing.env", "--format", "csv")

    assert result.out.count("\n") == 1
    assert result.complaint == "missing.env: no such file"


@pytest.mark.parametrize(
    ("line", "header", "names"),
    [
        ("show -e good.env", "section name value status outcome raw origin", GOOD),
        ("diff good.env defaults", "name kind role source value raw status outcome", GOOD),
        ("diff good.env bad.env good.env good.env", "name kind role source value", ["APP"]),
        ("explain dit_fn misread", "name summary", ["SGLANG_CACHE_DIT_FN", "misread"]),
        ("explain dit_secondary_t", "name summary", SECONDARY),
        ("explain --rules", "rule severity summary", [*rules()]),
        ("config", "key value origin", list(KEYS)[:8]),
        ("audit reads.py", "name kind reader default where remark", ["ACME_PORT"]),
    ],
)
def test_tsv_is_a_table_with_a_header(
    line: str, header: str, names: list[str], write: Write
) -> None:
    write("reads.py", "import os\nport = os.getenv('ACME_PORT')\n")
    first, *rows = run(*line.split(), "--format", "tsv").out.splitlines()
    columns = first.split("\t")
    key = columns.index(next(c for c in ("name", "rule", "key") if c in columns))

    assert columns[: len(header.split())] == header.split()
    assert {row.count("\t") for row in rows} == {len(columns) - 1}
    assert {row.split("\t")[key] for row in rows} >= set(names)


def test_a_tab_in_a_value_separates_no_columns(write: Write) -> None:
    write("tab.env", 'APP="a\tb"\n')
    header, row = run("show", "-e", "tab.env", "--format", "tsv").out.splitlines()

    assert row.count("\t") == header.count("\t")
    assert "a\\tb" in row


def test_markdown_cells_are_what_they_say(write: Write) -> None:
    """As a parser reads them: code for every value, and no link, no mention and no markup anywhere."""
    hostile_file(write)
    rows = markdown_rows(run("show", "-e", "hostile.env", "APP_*", "--format", "markdown").out)

    assert len(rows) == len(HOSTILE_CELLS)
    for row in rows:
        assert len(row) == 5
        for cell in row:
            kinds = {token.type for token in cell.children or ()}
            assert kinds <= {"text", "code_inline", "text_special"}


@pytest.mark.parametrize(
    "raw",
    [
        "@org/team",
        "a`@org/team`b",
        "https://x.org/#1",
        "x|y",
        "`",
        "``a`",
        "a\\|b",
        "\\",
        "<b>",
        " a ",
        "#12",
    ],
)  # fmt: skip
def test_markdown_shows_a_value_as_it_is(write: Write, raw: str) -> None:
    write(
        "x.json",
        json.dumps({"schema": 1, "release": "0.5.23", "settings": [{"name": "APP", "raw": raw}]}),
    )
    ((_, value, *_),) = markdown_rows(
        run("show", "-e", "x.json", "APP", "--format", "markdown").out
    )
    text = "".join(token.content for token in value.children or ())
    outside = "".join(t.content for t in value.children or () if t.type != "code_inline")

    assert text == raw
    assert set(outside) <= {"|"}


def test_markdown_of_findings_mentions_nobody(write: Write) -> None:
    write("x.env", "SGLANG_CACHE_DIT_FN=@org/team\nSGLANG_CACHE_DIT_BN=https://x.org/#1\n")
    rows = markdown_rows(run("check", "x.env", "--format", "markdown").out)
    outside = [
        token.content
        for row in rows
        for cell in row
        for token in cell.children or ()
        if token.type != "code_inline"
    ]

    assert rows
    assert not [text for text in outside if re.search(r"@|://|#\d", text)]


def markdown_rows(text: str) -> list[list[Token]]:
    """The cells of every row of every table."""
    rows: list[list[Token]] = []
    body = False
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type in ("tbody_open", "tbody_close"):
            body = token.type == "tbody_open"
        elif token.type == "tr_open" and body:
            rows.append([])
        elif token.type == "inline" and body:
            rows[-1].append(token)
    return rows


def test_markdown_has_a_heading_and_a_table_for_each_section() -> None:
    lines = run("show", "--format", "markdown").out.splitlines()
    headings = [i for i, line in enumerate(lines) if line.startswith("## ")]

    assert len(headings) > 10
    for i in headings:
        assert lines[i + 2] == "| Variable | Value | Status | From | What it does |"
        assert lines[i + 3] == "|---|---|---|---|---|"


def test_plain_lines_are_one_record_each(write: Write) -> None:
    write("lines.env", 'APP="one\ntwo\tthree"\n')

    assert run("show", "-e", "lines.env", "--set", "-q").out == (
        "APP\tone\\ntwo\\tthree\tset\tlines.env:1\n"
    )
    assert run("diff", "lines.env", "defaults", "-q").out == (
        "APP\tremoved\tlines.env: one\\ntwo\\tthree\tdefaults: unset\n"
    )
    assert re.fullmatch(
        r"bad\.env:2: error crashes SGLANG_CACHE_DIT_FN: [^\n]+\n",
        run("check", "bad.env", "--select", "crashes", "-q").out,
    )


def test_quiet_leaves_results_and_complaints() -> None:
    loud, quiet = run("check", "bad.env"), run("check", "bad.env", "-q")

    assert (loud.code, loud.out) == (quiet.code, quiet.out)
    assert loud.err
    assert not quiet.err
    assert run("show", "-e", "missing.env", "-q").complaint == "missing.env: no such file"
