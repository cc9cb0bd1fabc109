"""What can go wrong, and the exit code that says so."""

from __future__ import annotations


class EnvctlError(Exception):
    """One clear line for the user: what, where, the mend."""

    exit_code = 2


class UsageError(EnvctlError):
    """The command was asked for something that makes no sense."""


class SourceError(EnvctlError):
    """An input could not be read."""

    exit_code = 3


class RegistryError(SourceError):
    """A registry file could not be read or does not declare variables."""
