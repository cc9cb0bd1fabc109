"""A .env file, in the dialect that the context names: python-dotenv's, if none is named."""

from __future__ import annotations

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context


def matches(path: str, head: bytes) -> bool:
    """Whether a file looks like a .env file: it takes whatever no other kind claims."""
    del path, head
    return True


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """A .env file is one environment, as the reader takes it that the context names."""
    from sglang_envctl.sources.dotenv.dialects import read_as

    found = read_as(context.reader, path, data, context)
    readings = {reader: read_as(reader, path, data, context) for reader in context.readers}
    return (found._replace(readings=readings),)
