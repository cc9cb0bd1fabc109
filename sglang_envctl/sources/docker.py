"""The JSON that Docker prints: `docker inspect` and `docker compose config --format json`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.errors import NoEnvironmentError, SourceError
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.json.lines import LineString, ShapeError, load
from sglang_envctl.text.escape import visible

_INSPECTED = rb"\s*\[?\s*\{\s*\"(?:Id|RepoTags)\"\s*:|\s*\[\s*\]\s*\Z"
_SERVICES = rb"\s*\{(?s:.*)\"services\"\s*:\s*\{"
# Compose doubles every dollar that it prints; a single one starts a reference.
_REFERENCE = r"(?<!\$)(?:\$\$)*\$(?=[A-Za-z_{])"


_NOT_OURS = "JSON without an environment"


class _Entry(NamedTuple):
    """One assignment in Docker's output; `raw` is None for a name without a value."""

    name: str
    raw: object
    key: str
    line: int | None


def matches(path: str, head: bytes) -> bool:
    """Return whether a file looks like Docker's output about containers, images or services."""
    del path
    has_services = b'"services"' in head and re.match(_SERVICES, head)
    return bool(has_services or re.match(_INSPECTED, head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return one environment per container, image or service.

    Raises:
        NoEnvironmentError: the file describes something else.
        SourceError: the file is not JSON.
    """
    document = load(path, data)
    if isinstance(document, dict) and isinstance(document.get("services"), dict):
        if any(map(_is_of_others, document["services"].values())):
            from sglang_envctl.sources import mappings

            return mappings.layers(path, data, context)
        found = [
            _layer(path, str(name), _of_service(str(name), service), composed=True)
            for name, service in document["services"].items()
        ]
        found = _told(found, path, data) if b"SGL" in data else found
    else:
        objects = document if isinstance(document, list) else [document]
        found = [
            _layer(path, _name(item, i), _of_object(item, i)) for i, item in enumerate(objects)
        ]
    if not found:
        shown = visible(path)
        what = "describes no container, image or service: it is empty"
        raise NoEnvironmentError(f"{shown}: {what}", _NOT_OURS)
    return tuple(found)


def _told(found: list[Layer], path: str, data: bytes) -> list[Layer]:
    """Return the environments with notes about the places that Compose passes to no service."""
    from sglang_envctl.sources.json.tree import load as load_tree
    from sglang_envctl.sources.yaml.unread import told

    try:
        stream = load_tree(data, path)
    except SourceError:
        return found
    return [*told(found, stream.documents, stream.text, path, of_compose=True)]


def _is_of_others(service: object) -> bool:
    """Return whether a service is that of a file of another program."""
    from sglang_envctl.sources.compose.service import is_of_others

    return isinstance(service, dict) and is_of_others(service.keys())


def _name(item: object, index: int) -> str:
    """Return a container's name, an image's first tag, or its ID, shortened as Docker does."""
    if not isinstance(item, dict):
        return str(index)
    tags = item.get("RepoTags")
    name = item.get("Name") or (tags[0] if isinstance(tags, list) and tags else "")
    return str(name).lstrip("/") or str(item.get("Id", index)).removeprefix("sha256:")[:12]


def _of_object(item: object, index: int) -> Iterator[_Entry]:
    config = item.get("Config") if isinstance(item, dict) else None
    env = config.get("Env", []) if isinstance(config, dict) else ""
    if not isinstance(env, (list, type(None))):
        raise ShapeError("is JSON, but not from docker inspect or docker compose config")
    yield from _of_list(env or [], f"[{index}].Config.Env")


def _of_service(name: str, service: object) -> Iterator[_Entry]:
    env = service.get("environment") if isinstance(service, dict) else ""
    where = f"services.{name}.environment"
    if isinstance(env, dict):
        for key, value in env.items():
            line = value.line if isinstance(value, LineString) else None
            yield _Entry(key, value, f"{where}.{key}", line)
    elif isinstance(env, (list, type(None))):
        yield from _of_list(env or [], where)
    else:
        raise ShapeError(f"is JSON, but services.{visible(name)} is not a service")


def _of_list(env: list[object], where: str) -> Iterator[_Entry]:
    for i, item in enumerate(env):
        if not isinstance(item, LineString):
            raise ShapeError(f"{where}[{i}] is not a string")
        name, equals, raw = item.partition("=")
        yield _Entry(name, raw if equals else None, f"{where}[{i}]", item.line)


def _layer(path: str, name: str, entries: Iterator[_Entry], *, composed: bool = False) -> Layer:
    label = f"{path}#{name}"
    try:
        found = tuple(_assignment(entry, path, label, composed=composed) for entry in entries)
    except ShapeError as error:
        raise NoEnvironmentError(f"{visible(path)}: {error}", _NOT_OURS) from error
    return Layer(label, "docker", found, selector=name)


def _assignment(entry: _Entry, path: str, label: str, *, composed: bool) -> Assignment:
    name, raw, key, line = entry
    origin = Origin(label, path, line, key)
    if raw is None:
        return Assignment(name, "", origin, unknown="taken from the shell that starts it")
    if not isinstance(raw, str):
        return Assignment(name, "", origin, unknown="not a string in the file")
    value = str(raw)
    if composed and "$" in value:
        if re.search(_REFERENCE, value):
            return Assignment(name, "", origin, unknown="holds a reference that Compose resolves")
        value = value.replace("$$", "$")
    return Assignment(name, value, origin)
