"""`envctl explain`: everything about one variable or one rule."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from sglang_envctl import api, reports
from sglang_envctl.cli import options, output
from sglang_envctl.cli.outcome import complain, remark
from sglang_envctl.cli.project import project
from sglang_envctl.errors import UsageError
from sglang_envctl.explain import history, page
from sglang_envctl.registry import Registry
from sglang_envctl.releases import load, undocumented
from sglang_envctl.rules import Rule, rules
from sglang_envctl.text.escape import shorten
from sglang_envctl.text.suggest import SpellingIndex

FORMS: output.Forms[page.Page] = {
    "text": lambda: reports.text.explain,
    "json": lambda: reports.json.explain,
}
LIST_FORMS: output.Forms[tuple[Rule, ...]] = {
    "text": lambda: reports.text.rule_list,
    "json": lambda: reports.json.rule_list,
}

Name = Annotated[
    Optional[str],  # noqa: UP045
    typer.Argument(metavar="NAME|RULE", help="A variable, or a rule of envctl check."),
]
ListRules = Annotated[bool, typer.Option("--rules", help="List the rules of envctl check.")]


def explain(
    name: Name = None,
    env: options.Env = None,
    inherit: options.Inherit = False,
    dialect: options.Dialect = "dotenv",
    list_rules: ListRules = False,
    output_format: options.Form = "text",
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    show_secrets: options.ShowSecrets = False,
    config: options.Config = None,
    no_config: options.NoConfig = False,
    quiet: options.Quiet = False,
) -> int:
    """Explain one variable, or one rule of the check.

    Of a variable: its type and defaults, its value here and why, what it does, how each release reads
    it, related variables, and where docs and code disagree.
    """
    if list_rules:
        listed = tuple(rules().values())
        output.present(listed, output_format, LIST_FORMS, draw=lambda: reports.terminal.rule_list)
        return 0
    if name is None:
        raise UsageError("explain needs the name of a variable or a rule; --rules lists the rules")
    if rule := rules().get(name.lower()):
        shown = page.of_rule(rule)
        output.present(shown, output_format, FORMS, draw=lambda: reports.terminal.explain)
        return 0
    given = project(
        config, no_config=no_config, registries=registry, sglang=[sglang] if sglang else ()
    )
    known, chosen = _with(name, given.registry), given.release
    loaded = api.load(env or (), api.context(dialect), inherit=inherit or not env)
    environment = loaded.environment
    settings = api.settle(environment, sglang=chosen, registry=known)
    setting = settings.get(name) or settings.get(name.upper())
    if setting is None:
        raise UsageError(_unknown(name, known))
    hide = api.hider([environment], known, show=show_secrets)
    past = history.of_name(setting.name, load())
    unknown = [str(problem) for problem in loaded.unreadable]
    shown = page.of_variable(setting, settings, hide, history=past, unknown=unknown)
    output.present(shown, output_format, FORMS, draw=lambda: reports.terminal.explain, paged=True)
    if loaded.unreadable:
        return complain(loaded.unreadable)
    if not quiet:
        remark([environment])
    return 0


def _with(name: str, known: Registry) -> Registry:
    """The registry, with a name that is not documented if SGLang's code knows it."""
    for spelled in (name, name.upper()):
        if known.find(spelled):
            break
        if found := undocumented.variable(spelled, load()):
            return known.extended([found])
    return known


def _unknown(name: str, known: Registry) -> str:
    from sglang_envctl.registry.types import nearest

    names = tuple(variable.name for variable in known.variables)
    near = SpellingIndex(names).near(name) or tuple(
        filter(None, [nearest(name, (*rules(), *names))])
    )
    fix = f"did you mean {' or '.join(near)}?" if near else "envctl show lists the variables"
    return f"no variable or rule is called {shorten(name, 100)}; {fix}"
