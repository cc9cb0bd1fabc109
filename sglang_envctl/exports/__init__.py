"""Write an environment as text that a launcher reads: one module per format.

A format has `refusal(name, raw)`, which returns why it cannot represent an assignment, and
`render(snapshot)`. The real consumer reads back exactly what was written, byte for byte; an
assignment for which this is impossible is rejected by name, never changed. A format that lists the
documented variables instead of the environment has `DOCUMENTS = True`; a format with which no
process is started has `ANY_LENGTH = True`. A format that a shell evaluates has `failure(message,
code)`, which returns text that makes the shell fail if the export failed. A format that several
programs read differently has `divergent(snapshot)`, which returns the names with these programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Literal, TypeAlias, get_args

from sglang_envctl.environment import Assignment
from sglang_envctl.errors import ExportError
from sglang_envctl.exports.payload import Snapshot, too_long

Format: TypeAlias = Literal[
    "dotenv",
    "shell",
    "fish",
    "powershell",
    "docker",
    "docker-args",
    "compose",
    "systemd",
    "kubernetes",
    "github",
    "slurm",
    "json",
    "yaml",
    "template",
]
"""The formats in the order in which they are listed; each is a module, with _ for -."""

FORMATS: tuple[str, ...] = get_args(Format)


def documents(form: str) -> bool:
    """Return whether a format lists the documented variables, set or not, instead of the environment."""
    return getattr(_module(form), "DOCUMENTS", False)


def written(snapshot: Snapshot, form: str) -> list[str]:
    """Return the names that are written in a format."""
    entries = snapshot.variables if documents(form) else snapshot.assignments
    return [entry.name for entry in entries]


def write(snapshot: Snapshot, form: str) -> str:
    """Return the text of a format; undecodable bytes are kept as lone surrogates.

    Raises:
        ExportError: the format cannot represent some of the assignments.
    """
    refused = refusals(snapshot.assignments, form)
    if not refused and snapshot.dialects:
        refused = {
            name: f"{' and '.join(wrong)} would read it differently"
            for name, dialects in divergent(snapshot, form).items()
            if (wrong := [dialect for dialect in dialects if dialect in snapshot.dialects])
        }
    if refused:
        raise ExportError(form, refused)
    return render(snapshot, form)


def refusals(assignments: Iterable[Assignment], form: str) -> dict[str, str]:
    """Return why a format cannot represent some of the assignments, by name."""
    module = _module(form)
    unfit = _any_length if getattr(module, "ANY_LENGTH", False) else too_long
    found = (
        (a.name, a.unknown or unfit(a.name, a.raw) or module.refusal(a.name, a.raw))
        for a in assignments
    )
    return {name: why for name, why in found if why}


def divergent(snapshot: Snapshot, form: str) -> Mapping[str, tuple[str, ...]]:
    """Return the names whose values some programs read differently from this format, with these
    programs.
    """
    found: Mapping[str, tuple[str, ...]] = getattr(_module(form), "divergent", lambda _: {})(
        snapshot
    )
    return found


def _any_length(name: str, raw: str) -> str:
    del name, raw
    return ""


def render(snapshot: Snapshot, form: str) -> str:
    """Return the text for assignments that the format can represent; undecodable bytes are kept as
    lone surrogates.
    """
    rendered: str = _module(form).render(snapshot)
    return rendered


def failure(form: str, message: str, code: int) -> str:
    """Return text that makes a shell fail after a failed export; empty if no shell evaluates the
    format.
    """
    if form not in FORMATS:
        return ""
    said: str = getattr(_module(form), "failure", lambda *_: "")(message, code)
    return said


def _module(form: str) -> ModuleType:
    return import_module(f"{__name__}.{form.replace('-', '_')}")
