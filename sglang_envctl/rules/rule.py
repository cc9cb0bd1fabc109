"""Rules and findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from sglang_envctl.environment import Assignment, Origin
from sglang_envctl.redaction import Redactor
from sglang_envctl.settings import Settings

if TYPE_CHECKING:
    from sglang_envctl.sources.host import Host

Severity: TypeAlias = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class Finding(NamedTuple):
    """What a rule has to say about one place. Holds nothing that may not be shown."""

    rule: str
    severity: Severity
    name: str
    """The variable it is about; empty where it is about the file."""
    message: str
    help: str
    origin: Origin


class Rule(NamedTuple):
    """A named check. `severity` is what it usually says; a finding may say less."""

    slug: str
    severity: Severity
    summary: str
    """One line."""
    why: str
    """What happens to people who do not know."""
    fix: str
    wrong: str
    """A text that fires the rule."""
    right: str
    """The same, mended."""
    kind: str = "dotenv"
    """What the two are texts of: a module of `sglang_envctl.sources`."""
    readers: tuple[str, ...] = ("dotenv",)
    """Who reads both; several where it is about how they differ."""

    def at(
        self,
        origin: Origin,
        name: str,
        message: str,
        help: str = "",  # noqa: A002 - the field's name in every output
        *,
        severity: Severity | None = None,
    ) -> Finding:
        return Finding(self.slug, severity or self.severity, name, message, help, origin)


class Subject(NamedTuple):
    """What rules look at: one environment, settled, and what of it may be shown."""

    settings: Settings
    redactor: Redactor
    host: Host | None = None
    """The machine that it is meant for, if somebody asked to look at it."""

    def known(self, name: str) -> Assignment | None:
        """The assignment of a name that is in force, documented or not, if its text is known.

        A text that holds a secret is left out: a rule may show pieces of what it finds.
        """
        found = self.settings.environment.effective.get(name)
        if found is None or found.unknown or self.redactor.masks(name, found.raw):
            return None
        return found

    def given(self, *names: str) -> Iterator[Assignment]:
        """Those of the names whose texts are known and say something, in the order asked for."""
        found = (self.known(name) for name in names)
        return (a for a in found if a and a.raw.strip())


Check: TypeAlias = Callable[[Subject], Iterator[Finding]]
