"""`envctl diff`: show how environments differ in meaning."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated, Literal, Optional

import typer

from sglang_envctl import api, reports
from sglang_envctl.cli import choices, options, output, progress
from sglang_envctl.cli.outcome import complain, remark, summarize
from sglang_envctl.cli.project import project
from sglang_envctl.compare import Difference
from sglang_envctl.environment import Environment
from sglang_envctl.errors import Unreadable, UsageError
from sglang_envctl.redaction import Redactor
from sglang_envctl.registry import Registry
from sglang_envctl.releases.undocumented import SECTION, with_names
from sglang_envctl.reports.shapes import DiffReport, change, split_change
from sglang_envctl.selection import OTHER, matching, spelled_like
from sglang_envctl.sources import detect
from sglang_envctl.sources.load import RELEASE
from sglang_envctl.text.escape import visible

if TYPE_CHECKING:
    from sglang_envctl.nodes.comparison import Comparison
    from sglang_envctl.releases import ChosenRelease

FORMS: output.Forms[DiffReport] = {
    "text": lambda: reports.text.diff,
    "json": lambda: reports.json.diff,
    "tsv": lambda: reports.tsv.diff,
    "html": lambda: reports.html.diff,
}

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE",
        help="What to compare: a source that envctl check --help lists, defaults (nothing set), or "
        "release:X (nothing set, in SGLang X: a version, a wheel or a source tree). Names, and "
        "patterns with * and ?, limit the comparison.",
    ),
]
COMPARISON = "Comparison"

Raw = Annotated[
    bool,
    typer.Option(
        "--raw",
        help="Compare values as written: 1 and true then differ.",
        rich_help_panel=COMPARISON,
    ),
]
All = Annotated[
    bool,
    typer.Option(
        "--all",
        help="Between releases, also compare undocumented names, and names that no -e layer sets.",
        rich_help_panel=COMPARISON,
    ),
]
Set = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Set this value below each SOURCE, as a last -e layer would. Repeat to set several.",
        rich_help_panel=COMPARISON,
    ),
]
By = Annotated[
    Optional[Literal["role"]],  # noqa: UP045
    typer.Option(
        "--by",
        help="Compare the nodes of each role (prefill, decode, router), then the roles with each other.",
        rich_help_panel=COMPARISON,
    ),
]
Groups = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--group",
        metavar="NAME=PATTERN",
        help=(
            "Treat nodes whose names match a pattern as one role, for example decode=gpu-2*. "
            "Implies --by role. Repeat to define several roles."
        ),
        rich_help_panel=COMPARISON,
    ),
]
Form = Annotated[
    Literal["text", "json", "tsv", "html"],
    typer.Option("--format", help="Print in this format.", rich_help_panel=options.OUTPUT),
]
_NAME = r"[A-Z][A-Z0-9_]*|\w*[*?][\w*?]*"
COLUMNS = 3
"""The maximum number of environments with a column each; more are grouped by value."""


EPILOG = options.epilog(
    "envctl diff staging.env prod.env",
    "envctl diff process .env",
    "envctl diff -e prod.env release:0.5.20 release:0.5.23",
    "envctl diff release:0.5.20 release:0.5.23 'SGLANG_NSA_*'",
    "envctl diff env/ --by role",
)


def diff(
    sources: Sources,
    env: options.Env = None,
    inherit: options.Inherit = False,
    dialect: options.Dialect = "dotenv",
    set_: Set = None,
    section: options.Sections = None,
    raw: Raw = False,
    all_: All = False,
    by: By = None,
    group: Groups = None,
    output_format: Form = "text",
    url_base: options.UrlBase = None,
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    show_secrets: options.ShowSecrets = False,
    config: options.Config = None,
    no_config: options.NoConfig = False,
    no_pager: options.NoPager = False,
    timeout: options.Timeout = 30,
    quiet: options.Quiet = False,
) -> int:
    """Show how environments differ in meaning. The exit code is 1 if anything differs.

    1 and true are the same if SGLang reads them as the same value, and so are an unset name and its
    default. The -e layers are below each SOURCE: -e prod.env release:A release:B shows what an
    upgrade changes for the names that are set, and why. With four or more environments, nodes are
    grouped by value, outliers first, and values that always differ, such as ranks and addresses,
    are left out. Secrets are shown as fingerprints, which show whether they are the same.
    """
    patterns = dict(map(_pattern, group or ()))
    given = project(
        config, no_config=no_config, registries=registry, sglang=[sglang] if sglang else ()
    )
    chosen = given.release
    asked = tuple(filter(_is_name, sources))
    sources = [source for source in sources if source not in asked]
    known = with_names(asked, given.registry, chosen.release)
    sections = choices.sections(section, known)
    layers = (*(env or ()), *_values(set_))
    release_of = {source: _release(source) for source in sources}
    context = api.context(dialect, timeout=choices.timeout(timeout))
    sides = progress.each(
        "Reading",
        api.load_sides(sources, context, layers=layers, inherit=inherit),
        quiet=quiet,
    )
    first = list(islice(sides, COLUMNS + 1))
    several = len(first) > COLUMNS and not any(release_of.values())
    if several or by or patterns:
        comparison = api.diff_nodes(
            chain(first, sides),
            sglang=chosen if given.named else None,
            registry=known,
            raw=raw,
            by_role=bool(by),
            patterns=patterns,
        )
        environments = [found.environment for found in comparison.fleet.groups]
        hide = api.hider(environments, known, show=show_secrets)
        splits = {s.difference.name for part in comparison.parts for s in part.splits}
        meant = _meant(asked, sections, splits, environments, known)
        report = _nodes_report(comparison, chosen, tuple(sources), hide, meant)
    else:
        first += sides
        read = [side for side in first if not isinstance(side, Unreadable)]
        names, environments = [side.name for side in read], [side.make() for side in read]
        unreadable = dict.fromkeys(one for one in first if isinstance(one, Unreadable))
        if len(read) < 2 and not unreadable:
            raise UsageError(
                "diff needs two environments or more: name another source, or defaults"
            )
        releases = [release_of.get(name) for name in names]
        found = api.diff(environments, sglang=chosen, releases=releases, registry=known)
        meant = _meant(asked, sections, {one.name for one in found}, environments, known)
        found = tuple(one for one in found if meant is None or one.name in meant)
        hide = api.hider(environments, known, show=show_secrets)
        upgrade = all(releases) and not (all_ or asked or sections)
        unset = [one for one in found if not one.is_set and (layers or _is_obscure(one))]
        unset = unset if upgrade else []
        told = [one for one in found if one not in unset]
        left_out = [] if raw else [one for one in told if one.kind == "spelling"]
        wasted = sum(map(_is_wasted, left_out))
        report = DiffReport(
            chosen,
            tuple(names),
            tuple(change(one, names, hide) for one in told if raw or one.kind != "spelling"),
            len(left_out) - wasted,
            tuple(unreadable),
            ineffective=wasted,
            unset=len(unset),
            unset_kind="names that are not set" if layers else "undocumented names",
        )
    report = report._replace(addresses=given.addresses(url_base))
    output.present(
        report, output_format, FORMS, draw=lambda: reports.terminal.diff, paged=not no_pager,
        secrets=show_secrets,
    )  # fmt: skip
    if not quiet:
        remark(environments, given.misspelled(environments))
        if report.nodes or not report.unreadable:
            summarize(report.summary)
    if report.unreadable:
        return complain(report.unreadable)
    return int(bool(report.changes))


def _nodes_report(
    comparison: Comparison,
    chosen: ChosenRelease,
    sources: tuple[str, ...],
    hide: Redactor,
    meant: Collection[str] | None,
) -> DiffReport:
    from sglang_envctl.findings.severity import severity

    fleet = comparison.fleet
    engines = {member.name: member.node.engine for member in fleet.nodes}
    changes = [
        split_change(split, part.name, hide, severity(split, engines))
        for part in comparison.parts
        for split in part.splits
        if meant is None or split.difference.name in meant
    ]
    return DiffReport(
        chosen,
        sources,
        tuple(changes),
        0,
        fleet.unreadable,
        len(engines),
        roles={member.name: member.node.role for member in fleet.nodes},
        kind=fleet.kind,
    )


def _meant(
    asked: Sequence[str],
    sections: Collection[str],
    differing: Collection[str],
    environments: Iterable[Environment],
    known: Registry,
) -> Collection[str] | None:
    """Return the names that a comparison is limited to; None for all."""
    meant: Collection[str] = differing
    if asked:
        names = {*known.listed, *differing}.union(*(one.effective for one in environments))
        meant = matching(asked, names, spelled_like(known.listed), "envctl show --all")
    if sections:
        entries = ((name, known.find(name)) for name in meant)
        meant = {name for name, e in entries if (e.section.slug if e else OTHER) in sections}
    return meant if asked or sections else None


def _is_obscure(difference: Difference) -> bool:
    return difference.section == SECTION.slug


def _is_wasted(difference: Difference) -> bool:
    """Return whether the environments agree only because a value is not used."""
    outcomes = (setting.outcome for setting in difference.settings if setting)
    return any(outcome in ("defaulted", "misread", "crash", "ignored") for outcome in outcomes)


def _pattern(given: str) -> tuple[str, str]:
    name, equals, pattern = given.partition("=")
    if not (name and equals and pattern):
        raise UsageError(f"--group: {visible(given)} is not NAME=PATTERN, as in decode=gpu-2*")
    return name, pattern


def _is_name(source: str) -> bool:
    """Return whether an argument is a name or a pattern of names, and not a source."""
    if not re.fullmatch(_NAME, source) or os.path.exists(source):
        return False
    return not detect.matching(source)


def _values(given: Iterable[str] | None) -> Iterator[Mapping[str, str]]:
    """Yield one layer with the values of --set, if there are any."""
    values = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise UsageError(f"--set: {visible(text)} is not NAME=VALUE")
        values[name] = value
    if values:
        yield values


def _release(source: str) -> str | None:
    """Return the release that a source names, if any; never a substitute for an unknown release."""
    if not source.startswith(RELEASE):
        return None
    chosen = choices.release(source.removeprefix(RELEASE), visible(source))
    if chosen.asked:
        raise UsageError(
            f"{visible(source)}: envctl has no data about this release "
            f"({chosen.release} is {chosen.reason}); "
            "name its wheel or its source tree"
        )
    return chosen.release
