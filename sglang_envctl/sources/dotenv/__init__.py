"""A .env file, in the dialect that the context names: python-dotenv's by default."""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_FILE_NAME = r"(?:^|[/.])env(?:\.[^/.]+)?$"


def matches(path: str, head: bytes) -> bool:
    """Whether a file is named like a .env file, so that no other kind needs to look at it."""
    del head
    return bool(re.search(_FILE_NAME, path))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """A .env file is one environment, in the dialect that the context names."""
    from sglang_envctl.sources.dotenv.dialects import read_as

    found = read_as(context.dialect, path, data, context)
    by_dialect = {dialect: read_as(dialect, path, data, context) for dialect in context.dialects}
    return (found._replace(by_dialect=by_dialect),)
