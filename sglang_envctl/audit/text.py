"""One line of text for anything."""

from __future__ import annotations

import ast


def one_line(item: object, most: int = 120) -> str:
    """An expression's source or an error's message, short and on one line."""
    try:
        text = ast.unparse(item) if isinstance(item, ast.AST) else str(item)
    except (RecursionError, ValueError):
        text = type(item).__name__
    text = " ".join(text.split()).replace("lambda :", "lambda:")  # as Python 3.10 writes it
    return text if len(text) <= most else text[: most - 3] + "..."
