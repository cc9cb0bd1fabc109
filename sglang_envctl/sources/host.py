"""Inspect this machine: its interfaces and devices, and the state of some paths, ports and
addresses.

The inspection runs only on request, sends nothing and changes nothing on the machine.
"""

from __future__ import annotations

import errno
import os
import socket
import stat
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

PathState: TypeAlias = Literal["directory", "file", "absent", "hidden"]
"""The kind of the object at a path; `hidden` if access is denied."""


class Host(NamedTuple):
    """The requested facts about a machine."""

    interfaces: tuple[str, ...] = ()
    """The network interfaces; empty if the system does not list them."""
    paths: Mapping[str, PathState] = MappingProxyType({})
    taken: frozenset[int] = frozenset()
    """The requested TCP ports that are in use."""
    addresses: frozenset[str] = frozenset()
    """The requested IP addresses that belong to this machine."""
    address: str = ""
    """The address that this machine uses for connections to other machines; empty without a network."""
    devices: Mapping[str, int] = MappingProxyType({})
    """The number of accelerators, by the first word of their variable's name, such as CUDA."""


_DEVICE_FILES = {"CUDA": "nvidia", "ASCEND": "davinci"}
"""The prefixes of the accelerators' device files."""
# An address from the range for documentation; connecting a datagram socket sends nothing.
_OUTSIDE = ("192.0.2.1", 9)
_PER_OBJECT = 100
"""The average number of bytes of a Python object, measured with syntax trees."""


def look(
    paths: Iterable[str] = (), ports: Iterable[int] = (), addresses: Iterable[str] = ()
) -> Host:
    """Return facts about this machine, and about these paths, ports and addresses."""
    return Host(
        interfaces=_interfaces(),
        paths={path: _path_state(path) for path in paths},
        taken=frozenset(filter(_is_taken, ports)),
        addresses=frozenset(filter(_is_own, addresses)),
        address=_address(),
        devices=_devices(),
    )


def _interfaces() -> tuple[str, ...]:
    try:
        return tuple(name for _, name in socket.if_nameindex())
    except OSError:
        return ()


def _path_state(path: str) -> PathState:
    try:
        mode = os.stat(os.path.expanduser(path)).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "absent"
    except (OSError, ValueError):
        return "hidden"
    return "directory" if stat.S_ISDIR(mode) else "file"


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        # Servers set it too, so the remains of closed connections do not count as in use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
        return False


def _is_own(address: str) -> bool:
    """Return whether a socket can be bound to an address, which works only for the machine's own."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except (OSError, ValueError):
        return False
    return True


def _address() -> str:
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(_OUTSIDE)
            return str(probe.getsockname()[0])
    except OSError:
        return ""


def _devices() -> Mapping[str, int]:
    try:
        names = os.listdir("/dev")
    except OSError:
        return {}
    counts = {
        vendor: sum(name.startswith(stem) and name.removeprefix(stem).isdigit() for name in names)
        for vendor, stem in _DEVICE_FILES.items()
    }
    return {vendor: count for vendor, count in counts.items() if count}


def memory_held() -> int:
    """Return the bytes of memory that this process uses; estimated if the system does not report it."""
    with suppress(OSError, ValueError, IndexError), open("/proc/self/statm", "rb") as sizes:
        return int(sizes.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return sys.getallocatedblocks() * _PER_OBJECT
