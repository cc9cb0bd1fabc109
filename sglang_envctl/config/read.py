"""Read a configuration file, and the variables that override it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from sglang_envctl.config import PREFIX, Config, Deployment
from sglang_envctl.config.keys import KEYS, WrongValueError, known
from sglang_envctl.errors import ConfigError, UsageError
from sglang_envctl.sources import FILE_KINDS, PLACES
from sglang_envctl.sources.project_file import ProjectFile
from sglang_envctl.text.escape import visible

OTHERS = ("ENVCTL_CONFIG", "ENVCTL_TRACEBACK")
"""The variables that do not override a key."""

VARIABLES = {
    f"{PREFIX}{key.upper().replace('-', '_')}": key
    for key, entry in KEYS.items()
    if entry.separator is not None
}
"""The keys that a variable can set, by the variable's name."""


def read(file: ProjectFile | None, variables: Mapping[str, str]) -> Config:
    """Return the configuration of a file, if there is one, overridden by the variables.

    Raises:
        ConfigError: the file has an invalid value.
        UsageError: a variable has an invalid value.
    """
    values: dict[str, Any] = _from_file(file) if file else {}
    origins = dict.fromkeys(file.table, file.path) if file else {}
    for name, text in variables.items():
        if name not in OTHERS:
            value = _from_variable(name, text)
            values[KEYS[VARIABLES[name]].field] = value
            origins[VARIABLES[name]] = name
    return Config(file=file.path if file else None, origins=origins, **values)


def _from_file(file: ProjectFile) -> dict[str, Any]:
    base, found = os.path.dirname(file.path), {k: _value(k, v) for k, v in file.table.items()}
    if wrong := [str(value) for value in found.values() if isinstance(value, WrongValueError)]:
        raise ConfigError("\n".join(f"{visible(file.path)}: {problem}" for problem in wrong))
    values: dict[str, Any] = {KEYS[key].field: value for key, value in found.items()}
    values["registries"] = _moved(values.get("registries", ()), base)
    if "baseline" in values:
        values["baseline"] = os.path.join(base, values["baseline"])
    values["environments"] = tuple(_located(d, base) for d in values.get("environments", ()))
    return values


def _value(key: str, value: Any) -> Any:
    """Return the converted value of a key; an error names the key."""
    try:
        return KEYS[known(key, KEYS)].read(value)
    except WrongValueError as error:
        return WrongValueError(f"{key}: {error}") if key in KEYS else error


def _moved(paths: tuple[str, ...], base: str) -> tuple[str, ...]:
    """Return paths relative to the current directory, from paths relative to `base`."""
    return tuple(os.path.join(base, path) for path in paths)


def _located(deployment: Deployment, base: str) -> Deployment:
    sources, layers = (
        tuple(_source(spec, base) for spec in specs)
        for specs in (deployment.sources, deployment.layers)
    )
    return deployment._replace(sources=sources, layers=layers)


def _source(spec: str, base: str) -> str:
    """Return a source relative to the current directory, from a source relative to `base`."""
    first, colon, rest = spec.partition(":")
    if spec == "-" or first.partition("#")[0] in PLACES:
        return spec
    if colon and first in FILE_KINDS:
        return f"{first}:{os.path.join(base, rest)}"
    return os.path.join(base, spec)


def _from_variable(name: str, text: str) -> Any:
    try:
        return KEYS[VARIABLES[known(name, VARIABLES, "variable")]].from_text(text)
    except WrongValueError as error:
        where = f"{name}: " if name in VARIABLES else ""
        raise UsageError(f"{where}{error}") from error
