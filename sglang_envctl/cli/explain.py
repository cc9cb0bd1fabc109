"""`envctl explain`: everything about one variable or one rule."""

from __future__ import annotations

from typing import Annotated, Literal, Optional

import typer

from sglang_envctl.cli import inputs, options, output
from sglang_envctl.errors import UsageError
from sglang_envctl.explain import history, page
from sglang_envctl.redaction import redactor
from sglang_envctl.registry import Registry
from sglang_envctl.releases import load, undocumented
from sglang_envctl.rules import rules
from sglang_envctl.settings import settle
from sglang_envctl.text.escape import shorten
from sglang_envctl.text.suggest import SpellingIndex


def explain(
    name: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="NAME|RULE", help="A variable, or a rule of envctl check."),
    ] = None,
    env: options.Env = None,
    inherit: options.Inherit = False,
    dialect: options.Dialect = "dotenv",
    list_rules: Annotated[
        bool, typer.Option("--rules", help="List the rules of envctl check.")
    ] = False,
    output_format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="Output format.")
    ] = "text",
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    show_secrets: options.ShowSecrets = False,
    quiet: options.Quiet = False,
) -> int:
    """Explain one variable, or one rule of the check.

    A variable's page shows its type and defaults, its value here and why, what it does, how each
    release reads it, related settings, and where docs and code disagree.
    """
    if list_rules:
        output.present("rule_list", output_format, tuple(rules().values()))
        return 0
    if name is None:
        raise UsageError("explain needs the name of a variable or a rule; --rules lists the rules")
    if rule := rules().get(name.lower()):
        output.present("explain", output_format, page.of_rule(rule))
        return 0
    known, judged = inputs.registry(registry), inputs.release(sglang)
    known = _with(name, known)
    gathered = inputs.environment(env, inherit=inherit, dialect=dialect)
    environment = gathered.environment
    settings = settle(environment, known, judged.release)
    setting = settings.get(name) or settings.get(name.upper())
    if setting is None:
        raise UsageError(_unknown(name, known))
    hide = redactor([environment], known, show=show_secrets)
    unknown = [problem.words for problem in gathered.unreadable]
    past = history.of_name(setting.name, load())
    shown = page.of_variable(setting, settings, hide, history=past, unknown=unknown)
    output.present("explain", output_format, shown, paged=True)
    if unknown:
        return inputs.complain(gathered.unreadable)
    if not quiet:
        inputs.remark([environment])
    return 0


def _with(name: str, known: Registry) -> Registry:
    """The registry with a name that nothing documents, if SGLang's code knows it."""
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
    mend = f"did you mean {' or '.join(near)}?" if near else "envctl show lists the variables"
    return f"no variable or rule is called {shorten(name, 100)}; {mend}"
