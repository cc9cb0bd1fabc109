"""A .env file, in the dialect that the context names: python-dotenv's, if none is named."""

from __future__ import annotations

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context


def matches(path: str, head: bytes) -> bool:
    """Whether a file looks like a .env file: it takes whatever no other kind claims."""
    del path, head
    return True


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """A .env file is one environment, in the dialect that the context names."""
    from sglang_envctl.sources.dotenv.dialects import read_as

    found = read_as(context.dialect, path, data, context)
    readings = {name: read_as(name, path, data, context) for name in context.dialects}
    return (found._replace(readings=readings),)
