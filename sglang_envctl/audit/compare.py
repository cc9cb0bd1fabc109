"""Compare the variables that a package reads with the documented variables."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sglang_envctl.audit.code.compiled import mentions
from sglang_envctl.audit.facts import Audit, Use
from sglang_envctl.readers import find
from sglang_envctl.registry import Registry
from sglang_envctl.registry.variable import Computed, FromVariable, Variable

ALSO = {"sglang": ("sglang-diffusion",)}
"""Further owners, by owner, whose variables the package is expected to read."""


class Unread(NamedTuple):
    """A documented variable that no code, or only test code, reads."""

    variable: Variable
    instead: str = ""
    """The name or flag to use instead, if the registry or the code names one."""
    note: str = ""
    """The message of the code about a deprecated name."""


class Differing(NamedTuple):
    """A documented default that differs from the code's default."""

    variable: Variable
    use: Use


class Comparison(NamedTuple):
    """The three kinds of mismatch between docs and code; a name is in at most one of them."""

    unread: tuple[Unread, ...] = ()
    """The documented variables that the package is expected to read but does not."""
    undocumented: tuple[Use, ...] = ()
    """The most informative use of each name that more than test code reads but that is not
    documented.
    """
    differing: tuple[Differing, ...] = ()


def compare(found: Audit, registry: Registry, target: Path | None = None) -> Comparison:
    """Compare a package's reads with the registry; reads in compiled code count too."""
    owners = {owner for package in found.packages for owner in (package, *ALSO.get(package, ()))}
    expected = [variable for variable in registry.variables if variable.owner in owners]
    live = {name: uses for name, uses in found.names.items() if is_live(uses)}
    missing = [variable for variable in expected if variable.name not in live]
    compiled = mentions(target, [variable.name for variable in missing]) if target else {}
    return Comparison(
        tuple(_unread(variable, found) for variable in missing if variable.name not in compiled),
        tuple(uses[0] for name, uses in live.items() if registry.find(name) is None),
        tuple(
            Differing(variable, live[variable.name][0])
            for variable in expected
            if variable.name in live and _differs(variable, live[variable.name][0])
        ),
    )


def is_live(uses: tuple[Use, ...]) -> bool:
    """Return whether code outside of tests reads a name, rather than only declaring the name."""
    return any(not (use.tests_only or use.declared_only) for use in uses)


def _unread(variable: Variable, found: Audit) -> Unread:
    renames = [rename for rename in found.renames if rename.old == variable.name]
    new = next((rename.new for rename in renames if rename.new), "")
    note = next((rename.note for rename in renames if rename.note), "")
    return Unread(variable, variable.replaced_by or new, note)


def _differs(variable: Variable, use: Use) -> bool:
    """Return whether two defaults differ in meaning; only plain values are compared."""
    documented, default = variable.default, use.default
    if use.default_rule or isinstance(documented, FromVariable | Computed):
        return False
    if documented is None:
        return bool(default)  # "not set" and an empty or false default are the same
    if default is None:
        return True
    if isinstance(default, str) and default.lower() == documented.lower():
        return False
    reading = find(use.reader)(documented, None)
    if reading.outcome in ("crash", "unverified"):
        return isinstance(default, str)
    return reading.value != default
