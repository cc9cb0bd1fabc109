"""A .env file, in the dialect that the context selects: python-dotenv's by default."""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_OTHER_SUFFIXES = "sh|bash|zsh|ksh|fish|ps1|py|ya?ml|jsonc?|toml"
_FILE_NAME = rf"(?:^|[/.])env(?:\.(?!(?:{_OTHER_SUFFIXES})$)[^/.]+)?$"
# The beginnings of other formats: JSON, a section, a manifest, a Dockerfile, NUL-terminated entries.
_OTHER = (
    rb"\s*[{\[]|(?:[ \t]*(?:#(?!!)[^\n]*|(?:---)?\r?)\n)*(?:apiVersion:|FROM[ \t])"
    rb"|[^\0\s=]+=[^\0]*\0[^\0=\s]+="
)
_LINE = rb"[ \t]*(?:#[^\n]*|(?:export[ \t]+)?[A-Za-z_]\w*=[^\n]*)?\r?"


def matches(path: str, head: bytes) -> bool:
    """Return whether a file is named like a .env file and does not begin like another format."""
    if not re.search(_FILE_NAME, path) or re.match(_OTHER, head):
        return False
    # Some .env files have a shebang; one with commands too is a script.
    return not head.startswith(b"#!") or all(
        re.fullmatch(_LINE, line) for line in head.split(b"\n")
    )


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the one environment of a .env file, in the dialect that the context selects."""
    from sglang_envctl.sources.dotenv.dialects import read_as

    found = read_as(context.dialect, path, data, context)
    by_dialect = {dialect: read_as(dialect, path, data, context) for dialect in context.dialects}
    return (found._replace(by_dialect=by_dialect),)
