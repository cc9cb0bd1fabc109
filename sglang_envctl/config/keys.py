"""The keys of a configuration, and their valid values."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple, TypeVar

from sglang_envctl.config import Deployment
from sglang_envctl.registry.types import nearest
from sglang_envctl.rules import SEVERITIES
from sglang_envctl.rules.index import FAMILY_OF
from sglang_envctl.sources.dotenv.dialects import DIALECTS
from sglang_envctl.text.escape import shorten, visible
from sglang_envctl.text.secrets import without_odd_words

Value = TypeVar("Value")


class WrongValueError(ValueError):
    """An invalid value; the message says what is valid, or where the error is."""


class Key(NamedTuple):
    """A key of `[tool.envctl]`."""

    field: str
    """The name of the field in `Config`."""
    read: Callable[[Any], Any]
    """The function that converts a TOML value; raises WrongValueError."""
    separator: str | None = None
    """The separator of words in a variable; empty for a single word, None if no variable sets the
    key.
    """

    def from_text(self, text: str) -> Any:
        """Convert the value of an environment variable to a value of the key."""
        if not self.separator:
            return self.read(text.strip())
        return self.read([word for part in text.split(self.separator) if (word := part.strip())])


def words(value: Any) -> tuple[str, ...]:
    """Return the strings in a value that is a string or a list of strings."""
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        raise WrongValueError("must be a list of strings")
    return tuple(found)


def _path(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise WrongValueError("must be the path of a file")
    return value


def address(value: Any) -> str:
    """Return a valid address of a folder of pages."""
    if not isinstance(value, str) or not re.fullmatch(r"(?:https?|file)://[!-~]+", value):
        raise WrongValueError("must be an address such as https://example.org/envctl/")
    if set(value) & set("?#@\"'<>"):
        raise WrongValueError("must be an address without user, query and fragment")
    return value


def _rules(value: Any) -> tuple[str, ...]:
    return tuple(known(slug, FAMILY_OF, "rule") for slug in words(value))


def _dialects(value: Any) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(known(one, DIALECTS, "dialect") for one in words(value)))
    if len(found) == 1:
        raise WrongValueError("must name two dialects or more")
    return found


def _severity(value: Any) -> str:
    if value not in SEVERITIES:
        raise WrongValueError(f"must be one of {', '.join(SEVERITIES)}")
    return str(value)


def _table(value: Any, read: Callable[[Any], Value]) -> dict[str, Value]:
    if not isinstance(value, dict):
        raise WrongValueError("must be a table")
    return {key: _within(key, read, item) for key, item in value.items()}


def _within(key: str, read: Callable[[Any], Value], value: Any) -> Value:
    try:
        return read(value)
    except WrongValueError as error:
        raise WrongValueError(f"{shorten(visible(key))}: {error}") from error


def _by_file(value: Any) -> dict[str, tuple[str, ...]]:
    return _table(value, _rules)


def _by_rule(value: Any) -> dict[str, str]:
    found = _table(value, _severity)
    return {known(slug, FAMILY_OF, "rule"): severity for slug, severity in found.items()}


def _environments(value: Any) -> tuple[Deployment, ...]:
    if not isinstance(value, list):
        raise WrongValueError("must be [[environments]] tables")
    found = tuple(_environment(entry) for entry in value)
    names = [one.name for one in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise WrongValueError(f"{visible(twice)} is declared twice")
    return found


def _environment(value: Any) -> Deployment:
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(name, str) or not name:
        raise WrongValueError("each environment needs a name")
    fields = ("sources", "layers", "release", "required")
    for key in value.keys() - {"name"}:
        _within(name, lambda key: known(key, fields), key)
    found = {key: _within(f"{name}: {key}", words, value.get(key, [])) for key in fields}
    if not found["sources"] and not found["layers"]:
        raise WrongValueError(f"{shorten(visible(name))}: needs sources or layers")
    return Deployment(name=name, **found)


KEYS: Mapping[str, Key] = {
    "sglang": Key("sglang", words, ","),
    "registries": Key("registries", words, ":"),
    "select": Key("select", _rules, ","),
    "ignore": Key("ignore", _rules, ","),
    "per-file-ignores": Key("per_file_ignores", _by_file),
    "severity": Key("severity", _by_rule),
    "fail-on": Key("fail_on", _severity, ""),
    "dialects": Key("dialects", _dialects, ","),
    "exclude": Key("exclude", words, ","),
    "baseline": Key("baseline", _path, ""),
    "url-base": Key("url_base", address, ""),
    "environments": Key("environments", _environments),
}


def known(word: str, choices: Collection[str], what: str = "key") -> str:
    """Return the word unchanged, if it is one of the choices.

    Raises:
        WrongValueError: the word is not one of the choices.
    """
    if word in choices:
        return word
    guess = nearest(word, tuple(choices))
    fix = f"did you mean {guess}?" if guess else f"{what}s are {', '.join(choices)}"
    if not guess and what == "rule":
        fix = "envctl explain --rules lists the rules"
    raise WrongValueError(
        f"unknown {what} '{shorten(visible(without_odd_words(word)), 60)}'; {fix}"
    )
