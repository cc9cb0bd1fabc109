"""The facts about the machine that the tests run on."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from sglang_envctl.sources.host import look


def test_interfaces_are_those_of_the_system() -> None:
    assert set(look().interfaces) == {name for _, name in socket.if_nameindex()}


def test_states_of_paths(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    expected = {
        str(tmp_path): "directory",
        str(tmp_path / "file"): "file",
        str(tmp_path / "none"): "absent",
        str(tmp_path / "file" / "below"): "absent",
        "/nul\0": "hidden",
        "/" + "x" * 5000: "hidden",
    }
    assert look(paths=expected).paths == expected


def test_a_tilde_is_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "cache").mkdir()

    assert look(paths=["~/cache"]).paths == {"~/cache": "directory"}


@pytest.mark.skipif(os.name == "nt", reason="ports are shared there")
def test_port_that_something_listens_on_is_taken() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert look(ports=[port]).taken == {port}
    assert look(ports=[port]).taken == set()


def test_own_addresses() -> None:
    asked = ("127.0.0.1", "192.0.2.77", "999.0.0.1", "2001:db8::77")
    assert look(addresses=asked).addresses == {"127.0.0.1"}
    assert look().address in ("", *look(addresses=[look().address]).addresses)


def test_devices_are_counted_by_their_files() -> None:
    nodes = [name for name in os.listdir("/dev") if name.startswith(("nvidia", "davinci"))]
    counted = sum(name.removeprefix("nvidia").removeprefix("davinci").isdigit() for name in nodes)
    assert sum(look().devices.values()) == counted
