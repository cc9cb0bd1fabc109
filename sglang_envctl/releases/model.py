"""What the release data says."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A run of releases that read a name in one way."""

    since: str
    until: str
    reader: str
    """"srt.bool", "raw.lower-in:1|true", ...: as `sglang_envctl.audit` names them."""
    default: object
    """What the code goes on with when the variable is unset, as a JSON value."""
    computed: bool
    """The code works the default out when it runs, or it is a longer text: `default` is None."""
    default_from: tuple[str, ...]
    """The environment variables that a computed default is made of, as far as one expression says."""
    file: str
    line: int
    """The first place that reads it so, in `until`, the newest release of the run."""
    tests_only: bool = False
    declared_only: bool = False

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


class RenameSpan(NamedTuple):
    """A run of releases in which a name is deprecated."""

    since: str
    until: str
    old: str
    new: str
    """The name the value is forwarded to, "" if to none."""
    transform: str
    """What happens to the value on the way, in words: "divided by 1000", "inverted"."""
    instead: tuple[str, ...]
    """The command-line flags and other variables that the release says to use, some with a value:
    "--grpc-port", "--fp8-gemm-backend=cutlass", "SGLANG_MORI_COMBINE_DTYPE"."""
    file: str
    line: int


class ForwardSpan(NamedTuple):
    """A run of releases that copy every `SGL_X` to `SGLANG_X`."""

    since: str
    until: str
    old_wins: bool
    """A value of `SGLANG_X` that is there already is replaced."""
    file: str
    line: int


class Judged(NamedTuple):
    """A release that the data knows, and in a short clause why it is this one."""

    release: str
    reason: str
