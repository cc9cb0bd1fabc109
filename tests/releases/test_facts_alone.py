"""The data file holds names, places, versions and short values: nothing that anyone wrote as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from sglang_envctl.releases import data
from sglang_envctl.releases.spans import TRANSFORMS
from tests.tables import table

NAME = r"[A-Za-z_]\w*"
PLAIN = r"[\w./:,~<>{}%=+-]"
FORMS = {
    "release": r"\d+\.\d+\.\d+(\.post\d+)?",
    "reader": r"(compiled|(raw|srt|diffusion)\.[a-z]+(-[a-z]+)*(:([\w./,?|-]*| ))?)"
    r"( unless raw\.[a-z-]+:[\w|]*| (only|perhaps)( ([<>]=?[\d.-]+|\?|~?[\w{}|]+))+)*",
    "file": r"sglang(/[\w.-]+)+\.(py|so|c|cc|cpp|cu|cuh|h|hpp|rs)",
    "name": NAME,
    "kind": "table|alias|warning( if true)?|refused|overwritten",
    "transform": "|".join(TRANSFORMS),
    "instead": r"(--[a-z][a-z0-9-]*|[A-Z][A-Z0-9_]*)?(=\w+)?",
    "default": f"{PLAIN}{{0,60}}( {PLAIN}{{1,16}})?",
}

TYPES: dict[str, set[type]] = {
    "number": {int},
    "end": {int, type(None)},
    "default": {str, int, float, bool, type(None)},
}
"""Of what is not, or not always, text."""


def told() -> Iterator[tuple[str, object]]:
    """Every value in the file, with what it is."""
    raw = json.loads(data.PATH.read_bytes())
    yield from (("release", item) for item in raw.pop("releases"))
    yield from (("reader", item) for item in raw.pop("readers"))
    yield from (("file", item) for item in raw.pop("files"))
    for since, until, old, new, kind, transform, instead, file, line in raw.pop("renames"):
        yield from (("number", item) for item in (since, file, line))
        yield "end", until
        yield from (("name", item) for item in (old, new) if item)
        yield from (("kind", kind), ("transform", transform))
        yield from (("instead", item) for item in instead)
    for name, rows in raw.pop("names").items():
        yield "name", name
        for row in rows:
            yield from (("number", item) for item in (row[0], *row[2:6]))
            yield "end", row[1]
            what = "name" if row[5] & data.COMPUTED else "default"
            yield from ((what, item) for item in leaves(row[6:]))
    for since, until, *rest in raw.pop("forwards"):
        yield from (("number", item) for item in (since, *rest))
        yield "end", until
    yield "number", raw.pop("schema")
    assert raw == {}


def leaves(value: Any) -> Iterator[object]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


@table("what", [*FORMS, "number", "end"])
def test_every_value_has_its_form(what: str) -> None:
    values = [value for kind, value in told() if kind == what]
    form = re.compile(FORMS.get(what, ""))
    odd = {v for v in values if isinstance(v, str) and not form.fullmatch(v)}
    strange = {type(v) for v in values} - TYPES.get(what, {str})

    assert values
    assert odd == set()
    assert strange == set()


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("default", "os.getenv('A')"),
        ("default", "pick up the block"),
        ("default", "f(x)"),
        ("instead", "use --grpc-port"),
        ("transform", "computed"),
        ("reader", "raw.one-of:External(name='sys.path')"),
        ("reader", "raw.equals:a word"),
    ],
)
def test_prose_and_code_have_no_such_form(what: str, text: str) -> None:
    assert not re.fullmatch(FORMS[what], text)
