"""The edits that an editor offers for a finding, as they leave the document."""

from __future__ import annotations

import pytest
from lsprotocol.types import CodeActionKind

from tests.editor import Editor

COMPOSE = """services:
  web:
    image: x
    environment:
      # 🎉
      - SGLANG_CACHE_DIT_ENABLED=on
"""
RUN = """#!/bin/sh
docker run -e A=1 \\
  -e SGLANG_CACHE_DIT_ENABLED=on \\
  lmsysorg/sglang python -m sglang.launch_server
"""
SAFE = {
    ".env": ("prod.env", "A='🎉'\nSGLANG_CACHE_DIT_ENABLED='on'\n", 1),
    "Compose": ("compose.yaml", COMPOSE, 5),
    "a script": ("run.sh", RUN, 2),
    "a unit": ("x.service", "[Service]\nEnvironment=SGLANG_CACHE_DIT_ENABLED=on A=1\n", 1),
    "a Dockerfile": ("Dockerfile", "FROM x\nENV A=1 \\\n  SGLANG_CACHE_DIT_ENABLED=on\n", 2),
}


@pytest.mark.parametrize("where", SAFE)
def test_a_safe_fix_is_preferred(editor: Editor, where: str) -> None:
    name, text, line = SAFE[where]
    editor.open(name, text)
    action, *_ = editor.actions(name, line)

    assert (action.title, action.is_preferred) == ("Fix readers-disagree: write true", True)
    assert editor.accepted(name, action) == text.replace("on'", "true'").replace("=on", "=true")


def test_a_fix_that_is_only_likely_is_offered_and_not_preferred(editor: Editor) -> None:
    editor.open("prod.env", "SGLANG_ENABLE_JIT_DEEPGEM=1\n")
    action, *_ = editor.actions("prod.env", 0)

    assert action.title == "Fix unknown-variable: rename to SGLANG_ENABLE_JIT_DEEPGEMM"
    assert not action.is_preferred
    assert editor.accepted("prod.env", action) == "SGLANG_ENABLE_JIT_DEEPGEMM=1\n"


def test_everything_safe_is_fixed_at_once(editor: Editor) -> None:
    text = "SGLANG_CACHE_DIT_ENABLED=on\nSGLANG_ENABLE_JIT_DEEPGEM=1\nSGLANG_USE_MLX=on\n"
    editor.open("prod.env", text)
    (action,) = editor.actions("prod.env", 0, CodeActionKind.SourceFixAll)

    assert action.kind == CodeActionKind.SourceFixAll
    assert "SGLANG_ENABLE_JIT_DEEPGEM=1\n" in editor.accepted("prod.env", action)
    assert "SGLANG_CACHE_DIT_ENABLED=true\n" in editor.accepted("prod.env", action)


SILENCED = {
    ".env": ("prod.env", "SGLANG_CACHE_DIT_FN=x\n", 0),
    "Compose": ("compose.yaml", COMPOSE, 5),
    "a Dockerfile": ("Dockerfile", "FROM x\nENV SGLANG_CACHE_DIT_FN=x\n", 1),
    "a unit": ("x.service", "[Service]\nEnvironment=SGLANG_CACHE_DIT_FN=x\n", 1),
    "a script": ("run.sh", RUN.replace("A=1", "SGLANG_CACHE_DIT_FN=x"), 1),
}


@pytest.mark.parametrize("where", SILENCED)
def test_a_comment_silences_the_rule_and_changes_nothing_else(editor: Editor, where: str) -> None:
    name, text, line = SILENCED[where]
    (found,) = (one for one in editor.open(name, text) if one.range.start.line == line)
    action = next(one for one in editor.actions(name, line) if one.title.startswith("Ignore"))
    after = editor.accepted(name, action)

    assert f"# envctl: ignore[{found.code}]" in after
    assert found.code not in [one.code for one in editor.change(name, after)]


def test_no_comment_is_offered_where_it_would_break_the_file(editor: Editor) -> None:
    editor.open("settings.json", '{"env": {"SGLANG_CACHE_DIT_FN": "one"}}\n')
    editor.open("run.sh", RUN)

    assert editor.actions("settings.json", 0) == []
    assert [a.title for a in editor.actions("run.sh", 2) if a.title.startswith("Ignore")] == []


def test_an_editor_has_line_ends_of_its_own(editor: Editor) -> None:
    found = editor.open("prod.env", "A=1\r\nB=2\r\n")

    assert [one.code for one in found] == ["carriage-returns"]
    assert [a.title for a in editor.actions("prod.env", 0)] == ["Ignore carriage-returns here"]


def test_a_line_without_a_finding_has_no_actions(editor: Editor) -> None:
    editor.open("prod.env", "SGLANG_CACHE_DIT_FN=x\nA=1\n")

    assert editor.actions("prod.env", 1) == []
