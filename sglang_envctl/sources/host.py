"""This machine: its interfaces and devices, and what it has at some paths, ports and addresses.

Looked at only when somebody asks for it. Nothing is sent and nothing is left behind.
"""

from __future__ import annotations

import errno
import os
import socket
import stat
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["directory", "file", "absent", "hidden"]
"""What is at a path; hidden: nobody may look."""


class Host(NamedTuple):
    """What one machine has, as far as it was asked for."""

    interfaces: tuple[str, ...] = ()
    """Empty where the system does not tell."""
    paths: Mapping[str, Kind] = MappingProxyType({})
    taken: frozenset[int] = frozenset()
    """TCP ports, of those asked for, that something listens on."""
    addresses: frozenset[str] = frozenset()
    """IP addresses, of those asked for, that are this machine's."""
    address: str = ""
    """The address that it has for machines outside; empty without a network."""
    devices: Mapping[str, int] = MappingProxyType({})
    """How many accelerators it has, by the first word of their list's name; none where none are."""


_NODES = {"CUDA": "nvidia", "ASCEND": "davinci"}
"""What the names of the accelerators' device files begin with."""
# Of the range for examples: a datagram socket sends nothing when it is connected.
_OUTSIDE = ("192.0.2.1", 9)


def look(
    paths: Iterable[str] = (), ports: Iterable[int] = (), addresses: Iterable[str] = ()
) -> Host:
    """What this machine has."""
    return Host(
        interfaces=_interfaces(),
        paths={path: _kind(path) for path in paths},
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


def _kind(path: str) -> Kind:
    try:
        mode = os.stat(os.path.expanduser(path)).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "absent"
    except (OSError, ValueError):
        return "hidden"
    return "directory" if stat.S_ISDIR(mode) else "file"


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: what is left of closed connections does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
        return False


def _is_own(address: str) -> bool:
    """Whether a socket can be bound to it, which only a machine's own addresses allow."""
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
        for vendor, stem in _NODES.items()
    }
    return {vendor: count for vendor, count in counts.items() if count}
