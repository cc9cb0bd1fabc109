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
    """The change that resolves a finding: another name, another value, or other characters."""

    name: str = ""
    """The name to use instead; empty to keep the name."""
    value: str | None = None
    """The value to write instead; None to keep it. Never shown, because it may be part of a secret."""
    patterns: tuple[tuple[str, str], ...] = ()
    """Regular expressions for the text to replace on the line, each with its replacement."""
    whole_file: bool = False
    """Whether the patterns are replaced everywhere in the file."""
    quoted: bool = False
    """Whether to put the value in double quotes, which are not part of the value."""
    safe: bool = True
    """Whether the change is what the author evidently meant."""


class Finding(NamedTuple):
    """The result of a rule for one place. Only `remedy` may contain something secret."""

    rule: str
    severity: Severity
    name: str
    """The variable of the finding; empty if the finding is about the file."""
    message: str
    help: str
    origin: Origin
    remedy: Remedy | None = None
    nodes: tuple[str, ...] = ()
    """The nodes of the finding, if many are checked; otherwise empty."""


class Variant(NamedTuple):
    """An alternative message of a rule, for notes that name the variant."""

    message: str
    help: str = ""
    severity: Severity | None = None
    """The severity, if it differs from the rule's."""
    remedy: Remedy | None = None


class Subject(NamedTuple):
    """The input of rules: one environment, its settings, and what may be shown."""

    settings: Settings
    redactor: Redactor
    host: Host | None = None
    """The machine of the environment, if the user asked to inspect it."""
    required: frozenset[str] = frozenset()
    """The names that must be set."""
    notes: tuple[Note, ...] = ()
    """Notes from the comparison with the other environments of the check."""

    def showable(self, name: str) -> Assignment | None:
        """Return the assignment that the code finds under a name, documented or not.

        The result is None if the value is known only at startup or must not be shown.
        """
        found = self.settings.texts.get(name)
        if found is None or found.unknown or self.redactor.masks(name, found.raw):
            return None
        return found

    def nonempty(self, *names: str) -> Iterator[Assignment]:
        """Yield the showable assignments of these names whose values are not empty, in this order."""
        found = (self.showable(name) for name in names)
        return (a for a in found if a and a.raw.strip())


Decision: TypeAlias = Callable[[Note, Subject], Note | None]
"""A function that returns a note unchanged, another variant of it, or None to drop it."""


class Rule(NamedTuple):
    """A named check. `severity` is the usual severity; a finding may have a lower one."""

    slug: str
    severity: Severity
    summary: str
    """One line."""
    why: str
    """The consequences, for users who do not know them."""
    fix: str
    wrong: str
    """A file that triggers the rule."""
    right: str
    """The same file, fixed."""
    kind: str = "dotenv"
    """The kind of source of both files: a module of `sglang_envctl.sources`."""
    dialects: tuple[str, ...] = ("dotenv",)
    """The dialects in which both files are read; several if the rule compares dialects."""
    message: str = ""
    """The message about a note, with its facts, {name} and {who} as placeholders."""
    help: str = ""
    variants: Mapping[str, Variant] = MappingProxyType({})
    decide: Decision | None = None
    rank: int = 0
    """The rank: of several errors about one assignment, only those of the highest rank are reported."""
    remedy: Remedy | None = None
    """The change that fixes the problem of a note."""

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
