"""A `.envrc` of direnv: a bash script, whose exported variables are read."""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer, Note, Origin
from sglang_envctl.sources.context import Context

# From the end of a line, because a search for ^ would try every character.
_CONTENT = (
    rb"\n(?:source_(?:up|env)(?:_if_exists)?\b|dotenv_if_exists\b|PATH_add |layout [a-z]"
    rb"|use (?:flake|nix)\b)"
)
_WORDS = (b"source_", b"dotenv_", b"PATH_add", b"layout ", b"use ")
_FILE_NAME = r"(?:^|/)\.envrc(?:\.[^/]*)?$"
_OTHERS = (
    rb"(?:[^#]*(?:&&|\|\||;|\bthen|\bdo))?[ \t]*"
    rb"((?:dotenv|source_env|source_up)(?:_if_exists)?"
    rb"|source_url|layout|use|env_vars_required|direnv_load|load_prefix)(?![\w=-])"
)
"""The functions of direnv that set variables."""


def matches(path: str, head: bytes) -> bool:
    """Return whether a file has direnv's file name, or calls functions that only direnv has."""
    if re.search(_FILE_NAME, path):
        return True
    may_be = any(map(head.__contains__, _WORDS))
    return may_be and bool(re.search(_CONTENT, b"\n" + head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the variables that a .envrc exports; variables that direnv's functions add are not
    read.

    Raises:
        SourceError: the parser is not installed.
    """
    from sglang_envctl.sources.shell import layers as of_script

    notes = tuple(
        Note(
            "not-followed",
            Origin(path, path, number),
            facts={"reason": f"direnv's {match[1].decode()} may set more"},
        )
        for number, line in enumerate(data.split(b"\n"), 1)
        if (match := re.match(_OTHERS, line))
    )
    found = of_script(path, data, context)
    unseen = "what direnv's functions set" if notes else ""
    return tuple(
        layer._replace(kind="direnv", notes=(*layer.notes, *notes), unseen=layer.unseen or unseen)
        for layer in found
    )
