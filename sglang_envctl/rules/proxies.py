"""Check proxies, and the addresses exempt from them, because a server calls itself before it
is ready.
"""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.environment import Assignment
from sglang_envctl.releases.versions import within
from sglang_envctl.rules.rule import Finding, Rule, Severity, Subject
from sglang_envctl.text.escape import shorten, visible

PROXIED_LOOPBACK = Rule(
    slug="proxied-loopback",
    severity="warning",
    summary="A proxy that handles the server's calls to itself",
    why=(
        "When a server has started, it requests /model_info from itself over HTTP, through the "
        "proxy unless no_proxy contains 127.0.0.1. The proxy cannot reach the server, and after "
        "120 attempts, at least two minutes, SGLang exits with 'Initialization failed'. A range "
        "such as 127.0.0.0/8 is enough for that call, because the requests library supports "
        "ranges. Before 0.5.10, a server that listens on 0.0.0.0 calls 0.0.0.0."
    ),
    fix=(
        "Add localhost, 127.0.0.1 and the addresses of the other nodes to no_proxy; before "
        "0.5.10, also 0.0.0.0."
    ),
    wrong="http_proxy=http://proxy:3128\n",
    right="http_proxy=http://proxy:3128\nno_proxy=localhost,127.0.0.1\n",
)
NO_PROXY_ENTRY = Rule(
    slug="no-proxy-entry",
    severity="warning",
    summary="An entry of no_proxy that clients ignore or read differently",
    why=(
        "no_proxy has no standard. Entries are host names, domain suffixes and addresses, "
        "separated by commas. In Python, only the requests library supports ranges (10.0.0.0/8), "
        "and nothing supports * inside an entry. httpx, which huggingface_hub uses, as does "
        "SGLang's diffusion server for the images of requests, raises InvalidURL for an IPv6 range "
        "or an address in brackets."
    ),
    fix="Write host names and full addresses, separated by commas.",
    wrong="no_proxy='localhost 127.0.0.1'\n",
    right="no_proxy=localhost,127.0.0.1\n",
)
PROXY_CASES_DIFFER = Rule(
    slug="proxy-cases-differ",
    severity="warning",
    summary="A proxy variable whose lowercase and uppercase names differ in value",
    why=(
        "Python prefers the lowercase name, and so do curl and wget; programs in Go, such as "
        "Docker and kubectl, prefer the uppercase one. In Python, an empty lowercase variable "
        "disables the proxy, regardless of the uppercase one."
    ),
    fix="Set both names to the same value, or set only the lowercase name.",
    wrong=(
        "http_proxy=http://proxy:3128\nHTTP_PROXY=http://other:3128\nno_proxy=localhost,127.0.0.1\n"
    ),
    right=(
        "http_proxy=http://proxy:3128\nHTTP_PROXY=http://proxy:3128\nno_proxy=localhost,127.0.0.1\n"
    ),
)

RULES = (PROXIED_LOOPBACK, NO_PROXY_ENTRY, PROXY_CASES_DIFFER)

_NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
LOOKS_AT = (*_NAMES, *map(str.upper, _NAMES))

