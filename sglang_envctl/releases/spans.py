"""The record types of the release data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

RenameKind: TypeAlias = Literal[
    "table", "alias", "warning", "warning if true", "refused", "overwritten"
]
"""How a release treats a name that is, in most cases, deprecated:

"table": the value is copied over the new name, and takes precedence if both are set;
"alias": the name is read if the new name is unset (an empty string counts as set);
"warning": there is no new name, and SGLang logs a warning if the name is set;
"warning if true": SGLang logs a warning only if the value is read as true;
"refused": a server does not start if the name is set;
"overwritten": a server sets the variable itself, to a constant or from a command-line option.
"""
TRUE = ("true", "1", "yes", "y")
"""The words that SGLang reads as true, case-insensitively, when it inverts a value."""
TRANSFORMS: dict[str, Callable[[str], str]] = {
    "": str,
    "divided by 1000": lambda text: str(float(text) / 1000),
    "inverted": lambda text: "0" if text.lower() in TRUE else "1",
}
"""The conversions of a value before it is copied to the new name, the same in every known release."""


class Span(NamedTuple):
    """A run of releases that read a name in the same way."""

    since: str
    until: str
    reader: str
    """The name of the reader in `sglang_envctl.audit`: "srt.bool", "raw.lower-in:1|true", ..."""
    default: object
    """The value that the code uses if the variable is unset, as a JSON value."""
    computed: bool
    """Whether `default` is None because the default is computed by the code, or is a longer text.
    """
    default_from: tuple[str, ...]
    """The environment variables in the expression of a computed default."""
    file: str
    line: int
    """The line of the first such read in `until`, the newest release of the run; 0 if unknown."""
    tests_only: bool = False
    declared_only: bool = False

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class RenameSpan(NamedTuple):
    """A run of releases in which a name is deprecated.

    A release first copies the names of its table, then every `SGL_X` to `SGLANG_X`; an alias is
    read later, when the code reads the new name.
    """

    since: str
    until: str
    old: str
    new: str
    """The name that gets the value; empty if there is none."""
    kind: RenameKind
    transform: str
    """The conversion of the value, in words: a key of `TRANSFORMS`, or "computed"."""
    instead: tuple[str, ...]
    """The command-line flags and other variables that the release recommends, some with a value:
    "--grpc-port", "--fp8-gemm-backend=cutlass", "SGLANG_MORI_COMBINE_DTYPE"; "=8" is a constant.
    """
    file: str
    line: int

    @property
    def is_deprecated(self) -> bool:
        """Whether the name itself is deprecated, and not only one of its values."""
        return self.kind != "overwritten"

    @property
    def constant(self) -> str:
        """The value to which a server sets the variable, if always the same; otherwise empty."""
        return next((text[1:] for text in self.instead if text.startswith("=")), "")

    def carried(self, text: str) -> str:
        """Return the value of the new name if the old one has the value `text`.

        Raises ValueError if SGLang does, so that it cannot be imported; LookupError if the
        transform is unknown.
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
