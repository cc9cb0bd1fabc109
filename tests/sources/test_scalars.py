"""How Compose and Kubernetes read a YAML scalar where a string is expected."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sglang_envctl.sources.yaml.scalars import by_compose, by_kubernetes
from sglang_envctl.sources.yaml.tree import ScalarNode, load, within
from tests.consumers import need
from tests.tables import table

DATA = Path(__file__).parents[1] / "data" / "sources"
REFUSED = {"boolean": "bool", "integer": "number", "float": "number", "infinity": "unsupported"}
POD = """apiVersion: v1
kind: Pod
metadata: {{name: p}}
spec:
  containers:
  - name: c
    env:
    - name: V
      value: {}
"""


def _table(file: str) -> list[tuple[str, str]]:
    lines = (DATA / file).read_text(encoding="utf-8").splitlines()
    rows = (line.partition("\t") for line in lines if not line.startswith("# "))
    return [(written, expected) for written, _, expected in rows]


def _scalar(written: str) -> ScalarNode:
    found = within(load(f"V: {written}".encode(), "x").documents[0], "V")
    assert isinstance(found, ScalarNode)
    return found


@table(("written", "expected"), _table("compose/scalars.tsv"))
def test_compose(written: str, expected: str) -> None:
    found = by_compose(_scalar(written))
    assert ("-" if found.type == "null" else found.value) == expected


@table(("written", "expected"), _table("kubernetes/scalars.tsv"))
def test_kubernetes(written: str, expected: str) -> None:
    found = by_kubernetes(_scalar(written))
    assert REFUSED.get(found.type, f"={found.value}") == expected


@table(
    ("written", "type_"),
    [
        ("1e400", "string"),
        ("-1e400", "string"),
        ("9" * 400, "string"),
        ("9" * 300, "float"),
        ("0x" + "f" * 30, "string"),
        ("0x" + "f" * 200, "string"),
        ("0b" + "1" * 300, "string"),
        ("!!float 1e400", "infinity"),
        ("!!float 0x10", "infinity"),
        ("!!float " + "9" * 400, "infinity"),
    ],
)
def test_a_number_that_no_float_can_hold(written: str, type_: str) -> None:
    assert by_compose(_scalar(written)).type == type_
    assert by_kubernetes(_scalar(written)).type == type_


@pytest.mark.real
def test_the_table_is_what_kubectl_says(tmp_path: Path) -> None:
    kubectl = need("kubectl")
    seen = []
    for written, expected in _table("kubernetes/scalars.tsv"):
        manifest = tmp_path / "pod.yaml"
        manifest.write_text(POD.format(written), encoding="utf-8")
        done = subprocess.run(
            [kubectl, "set", "env", "--local", "--list", "-f", str(manifest)],
            capture_output=True,
            text=True,
            check=False,
        )
        kinds = ("bool", "number", "unsupported")
        refused = next((k for k in kinds if k in done.stderr), "")
        value = next((ln[2:] for ln in done.stdout.splitlines() if ln.startswith("V=")), "")
        seen.append((written, refused or f"={value}", expected))

    assert [(w, got) for w, got, _ in seen] == [(w, expected) for w, _, expected in seen]
