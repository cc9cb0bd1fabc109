"""Write an environment and the identity of its node as a JSON document that `diff` and `check` read."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import NamedTuple

from sglang_envctl.environment import Environment, Node
from sglang_envctl.errors import UsageError
from sglang_envctl.exports.wanted import Wanted, assignments
from sglang_envctl.nodes.identity import identify, launcher
from sglang_envctl.redaction import MASK, Redactor, redactor
from sglang_envctl.settings import Settings
from sglang_envctl.sources import process
from sglang_envctl.text.escape import visible
from sglang_envctl.text.json import dump
from sglang_envctl.text.secrets import looks_secret


class Taken(NamedTuple):
    """A snapshot that was taken."""

    text: str
    node: Node
    process: str
    """The ID of the process; empty if the environment is not from a process."""
    variables: int
    masked: int
    """The number of variables whose value is masked."""

    @property
    def summary(self) -> str:
        """One line for the end of a run."""
        number = self.variables
        left_out = f", {self.masked} without the value" if self.masked else ""
        return f"{number} variable{'s' * (number != 1)} taken{left_out}"


def take(
    settings: Settings, *, key: bytes = b"", release: str = "", show_secrets: bool = False
) -> Taken:
    """Take a snapshot of an environment; from this machine, only names that envctl knows are
    included.

    Args:
        settings: the environment, and the release to check it against by default.
        key: the key for fingerprints, which show whether secrets are equal; empty for no
            fingerprints.
        release: the SGLang release that is installed on this machine.
        show_secrets: whether to include secrets.
    """
    environment = settings.environment
    hide = redactor([environment], settings.registry, show=show_secrets, process=process.snapshot())
    found = [a for a in assignments(settings, Wanted(), defaults=False) if not a.unknown]
    hidden = frozenset() if show_secrets else hide.hidden(found)
    masked = {a.name: _fingerprint(a.raw, key) for a in found if a.name in hidden}
    node = environment.node or _node(environment, release)
    text = dump(
        release=settings.release,
        node={
            **{what: word or None for what, word in node._asdict().items()},
            "launcher": launcher({n: hide.of(a) for n, a in environment.effective.items()}),
            "command": list(_masked(environment.command, hide)),
            "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        },
        settings=[{"name": a.name, "raw": a.raw} for a in found if a.name not in hidden],
        masked=masked,
    )
    return Taken(text, node, environment.layers[-1].selector, len(found), len(masked))


def _node(environment: Environment, release: str) -> Node:
    """Return the node of an environment; an environment of this machine gets its host name."""
    here = not environment.layers[-1].explicit
    return identify(
        {name: a.raw for name, a in environment.effective.items()},
        environment.command,
        host=os.uname().nodename if here else "",
        release=release if here else "",
    )


def _fingerprint(raw: str, key: bytes) -> str:
    if not key:
        return ""
    digest = hmac.new(key, raw.encode("utf-8", "surrogatepass"), "sha256")
    return f"#{digest.hexdigest()[:12]}"


def _masked(command: Sequence[str], redactor: Redactor) -> Iterable[str]:
    """Yield the words of a command, without the values of options such as `--api-key` and words
    that look secret.
    """
    secret_follows = False
    for word in command:
        option, equals, value = word.partition("=")
        is_secret = option.startswith("-") and looks_secret(option.lstrip("-").replace("-", "_"))
        if redactor.show:
            yield word
        elif secret_follows:
            yield MASK
        elif is_secret and equals:
            yield f"{option}={MASK}"
        else:
            # Only the value of an option; the signature of a URL follows a name of its own.
            named = equals and option.startswith("-")
            yield f"{option}={redactor.raw('', value)}" if named else redactor.raw("", word)
        secret_follows = is_secret and not equals


def file_name(pattern: str, taken: Taken) -> str:
    """Return a file name with %h (host), %r (rank), %p (process ID) and %% filled in.

    Raises:
        UsageError: the name contains another %, or a value is unknown.
    """
    known: Mapping[str, tuple[str, str]] = {
        "%": ("%", ""),
        "h": (taken.node.host, "host"),
        "r": (taken.node.rank, "rank"),
        "p": (taken.process, "process ID"),
    }
    parts = pattern.split("%")
    name, rest = parts[0], iter(parts[1:])
    for part in rest:
        letter = part[:1] or "%"
        if letter not in known:
            raise UsageError(f"--output: %{visible(letter)} is not one of %h, %r, %p and %%")
        value, what = known[letter]
        if not value:
            raise UsageError(f"--output: %{letter} cannot be filled in: the {what} is not known")
        name += value.replace("/", "_") + (part[1:] if part else next(rest, ""))
    return name
