"""A set of many snapshots: what is wrong with one of them comes first, and none of them is trusted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.harness import PERSON, ROOT, SGR, Write, run

NODES = 400
SECRET = "hf_" + "Zq7Xw9Kp2Lm4Vt8B"
USUAL = {
    **{f"APP_SETTING_{number}": f"value {number}" for number in range(280)},
    "SGLANG_HEALTH_CHECK_TIMEOUT": "30",
    "SGLANG_CACHE_DIT_FN": "2",
    "NCCL_DEBUG": "WARN",
    "NCCL_PROTO": "LL",
    "GLOO_SOCKET_IFNAME": "ens3",
    "PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True",
    # A warning about every node, which one node's error must not be lost in.
    "NVSHMEM_SYMMETRIC_SIZE": "4312000000000",
}


def snapshot(number: int, values: Mapping[str, str], **node: object) -> str:
    own = {"HOSTNAME": f"gpu{number:04}", "LWS_WORKER_INDEX": f"{number}"}
    document = {
        "schema": 1,
        "node": {"host": f"gpu{number:04}", "rank": f"{number}", "engine": "gpu0:5000", **node},
        "settings": [{"name": n, "raw": raw} for n, raw in {**values, **own}.items()],
    }
    return json.dumps(document, indent=2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "command", "said"),
    [
        ({"SGLANG_CACHE_DIT_FN": "one"}, "check", "SGLANG_CACHE_DIT_FN"),
        ({"NCCL_PROTO": "Simple"}, "check", "NCCL_PROTO"),
        ({"NCCL_PROTO": None}, "check", "NCCL_PROTO"),
        ({"SGLANG_HEALTH_CHECK_TIMEOUT": "31"}, "diff", "SGLANG_HEALTH_CHECK_TIMEOUT"),
        ({"GLOO_SOCKET_IFNAME": "lo"}, "diff", "GLOO_SOCKET_IFNAME"),
        ({"NCCL_DEBUG": None}, "diff", "NCCL_DEBUG"),
        ({"APP_SETTING_7": "other"}, "diff", "APP_SETTING_7"),
    ],
)
def test_a_fault_of_one_node_is_the_first_on_a_screen_of_80_columns(
    fault: Mapping[str, str | None], command: str, said: str, tmp_path: Path
) -> None:
    odd = {name: raw for name, raw in {**USUAL, **fault}.items() if raw is not None}
    for number in range(NODES):
        text = snapshot(number, odd if number == 123 else USUAL)
        (tmp_path / f"{number}.json").write_text(text, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "sglang_envctl", command, str(tmp_path), "--no-config"],
        env={**PERSON, "COLUMNS": "80", "PAGER": "cat", "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    screen = SGR.sub("", done.stdout).splitlines()

    assert done.returncode == 1, done.stderr
    assert max(map(len, screen)) <= 80
    first = " ".join(screen[:6])
    assert said in first
    assert "gpu0123" in first or "gpu[0000-0122,0124-0399]" in first


def test_no_secret_of_a_snapshot_is_shown(write: Write) -> None:
    shown_by_mistake = {
        "HF_TOKEN": SECRET,
        "HTTP_PROXY": f"http://user:{SECRET}@proxy:1",
        "APP": f"--token {SECRET}",
        "SGLANG_CACHE_DIT_FN": SECRET,
    }
    for number in range(4):
        values = {**shown_by_mistake, "HF_TOKEN": f"{SECRET}{number // 3}"}
        command = ["python", "-m", "sglang.launch_server", "--api-key", SECRET]
        write(f"env/{number}.json", snapshot(number, values, command=command, role="prefill"))

    results = [
        run(*args, "--format", form)
        for args, forms in (
            (("check", "env"), ("text", "full", "json", "github", "gitlab", "sarif", "junit")),
            (("check", "env"), ("markdown",)),
            (("diff", "env", "--raw"), ("text", "json")),
            (("diff", "env", "--by", "role"), ("text", "json")),
            (("show", "-e", "env"), ("table", "json", "csv", "markdown")),
        )
        for form in forms
    ]  # fmt: skip
    results.append(run("check", "env", env=PERSON))
    results.append(run("diff", "env", "--raw", env=PERSON))
    results.append(run("show", "-e", "env", env=PERSON))
    results.append(run("snapshot", "env/0.json"))

    assert [result for result in results if SECRET in result.out + result.err] == []
    assert [result.code for result in results if not result.out] == []


KEYS = ("schema", "settings", "name", "raw", "origin", "masked", "node", "host", "command")
WORDS = st.sampled_from((*KEYS, "status", "A=", "B", ""))
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=20,
)


@pytest.mark.slow
@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(document=st.dictionaries(WORDS, ANY_JSON, max_size=5), odd=ANY_JSON)
def test_a_hostile_snapshot_gets_one_line_and_the_others_are_compared(
    document: dict[str, Any], odd: object, write: Write
) -> None:
    for number in range(4):
        write(f"env/{number}.json", snapshot(number, {"NCCL_DEBUG": str(number // 3)}))
    write("env/odd.json", json.dumps({"schema": 1, "settings": odd, **document}))

    for args in (("diff", "-q", "env"), ("check", "-q", "env"), ("show", "-q", "-e", "env")):
        result = run(*args)
        assert result.code in (0, 1, 3), result.err
        assert "NCCL_DEBUG" in result.out
        # Of check, a file that cannot be read is a finding.
        told = result.out if args[0] == "check" else result.err
        if result.code == 3:
            assert sum("env/odd.json: " in line for line in told.splitlines()) == 1
        assert "Traceback" not in result.err
