"""The history of a name over the releases."""

from __future__ import annotations

import pytest

from sglang_envctl.explain.history import of_name, of_variable
from sglang_envctl.registry import load as registry
from sglang_envctl.releases import ReleaseData, load
from sglang_envctl.releases.data import COMPUTED
from tests.tables import table


def _data() -> ReleaseData:
    """Five releases: a name that changes its default, pauses, and takes over from an old one."""
    return ReleaseData(
        {
            "schema": 2,
            "releases": ["1.0", "1.1", "1.2", "1.3", "1.4"],
            "readers": ["raw.text", "raw.int"],
            "files": ["a.py"],
            "names": {
                "A": [[0, 0, 0, 0, 1, 0, "x"], [1, 4, 0, 0, 2, 0, "y"]],
                "B": [[0, 1, 1, 0, 3, 0, 1], [3, 4, 1, 0, 4, 0, 1]],
                "C": [[2, 3, 0, 0, 5, COMPUTED, "A"]],
                "D": [[0, 2, 0, 0, 6, 0, "x"], [3, 4, 1, 0, 6, 0, "x"]],
            },
            "renames": [
                [0, 3, "OLD", "A", "table", "divided by 1000", [], 0, 9],
                [2, 4, "ALSO", "A", "alias", "", [], 0, 9],
                [1, 1, "GONE", "", "warning", "", ["--flag"], 0, 9],
            ],
            "forwards": [],
        }
    )


@table(
    ("name", "expected"),
    [
        ("A", ["since 1.1: read, default y", "up to 1.0: read, default x",
               "up to 1.3: OLD is a deprecated name of it (value divided by 1000)",
               "since 1.2: ALSO is a deprecated name of it"]),
        ("B", ["since 1.3: read, default 1", "up to 1.1: read, default 1"]),
        ("C", ["1.2 to 1.3: read, default computed by the code"]),
        ("D", ["all known releases: read, default x"]),
        ("OLD", ["up to 1.3: deprecated; SGLang copies it to A (value divided by 1000), even if that is "
                 "set"]),
        ("ALSO", ["since 1.2: deprecated; read only if A is not set"]),
        ("GONE", ["1.1: deprecated; SGLang logs a warning if it is set; use --flag instead"]),
        ("NOBODY", []),
    ],
)  # fmt: skip
def test_lines(name: str, expected: list[str]) -> None:
    assert list(of_name(name, _data())) == expected


def test_every_name_that_is_read_has_a_history() -> None:
    data = load()
    assert [
        name for name in data.names() if data.runs(name) and not list(of_name(name, data))
    ] == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("OMP_NUM_THREADS", []),
        ("HF_TOKEN", []),
        ("SGLANG_DIFFUSION_ATTENTION_BACKEND", ["0.5.6 to 0.5.20: read, without effect"]),
        ("SGLANG_CLOUD_STORAGE_TYPE", ['since 0.5.8: read, default ""']),
        ("SGLANG_SCHEDULER_MAX_RECV_PER_POLL", ["since 0.5.6: read, default -1"]),
    ],
)
def test_history_of_a_variable_is_what_sglang_does_with_it(name: str, expected: list[str]) -> None:
    variable = registry().find(name)
    assert variable
    assert list(of_variable(variable, load())) == expected
