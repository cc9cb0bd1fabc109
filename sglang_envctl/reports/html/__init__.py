"""Write reports as a web page: one file that needs no other file and runs only its own script."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.reports.counts import checked_against
from sglang_envctl.rules.rule import SEVERITIES
from sglang_envctl.text.escape import visible

if TYPE_CHECKING:
    from sglang_envctl.findings.excerpts import SourceLine
    from sglang_envctl.reports.findings import CheckReport
    from sglang_envctl.reports.shapes import DiffReport, ShowReport
    from sglang_envctl.rules.rule import Finding

_FILTER = "filter.js"
_FAILURE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>envctl failed</title>
</head>
<body>
<main>
<h1>envctl failed with exit code {code}</h1>
<p>{message}</p>
</main>
</body>
</html>
"""


class Choice(NamedTuple):
    """A field by which the reader of the page filters rows: its values, each with a description."""

    field: str
    title: str
    options: tuple[tuple[str, str], ...]
    chosen: str = ""


class Shown(NamedTuple):
    """A finding with its place in its file, and the lines there."""

    finding: Finding
    place: str
    lines: tuple[SourceLine, ...]


def check(report: CheckReport) -> str:
    """Return the findings by file, each with the lines around it, and the rules concerned."""
    from sglang_envctl.reports.html.pages import page
    from sglang_envctl.rules import rules

    files: dict[str, list[Shown]] = {}
    for finding in report.shown:
        origin = finding.origin
        lines = report.excerpts.get((origin.file or "", origin.line or 0), ())
        place = f"line {origin.line}" if origin.line else origin.key
        files.setdefault(origin.file or origin.source, []).append(Shown(finding, place, lines))
    slugs = sorted({finding.rule for finding in report.findings})
    severities = [one for one in SEVERITIES if report.tally(one)]
    return page(
        "check.html",
        (_FILTER,) if files else (),
        report=report,
        against=checked_against(report.chosen, *report.also),
        files=files,
        rules=[rules()[slug] for slug in slugs],
        choices=(_choice("severity", "Severity", severities), _choice("rule", "Rule", slugs)),
    )


def show(report: ShowReport) -> str:
    """Return every variable with its value, by section."""
    from sglang_envctl.reports.html.pages import page
    from sglang_envctl.reports.shapes import by_title

    sections = dict.fromkeys((row.section, row.title) for row in report.rows)
    is_set = (("yes", "set"), ("no", "not set"))
    return page(
        "show.html",
        (_FILTER,) if report.rows else (),
        report=report,
        against=checked_against(report.chosen),
        sections=by_title(report.rows),
        choices=(
            Choice("set", "Variables", is_set, "yes" if report.overview else ""),
            Choice("section", "Section", tuple(sections)),
        ),
    )


def diff(report: DiffReport) -> str:
    """Return the differences, with a column for each source, or for each group of nodes."""
    if report.nodes:
        return _nodes(report)
    from sglang_envctl.reports.html.pages import page

    kinds = dict.fromkeys(change.kind for change in report.changes)
    return page(
        "diff.html",
        (_FILTER,) if report.changes else (),
        report=report,
        against=checked_against(report.chosen),
        choices=(_choice("kind", "Change", kinds),),
    )


def _nodes(report: DiffReport) -> str:
    from sglang_envctl.reports.html.matrix import matrices
    from sglang_envctl.reports.html.pages import page

    found = tuple(matrices(report.changes, report.roles))
    columns = (column for matrix in found for column in matrix.columns)
    roles = list(dict.fromkeys(role for column in columns for role in column.roles))
    used = {change.severity for change in report.changes}
    return page(
        "matrix.html",
        (_FILTER, "matrix.js") if found else (),
        report=report,
        against=checked_against(report.chosen),
        matrices=found,
        roles=roles,
        choices=(
            _choice("severity", "Severity", [one for one in SEVERITIES if one in used]),
            _choice("kind", "Change", dict.fromkeys(change.kind for change in report.changes)),
            Choice("role", "Role", tuple((str(at), role) for at, role in enumerate(roles))),
        ),
    )


def failure(message: str, code: int) -> str:
    """Return a page with the error; making the page needs no third-party library."""
    from html import escape

    text = _FAILURE.format(code=code, message=escape(visible(message)))
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _choice(field: str, title: str, values: Iterable[str]) -> Choice:
    return Choice(field, title, tuple((value, value) for value in values))
