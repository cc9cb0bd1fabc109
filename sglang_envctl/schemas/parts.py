"""What schemas are put together from."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "minLength": 1}
NUMBER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
ANY: Schema = {}


def maybe(schema: Schema) -> Schema:
    """Something, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def words(choices: Collection[str]) -> Schema:
    """One of some words."""
    return {"enum": list(choices)}


def many(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


def table(values: Schema) -> Schema:
    """An object with any keys."""
    return {"type": "object", "additionalProperties": values}


def record(**properties: Schema) -> Schema:
    """An object that has these keys, and perhaps others."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def closed(properties: dict[str, Schema], required: Collection[str] = ()) -> Schema:
    """An object with no other keys than these."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
