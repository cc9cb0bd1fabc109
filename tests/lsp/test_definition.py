"""Where an editor goes from a name, and how it lists a document."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol.types import DocumentSymbol

from tests.editor import Editor

COMPOSE = """services:
  web:
    image: x
    env_file: prod.env
    environment:
      - SGLANG_CACHE_DIT_ENABLED=true
      - COMMAND=${SGLANG_CACHE_DIT_FN}
"""
UNIT = """[Service]
Environment=SGLANG_CACHE_DIT_FN=two
EnvironmentFile=FOLDER/prod.env
ExecStart=/usr/bin/python -m sglang.launch_server
"""
MANIFEST = """apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  SGLANG_CACHE_DIT_FN: "one"
---
apiVersion: v1
kind: Pod
metadata:
  name: p
spec:
  containers:
  - name: c
    image: x
    envFrom:
    - configMapRef:
        name: settings
    command: ["sh", "-c", "echo $SGLANG_CACHE_DIT_FN"]
"""
SCRIPT = (
    "#!/bin/bash\nset -a\nsource ./prod.env\npython -m sglang.launch_server $SGLANG_CACHE_DIT_FN\n"
)
CASES = {
    "a file that Compose includes": ("compose.yaml", COMPOSE, "prod.env", ("prod.env", 0)),
    "a name in that file": ("compose.yaml", COMPOSE, "SGLANG_CACHE_DIT_FN", ("prod.env", 1)),
    "a name here": ("compose.yaml", COMPOSE, "CACHE_DIT_ENABLED", ("compose.yaml", 5)),
    "EnvironmentFile= wins": ("x.service", UNIT, "SGLANG_CACHE_DIT_FN", ("prod.env", 1)),
    "the file of EnvironmentFile=": ("x.service", UNIT, "prod.env", ("prod.env", 0)),
    "a sourced script": ("run.sh", SCRIPT, "./prod.env", ("prod.env", 0)),
    "a name of a sourced script": ("run.sh", SCRIPT, "SGLANG_CACHE_DIT_FN", ("prod.env", 1)),
    "a ConfigMap": ("pod.yaml", MANIFEST, "settings\n    command", ("pod.yaml", 3)),
    "a name of a ConfigMap": ("pod.yaml", MANIFEST, 'SGLANG_CACHE_DIT_FN"]', ("pod.yaml", 5)),
}  # fmt: skip


@pytest.mark.parametrize("where", CASES)
def test_a_name_leads_to_the_assignment_that_wins(
    editor: Editor, tmp_path: Path, where: str
) -> None:
    (tmp_path / "prod.env").write_text("# shared\nSGLANG_CACHE_DIT_FN=one\n")
    name, text, word, wanted = CASES[where]
    text = text.replace("FOLDER", str(tmp_path))
    editor.open(name, text)
    at = text.index(word)
    line, column = text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1

    assert editor.definition(name, line, column + 1) == [wanted]


def test_a_word_that_is_no_name_leads_nowhere(editor: Editor) -> None:
    editor.open("prod.env", "# a comment\nA=1\n")

    assert editor.definition("prod.env", 0, 4) == []


def test_the_names_of_each_environment_are_listed(editor: Editor) -> None:
    text = COMPOSE.replace("    env_file: prod.env\n", "")
    editor.open("compose.yaml", text + "  b:\n    image: x\n    environment:\n      A: 1\n")

    def names(found: list[DocumentSymbol]) -> list[tuple[str, list[str]]]:
        return [(one.name, [child.name for child in one.children or ()]) for one in found]

    assert names(editor.symbols("compose.yaml")) == [
        ("web", ["SGLANG_CACHE_DIT_ENABLED", "COMMAND"]),
        ("b", ["A"]),
    ]
