"""What must not be shown, and what is shown in its place."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sglang_envctl.environment import Assignment, Environment
from sglang_envctl.registry import Registry
from sglang_envctl.text.escape import shorten, visible
from sglang_envctl.text.secrets import has_known_form, looks_secret
from sglang_envctl.text.truth import truth

MASK = "********"
"""The same for every secret, so that it tells neither length nor letters."""

_KEY_BLOCKS = ("-----BEGIN", "LS0tLS1CRUdJTi")  # as it is, and in Base64
# A short text stands in too many values by accident to hide every one of them.
_SHORTEST_EQUAL = 4
_SHORTEST_PART = 8
# What is written where a secret is not needed; others may say the same of something else.
_NO_SECRETS = frozenset({"auto", "default", "dummy", "empty", "none", "null", "test", "unset"})


class Redactor(NamedTuple):
    """Decides what of a value may be shown."""

    names: frozenset[str]
    """Names whose values are secret."""
    equal: frozenset[str]
    parts: Mapping[str, tuple[str, ...]]
    """Texts that may stand in no value, by their first letters."""
    show: bool
    key: bytes

    def masks(self, name: str, raw: str) -> bool:
        """Whether nothing of this value may be shown."""
        if self.show or not raw:
            return False
        if name in self.names or raw in self.equal or self._holds_secret(raw):
            return True
        if any(block in raw for block in _KEY_BLOCKS):
            return True
        return has_known_form(raw)

    def raw(self, name: str, raw: str) -> str:
        """The text itself, or what may be known of it; not made safe to print."""
        if self.masks(name, raw):
            return MASK
        return raw if self.show or "@" not in raw else _without_userinfo(raw)

    def of(self, assignment: Assignment, name: str = "") -> str:
        """As `raw`, for an assignment; why a text is not known may always be shown."""
        if assignment.unknown:
            return assignment.text
        return self.raw(name or assignment.name, assignment.raw)

    def hidden(self, assignments: Iterable[Assignment]) -> frozenset[str]:
        """The names of those of which anything may not be shown."""
        return frozenset(
            a.name for a in assignments if a.name in self.names or self.raw(a.name, a.raw) != a.raw
        )

    def text(self, name: str, raw: str) -> str:
        """The text for people: masked, inert, and not too long."""
        return shorten(visible(self.raw(name, raw)))

    def quoted(self, name: str, raw: str) -> str:
        """`NAME=text` for a message."""
        return f"{visible(name)}={self.text(name, raw)}"

    def json(self, name: str, raw: str, value: object) -> object:
        """A reader's value; a secret's, or one that would show a secret, is masked."""
        if value is None or isinstance(value, bool):
            return value
        shown = self.raw(name, raw)
        if shown == MASK != raw:
            return MASK
        return self._value(name, value, partly=shown != raw)

    def fingerprint(self, raw: str) -> str:
        """Tells same from different within one run, and nothing else."""
        import hmac

        digest = hmac.new(self.key, raw.encode("utf-8", "surrogatepass"), "sha256")
        return f"{MASK} #{digest.hexdigest()[:6]}"

    def _value(self, name: str, value: object, *, partly: bool) -> object:
        """A value made of a text of which a part is hidden where `partly`."""
        if isinstance(value, str):
            shown = self.raw(name, value)
            # A reader may have cut the text where the hidden part is no longer known as such.
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
            raw.startswith(heads[head], i)
            for i in range(len(raw) - _SHORTEST_PART + 1)
            if (head := raw[i : i + _SHORTEST_PART]) in heads
        )


def redactor(
    environments: Iterable[Environment], registry: Registry, *, show: bool = False
) -> Redactor:
    """Gather the secrets of some environments, so that none shows through another name."""
    known = registry.listed
    names = {name for name, entry in known.items() if entry.secret}

    def secret(name: str) -> bool:
        if name in known:
            return known[name].secret or name in names
        return name in names or looks_secret(name)

    values: set[str] = set()
    for environment in environments:
        for layer in environment.layers:
            read = (layer, *layer.readings.values())
            for assignment in (a for each in read for a in each.assignments):
                referred = assignment.references
                if (
                    assignment.confidential
                    or secret(assignment.name)
                    or (referred and any(map(secret, referred)))
                ):
                    names.add(assignment.name)
                    values.update(_spellings(assignment.raw))
    parts: dict[str, list[str]] = {}
    for value in values:
        if len(value) >= _SHORTEST_PART:
            parts.setdefault(value[:_SHORTEST_PART], []).append(value)
    return Redactor(
        names=frozenset(names),
        equal=frozenset(v for v in values if len(v) >= _SHORTEST_EQUAL),
        parts={head: tuple(found) for head, found in parts.items()},
        show=show,
        key=os.urandom(16),
    )


def _spellings(secret: str) -> Iterator[str]:
    """A secret as it may stand in another value; nothing of what says that there is none."""
    bare = secret.strip().strip("\"'").strip()
    if truth(bare) is not None or bare.lower() in _NO_SECRETS:
        return
    yield secret
    yield bare
    if not (secret.isalnum() and secret.isascii()):
        from json import dumps
        from urllib.parse import quote, quote_plus

        data = bare.encode("utf-8", "surrogatepass")
        yield from (dumps(bare)[1:-1], dumps(bare, ensure_ascii=False)[1:-1])
        yield from (quote(data), quote(data, safe=""), quote_plus(data))


def _without_userinfo(text: str) -> str:
    """Every URL's user and password masked, also where they are not encoded as they should be."""
    return "".join(
        _masked(word) if "://" in word and "@" in word else word
        for word in re.split(r"(\s+)", text)
    )


def _masked(word: str) -> str:
    at = word.rfind("@")
    start = word.find("://") + 3
    while 3 <= start <= at:
        end = re.compile(r"[^/?#@:]*").match(word, start).end()  # type: ignore[union-attr]
        host = "." in word[start:end] or word[start:end] == "localhost"
        port = host and re.compile(r":\d{1,5}[/?#,]").match(word, end)
        if word[end] == "@" or (word[end] == ":" and not port):
            return f"{word[:start]}{MASK}{word[at:]}"
        start = word.find("://", start) + 3
    return word
