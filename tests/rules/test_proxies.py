"""Proxies: judged as Python's own clients judge them."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Callable

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.rules import Finding
from sglang_envctl.rules.proxies import RULES, bypasses, exempt
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects.dotenv import read
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
SLUGS = tuple(rule.slug for rule in RULES)
PROXY = "http_proxy=http://proxy:3128\n"
LOCAL = "no_proxy=localhost,127.0.0.1\n"


def _told(judge: Judge, text: str, **how: str) -> list[tuple[str, str, str]]:
    return [(f.rule, f.severity, f.name) for f in judge(text, *SLUGS, **how)]


@table(
    "text",
    [
        PROXY,
        "HTTP_PROXY=http://proxy:3128\n",
        "all_proxy=http://proxy:3128\n",
        f"{PROXY}no_proxy=localhost\n",
        f"{PROXY}no_proxy=\n",
        f"{PROXY}no_proxy=.example.org,10.0.0.5\n",
        f"{PROXY}no_proxy=127.0.0.11\n",
        f"{PROXY}no_proxy=128.0.0.0/8\n",
    ],
)
def test_server_cannot_call_itself(text: str, judge: Judge) -> None:
    assert [f.severity for f in judge(text, "proxied-loopback")] == ["warning"]


@table(
    "text",
    [
        f"{PROXY}{LOCAL}",
        f"{PROXY}no_proxy=127.0.0.1\n",
        f"{PROXY}NO_PROXY=localhost,127.0.0.1\n",
        f"{PROXY}no_proxy=*\n",
        f"{PROXY}no_proxy='localhost, 127.0.0.1'\n",
        f"{PROXY}no_proxy=127.0.0.0/8\n",
        f"{PROXY}no_proxy=127.0.0.1/32\n",
        f"{PROXY}no_proxy=\nNO_PROXY=127.0.0.1\n",
        # The server calls itself over plain HTTP.
        "https_proxy=http://proxy:3128\n",
        # Empty small letters switch the proxy off.
        "http_proxy=\nHTTP_PROXY=http://proxy:3128\n",
        "no_proxy=localhost\n",
        "ftp_proxy=http://proxy:3128\n",
    ],
)
def test_server_can_call_itself(text: str, judge: Judge) -> None:
    assert judge(text, "proxied-loopback") == ()


@table("entry", ["localhost", "127.0.0.1", "*", "10.0.0.5", ".example.org", ""])
@table("address", ["127.0.0.1", "10.0.0.5"])
def test_single_entries_are_taken_as_the_standard_library_takes_them(
    entry: str, address: str
) -> None:
    told = bypasses(exempt(Assignment("no_proxy", entry, Origin("x"))), address)
    direct = urllib.request.proxy_bypass_environment(  # type: ignore[attr-defined]
        f"{address}:30000", {"http": "http://proxy", "no": entry}
    )
    assert told == bool(direct)


@pytest.mark.parametrize(
    ("release", "expected"),
    [("0.5.9", [("proxied-loopback", "info", "http_proxy")]), ("0.5.10", []), ("0.5.23", [])],
)
def test_old_releases_call_the_address_they_listen_on(
    release: str, expected: list[tuple[str, str, str]], judge: Judge
) -> None:
    assert _told(judge, f"{PROXY}{LOCAL}", release=release) == expected


def test_shell_is_told_in_passing(judge_layers: Judge) -> None:
    origin = Origin("process")
    found = (Assignment("http_proxy", "http://proxy:3128", origin),)
    findings = judge_layers(Layer("process", "process", found))

    assert [(f.rule, f.severity) for f in findings] == [("proxied-loopback", "info")]


def test_list_may_come_from_where_nobody_could_look(judge_layers: Judge) -> None:
    layer = read("a.env", PROXY.encode(), Context())

    assert judge_layers(layer)
    assert judge_layers(layer._replace(unseen="ConfigMap proxy")) == ()


@table(
    ("entry", "severity"),
    [
        ("localhost;127.0.0.1", "warning"),
        ("localhost 127.0.0.1", "warning"),
        ("http://localhost", "warning"),
        ("fd00::/8", "warning"),
        ("[::1]", "warning"),
        ("10.0.0.0/8", "info"),
        ("*.example.org", "info"),
        ("10.0.*", "info"),
    ],
)
def test_entry_that_clients_do_not_take(entry: str, severity: str, judge: Judge) -> None:
    assert _told(judge, f"no_proxy='{entry}'") == [("no-proxy-entry", severity, "no_proxy")]


@table(
    "entry",
    ["localhost", "::1", "fe80::1", ".svc", "*", "10.0.0.5", "127.0.0.1:30000", "a, b ,c", ",", ""],
)
def test_entry_that_all_take(entry: str, judge: Judge) -> None:
    assert _told(judge, f"no_proxy='{entry}'") == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https_proxy=http://a:1\nHTTPS_PROXY=http://b:1", "https_proxy"),
        ("https_proxy=\nHTTPS_PROXY=http://b:1", "https_proxy"),
        ("no_proxy=localhost\nNO_PROXY=localhost,127.0.0.1", "no_proxy"),
        ("no_proxy=\nNO_PROXY=localhost", "no_proxy"),
    ],
)
def test_two_spellings_that_differ(text: str, name: str, judge: Judge) -> None:
    assert _told(judge, text) == [("proxy-cases-differ", "warning", name)]


@pytest.mark.parametrize(
    "text",
    [
        "https_proxy=http://a:1\nHTTPS_PROXY=http://a:1/",
        "no_proxy=a,b\nNO_PROXY='b, a'",
        "no_proxy=a",
    ],
)
def test_two_spellings_that_agree(text: str, judge: Judge) -> None:
    assert _told(judge, text) == []


def test_password_of_a_proxy_is_not_shown(judge: Judge) -> None:
    text = "http_proxy=http://u:zq7Kp0Wm@p:1\nHTTP_PROXY=http://u:other99@p:1\n"
    found = judge(text, *SLUGS)

    assert len(found) == 2
    assert not any("zq7Kp0Wm" in f.message + f.help for f in found)


def test_empty_small_letters_switch_a_proxy_off(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HTTP_PROXY", "http://b:1")
    assert "http" in urllib.request.getproxies_environment()
    monkeypatch.setenv("http_proxy", "")
    assert "http" not in urllib.request.getproxies_environment()
