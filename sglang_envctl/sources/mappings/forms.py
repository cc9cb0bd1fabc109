"""Read the variables under one key of a document, in all forms that programs accept there.

The forms are a mapping of names to scalars (or to `{value: ...}`), a list of `{name: ..., value:
...}`, a list of NAME=value, of pairs or of mappings, and a text of lines NAME=value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from sglang_envctl.releases.renames import OWNED
from sglang_envctl.sources.yaml.tree import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items,
    pairs,
    text_of,
    within,
)

SECRETS = "secrets"
"""The key of SkyPilot for values that are passed when a task is launched."""

# Keys whose environment also applies to everything declared beside them, at any depth.
_SHARED = re.compile(
    r"(?:env|environment)(?:s|[_-]?(?:vars?|variables?))?|variables", re.IGNORECASE
)
# Keys for one role, purpose or system: decode_environment, extraEnvVars, terminal.integrated.env.linux.
_OF_ONE = re.compile(
    r"(?:.+\.)?env\.(?:linux|osx|windows)|.+(?:[_-](?:env|environment)(?:s|[_-](?:vars?|variables))?|Env(?:ironment)?(?:s|Vars?|Variables)?)"
)
# Keys whose names are not variables of a program that starts later.
_OTHER = re.compile(r"(?i).*args|.*labels|annotations|substitut.*|matrix|inputs?|outputs?")
_DIRECTIVES = "_"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
UPPER_NAME = re.compile(r"[A-Z_][A-Z0-9_]*|(?:https?|no|all)_proxy")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:(=)(.*))?", re.DOTALL)
_BETWEEN = re.compile(r"[\s,;]+(?=[A-Z][A-Z0-9]*_\w*=)")
_ITEM = re.compile(r"[-\[,][ \t\r\n]*[\"']?SGL(?:ANG)?_\w+=")
"""The start of an item of a list that is a variable of SGLang."""
_NAMING = ("name", "Name", "key", "Key", "variable")
_VALUES = ("value", "Value", "val")


class Entry(NamedTuple):
    """One variable as written."""

    name: str
    line: int
    value: ScalarNode | None
    elsewhere: str = ""
    """The origin of the value, if the value is not only in this entry."""


Path: TypeAlias = "tuple[str, ...]"
Unread: TypeAlias = "tuple[tuple[int, str], ...]"
"""The lines that may set more variables, each with a description of the unread part."""


class Block(NamedTuple):
    """The variables under one key."""

    path: Path
    entries: tuple[Entry, ...]
    unread: Unread = ()


def under(node: Node, key: str) -> tuple[Entry, ...]:
    """Return the variables under a key, which may name an environment or not."""
    return of(node, key) if is_meant(key) else own(node, key)


@lru_cache(maxsize=4096)
def is_shared(key: str) -> bool:
    """Return whether the environment under a key also applies to everything beside the key."""
    return bool(_SHARED.fullmatch(key))


@lru_cache(maxsize=4096)
def is_meant(key: str) -> bool:
    """Return whether a key names an environment."""
    return is_shared(key) or bool(_OF_ONE.fullmatch(key))


def of(node: Node, key: str = "") -> tuple[Entry, ...]:
    """Return the variables under a key, in any form; empty if the key is about something else."""
    if isinstance(node, MappingNode) and [*node.pairs] == ["items"]:
        return of(node.pairs["items"].value, key)
    if isinstance(node, MappingNode):
        # A common word, which counts only if its content is almost certainly an environment.
        found = of_mapping(node, all_upper=key.lower() in ("variables", SECRETS))
        return tuple(entry._replace(elsewhere=key) for entry in found) if key == SECRETS else found
    if isinstance(node, ScalarNode):
        return of_lines(node)
    return of_list(node) or of_strings(node) or _of_items(node)[0]


def unread(node: Node) -> Unread:
    """Return the parts of an environment that `of` leaves out."""
    if isinstance(node, MappingNode):
        return _directives(node)
    if all(isinstance(item, MappingNode) and "name" in item.pairs for item in items(node)):
        return ()  # the usual case
    return () if of_strings(node) else _of_items(node)[1]


def of_mapping(node: Node, *, all_upper: bool = False) -> tuple[Entry, ...]:
    """Return the variables of a mapping; empty unless its keys and values can be names and values
    of variables: all of them, or at least one that nothing else is named like.
    """
    names = [key.text for key, _ in pairs(node)]
    upper = [bool(UPPER_NAME.fullmatch(name)) for name in names]
    if not all(map(_NAME.fullmatch, names)) or not (all if all_upper else any)(upper or [False]):
        return ()
    found = [
        _entry(key.text, key.line, value)
        for key, value in pairs(node)
        if key.text != _DIRECTIVES or isinstance(value, ScalarNode)
    ]
    if all(found):
        return tuple(filter(None, found))
    if all_upper or not any(one and one.value and is_certain(one.name) for one in found):
        return ()
    return tuple(
        one or Entry(key.text, key.line, None, _origin(value))
        for one, (key, value) in zip(found, pairs(node), strict=False)
        if one or UPPER_NAME.fullmatch(key.text)
    )


def is_certain(name: str) -> bool:
    """Return whether hardly anything but a variable has this name."""
    return "_" in name and bool(UPPER_NAME.fullmatch(name))


def _origin(value: Node) -> str:
    """Return a description of a value that is not a scalar."""
    return next(iter(value.pairs), "") if isinstance(value, MappingNode) else "a list"


def _directives(node: Node) -> Unread:
    """Return the line of the first directive under mise's `_` that may load variables, if any."""
    found = (pair.key.line for pair in pairs(within(node, _DIRECTIVES)) if pair.key.text != "path")
    return tuple((line, "what mise loads by the directives under _") for line in [*found][:1])


