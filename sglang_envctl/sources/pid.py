"""The environment of a running process, as it was when the program was started."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.errors import SourceError, UsageError
from sglang_envctl.sources.context import Context
from sglang_envctl.text.escape import visible

AT_EXEC = "at exec"
REMARK = "is the environment at exec: later changes by the program are not visible"

_ZOMBIE = "has ended (a zombie) and no longer has an environment"
_KERNEL_THREAD = "is a kernel thread, which has no environment"


def layers(argument: str, context: Context) -> tuple[Layer, ...]:
    """The environment of the process with this number.

    Raises:
        UsageError: the argument is not a process ID.
        SourceError: there is no such process, or its environment may not be read.
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
    """The library that looks at processes.

    Raises:
        SourceError: it is not installed.
    """
    try:
        return import_module("psutil")
    except ImportError as error:
        fix = "pip install 'sglang-envctl[pid]'"
        raise SourceError(f"{label}: reading another process needs psutil: {fix}") from error


def layer(number: int, label: str, psutil: Any) -> Layer:
    """The environment of a process.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        process = psutil.Process(number)
        command = tuple(process.cmdline())
        if not command:
            ended = process.status() == psutil.STATUS_ZOMBIE
            raise SourceError(f"{label}: {_ZOMBIE if ended else _KERNEL_THREAD}")
        found = process.environ()
        parent = process.ppid()
    except psutil.ZombieProcess as error:
        raise SourceError(f"{label}: {_ZOMBIE}") from error
    except psutil.NoSuchProcess as error:
        raise SourceError(f"{label}: there is no such process") from error
    except (psutil.AccessDenied, PermissionError) as error:
        raise SourceError(f"{label}: may not be read: {_whose(number, psutil)}") from error
    if not found:
        raise SourceError(
            f"{label}: has no environment: it was started without one, or its title overwrote it, as in "
            f"SGLang's workers; read the process that started it, pid:{parent}"
        )
    origin = Origin(label, key=AT_EXEC)
    assignments = tuple(Assignment(name, raw, origin) for name, raw in found.items())
    return Layer(label, "pid", assignments, selector=str(number), remark=REMARK, command=command)


def _whose(number: int, psutil: Any) -> str:
    try:
        owner = visible(psutil.Process(number).username())
    except (psutil.Error, OSError, KeyError):
        return "it belongs to another user"
    return f"it belongs to {owner}; run envctl as its owner"
