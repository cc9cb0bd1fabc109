"""What every source is given."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Context(NamedTuple):
    """What reading a source may look at beside the source itself."""

    process: Mapping[str, str] = MappingProxyType({})
    """The environment envctl was started with."""
    below: Mapping[str, str] = MappingProxyType({})
    """What the layers underneath set."""
