"""The parts of schemas."""

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
    """Return the schema of a value that may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def words(choices: Collection[str]) -> Schema:
    """Return the schema of a string that is one of some words."""
    return {"enum": list(choices)}


def many(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def table(values: Schema) -> Schema:
    """Return the schema of an object with any keys."""
    return {"type": "object", "additionalProperties": values}


def record(**properties: Schema) -> Schema:
    """Return the schema of an object with these keys, and possibly others."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def closed(properties: dict[str, Schema], required: Collection[str] = ()) -> Schema:
    """Return the schema of an object with only these keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
