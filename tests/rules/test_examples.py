"""Every rule's page: its wrong example fires it, its right one does not, and both are readable."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from sglang_envctl.devtools.rule_index import PATH, families, text
from sglang_envctl.rules import Finding, Rule, host, required, rules, unreadable
from sglang_envctl.rules.run import family
from sglang_envctl.sources.host import Host
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
CASES = Path(__file__).parents[1] / "data" / "rules"

# The machine that the examples of the rules about machines are judged on.
HOST = Host(
    interfaces=("lo", "eth0", "eth1"),
    paths={"/etc/hostname": "file", "/etc": "directory", "/data": "directory"},
    taken=frozenset({22}),
    addresses=frozenset({"10.0.0.5"}),
    address="10.0.0.5",
    devices={"CUDA": 8},
)


def _beside(rule: Rule) -> dict[str, object]:
    """What the examples of a rule need besides their text."""
    needs: dict[str, object] = {"host": HOST if rule in host.RULES else None}
    return {**needs, "required": ("ACME_QUEUE",)} if rule in required.RULES else needs


def _cases(kind: str) -> list[Path]:
    return sorted(CASES.glob(f"*/{kind}/*.env"))


each_rule = table(
    "rule", [rule for slug, rule in rules().items() if slug != "unreadable"], ids=lambda r: r.slug
)


@each_rule
def test_wrong_example_fires_its_rule_and_no_other(rule: Rule, judge: Judge) -> None:
    judged = judge(rule.wrong, kind=rule.kind, dialects=rule.dialects, **_beside(rule))
    found = {(finding.rule, finding.severity) for finding in judged}
    assert found == {(rule.slug, rule.severity)}


@each_rule
def test_right_example_is_free_of_findings(rule: Rule, judge: Judge) -> None:
    assert judge(rule.right, kind=rule.kind, dialects=rule.dialects, **_beside(rule)) == ()


@each_rule
def test_page_is_complete(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.slug)
    assert re.fullmatch(r"[A-Z$].{10,80}[^.\s]", rule.summary)
    assert re.search(r"[.]$", rule.why)
    assert re.search(r"[.?]$", rule.fix)


def test_no_slug_is_taken_twice() -> None:
    slugs = [rule.slug for name in families() for rule in family(name).RULES]
    assert sorted(slugs) == sorted(set(slugs))


def test_the_index_holds_every_family_of_the_folder() -> None:
    command = "python -m sglang_envctl.devtools.rule_index writes it"
    assert text() == PATH.read_text(encoding="utf-8"), command


def test_source_that_cannot_be_read_is_a_finding_about_the_source() -> None:
    finding = unreadable("prod.env", "prod.env: no such file")
    assert (finding.rule, finding.severity, finding.name) == ("unreadable", "error", "")
    assert (finding.message, finding.origin.source) == ("prod.env: no such file", "prod.env")


@table("path", _cases("fires"), ids=str)
def test_file_fires(path: Path, judge: Judge) -> None:
    slug = path.parts[-3]
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    assert {finding.rule for finding in judge(text, slug)} == {slug}


@table("path", _cases("silent"), ids=str)
def test_file_is_silent(path: Path, judge: Judge) -> None:
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    assert judge(text, path.parts[-3]) == ()


def test_files_stand_under_the_names_of_rules() -> None:
    assert {path.name for path in CASES.iterdir()} - rules().keys() == set()
    assert {path.parent.name for path in CASES.glob("*/*/*.env")} == {"fires", "silent"}
