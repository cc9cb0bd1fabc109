"""Treat local code as a release, and adapt the registry to how this code reads the variables."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from sglang_envctl.registry import Registry
from sglang_envctl.registry.variable import Read, Variable
from sglang_envctl.releases.versions import within

if TYPE_CHECKING:
    from sglang_envctl.releases.data import ReleaseData

_OWNERS = frozenset({"sglang", "sglang-diffusion"})


class OwnRelease(str):
    """The version of local code, with the data of all known releases and of this code.

    The object equals only itself, because the published release of the same version may differ.
    """

    __slots__ = ("data", "like", "unread")
    like: str
    """The published version whose version checks apply to the code."""
    data: ReleaseData
    unread: int
    """The number of files of the code that could not be read."""

    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__


def as_read(registry: Registry, release: str) -> Registry:
    """Return the registry itself or, for local code, a registry that is adapted to the code."""
    return _followed(registry, release) if isinstance(release, OwnRelease) else registry


@lru_cache(maxsize=4)
def _followed(registry: Registry, release: OwnRelease) -> Registry:
    data = release.data
    near = next(r for r in reversed(data.releases) if r is not release and within(release, r))
    found = (v for v in registry.variables if v.owner in _OWNERS)
    return registry.extended(replace(v, reads=_reads(v, data, release, near)) for v in found)


def _reads(variable: Variable, data: ReleaseData, release: str, near: str) -> tuple[Read, ...]:
    """Return the registry's reads for release `near`, if the code reads the variable as `near` does.

    The registry knows more than a scan: the reads of compiled code, and results of experiments.
    """
    own, before = (_read(variable.name, data, one) for one in (release, near))
    if _same(own, before):
        held = (read for read in variable.reads if within(near, read.since, read.until))
        return tuple(read._replace(since="", until="") for read in held)
    return (own,) if own else ()


def _read(name: str, data: ReleaseData, release: str) -> Read | None:
    """Return the most informative read of a release, ignoring SGLang's tests."""
    for span in data.uses(name, release):
        if not (span.declared_only or span.tests_only):
            rule = "computed by the code" if span.computed else ""
            return Read(span.reader, span.where, default=span.default, default_rule=rule)
    return None


def _same(one: Read | None, other: Read | None) -> bool:
    if one is None or other is None:
        return one is other
    return repr(one._replace(where="")) == repr(other._replace(where=""))
