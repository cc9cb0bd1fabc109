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
from sglang_envctl.redaction import redactor
from sglang_envctl.registry import Registry
from sglang_envctl.registry.types import nearest
from sglang_envctl.releases import load
from sglang_envctl.releases.undocumented import with_names
from sglang_envctl.rules import Rule, rules
from sglang_envctl.rules.known.names import known_names
from sglang_envctl.text.escape import shorten

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
    known, chosen = with_names([name], given.registry), given.release
    loaded = api.load(env or (), api.context(dialect), inherit=inherit or not env)
    environment = loaded.environment
    settings = api.settle(environment, sglang=chosen, registry=known)
    setting = settings.get(name) or settings.get(name.upper())
    if setting is None:
        raise UsageError(_unknown(name, known, settings.release))
    hide = redactor([environment], known, show=show_secrets)
    past = history.of_variable(setting.variable, load())
    found = [f for f in api.check(settings) if f.name == setting.name] if setting.raw else []
    unknown = [str(problem) for problem in loaded.unreadable]
    shown = page.of_variable(setting, settings, hide, findings=found, history=past, unknown=unknown)
    output.present(shown, output_format, FORMS, draw=lambda: reports.terminal.explain, paged=True)
    if loaded.unreadable:
        return complain(loaded.unreadable)
    if not quiet:
        remark([environment])
    return 0


def _unknown(name: str, known: Registry, release: str) -> str:
    meant = known_names(known, release).meant(name) or nearest(name, tuple(rules()))
    if meant and meant.startswith("-"):
        fix = f"it is the option {meant} of the server"
    else:
        fix = f"did you mean {meant}?" if meant else "envctl show lists the variables"
    return f"no variable or rule is called {shorten(name, 100)}; {fix}"
