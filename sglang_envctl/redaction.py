"""What must not be shown, and what is shown in its place."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sglang_envctl.display import shorten, visible
from sglang_envctl.environment import Environment
from sglang_envctl.registry import Registry

MASK = "********"
"""The same for every secret, so that it tells neither length nor letters."""

# Patterns are compiled on first use; most runs never get past the words before them.
_SECRET_WORDS = ("TOKEN", "SECRET", "PASS", "PWD", "CREDENTIAL", "KEY", "WEBHOOK", "DSN")
_SECRET_NAME = (  # noqa: S105
    r"(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PWD|CREDENTIALS?|API_?KEY"
    r"|ACCESS_KEY(?:_ID)?|PRIVATE_KEY|SSH_KEY|AUTH_KEY|ENCRYPTION_KEY|SIGNING_KEY|MASTER_KEY"
    r"|LICENSE_KEY|DEPLOY_KEY|WEBHOOK|DSN)(?:_|S?$)"
)
# Names that speak of tokens as units of text, or of the shell's own working directory.
_NOT_SECRET_NAME = (  # noqa: S105
    r"(?:^|_)(?:MAX|MIN|NUM|N|TOTAL|PER|EXTRA|CHUNK\w*|PREFILL\w*|DISPATCH)_?TOKENS?"
    r"|TOKENS?_(?:PER|LIMIT|BUDGET|COUNT|NUM|SIZE|LEN\w*|RATIO|WEIGHT|CAPACITY)"
    r"|TOKENIZER|^(?:OLD)?PWD$"
)
_USERINFO = r"(\b[A-Za-z][A-Za-z0-9+.-]*://)([^\s/?#@]*:[^\s/?#]*|[^\s/?#@]+)@"
_KNOWN_FORM = (
    r"\b(?:hf_[A-Za-z0-9]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}"
    r"|AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|sk-[\w-]{16,}|xox[abpr]-[\w-]{10,}"
    r"|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+)"
)
_SHORTEST_KNOWN_FORM = 15
# A short text stands in too many values by accident to hide every one of them.
_SHORTEST_EQUAL = 4
_SHORTEST_PART = 8


def looks_secret(name: str) -> bool:
    """Whether a name that nothing declares speaks of a secret."""
    name = name.upper()
    if not any(word in name for word in _SECRET_WORDS):
        return False
    return bool(re.search(_SECRET_NAME, name)) and not re.search(_NOT_SECRET_NAME, name)


@dataclass(frozen=True, slots=True)
class Redactor:
    """Decides what of a value may be shown."""

    names: frozenset[str]
    """Names whose values are secret."""
    equal: frozenset[str]
    parts: tuple[str, ...]
    show: bool
    key: bytes

    def masks(self, name: str, raw: str) -> bool:
        """Whether nothing of this value may be shown."""
        if self.show or not raw:
            return False
        if name in self.names or raw in self.equal or any(part in raw for part in self.parts):
            return True
        if "-----BEGIN" in raw:
            return True
        return len(raw) >= _SHORTEST_KNOWN_FORM and bool(re.search(_KNOWN_FORM, raw))

    def raw(self, name: str, raw: str) -> str:
        """The text itself, or what may be known of it; not made safe to print."""
        if self.masks(name, raw):
            return MASK
        return raw if self.show or "@" not in raw else re.sub(_USERINFO, rf"\1{MASK}@", raw)

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
        if self.masks(name, raw):
            return MASK
        if isinstance(value, str):
            return self.raw(name, value)
        if isinstance(value, list):
            return [self.json(name, raw, item) for item in value]
        if isinstance(value, dict):
            return {self.raw(name, str(k)): self.json(name, raw, v) for k, v in value.items()}
        return value

    def fingerprint(self, raw: str) -> str:
        """Tells same from different within one run, and nothing else."""
        import hmac

        digest = hmac.new(self.key, raw.encode("utf-8", "surrogateescape"), "sha256")
        return f"{MASK} #{digest.hexdigest()[:6]}"


def redactor(
    environments: Iterable[Environment], registry: Registry, *, show: bool = False
) -> Redactor:
    """Gather the secrets of some environments, so that none shows through another name."""
    names = {v.name for v in registry.variables if v.secret}
    values: set[str] = set()
    for environment in environments:
        for layer in environment.layers:
            for assignment in layer.assignments:
                known = registry.find(assignment.name)
                if (known.secret if known else looks_secret(assignment.name)) or any(
                    map(looks_secret, assignment.references)
                ):
                    names.add(assignment.name)
                    values.add(assignment.raw)
    return Redactor(
        names=frozenset(names),
        equal=frozenset(v for v in values if len(v) >= _SHORTEST_EQUAL),
        parts=tuple(sorted(v for v in values if len(v) >= _SHORTEST_PART)),
        show=show,
        key=os.urandom(16),
    )
