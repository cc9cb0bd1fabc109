"""The records of the release data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

RenameKind: TypeAlias = Literal[
    "table", "alias", "warning", "warning if true", "refused", "overwritten"
]
"""How a release treats the value of a name, deprecated for the most part:

"table": the value is copied over the new name, and wins where both are set;
"alias": it counts where the new name is unset (an empty string counts as set);
"warning": there is no new name, and SGLang logs a warning where the old one is set;
"warning if true": the same, only where its value is read as true;
"refused": a server does not start where it is set;
"overwritten": a server sets it itself, to a constant or from an option of its command line.
"""
TRUE = ("true", "1", "yes", "y")
"""The words that SGLang reads as true, case-insensitively, when it inverts a value."""
TRANSFORMS: dict[str, Callable[[str], str]] = {
    "": str,
    "divided by 1000": lambda text: str(float(text) / 1000),
    "inverted": lambda text: "0" if text.lower() in TRUE else "1",
}
"""The conversions of a value before it gets to the new name, as in every release so far."""


class Span(NamedTuple):
    """A run of releases that read a name in one way."""

    since: str
    until: str
    reader: str
    """"srt.bool", "raw.lower-in:1|true", ...: as `sglang_envctl.audit` names them."""
    default: object
    """The value that the code uses if the variable is unset, as a JSON value."""
    computed: bool
    """Whether the code computes the default when it runs, or the default is a longer text;
    `default` is then None.
    """
    default_from: tuple[str, ...]
    """The environment variables that a computed default depends on, as far as one expression says."""
    file: str
    line: int
    """The first place that reads it so in `until`, the newest release of the run; 0 if it is
    not known.
    """
    tests_only: bool = False
    declared_only: bool = False

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class RenameSpan(NamedTuple):
    """A run of releases in which a name is deprecated.

    A release first copies the names of its table, then every `SGL_X` to `SGLANG_X`; an alias is
    looked at later, by the code that asks for the new name.
    """

    since: str
    until: str
    old: str
    new: str
    """The name that gets the value, "" if there is none."""
    kind: RenameKind
    transform: str
    """The conversion of the value, in words: a key of `TRANSFORMS`, or "computed"."""
    instead: tuple[str, ...]
    """The command-line flags and other variables that the release says to use, some with a value:
    "--grpc-port", "--fp8-gemm-backend=cutlass", "SGLANG_MORI_COMBINE_DTYPE"; "=8" is a constant."""
    file: str
    line: int

    @property
    def is_deprecated(self) -> bool:
        """Whether the name itself is deprecated, rather than its value."""
        return self.kind != "overwritten"

    @property
    def constant(self) -> str:
        """The value that a server overwrites it with, if that is always the same."""
        return next((text[1:] for text in self.instead if text.startswith("=")), "")

    def carried(self, text: str) -> str:
        """Return the value of the new name if the old one has the value `text`.

        Raises ValueError where SGLang does, and cannot be imported; LookupError if the transform
        is none that is known.
        """
        return TRANSFORMS[self.transform](text)


class ForwardSpan(NamedTuple):
    """A run of releases that copy every `SGL_X` to `SGLANG_X`."""

    since: str
    until: str
    old_wins: bool
    """Whether an existing value of `SGLANG_X` is replaced."""
    file: str
    line: int
