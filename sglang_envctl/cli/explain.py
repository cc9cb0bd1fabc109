"""`envctl explain`: show everything about one variable or one rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from sglang_envctl import api, reports
from sglang_envctl.cli import choices, options, output
from sglang_envctl.cli.outcome import complain, remark
from sglang_envctl.cli.project import project
from sglang_envctl.errors import UsageError
from sglang_envctl.explain import history, page
from sglang_envctl.redaction import Redactor
from sglang_envctl.registry.types import nearest
from sglang_envctl.releases import load
from sglang_envctl.releases.undocumented import with_names
from sglang_envctl.reports.shapes import Explained, row
from sglang_envctl.rules import Rule, rules
from sglang_envctl.rules.known.names import known_names
from sglang_envctl.selection import matching
from sglang_envctl.settings import Settings

if TYPE_CHECKING:
    from sglang_envctl.explain.addresses import Addresses

FORMS: output.Forms[tuple[Explained, ...]] = {
    "text": lambda: reports.text.explain,
    "json": lambda: reports.json.explain,
    "tsv": lambda: reports.tsv.explain,
}
LIST_FORMS: output.Forms[tuple[Rule, ...]] = {
    "text": lambda: reports.text.rule_list,
    "json": lambda: reports.json.rule_list,
    "tsv": lambda: reports.tsv.rule_list,
}

Names = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(
        metavar="NAME|PATTERN|RULE",
        help=(
            "Variables, or rules of envctl check. A part of a name, or a pattern with * and ?, "
            "lists all matches."
        ),
    ),
]
ListRules = Annotated[
    bool,
    typer.Option(
        "--rules",
        help="List the rules of envctl check.",
        rich_help_panel=options.SELECTION,
    ),
]
Full = Annotated[
    bool,
    typer.Option(
        "--full",
        help=(
            "Show the whole page, with other releases, history and docs. JSON and TSV always "
            "contain the whole page."
        ),
        rich_help_panel=options.OUTPUT,
    ),
]


EPILOG = options.epilog(
    "envctl explain SGLANG_USE_MLX",
    "envctl explain 'SGLANG_CACHE_DIT_*'",
    "envctl explain misread",
)


def explain(
    names: Names = None,
    env: options.Env = None,
    inherit: options.Inherit = False,
    dialect: options.Dialect = "dotenv",
    list_rules: ListRules = False,
    full: Full = False,
    output_format: options.Form = "text",
    url_base: options.UrlBase = None,
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    show_secrets: options.ShowSecrets = False,
    config: options.Config = None,
    no_config: options.NoConfig = False,
    no_pager: options.NoPager = False,
    quiet: options.Quiet = False,
) -> int:
    """Explain variables, or rules of the check.

    The page of a variable shows its type and defaults, its current value and where the value comes
    from, its effect, how it is read, related variables, and where docs and code disagree.
    """
    if list_rules:
        listed = tuple(rules().values())
        output.present(
            listed,
            output_format,
            LIST_FORMS,
            draw=lambda: reports.terminal.rule_list,
            paged=not no_pager,
        )
        return 0
    if not names:
        raise UsageError("explain needs the name of a variable or a rule; --rules lists the rules")
    given = project(
        config, no_config=no_config, registries=registry, sglang=[sglang] if sglang else ()
    )
    addresses = given.addresses(url_base)
    found = tuple(rule for name in names if (rule := rules().get(name.lower())))
    if len(found) == len(names):  # no environment is needed to explain a rule
        pages = (_addressed(_of_rule(rule), addresses) for rule in found)
        _print(pages, output_format, full=full, paged=not no_pager)
        return 0
    choices.refuse_files(names, "explain NAME")
    known = with_names(names, given.registry, given.release.release)
    loaded = api.load(env or (), api.context(dialect), inherit=inherit or not env)
    environment = loaded.environment
    settings = api.settle(environment, sglang=given.release, registry=known)
    hide = api.hider([environment], known, show=show_secrets)
    unknown = tuple(str(problem) for problem in loaded.unreadable)
    pages = (_addressed(_page(name, settings, hide, unknown), addresses) for name in names)
    _print(pages, output_format, full=full, paged=not no_pager, secrets=show_secrets)
    if loaded.unreadable:
        return complain(loaded.unreadable)
    if not quiet:
        remark([environment], given.misspelled([environment]))
    return 0


def _print(
    pages: Iterable[Explained], form: str, *, full: bool, paged: bool, secrets: bool = False
) -> None:
    brief = form == "text" and not full
    shown = tuple(one._replace(page=one.page.brief) if brief else one for one in pages)
    output.present(
        shown, form, FORMS, draw=lambda: reports.terminal.explain, paged=paged, secrets=secrets
    )


def _page(name: str, settings: Settings, hide: Redactor, unknown: Iterable[str]) -> Explained:
    """Return the page of a rule or a variable, or the list of all that match a part of a name.

    Raises:
        UsageError: nothing matches.
    """
    if rule := rules().get(name.lower()):
        return _of_rule(rule)
    setting = settings.get(name) or settings.get(name.upper())
    if setting is None:
        fitting = _fitting(name, settings)
        if len(fitting) != 1:
            return Explained(page.of_list(name, fitting), listed=fitting)
        if rule := rules().get(only := next(iter(fitting))):
            return _of_rule(rule)
        setting = settings.by_name[only]
    past = history.of_variable(setting.variable, load())
    found = [f for f in api.check(settings) if f.name == setting.name] if setting.raw else []
    shown = page.of_variable(setting, settings, hide, findings=found, history=past, unknown=unknown)
    return Explained(shown, row(setting, hide))


def _addressed(one: Explained, addresses: Addresses | None) -> Explained:
    """Return the page with its address in the reference."""
    if not addresses or one.listed:
        return one
    find = addresses.rule if one.rule else addresses.variable
    return one._replace(page=one.page._replace(url=find(one.page.title)))


def _of_rule(rule: Rule) -> Explained:
    return Explained(page.of_rule(rule), rule=rule)


def _fitting(pattern: str, settings: Settings) -> dict[str, str]:
    """Return the variables and rules that match a pattern or a part of a name, with their
    summaries.

    Raises:
        UsageError: nothing matches.
    """
    named = {setting.name: setting.variable.summary for setting in settings}
    named |= {rule.slug: rule.summary for rule in rules().values()}

    def near(name: str) -> str:
        meant = known_names(settings.registry, settings.release).meant(name)
        return meant or nearest(name, tuple(rules())) or ""

    fitting = matching(
        [pattern], named, near, "envctl show --all or envctl explain --rules", "variable or rule"
    )
    return {name: summary for name, summary in named.items() if name in fitting}
