"""`$NAME`, `${NAME}` and what may stand in the braces beside a name."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate
from typing import NamedTuple

from sglang_envctl.sources.shell.scope import Scope
from sglang_envctl.sources.shell.values import Text

NOT_WORKED_OUT = Text("", "the result of an expansion that envctl does not work out")

_PLAIN = r"\$(?P<name>\w+|[@*#?$!-])"
_BRACED = (
    r"(?s)\$\{(?P<count>#?)(?P<name>[A-Za-z_]\w*|\d+|[@*#?$!-])(?:\[(?P<subscript>[@*]|\d{1,6})\])?"
    r"(?P<operator>:?[-=?+]|%%?|##?)?(?P<rest>.*)\}"
)


class Reference(NamedTuple):
    """An expansion of a variable, taken apart."""

    name: str
    subscript: str = ""
    operator: str = ""
    counts: bool = False


def parsed(source: str) -> Reference | None:
    """An expansion taken apart, or None if it is of a kind that is not worked out."""
    if plain := re.fullmatch(_PLAIN, source):
        return Reference(plain["name"])
    match = re.fullmatch(_BRACED, source)
    if match is None or (match["rest"] and (match["count"] or not match["operator"])):
        return None
    return Reference(
        match["name"], match["subscript"] or "", match["operator"] or "", bool(match["count"])
    )


def resolved(reference: Reference, word: Callable[[], Text], scope: Scope) -> Text:
    """What an expansion comes to; `word` gives what stands behind the operator."""
    name, operator = reference.name, reference.operator
    found = _looked_up(reference, scope)
    if reference.counts:
        result = _counted(reference, found, scope)
    elif not operator:
        result = scope.missing(name) if found is None else found
    elif operator[0] in "%#":
        result = _trimmed(scope.missing(name) if found is None else found, operator, word())
    else:
        result = _chosen(name, operator, found, word, scope)
    if not name.isidentifier():
        return result
    return result._replace(references=tuple(dict.fromkeys((*result.references, name))))


def _chosen(
    name: str, operator: str, found: Text | None, word: Callable[[], Text], scope: Scope
) -> Text:
    """What of a value and a default an operator takes."""
    if found and found.unknown and not found.text:
        return found  # whether it is set and not empty nobody knows
    there = found is not None and (operator[0] != ":" or found.text != "")
    if operator[-1] == "+":
        return word() if there else Text()
    if there and found is not None:
        return found
    if operator[-1] == "?":
        return Text("", "demanded from whoever starts it")
    default = word()
    if operator[-1] == "=":
        scope.set_default(name, default)
    return default


def _looked_up(reference: Reference, scope: Scope) -> Text | None:
    name, subscript = reference.name, reference.subscript
    items = scope.items(name) if subscript else None
    if not subscript or items is None:
        return scope.lookup(name) if subscript in {"", "0", "@", "*"} else None
    if subscript in {"@", "*"}:
        return scope.joined(items)
    return items[int(subscript)] if int(subscript) < len(items) else None


def _counted(reference: Reference, found: Text | None, scope: Scope) -> Text:
    items = scope.items(reference.name) if reference.subscript in {"@", "*"} else None
    if items is not None:
        return Text(str(len(items)))
    return NOT_WORKED_OUT if found is None or found.unknown else Text(str(len(found.text)))


def _trimmed(found: Text, operator: str, pattern: Text) -> Text:
    """`found` without what a pattern takes from its end or its beginning."""
    if found.unknown or pattern.unknown or len(found.text) > 4096 or pattern.text.count("*") > 2:
        return NOT_WORKED_OUT
    text = found.text
    fits = re.compile(translate(pattern.text)).match
    sizes = range(len(text) + 1)
    for size in reversed(sizes) if len(operator) == 2 else sizes:
        if operator[0] == "#" and fits(text[:size]):
            return found._replace(text=text[size:])
        if operator[0] == "%" and fits(text[len(text) - size :]):
            return found._replace(text=text[: len(text) - size])
    return found
