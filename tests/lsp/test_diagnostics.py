"""What an editor shows in a document while it is edited."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol.types import Diagnostic, DiagnosticSeverity, DiagnosticTag

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
    "prod.env": ("SGLANG_CACHE_DIT_FN=one\n", "0:0-0:23"),
    "compose.yaml": (COMPOSE, "5:6-5:31"),
    "pod.yaml": (MANIFEST, "9:12-10:17"),
    "Dockerfile": ("FROM lmsysorg/sglang\nENV SGLANG_CACHE_DIT_FN=one\n", "1:4-1:27"),
    "sglang.service": (UNIT, "1:13-1:36"),
    "run.sh": (SCRIPT, "1:7-1:30"),
    "settings.json": ('{"env": {"SGLANG_CACHE_DIT_FN": "one"}}\n', "0:10-0:36"),
    "fish.fish": ("set -gx SGLANG_CACHE_DIT_FN one\nsglang serve\n", "0:8-0:31"),
}


def shown(found: list[Diagnostic]) -> list[tuple[object, str]]:
    return [(one.code, str(one.range)) for one in found]


@pytest.mark.parametrize("name", KINDS)
def test_a_finding_is_at_its_place(editor: Editor, name: str) -> None:
    text, wanted = KINDS[name]
    found = [one for one in editor.open(name, text) if one.code == "crashes"]

    assert shown(found) == [("crashes", wanted)]
    assert (found[0].severity, found[0].source) == (DiagnosticSeverity.Error, "envctl")
    assert found[0].message.startswith("SGLANG_CACHE_DIT_FN: given 'one', SGLang raises ValueError")


# In front of the place: two UTF-16 units each for the party and the flag's halves, one for 日.
WIDE = "A='🎉🇩🇪日本' ; export SGLANG_CACHE_DIT_FN=one\npython -m sglang.launch_server\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("encoding", "wanted"),
    [("utf-16", "0:22-0:45"), ("utf-8", "0:32-0:55"), ("utf-32", "0:19-0:42")],
)
def test_places_are_counted_as_the_editor_counts(
    tmp_path: Path, encoding: str, wanted: str
) -> None:
    editor = Editor(tmp_path, encodings=[encoding])
    found = editor.open("run.sh", WIDE)
    editor.close()

    assert ("crashes", wanted) in shown(found)


@pytest.mark.parametrize(
    ("text", "rule", "wanted"),
    [
        ("SGLANG_ENABLE_JIT_DEEPGEM=1\n", "unknown-variable", "0:0-0:25"),
        ("# a comment\nSGLANG_CACHE_DIT_ENABLED=on\n", "readers-disagree", "1:25-1:27"),
        ("A=1\r\nB=2\r\n", "carriage-returns", "0:0-0:3"),
        ("  what is this  \n", "unparsed-line", "0:2-0:14"),
    ],
)
def test_the_place_is_the_name_or_the_value_or_the_line(
    editor: Editor, text: str, rule: str, wanted: str
) -> None:
    assert (rule, wanted) in shown(editor.open("prod.env", text))


@pytest.mark.parametrize(
    ("text", "rule", "tag"),
    [
        ("SGLANG_CACHE_DIT_FN=2\n", "no-effect", DiagnosticTag.Unnecessary),
        ("SGL_DISABLE_TP_MEMORY_INBALANCE_CHECK=1\n", "not-read", DiagnosticTag.Unnecessary),
        ("SGL_USE_RUNAI_MODEL_STREAMER=0\n", "renamed", DiagnosticTag.Deprecated),
    ],
)
def test_what_is_deprecated_or_without_effect_looks_so(
    editor: Editor, text: str, rule: str, tag: DiagnosticTag
) -> None:
    found = editor.open("prod.env", text)

    assert {one.code: list(one.tags or ()) for one in found}.get(rule) == [tag]


def test_every_environment_of_a_document_is_checked(editor: Editor) -> None:
    second = COMPOSE.replace("web", "worker").replace("one", "two").partition("\n")[2]
    found = editor.open("compose.yaml", COMPOSE + second)

    assert [str(one.range) for one in found if one.code == "crashes"] == ["5:6-5:31", "10:6-10:31"]


def test_findings_follow_what_is_typed(editor: Editor) -> None:
    assert shown(editor.open("prod.env", "SGLANG_CACHE_DIT_FN=one\n")) == [("crashes", "0:0-0:23")]
    for typed in ("SGLANG_CACHE_DIT_FN=\n", "SGLANG_CACHE_DIT_FN=2\n", "SGLANG_CACHE_DIT_FN=2.\n"):
        editor.change("prod.env", typed, wait=False)

    # Once, after the last of them.
    assert shown(editor.change("prod.env", "SGLANG_CACHE_DIT_ENABLED=true\n")) == []
    assert shown(editor.change("prod.env", "\n\nSGLANG_CACHE_DIT_FN=x\n"))[0][1] == "2:0-2:21"
    assert editor.shut("prod.env") == []


def test_an_included_file_is_read_as_the_editor_holds_it(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "prod.env").write_text("SGLANG_CACHE_DIT_FN=2\n")
    compose = "services:\n  web:\n    image: x\n    env_file: prod.env\n"
    assert editor.open("compose.yaml", compose) == []
    editor.open("prod.env", "SGLANG_CACHE_DIT_FN=2\n")
    editor.change("prod.env", "\nSGLANG_CACHE_DIT_FN=one\n")

    (found,) = editor.found("compose.yaml")

    assert shown([found]) == [("crashes", "3:14-3:22")]
    assert found.message.startswith("prod.env: SGLANG_CACHE_DIT_FN: given 'one'")
    assert found.related_information
    assert found.related_information[0].location.uri.endswith("/prod.env")
    assert found.related_information[0].location.range.start.line == 1


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("notes.yaml", "- a: b\n", []),
        ("notes.txt", "SGLang is a server.\n", []),
        ("main.py", "import os\nprint(os.environ['SGLANG_CACHE_DIT_FN'])\n", []),
        ("compose.yaml", COMPOSE.replace("lmsysorg", "[lmsysorg"), [("unreadable", "3:4-3:16")]),
    ],
)
def test_only_what_should_be_an_environment_is_reported(
    editor: Editor, name: str, text: str, wanted: list[tuple[str, str]]
) -> None:
    assert shown(editor.open(name, text)) == wanted


def test_a_document_that_is_too_large_is_not_called_clean(editor: Editor) -> None:
    (found,) = editor.open("prod.env", "A=1\n" * 200_000)

    assert found.message == (
        "not checked while it is edited: larger than 256 KiB (run envctl check)"
    )


def test_not_more_is_shown_than_anybody_reads(editor: Editor) -> None:
    found = editor.open("prod.env", "wrong line\n" * 1_200)

    assert len(found) == 1001
    assert found[-1].message == "200 more findings are not shown (run envctl check)"
