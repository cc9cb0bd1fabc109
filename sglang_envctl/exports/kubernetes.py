"""A ConfigMap, and a Secret for the secret values, for the `envFrom` of a container."""

from __future__ import annotations

import re

from sglang_envctl.environment import Assignment
from sglang_envctl.exports.payload import Snapshot, not_text
from sglang_envctl.exports.yaml import mapping, quoted

_NAME = re.compile(r"(?!\.\.|\.$)[-._A-Za-z][-._A-Za-z0-9]{0,252}")
_LARGEST = 1024 * 1024
"""The size limit of an object, in bytes."""


def refusal(name: str, raw: str) -> str:
    """Return why the format cannot represent this assignment; empty if it can."""
    if not _NAME.fullmatch(name):
        return "not a valid ConfigMap key for a variable"
    if why := not_text(raw):
        return why
    if len(name) + len(raw.encode()) > _LARGEST:
        return "a ConfigMap or Secret is limited to 1 MiB"
    return ""


def render(snapshot: Snapshot) -> str:
    """Return the objects, after a comment with the container's `envFrom`. Every value is a quoted
    string.
    """
    secret = [a for a in snapshot.assignments if a.name in snapshot.secrets]
    other = [a for a in snapshot.assignments if a.name not in snapshot.secrets]
    objects = []
    if other or not secret:
        objects.append(("ConfigMap", "configMapRef", "data", other))
    if secret:
        objects.append(("Secret", "secretRef", "stringData", secret))
    comment = [
        "# Add this to the container. Its own env entries take precedence.\n",
        "#   envFrom:\n",
        *(f"#     - {ref}: {{name: {quoted(snapshot.name)}}}\n" for _, ref, _, _ in objects),
    ]
    documents = (_object(kind, field, held, snapshot.name) for kind, _, field, held in objects)
    return "".join(comment) + "---\n".join(documents)


def _object(kind: str, field: str, held: list[Assignment], name: str) -> str:
    opaque = "type: Opaque\n" if kind == "Secret" else ""
    head = f"apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {quoted(name)}\n{opaque}"
    return f"{head}{field}:\n{mapping(((a.name, a.raw) for a in held), '  ')}"
