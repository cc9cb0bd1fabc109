"""The settings of PyTorch's memory allocator, which have an old and a new name."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.rules.rule import Finding, Rule, Subject

ALLOCATOR_NAMES = Rule(
    slug="allocator-names",
    severity="warning",
    summary="The old and the new name of PyTorch's allocator settings, which differ",
    why=(
        "PyTorch 2.9 renamed PYTORCH_CUDA_ALLOC_CONF to PYTORCH_ALLOC_CONF. Older versions do not "
        "read the new name; newer ones prefer it. The setting of an image is then silently lost, "
        "or overrides yours."
    ),
    fix="Set one of them, or both to the same value.",
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
LOOKS_AT = _OLD


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about allocator settings that differ."""
    new = subject.showable(_NEW)
    for old in subject.nonempty(*_OLD):
        if new and new.raw.strip() and _keys(new.raw) != _keys(old.raw):
            message = f"differs from {_NEW}, which PyTorch 2.9 and newer prefer"
            help_ = "set one of the two, or both to the same value"
            yield ALLOCATOR_NAMES.at(old.origin, old.name, message, help_)


def _keys(value: str) -> list[str]:
    """The settings in any order; brackets contain commas, and are not looked into."""
    return sorted("".join(value.split()).split(","))
