"""A Compose file that sets the environment of a service, to merge with the file that defines it."""

from __future__ import annotations

from sglang_envctl.exports.payload import Snapshot
from sglang_envctl.exports.yaml import key, mapping
from sglang_envctl.exports.yaml import refusal as yaml_refusal


def refusal(name: str, raw: str) -> str:
    """Return why the format cannot represent this assignment; empty if it can."""
    if not name or "=" in name:
        return "not a valid environment variable name"
    if name.startswith("x-"):
        return "Compose treats names that start with x- as extensions"
    return yaml_refusal(name, raw)


def render(snapshot: Snapshot) -> str:
    """Return one service. Every $ is doubled, because Compose would replace $NAME."""
    pairs = [(a.name, a.raw.replace("$", "$$")) for a in snapshot.assignments]
    return (
        "# docker compose -f compose.yaml -f THIS_FILE up\n"
        f"services:\n  {key(snapshot.name)}:\n    environment:\n{mapping(pairs, ' ' * 6)}"
    )
