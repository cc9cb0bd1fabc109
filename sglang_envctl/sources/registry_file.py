"""Read variables that users declare in a TOML file.

    [[variable]]
    name = "ACME_BATCH"
    type = "int"
    minimum = 1
    summary = "Requests per batch of the gateway"

`name` is required. `type` is one of TYPES and adds that type's own fields. All other keys are
string and Boolean fields of `Variable`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from math import isfinite
from typing import Any, get_type_hints

from sglang_envctl.errors import RegistryError
from sglang_envctl.registry import types
from sglang_envctl.registry.variable import Document, Read, Section, Variable
from sglang_envctl.sources.files import read_bytes
from sglang_envctl.text.escape import visible
from sglang_envctl.text.secrets import without_odd_words

TYPES: dict[str, Any] = {
    "bool": types.Bool,
    "int": types.Int,
    "float": types.Float,
    "choice": types.Choice,
    "text": types.Text,
    "path": types.Path,
    "path-list": types.PathList,
    "url": types.Url,
    "url-list": types.UrlList,
    "host-port": types.HostPort,
    "list": types.List,
    "patterns": types.Patterns,
    "size": types.ByteSize,
    "log-filter": types.LogFilter,
    "interface": types.Interface,
}
TEXTS = ("default", "summary", "details", "owner", "example", "replaced_by")
FLAGS = ("secret", "ambient", "required")
_RENAMED = {"allowed": "options"}
FIXED = frozenset({"name", "words", "allowed", "item", "url"})


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_int(value) or (isinstance(value, float) and isfinite(value))


def _is_list_of(is_right: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and bool(value) and all(map(is_right, value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


_KINDS: dict[Any, tuple[Callable[[Any], bool], str]] = {
    bool: (lambda value: isinstance(value, bool), "true or false"),
    str: (_is_text, "a non-empty string"),
    int | None: (_is_int, "a whole number"),
    float | None: (_is_number, "a number"),
    tuple[str, ...]: (_is_list_of(_is_text), "a list of strings"),
    tuple[int, ...]: (_is_list_of(_is_int), "a list of whole numbers"),
}
"""The check and the description of a field's value, by the field's annotation."""


def read(path: str) -> tuple[Variable, ...]:
    """Return the variables that a registry file declares.

    Raises:
        RegistryError: the file cannot be read, is not TOML, or contains invalid declarations.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    shown = visible(path)
    try:
        content = tomllib.loads(read_bytes(path).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RegistryError(f"{shown}: not a UTF-8 file") from error
    except (ValueError, RecursionError) as error:  # including thousands of digits or brackets
        why = visible(without_odd_words(str(error)))
        raise RegistryError(f"{shown}: invalid TOML: {why}") from error
    entries = content.get("variable")
    if not isinstance(entries, list) or set(content) != {"variable"}:
        raise RegistryError(f"{shown}: must contain only [[variable]] tables")
    document = Document(id="user", title=shown, url=None)
    variables = tuple(_variable(entry, shown, document) for entry in entries)
    names = Counter(variable.name for variable in variables)
    if twice := next((name for name, number in names.items() if number > 1), None):
        raise RegistryError(f"{shown}: {visible(twice)} is declared twice")
    return variables


def _variable(entry: Any, path: str, document: Document) -> Variable:
    name = entry.get("name") if isinstance(entry, dict) else None
    if not isinstance(name, str) or not name:
        raise RegistryError(f"{path}: a [[variable]] table has no name")
    if "=" in name or "\0" in name:
        raise RegistryError(f"{path}: {visible(name)}: not a valid variable name")
    where = f"{path}: {visible(name)}"
    rest = {key: value for key, value in entry.items() if key != "name"}
    slug = _take(rest, "section", str, where) or "user"
    known = {key: _take(rest, key, str, where) for key in TEXTS}
    flags = {key: bool(_take(rest, key, bool, where)) for key in FLAGS}
    type_ = _type(_take(rest, "type", str, where) or "text", rest, where)
    return Variable(
        name=name,
        type=type_,
        section=Section(slug, f"{slug[:1].upper()}{slug[1:]}", slug),
        documents=(document,),
        reads=(Read(reader="declared", where=path, default=None),),
        default=known["default"],
        owner=known["owner"] or "user",
        summary=known["summary"] or "",
        details=known["details"] or "",
        example=known["example"],
        replaced_by=known["replaced_by"] or "",
        secret=flags["secret"],
        ambient=flags["ambient"],
        required=flags["required"],
    )


def _type(word: str, rest: dict[str, Any], where: str) -> types.Type:
    made = TYPES.get(word)
    if made is None:
        raise RegistryError(
            f"{where}: unknown type {without_odd_words(repr(word))}; valid types: {', '.join(TYPES)}"
        )
    taken = {name: kind for name, kind in get_type_hints(made).items() if name not in FIXED}
    arguments = {_RENAMED.get(key, key): value for key, value in rest.items()}
    if unknown := sorted(arguments.keys() - taken.keys()):
        known = ", ".join(sorted({*TEXTS, *FLAGS, "section", "type", *map(key_of, taken)}))
        shown = visible(without_odd_words(unknown[0]))
        raise RegistryError(f"{where}: unknown field {shown}; valid fields: {known}")
    if missing := sorted(taken.keys() - arguments.keys() - made._field_defaults.keys()):
        raise RegistryError(f"{where}: type {word} requires the field {key_of(missing[0])}")
    for key, value in arguments.items():
        is_right, kind = _KINDS[taken[key]]
        if not is_right(value):
            raise RegistryError(f"{where}: {key_of(key)} must be {kind}")
        arguments[key] = tuple(value) if isinstance(value, list) else value
    type_: types.Type = made(**arguments)
    return type_


def key_of(field: str) -> str:
    """Return the name of a type's field in the file."""
    return next((key for key, name in _RENAMED.items() if name == field), field)


def _take(rest: dict[str, Any], key: str, kind: type, where: str) -> Any:
    value = rest.pop(key, None)
    if value is not None and not isinstance(value, kind):
        word = "a string" if kind is str else "true or false"
        raise RegistryError(f"{where}: {key} must be {word}")
    return value
