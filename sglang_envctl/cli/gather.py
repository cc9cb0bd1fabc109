"""What every command starts from: the registry, the release, the layers."""

from __future__ import annotations

from collections.abc import Iterable

from sglang_envctl.environment import Environment, compose
from sglang_envctl.errors import UsageError
from sglang_envctl.registry import Registry, load
from sglang_envctl.releases import Judged, judged_as
from sglang_envctl.sources import process, stack


def registry(files: Iterable[str] | None) -> Registry:
    """The shipped registry and the user's own files."""
    known = load()
    if files:
        from sglang_envctl.registry.user import read

        for file in files:
            known = known.extended(read(file))
    return known


def release(wanted: str | None) -> Judged:
    """The release to judge by."""
    try:
        return judged_as(wanted)
    except ValueError as error:
        raise UsageError(f"--sglang: {error}") from error


def environment(specs: Iterable[str], *, inherit: bool) -> Environment:
    """The layers named, over this process where `inherit`; this process alone if none is named."""
    specs = list(specs)
    if inherit or not specs:
        specs.insert(0, process.LABEL)
    return compose(stack(specs, process.snapshot()))
