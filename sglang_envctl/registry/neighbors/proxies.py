"""HTTP proxies: the lowercase and the uppercase names."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import HTTPX, PROXIES
from sglang_envctl.registry.types import Text
from sglang_envctl.registry.variable import FallsBackTo, Read, Section, Variable

SECTION = Section(slug="proxies", title="Proxies", heading="Environment Variables", aside=True)

# They belong to the host, so they are exported only if they are named.
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


def _lowercase_first(name: str, such_as: str = "") -> str:
    lowercase = name.lower()
    return (
        f"Set {name} and {lowercase} to the same value. Python programs read {lowercase} "
        f"first, Go and Rust programs {name}, and some programs{such_as} read only {lowercase}."
    )


VARIABLES = (
    _proxy(
        name="http_proxy",
        summary="Proxy for http:// URLs",
        details=(
            "Set no_proxy too: SGLang sends HTTP requests to itself when it warms up, and its "
            "servers send requests to each other. Without no_proxy, these requests go to the "
            "proxy and fail. Empty means no proxy, even if HTTP_PROXY is set."
        ),
        relations=(FallsBackTo(other="HTTP_PROXY"),),
    ),
    _proxy(
        name="HTTP_PROXY",
        summary="Proxy for http:// URLs (uppercase name)",
        details=_lowercase_first("HTTP_PROXY", ", such as curl,"),
    ),
    _proxy(
        name="https_proxy",
        summary="Proxy for https:// URLs",
        details=(
            "Set it to download models through a proxy. The URL of the proxy itself usually "
            "begins with http://, even for https:// URLs."
        ),
        relations=(FallsBackTo(other="HTTPS_PROXY"),),
    ),
    _proxy(
        name="HTTPS_PROXY",
        summary="Proxy for https:// URLs (uppercase name)",
        details=_lowercase_first("HTTPS_PROXY"),
    ),
    _proxy(
        name="all_proxy",
        summary="Proxy for all URLs without a more specific proxy variable",
        details=(
            "Also set http_proxy and https_proxy for Python's urllib, which does not read "
            "all_proxy; httpx, requests and curl do. In Python, socks5:// requires an additional "
            "package."
        ),
        relations=(FallsBackTo(other="ALL_PROXY"),),
    ),
    _proxy(
        name="ALL_PROXY",
        summary="Proxy for all URLs without a more specific proxy variable (uppercase name)",
        details=_lowercase_first("ALL_PROXY"),
    ),
    _spared(
        name="no_proxy",
        summary="Hosts to connect to without a proxy",
        details=(
            "Include localhost, 127.0.0.1, 0.0.0.0 and the addresses of the other nodes. Give "
            "comma-separated host names; each includes its subdomains, and * alone means all "
            "hosts. Ranges such as 10.0.0.0/8 work in requests, but not in urllib and httpx."
        ),
        relations=(FallsBackTo(other="NO_PROXY"),),
    ),
    _spared(
        name="NO_PROXY",
        summary="Hosts to connect to without a proxy (uppercase name)",
        details=_lowercase_first("NO_PROXY"),
    ),
)
