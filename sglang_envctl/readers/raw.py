"""Readers described by their name: `raw.strip-lower-in:1|true` lists the steps of the code.

For a read that does not use a registry of the package, the scanner (`sglang_envctl.audit`) records
the steps it found: whitespace stripped, case folded, then a conversion or a comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from sglang_envctl.readers.reading import Reader, Reading, crash
from sglang_envctl.text.truth import truth

_FOLDS: dict[str, Callable[[str], str]] = {
    "strip": str.strip,
    "lower": str.lower,
    "upper": str.upper,
}


@cache
def reader(name: str) -> Reader | None:
    """The reader of a name such as `raw.lower-equals:s3`; None if the steps are not known."""
    steps, _, literal = name.removeprefix("raw.").partition(":")
    folds = []
    while True:
        step, _, rest = steps.partition("-")
        if step == "required":
            pass  # matters only when the name is not set
        elif step in _FOLDS:
            folds.append(_FOLDS[step])
        else:
            break
        steps = rest or "text"
    read = _ENDS.get(steps)
    if read is None or (literal == "?" and steps in _COMPARES):
        return None
    words = tuple(literal.split("|"))

    def spelled(text: str, default: object) -> Reading:
        for fold in folds:
            text = fold(text)
        return read(text, default, words)

    spelled.__doc__ = _words(steps, words, [fold.__name__ for fold in folds])
    return spelled


def _boolean(text: str, value: bool) -> Reading:
    meant = truth(text)
    if meant is None or meant is value:
        return Reading(value)
    return Reading(value, "misread", f"silently reads it as {str(value).lower()}")


def _number(convert: Callable[[str], object]) -> _End:
    def read(text: str, default: object, words: tuple[str, ...]) -> Reading:
        del default, words
        try:
            return Reading(convert(text))
        except ValueError:
            return crash("raises ValueError")

    return read


_End = Callable[[str, object, tuple[str, ...]], Reading]
_COMPARES = frozenset({"equals", "not-equals", "in", "not-in", "one-of", "contains", "startswith"})
_ENDS: dict[str, _End] = {
    "text": lambda text, _default, _words: Reading(text),
    "path": lambda text, _default, _words: Reading(text),
    "setdefault": lambda text, _default, _words: Reading(text),
    "one-of": lambda text, _default, _words: Reading(text),
    "int": _number(int),
    "float": _number(float),
    "int-bool": _number(lambda text: bool(int(text))),
    "split": lambda text, _default, words: Reading(text.split(words[0] or None)),
    "is-one": lambda text, _default, _words: _boolean(text, text == "1"),
    "truthy": lambda text, _default, _words: _boolean(text, bool(text)),
    "presence": lambda text, _default, _words: _boolean(text, value=True),
    "equals": lambda text, _default, words: _boolean(text, text == words[0]),
    "not-equals": lambda text, _default, words: _boolean(text, text != words[0]),
    "in": lambda text, _default, words: _boolean(text, text in words),
    "not-in": lambda text, _default, words: _boolean(text, text not in words),
    "contains": lambda text, _default, words: Reading(words[0] in text),
    "startswith": lambda text, _default, words: Reading(text.startswith(words[0])),
}
_SAID = {
    "text": "Any string",
    "path": "A path",
    "setdefault": "Any string",
    "one-of": "One of {words}",
    "int": "An integer that Python's int() accepts; anything else raises ValueError",
    "float": "A number that Python's float() accepts; anything else raises ValueError",
    "int-bool": "An integer: 0 is false, any other number is true; anything else raises ValueError",
    "split": "Items separated by {separator}",
    "is-one": "True: 1. Anything else silently counts as false",
    "truthy": "True: any value that is not empty, even 0 and false. False: empty",
    "presence": "True: any value, even 0, false or an empty string",
    "equals": "True: {words}. Anything else silently counts as false",
    "not-equals": "False: {words}. Anything else silently counts as true",
    "in": "True: {words}. Anything else silently counts as false",
    "not-in": "False: {words}. Anything else silently counts as true",
    "contains": "True: any value that contains {words}. Anything else silently counts as false",
    "startswith": "True: any value that begins with {words}. Anything else silently counts as false",
}


def _words(end: str, words: tuple[str, ...], folds: list[str]) -> str:
    listed = ", ".join(word or "empty" for word in words)
    how = {
        "strip": "Surrounding whitespace is stripped",
        "lower": "Case-insensitive",
        "upper": "Case-insensitive",
    }
    separator = f"'{words[0]}'" if words[0] else "whitespace"
    said = _SAID[end].format(words=listed, separator=separator)
    parts = [said, *dict.fromkeys(how[fold] for fold in folds)]
    return ". ".join(parts) + "."
