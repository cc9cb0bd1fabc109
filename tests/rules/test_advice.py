"""Every help is followed, and leads to no other finding; a name draws one error for one cause."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest

from sglang_envctl.registry import load
from sglang_envctl.registry.mistaken import MISTAKEN
from sglang_envctl.releases import RELEASES
from sglang_envctl.releases import load as load_data
from sglang_envctl.rules import Finding
from tests.tables import table

pytestmark = pytest.mark.slow
Judge = Callable[..., tuple[Finding, ...]]
TEXTS = (
    "1",
    "0",
    "true",
    "Yes",
    "off",
    "abc",
    "-1",
    "",
    "4097",
    "x.json",
    "' 1'",
    "<x>",
)
NAMES = sorted({v.name for v in load().variables} | MISTAKEN.keys())
UNDOCUMENTED = sorted(n for n in load_data().names() if n.startswith(("SGLANG_", "SGL_")))[::4]
NEWEST = RELEASES[-1]
DEPRECATED = sorted(
    {rename.old for release in ("0.5.10", NEWEST) for rename in load_data().renames(release)}
)
VARIABLE = r"([A-Z][A-Za-z0-9_]+)"


def follow(finding: Finding, lines: dict[str, str]) -> list[dict[str, str]]:
    """The files that its author may write after a finding; none if it leaves that to the author."""
    name = finding.name if finding.name in lines else next(iter(lines))  # a deprecated name
    rest = {key: value for key, value in lines.items() if key != name}
    advice = finding.help or finding.message.rpartition("; ")[2]
    if re.match("remove|fill it in|pass --|use --", advice):
        return [rest]
    if meant := re.match(rf"rename it to {VARIABLE}", advice):
        return [] if "(value " in finding.message else [{**rest, meant[1]: lines[name]}]
    if meant := re.match(rf"(?:use|did you mean) {VARIABLE}(?:=(\S+))?", advice):
        value = meant[2] or example(meant[1])
        return [{**rest, meant[1]: value}] if value else []
    if meant := re.match(r"write (\S+?)(?:, (\S+?))*(?: or (\S+))?$", advice):
        return [{**lines, name: value} for value in meant.groups() if value]
    return []


def _told(later: Finding, finding: Finding, found: tuple[Finding, ...]) -> bool:
    """Whether a finding after the fix was told before it."""
    in_words = later.rule == "no-effect" and "not read now" in finding.message
    return in_words or later.rule in {f.rule for f in found}


def example(name: str) -> str | None:
    found = load().find(name)
    return found.example if found else None


def loud(findings: tuple[Finding, ...]) -> list[Finding]:
    return [f for f in findings if f.severity != "info"]


def text(lines: dict[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in lines.items())


def check(name: str, release: str, judge: Judge) -> None:
    for raw in TEXTS:
        lines = {name: raw}
        found = judge(text(lines), release=release)
        errors = Counter(f.name for f in found if f.severity == "error")
        assert all(count == 1 for count in errors.values()), found
        told = {f.rule for f in found if f.name == name}
        assert not told & {"crashes", "misread", "defaulted"} or "no-effect" not in told, found
        for finding in loud(found):
            written = follow(finding, lines)
            again = [loud(judge(text(after), release=release)) for after in written]
            again = [[f for f in later if not _told(f, finding, found)] for later in again]
            assert [] in again or not again, (finding, written, again)


@table("name", NAMES)
def test_advice_about_a_documented_name_leads_to_no_other_finding(name: str, judge: Judge) -> None:
    check(name, NEWEST, judge)


@table("release", ["0.5.10"])
@table("name", NAMES[::3])
def test_advice_for_older_releases(name: str, release: str, judge: Judge) -> None:
    check(name, release, judge)


@table("name", UNDOCUMENTED)
def test_advice_about_an_undocumented_name(name: str, judge: Judge) -> None:
    check(name, NEWEST, judge)


@table("release", ["0.5.10", NEWEST])
@table("name", DEPRECATED)
def test_advice_about_a_deprecated_name(name: str, release: str, judge: Judge) -> None:
    check(name, release, judge)
