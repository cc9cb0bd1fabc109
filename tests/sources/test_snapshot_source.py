"""A snapshot of envctl as a source: what was exported comes back, with its old places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sglang_envctl.environment import Assignment, Origin
from sglang_envctl.errors import SourceError
from sglang_envctl.exports import render
from sglang_envctl.exports.payload import Snapshot
from sglang_envctl.sources import snapshot
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_one
from tests.harness import Write, run
from tests.tables import table

DATA = Path(__file__).parents[1] / "data" / "sources" / "snapshot"
CONTEXT = Context()


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "prod.json",
            [
                ("SGLANG_CACHE_DIT_ENABLED=true", "prod.env:10"),
                ("HF_HOME=/models/hugging\nface", "{} (process)"),
            ],
        ),
        ("defaults.json", [("SGLANG_CACHE_DIT_FN=1", "{} (default)"), ("SGLANG_CACHE_DIT_BN=0", "{}")]),
        ("empty.json", []),
    ],
)  # fmt: skip
def test_file(file: str, expected: list[tuple[str, str]]) -> None:
    path = str(DATA / file)
    layer = read_one(path, CONTEXT)
    found = [(f"{a.name}={a.raw}", str(a.origin)) for a in layer.assignments]

    assert (layer.kind, layer.label, layer.explicit) == ("snapshot", path, True)
    assert found == [(pair, place.format(path)) for pair, place in expected]
    assert {a.origin.source for a in layer.assignments} <= {path}


_TEXT = st.text(st.characters(exclude_characters="\0"))


@pytest.mark.slow
@given(st.dictionaries(_TEXT.filter(lambda n: n and "=" not in n), _TEXT))
def test_what_was_exported_comes_back(values: dict[str, str]) -> None:
    found = (Assignment(name, raw, Origin("x", "x", 3)) for name, raw in values.items())
    text = render(Snapshot(tuple(found), "0.5.23"), "json")
    (layer,) = snapshot.layers("s.json", text.encode(), CONTEXT)

    assert {a.name: a.raw for a in layer.assignments} == values
    assert {str(a.origin) for a in layer.assignments} <= {"x:3"}


def test_export_is_recognised_and_differs_in_nothing(write: Write) -> None:
    write("a.env", "SGLANG_CACHE_DIT_ENABLED=true\nAPP='two\nlines'\n")
    assert run("export", "-e", "a.env", "--format", "json", "-o", "a.json").code == 0

    assert run("diff", "--raw", "-q", "a.env", "a.json").out == ""
    assert "a.env:1" in run("show", "--set", "-e", "a.json").out


@pytest.mark.parametrize("command", ["show", "check", "diff"])
def test_other_json_of_envctl_is_no_snapshot(write: Write, command: str) -> None:
    write("a.env", "SGLANG_CACHE_DIT_ENABLED=true\n")
    sources = {"show": ["-e", "a.env"], "check": ["a.env"], "diff": ["a.env", "defaults"]}[command]
    write("x.json", run(command, *sources, "--format", "json").out)

    result = run("show", "-e", "x.json")
    assert result.code == 3
    assert result.complaint.endswith("not a snapshot: write one with envctl snapshot")


NO_SCHEMA = "has an invalid schema: a snapshot has a whole number from 1 on"
NO_SETTINGS = "is JSON of envctl, but not a snapshot: write one with envctl snapshot"
_SETTING = {"name": "A", "raw": "1", "origin": {"source": "x", "file": None, "line": None}}


@table(
    ("document", "words"),
    [
        ([], "is JSON, but not a snapshot of envctl"),
        ({"a": 1}, "is JSON, but not a snapshot of envctl"),
        ({"schema": 2}, "has schema 2, written by a later envctl: this version supports 1"),
        ({"schema": True}, NO_SCHEMA),
        ({"schema": "1"}, NO_SCHEMA),
        ({"schema": 1}, NO_SETTINGS),
        ({"schema": 1, "settings": [1]}, "settings[0] is not a setting"),
        ({"name": None}, "settings[0].name is not the name of a variable"),
        ({"name": ""}, "settings[0].name is not the name of a variable"),
        ({"name": "A=B"}, "settings[0].name is not the name of a variable"),
        ({"raw": float("nan")}, "is not valid JSON: NaN is not a JSON value"),
        ({"raw": 1}, "settings[0].raw is not a string that an environment can contain"),
        ({"raw": "a\0b"}, "settings[0].raw is not a string that an environment can contain"),
        ({"origin": "x"}, "settings[0].origin is not a place"),
        ({"origin": {}}, "settings[0].origin is not a place"),
        ({"origin": {"source": "x", "file": 1}}, "settings[0].origin is not a place"),
        ({"origin": {"source": "x", "file": "x", "line": 0}}, "settings[0].origin is not a place"),
        ({"origin": {"source": "x", "file": "x", "line": True}}, "settings[0].origin is not a place"),
    ],
)  # fmt: skip
def test_what_is_no_snapshot(document: object, words: str) -> None:
    if isinstance(document, dict) and document.keys() & _SETTING.keys():
        document = {"schema": 1, "settings": [{**_SETTING, **document}]}
    with pytest.raises(SourceError) as caught:
        snapshot.layers("s.json", json.dumps(document).encode(), CONTEXT)
    assert str(caught.value) == f"s.json: {words}"
