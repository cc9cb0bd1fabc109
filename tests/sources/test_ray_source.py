"""The nodes of a Ray cluster, asked through a real one of several nodes on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sglang_envctl.errors import SourceError, UsageError
from sglang_envctl.sources import ray as source
from sglang_envctl.sources.context import Context
from tests.harness import ROOT, run

SECRET = "hf_" + "Zq7Xw9Kp2Lm4Vt8B"


@pytest.mark.parametrize("argument", ["here", "h:0x1", "h:123456", "ray://", "h:1;x"])
def test_what_is_no_address(argument: str) -> None:
    with pytest.raises(UsageError, match="give ray:auto, or ray:HOST:PORT"):
        source.layers(argument, Context())


def test_an_address_where_nothing_listens_is_refused_at_once() -> None:
    with pytest.raises(SourceError, match=r"^ray:127\.0\.0\.1:1: no Ray cluster answers: "):
        source.layers("127.0.0.1:1", Context())


def test_without_ray_its_installation_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    result = run("diff", "ray:auto", "defaults")
    assert result.code == 3
    assert "needs Ray: pip install 'sglang-envctl[ray]'" in result.err


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A cluster of three nodes, whose environment has a secret."""
    utils = pytest.importorskip("ray.cluster_utils")
    os.environ |= {"SGLANG_LOG_MS": "1", "HF_TOKEN": SECRET}
    try:
        found = utils.Cluster(
            initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}
        )
        found.add_node(num_cpus=1)
        found.add_node(num_cpus=1)
    finally:
        del os.environ["SGLANG_LOG_MS"], os.environ["HF_TOKEN"]
    yield found
    found.shutdown()


def envctl(*args: str) -> subprocess.CompletedProcess[str]:
    """envctl in a process of its own: a program connects to one cluster."""
    command = [sys.executable, "-m", "sglang_envctl", *args]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def jobs(cluster: Any) -> Any:
    """The programs that have connected to the cluster so far."""
    from ray._raylet import GcsClient  # type: ignore[attr-defined]  # of no stub

    return GcsClient(address=cluster.address).get_all_job_info()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.real
@pytest.mark.slow
def test_every_node_answers_without_its_secrets(cluster: Any) -> None:
    result = envctl(
        "check", f"ray:{cluster.address}", "--format", "json", "--timeout", "180",
        "--select", "undocumented,unreadable",
    )  # fmt: skip

    assert SECRET not in result.stdout + result.stderr
    found = json.loads(result.stdout)["findings"]
    assert {(finding["name"], finding["message"][:14]) for finding in found} == {
        ("SGLANG_LOG_MS", "not documented")
    }
    assert result.returncode == 0


@pytest.mark.real
@pytest.mark.slow
def test_a_node_that_dies_meanwhile_is_named_and_the_others_answer(cluster: Any) -> None:
    lost = cluster.add_node(num_cpus=1)
    os.kill(lost.all_processes["raylet"][0].process.pid, signal.SIGSTOP)  # alive, and silent
    programs = len(jobs(cluster))
    command = ["check", f"ray:{cluster.address}", "--timeout", "180"]
    asking = subprocess.Popen(
        [sys.executable, "-m", "sglang_envctl", *command], cwd=ROOT, stdout=-1, stderr=-1, text=True
    )
    with asking:
        wait_until(lambda: len(jobs(cluster)) > programs)
        time.sleep(5)  # it has connected, and asks every node
        cluster.remove_node(lost, allow_graceful=False)
        out, _ = asking.communicate(timeout=300)

    assert asking.returncode == 3
    assert out.count("error unreadable: did not answer: ") == 1
    assert out.count("undocumented SGLANG_LOG_MS") == 1  # of the three that answer


@pytest.mark.real
@pytest.mark.slow
def test_nodes_that_do_not_answer_in_time_are_named(cluster: Any) -> None:
    result = envctl("diff", f"ray:{cluster.address}", "--timeout", "1")

    assert result.returncode == 3
    assert result.stderr.count("did not answer within 1 s (see --timeout)") >= 2
