"""Decide which values must not be shown, and what to show instead."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from sglang_envctl.environment import Assignment, Environment
from sglang_envctl.registry import Registry
from sglang_envctl.text.escape import shorten, visible
from sglang_envctl.text.secrets import (
    has_known_form,
    looks_secret,
    without_tokens,
    without_userinfo,
)
from sglang_envctl.text.truth import truth

MASK = "********"
"""The text shown for every secret; it reveals neither length nor letters."""

_KEY_BLOCKS = ("-----BEGIN", "LS0tLS1CRUdJTi")  # plain, and in Base64
# Short strings are not hidden, because they occur in too many values by coincidence.
_SHORTEST_EQUAL = 4
_SHORTEST_PART = 8
_LONGEST_PART = 64
"""The maximum number of characters of a secret that are searched for, because each length costs a
lookup per character.
"""
# Written where no secret is needed; other variables may have the same value.
_NO_SECRETS = frozenset({"auto", "default", "dummy", "empty", "none", "null", "test", "unset"})


def masked(text: str) -> str:
    """Return a text without tokens, even where a token is a name."""
    return without_tokens(text, MASK)


class Redactor(NamedTuple):
    """A policy that decides which part of a value may be shown."""

    names: frozenset[str]
    """Names whose values are secret."""
    declared: frozenset[str]
    """The names that a registry declares; only those in `names` are secret."""
    equal: frozenset[str]
    parts: Mapping[str, Mapping[int, Collection[str]]]
    """The beginnings of secrets that must not appear within any value, by first letters and by
    length.
    """
    show: bool
    key: bytes

    def is_secret(self, name: str) -> bool:
        """Return whether every value of this name is secret."""
        return name in self.names or (name not in self.declared and looks_secret(name))

    def masks(self, name: str, raw: str) -> bool:
        """Return whether no part of this value may be shown."""
        if self.show or not raw:
            return False
        if self.is_secret(name) or raw in self.equal or self._holds_secret(raw):
            return True
        if any(block in raw for block in _KEY_BLOCKS):
            return True
        return has_known_form(raw)

    def raw(self, name: str, raw: str) -> str:
        """Return the value, masked if necessary; the result is not yet safe to print."""
        if self.masks(name, raw):
            return MASK
        return raw if self.show or "@" not in raw else without_userinfo(raw, MASK)

    def of(self, assignment: Assignment, name: str = "") -> str:
        """Return the masked value of an assignment; the reason for an unknown value may always be
        shown.
        """
        if assignment.unknown:
            return assignment.text
        return self.raw(name or assignment.name, assignment.raw)

    def hidden(self, assignments: Iterable[Assignment]) -> frozenset[str]:
        """Return the names of the assignments that may not be shown in full."""
        return frozenset(
            a.name
            for a in assignments
            if self.is_secret(a.name) or self.raw(a.name, a.raw) != a.raw
        )

    def text(self, name: str, raw: str) -> str:
        """Return the value for users: masked, safe to print, and not too long."""
        return shorten(visible(self.raw(name, raw)))

    def quoted(self, name: str, raw: str) -> str:
        """Return `NAME=value` for a message."""
        return f"{visible(name)}={self.text(name, raw)}"

    def default(self, name: str, value: object) -> object:
        """Return a default, masked if it is a secret; one that means "no secret" may be shown."""
        if isinstance(value, str) and self.is_secret(name):
            return MASK if any(_spellings(value)) and not self.show else value
        return self._value("", value, partly=False)

    def json(self, name: str, raw: str, value: object) -> object:
        """Return a reader's result, masked if it is a secret or would reveal one."""
        if value is None or isinstance(value, bool):
            return value
        shown = self.raw(name, raw)
        if shown == MASK != raw:
            return MASK
        return self._value(name, value, partly=shown != raw)

    def fingerprint(self, raw: str) -> str:
        """Return a mark that shows whether two values are the same within one run, and nothing else."""
        import hmac

        digest = hmac.new(self.key, raw.encode("utf-8", "surrogatepass"), "sha256")
        return f"{MASK} #{digest.hexdigest()[:6]}"

    def _value(self, name: str, value: object, *, partly: bool) -> object:
        """Return the reader's result; with `partly`, masked because a part of the string is hidden."""
        if isinstance(value, str):
            shown = self.raw(name, value)
            # A reader may have cut the string so that the hidden part is no longer recognizable.
            return MASK if partly and shown == value else shown
        if partly:
            return MASK
        if isinstance(value, (list, tuple)):
            return [self._value(name, item, partly=False) for item in value]
        if isinstance(value, dict):
            return {
                self.raw(name, str(key)): self._value(name, item, partly=False)
                for key, item in value.items()
            }
        return value

    def _holds_secret(self, raw: str) -> bool:
        heads = self.parts
        return bool(heads) and any(
            raw[i : i + length] in found
            for i in range(len(raw) - _SHORTEST_PART + 1)
            if (head := raw[i : i + _SHORTEST_PART]) in heads
            for length, found in heads[head].items()
        )


def redactor(
    environments: Iterable[Environment],
    registry: Registry,
    *,
    show: bool = False,
    process: Mapping[str, str] = MappingProxyType({}),
) -> Redactor:
    """Collect the secrets of some environments, so that none is shown under another name.

    Args:
        environments: the environments to show.
        registry: the variables, each declared as secret or not.
        show: whether to show secrets anyway.
        process: the environment of this process, whose secrets may occur in others.
    """
    known = registry.listed
    names = {name for name, entry in known.items() if entry.secret}

    def secret(name: str) -> bool:
        if name in known:
            return known[name].secret or name in names
        return name in names or looks_secret(name)

    values = {form for name, raw in process.items() if secret(name) for form in _spellings(raw)}
    for environment in environments:
        for layer in environment.layers:
            read = (layer, *layer.by_dialect.values())
            for assignment in (a for each in read for a in each.assignments):
                referred = assignment.references
                if (
                    assignment.confidential
                    or secret(assignment.name)
                    or (referred and any(map(secret, referred)))
                ):
                    names.add(assignment.name)
                    values.update(_spellings(assignment.raw))
    return Redactor(
        names=frozenset(names),
        declared=frozenset(known),
        equal=frozenset(v for v in values if len(v) >= _SHORTEST_EQUAL and not _is_number(v)),
        parts=_parts(values),
        show=show,
        key=os.urandom(16),
    )


def _parts(secrets: Iterable[str]) -> Mapping[str, Mapping[int, Collection[str]]]:
    found: dict[str, dict[int, set[str]]] = {}
    for secret in secrets:
        if len(part := secret[:_LONGEST_PART]) >= _SHORTEST_PART:
            by_length = found.setdefault(part[:_SHORTEST_PART], {})
            by_length.setdefault(len(part), set()).add(part)
    return found


def _is_number(value: str) -> bool:
    """Return whether a value is a number that may also be a port, a size or a time."""
    return value.isdigit() and len(value) < _SHORTEST_PART


def _spellings(secret: str) -> Iterator[str]:
    """Yield the forms in which a secret may appear in other values; none if it means "no secret"."""
    bare = secret.strip().strip("\"'").strip()
    if truth(bare) is not None or bare.lower() in _NO_SECRETS:
        return
    yield secret
    yield bare
    if not (secret.isalnum() and secret.isascii()):
        from json import dumps
        from urllib.parse import quote, quote_plus

        for form in {secret, bare}:
            data = form.encode("utf-8", "surrogatepass")
            yield from (dumps(form)[1:-1], dumps(form, ensure_ascii=False)[1:-1])
            yield from (quote(data), quote(data, safe=""), quote_plus(data))
