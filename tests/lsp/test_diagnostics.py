"""What an editor shows in a document while it is edited."""

from __future__ import annotations

import pytest
from lsprotocol.types import Diagnostic, DiagnosticSeverity

from tests.editor import Editor

COMPOSE = """services:
  web:
    image: lmsysorg/sglang
    environment:
      SGLANG_CACHE_DIT_ENABLED: "true"
      SGLANG_CACHE_DIT_FN: "one"
"""
MANIFEST = """apiVersion: v1
kind: Pod
metadata:
  name: p
spec:
  containers:
  - name: c
    image: lmsysorg/sglang
    env:
    - name: SGLANG_CACHE_DIT_FN
      value: "one"
"""
SCRIPT = """#!/bin/bash
export SGLANG_CACHE_DIT_FN=one
python -m sglang.launch_server --model-path m
"""
UNIT = """[Service]
Environment="SGLANG_CACHE_DIT_FN=one" A=1
ExecStart=/usr/bin/python -m sglang.launch_server
"""
KINDS = {
    "prod.env": ("SGLANG_CACHE_DIT_FN=one\n", (0, 0, 23)),
    "compose.yaml": (COMPOSE, (5, 6, 31)),
    "pod.yaml": (MANIFEST, (9, 12, 31)),
    "Dockerfile": ("FROM lmsysorg/sglang\nENV SGLANG_CACHE_DIT_FN=one\n", (1, 4, 27)),
    "sglang.service": (UNIT, (1, 13, 36)),
    "run.sh": (SCRIPT, (1, 7, 30)),
}


def place(found: Diagnostic) -> tuple[int, int, int]:
    assert found.range.start.line == found.range.end.line
    return found.range.start.line, found.range.start.character, found.range.end.character


def rules(found: list[Diagnostic]) -> list[object]:
    return [one.code for one in found]


@pytest.mark.parametrize("name", KINDS)
def test_a_finding_is_at_its_place(editor: Editor, name: str) -> None:
    text, wanted = KINDS[name]
    found = [one for one in editor.open(name, text) if one.code == "crashes"]

    assert [(place(one), one.severity, one.source) for one in found] == [
        (wanted, DiagnosticSeverity.Error, "envctl")
    ]
    assert "SGLANG_CACHE_DIT_FN" in found[0].message
