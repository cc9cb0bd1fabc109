"""Proxies, and what is exempt from them: a server calls itself before it is ready."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.environment import Assignment
from sglang_envctl.releases.versions import key
from sglang_envctl.rules.rule import Finding, Rule, Severity, Subject
from sglang_envctl.text.escape import shorten, visible

PROXIED_LOOPBACK = Rule(
    slug="proxied-loopback",
    severity="warning",
    summary="A proxy that takes the calls of the server to itself",
    why=(
        "When a server has started it asks itself for /model_info over HTTP, by way of the proxy unless "
        "no_proxy has 127.0.0.1. The proxy knows no such server, and after two minutes SGLang stops "
        "itself with Initialization failed. A range such as 127.0.0.0/8 counts for that call, since "
        "requests understands it. Before 0.5.10 a server that listens on 0.0.0.0 calls 0.0.0.0."
    ),
    fix="Put localhost and 127.0.0.1 in no_proxy, and the addresses of the other nodes.",
    wrong="http_proxy=http://proxy:3128\n",
    right="http_proxy=http://proxy:3128\nno_proxy=localhost,127.0.0.1\n",
)
NO_PROXY_ENTRY = Rule(
    slug="no-proxy-entry",
    severity="warning",
    summary="An entry of no_proxy that clients do not take, or take differently",
    why=(
        "There is no standard. Entries are host names, the ends of host names, and addresses, with "
        "commas between them. Ranges (10.0.0.0/8) mean something to requests alone, * in the middle "
        "of an entry nothing to Python, and httpx, which huggingface_hub uses and SGLang's diffusion "
        "server did before 0.5.15, raises InvalidURL at an IPv6 range or at brackets."
    ),
    fix="Write names and whole addresses, separated by commas.",
    wrong="no_proxy='localhost 127.0.0.1'\n",
    right="no_proxy=localhost,127.0.0.1\n",
)
PROXY_CASES_DIFFER = Rule(
    slug="proxy-cases-differ",
    severity="warning",
    summary="The two spellings of a proxy variable say different things",
    why=(
        "Python takes the name in small letters, and so do curl and wget; programs in Go, such as "
        "Docker and kubectl, take the one in capitals. An empty one in small letters switches the "
        "proxy off, whatever the other says."
    ),
    fix="Set both to the same text, or only the name in small letters.",
    wrong=(
        "http_proxy=http://proxy:3128\nHTTP_PROXY=http://other:3128\nno_proxy=localhost,127.0.0.1\n"
    ),
    right=(
        "http_proxy=http://proxy:3128\nHTTP_PROXY=http://proxy:3128\nno_proxy=localhost,127.0.0.1\n"
    ),
)

RULES = (PROXIED_LOOPBACK, NO_PROXY_ENTRY, PROXY_CASES_DIFFER)

_NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_CALLED = "127.0.0.1"
_CALLED_ONCE = "0.0.0.0"  # noqa: S104 - what old releases call, nothing is bound
_CALLS_LOOPBACK_SINCE = "0.5.10"


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about proxies."""
    if not any(_either(subject, name) for name in _NAMES):
        return
    yield from _cases(subject)
    yield from _entries(subject)
    yield from _own_calls(subject)


def _either(subject: Subject, name: str) -> Assignment | None:
    """What Python goes by: the small letters, even if empty, before the capitals."""
    return subject.known(name) or subject.known(name.upper())


def _level(assignment: Assignment, level: Severity = "warning") -> Severity:
    """What stands in someone's shell, rather than in a file for a server, is only mentioned."""
    return "info" if assignment.origin.source == "process" else level


def exempt(assignment: Assignment | None) -> list[str]:
    """The entries of no_proxy, as requests takes them apart."""
    return [e for e in assignment.raw.replace(" ", "").split(",") if e] if assignment else []


def bypasses(entries: list[str], address: str) -> bool:
    """Whether requests calls an IPv4 address directly."""
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
    # requests takes the capitals where the small letters are empty.
    entries = exempt(subject.known("no_proxy")) or exempt(subject.known("NO_PROXY"))
    if not entries and any(layer.unseen for layer in settings.environment.layers):
        return
    if not bypasses(entries, _CALLED):
        message = f"takes the server's calls to itself: no_proxy lacks {_CALLED}"
        mend = f"add {_CALLED} to no_proxy" if entries else f"set no_proxy=localhost,{_CALLED}"
        yield PROXIED_LOOPBACK.at(proxy.origin, proxy.name, message, mend, severity=_level(proxy))
    elif key(settings.release) < key(_CALLS_LOOPBACK_SINCE) and not bypasses(entries, _CALLED_ONCE):
        message = f"takes the calls to itself of a server that listens on {_CALLED_ONCE}"
        mend = f"with --host {_CALLED_ONCE}, add it to no_proxy"
        yield PROXIED_LOOPBACK.at(proxy.origin, proxy.name, message, mend, severity="info")


def _entries(subject: Subject) -> Iterator[Finding]:
    assignment = _either(subject, "no_proxy")
    if assignment is None or subject.redactor.masks(assignment.name, assignment.raw):
        return
    for entry in assignment.raw.split(","):
        judged = _misread(entry.strip())
        if judged:
            level, message, mend = judged
            shown = shorten(visible(entry.strip()), 60)
            yield NO_PROXY_ENTRY.at(
                assignment.origin,
                assignment.name,
                f"'{shown}' {message}",
                mend,
                severity=_level(assignment, level),
            )


def _misread(entry: str) -> tuple[Severity, str, str] | None:
    if not entry or entry == "*":
        return None
    if ";" in entry or len(entry.split()) > 1:
        return "warning", "is one entry to Python, which splits at commas only", "write commas"
    if "://" in entry:
        return "warning", "has a scheme, and is no host name", "write the host alone"
    if entry.startswith("[") or (":" in entry and "/" in entry):
        return (
            "warning",
            "makes httpx raise InvalidURL",
            "write IPv6 addresses out, without / or []",
        )
    if "/" in entry:
        return "info", "is a range, which requests takes, and urllib and httpx do not", ""
    if "*" in entry.removeprefix("*."):
        return "info", "has a * in it, which Python takes for a letter of the name", ""
    if entry.startswith("*."):
        return (
            "info",
            "has a * in it, which Python takes for a letter of the name",
            (f"{visible(entry[1:])} means the same everywhere"),
        )
    return None


def _cases(subject: Subject) -> Iterator[Finding]:
    for name in _NAMES:
        small, large = subject.known(name), subject.known(name.upper())
        if not small or not large or _same(name, small.raw, large.raw):
            continue
        if name == "no_proxy" and not small.raw.strip():
            message = "is empty: requests takes NO_PROXY then, and urllib takes neither"
        elif not small.raw.strip():
            message = f"is empty, which switches off {name.upper()} for Python"
        else:
            message = (
                f"differs from {name.upper()}: Python takes this one, programs in Go the other"
            )
        mend = "set both to the same text"
        yield PROXY_CASES_DIFFER.at(small.origin, name, message, mend, severity=_level(small))


def _same(name: str, small: str, large: str) -> bool:
    if name != "no_proxy":
        return small.strip().rstrip("/") == large.strip().rstrip("/")
    first, second = ({e.strip() for e in text.split(",")} - {""} for text in (small, large))
    return first == second
