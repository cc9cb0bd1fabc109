"""Report switches for SGLang's own tests and for debugging, which should not be set on a server."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.rules.rule import Finding, Rule, Subject
from sglang_envctl.settings import Setting
from sglang_envctl.text.truth import truth

TEST_ONLY = Rule(
    slug="test-only",
    severity="info",
    summary="A switch for SGLang's own tests or for debugging",
    why=(
        "These switches are often copied from issue threads. They inject faults, enable checks "
        "that stop the server, or skip work so that the output is garbage; any release may add or "
        "remove them. If CI is set, nothing is reported; if SGLANG_IS_IN_CI is set, only that "
        "variable is reported."
    ),
    fix="Do not set the variable on a production server.",
    wrong="SGLANG_IS_IN_CI=1\n",
    right="# SGLANG_IS_IN_CI is for SGLang's own machines\n",
)

RULES = (TEST_ONLY,)

_CI = ("SGLANG_IS_IN_CI", "SGLANG_IS_IN_CI_AMD")
_FOR_TESTS = ("SGLANG_TEST_", "SGLANG_CI_")
_FOR_DEBUGGING = "SGLANG_DEBUG_"
_GARBAGE = "SGLANG_DEBUG_HISPARSE_SKIP_IO"
"""The variable that skips copying the data, for timing everything else."""


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about switches for tests that are on."""
    if "CI" in subject.settings.environment.effective:
        return
    on = [s for s in subject.settings if s.name.startswith("SGLANG_") and _is_on(s)]
    in_ci = [s for s in on if s.name in _CI]
    for setting in in_ci or on:
        if what := _what(setting.name):
            assert setting.assignment
            severity = "warning" if setting.name == _GARBAGE else TEST_ONLY.severity
            yield TEST_ONLY.at(
                setting.assignment.origin,
                setting.name,
                what,
                "do not set it on a production server",
                severity=severity,
            )


def _is_on(setting: Setting) -> bool:
    """Return whether a switch is on, or is set to a value that means on but is misread."""
    on = bool(setting.value) or truth(setting.raw or "") is True
    return setting.status == "set" and bool(setting.readings) and on


def _what(name: str) -> str:
    if name in _CI:
        return (
            "tells SGLang that this is one of its own test machines: SGLang may then delete cached "
            "model files that it considers broken"
        )
    if name == _GARBAGE:
        return "skips copying the data, so that the output is garbage"
    if name.startswith(_FOR_TESTS):
        return "only for SGLang's own tests"
    return "only for debugging" if name.startswith(_FOR_DEBUGGING) else ""
