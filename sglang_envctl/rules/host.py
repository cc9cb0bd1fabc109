"""Report parts of a machine that an environment names but this machine does not have. Runs only
with --host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.environment import Assignment, Origin
from sglang_envctl.registry.types import Path
from sglang_envctl.rules import devices, network, proxies
from sglang_envctl.rules.known.command import Command
from sglang_envctl.rules.rule import Finding, Rule, Severity, Subject
from sglang_envctl.settings import Setting, Settings
from sglang_envctl.text.escape import shorten, visible

if TYPE_CHECKING:
    from sglang_envctl.sources.host import Host

INTERFACE_ABSENT = Rule(
    slug="interface-absent",
    severity="error",
    summary="An interface that this host does not have (checked only with --host)",
    why=(
        "The name comes from another machine: the same network may be on eth0 on one host and on "
        "ens1f0 or bond0 on another. Gloo fails with 'Unable to find address' and NCCL with 'no "
        "socket interface found', often on only one of the nodes."
    ),
    fix="Set the variable to an interface of this host; ip -brief address lists them.",
    wrong="NCCL_SOCKET_IFNAME=eth7\n",
    right="NCCL_SOCKET_IFNAME=eth0\n",
)
PATH_ON_HOST = Rule(
    slug="path-on-host",
    severity="error",
    summary="A path missing on this host or of the wrong kind (checked only with --host)",
    why=(
        "Using a file as a directory, or a directory as a file, fails on first use. A missing "
        "path is at most a warning, because the server may create it."
    ),
    fix="Correct the path, or create the file or directory.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/etc/hostname\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\n",
)
PORT_TAKEN = Rule(
    slug="port-taken",
    severity="warning",
    summary="A port that is already in use on this host (checked only with --host)",
    why=(
        "The server cannot listen on the port: it fails at startup, or clients reach another "
        "program."
    ),
    fix=(
        "Choose a free port, or stop the program that uses the port, unless it is the server "
        "itself."
    ),
    wrong="# envctl: ignore[undocumented]\nSGLANG_GRPC_PORT=22\n",
    right="# envctl: ignore[undocumented]\nSGLANG_GRPC_PORT=30100\n",
)
ADDRESS_ELSEWHERE = Rule(
    slug="address-elsewhere",
    severity="error",
    summary="A host address that this host does not have (checked only with --host)",
    why=(
        "SGLang announces the address to the other nodes and listens on it. If the address was "
        "copied from another node, the other nodes connect to the wrong machine."
    ),
    fix="Write the address of this host, or remove the line so that SGLang detects the address.",
    wrong="SGLANG_HOST_IP=10.0.0.6\n",
    right="SGLANG_HOST_IP=10.0.0.5\n",
)
DEVICE_ABSENT = Rule(
    slug="device-absent",
    severity="error",
    summary="A device that this host does not have (checked only with --host)",
    why=(
        "Devices are numbered from 0. CUDA silently ignores the first entry that does not exist "
        "and all entries after it."
    ),
    fix="Write the numbers of existing devices; nvidia-smi -L lists them.",
    wrong="CUDA_VISIBLE_DEVICES=8\n",
    right="CUDA_VISIBLE_DEVICES=7\n",
)
INTERFACES_MATCHED = Rule(
    slug="interfaces-matched",
    severity="info",
    summary="A prefix that matches several interfaces of this host (checked only with --host)",
    why=(
        "NCCL and HCCL read a name as a prefix: eth matches eth0 and eth1. The connections then "
        "use all of these interfaces, or only the first, which may be in the wrong network."
    ),
    fix=(
        "Write the full name of the interface. If other interface names begin with it, put = "
        "before it, for example =eth1."
    ),
    wrong="NCCL_SOCKET_IFNAME=eth\n",
    right="NCCL_SOCKET_IFNAME==eth0\n",
)
OWN_ADDRESS_PROXIED = Rule(
    slug="own-address-proxied",
    severity="info",
    summary="A proxy that handles requests to this host's address (checked only with --host)",
    why=(
        "Prefill and decode servers register with each other over HTTP, by address. The requests "
        "fail if they go through a proxy that cannot reach the servers' network."
    ),
    fix="Add the addresses of the nodes to no_proxy.",
    wrong="http_proxy=http://proxy:3128\nno_proxy=localhost,127.0.0.1\n",
    right="http_proxy=http://proxy:3128\nno_proxy=localhost,127.0.0.1,10.0.0.5\n",
)

RULES = (
    INTERFACE_ABSENT,
    PATH_ON_HOST,
    PORT_TAKEN,
    ADDRESS_ELSEWHERE,
    DEVICE_ABSENT,
    INTERFACES_MATCHED,
    OWN_ADDRESS_PROXIED,
)
LOOKS_AT = ("--host",)

_EXACT = (*network.EXACT, "SGLANG_LOCAL_IP_NIC")
_PORTS = ("SGLANG_GRPC_PORT",)
_ADDRESSES = ("SGLANG_HOST_IP", "HOST_IP")
_DEVICES = {"CUDA_VISIBLE_DEVICES": "CUDA", "ASCEND_RT_VISIBLE_DEVICES": "ASCEND"}
_ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]+"
_CONTAINERS = ("compose", "kubernetes", "dockerfile", "docker")
"""The kinds of sources that have their own interfaces and paths, not those of this machine."""


class Named(NamedTuple):
    """The parts of a machine that must be inspected."""

    paths: tuple[str, ...]
    ports: tuple[int, ...]
    addresses: tuple[str, ...]


def named(settings: Settings) -> Named:
    """Return the parts of its machine that an environment names."""
    subject = _Here(settings)
    paths = [path for _, path in subject.paths()]
    return Named(
        tuple(dict.fromkeys((*paths, *map(_parent, paths)))),
        tuple(port for _, port in subject.ports()),
        tuple(a.raw.strip() for a in subject.addresses()),
    )


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about missing parts of this machine; none without --host."""
    host = subject.host
    if host is None:
        return
    here = _Here(subject.settings)
    yield from _interfaces(here, host)
    for setting, path in here.paths():
        yield from _path(setting, path, host)
    for assignment, port in here.ports():
        if port in host.taken:
            message = f"port {port} is already in use on this host"
            yield PORT_TAKEN.at(assignment.origin, assignment.name, message, "choose a free port")
    for assignment in here.addresses():
        if assignment.raw.strip() not in host.addresses:
            own = f", which has {host.address}" if host.address else ""
            message = f"not an address of this host{own}"
            yield ADDRESS_ELSEWHERE.at(assignment.origin, assignment.name, message)
    yield from _devices(here, host)
    yield from _ranks(subject, host)
    yield from _proxy(subject, host)


