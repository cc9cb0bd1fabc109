"""Which variables a command is narrowed to."""

from __future__ import annotations

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin, stack
from sglang_envctl.errors import UsageError
from sglang_envctl.registry import load
from sglang_envctl.selection import Selection, matching, spelled_like
from sglang_envctl.settings import Settings, settle
from tests.tables import table

ORIGIN = Origin("a.env", "a.env", 1)
FILE = {"SGLANG_CACHE_DIT_FN": "4", "NCCL_DEBUG": "WARN", "APP": "shop"}
ASIDE = {variable.name for variable in load().variables if variable.section.aside}
MACHINE = {"SGLANG_CACHE_DIT_BN": "2", "SGLANG_NOT_KNOWN": "1", "EDITOR": "vi"}


def layer(kind: str, values: dict[str, str]) -> Layer:
    return Layer(kind, kind, tuple(Assignment(name, raw, ORIGIN) for name, raw in values.items()))


@pytest.fixture(scope="module", name="settings")
def settings_fixture() -> Settings:
    environment = stack([layer("process", MACHINE), layer("dotenv", FILE)])
    return settle(environment, load(), "0.5.23")


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(only_set=True),
         "SGLANG_CACHE_DIT_FN SGLANG_CACHE_DIT_BN NCCL_DEBUG SGLANG_NOT_KNOWN APP"),
        (Selection(patterns=("*_dit_?n",)), "SGLANG_CACHE_DIT_FN SGLANG_CACHE_DIT_BN"),
        (Selection(patterns=("APP", "nccl_debug")), "NCCL_DEBUG APP"),
        (Selection(sections=frozenset({"other"})), "SGLANG_NOT_KNOWN APP"),
        (Selection(sections=frozenset({"other", "nccl"}), only_set=True),
         "NCCL_DEBUG SGLANG_NOT_KNOWN APP"),
        (Selection(owners=frozenset({"nccl"}), only_set=True), "NCCL_DEBUG"),
        (Selection(words=("OTHER NAMES", "SGLANG_NOT_KNOWN")), "SGLANG_NOT_KNOWN"),
        (Selection(words=("dit", "no-such-word")), ""),
    ],
)  # fmt: skip
def test_what_is_listed(settings: Settings, selection: Selection, expected: str) -> None:
    assert " ".join(entry.name for entry in selection.of(settings)) == expected


def test_the_software_beside_sglang_is_listed_where_it_is_set_or_asked_for(
    settings: Settings,
) -> None:
    default = [entry.name for entry in Selection().of(settings)]
    everything = [entry.name for entry in Selection(everything=True).of(settings)]

    assert "SGLANG_CACHE_DIT_MC" in default
    assert {name for name in default if name in ASIDE} == {"NCCL_DEBUG"}
    assert {variable.name for variable in load().variables} <= set(everything)


@pytest.mark.parametrize(
    ("selection", "default"),
    [
        (Selection(), True),
        (Selection(everything=True), False),
        (Selection(only_set=True), False),
        (Selection(patterns=("A",)), False),
    ],
)
def test_whether_nothing_in_particular_is_asked_for(selection: Selection, default: bool) -> None:
    assert selection.is_default == default


NAMES = ["AB", "ABC", "XABY"]


@table(
    ("patterns", "expected"),
    [
        (["AB"], {"AB"}),
        (["ab"], {"AB"}),
        (["b"], {"AB", "ABC", "XABY"}),
        (["A*"], {"AB", "ABC"}),
        (["?B"], {"AB"}),
        (["[x]*"], {"XABY"}),
        (["ABC", "AB"], {"AB", "ABC"}),
        ([], set()),
    ],
)
def test_a_whole_name_a_part_or_a_pattern(patterns: list[str], expected: set[str]) -> None:
    assert matching(patterns, NAMES, spelled_like(NAMES), "envctl list") == expected


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("zzzzzzz", "no variable here is called zzzzzzz; envctl list lists all of them"),
        ("SGLANG_X_ENABELD", "no variable here is called SGLANG_X_ENABELD; did you mean "
                             "SGLANG_X_ENABLED?"),
    ],
)  # fmt: skip
def test_a_pattern_that_matches_nothing(pattern: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        matching([pattern], NAMES, spelled_like(["SGLANG_X_ENABLED"]), "envctl list")
    assert str(caught.value) == message
