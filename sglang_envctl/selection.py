"""Select the variables of a command: by name, section, owner or words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple, TypeAlias

from sglang_envctl.environment import Assignment
from sglang_envctl.errors import UsageError
from sglang_envctl.releases.renames import OWNED
from sglang_envctl.settings import Setting, Settings
from sglang_envctl.text.escape import shorten
from sglang_envctl.text.suggest import SpellingIndex

OTHER = "other"
"""The section of names that are not documented."""

Entry: TypeAlias = Setting | Assignment
"""A documented variable, or the assignment of a name that is not documented."""


class Selection(NamedTuple):
    """The filters of a list of variables."""

    patterns: tuple[str, ...] = ()
    """Names, parts of names, or patterns with * and ?."""
    sections: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    """Words that must all occur in the name or the description, in any spelling and with any ending."""
    only_set: bool = False
    everything: bool = False
    """Whether to include variables that are not set, even in sections that are listed only if set."""

    @property
    def is_default(self) -> bool:
        """Whether no filter is set."""
        return self == Selection()

    def of(self, settings: Settings) -> list[Entry]:
        """Return the variables, in registry order, then the names that are not documented.

        Raises:
            UsageError: a pattern matches nothing.
        """
        found = [entry for entry in _entries(settings) if self._accepts(entry)]
        if self.patterns:
            names = [entry.name for entry in found]
            known = [setting.name for setting in settings if setting.reader]
            meant = matching(self.patterns, names, spelled_like(known), "envctl show --all")
            found = [entry for entry in found if entry.name in meant]
        if self.only_set:
            found = [entry for entry in found if _is_set(entry)]
        if self.is_default:
            found = [entry for entry in found if _is_set(entry) or not _is_aside(entry)]
        if not (self.patterns or self.everything):
            found = [entry for entry in found if not _is_ambient(entry, settings)]
        return self._ranked(found) if self.words else found

    def _accepts(self, entry: Entry) -> bool:
        variable = entry.variable if isinstance(entry, Setting) else None
        if self.sections and (variable.section.slug if variable else OTHER) not in self.sections:
            return False
        return not self.owners or (variable is not None and variable.owner in self.owners)

    def _ranked(self, found: list[Entry]) -> list[Entry]:
        """Return the entries that contain all the words, those with the words in the name first."""
        from sglang_envctl.text.search import rank, stems

        wanted = stems(self.words)
        ranks = ((rank(wanted, _texts(entry)), entry) for entry in found)
        kept = [(place, entry) for place, entry in ranks if place is not None]
        return [entry for _, entry in sorted(kept, key=lambda pair: pair[0])]


def _entries(settings: Settings) -> Iterator[Entry]:
    """Yield the undocumented names that the user wrote and those that look like SGLang names."""
    yield from settings
    for assignment in settings.unknown():
        name = assignment.name
        if name in settings.environment.explicit or name.startswith(OWNED):
            yield assignment


def _is_set(entry: Entry) -> bool:
    return not isinstance(entry, Setting) or entry.status == "set"


def _is_ambient(entry: Entry, settings: Settings) -> bool:
    """Return whether an entry belongs to the operating system, such as PATH, and was not written by
    the user.
    """
    is_system = isinstance(entry, Setting) and entry.variable.ambient
    return is_system and entry.name not in settings.environment.explicit


def _is_aside(entry: Entry) -> bool:
    """Return whether an entry's section lists variables only if they are set or selected."""
    return isinstance(entry, Setting) and entry.variable.section.aside


def _texts(entry: Entry) -> Iterator[str]:
    """Yield the texts about an entry, the most important first."""
    yield entry.name
    if isinstance(entry, Setting):
        variable = entry.variable
        yield from (variable.summary, variable.section.title, variable.details)
        yield from variable.discrepancies
    else:
        yield OTHER_TITLE


OTHER_TITLE = "Other names"
"""The title of the section of names that are not documented."""


def matching(
    patterns: Iterable[str],
    names: Collection[str],
    near: Callable[[str], str],
    listing: str,
    what: str = "variable here",
) -> set[str]:
    """Return the names that the patterns match; a pattern that is a name matches only that name.

    Args:
        patterns: names, parts of names, or patterns.
        names: the names to match.
        near: returns a similar name, an option of the server, or an empty string.
        listing: the command that lists all names.
        what: the kind of the names, for the message.

    Raises:
        UsageError: a pattern matches none of the names.
    """
    found: set[str] = set()
    for pattern in patterns:
        folded = pattern.upper()
        meant = {name for name in names if name.upper() == folded} or {
            name for name in names if pattern and fnmatchcase(name.upper(), _glob(folded))
        }
        if not meant:
            fix = _meant(near(pattern)) or f"{listing} lists all of them"
            called = shorten(pattern, 100) or "''"
            raise UsageError(f"no {what} is called {called}; {fix}")
        found |= meant
    return found


def _glob(text: str) -> str:
    return text if set(text) & set("*?[") else f"*{text}*"


def _meant(guess: str) -> str:
    if guess.startswith("-"):
        return f"it is the option {guess} of the server"
    return f"did you mean {guess}?" if guess else ""


def spelled_like(known: Iterable[str]) -> Callable[[str], str]:
    """Return a function that finds the known names that a pattern may be a misspelling of."""
    return lambda pattern: " or ".join(SpellingIndex(known).near(pattern))
