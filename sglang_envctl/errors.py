"""Errors and their exit codes."""

from __future__ import annotations


class EnvctlError(Exception):
    """One clear line for the user: what, where, and the fix."""

    exit_code = 2


class UsageError(EnvctlError):
    """The command line is wrong."""


class SourceError(EnvctlError):
    """An input could not be read."""

    exit_code = 3


class RegistryError(SourceError):
    """A registry file could not be read or does not declare variables."""
