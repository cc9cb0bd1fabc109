"""Parse JSON, and keep the line of every string; error messages have one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from sglang_envctl.errors import SourceError
from sglang_envctl.text.escape import shorten, source_name, visible

if TYPE_CHECKING:
    import json

LARGEST = 16 * 1024 * 1024
"""The maximum number of bytes; the description of a thousand containers has half of this."""


class ShapeError(ValueError):
    """An error in the structure of a document; the message does not name the file."""


class LineString(str):
    """A string with the line on which it begins."""

    __slots__ = ("line",)
    line: int


def load(path: str, data: bytes) -> object:
    """Return the document in a file; every string except keys is a `LineString`.

    Raises:
        SourceError: the file is not valid JSON, is nested too deep, repeats a key, or is larger
            than LARGEST.
    """
    try:
        return decoded(data, _decoder())
    except ShapeError as error:
        raise SourceError(f"{source_name(path)}: {error}") from error


def decoded(data: bytes, decoder: json.JSONDecoder) -> object:
    """Return the document in the bytes of a file.

    Raises:
        ShapeError: the file is not valid JSON, is nested too deep, or is larger than LARGEST.
    """
    import json

    if len(data) > LARGEST:
        limit = LARGEST >> 20
        raise ShapeError(f"larger than {limit} MiB, so it does not describe an environment")
    try:
        return decoder.decode(data.decode(json.detect_encoding(data)))
    except json.JSONDecodeError as error:
        raise ShapeError(
            f"is not valid JSON: {error.msg.lower()} in line {error.lineno}"
        ) from error
    except UnicodeDecodeError as error:
        raise ShapeError(f"is not valid {error.encoding}") from error
    except ValueError as error:
        raise ShapeError(f"is not valid JSON: {error}") from error
    except RecursionError:
        raise ShapeError("is nested too deep to be read") from None


def _decoder() -> json.JSONDecoder:
    import json

    decoder: Any = json.JSONDecoder(object_pairs_hook=_object, parse_constant=constant)
    decoder.parse_string = _with_lines(decoder.parse_string)
    scanner: Any = import_module("json.scanner")
    decoder.scan_once = scanner.py_make_scanner(decoder)  # the C scanner never calls parse_string
    found: json.JSONDecoder = decoder
    return found


def _with_lines(parse: Callable[[str, int, bool], tuple[str, int]]) -> object:
    at, line = 0, 1

    def placed(document: str, start: int, strict: bool) -> tuple[str, int]:
        nonlocal at, line
        line += document.count("\n", at, start)
        at = start
        text, end = parse(document, start, strict)
        found = LineString(text)
        found.line = line
        return found, end

    return placed


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        repeated = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"an object repeats the key {shorten(visible(repeated), 80)}")
    return found


def constant(name: str) -> NoReturn:
    """Reject NaN and Infinity, which Python accepts but JSON does not."""
    raise ValueError(f"{name} is not a JSON value")
