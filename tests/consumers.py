"""Programs that tests need, and what real readers make of an export."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.engine import engine

SHELLS = {
    "bash": ("bash", "--norc"),
    "bash-posix": ("bash", "--norc", "--posix"),
    "dash": ("dash",),
    "zsh": ("zsh", "-f"),
}
NOT_TO_BE_HAD = {"pwsh"}
"""What CI does without: PowerShell is a .NET tool, and Debian has no .NET."""
_DUMP = '. "$1" || exit 1; exec /usr/bin/env -0'
_FISH_DUMP = "source $argv[1] || exit 1; exec /usr/bin/env -0"


def need(program: str, folder: str = "") -> str:
    """The path of a program, without which a test is skipped; it may be in a folder beside PATH.

    What is installed with Python comes first, since CI installs it in the version that tests need.
    """
    places = str(Path(sys.executable).parent), os.environ["PATH"], folder
    path = shutil.which(program, path=":".join(filter(None, places)))
    return missing(program) if path is None else path


def library(module: str) -> Any:
    """A module of Python, without which a test or a file of tests is skipped."""
    try:
        return import_module(module)
    except ImportError:
        missing(module)


def missing(what: str) -> NoReturn:
    """Skip a test, but not in CI, which installs what can be had."""
    if os.environ.get("CI") == "true" and what not in NOT_TO_BE_HAD:
        pytest.fail(f"{what} is not installed, and CI must run every test")
    pytest.skip(f"{what} is not installed", allow_module_level=True)


def sourced(shell: str, script: bytes) -> dict[bytes, bytes]:
    """The environment of a program that a shell starts after it sourced `script`."""
    program, *options = SHELLS[shell]
    return _sourced([need(program), *options, "-c", _DUMP, shell], script)


def sourced_by_fish(script: bytes) -> dict[bytes, bytes]:
    """The same for fish."""
    return _sourced([need("fish"), "--no-config", "-c", _FISH_DUMP], script)


def by_docker(env_file: bytes) -> dict[str, str]:
    """The environment of the container that `docker create --env-file` asks the engine for."""
    return _created([need("docker"), "create", "--env-file", "file", "any"], {"file": env_file})


def by_docker_args(shell: str, words: bytes) -> dict[str, str]:
    """The same with words that a shell puts behind `docker create`."""
    program, *options = SHELLS[shell]
    script = 'eval "$1 create $(cat words) any"'
    command = [need(program), *options, "-c", script, shell, need("docker")]
    return _created(command, {"words": words})


def by_compose(text: bytes) -> dict[str, str]:
    """The environment of the service `sglang` that Compose asks the engine for."""
    files = {"a.yaml": _SERVICE, "b.yaml": text}
    return _created([need("docker-compose"), "-f", "a.yaml", "-f", "b.yaml", "create"], files)


def by_env_file(text: bytes) -> dict[bytes, bytes]:
    """The environment of a service with this `env_file` that Compose asks the engine for."""
    service = b"services: {sglang: {image: any, network_mode: none, env_file: a.env}}"
    command = [need("docker-compose"), "-f", "a.yaml", "create"]
    created = _created(command, {"a.yaml": service, "a.env": text})
    return {name.encode(): value.encode() for name, value in created.items()}


def by_kubectl(text: bytes) -> list[dict[str, Any]]:
    """The objects that `kubectl create` would send to the cluster."""
    with tempfile.TemporaryDirectory() as home, engine() as server:
        done = subprocess.run(
            [need("kubectl"), "create", "--server", server.url, *_DRY_RUN],
            env={"PATH": "/usr/bin:/bin", "HOME": home},
            input=text,
            capture_output=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr.decode()
    output, objects = done.stdout.decode().strip(), []
    while output:
        found, end = json.JSONDecoder().raw_decode(output)
        objects.append(found)
        output = output[end:].lstrip()
    return objects


_DRY_RUN = ["--dry-run=client", "--validate=false", "-o", "json", "-f", "-"]
_SERVICE = b"services: {sglang: {image: any, network_mode: none}}"


def by_systemd(text: bytes) -> dict[bytes, bytes]:
    """What systemd's own code reads from an `EnvironmentFile=`: the functions that PID 1 calls.

    No program of systemd's does so but the manager itself, and that wants a machine of its own.
    """
    library = ctypes.CDLL(_library())
    clean = library.strv_env_clean_with_callback
    clean.restype = ctypes.POINTER(ctypes.c_char_p)
    found = ctypes.POINTER(ctypes.c_char_p)()
    with tempfile.NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        code = library.load_env_file(None, file.name.encode(), ctypes.byref(found))
    assert code == 0, os.strerror(-code)
    items = clean(found, None, None)
    pairs: dict[bytes, bytes] = {}
    for index in count():
        if not items or (item := items[index]) is None:
            return pairs
        name, _, value = item.partition(b"=")
        pairs[name] = value
    raise AssertionError


def _library() -> str:
    for folder in (
        "/usr/lib/systemd",
        "/lib/systemd",
        *map(str, Path("/usr/lib").glob("*/systemd")),
    ):
        for path in sorted(Path(folder).glob("libsystemd-shared-*.so")):
            return str(path)
    return missing("systemd")


def _created(command: list[str], files: Mapping[str, bytes]) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as home, engine() as server:
        for name, content in files.items():
            Path(home, name).write_bytes(content)
        done = subprocess.run(
            command,
            env={"PATH": "/usr/bin:/bin", "HOME": home, "DOCKER_HOST": server.host},
            cwd=home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, len(server.environments)) == (0, 1), done.stderr.decode()
    return dict(item.split("=", 1) for item in server.environments[0])


def sourced_by_powershell(script: bytes) -> dict[bytes, bytes]:
    """The same for PowerShell."""
    return _sourced([need("pwsh"), "-NoProfile", "-File"], script + b"& /usr/bin/env -0\n")


def by_node(text: bytes) -> dict[bytes, bytes]:
    """What node reads with --env-file."""
    with tempfile.NamedTemporaryFile(suffix=".env") as file:
        file.write(text)
        file.flush()
        done = subprocess.run(
            [need("node"), f"--env-file={file.name}", "-p", "JSON.stringify(process.env)"],
            env={"PATH": "/usr/bin:/bin"},
            capture_output=True,
            check=True,
            timeout=60,
        )
    return {name.encode(): value.encode() for name, value in json.loads(done.stdout).items()}


def _sourced(command: list[str], script: bytes) -> dict[bytes, bytes]:
    with tempfile.TemporaryDirectory() as home:
        file = Path(home, "script.ps1")
        file.write_bytes(script)
        done = subprocess.run(
            [*command, file],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": home},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (0, b"")
    pairs = (pair.partition(b"=") for pair in done.stdout.split(b"\0") if pair)
    return {name: value for name, _, value in pairs}
