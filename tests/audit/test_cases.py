"""Each way of reading the environment, as one small package and the rows expected of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sglang_envctl.audit import audit
from sglang_envctl.audit.facts import Audit, Use

CASES = sorted((Path(__file__).parents[1] / "data" / "audit").glob("*.txt"))


def unpack(case: Path, folder: Path) -> list[str]:
    """Write a case's files into a folder; the expected rows."""
    expected: list[str] = []
    for part in case.read_text("utf-8").split("==> ")[1:]:
        name, _, content = part.partition("\n")
        if name == "expected":
            expected = [" ".join(line.split()) for line in content.splitlines()]
            continue
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")
    return expected


def row(use: Use) -> str:
    flags = ["tests"] * use.tests_only + ["declared"] * use.declared_only
    default = json.dumps(use.default)
    parts = [use.name, use.reader, default, use.default_rule, f"{use.file}:{use.line}", *flags]
    return " ".join(" | ".join(parts).split())


def rows(result: Audit) -> list[str]:
    """A result as lines, the way the cases write it."""
    lines = [row(use) for use in result.uses]
    for item in result.renames:
        parts = [f"rename {item.old} -> {item.new}", item.kind, item.transform, item.note]
        lines.append(" | ".join([*parts, f"{item.file}:{item.line}"]))
    for forward in result.forwards:
        wins = "old wins" if forward.old_wins else "new wins"
        prefixes = f"{forward.old_prefix} -> {forward.new_prefix}"
        lines.append(f"forward {prefixes} | {wins} | {forward.file}:{forward.line}")
    lines += [f"dynamic {item.text} | {item.file}:{item.line}" for item in result.dynamic]
    lines += [f"unreadable {item.source} | {item.reason}" for item in result.unreadable]
    return [" ".join(line.split()) for line in lines]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(case: Path, tmp_path: Path) -> None:
    expected = unpack(case, tmp_path)
    assert rows(audit(tmp_path)) == expected


def test_every_case_says_what_it_is_about() -> None:
    assert CASES
    for case in CASES:
        assert case.read_text("utf-8").splitlines()[0].endswith("."), case.name
