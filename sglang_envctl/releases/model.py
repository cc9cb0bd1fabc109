"""What the release data says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A run of releases that read a name in one way."""

    since: str
    until: str
    reader: str
    """"srt.bool", "raw.lower-in:1|true", ...: as `sglang_envctl.audit` names them."""
    default: object
    """What the code goes on with when the variable is unset, as a JSON value."""
    default_rule: str
    """The source text of the default when it is not a literal."""
    file: str
    line: int
    """The first place that reads it so, in `until`, the newest release of the run."""
    tests_only: bool = False
    declared_only: bool = False

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class RenameSpan:
    """A run of releases in which a name is deprecated."""

    since: str
    until: str
    old: str
    new: str
    """The name the value is forwarded to, "" if to none."""
    transform: str
    """What happens to the value on the way, in words: "divided by 1000", "inverted"."""
    note: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class ForwardSpan:
    """A run of releases that copy every `SGL_X` to `SGLANG_X`."""

    since: str
    until: str
    old_wins: bool
    """A value of `SGLANG_X` that is there already is replaced."""
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A release that the data knows, and in a short clause why it is this one."""

    release: str
    reason: str
