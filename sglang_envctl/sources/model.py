"""What every source is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a source may look at beside the source itself."""

    process: Mapping[str, str] = field(default_factory=dict)
    """The environment envctl was started with."""
    below: Mapping[str, str] = field(default_factory=dict)
    """What the layers underneath set."""
