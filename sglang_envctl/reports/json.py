"""Write JSON, for programs. A new version may add keys, but never renames one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sglang_envctl.config import Deployment
from sglang_envctl.errors import Unreadable
from sglang_envctl.registry.variable import Document, Read, documented_default
from sglang_envctl.reports.findings import CheckReport, RuleCount, ShownFix
from sglang_envctl.reports.shapes import DiffReport, Explained, Row, ShowReport
from sglang_envctl.rules.rule import SEVERITIES, Rule
from sglang_envctl.text.json import dump, failure

if TYPE_CHECKING:
    from sglang_envctl.audit.compare import Differing, Unread
    from sglang_envctl.audit.facts import Rename, Use
    from sglang_envctl.config import Config
    from sglang_envctl.explain.page import Page
    from sglang_envctl.reports.audit import AuditReport

__all__ = [
    "audit", "check", "diff", "document", "explain", "failure", "rule_list", "show", "statistics",
]  # fmt: skip


def check(report: CheckReport) -> str:
    """Return the findings, their number by severity, and the number of checked variables."""
    return dump(
        release=report.chosen.release,
        asked=report.chosen.asked or None,
        releases=[chosen.release for chosen in (report.chosen, *report.also)],
        sources=[
            {"source": one.source, "variables": one.variables, "unchecked": one.unchecked}
            for one in report.counts
        ],
        findings=[
            {
                "rule": finding.rule,
                "severity": finding.severity,
                "name": finding.name or None,
                "message": finding.message,
                "help": finding.help or None,
                "origin": finding.origin.members(),
                "fix": _fix(report.fixes.get(finding)),
                "nodes": list(finding.nodes) or None,
            }
            for finding in report.findings
        ],
        summary={severity: report.tally(severity) for severity in SEVERITIES},
    )


def _fix(fix: ShownFix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    return {"safe": fix.safe, "edits": [edit._asdict() for edit in fix.edits]}


def statistics(counts: tuple[RuleCount, ...]) -> str:
    """Return the number of findings of each rule."""
    return dump(
        statistics=[
            {
                "rule": one.rule,
                "severity": one.severity,
                "count": one.number,
                "summary": one.summary,
            }
            for one in counts
        ]
    )


def show(report: ShowReport) -> str:
    """Return every variable with its value and its origin."""
    return dump(
        release=report.chosen.release,
        asked=report.chosen.asked or None,
        nodes=report.nodes or None,
        settings=list(map(_setting, report.rows)),
        unreadable=_unreadable(report.unreadable),
    )


def _setting(row: Row) -> dict[str, Any]:
    variable = row.variable
    return {
        "name": row.name,
        "section": row.section,
        "owner": variable.owner if variable else None,
        "type": variable.type.name if variable else None,
        "allowed": list(variable.type.allowed) or None if variable else None,
        "default": row.default,
        "documents": [document(d) for d in variable.documents] if variable else [],
        "documented_default": row.documented_default,
        "secret": row.secret,
        "raw": row.raw,
        "value": row.value,
        "status": row.status,
        "outcome": row.outcome,
        "note": row.note or None,
        "source": row.source or None,
        "origin": row.origin.members() if row.origin else None,
        "nodes": list(row.nodes) or None,
        "summary": row.summary or None,
    }


def diff(report: DiffReport) -> str:
    """Return the differences, with the value in each source."""
    return dump(
        release=report.chosen.release,
        asked=report.chosen.asked or None,
        sources=list(report.sources),
        changes=[
            {
                "name": change.name,
                "kind": change.kind,
                "values": [
                    {
                        "source": side.source,
                        "raw": side.raw,
                        "value": side.value,
                        "status": side.status,
                        "outcome": side.outcome,
                        "nodes": list(side.nodes) or None,
                    }
                    for side in change.values
                ],
                "part": change.part or None,
                "cause": change.cause or None,
            }
            for change in report.changes
        ],
        unreadable=_unreadable(report.unreadable),
    )


def _unreadable(problems: Iterable[Unreadable]) -> list[dict[str, str]]:
    return [{"source": problem.source, "reason": problem.reason} for problem in problems]


def explain(found: tuple[Explained, ...]) -> str:
    """Return a page with its blocks and the data for it, or several pages."""
    pages = [{**_page(one.page), **_subject(one)} for one in found]
    return dump(**pages[0]) if len(pages) == 1 else dump(pages=pages)


def _subject(one: Explained) -> dict[str, Any]:
    """Return the variable or the rule that a page is about."""
    variable, rule = one.row.variable if one.row else None, one.rule
    return {
        "setting": _setting(one.row) if one.row else None,
        "reads": list(map(_read, variable.reads)) if variable else [],
        "rule": {
            "rule": rule.slug, "severity": rule.severity, "summary": rule.summary, "why": rule.why,
            "fix": rule.fix, "wrong": rule.wrong, "right": rule.right,
        } if rule else None,
    }  # fmt: skip


def _read(read: Read) -> dict[str, Any]:
    return {
        "reader": read.reader,
        "where": read.where,
        "since": read.since or None,
        "until": read.until or None,
        "default": read.default,
        "default_rule": read.default_rule or None,
        "inert": read.inert,
        "effect": read.effect or None,
    }


def _page(page: Page) -> dict[str, Any]:
    return {
        "title": page.title,
        "subtitle": page.subtitle,
        "lead": page.lead,
        "facts": dict(page.facts.pairs),
        "url": page.url or None,
        "blocks": [
            {
                "heading": b.heading,
                "paragraphs": b.paragraphs,
                "items": b.items,
                "code": b.code or None,
            }
            for b in page.blocks
        ],
    }


def rule_list(found: tuple[Rule, ...]) -> str:
    """Return the rules of `envctl check`."""
    return dump(
        rules=[{"rule": r.slug, "severity": r.severity, "summary": r.summary} for r in found]
    )


def config(found: Config) -> str:
    """Return each key with its value and its origin."""
    return dump(
        file=found.file,
        settings=[
            {"key": key, "value": _written(value), "origin": origin}
            for key, value, origin in found.values()
        ],
    )


def _written(value: Any) -> Any:
    """Return the value of a key in the form that it has in a configuration file."""
    if isinstance(value, Deployment):
        return {field: _written(one) for field, one in value._asdict().items()}
    if isinstance(value, (tuple, list)):
        return [_written(one) for one in value]
    return {k: _written(v) for k, v in value.items()} if isinstance(value, Mapping) else value


def audit(report: AuditReport) -> str:
    """Return every name that a package reads, and the differences from the docs."""
    return dump(
        target=report.target,
        release=report.release,
        files=report.files,
        names=[
            {"name": name, **_use(uses[0]), "uses": list(map(_use, uses))}
            for name, uses in report.names.items()
        ],
        unread=list(map(_unread, report.comparison.unread)),
        undocumented=[
            {"name": use.name, "where": use.where} for use in report.comparison.undocumented
        ],
        differing=list(map(_differing, report.comparison.differing)),
        renames=list(map(_rename, report.renames)),
        forwards=[
            {
                "old_prefix": item.old_prefix,
                "new_prefix": item.new_prefix,
                "old_wins": item.old_wins,
                "where": item.where,
            }
            for item in report.forwards
        ],
        dynamic=[{"text": item.text, "where": item.where} for item in report.dynamic],
        unreadable=_unreadable(report.unreadable),
    )


def _use(use: Use) -> dict[str, Any]:
    return {
        "reader": use.reader,
        "default": use.default,
        "default_rule": use.default_rule or None,
        "where": use.where,
        "tests_only": use.tests_only,
        "declared_only": use.declared_only,
    }


def _unread(item: Unread) -> dict[str, Any]:
    return {
        "name": item.variable.name,
        "owner": item.variable.owner,
        "documented_default": documented_default(item.variable),
        "replaced_by": item.instead or None,
        "note": item.note or None,
    }


def _differing(item: Differing) -> dict[str, Any]:
    return {
        "name": item.variable.name,
        "documented_default": documented_default(item.variable),
        "default": item.use.default,
        "where": item.use.where,
    }


def _rename(item: Rename) -> dict[str, Any]:
    return {
        "old": item.old,
        "new": item.new or None,
        "transform": item.transform or None,
        "note": item.note or None,
        "where": item.where,
    }


def document(page: Document) -> dict[str, Any]:
    return {"id": page.id, "title": page.title, "url": page.url}
