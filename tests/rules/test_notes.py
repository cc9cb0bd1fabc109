"""Notes that sources make, and the rules that turn them into findings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import sglang_envctl
from sglang_envctl.rules import Rule, rules
from tests.tables import table

PACKAGE = Path(sglang_envctl.__file__).parent
MAKING = (PACKAGE / "nodes", PACKAGE / "sources")
MAKERS = {"Note", "note", "_note", "remark", "_remark"}
"""The functions that make notes: each takes the rule first."""


@cache
def made() -> frozenset[str]:
    """The rules that sources, and comparisons of nodes, name."""
    return frozenset(_made())


def _made() -> Iterator[str]:
    for path in (path for folder in MAKING for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                function = ast.unparse(node.func).split(".")[-1]
                if function in MAKERS:
                    yield str(node.args[0].value)


def test_a_note_names_a_rule_that_has_a_message() -> None:
    assert [slug for slug in sorted(made()) if not rules()[slug].message] == []
    assert len(made()) > 40


@table("rule", [rule for rule in rules().values() if rule.message])
def test_a_rule_with_a_message_is_one_that_sources_name(rule: Rule) -> None:
    assert rule.slug in {*made(), "merge-marker"}  # which is chosen by an expression
