"""Find the differences between two releases: names, defaults and deprecated names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.explain.history import default_words

if TYPE_CHECKING:
    from sglang_envctl.releases import ReleaseData


class State(NamedTuple):
    """The names that one release reads."""

    release: str
    defaults: dict[str, str]
    """The default, in words, of each name that code other than SGLang's tests reads."""
    renames: dict[str, str]
    """The advice about what to use instead, by deprecated name."""


class Changes(NamedTuple):
    """The changes of one release compared with another."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    """The deprecated names, and what to use instead."""
    defaults: tuple[tuple[str, str, str], ...]
    """The names, with the default before and after."""


def states(data: ReleaseData) -> tuple[State, ...]:
    """Return the names that each release reads, oldest release first."""
    found = [State(release, {}, {}) for release in data.releases]
    number = {release: at for at, release in enumerate(data.releases)}
    for name in sorted(data.names()):
        for run in data.runs(name):
            if not run.tests_only:
                for state in found[number[run.since] : number[run.until] + 1]:
                    state.defaults[name] = default_words(run)
    for rename in filter(lambda one: one.is_deprecated, data.every_rename()):
        instead = rename.new or " or ".join(rename.instead)
        for state in found[number[rename.since] : number[rename.until] + 1]:
            state.renames.setdefault(rename.old, instead)
    return tuple(found)


def between(before: State, after: State) -> Changes:
    """Return the changes of `after` compared with `before`."""
    old, new = before.defaults, after.defaults
    return Changes(
        tuple(sorted(new.keys() - old.keys())),
        tuple(sorted(old.keys() - new.keys())),
        tuple(sorted(after.renames.items() - before.renames.items())),
        tuple((n, old[n], new[n]) for n in sorted(new.keys() & old.keys()) if old[n] != new[n]),
    )
