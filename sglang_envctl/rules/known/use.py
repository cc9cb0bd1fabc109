"""Find out whether a server uses a value, because a finding about an unused value is less severe."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.registry.variable import Outside
from sglang_envctl.releases.renames import OWNED
from sglang_envctl.releases.versions import within
from sglang_envctl.rules.known.command import Command
from sglang_envctl.rules.rule import Finding
from sglang_envctl.settings import Setting
from sglang_envctl.text.truth import truth

_LIMITS = ("invalid-value", "out-of-bounds")
_OPTIONS = {"SGLANG_PP_LAYER_PARTITION": ("--pp-size above 1", "0.5.19")}
"""The options without which no undocumented name is parsed, and the first release that requires them."""


def as_used(found: Finding, setting: Setting, command: Command, release: str) -> Finding:
    """Lower the severity of a finding if a server does not use the value, or uses the value that
    the author means.
    """
    if found.severity != "error":
        return found
    meant = truth((setting.raw or "").strip())
    if found.rule == "defaulted" and meant is not None and meant is setting.value:
        return found._replace(severity="info")
    if only_tests_read(setting, release):
        return found._replace(severity="info", message=f"{found.message}; only its tests read it")
    for needs in _needs(found.rule, setting, release):
        if command.meets(needs) is False:
            message = f"{found.message}; not used now: it needs {needs}"
            return found._replace(severity="warning", message=message)
    return found


def _needs(rule: str, setting: Setting, release: str) -> Iterator[str]:
    """Yield the options that a value requires."""
    if rule in _LIMITS:
        outside = (r for r in setting.variable.relations if isinstance(r, Outside))
        yield from (relation.needs for relation in outside)
    needs, since = _OPTIONS.get(setting.name, ("", ""))
    if needs and within(release, since):
        yield needs


def only_tests_read(setting: Setting, release: str) -> bool:
    """Return whether only SGLang's own tests read a name."""
    if setting.variable.documents or not setting.name.startswith(OWNED):
        return False
    return tests_alone(setting.name, release)


def tests_alone(name: str, release: str) -> bool:
    """Return whether a release reads a name only in its tests."""
    from sglang_envctl.releases import load

    data = load(release)
    reading = [use for use in data.uses(name, release) if not use.declared_only]
    return bool(reading) and all(use.tests_only for use in reading)