class _Here:
    """The settings that refer to the machine, and not to a container on the machine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        layers = settings.environment.layers
        inside = (layer for layer in layers if layer.kind in _CONTAINERS)
        self._inside = {a.origin for layer in inside for a in layer.assignments}
        self._running = any(layer.kind == "pid" for layer in layers)

    def text(self, name: str) -> Assignment | None:
        found = self._settings.texts.get(name)
        if found is None or found.unknown or not found.raw.strip():
            return None
        return None if found.origin in self._inside else found

    def paths(self) -> Iterator[tuple[Setting, str]]:
        for setting in self._settings:
            kind, text = setting.variable.type, self.text(setting.name)
            if not isinstance(kind, Path) or text is None or setting.not_read:
                continue
            if setting.switched_off or text.raw in kind.words_allowed:
                continue
            literal = text.raw.startswith("~") and not kind.expands_home
            if not literal and not (kind.placeholder and kind.placeholder in text.raw):
                yield setting, text.raw

    def ports(self) -> Iterator[tuple[Assignment, int]]:
        for name in _PORTS:
            # The ports of a running server are in use by the server itself.
            if (found := self.text(name)) and not self._running:
                port = found.raw.strip()
                if port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536:
                    yield found, int(port)

    def addresses(self) -> Iterator[Assignment]:
        for name in _ADDRESSES:
            if (found := self.text(name)) and re.fullmatch(_ADDRESS, found.raw.strip()):
                yield found


def _parent(path: str) -> str:
    parent = path.rstrip("/").rpartition("/")[0]
    return parent or ("/" if path.startswith("/") else ".")


def _interfaces(here: _Here, host: Host) -> Iterator[Finding]:
    if not host.interfaces:
        return
    help_ = f"it has {shorten(visible(', '.join(host.interfaces)), 80)}"
    for name in (*network.MATCHING, *_EXACT):
        found = here.text(name)
        if found and name in network.MATCHING:
            yield from _ambiguous(found, host.interfaces)
        if found is None or (missing := _missing(found, host.interfaces)) is None:
            continue
        shown = shorten(visible(missing.lstrip("=")), 40)
        how = (
            "begins with"
            if name in network.MATCHING and not missing.startswith("=")
            else "is called"
        )
        message = f"this host has no interface that {how} '{shown}'"
        yield INTERFACE_ABSENT.at(found.origin, name, message, help_)


def _ambiguous(found: Assignment, interfaces: tuple[str, ...]) -> Iterator[Finding]:
    """Report a prefix that matches several interfaces; the VLAN interface eth0.12 counts as eth0."""
    if found.raw.strip()[0] in "^=":
        return
    for entry in network.entries(found):
        matched = dict.fromkeys(i.partition(".")[0] for i in interfaces if i.startswith(entry))
        if len(matched) > 1:
            message = f"matches {shorten(visible(', '.join(matched)), 80)} of this host"
            help_ = f"write ={next(iter(matched))} to use only that interface"
            yield INTERFACES_MATCHED.at(found.origin, found.name, message, help_)


def _missing(found: Assignment, interfaces: tuple[str, ...]) -> str | None:
    """Return an entry that matches no interface; None if the library finds an interface for every
    entry that it needs.
    """
    wanted = network.entries(found)
    if found.name not in network.MATCHING:
        plain = (entry for entry in wanted if entry[0] not in "^=")
        return next((entry for entry in plain if entry not in interfaces), None)
    text = found.raw.strip()
    if text.startswith("^") or not wanted:
        return None
    exact = text.startswith("=")
    for entry in (text.removeprefix("=").strip() for text in wanted):
        if any(i == entry if exact else i.startswith(entry) for i in interfaces):
            return None  # the library uses the interfaces that exist
    return wanted[0]


def _path(setting: Setting, path: str, host: Host) -> Iterator[Finding]:
    kind, wants = host.paths.get(path, "hidden"), setting.variable.type
    assert isinstance(wants, Path)
    assert setting.assignment
    severity: Severity | None = None
    # The server may be started in another directory than envctl.
    relative = not path.startswith(("/", "~"))
    if kind == "absent":
        lost = not wants.directory and host.paths.get(_parent(path)) == "absent"
        severity = None if wants.exists else "warning" if lost else "info"
        message = "does not exist on this host" + (", nor does its directory" if lost else "")
        message += ", and the server needs it" if wants.exists else ""
    elif kind == "file" and wants.directory:
        message = "a file on this host, but a directory is expected"
    elif kind == "directory" and not wants.directory:
        message = "a directory on this host, but a file is expected"
    else:
        return
    if relative:
        message += "; the path depends on the working directory"
        severity = severity or "warning"
    yield PATH_ON_HOST.at(setting.assignment.origin, setting.name, message, severity=severity)


def _devices(here: _Here, host: Host) -> Iterator[Finding]:
    for name, vendor in _DEVICES.items():
        found, count = here.text(name), host.devices.get(vendor)
        if found is None or count is None:
            continue
        beyond = [n for n in devices.numbers(found) or () if n >= count]
        if beyond:
            message = f"names device {beyond[0]}, but this host has {count}, from 0 to {count - 1}"
            yield DEVICE_ABSENT.at(found.origin, name, message)


def _ranks(subject: Subject, host: Host) -> Iterator[Finding]:
    """Report more ranks on the command line than this host has devices, if no list limits the
    devices.
    """
    environment = subject.settings.environment
    ranks = Command(environment).ranks()
    if not ranks or len(host.devices) != 1 or any(n in environment.effective for n in _DEVICES):
        return
    (count,) = host.devices.values()
    inside = all(layer.kind in _CONTAINERS for layer in environment.layers)
    if count < ranks and not inside:
        at = Origin(environment.layers[-1].label)
        message = f"the command line starts {ranks} ranks, but this host has {count} devices"
        yield DEVICE_ABSENT.at(at, "", message)


def _proxy(subject: Subject, host: Host) -> Iterator[Finding]:
    proxy = subject.showable("http_proxy") or subject.showable("HTTP_PROXY")
    listed = subject.showable("no_proxy") or subject.showable("NO_PROXY")
    if proxy and proxy.raw.strip() and host.address and listed:
        entries = proxies.exempt(listed)
        local = proxies.bypasses(entries, "127.0.0.1")  # otherwise another rule reports the proxy
        if local and not proxies.bypasses(entries, host.address):
            message = f"calls to {host.address}, which is this host, go through this proxy"
            help_ = f"add {host.address} to no_proxy if servers on this host call one another"
            yield OWN_ADDRESS_PROXIED.at(proxy.origin, proxy.name, message, help_)
