"""Copy the values of deprecated names to the new names, as SGLang does at startup.

Importing `sglang.srt.environ` copies the deprecated names of a table to their new names, in some
cases with another value, and then every `SGL_X` to `SGLANG_X`. In both cases the deprecated name
takes precedence. An alias is read later, when the code reads its new name and finds it unset.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from sglang_envctl.environment import Assignment

if TYPE_CHECKING:
    from sglang_envctl.releases import ForwardSpan, RenameSpan

PREFIX = "SGL_"
"""The prefix of SGLang's names before 2025."""
MODERN = "SGLANG_"
OWNED = (MODERN, PREFIX)
"""The prefixes that belong to SGLang."""

Fate: TypeAlias = Literal["copied", "wins", "loses", "late", "crash"]
"""What happens to the value of a deprecated name.

- copied: it is copied to the new name, which is not set.
- wins: it replaces the value of the new name.
- loses: the new name is set, and only the new name is read.
- late: it is copied to another deprecated name, but too late to be copied further; only processes
  that start later see it.
- crash: the conversion raises an exception, and SGLang cannot be imported.
"""


class Rewrite(NamedTuple):
    """A deprecated name that is set, and what happens to its value."""

    old: Assignment
    new: str
    """The name that finally gets the value. Possibly no code reads that name."""
    fate: Fate
    carried: str = ""
    """The value that the new name gets, if the value is converted."""
    transform: str = ""
    """How the value is converted, in words: a key of `releases.spans.TRANSFORMS`."""


class Rewritten(NamedTuple):
    """The values as the code of a release reads them."""

    texts: Mapping[str, Assignment]
    """Assignments by the name that is read; an assignment from a deprecated name keeps that name."""
    rewrites: Mapping[str, Rewrite]
    """The rewrites by deprecated name."""


def modern(name: str) -> str:
    """Return `SGLANG_X` for the deprecated `SGL_X`."""
    return f"{MODERN}{name.removeprefix(PREFIX)}"


def rewrite(
    effective: Mapping[str, Assignment], strangers: Collection[str], release: str
) -> Rewritten:
    """Apply a release's handling of deprecated names.

    Args:
        effective: the assignment in force for each name.
        strangers: the names with SGLang's prefixes that may be deprecated; if there are none, the
            release data is not loaded.
        release: a release in the data.
    """
    if not strangers:
        return Rewritten(effective, {})
    from sglang_envctl.releases import load

    data = load(release)
    renames = data.renames(release)
    texts, rewrites = dict(effective), dict[str, Rewrite]()
    for step in (
        _table(renames, texts),
        _prefixed(renames, data.forward(release), texts),
        _aliases(renames, texts),
    ):
        for done in step:
            rewrites[done.old.name] = done
            if done.fate in ("copied", "wins", "late"):
                texts[done.new] = done.old._replace(raw=done.carried or done.old.raw)
    return Rewritten(texts, rewrites)


def _table(renames: Iterable[RenameSpan], texts: Mapping[str, Assignment]) -> Iterator[Rewrite]:
    for rename in renames:
        if rename.kind == "table" and (old := texts.get(rename.old)):
            yield _carried(old, rename, "wins" if rename.new in texts else "copied")


def _prefixed(
    renames: Iterable[RenameSpan], forward: ForwardSpan | None, texts: Mapping[str, Assignment]
) -> Iterator[Rewrite]:
    over = {rename.old for rename in renames if rename.kind == "table"}
    for name in [name for name in texts if forward and name.startswith(PREFIX)]:
        new = modern(name)
        if forward and new in texts and not forward.old_wins:
            yield Rewrite(texts[name], new, "loses")
        else:
            fate: Fate = "late" if new in over else "wins" if new in texts else "copied"
            yield Rewrite(texts[name], new, fate)


def _aliases(renames: Iterable[RenameSpan], texts: Mapping[str, Assignment]) -> Iterator[Rewrite]:
    for rename in renames:
        if rename.kind == "alias" and (old := texts.get(rename.old)):
            yield Rewrite(old, rename.new, "loses" if rename.new in texts else "copied")


def _carried(old: Assignment, rename: RenameSpan, fate: Fate) -> Rewrite:
    try:
        carried = old.raw if old.unknown else rename.carried(old.raw)
    except ValueError:
        return Rewrite(old, rename.new, "crash", transform=rename.transform)
    changed = carried if carried != old.raw else ""
    return Rewrite(old, rename.new, fate, changed, rename.transform)
