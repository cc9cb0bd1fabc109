"""Build readers from their name: `raw.strip-lower-in:1|true` lists the steps of the code.

If a read does not use one of SGLang's own parsers, the scanner (`sglang_envctl.audit`) records the
steps that it found: whitespace stripped, case folded, then a conversion or a comparison.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import cache

from sglang_envctl.readers.reading import Reader, Reading, crash
from sglang_envctl.text.truth import truth

_OR_UNSET = "-or-unset"
"""The suffix of steps whose code first tests whether the value is empty."""
_FOLDS: dict[str, Callable[[str], str]] = {
    "strip": str.strip,
    "lower": str.lower,
    "upper": str.upper,
}

_BOUND = re.compile(r"([<>]=?)(\S+)")
_SIGNS = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
_BOUND_WORDS = {">": "above", ">=": "at least", "<": "below", "<=": "at most"}


@cache
def reader(name: str) -> Reader | None:
    """Return the reader with a name such as `raw.lower-equals:s3`; None if a step is unknown."""
    spelled_out, _, literal = name.removeprefix("raw.").partition(":")
    steps = spelled_out.removesuffix(_OR_UNSET)
    folds = []
    tries = False
    while True:
        step, _, rest = steps.partition("-")
        if step == "required":
            pass  # the step matters only if the variable is not set
        elif step == "try":
            tries = True
        elif step in _FOLDS:
            folds.append(_FOLDS[step])
        else:
            break
        steps = rest or "text"
    read = _ENDS.get(steps)
    words = tuple(literal.split("|"))
    if read is None or ("?" in words and steps in _WORDED):
        return None

    or_unset = spelled_out.endswith(_OR_UNSET)

    def spelled(text: str, default: object) -> Reading:
        for fold in folds:
            text = fold(text)
        if or_unset and not text:
            return Reading(default)
        found = read(text, default, words)
        return Reading(text, "unverified") if tries and found.outcome == "crash" else found

    said = _words(steps, words, [fold.__name__ for fold in folds])
    if tries:
        said = said.replace(
            "anything else raises ValueError", "envctl does not validate other values"
        )
    spelled.__doc__ = f"{said} An empty string is the same as unset." if or_unset else said
    return spelled


@cache
def told_apart(main: Reader, first: Reader) -> Reader:
    """Return a reader that tries `first`, then `main` if `first` does not recognize the value."""

    def read(text: str, default: object) -> Reading:
        found = first(text, default)
        return found if found.outcome == "accepted" else main(text, default)

    said = (main.__doc__ or "", "Before that:", (first.__doc__ or "").partition(".")[0] + ".")
    read.__doc__ = " ".join(said)
    return read


@cache
def checked(main: Reader, checks: str, *, certain: bool) -> Reader:
    """Return a reader that also reports a crash for values that fail the checks of the code.

    Unless `certain`, these values are reported as unverified. A check is a bound such as
    `>0`, the words `a|b`, `~word` for a string that contains a word, or `?` if it is unknown which
    values pass.
    """
    passes = [_check(check) for check in checks.split(" ")]

    def read(text: str, default: object) -> Reading:
        found = main(text, default)
        if found.outcome != "accepted" or found.value == default:
            return found
        value = found.value
        if all(check(value) for check, _ in passes):
            return found
        if certain:
            return crash("raises an exception where it uses the value")
        return Reading(value, "unverified")

    allowed = " and ".join(words for _, words in passes)
    what = "raises an exception where it is used" if certain else "may raise an exception"
    read.__doc__ = f"{main.__doc__} A value that is not {allowed} {what}."
    return read


def _check(check: str) -> tuple[Callable[[object], bool], str]:
    """Return a check of a value, and a description of the values that pass."""
    if check == "?":
        return lambda _value: False, "one that the code knows"
    if check.startswith("~"):
        return lambda value: check[1:] in str(value), f"a string that contains {check[1:]}"
    if bound := _BOUND.fullmatch(check):
        holds, end = _SIGNS[bound[1]], float(bound[2])
        return lambda value: holds(value, end), f"{_BOUND_WORDS[bound[1]]} {bound[2]}"
    words = check.split("|")
    return lambda value: str(value) in words, f"one of {', '.join(words)}"


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
        except OverflowError:
            return crash("raises OverflowError")

    return read


def _numbers(convert: Callable[[str], object]) -> _End:
    def read(text: str, default: object, words: tuple[str, ...]) -> Reading:
        del default
        try:
            return Reading([convert(item) for item in text.split(words[0] or None)])
        except ValueError:
            return crash("raises ValueError")

    return read


_End = Callable[[str, object, tuple[str, ...]], Reading]


def stated(words: tuple[str, ...]) -> bool | None:
    """Return the boolean that the words of a comparison mean; None if they mean both or neither.

    The result does not depend on the operator: `x != "1"` and `x == "1"` both test for 1, so 1 is
    true for both.
    """
    meant = {truth(word) for word in words} - {None}
    return meant.pop() if len(meant) == 1 else None


def _compared(text: str, _default: object, words: tuple[str, ...]) -> Reading:
    meaning = stated(words)
    if meaning is not None:
        return _boolean(text, meaning if text in words else not meaning)
    return _named(text, _default, words)


def _named(text: str, _default: object, words: tuple[str, ...]) -> Reading:
    """Read a word that is one of several; the effect of any other word is unknown."""
    if text not in words:
        return Reading(text, "unverified")
    boolean = all(truth(word) is not None for word in words if word)
    return Reading(truth(text) or False if boolean else text)


def _only(text: str, default: object, words: tuple[str, ...]) -> Reading:
    return _named(text, default, words) if text in words else crash("raises an exception")


_COMPARES = frozenset({"equals", "not-equals", "in", "not-in"})
_WORDED = _COMPARES | {"one-of", "only", "contains", "startswith"}
_ENDS: dict[str, _End] = {
    "text": lambda text, _default, _words: Reading(text),
    "path": lambda text, _default, _words: Reading(text),
    "setdefault": lambda text, _default, _words: Reading(text),
    "int": _number(int),
    "float": _number(float),
    "float-int": _number(lambda text: int(float(text))),
    "int-bool": _number(lambda text: bool(int(text))),
    "split": lambda text, _default, words: Reading(text.split(words[0] or None)),
    "split-int": _numbers(int),
    "split-float": _numbers(float),
    "is-one": lambda text, _default, _words: _boolean(text, text == "1"),
    "truthy": lambda text, _default, _words: _boolean(text, bool(text)),
    "presence": lambda text, _default, _words: _boolean(text, value=True),
    **dict.fromkeys(_COMPARES, _compared),
    "one-of": _named,
    "only": _only,
    "contains": lambda text, _default, words: Reading(words[0] in text),
    "startswith": lambda text, _default, words: Reading(text.startswith(words[0])),
}
_SAID = {
    "text": "Any string",
    "path": "A path",
    "setdefault": "Any string",
    "one-of": "One of {words}. envctl does not validate other values",
    "only": "One of {words}. Anything else raises an exception",
    "int": "An integer that Python's int() accepts; anything else raises ValueError",
    "float": "A number that Python's float() accepts; anything else raises ValueError",
    "float-int": (
        "A number that Python's float() accepts, rounded towards zero; anything else raises ValueError"
    ),
    "int-bool": "An integer: 0 is false, any other number is true; anything else raises ValueError",
    "split": "Items separated by {separator}",
    "split-int": "Integers separated by {separator}; anything else raises ValueError",
    "split-float": "Numbers separated by {separator}; anything else raises ValueError",
    "is-one": "True: 1. Anything else silently counts as false",
    "truthy": "True: any value that is not empty, even 0 and false. False: empty",
    "presence": "True: any value, even 0, false or an empty string",
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
    said = _said(end, words).format(words=listed, separator=separator)
    parts = [said, *dict.fromkeys(how[fold] for fold in folds)]
    return ". ".join(parts) + "."


def _said(end: str, words: tuple[str, ...]) -> str:
    if end not in _COMPARES:
        return _SAID[end]
    meaning = stated(words)
    if meaning is None:
        return _SAID["one-of"]
    here, else_ = ("True", "false") if meaning else ("False", "true")
    return f"{here}: {{words}}. Anything else silently counts as {else_}"


def when_unset(name: str) -> object:
    """Return the result of a comparing reader for an unset variable without a default."""
    steps, _, literal = name.removeprefix("raw.").partition(":")
    if steps.endswith(("truthy", "is-one", "presence")):
        return False
    compares = any(steps == end or steps.endswith(f"-{end}") for end in _COMPARES)
    meaning = stated(tuple(literal.split("|"))) if compares else None
    return None if meaning is None else not meaning
