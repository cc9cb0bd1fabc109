"""Proxies, in the two cases that programs know them by."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import HTTPX, PROXIES
from sglang_envctl.registry.types import Text
from sglang_envctl.registry.variable import FallsBackTo, Read, Section, Variable

SECTION = Section(slug="proxies", title="Proxies", heading="Environment Variables", aside=True)

# They are the host's own: exported only where they are named.
_proxy = partial(
    Variable,
    section=SECTION,
    owner="python",
    documents=(PROXIES, HTTPX),
    type=Text(),
    ambient=True,
    example="http://proxy.example.org:3128",
    reads=(Read(reader="net.proxy", where="Python, urllib.request.getproxies_environment"),),
)
_spared = partial(
    _proxy,
    example="localhost,127.0.0.1,0.0.0.0,.example.org",
    reads=(Read(reader="net.no-proxy", where="Python, urllib.request"),),
)
_LOWER_FIRST = (
    "Programs look at the lower-case name first, and some at nothing else. Where both are set, "
    "let them say the same."
)

VARIABLES = (
    _proxy(
        name="http_proxy",
        summary="The proxy for addresses that begin with http://",
        details=(
            "SGLang asks itself over HTTP when it warms up, and its servers ask each other: "
            "without no_proxy these requests go to the proxy and fail. Empty cancels HTTP_PROXY."
        ),
        relations=(FallsBackTo(other="HTTP_PROXY"),),
    ),
    _proxy(
        name="HTTP_PROXY",
        summary="The proxy for addresses that begin with http://, in capitals",
        details=f"{_LOWER_FIRST} curl knows only http_proxy.",
    ),
    _proxy(
        name="https_proxy",
        summary="The proxy for addresses that begin with https://",
        details=(
            "Downloads of models go through it. The proxy's own address begins with http:// as a "
            "rule, here too."
        ),
        relations=(FallsBackTo(other="HTTPS_PROXY"),),
    ),
    _proxy(
        name="HTTPS_PROXY",
        summary="The proxy for addresses that begin with https://, in capitals",
        details=_LOWER_FIRST,
    ),
    _proxy(
        name="all_proxy",
        summary="The proxy for addresses that no other proxy is named for",
        details=(
            "httpx, requests and curl follow it, Python's urllib does not. socks5:// needs one "
            "more package in Python."
        ),
        relations=(FallsBackTo(other="ALL_PROXY"),),
    ),
    _proxy(
        name="ALL_PROXY",
        summary="The proxy for all other addresses, in capitals",
        details=_LOWER_FIRST,
    ),
    _spared(
        name="no_proxy",
        summary="Hosts that are asked without a proxy",
        details=(
            "Names separated by commas, each with its subdomains; * alone is all. Name localhost, "
            "127.0.0.1, 0.0.0.0 and the addresses of the other nodes. Ranges such as 10.0.0.0/8 "
            "mean something to requests and nothing to urllib and httpx."
        ),
        relations=(FallsBackTo(other="NO_PROXY"),),
    ),
    _spared(
        name="NO_PROXY",
        summary="Hosts that are asked without a proxy, in capitals",
        details=_LOWER_FIRST,
    ),
)
