"""JSON Schemas of the input and the output of envctl: one module for the files, one for the
outputs.

An output may gain keys, so its schema allows keys that it does not list. Unknown keys in the files
of users are errors.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

Name = Literal[
    "config", "registry", "show", "check", "statistics", "diff", "export", "explain", "rules", "audit",
    "snapshot", "settings",
]  # fmt: skip
NAMES: tuple[Name, ...] = get_args(Name)


def schema(name: Name) -> dict[str, Any]:
    """Return the schema of a file or of an output."""
    from sglang_envctl.schemas import files, outputs

    found = files.SCHEMAS.get(name) or outputs.SCHEMAS[name]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
