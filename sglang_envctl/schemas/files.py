"""The schemas of the files that users write: the configuration of a project, and registry files."""

from __future__ import annotations

from typing import Any, get_type_hints

from sglang_envctl.rules import SEVERITIES
from sglang_envctl.rules.index import FAMILY_OF
from sglang_envctl.schemas.parts import FLAG, NAME, NUMBER, TEXT, Schema, closed, many, table, words
from sglang_envctl.sources.dotenv.dialects import DIALECTS
from sglang_envctl.sources.registry_file import FIXED, FLAGS, TEXTS, TYPES, key_of


def _one_or_many(item: Schema) -> Schema:
    return {"anyOf": [item, many(item)]}


_RULES = _one_or_many(words(FAMILY_OF))
_SEVERITY = words(SEVERITIES)
_NAMES = _one_or_many(NAME)
_ENVIRONMENT = closed(
    {"name": NAME, "sources": _NAMES, "layers": _NAMES, "release": _NAMES, "required": _NAMES},
    ("name",),
)
_CONFIG = closed(
    {
        "sglang": _NAMES,
        "registries": _NAMES,
        "select": _RULES,
        "ignore": _RULES,
        "per-file-ignores": table(_RULES),
        "severity": {**table(_SEVERITY), "propertyNames": words(FAMILY_OF)},
        "fail-on": _SEVERITY,
        "dialects": {**many(words(DIALECTS)), "minItems": 2},
        "exclude": _NAMES,
        "baseline": NAME,
        "url-base": {**NAME, "pattern": "^(https?|file)://[!-~]+$"},
        "environments": many(_ENVIRONMENT),
    }
)

_KINDS: dict[Any, Schema] = {
    bool: FLAG,
    str: NAME,
    int | None: NUMBER,
    float | None: {"type": "number"},
    tuple[str, ...]: {**many(NAME), "minItems": 1},
    tuple[int, ...]: {**many(NUMBER), "minItems": 1},
}


def _fields(type_: Any) -> dict[str, Schema]:
    """Return the schemas of the keys that a type of variable adds."""
    hints = {name: hint for name, hint in get_type_hints(type_).items() if name not in FIXED}
    return {key_of(name): _KINDS[hint] for name, hint in hints.items()}


def _variable() -> Schema:
    """Return the schema of a variable; the allowed keys depend on its type."""
    common: dict[str, Schema] = {
        "name": NAME,
        "type": words(TYPES),
        "section": TEXT,
        **dict.fromkeys(TEXTS, TEXT),
        **dict.fromkeys(FLAGS, FLAG),
    }
    by_type = [
        closed(
            {**common, **_fields(type_), "type": {"const": word}},
            [
                "name",
                *(["type"] if word != "text" else []),
                *(
                    key_of(name)
                    for name in get_type_hints(type_)
                    if name not in FIXED and name not in type_._field_defaults
                ),
            ],
        )
        for word, type_ in TYPES.items()
    ]
    return {"anyOf": by_type}


SCHEMAS: dict[str, Schema] = {
    "config": {"title": "envctl.toml, or [tool.envctl] in pyproject.toml", **_CONFIG},
    "registry": {
        "title": "A registry file of envctl, which declares variables",
        **closed({"variable": many(_variable())}, ("variable",)),
    },
}
