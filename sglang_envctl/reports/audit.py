"""What `envctl audit` found."""

from __future__ import annotations

from dataclasses import dataclass

from sglang_envctl.audit.compare import Comparison
from sglang_envctl.audit.model import Audit


@dataclass(frozen=True, slots=True)
class AuditReport:
    """A package's reads, and how they differ from what is documented."""

    target: str
    release: str | None
    found: Audit
    comparison: Comparison

    @property
    def differs(self) -> bool:
        """Whether pages and code disagree on anything."""
        c = self.comparison
        return bool(c.unread or c.undocumented or c.differing)

    @property
    def summary(self) -> str:
        """One line for the end of a run."""
        c = self.comparison
        parts = [f"{len(self.found.names)} names in {self.found.files:,} files"]
        parts.append(f"{len(c.undocumented)} read and not documented")
        parts.append(f"{len(c.unread)} documented and not read")
        parts.append(f"{len(c.differing)} defaults differ")
        if self.found.unreadable:
            parts.append(f"{len(self.found.unreadable)} files could not be read")
        return "; ".join(parts)
