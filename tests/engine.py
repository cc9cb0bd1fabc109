"""A stand-in for Docker's engine and for a Kubernetes API server.

It makes no container, it keeps what clients ask it to make; to kubectl it only says that there are
ConfigMaps and Secrets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

VERSION = "1.44"
"""Of the interface; clients come down to it, older ones have their own."""
ANSWERS = {
    "/_ping": {},
    "/version": {"ApiVersion": VERSION, "MinAPIVersion": "1.24", "Version": "28.0", "Os": "linux"},
    "/info": {"OSType": "linux", "ServerVersion": "28.0", "Architecture": "x86_64"},
    "/containers/json": [],
    "/containers/1/json": {
        "Id": "1",
        "Name": "/one",
        "State": {"Status": "created"},
        "Config": {"Labels": {}},
        "NetworkSettings": {"Networks": {}},
    },
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "groups": []},
    "/api/v1": {
        "kind": "APIResourceList",
        "groupVersion": "v1",
        "resources": [
            {"name": "configmaps", "kind": "ConfigMap", "namespaced": True, "verbs": ["create"]},
            {"name": "secrets", "kind": "Secret", "namespaced": True, "verbs": ["create"]},
        ],
    },
    "/images/any/json": {"Id": "sha256:1", "Os": "linux", "Architecture": "amd64", "Config": {}},
}


class Engine(ThreadingHTTPServer):
    """Listens on loopback; `environments` are those of the containers that it was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.environments: list[list[str]] = []

    @property
    def host(self) -> str:
        """What goes into DOCKER_HOST."""
        return f"tcp://127.0.0.1:{self.server_port}"

    @property
    def url(self) -> str:
        """What goes behind --server."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Engine

    def do_GET(self) -> None:
        path = self._path()
        if path in ANSWERS:
            self._answer(200, ANSWERS[path])
        else:
            self._answer(404, {"message": f"the stand-in does not know {path}"})

    do_HEAD = do_GET  # noqa: N815 - the name is the server's

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self._path() == "/containers/create"
        self.server.environments.append(json.loads(body)["Env"] or [])
        self._answer(201, {"Id": "1", "Warnings": []})

    def _path(self) -> str:
        return re.sub(r"^/v[0-9.]+", "", self.path.partition("?")[0])

    def _answer(self, code: int, content: object) -> None:
        data = json.dumps(content).encode()
        self.send_response(code)
        self.send_header("Api-Version", VERSION)
        self.send_header("Ostype", "linux")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing: pytest would show it."""


@contextmanager
def engine() -> Iterator[Engine]:
    """A running engine."""
    with Engine() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
