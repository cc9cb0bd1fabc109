"""Check the settings of PyTorch's memory allocator, which have an old and a new name."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.environment import Assignment
from sglang_envctl.releases.versions import within
from sglang_envctl.rules.rule import Finding, Rule, Subject

ALLOCATOR_NAMES = Rule(
    slug="allocator-names",
    severity="warning",
    summary="PyTorch allocator settings under a name that PyTorch ignores or ranks second",
    why=(
        "PyTorch 2.9 renamed PYTORCH_CUDA_ALLOC_CONF to PYTORCH_ALLOC_CONF. Versions before 2.9 "
        "do not read the new name, 2.9 ignores expandable_segments under the new name, and later "
        "versions prefer the new name. A setting under the wrong name is silently lost. SGLang up"
        " to 0.5.5.post3 uses PyTorch 2.8 or older, up to 0.5.10.post1 2.9, later 2.11 or newer."
    ),
    fix=(
        "Set both names to the same value, or only the old name up to PyTorch 2.9 and only the "
        "new name after it."
    ),
    wrong=(
        "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True\n"
        "PYTORCH_ALLOC_CONF=max_split_size_mb:512\n"
    ),
    right=(
        "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True\n"
        "PYTORCH_ALLOC_CONF=expandable_segments:True\n"
    ),
)

RULES = (ALLOCATOR_NAMES,)

_NEW = "PYTORCH_ALLOC_CONF"
_OLD = ("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF")
LOOKS_AT = (_NEW, *_OLD)

_READS_NEW_SINCE = "0.5.6"
"""The first release that pins PyTorch 2.9."""
_EXPANDS_SINCE = "0.5.11"
"""The first release that pins a PyTorch after 2.9."""


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about allocator settings that differ, or that are lost."""
    new, old_names = subject.showable(_NEW), list(subject.nonempty(*_OLD))
    if new and new.raw.strip() and not old_names:
        yield from _lost(new, subject.settings.release)
    for old in old_names:
        if new and new.raw.strip() and _keys(new.raw) != _keys(old.raw):
            message = f"differs from {_NEW}, which PyTorch after 2.9 prefers"
            help_ = "set only one of the two names, or set both to the same value"
            yield ALLOCATOR_NAMES.at(old.origin, old.name, message, help_)


def _lost(new: Assignment, release: str) -> Iterator[Finding]:
    """Report settings that are lost because a release's PyTorch does not read the new name."""
    if not within(release, _READS_NEW_SINCE):
        message = f"the PyTorch of SGLang {release} does not read this name"
        yield ALLOCATOR_NAMES.at(new.origin, new.name, message, f"use {_OLD[0]}")
    elif not within(release, _EXPANDS_SINCE) and "expandable_segments" in new.raw:
        message = f"the PyTorch of SGLang {release} ignores expandable_segments under this name"
        yield ALLOCATOR_NAMES.at(new.origin, new.name, message, f"use {_OLD[0]}")


def _keys(value: str) -> list[str]:
    """Return the parts between commas, sorted for comparison; commas in brackets also separate parts."""
    return sorted("".join(value.split()).split(","))
