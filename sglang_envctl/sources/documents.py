"""Read structured files as trees that keep the line of every value: YAML, JSON or TOML."""

from __future__ import annotations

import os
import re
from typing import Literal, TypeAlias

from sglang_envctl.errors import SourceError
from sglang_envctl.sources.yaml.tree import Stream

Shape: TypeAlias = Literal["YAML", "JSON", "TOML", ""]

SUFFIXES: dict[str, Shape] = {
    ".yaml": "YAML", ".yml": "YAML", ".json": "JSON", ".jsonc": "JSON", ".toml": "TOML",
    ".code-workspace": "JSON",
}  # fmt: skip

# Compiled on first use. The text may begin with comments, each of which must match in only one way:
# with two ways, the patterns would try all combinations.
_COMMENTS = rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*|\r?)\n)*"
_ASSIGNMENT = _COMMENTS + rb"[ \t]*(?:export[ \t]+)?[A-Za-z_][\w.]*="
_COMMENT_OF_JSON = rb"//[^\n]*(?:\n|$)|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/"
_JSON = (
    rb"(?:\xef\xbb\xbf)?(?:\s|" + _COMMENT_OF_JSON + rb")*"
    rb"(?:\{\s*(?:[\"}]|//|/\*|$)|\[\s*(?:[\"{\[\]]|//|/\*|\d|$))"
)
_TOML = (
    _COMMENTS
    + rb"(?:[\w\"'.-]+[ \t]*=[^\n]*\n\s*)*\[{1,2}[ \t]*[\w\"'.-]+[ \t]*\]{1,2}[ \t]*(?:#|\r?\n|\Z)"
)
_YAML = _COMMENTS + rb"(?:---|%YAML|-[ \t]|[ \t]*[\w./\"'$-]+[ \t]*:(?:\s|$))"


def shape(path: str, head: bytes) -> Shape:
    """Return the format of a file, by its name for TOML, otherwise by the start of its text, then by
    its name; empty if there is none.
    """
    named: Shape = SUFFIXES.get(os.path.splitext(path)[1].lower(), "")
    if named == "TOML":
        return "TOML"  # an array of tables begins like JSON
    if re.match(_JSON, head):
        return "JSON"
    if re.match(_ASSIGNMENT, head):
        return ""
    if re.match(_TOML, head):
        return "TOML"
    if named:
        return named
    return "YAML" if re.match(_YAML, head) else ""


def load(data: bytes, path: str) -> Stream:
    """Parse a file in one of these formats.

    Raises:
        SourceError: the file is invalid, is an unrendered template, or exceeds the limits.
    """
    found = shape(path, data[:4096])
    if found == "TOML":
        from sglang_envctl.sources.toml import load as load_toml

        return load_toml(data, path)
    if found == "JSON":
        from sglang_envctl.sources.json.tree import load as load_json

        try:
            return load_json(data, path)
        except SourceError:
            if path.lower().endswith((".json", ".jsonc")):
                raise
    from sglang_envctl.sources.yaml.tree import load as load_yaml

    return load_yaml(data, path)