def of_list(node: Node) -> tuple[Entry, ...]:
    """Return the variables of a list of names and values; empty if the list is not about variables."""
    found = []
    for item in items(node):
        name, value = within(item, "name"), within(item, "value")
        if not isinstance(name, ScalarNode) or not _NAME.fullmatch(name.text):
            return ()
        if not set(item.pairs) <= {"name", "value", "valueFrom"}:  # type: ignore[union-attr]
            return ()
        source = within(item, "valueFrom")
        written = value or (None if source else ScalarNode("", name.line))
        found.append(_entry(name.text, name.line, written or source or name))
    return tuple(filter(None, found))


def _of_items(node: Node) -> tuple[tuple[Entry, ...], Unread]:
    """Return the variables of a list of mixed items, and the items that are none of these forms;
    nothing unless a name is certain.
    """
    found, missing = list[Entry](), list[tuple[int, str]]()
    for item in items(node):
        entries = tuple(_of_item(item))
        found += entries
        if not entries:
            missing.append((item.line, "an item that has no name"))
    if not any(is_certain(one.name) for one in found):
        return (), ()
    return tuple(found), tuple(missing[:1])


def _of_item(item: Node) -> Iterator[Entry]:
    """Yield the variables of an item of a list: NAME=value, a name and a value, or a mapping."""
    if isinstance(item, SequenceNode):
        first, second = item.items if len(item.items) == 2 else (item, item)
        if is_certain(text_of(first)) and isinstance(second, ScalarNode):
            yield Entry(text_of(first), first.line, second)
        return
    if not isinstance(item, MappingNode):
        if (match := _ASSIGNMENT.fullmatch(text_of(item))) and match[2]:
            yield Entry(match[1], item.line, ScalarNode(match[3], item.line))
        return
    name = next((item.pairs[key].value for key in _NAMING if key in item.pairs), None)
    if name is None:
        yield from of_mapping(item)
        return
    if not isinstance(name, ScalarNode) or not _NAME.fullmatch(name.text):
        return
    value = next((item.pairs[key].value for key in _VALUES if key in item.pairs), None)
    other = next((key for key in item.pairs if key not in _NAMING), "")
    if value is not None:
        entry = _entry(name.text, name.line, value)
        yield entry or Entry(name.text, name.line, None, _origin(value))
    else:
        yield Entry(name.text, name.line, None if other else ScalarNode("", name.line), other)


def unmistakable(node: Node, key: str) -> tuple[Entry, ...]:
    """Return the variables under a key that does not name an environment, if their form does."""
    if isinstance(node, MappingNode):
        return own(node, key)
    return of_upper_names(node) or of_parameters(node)


def of_upper_names(node: Node) -> tuple[Entry, ...]:
    """Return the variables of a list of names and values, if the names are in upper case."""
    found = of_list(node)
    return found if found and all(is_certain(one.name) for one in found) else ()


