"""Locate findings, for programs that show them beside the files of a repository."""

from __future__ import annotations

import os

from sglang_envctl.rules import Finding


def path_of(finding: Finding) -> str | None:
    """Return the path of the file, relative to the current directory if inside; None if there is no
    file.
    """
    file = finding.origin.file
    if file is None:
        return None
    here = os.getcwd()
    path = os.path.normpath(os.path.join(here, file))
    inside = path.startswith(os.path.join(here, ""))
    return os.path.relpath(path, here) if inside else path


def advice(finding: Finding) -> str:
    """Return the message and the help, on one line."""
    return f"{finding.message} ({finding.help})" if finding.help else finding.message
