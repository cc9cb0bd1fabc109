"""The findings of an audit, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from sglang_envctl.errors import Unreadable
from sglang_envctl.readers.raw import stated
from sglang_envctl.releases.spans import RenameKind


class Placed:
    """A finding at a line of a file."""

    __slots__ = ()
    file: str
    line: int

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Use(Placed):
    """A place where the code reads an environment variable."""

    name: str
    reader: str
    """How the value is parsed: "srt.bool", "raw.lower-in:1|true", ..."""
    default: object
    """The value that the code uses if the variable is unset, as a JSON value."""
    default_rule: str
    """The source text of the default if it is not a literal."""
    file: str
    line: int
    tests_only: bool = False
    """Whether only test code reads the name."""
    declared_only: bool = False
    """Whether the name is only declared in a registry class or table, and no code reads the name."""


def weight(reader: str) -> int:
    """Return the rank of a reader (a way to parse a value); a lower rank is more informative."""
    kind = reader.partition(".")[2].partition(":")[0].removesuffix("-or-unset")
    if reader == "compiled":
        return 6
    if not reader.startswith("raw."):
        return 0
    order = {"text": 2, "required": 2, "truthy": 3, "presence": 4, "setdefault": 5}
    return order.get(kind, 1)


def told_apart(uses: list[Use]) -> tuple[Use, ...]:
    """Return the uses of a name; if a file also compares the value with words such as "auto", the
    boolean reader in that file lists the words as exceptions.
    """
    words = {use.file: use.reader for use in uses if _looks_for_words(use.reader)}
    return tuple(
        replace(use, reader=f"{use.reader} unless {words[use.file]}")
        if use.file in words and use.reader in _BOOLEANS
        else use
        for use in uses
    )


_BOOLEANS = {"srt.bool", "srt.get-bool", "diffusion.bool"}


def _looks_for_words(reader: str) -> bool:
    how, _, words = reader.partition(":")
    return how.endswith(("equals", "in")) and stated(tuple(words.split("|"))) is None


@dataclass(frozen=True, slots=True)
class Rename(Placed):
    """A deprecated name, and the name to which its value is copied (empty if there is none)."""

    old: str
    new: str
    kind: RenameKind
    transform: str
    """How the value is changed, as a description or as source code; empty if it is copied unchanged."""
    note: str
    """The warning in the code."""
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Forward(Placed):
    """A rule that copies every name with one prefix to the same name with another prefix."""

    old_prefix: str
    new_prefix: str
    old_wins: bool
    """Whether the copy replaces an existing value of the new name."""
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Dynamic(Placed):
    """A read whose name is known only at run time."""

    text: str
    file: str
    line: int


@dataclass(frozen=True)
class Audit:
    """The findings in one package."""

    uses: tuple[Use, ...]
    renames: tuple[Rename, ...] = ()
    forwards: tuple[Forward, ...] = ()
    dynamic: tuple[Dynamic, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    files: int = 0
    packages: tuple[str, ...] = ()
    """The outermost packages, under the names in imports."""

    @cached_property
    def names(self) -> dict[str, tuple[Use, ...]]:
        """The uses by name, with sorted names and the most informative use first."""
        found: dict[str, list[Use]] = {}
        for use in self.uses:
            found.setdefault(use.name, []).append(use)
        return {name: told_apart(found[name]) for name in sorted(found)}

    @property
    def forwards_sgl_prefix(self) -> Forward | None:
        """The rule that copies `SGL_` names to `SGLANG_` names; None if the package has none."""
        for forward in self.forwards:
            if (forward.old_prefix, forward.new_prefix) == ("SGL_", "SGLANG_"):
                return forward
        return None
