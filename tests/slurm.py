"""A Slurm controller of a test's own: it has no node, so that jobs wait, and it keeps what they get."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.consumers import need

CONFIG = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser={user}
AuthType=auth/none
CredType=cred/none
StateSaveLocation={folder}/state
SlurmctldPidFile={folder}/pid
SlurmctldLogFile={folder}/log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
NodeName=none NodeAddr=127.0.0.1
PartitionName=all Nodes=none Default=YES
"""


class Controller:
    """A running controller."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def submit(self, export_file: bytes) -> dict[bytes, bytes]:
        """The environment of a job that sbatch submits with `--export-file`."""
        (self.folder / "exported").write_bytes(export_file)
        (self.folder / "job").write_text("#!/bin/sh\n", encoding="utf-8")
        done = subprocess.run(
            [need("sbatch"), "--hold", "--parsable", "--export-file=exported", "job"],
            env={"PATH": "/usr/bin:/bin", "SLURM_CONF": str(self.folder / "slurm.conf")},
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
def controller(folder: Path) -> Iterator[Controller]:
    """A controller that listens on loopback and keeps everything in a folder."""
    program = need("slurmctld", "/usr/sbin")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "state").mkdir()
    config = folder / "slurm.conf"
    host, user = socket.gethostname().split(".")[0], os.geteuid()
    config.write_text(
        CONFIG.format(host=host, port=port, user=user, folder=folder), encoding="utf-8"
    )
    running = subprocess.Popen(
        [program, "-D", "-i", "-f", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await(port, running)
        yield Controller(folder)
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
