"""Sources loaded as layers: what each sees of the others, and what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.errors import UsageError
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import Unreadable, all_apart, apart, expanded, layers, start
from tests.harness import Write

CONTEXT = Context({"HOME": "/home/me"})
SERVICES = "services: {a: {environment: {A: '1'}}, b: {environment: {A: '2'}}}\n"


def values(found: tuple[Layer, ...]) -> list[list[str]]:
    return [[a.raw for a in layer.assignments] for layer in found]


def test_a_layer_sees_those_underneath(write: Write) -> None:
    write("low.env", "A=low\nB=low\n")
    write("high.env", "A=${A}+high\nC=${B}${HOME}\n")
    loaded = layers(["low.env", "high.env"], context=CONTEXT)

    assert values(loaded.layers) == [["low", "low"], ["low+high", "low/home/me"]]
    assert loaded.environment.effective["A"].raw == "low+high"


def test_a_layer_does_not_see_those_above(write: Write) -> None:
    write("low.env", "C=${A}\n")
    write("high.env", "A=1\n")
    low, _ = layers(["low.env", "high.env"], context=CONTEXT).layers

    assert (low.assignments[0].raw, len(low.notes)) == ("", 1)


def test_a_layer_that_is_there_already_takes_its_place(write: Write) -> None:
    write("a.env", "B=${A}\n")
    given = Layer("given", "process", (Assignment("A", "1", Origin("given")),))

    assert values(layers([given, "a.env"], context=CONTEXT).layers) == [["1"], ["1"]]


def test_what_cannot_be_read_is_kept_and_the_rest_is_loaded(write: Write) -> None:
    write("a.env", "A=1\n")
    loaded = layers(["no.env", "a.env"], context=CONTEXT)

    assert values(loaded.layers) == [["1"]]
    assert loaded.unreadable == (Unreadable("no.env", "no such file"),)
    assert loaded.unreadable[0].words == "no.env: no such file"


def test_one_environment_has_to_be_picked_of_several(write: Write) -> None:
    write("compose.yaml", SERVICES)
    with pytest.raises(UsageError, match="holds a, b: pick one"):
        layers(["compose.yaml"], context=CONTEXT)


def test_each_environment_of_a_source_lies_on_the_layers_underneath(write: Write) -> None:
    write("base.env", "B=0\n")
    write("compose.yaml", SERVICES)
    under = layers(["base.env"], context=CONTEXT).layers

    found = list(apart("compose.yaml", under, CONTEXT))

    assert [values(loaded.layers) for loaded in found] == [[["0"], ["1"]], [["0"], ["2"]]]


def test_a_directory_is_the_sources_in_it(write: Write) -> None:
    Path("deploy").mkdir()
    Path("empty").mkdir()
    write("deploy/prod.env", "A=1\n")

    assert list(expanded(["deploy", "empty", "x.env"])) == [
        "deploy/prod.env",
        Unreadable("empty", "no file under it looks like a source"),
        "x.env",
    ]


def test_a_part_of_another_source_is_not_checked_alone_unless_it_is_named(write: Write) -> None:
    write("web.env", "A=1\n")
    write("compose.yaml", "services: {web: {env_file: web.env}}\n")
    sources = ["compose.yaml", "web.env"]

    def loaded(named: list[str]) -> list[str]:
        found = all_apart(sources, (), named, context=CONTEXT)
        return [layer.label for each in found for layer in each.layers]

    assert loaded([]) == ["compose.yaml#web"]
    assert loaded(sources) == ["compose.yaml#web", "web.env"]


def test_a_run_starts_from_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVCTL_TEST", "x")

    assert start("docker").process["ENVCTL_TEST"] == "x"
    assert start("docker").dialect == "docker"
