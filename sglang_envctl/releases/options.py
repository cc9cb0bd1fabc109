"""Load the data file of the servers' command-line options.

Users write `SGLANG_TP_SIZE=8` and mean `--tp-size 8`: `option` finds the option for an unknown
name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sglang_envctl.releases.renames import OWNED
from sglang_envctl.releases.versions import within

PATH = Path(__file__).with_name("options.json")
_SERVERS = {"srt": "", "diffusion": " of the diffusion server"}
"""The server of an option, in words; empty for the language-model server."""


class Option(NamedTuple):
    """A command-line option of a server."""

    flag: str
    server: str
    """`srt` or `diffusion`."""

    @property
    def words(self) -> str:
        """The option in words."""
        return f"option {self.flag}{_SERVERS[self.server]}"


def option(name: str, release: str) -> Option | None:
    """Return the option of a release that has the same name as a variable, if any."""
    prefix = next((prefix for prefix in OWNED if name.startswith(prefix)), "")
    return _of_release(release).get(_squashed(name.removeprefix(prefix))) if prefix else None


def options(release: str) -> Mapping[str, Option]:
    """Return the options of a release by flag; if both servers have a flag, that of the
    language-model server.
    """
    return {found.flag: found for found in _of_release(release).values()}


@lru_cache(maxsize=4)
def _of_release(release: str) -> Mapping[str, Option]:
    """Return the options of a release by their letters, without punctuation."""
    found: dict[str, Option] = {}
    for server, flags in _load()["servers"].items():
        for flag, spans in flags.items():
            if any(within(release, since, until) for since, until in spans):
                found.setdefault(_squashed(flag), Option(flag, server))
    return found


def _squashed(text: str) -> str:
    return text.replace("-", "").replace("_", "").lower()


@lru_cache(maxsize=1)
def _load() -> dict[str, Any]:
    import json

    data: dict[str, Any] = json.loads(PATH.read_bytes())
    return data
