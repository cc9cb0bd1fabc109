"""The errors of envctl and their exit codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sglang_envctl.text.escape import visible


class EnvctlError(Exception):
    """An error that is one clear line for the user: what, where, and the fix."""

    exit_code = 2

    @property
    def lines(self) -> tuple[str, ...]:
        """The message, a line for each problem."""
        return (str(self),)


class UsageError(EnvctlError):
    """The command line is wrong."""


class SeveralEnvironmentsError(UsageError):
    """A source contains several environments, but must contain exactly one."""


class SourceError(EnvctlError):
    """An error about an input that could not be read."""

    exit_code = 3


class RegistryError(SourceError):
    """A registry file could not be read or does not declare variables."""


class ConfigError(SourceError):
    """A configuration file could not be read or has an invalid content, one problem per line."""

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(str(self).split("\n"))


class Unreadable(NamedTuple):
    """An input that could not be read, as a value, so that the other inputs are still read."""

    source: str
    reason: str

    @classmethod
    def of(cls, source: str, error: SourceError) -> Unreadable:
        """Convert an error, and remove the name of the source from the beginning of the message."""
        return cls(source, str(error).removeprefix(f"{visible(source)}: "))

    def __str__(self) -> str:
        return f"{visible(self.source)}: {self.reason}"


class UnreadableError(SourceError):
    """Several inputs could not be read."""

    def __init__(self, problems: Iterable[Unreadable]) -> None:
        self._lines = tuple(map(str, problems))
        super().__init__("; ".join(self._lines))

    @property
    def lines(self) -> tuple[str, ...]:
        return self._lines


class PartlyReadError(SourceError):
    """A part of an input could not be read."""

    def __init__(self, found: tuple[Any, ...], problems: Iterable[Unreadable]) -> None:
        self.found = found
        """The layers that could be read."""
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


class EmptyError(SourceError):
    """An input is empty."""


class NoEnvironmentError(SourceError):
    """An input contains no environment in a format that envctl supports."""

    def __init__(self, message: str, what: str) -> None:
        super().__init__(message)
        self.what = what
        """The kind of the input, for a list of the inputs that were skipped."""


class CheckFailedError(EnvctlError):
    """The check found errors."""

    exit_code = 1


class ExportError(EnvctlError, ValueError):
    """An export that fails because the format cannot represent some assignments."""

    exit_code = 1

    def __init__(self, form: str, refused: Mapping[str, str]) -> None:
        self.reasons = tuple(
            f"{visible(name)} cannot be written as {form}: {why}" for name, why in refused.items()
        )
        """One line per rejected name."""
        super().__init__("; ".join(self.reasons))

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(f"nothing written: {reason}" for reason in self.reasons)
