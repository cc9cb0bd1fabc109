"""Layers on top of each other: which assignment wins, and what stands underneath."""

from __future__ import annotations

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin, stack


def layer(label: str, *pairs: str, kind: str = "dotenv") -> Layer:
    found = (pair.split("=") for pair in pairs)
    return Layer(label, kind, tuple(Assignment(name, raw, Origin(label)) for name, raw in found))


PROCESS = layer("process", "A=1", "P=1", kind="process")
LOW = layer("low", "A=2", "B=2", "A=3")
HIGH = layer("high", "B=4", "C=4")


@pytest.mark.parametrize(
    ("layers", "expected", "explicit"),
    [
        ([], {}, set()),
        ([PROCESS], {"A": "1", "P": "1"}, set()),
        ([LOW], {"A": "3", "B": "2"}, {"A", "B"}),
        ([LOW, HIGH], {"A": "3", "B": "4", "C": "4"}, {"A", "B", "C"}),
        ([HIGH, LOW], {"B": "2", "C": "4", "A": "3"}, {"A", "B", "C"}),
        ([LOW, PROCESS], {"A": "1", "B": "2", "P": "1"}, {"A", "B"}),
    ],
    ids=["nothing", "process", "one file", "two files", "the other way", "process on top"],
)
def test_the_last_assignment_wins(
    layers: list[Layer], expected: dict[str, str], explicit: set[str]
) -> None:
    environment = stack(iter(layers))
    found = {name: assignment.raw for name, assignment in environment.effective.items()}
    assert list(expected.items()) == list(found.items())
    assert explicit == environment.explicit
    assert tuple(layers) == environment.layers


@pytest.mark.parametrize(
    ("name", "expected"),
    [("A", ["3 low", "2 low", "1 process"]), ("C", ["4 high"]), ("NO_SUCH", [])],
)
def test_the_chain_begins_with_the_winner(name: str, expected: list[str]) -> None:
    chain = stack([PROCESS, LOW, HIGH]).chain(name)
    assert expected == [f"{a.raw} {a.origin}" for a in chain]


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (Origin("process"), "process"),
        (Origin("a.env", "a.env"), "a.env"),
        (Origin("compose.yaml#web", "web.env", 3), "web.env:3"),
    ],
)
def test_an_origin_reads_like_a_compilers(origin: Origin, expected: str) -> None:
    assert expected == str(origin)
