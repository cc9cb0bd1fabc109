"""Sources to environments: layers that see the ones below, and environments on their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sglang_envctl.environment import Environment
from sglang_envctl.errors import Unreadable, UsageError
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import load, load_each, load_sides

CONTEXT = Context({"HOME": "/home/me"})
NO_FILE = "no such file"
COMPOSE = "services:\n  a: {environment: [A=1]}\n  b: {env_file: part.env, environment: [B=1]}\n"
FILES = {
    "low.env": "A=low\nB=low\n",
    "high.env": "A=${A}+high\nC=${B}${HOME}\n",
    "stack.yaml": COMPOSE,
    "folder/compose.yaml": COMPOSE,
    "folder/part.env": "P=1\n",
    "folder/more.env": "M=1\n",
    "part.env": "P=1\n",
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")


def text(one: Environment | Unreadable) -> str:
    """An environment as its assignments in force, or a source that could not be read."""
    if isinstance(one, Unreadable):
        return str(one)
    return " ".join(f"{name}={a.raw}" for name, a in one.effective.items())


@pytest.mark.parametrize(
    ("sources", "inherit", "expected"),
    [
        ((), False, ""),
        ((), True, "HOME=/home/me"),
        (("low.env",), False, "A=low B=low"),
        (("low.env", "high.env"), False, "A=low+high B=low C=low/home/me"),
        (("high.env", "low.env"), False, "A=low C=/home/me B=low"),
        (("low.env",), True, "HOME=/home/me A=low B=low"),
        (("low.env", {"A": "given"}), False, "A=given B=low"),
        (({"B": "given"}, "high.env"), False, "B=given A=+high C=given/home/me"),
        (("stack.yaml#a",), False, "A=1"),
    ],
)
def test_a_later_layer_wins_and_sees_those_below(
    sources: tuple[str | dict[str, str], ...], inherit: bool, expected: str
) -> None:
    assert text(load(sources, CONTEXT, inherit=inherit).environment) == expected


def test_a_layer_does_not_see_those_above() -> None:
    (layer, _) = load(["high.env", "low.env"], CONTEXT).layers
    assert [note.rule for note in layer.notes] == ["undefined-reference"] * 2


def test_a_source_that_cannot_be_read_is_a_value_and_the_others_are_read() -> None:
    loaded = load(["low.env", "no.env", "folder"], CONTEXT)
    assert [layer.label for layer in loaded.layers] == ["low.env"]
    assert loaded.unreadable == (
        Unreadable("no.env", NO_FILE),
        Unreadable("folder", "is a directory; name a file in it"),
    )


@pytest.mark.parametrize("sources", [["stack.yaml"], ["low.env", "stack.yaml"]])
def test_a_layer_is_one_environment(sources: list[str]) -> None:
    with pytest.raises(
        UsageError, match=r"^stack\.yaml contains a, b: select one with stack\.yaml#NAME$"
    ):
        load(sources, CONTEXT)


@pytest.mark.parametrize(
    ("sources", "layers", "inherit", "expected"),
    [
        ([], [], False, ["HOME=/home/me"]),
        ([], ["low.env"], False, ["A=low B=low"]),
        ([], ["low.env"], True, ["HOME=/home/me A=low B=low"]),
        (["low.env", "part.env"], [], False, ["A=low B=low", "P=1"]),
        (["high.env", "part.env"], ["low.env"], False,
         ["A=low+high B=low C=low/home/me", "A=low B=low P=1"]),
        (["part.env"], [], True, ["HOME=/home/me P=1"]),
        (["stack.yaml"], [], False, ["A=1", "P=1 B=1"]),
        (["stack.yaml#a"], [], False, ["A=1"]),
        (["no.env", "part.env"], [], False, [f"no.env: {NO_FILE}", "P=1"]),
        (["part.env"], ["no.env", "low.env"], False, [f"no.env: {NO_FILE}"]),
        (["folder"], [], False, ["A=1", "P=1 B=1", "M=1"]),
        (["folder", "./part.env"], [], False, ["A=1", "P=1 B=1", "M=1", "P=1"]),
        (["folder", "folder/part.env"], [], False, ["A=1", "P=1 B=1", "M=1", "P=1"]),
        (["folder", "folder/more.env", "./folder"], [], False, ["A=1", "P=1 B=1", "M=1"]),
        (["low.env", "./low.env"], [], False, ["A=low B=low"]),
        (["folder/more.env", "no.env"], [], False, ["M=1", f"no.env: {NO_FILE}"]),
    ],
)  # fmt: skip
def test_every_environment_of_every_source_on_its_own(
    sources: list[str], layers: list[str], inherit: bool, expected: list[str]
) -> None:
    found = load_each(sources, CONTEXT, layers=layers, inherit=inherit)
    assert list(map(text, found)) == expected


def test_a_part_of_another_source_is_left_out_wherever_in_the_directory_it_is(
    tmp_path: Path,
) -> None:
    (tmp_path / "folder" / "a.env").write_text("X=1\n", encoding="utf-8")
    (tmp_path / "folder" / "z.yaml").write_text(
        "services: {web: {env_file: a.env}}\n", encoding="utf-8"
    )
    assert "X=1" in map(text, load_each(["folder/a.env"], CONTEXT))
    assert list(map(text, load_each(["folder"], CONTEXT))).count("X=1") == 1


@pytest.mark.parametrize(
    ("sources", "layers", "expected"),
    [
        (["low.env", "part.env"], [], ["A=low B=low", "P=1"]),
        (["defaults", "release:0.5.20", "part.env"], [], ["", "", "P=1"]),
        (["defaults", "part.env"], ["low.env"], ["A=low B=low", "A=low B=low P=1"]),
        (["high.env", "stack.yaml#a"], ["low.env"],
         ["A=low+high B=low C=low/home/me", "A=1 B=low"]),
        (["no.env", "part.env"], [], [f"no.env: {NO_FILE}", "P=1"]),
        (["low.env", "part.env"], ["no.env"], [f"no.env: {NO_FILE}"]),
    ],
)  # fmt: skip
def test_the_sides_of_a_comparison(
    sources: list[str], layers: list[str], expected: list[str]
) -> None:
    sides = load_sides(sources, CONTEXT, layers=layers)
    found = [side if isinstance(side, Unreadable) else side.make() for side in sides]
    assert list(map(text, found)) == expected


def test_progress_counts_the_sources_that_directories_hold() -> None:
    told: list[tuple[int, int]] = []
    load_each(
        ["folder", "low.env"], CONTEXT, on_source=lambda done, total: told.append((done, total))
    )
    found, read = [(0, 1), (0, 2), (0, 3), (0, 4)], [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert told == found + read


@pytest.mark.parametrize(
    ("sources", "layers"), [(["-", "-"], []), (["-"], ["-"]), (["dotenv:-"], ["-"])]
)
def test_standard_input_is_read_once(sources: list[str], layers: list[str]) -> None:
    complaint = "^standard input can be read only once: name - once$"
    for several in (load_each, load_sides):
        with pytest.raises(UsageError, match=complaint):
            list(several(sources, CONTEXT, layers=layers))
    with pytest.raises(UsageError, match=complaint):
        load([*layers, *sources], CONTEXT)
