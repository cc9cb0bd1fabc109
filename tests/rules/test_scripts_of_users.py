"""Scripts as people write them, and all that check says about each."""

from __future__ import annotations

import pytest

from tests.harness import Write, run

START = "python -m sglang.launch_server"

SCRIPTS = {
    "sound": (
        "export SGLANG_USE_AITER=false NVSHMEM_IB_GID_INDEX=3 NVSHMEM_HCA_LIST=mlx5_0,mlx5_1\n"
        f"{START}\n",
        [],
    ),
    "a script that sets variables only": (
        "#!/bin/bash\nset -x\nexport SGLANG_USE_AITER=1\n",
        [],
    ),
    "a name that nothing reads, for the workers of Ray": (
        "export SGLANG_DISABLE_SHM_MM=1\nray start --head\n",
        ["1 warning unknown-variable SGLANG_DISABLE_SHM_MM"],
    ),
    "a name that nothing reads, without a server": (
        "export SGLANG_TP_SIZE=${SGLANG_TP_SIZE:-1}\n",
        ["1 info unknown-variable SGLANG_TP_SIZE"],
    ),
    "a Ray job": (
        'X="{\n \\"env_vars\\": {\\"SGL_ENABLE_JIT_DEEPGEMM\\": \\"1\\"}\n}"\n'
        'ray job submit --runtime-env-json="$X" -- python3 train.py\n',
        ["4 warning renamed SGL_ENABLE_JIT_DEEPGEMM"],
    ),
    "several nodes": (
        f"export HCCL_SOCKET_IFNAME=lo\nexport GLOO_SOCKET_IFNAME=lo\n{START} --nnodes 2\n",
        [
            "1 warning loopback-interface HCCL_SOCKET_IFNAME",
            "2 warning loopback-interface GLOO_SOCKET_IFNAME",
        ],
    ),
    "another machine, with a word that is unknown": (
        f'ssh node "export SGL_ENABLE_JIT_DEEPGEMM=1; {START} --node-rank $i"\n',
        ["1 warning renamed SGL_ENABLE_JIT_DEEPGEMM"],
    ),
    "a placeholder": (
        f"export SGLANG_HOST_IP=<your host>\n{START} --model-path <model>\n",
        ["1 error placeholder SGLANG_HOST_IP"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), SCRIPTS.values(), ids=SCRIPTS)
def test_check_of_a_script(write: Write, text: str, expected: list[str]) -> None:
    write("a.sh", text)
    output = run("check", "a.sh", "--sglang", "0.5.20").out
    found = [line.split(":")[1:3] for line in output.splitlines() if line.startswith("a.sh:")]

    assert expected == [" ".join((line, *rest.split())) for line, rest in found]
