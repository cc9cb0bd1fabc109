"""A default as the reader yields it: `int(os.getenv("X", "4"))` gives 4, not "4"."""

from __future__ import annotations

from collections.abc import Callable

_TRUE = {"true", "1", "yes", "y", "t", "on"}
_NUMBERS: dict[str, Callable[[str], object]] = {"int": int, "float": float}


def typed(reader: str, value: object) -> object:
    """A literal default, in the type that the reader makes."""
    kind = reader.partition(".")[2].removeprefix("required-")
    if kind == "presence":
        return False
    if value is None:
        return _when_unset(kind)
    if not isinstance(value, (str, int, float, bool)):
        return value
    text = value if isinstance(value, str) else str(value)
    if kind in {"bool", "get-bool"}:
        return value if isinstance(value, bool) else text.strip().lower() in _TRUE
    for word in ("int", "float"):
        if kind in {word, f"get-{word}"}:
            return _number(_NUMBERS[word], value)
    if kind == "int-bool":
        number = _number(int, value)
        return bool(number) if isinstance(number, int) else value
    if kind.endswith("truthy"):
        return bool(value)
    return _compared(kind, text) if isinstance(value, str) else value


def _number(convert: Callable[[str], object], value: object) -> object:
    try:
        return convert(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _when_unset(kind: str) -> object:
    head = kind.partition(":")[0]
    if head in {"truthy", "is-one", "equals", "in", "lower-equals", "lower-in"}:
        return False
    return True if head in {"not-equals", "not-in"} else None


def _compared(kind: str, text: str) -> object:
    head, colon, words = kind.partition(":")
    *changes, question = head.split("-")
    if kind == "is-one":
        return text == "1"
    if not colon or words == "?" or question not in {"equals", "in"}:
        return text
    for change, apply in _CHANGES.items():
        text = apply(text) if change in changes else text
    found = text == words if question == "equals" else text in words.split("|")
    return found != ("not" in changes)


_CHANGES: dict[str, Callable[[str], str]] = {
    "strip": str.strip,
    "lower": str.lower,
    "upper": str.upper,
}
