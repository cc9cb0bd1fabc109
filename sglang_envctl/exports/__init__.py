"""An environment as text that a launcher reads: one module per format.

A format has `refusal(name, raw)`, which says why it cannot carry an assignment, or "", and
`render(snapshot)`. What the real consumer reads back is what was put in, byte for byte; what cannot be
carried like that is refused by name, never changed. A format that writes about the documented
variables, and nothing of the environment, has `DOCUMENTS = True`. One that is evaluated has
`failure(message, code)`: text that fails there, for when there is nothing to evaluate.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from types import ModuleType
from typing import Literal, TypeAlias, get_args

from sglang_envctl.environment import Assignment
from sglang_envctl.errors import ExportError
from sglang_envctl.exports.payload import Snapshot

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
"""The formats in the order in which people see them; each is a module, with _ for -."""

FORMATS: tuple[str, ...] = get_args(Format)


def documents(form: str) -> bool:
    """Whether a format writes about the documented variables, set or not, instead of what is set."""
    return getattr(_module(form), "DOCUMENTS", False)


def written(snapshot: Snapshot, form: str) -> list[str]:
    """The names that a format writes about."""
    entries = snapshot.variables if documents(form) else snapshot.assignments
    return [entry.name for entry in entries]


def write(snapshot: Snapshot, form: str) -> str:
    """The text of a format; bytes are kept as lone surrogates.

    Raises:
        ExportError: the format cannot carry some of the assignments.
    """
    if refused := refusals(snapshot.assignments, form):
        raise ExportError(form, refused)
    return render(snapshot, form)


def refusals(assignments: Iterable[Assignment], form: str) -> dict[str, str]:
    """Why a format cannot carry some of the assignments, by name."""
    refusal = _module(form).refusal
    found = ((a.name, a.unknown or refusal(a.name, a.raw)) for a in assignments)
    return {name: why for name, why in found if why}


def render(snapshot: Snapshot, form: str) -> str:
    """The text, for assignments that the format can carry; bytes are kept as lone surrogates."""
    rendered: str = _module(form).render(snapshot)
    return rendered


def failure(form: str, message: str, code: int) -> str:
    """What to print instead of an environment; "" where empty output sets nothing and runs nothing."""
    if form not in FORMATS:
        return ""
    said: str = getattr(_module(form), "failure", lambda *_: "")(message, code)
    return said


def _module(form: str) -> ModuleType:
    return import_module(f"{__name__}.{form.replace('-', '_')}")
