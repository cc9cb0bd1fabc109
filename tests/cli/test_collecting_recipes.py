"""The ways to take a snapshot on every node, each with the launcher's own program.

The nodes are on this machine: several slurmd, processes of mpirun, and the exec modules of pdsh and
clush, which start a command here instead of on another host. Only kubectl is a stand-in, since there is
no cluster: it starts here what `kubectl exec` starts in a pod.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.consumers import need
from tests.harness import ROOT, run
from tests.slurm import cluster

pytestmark = pytest.mark.real

ENVCTL = f"""\
#!/bin/sh
PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m sglang_envctl "$@"
"""
KUBECTL = """\
#!/bin/sh
# kubectl exec POD -- COMMAND...
export HOSTNAME="$2" SLURMD_NODENAME="$2"
shift 3
exec "$@"
"""
ODD = 'export NCCL_DEBUG=WARN; test "$%s" != %s || export NCCL_DEBUG=INFO; exec envctl snapshot -q -o %s'
"""One node has another value than the rest."""


@pytest.fixture(name="folder")
def folder_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the snapshots go, with envctl on PATH."""
    for name, text in (("envctl", ENVCTL), ("kubectl", KUBECTL)):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(text, encoding="utf-8")
        program.chmod(0o755)
    (tmp_path / "env").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def collect(folder: Path, *command: str, env: Mapping[str, str] | None = None) -> None:
    path = os.pathsep.join((str(folder / "bin"), os.environ["PATH"]))
    variables = {"PATH": path, "HOME": str(folder), "USER": "test", **(env or {})}
    done = subprocess.run(
        command, env=variables, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def nodes(folder: Path) -> dict[str, tuple[str, str]]:
    """Per file the host and the rank."""
    found = {path.name: json.loads(path.read_text("utf-8")) for path in (folder / "env").iterdir()}
    return {n: (d["node"]["host"], d["node"]["rank"] or "") for n, d in sorted(found.items())}


def differences() -> list[str]:
    return run("diff", "-q", "env").out.splitlines()


def test_srun(folder: Path) -> None:
    srun = need("srun")
    with cluster(folder, ["gpu1", "gpu2", "gpu3", "gpu4"]) as slurm:
        collect(
            folder, srun, "-N4", "--ntasks-per-node=1", "--export=ALL",
            "sh", "-c", ODD % ("SLURM_NODEID", 2, "env/%h.json"), env=slurm.variables,
        )  # fmt: skip

    assert nodes(folder) == {f"gpu{n}.json": (f"gpu{n}", str(n - 1)) for n in range(1, 5)}
    assert differences() == ["NCCL_DEBUG\tchanged\tgpu[1-2,4]: WARN\tgpu3: INFO"]
    # What Slurm itself gives each node is expected to differ.
    assert run("check", "-q", "env").code == 0


def test_mpirun(folder: Path) -> None:
    # As root, in a container, only if told to.
    may = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    collect(
        folder, need("mpirun"), "--oversubscribe", "-n", "4",
        "sh", "-c", ODD % ("OMPI_COMM_WORLD_RANK", 2, "env/%h-%r.json"), env=may,
    )  # fmt: skip

    host = os.uname().nodename
    assert nodes(folder) == {f"{host}-{n}.json": (host, str(n)) for n in range(4)}
    assert differences() == [f"NCCL_DEBUG\tchanged\t{host},{host}/[1,3]: WARN\t{host}/2: INFO"]


@pytest.mark.parametrize("program", ["pdsh", "clush"])
def test_parallel_shells(program: str, folder: Path) -> None:
    """Their exec modules replace %h and %% in the command as ssh does not."""
    script = ODD % ("SLURMD_NODENAME", "gpu3", "env/%%h.json")
    command = ["env", "SLURMD_NODENAME=%h", "sh", "-c", script]
    if program == "pdsh":
        collect(folder, need("pdsh"), "-R", "exec", "-w", "gpu[1-4]", *command)
    else:
        # The library that folds names brings it.
        joined = shlex.join(command)
        collect(folder, need("clush"), "--worker=exec", "-w", "gpu[1-4]", joined)

    assert list(nodes(folder)) == [f"gpu{n}.json" for n in range(1, 5)]
    assert differences() == ["NCCL_DEBUG\tchanged\tgpu[1-2,4]: WARN\tgpu3: INFO"]


def test_kubectl_exec(folder: Path) -> None:
    loop = (
        "for pod in web-0 web-1 web-2 web-3; do"
        " kubectl exec $pod -- envctl snapshot -q >env/$pod.json; done"
    )
    collect(folder, "sh", "-c", loop, env={"NCCL_DEBUG": "WARN"})

    assert nodes(folder) == {f"web-{n}.json": (f"web-{n}", "") for n in range(4)}
    assert differences() == []


def pod(number: int, **values: str) -> object:
    index = {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
    env = [{"name": name, "value": value} for name, value in values.items()]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"web-{number}"},
        "spec": {"nodeName": f"node-{number}", "containers": [{"name": "c", "env": [*env, index]}]},
    }


def test_kubectl_get_pods(folder: Path) -> None:
    pods = [pod(n, NCCL_DEBUG="INFO" if n == 2 else "WARN") for n in range(5)]
    document = {"apiVersion": "v1", "kind": "List", "items": pods}
    (folder / "pods.json").write_text(json.dumps(document, indent=4), encoding="utf-8")

    [line] = run("diff", "-q", "pods.json").out.splitlines()

    assert line.split("\t")[:2] == ["NCCL_DEBUG", "changed"]
    assert "WARN" in line.split("\t")[2]
    assert "web-2" in line.split("\t")[3]
