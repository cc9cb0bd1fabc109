"""Rules and findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from sglang_envctl.environment import Assignment, Note, Origin
from sglang_envctl.redaction import Redactor
from sglang_envctl.settings import Settings

if TYPE_CHECKING:
    from sglang_envctl.sources.host import Host

Severity: TypeAlias = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class Remedy(NamedTuple):
    """What resolves a finding: another name, another value, or other characters."""

    name: str = ""
    """The name to use instead; empty for the same."""
    value: str | None = None
    """The value to write instead; None for the same. Never shown: it may be a part of a secret."""
    patterns: tuple[tuple[str, str], ...] = ()
    """Regular expressions of what to replace on the line, with the replacements."""
    whole_file: bool = False
    """Whether the patterns are replaced everywhere in the file."""
    quoted: bool = False
    """Whether to put the value in double quotes, which are not a part of it."""
    safe: bool = True
    """Whether it is what the author evidently meant."""


class Finding(NamedTuple):
    """What a rule reports about one place. Holds nothing that may not be shown, but for the remedy."""

    rule: str
    severity: Severity
    name: str
    """The variable it is about; empty where it is about the file."""
    message: str
    help: str
    origin: Origin
    remedy: Remedy | None = None
    nodes: tuple[str, ...] = ()
    """The nodes that it is about, where many are checked; empty elsewhere."""


class Variant(NamedTuple):
    """Another message of a rule, for notes that name it."""

    message: str
    help: str = ""
    severity: Severity | None = None
    """Where it differs from the rule's."""
    remedy: Remedy | None = None


class Subject(NamedTuple):
    """What rules look at: one environment, its settings, and what of it may be shown."""

    settings: Settings
    redactor: Redactor
    host: Host | None = None
    """The machine that it is for, if the user asked to look at it."""
    required: frozenset[str] = frozenset()
    """The names that must be set."""
    notes: tuple[Note, ...] = ()
    """What was noticed by comparison with the environments that it was checked with."""

    def showable(self, name: str) -> Assignment | None:
        """The assignment that the code finds under a name, documented or not, if its value may be shown.

        None also where the value is known only at launch.
        """
        found = self.settings.texts.get(name)
        if found is None or found.unknown or self.redactor.masks(name, found.raw):
            return None
        return found

    def nonempty(self, *names: str) -> Iterator[Assignment]:
        """The showable assignments of these names whose values are not empty, in this order."""
        found = (self.showable(name) for name in names)
        return (a for a in found if a and a.raw.strip())


Decision: TypeAlias = Callable[[Note, Subject], Note | None]
"""What a note comes to in an environment: itself, another variant of it, or nothing."""


class Rule(NamedTuple):
    """A named check. `severity` is the usual one; a finding may have a lower one."""

    slug: str
    severity: Severity
    summary: str
    """One line."""
    why: str
    """What happens to people who do not know."""
    fix: str
    wrong: str
    """A file that fires the rule."""
    right: str
    """The same file, fixed."""
    kind: str = "dotenv"
    """The kind of source of the two: a module of `sglang_envctl.sources`."""
    dialects: tuple[str, ...] = ("dotenv",)
    """The dialects that both are read in; several where the rule compares them."""
    message: str = ""
    """What to say about a note, with its facts, {name} and {who} as placeholders."""
    help: str = ""
    variants: Mapping[str, Variant] = MappingProxyType({})
    decide: Decision | None = None
    rank: int = 0
    """Of several errors about one assignment only those of the highest rank are reported."""
    remedy: Remedy | None = None
    """What resolves what a note is about."""

    def at(
        self,
        origin: Origin,
        name: str,
        message: str,
        help: str = "",  # noqa: A002 - the field's name in every output
        *,
        severity: Severity | None = None,
        remedy: Remedy | None = None,
    ) -> Finding:
        return Finding(self.slug, severity or self.severity, name, message, help, origin, remedy)


Check: TypeAlias = Callable[[Subject], Iterator[Finding]]
