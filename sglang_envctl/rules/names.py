"""Names that nothing documents, and documented names that nothing reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from sglang_envctl.environment import Assignment
from sglang_envctl.namesakes import Namesakes, edits
from sglang_envctl.registry import Registry
from sglang_envctl.rules.model import Finding, Rule, Severity, Subject
from sglang_envctl.settings import Setting

UNKNOWN_VARIABLE = Rule(
    slug="unknown-variable",
    severity="error",
    summary="A name that nothing reads, and that looks like one that is read",
    why=(
        "SGLang never complains about a name it does not know: the setting is ignored and the server "
        "runs with the default. A name in SGLang's own namespace that resembles no known one is "
        "reported as information only, since plugins and forks have names of their own. Names that "
        "Kubernetes injects for services are never reported."
    ),
    fix="Use the name offered, or remove the line.",
    wrong="SGLANG_CACHE_DIT_ENABELD=1\n",
    right="SGLANG_CACHE_DIT_ENABLED=1\n",
)
NOT_READ = Rule(
    slug="not-read",
    severity="warning",
    summary="A documented name that this release does not read",
    why=(
        "Documents outlive code. The name is on a page, the value looks right, and no line of the "
        "release looks at it."
    ),
    fix="Use what replaces it, or remove the line.",
    wrong="SGLANG_DIFFUSION_LOGGING_LEVEL=DEBUG\n",
    right="# envctl explain SGLANG_DIFFUSION_LOGGING_LEVEL\n",
)

RULES = (UNKNOWN_VARIABLE, NOT_READ)

OWNED = ("SGLANG_", "SGL_", "FLAGCX_", "FLAGGEMS_")
"""Namespaces in which an unknown name is worth a word even when it resembles nothing."""

_SERVICE_LINK = re.compile(
    r"[A-Z_][A-Z0-9_]*(?:_SERVICE_HOST|_SERVICE_PORT(?:_[A-Z0-9_]+)?"
    r"|_PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:ADDR|PORT|PROTO))?)?)"
)
_LINK_VALUE = r"(?:tcp|udp|sctp)://"


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about names."""
    for setting in subject.settings:
        if setting.status == "set" and not setting.readings:
            yield _not_read(setting, subject.settings.release)
    judge = _Judge(subject.settings.registry)
    for assignment in subject.settings.undocumented():
        yield from judge.findings(assignment)


class _Judge:
    """Judges unknown names; builds its index of known ones when the first needs it."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    @cached_property
    def _namesakes(self) -> Namesakes:
        return Namesakes(v.name for v in self._registry.variables if not v.ambient)

    @cached_property
    def _foreign(self) -> frozenset[str]:
        """First words of documented names outside SGLang's namespaces: NVSHMEM, TRITON, ..."""
        names = (v.name for v in self._registry.variables if not v.ambient)
        return frozenset(n.split("_")[0] for n in names if not n.startswith(OWNED))

    def findings(self, assignment: Assignment) -> Iterator[Finding]:
        name = assignment.name
        folded = name.upper()
        owned = folded.startswith(OWNED)
        if not owned and folded.split("_", 1)[0] not in self._foreign:
            yield from self._misspelt_prefix(assignment)
            return
        if is_service_link(name, assignment.raw):
            return
        near = self._namesakes.near(name)
        if not owned:
            near = tuple(n for n in near if edits(folded, n, 2) is not None)
        if near:
            also = f" (or {', '.join(near[1:])})" if len(near) > 1 else ""
            message = f"nothing reads this name; did you mean {near[0]}{also}?"
            severity: Severity = "error" if owned else "warning"
            yield UNKNOWN_VARIABLE.at(assignment.origin, name, message, severity=severity)
        elif owned:
            message = "is not documented, and resembles no documented name"
            yield UNKNOWN_VARIABLE.at(assignment.origin, name, message, severity="info")

    def _misspelt_prefix(self, assignment: Assignment) -> Iterator[Finding]:
        near = self._namesakes.with_other_prefix(assignment.name)
        if near and not is_service_link(assignment.name, assignment.raw):
            message = f"nothing reads this name; did you mean {near}?"
            yield UNKNOWN_VARIABLE.at(assignment.origin, assignment.name, message)


def is_service_link(name: str, raw: str) -> bool:
    """Whether Kubernetes injected this for a service of the namespace (enableServiceLinks)."""
    if not _SERVICE_LINK.fullmatch(name):
        return False
    return not name.endswith("_PORT") or bool(re.match(_LINK_VALUE, raw)) or "SERVICE_PORT" in name


def _not_read(setting: Setting, release: str) -> Finding:
    assert setting.assignment
    message = f"has no effect: SGLang {release} {setting.note}"
    help_ = f"use {setting.variable.replaced_by}" if setting.variable.replaced_by else "remove it"
    return NOT_READ.at(setting.assignment.origin, setting.name, message, help_)
