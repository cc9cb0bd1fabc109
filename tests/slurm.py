"""A Slurm controller of a test's own, which keeps what jobs get, and nodes, all on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.consumers import need

CONFIG = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser={user}
AuthType=auth/none
CredType=cred/none
SlurmdUser={user}
StateSaveLocation={folder}/state
SlurmctldPidFile={folder}/pid
SlurmctldLogFile={folder}/log
SlurmdPidFile={folder}/%n.pid
SlurmdLogFile={folder}/%n.log
SlurmdSpoolDir={folder}/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/linear
PartitionName=all Nodes=ALL Default=YES
{nodes}
"""


class Controller:
    """A running controller."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def variables(self) -> dict[str, str]:
        """What Slurm's programs find it by."""
        return {"SLURM_CONF": str(self.folder / "slurm.conf")}

    def submit(self, export_file: bytes) -> dict[bytes, bytes]:
        """The environment of a job that sbatch submits with `--export-file`."""
        (self.folder / "exported").write_bytes(export_file)
        (self.folder / "job").write_text("#!/bin/sh\n", encoding="utf-8")
        done = subprocess.run(
            [need("sbatch"), "--hold", "--parsable", "--export-file=exported", "job"],
            env={"PATH": "/usr/bin:/bin", **self.variables},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        job = int(done.stdout)
        # A count of four bytes, and then the entries, each with a NUL behind it.
        kept = self.folder / f"state/hash.{job % 10}/job.{job}/environment"
        entries = kept.read_bytes()[4:].split(b"\0")[:-1]
        return {name: value for name, _, value in (entry.partition(b"=") for entry in entries)}


@contextmanager
def controller(
    folder: Path, nodes: str = "NodeName=none NodeAddr=127.0.0.1"
) -> Iterator[Controller]:
    """A controller that listens on loopback and keeps everything in a folder; jobs wait for a node."""
    program, port = need("slurmctld", "/usr/sbin"), _port()
    (folder / "state").mkdir()
    host, user = _HOST, os.geteuid()
    text = CONFIG.format(host=host, port=port, user=user, folder=folder, nodes=nodes)
    (folder / "slurm.conf").write_text(text, encoding="utf-8")
    with _running(program, "-D", "-i", "-f", folder / "slurm.conf") as running:
        _await(port, running)
        yield Controller(folder)


@contextmanager
def cluster(folder: Path, names: Sequence[str]) -> Iterator[Controller]:
    """A controller with nodes that run jobs."""
    program = need("slurmd", "/usr/sbin")
    at = f"NodeHostname={_HOST} NodeAddr=127.0.0.1 CPUs=1"
    nodes = "\n".join(f"NodeName={name} {at} Port={_port()}" for name in names)
    with controller(folder, nodes) as found, ExitStack() as stack:
        for name in names:
            options = ("-D", "-N", name, "-f", folder / "slurm.conf")
            stack.enter_context(_running(program, *options))
        yield found


_HOST = socket.gethostname().split(".")[0]


def _port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@contextmanager
def _running(*command: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=nowhere, stderr=nowhere) as running:
        try:
            yield running
        finally:
            running.terminate()
            running.wait(30)


def _await(port: int, running: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert running.poll() is None, "slurmctld ended"
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("slurmctld does not listen")
