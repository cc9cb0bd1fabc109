"""Old names: what SGLang's own start-up does to the environment before anything reads it.

Importing `sglang.srt.environ` copies the deprecated names of a table to their successors, some with
their value changed, and then every `SGL_X` to `SGLANG_X`; in both the old name wins. An alias counts
only where its new name is unset, and only when the code asks for that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from sglang_envctl.environment import Assignment

if TYPE_CHECKING:
    from sglang_envctl.releases import ForwardSpan, RenameSpan

PREFIX = "SGL_"
"""How SGLang's names began before 2025."""
MODERN = "SGLANG_"
OWNED = (MODERN, PREFIX)
"""The namespaces that are SGLang's own."""

Fate: TypeAlias = Literal["copied", "wins", "loses", "late", "crash"]
"""What becomes of the text of an old name: it is copied to a new name that is not set; it takes the
place of what the new name has; the new name is set and is looked at alone; it arrives under a name
whose own turn is over, so that only processes started later see it; its change raises, and SGLang
cannot be imported."""


class Rewrite(NamedTuple):
    """An old name that is set, and what becomes of its text."""

    old: Assignment
    new: str
    """Where it goes in the end. Nothing need read that name."""
    fate: Fate
    carried: str = ""
    """The text that the new name gets, where that is another one."""
    transform: str = ""
    """How it is changed, in words: a key of `releases.model.TRANSFORMS`."""


class Rewritten(NamedTuple):
    """The texts as the readers of a release find them."""

    texts: Mapping[str, Assignment]
    """By the name that is read; what came from an old name still bears that name itself."""
    rewrites: Mapping[str, Rewrite]
    """By the old name."""


def modern(name: str) -> str:
    """`SGLANG_X` for the old `SGL_X`."""
    return f"{MODERN}{name.removeprefix(PREFIX)}"


def rewrite(
    effective: Mapping[str, Assignment], strangers: Collection[str], release: str
) -> Rewritten:
    """What a release makes of old names.

    Args:
        effective: the assignment in force for each name.
        strangers: the names in SGLang's namespaces that may be old ones; without any, the release
            data is not looked at.
        release: a release that the data knows.
    """
    if not strangers:
        return Rewritten(effective, {})
    from sglang_envctl.releases import load

    data = load()
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
