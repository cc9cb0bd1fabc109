"""`envctl snapshot`: an environment with its node, to be compared with others."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest

from tests.harness import Write, run

SECRET = "hf_" + "Zq7Xw9Kp2Lm4Vt8B"
PROCESS = {"HF_TOKEN": SECRET, "SGLANG_HOST_IP": "10.0.0.7", "SLURM_NODEID": "3", "EDITOR": "vi"}


def taken(*args: str, env: dict[str, str] | None = None) -> Any:
    result = run("snapshot", "-q", *args, env=env or {})
    assert (result.code, result.err) == (0, "")
    return json.loads(result.out)


def test_the_current_environment_with_its_node() -> None:
    document = taken(env=PROCESS)

    assert document["node"]["host"] == os.uname().nodename
    assert document["node"]["rank"] == "3"
    assert document["node"]["launcher"] == {"SLURM_NODEID": "3"}
    assert document["settings"] == [{"name": "SGLANG_HOST_IP", "raw": "10.0.0.7"}]
    assert document["masked"] == {"HF_TOKEN": ""}


def test_a_file_says_itself_what_node_it_is_of(write: Write) -> None:
    write("a.env", "HOSTNAME=gpu-7\nLWS_WORKER_INDEX=2\nEDITOR=vi\n")
    document = taken("a.env")

    assert (document["node"]["host"], document["node"]["rank"]) == ("gpu-7", "2")
    assert [item["name"] for item in document["settings"]] == [
        "HOSTNAME",
        "LWS_WORKER_INDEX",
        "EDITOR",
    ]


def test_a_server_with_its_command(write: Write) -> None:
    server = write("sglang/launch_server.py", "import time\ntime.sleep(60)\n")
    command = [sys.executable, str(server), "--api-key", SECRET, f"--x={SECRET}"]
    command += ["--model-path", f"https://h/p?sig={SECRET}"]
    with Popen(command, env={"SGLANG_LOG_MS": "1", "API_TOKEN": SECRET}) as process:
        try:
            document = taken(f"pid:{process.pid}")
        finally:
            process.kill()

    assert document["settings"] == [{"name": "SGLANG_LOG_MS", "raw": "1"}]
    assert document["node"]["command"][2:] == [
        *("--api-key", "********", "--x=********"),
        *("--model-path", "********"),
    ]
    assert SECRET not in json.dumps(document)


def test_it_comes_back_the_same(write: Write) -> None:
    write("a.env", "SGLANG_CACHE_DIT_FN=2\nAPP='two\nlines'\nBYTES=\udcff\n")
    assert run("snapshot", "a.env", "-o", "a.json").code == 0

    assert run("diff", "--raw", "a.env", "a.json").code == 0


def test_a_key_tells_same_secrets_from_different_ones(write: Write) -> None:
    write("nodes/key", "0123456789abcdef\n").rename("key")
    for number, secret in enumerate((SECRET, SECRET, SECRET, "other" + SECRET)):
        run("snapshot", "--key-file", "key", "-o", f"nodes/{number}.json", env={"HF_TOKEN": secret})
    found = run("diff", "nodes", "-q").out

    assert found.startswith("HF_TOKEN\tchanged\t")
    assert found.count("a secret #") == 2
    assert SECRET not in found + Path("nodes/0.json").read_text("utf-8")


def test_secrets_on_request(write: Write) -> None:
    write("a.env", f"HF_TOKEN={SECRET}\n")
    assert taken("a.env", "--show-secrets")["settings"] == [{"name": "HF_TOKEN", "raw": SECRET}]


@pytest.mark.parametrize(
    ("pattern", "name"), [("%h.json", "gpu-7.json"), ("%h/../%r%%.json", "gpu-7/../2%.json")]
)
def test_names_of_files(write: Write, pattern: str, name: str) -> None:
    write("gpu-7/x", "")
    write("a.env", "HOSTNAME=gpu-7\nRANK=2\n")

    assert run("snapshot", "a.env", "-o", pattern).code == 0
    assert Path(name).stat().st_mode & 0o777 == 0o600


def test_a_host_name_is_no_path(write: Write) -> None:
    write("a.env", "HOSTNAME=../../x\n")
    assert run("snapshot", "a.env", "-o", "%h.json").code == 0
    assert Path(".._.._x.json").exists()


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (["-o", "%x.json"], "--output: %x is not one of %h, %r, %p and %%"),
        (["-o", "%r.json"], "--output: %r cannot be filled in: the rank is not known"),
        (["-o", "%p.json"], "--output: %p cannot be filled in: the process ID is not known"),
        (["--key-file", "short"],
         "--key-file: short has fewer than 16 bytes, so secrets could be guessed; fill it with: "
         "head -c 32 /dev/urandom | base64"),
    ],
)  # fmt: skip
def test_wrong_usage(write: Write, args: list[str], complaint: str) -> None:
    write("short", "abc\n" * 3)
    write("a.env", "A=1\n")
    result = run("snapshot", "a.env", *args)
    assert (result.code, result.complaint) == (2, complaint)


def test_what_cannot_be_read(write: Write) -> None:
    del write
    assert run("snapshot", "no.env").code == 3
    assert run("snapshot", "process", "--key-file", "no").code == 3
