"""JSON whose texts know the line they stand on, and which says in one line what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from sglang_envctl.errors import SourceError
from sglang_envctl.text.escape import shorten, visible

if TYPE_CHECKING:
    import json

LARGEST = 16 * 1024 * 1024
"""Bytes; the description of a thousand containers is half of it."""


class ShapeError(ValueError):
    """A document is not what it was taken for; the message says how, without its file."""


class Text(str):
    """A text with the line it begins on."""

    __slots__ = ("line",)
    line: int


def load(path: str, data: bytes) -> object:
    """The document in a file; every text that is no key is a `Text`.

    Raises:
        SourceError: it is no JSON, is nested too deeply, names a key twice, or is larger than LARGEST.
    """
    import json

    shown = "standard input" if path == "-" else visible(path)
    if len(data) > LARGEST:
        raise SourceError(
            f"{shown}: larger than {LARGEST >> 20} MiB, which is no description of an environment"
        )
    try:
        return _decoder().decode(data.decode(json.detect_encoding(data)))
    except json.JSONDecodeError as error:
        raise SourceError(
            f"{shown}: is no JSON: {error.msg.lower()} in line {error.lineno}"
        ) from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{shown}: is no text in {error.encoding}") from error
    except ValueError as error:
        raise SourceError(f"{shown}: is no JSON: {error}") from error
    except RecursionError:
        raise SourceError(f"{shown}: is nested too deeply to be read") from None


def _decoder() -> json.JSONDecoder:
    import json

    decoder: Any = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
    decoder.parse_string = _with_lines(decoder.parse_string)
    scanner: Any = import_module("json.scanner")
    decoder.scan_once = scanner.py_make_scanner(decoder)  # the one in C never calls parse_string
    found: json.JSONDecoder = decoder
    return found


def _with_lines(parse: Callable[[str, int, bool], tuple[str, int]]) -> object:
    at, line = 0, 1

    def placed(document: str, start: int, strict: bool) -> tuple[str, int]:
        nonlocal at, line
        line += document.count("\n", at, start)
        at = start
        text, end = parse(document, start, strict)
        found = Text(text)
        found.line = line
        return found, end

    return placed


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"an object holds the key {shorten(visible(twice), 80)} twice")
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(f"it has no number {name}")
