"""Variables that users declare themselves, in a TOML file.

    [[variable]]
    name = "ACME_BATCH"
    type = "int"
    minimum = 1
    summary = "Requests that the gateway sends at once"

`name` is required; `type` is one of TYPES and takes that type's own fields; the rest are fields of
`Variable` that hold text or true and false.
"""

from __future__ import annotations

import sys
from dataclasses import fields
from typing import Any

from sglang_envctl.display import visible
from sglang_envctl.errors import RegistryError
from sglang_envctl.registry import types
from sglang_envctl.registry.model import Document, Read, Section, Variable
from sglang_envctl.sources.files import read_bytes

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
_TEXTS = ("default", "summary", "details", "owner", "example", "replaced_by")
_FLAGS = ("secret", "ambient")
_RENAMED = {"allowed": "options"}


def read(path: str) -> tuple[Variable, ...]:
    """The variables a registry file declares.

    Raises:
        RegistryError: the file cannot be read, is no TOML, or declares something else.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    shown = visible(path)
    try:
        content = tomllib.loads(read_bytes(path).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RegistryError(f"{shown}: is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise RegistryError(f"{shown}: is no TOML: {visible(str(error))}") from error
    entries = content.get("variable")
    if not isinstance(entries, list) or set(content) != {"variable"}:
        raise RegistryError(f"{shown}: declare variables as [[variable]] tables, and nothing else")
    document = Document(id="user", title=shown, url=None)
    return tuple(_variable(entry, shown, document) for entry in entries)


def _variable(entry: Any, path: str, document: Document) -> Variable:
    name = entry.get("name") if isinstance(entry, dict) else None
    if not isinstance(name, str) or not name:
        raise RegistryError(f"{path}: a [[variable]] has no name")
    where = f"{path}: {visible(name)}"
    rest = {key: value for key, value in entry.items() if key != "name"}
    slug = _take(rest, "section", str, where) or "user"
    known = {key: _take(rest, key, str, where) for key in _TEXTS}
    flags = {key: bool(_take(rest, key, bool, where)) for key in _FLAGS}
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
        details=known["details"] or known["summary"] or "",
        example=known["example"],
        replaced_by=known["replaced_by"] or "",
        secret=flags["secret"],
        ambient=flags["ambient"],
    )


def _type(word: str, rest: dict[str, Any], where: str) -> types.Type:
    made = TYPES.get(word)
    if made is None:
        raise RegistryError(f"{where}: no type is called {word!r}; types are {', '.join(TYPES)}")
    taken = {field.name for field in fields(made)} - {"name", "words", "allowed", "item", "url"}
    arguments = {_RENAMED.get(key, key): _frozen(value) for key, value in rest.items()}
    unknown = sorted(arguments.keys() - taken)
    if unknown:
        known = ", ".join(sorted({*_TEXTS, *_FLAGS, "section", "type", *taken}))
        raise RegistryError(f"{where}: unknown field {visible(unknown[0])}; fields are {known}")
    try:
        type_: types.Type = made(**arguments)
        type_.complain("0")
    except TypeError as error:
        message = f"{where}: a field of type {word} is missing or of the wrong kind"
        raise RegistryError(message) from error
    return type_


def _take(rest: dict[str, Any], key: str, kind: type, where: str) -> Any:
    value = rest.pop(key, None)
    if value is not None and not isinstance(value, kind):
        word = "text" if kind is str else "true or false"
        raise RegistryError(f"{where}: {key} must be {word}")
    return value


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