def own(node: Node, key: str) -> tuple[Entry, ...]:
    """Return the variables under a key that does not name an environment, if one is a variable of
    SGLang, or if the names are paths of Helm values.
    """
    if not isinstance(node, MappingNode):
        found = of_upper_names(node)
        return found if any(one.name.startswith(OWNED) for one in found) else of_parameters(node)
    if key.startswith("set"):
        return of_paths(node)
    # Most mappings end at the first name.
    if not next(iter(node.pairs), "")[:1].isupper() or _OTHER.fullmatch(key):
        return ()
    is_own = any(name.startswith(OWNED) for name in node.pairs)
    return of_mapping(node, all_upper=True) if is_own else ()


def of_paths(node: MappingNode) -> tuple[Entry, ...]:
    """Return the variables of Helm values that are set by their paths, `env.NAME: value`."""
    return tuple(filter(None, (_at_path(name.text, value) for name, value in pairs(node))))


def of_parameters(node: Node) -> tuple[Entry, ...]:
    """Return the variables of Helm parameters, as in Argo CD: `{name: env.NAME, value: ...}`."""
    listed = items(node)
    if not listed or not within(listed[0], "name"):
        return ()
    named = ((text_of(within(item, "name")), within(item, "value")) for item in listed)
    return tuple(filter(None, (_at_path(name, value) for name, value in named if value)))


def _at_path(path: str, value: Node) -> Entry | None:
    """Return the variable that a dotted path of Helm values sets, if it sets one."""
    *above, name = path.split(".")
    is_one = above and is_meant(above[-1]) and _NAME.fullmatch(name)
    return _entry(name, value.line, value) if is_one else None


def of_strings(node: Node) -> tuple[Entry, ...]:
    """Return the variables of a list of NAME=value, or NAME for an inherited value; empty if the
    list is not about variables.
    """
    matched = [_ASSIGNMENT.fullmatch(text_of(item)) for item in items(node)]
    if not all(matched) or not any(m and m[2] and UPPER_NAME.fullmatch(m[1]) for m in matched):
        return ()
    return tuple(
        Entry(m[1], item.line, ScalarNode(m[3], item.line) if m[2] else None, "who starts it")
        for m, item in zip(matched, items(node), strict=True)
        if m
    )


def may_assign(text: str) -> bool:
    """Return whether a document may have such a list with a variable of SGLang."""
    return "SGL" in text and "=" in text and bool(_ITEM.search(text))


def of_own_strings(node: Node, key: str) -> tuple[Entry, ...]:
    """Return the variables of a list of NAME=value under a key that does not name an environment, if
    one is a variable of SGLang.
    """
    if not isinstance(node, SequenceNode) or is_meant(key) or _OTHER.fullmatch(key):
        return ()
    texts = list(map(text_of, node.items))
    is_own = any(text.startswith(OWNED) for text in texts)
    is_script = any(" " in text for text in texts)
    return of_strings(node) if is_own and not is_script else ()


def of_lines(text: ScalarNode) -> tuple[Entry, ...]:
    """Return the variables of a text of NAME=value, one or several to a line; empty if a line is
    something else.
    """
    if "=" not in text.text:
        return ()
    found = list[Entry]()
    for number, line in enumerate(text.text.split("\n"), text.line + 1):
        at = number if text.block else text.line
        for part in _BETWEEN.split(line.strip()):
            match = _ASSIGNMENT.fullmatch(part)
            if match and match[2]:
                quoted = match[3][:1] in {'"', "'"}
                value = None if quoted else ScalarNode(match[3], at)
                found.append(Entry(match[1], at, value, "a quoted line"))
            elif part and not part.startswith("#"):
                return ()
    return tuple(found) if any(is_certain(one.name) for one in found) else ()


def _entry(name: str, line: int, value: Node) -> Entry | None:
    """Return an entry if its value can be the value of a variable, and None otherwise."""
    if isinstance(value, ScalarNode):
        return Entry(name, line, value)
    if not isinstance(value, MappingNode):
        return None
    if isinstance(inner := within(value, "value"), ScalarNode):
        return Entry(name, line, inner)
    first = next(iter(value.pairs), "")
    return Entry(name, line, None, first) if first.endswith(("From", "Ref")) else None
