"""Files that a template engine, such as Jinja, fills in before they are used.

This is not a kind of file: a template of a script is read as a script, with `filled` around it.
"""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources import FileKind
from sglang_envctl.sources.context import Context

SUFFIXES = (
    ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".gotmpl", ".erb", ".in", ".template", ".mustache",
    ".hbs",
)  # fmt: skip
"""The suffixes of templates, which follow the suffix of the file that they produce."""
_BLOCKS = rb"(?m)^[ \t]*(?:\{%-?[ \t]*(?:if|for)|\{\{-?[ \t]*(?:if|range|with)|<%-?[ \t]*if)\b"
"""A line that begins a block of a template."""
_UNQUOTED = rb"=\{\{[ \t]"
"""The start of a value that is only valid in a shell script once it is filled in."""
_LINES = ("dockerfile", "dotenv", "quadlet", "shell", "supervisord", "systemd")
"""The kinds in which no line begins like a block of a template."""
_OWN = ("kubernetes", "snapshot")
"""The kinds that read templates themselves, or are never made from one."""


def without_suffix(path: str) -> str:
    """Return a path without the suffix of a template."""
    if not path.endswith(SUFFIXES):
        return path
    return path[: path.rindex(".")]


def is_template(path: str, data: bytes, kind: FileKind) -> bool:
    """Return whether a template engine fills in a file before it is used."""
    name = getattr(kind, "__name__", "").rpartition(".")[2]
    if path.endswith(SUFFIXES):
        return name not in _OWN
    if name not in _LINES or (b"{{" not in data and b"{%" not in data and b"<%" not in data):
        return False
    pattern = rb"%b|%b" % (_BLOCKS, _UNQUOTED) if name == "shell" else _BLOCKS
    return bool(re.search(pattern, data))


def environments(path: str, data: bytes, context: Context, kind: FileKind) -> tuple[Layer, ...]:
    """Return the environments of a template of a file, in which what is filled in is unknown.

    Raises:
        SourceError: the file as a whole is not of this kind.
    """
    from sglang_envctl.sources.template import filled

    return filled.environments(path, data, context, kind)
