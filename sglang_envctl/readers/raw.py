"""Readers that a name spells out: `raw.strip-lower-in:1|true` is the code's own chain of steps.

The scanner (`sglang_envctl.audit`) describes a read that goes through no registry of the package by
the steps it found: blanks dropped, case folded, then a conversion or a comparison.
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
    """The reader of a name such as `raw.lower-equals:s3`; None where the steps are not known."""
    steps, _, literal = name.removeprefix("raw.").partition(":")
    folds = []
    while True:
        step, _, rest = steps.partition("-")
        if step == "required":
            pass  # says only what happens when the name is not set
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
    return Reading(value, "misread", f"takes it for {str(value).lower()} without a word")


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
    "text": "Any text, unchanged",
    "path": "A path",
    "setdefault": "Any text, unchanged",
    "one-of": "One of {words}",
    "int": "A whole number as Python's int() takes it; anything else raises ValueError",
    "float": "A number as Python's float() takes it; anything else raises ValueError",
    "int-bool": "A whole number; 0 is false, any other true; anything else raises ValueError",
    "split": "Items separated by {words}",
    "is-one": "1 is true; every other text is false, in silence",
    "truthy": "Any text that is not empty is true, 0 and false included",
    "presence": "Being set at all counts, whatever the text",
    "equals": "{words} is true; every other text is false, in silence",
    "not-equals": "{words} is false; every other text is true, in silence",
    "in": "{words} is true; every other text is false, in silence",
    "not-in": "{words} is false; every other text is true, in silence",
    "contains": "True if {words} is part of it",
    "startswith": "True if it starts with {words}",
}


def _words(end: str, words: tuple[str, ...], folds: list[str]) -> str:
    listed = " or ".join(word or "empty" for word in words)
    how = {"strip": "blanks around it dropped", "lower": "in any case", "upper": "in any case"}
    parts = [_SAID[end].format(words=listed), *dict.fromkeys(how[fold] for fold in folds)]
    return ", ".join(parts) + "."
