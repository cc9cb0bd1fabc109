"""Find the SGLang servers that run on this machine, by their command lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sglang_envctl.environment import Layer
from sglang_envctl.errors import SourceError, UsageError
from sglang_envctl.sources import pid
from sglang_envctl.sources.context import Context
from sglang_envctl.text.escape import visible

LABEL = "sglang"
MODULES = frozenset(
    {
        "sglang.launch_server",
        "sglang.multimodal_gen.runtime.launch_server",
        "sglang_router.launch_server",  # starts servers and a router
    }
)
"""The modules with which `python -m` starts a server. A router is not included, because it reads
other variables.
"""
_COMMANDS = ("sglang", "sglang.cli.main")
_INTERPRETER = r"(?:python|pypy)[\d.]*t?"
_WITH_ARGUMENT = ("-X", "-W", "--check-hash-based-pycs")


def layers(argument: str, context: Context) -> tuple[Layer, ...]:
    """Return the environment of every server, or of the server whose process ID is the argument.

    Raises:
        SourceError: no server is running, or the environment of a server may not be read.
        UsageError: no server has this process ID.
    """
    del context
    label = f"{LABEL}#{visible(argument)}" if argument else LABEL
    psutil = pid.library(label)
    found = sorted(servers(psutil))
    if not found:
        raise SourceError(
            f"{label}: no SGLang server is running here (./{LABEL} names a file or directory)"
        )
    if argument and argument not in map(str, found):
        held = ", ".join(map(str, found))
        raise UsageError(f"{LABEL} has no {visible(argument)}: the servers here are {held}")
    chosen = [number for number in found if argument in ("", str(number))]
    return tuple(pid.layer(number, f"{LABEL}#{number}", psutil) for number in chosen)


def servers(psutil: Any) -> Iterator[int]:
    """Yield the process IDs of the servers, without the copies of itself that a server forks."""
    parents = {
        process.pid: process.info["ppid"]
        for process in psutil.process_iter(["ppid", "cmdline"])
        if serves(process.info["cmdline"] or ())
    }
    return (number for number, parent in parents.items() if parent not in parents)


def serves(command: Sequence[str]) -> bool:
    """Return whether a command line starts an SGLang server, rather than only mentioning it."""
    if not command:
        return False
    program, *rest = command
    if not re.fullmatch(_INTERPRETER, _name(program)):
        return _name(program) == LABEL and rest[:1] == ["serve"]
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option.startswith("-m"):
            module = option[2:] or (rest.pop(0) if rest else "")
            return module in MODULES or (module in _COMMANDS and rest[:1] == ["serve"])
        if option == "-c":
            return False
        if option in _WITH_ARGUMENT and rest:
            rest.pop(0)
    if not rest:
        return False
    script = rest[0].removesuffix(".py").replace("/", ".")
    return (_name(rest[0]) == LABEL and rest[1:2] == ["serve"]) or any(
        script.endswith(f".{module}") or script == module for module in MODULES
    )


def _name(path: str) -> str:
    return path.rpartition("/")[2]
