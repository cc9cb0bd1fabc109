"""sbatch passes on to the controller what was exported."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Assignment
from sglang_envctl.exports import slurm
from tests.exports.values import (
    NOT_UTF8,
    ORIGIN,
    TEXTS,
    VALUES,
    carried,
    exported,
    in_bytes,
    ours,
    text_of,
)  # fmt: skip
from tests.slurm import Controller, controller

NAMES = """
    A a_1 a.b-c 1A É BASH_FUNC_x%% "A" 'A' $A PATH HOME USER SHELL TERM TMPDIR LD_PRELOAD SBATCH_X _
    ENVIRONMENTS HOSTNAMES
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controller]:
    with controller(tmp_path_factory.mktemp("slurm")) as running:
        yield running


def test_values_are_read_back(cluster: Controller) -> None:
    found = carried("slurm", VALUES + NOT_UTF8)
    assert len(VALUES + NOT_UTF8) == len(found)
    assert in_bytes(found) == ours(cluster.submit(exported("slurm", found)))


@pytest.mark.slow
def test_any_text_is_read_back(cluster: Controller) -> None:
    @given(st.lists(TEXTS, min_size=20, max_size=60))
    @settings(max_examples=25, deadline=None, derandomize=True)
    def of_any(values: list[str]) -> None:
        found = carried("slurm", values)
        assert len(values) == len(found)
        assert in_bytes(found) == ours(cluster.submit(exported("slurm", found)))

    of_any()


def test_names_are_read_back(cluster: Controller) -> None:
    found = [Assignment(n, "7", ORIGIN) for n in [*NAMES.split(), "A B", "A\n", "A" * 255]]
    assert [""] * len(found) == [slurm.refusal(a.name, a.raw) for a in found]
    read = cluster.submit(exported("slurm", found))
    assert in_bytes(found).items() <= read.items()


@pytest.mark.parametrize(
    "name",
    ["A" * 256, "DISPLAY", "ENVIRONMENT", "HOSTNAME", "SLURM_UMASK", "SLURM_SUBMIT_HOST", "A=B"],
)
def test_what_is_refused_would_not_be_read_back(cluster: Controller, name: str) -> None:
    assert slurm.refusal(name, "7")
    assert cluster.submit(text_of("slurm", (name, "7")).encode()).get(name.encode()) != b"7"


def test_the_longest_is_read_back(cluster: Controller) -> None:
    raw = "x" * 131_069
    read = cluster.submit(text_of("slurm", ("A", raw), ("C", "1")).encode())
    assert (read[b"A"], read[b"C"]) == (raw.encode(), b"1")


def test_names_that_slurm_sets_are_refused() -> None:
    assert (
        slurm.refusal("SLURM_JOB_ID", "1")
        == "Slurm sets names that start with SLURM_ or SLURMD_ itself"
    )
