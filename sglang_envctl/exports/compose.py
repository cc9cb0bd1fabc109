"""A Compose file that gives a service its environment, to lay over the one that defines it."""

from __future__ import annotations

from sglang_envctl.exports.payload import Snapshot
from sglang_envctl.exports.yaml import key, mapping
from sglang_envctl.exports.yaml import refusal as yaml_refusal


def refusal(name: str, raw: str) -> str:
    """Why this cannot be carried, or ""."""
    if not name or "=" in name:
        return "no environment can have this name"
    if name.startswith("x-"):
        return "Compose takes names that start with x- for extensions"
    return yaml_refusal(name, raw)


def render(snapshot: Snapshot) -> str:
    """One service. Every $ is doubled, since Compose puts values in place of $NAME."""
    pairs = [(a.name, a.raw.replace("$", "$$")) for a in snapshot.assignments]
    return (
        "# docker compose -f compose.yaml -f THIS_FILE up\n"
        f"services:\n  {key(snapshot.name)}:\n    environment:\n{mapping(pairs, ' ' * 6)}"
    )
