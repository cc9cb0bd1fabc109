"""The environment of a running process, as it was when the program was started."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from sglang_envctl.environment import Assignment, Layer, Note, Origin
from sglang_envctl.errors import SourceError, UsageError
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.files import LARGEST
from sglang_envctl.text.escape import visible

AT_EXEC = "at exec"
REMARK = "is the environment at exec: later changes by the program are not visible"

_PROC = "/proc"
_PTRACE = (
    "reading it requires permission to trace it (CAP_SYS_PTRACE; for a container, --cap-add "
    "SYS_PTRACE)"
)
_ZOMBIE = "has ended (a zombie) and no longer has an environment"
_KERNEL_THREAD = "is a kernel thread, which has no environment"


def layers(argument: str, context: Context) -> tuple[Layer, ...]:
    """Return the environment of the process with this number.

    Raises:
        UsageError: the argument is not a process ID.
        SourceError: the process does not exist, or its environment may not be read.
    """
    del context
    label = f"pid:{argument}"
    if not (argument.isascii() and argument.isdigit() and 0 < int(argument[:20]) < 1 << 31):
        shown = visible(label)
        raise UsageError(
            f"{shown}: give the number of a process, as in pid:1234, or ./pid for a file"
        )
    return (layer(int(argument), label, library(label)),)


def library(label: str) -> Any:
    """Import the library that inspects processes.

    Raises:
        SourceError: the library is not installed.
    """
    try:
        return import_module("psutil")
    except ImportError as error:
        raise SourceError(
            f"{label}: reading another process needs psutil: pip install psutil"
        ) from error


def layer(number: int, label: str, psutil: Any) -> Layer:
    """Return the environment of a process.

    Raises:
        SourceError: the process cannot be read.
    """
    from sglang_envctl.sources.sglang import serves

    try:
        process = psutil.Process(number)
        command = process.cmdline()
        if not command:
            ended = process.status() == psutil.STATUS_ZOMBIE
            raise SourceError(f"{label}: {_ZOMBIE if ended else _KERNEL_THREAD}")
        entries = _entries(number, process)
        parent = process.ppid()
    except psutil.ZombieProcess as error:
        raise SourceError(f"{label}: {_ZOMBIE}") from error
    except (psutil.NoSuchProcess, ProcessLookupError, FileNotFoundError) as error:
        raise SourceError(f"{label}: there is no such process") from error
    except (psutil.AccessDenied, PermissionError) as error:
        raise SourceError(f"{label}: may not be read: {_why_not(number, psutil)}") from error
    origin = Origin(label, key=AT_EXEC)
    found: dict[str, Assignment] = {}
    for name, equals, raw in (entry.partition("=") for entry in entries):
        if equals and name:
            found.setdefault(name, Assignment(name, raw, origin))
    if not found:
        raise SourceError(
            f"{label}: has no environment: it was started without one, or its title overwrote it, as in "
            f"SGLang's workers; read the process that started it, pid:{parent}"
        )
    odd = sum(entry.find("=") < 1 for entry in entries)
    notes = (Note("no-value", origin, "", variant="process", facts={"count": odd}),) if odd else ()
    return Layer(
        label,
        "pid",
        tuple(found.values()),
        notes,
        selector=str(number),
        remark=REMARK,
        command=tuple(command) if serves(command) else (),
    )


def _entries(number: int, process: Any) -> list[str]:
    """Return the unchanged entries of an environment; if a name occurs twice, programs use the first."""
    try:
        with open(f"{_PROC}/{number}/environ", "rb") as stream:
            data = stream.read(LARGEST)
    except (FileNotFoundError, NotADirectoryError):
        if os.path.isdir(f"{_PROC}/self"):
            raise
        return [f"{name}={raw}" for name, raw in process.environ().items()]
    return [os.fsdecode(entry) for entry in data.split(b"\0") if entry]


def _why_not(number: int, psutil: Any) -> str:
    """Return why a process may not be read: another user owns it, or a privilege is missing."""
    own = os.geteuid()
    try:
        process = psutil.Process(number)
        foreign, owner = process.uids().real != own, visible(process.username())
    except (psutil.Error, OSError, KeyError):
        foreign, owner = True, "another user"
    if foreign and own:
        return f"it belongs to {owner}; run envctl as its owner or as root"
    return _PTRACE
