"""Whole files of the smaller forms, after public ones: what is read, and what is named."""

from __future__ import annotations

import json
from pathlib import Path

from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all
from tests.tables import table

DATA = Path(__file__).parents[1] / "data" / "sources"
KINDS = ("supervisord", "make", "just", "direnv", "fish", "powershell")
FILES = [
    path
    for kind in KINDS
    for path in sorted((DATA / kind).rglob("*"))
    if path.is_file() and path.name not in {".env", "expected.json"}
]
OUTER = {"HOME": "/home/u", "PATH": "/bin", "USER": "u", "PYTHONPATH": "/lib"}


@table("path", FILES, ids=lambda path: path.relative_to(DATA))
def test_file(path: Path) -> None:
    kind = path.relative_to(DATA).parts[0]
    expected = json.loads((DATA / kind / "expected.json").read_text(encoding="utf-8"))
    layers = read_all(f"{kind}:{path}", Context(process=OUTER))
    found = {
        layer.selector: {
            "variables": [f"{a.origin.line} {a.name}={a.text}" for a in layer.assignments],
            "notes": [f"{n.origin.line} {n.rule}" for n in layer.notes],
            "command": " ".join(word or "?" for word in layer.command),
        }
        for layer in layers
    }
    assert {layer.kind for layer in layers} == {kind}
    assert found == expected[str(path.relative_to(DATA / kind))]