_CALLED = "127.0.0.1"
_CALLED_ONCE = "0.0.0.0"  # noqa: S104 - what old releases call, nothing is bound
_CALLS_LOOPBACK_SINCE = "0.5.10"


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about proxies."""
    if not any(_either(subject, name) for name in _NAMES):
        return
    yield from _cases(subject)
    yield from _entries(subject)
    yield from _own_calls(subject)


def _either(subject: Subject, name: str) -> Assignment | None:
    """Return the assignment that Python reads: the lowercase name, even if empty, before the
    uppercase one.
    """
    return subject.showable(name) or subject.showable(name.upper())


def _level(assignment: Assignment, level: Severity = "warning") -> Severity:
    """Return `level`; info for the current environment, which may not be that of a server."""
    return "info" if assignment.origin.source == "process" else level


def exempt(assignment: Assignment | None) -> list[str]:
    """Return the entries of no_proxy, as requests splits them."""
    return [e for e in assignment.raw.replace(" ", "").split(",") if e] if assignment else []


def bypasses(entries: list[str], address: str) -> bool:
    """Return whether the requests library calls an IPv4 address directly."""
    return entries == ["*"] or address in entries or any(_in_range(e, address) for e in entries)


def _in_range(entry: str, address: str) -> bool:
    network, slash, bits = entry.partition("/")
    if not slash or not bits.isdigit() or not 0 < int(bits[:4]) <= 32:
        return False
    shift = 32 - int(bits)
    first, second = _number(network), _number(address)
    return first is not None and second is not None and first >> shift == second >> shift


def _number(address: str) -> int | None:
    parts = address.split(".")
    if len(parts) != 4 or not all(p.isascii() and p.isdigit() and int(p[:4]) < 256 for p in parts):
        return None
    a, b, c, d = map(int, parts)
    return a << 24 | b << 16 | c << 8 | d


def _own_calls(subject: Subject) -> Iterator[Finding]:
    settings = subject.settings
    effective = settings.environment.effective
    proxy = _either(subject, "http_proxy")
    if proxy is None and "http_proxy" not in effective and "HTTP_PROXY" not in effective:
        proxy = _either(subject, "all_proxy")
    if proxy is None or not proxy.raw.strip():
        return
    if any(a and a.unknown for a in map(effective.get, ("no_proxy", "NO_PROXY"))):
        return
    # requests reads the uppercase name if the lowercase one is empty.
    entries = exempt(subject.showable("no_proxy")) or exempt(subject.showable("NO_PROXY"))
    if not entries and any(layer.unseen for layer in settings.environment.layers):
        return
    if not bypasses(entries, _CALLED):
        message = f"the server's calls to itself go through this proxy: no_proxy lacks {_CALLED}"
        help_ = f"add {_CALLED} to no_proxy" if entries else f"set no_proxy=localhost,{_CALLED}"
        yield PROXIED_LOOPBACK.at(proxy.origin, proxy.name, message, help_, severity=_level(proxy))
    elif not within(settings.release, _CALLS_LOOPBACK_SINCE) and not bypasses(
        entries, _CALLED_ONCE
    ):
        message = f"a server that listens on {_CALLED_ONCE} calls itself through this proxy"
        help_ = f"with --host {_CALLED_ONCE}, add it to no_proxy"
        yield PROXIED_LOOPBACK.at(proxy.origin, proxy.name, message, help_, severity="info")


def _entries(subject: Subject) -> Iterator[Finding]:
    assignment = _either(subject, "no_proxy")
    if assignment is None or subject.redactor.masks(assignment.name, assignment.raw):
        return
    for entry in assignment.raw.split(","):
        problem = _problem(entry.strip())
        if problem:
            level, message, help_ = problem
            shown = shorten(visible(entry.strip()), 60)
            yield NO_PROXY_ENTRY.at(
                assignment.origin,
                assignment.name,
                f"'{shown}' {message}",
                help_,
                severity=_level(assignment, level),
            )


def _problem(entry: str) -> tuple[Severity, str, str] | None:
    if not entry or entry == "*":
        return None
    if ";" in entry or len(entry.split()) > 1:
        return "warning", "is a single entry in Python, which splits at commas only", "write commas"
    if "://" in entry:
        return "warning", "has a scheme, so it is not a host name", "write only the host"
    if entry.startswith("[") or (":" in entry and "/" in entry):
        return (
            "warning",
            "makes httpx raise InvalidURL",
            "write full IPv6 addresses, without / or []",
        )
    if "/" in entry:
        return "info", "is a range, which requests supports, but urllib and httpx do not", ""
    if "*" in entry.removeprefix("*."):
        return "info", "contains a *, which Python matches literally", ""
    if entry.startswith("*."):
        return (
            "info",
            "contains a *, which Python matches literally",
            (f"{visible(entry[1:])} works everywhere"),
        )
    return None


def _cases(subject: Subject) -> Iterator[Finding]:
    for name in _NAMES:
        small, large = subject.showable(name), subject.showable(name.upper())
        if not small or not large or _same(name, small.raw, large.raw):
            continue
        if name == "no_proxy" and not small.raw.strip():
            message = "empty: requests then reads NO_PROXY, and urllib reads neither"
        elif not small.raw.strip():
            message = f"empty, which disables {name.upper()} in Python"
        else:
            message = (
                f"differs from {name.upper()}: Python reads this name, programs in Go the other"
            )
        help_ = "set both to the same value"
        yield PROXY_CASES_DIFFER.at(small.origin, name, message, help_, severity=_level(small))


def _same(name: str, small: str, large: str) -> bool:
    if name != "no_proxy":
        return small.strip().rstrip("/") == large.strip().rstrip("/")
    first, second = ({e.strip() for e in text.split(",")} - {""} for text in (small, large))
    return first == second
