"""Which assignments of an environment are exported."""

from __future__ import annotations

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin, stack
from sglang_envctl.errors import UsageError
from sglang_envctl.exports.wanted import Wanted, assignments
from sglang_envctl.registry import load
from sglang_envctl.settings import Settings, settle
from tests.tables import table

ORIGIN = Origin("a.env", "a.env", 1)
FILE = {"APP": "shop", "SGLANG_CACHE_DIT_FN": "4", "PATH": "/bin"}
MACHINE = {
    "EDITOR": "vi",  # nobody but the machine's owner knows it
    "GITHUB_TOKEN": "x",  # SGLang's own CI reads it
    "SGLANG_CACHE_DIT_BN": "2",
    "SGLANG_IS_IN_CI": "1",
    "SGL_OLD_NAME": "1",
}


def layer(kind: str, values: dict[str, str]) -> Layer:
    return Layer(kind, kind, tuple(Assignment(name, raw, ORIGIN) for name, raw in values.items()))


def settings(*layers: Layer) -> Settings:
    return settle(stack(layers), load(), "0.5.23")


BOTH = settings(layer("process", MACHINE), layer("dotenv", FILE))


@table(
    ("wanted", "expected"),
    [
        (Wanted(("APP",)), "APP"),
        (Wanted(("*_DIT_*",)), "SGLANG_CACHE_DIT_FN SGLANG_CACHE_DIT_BN"),
        (Wanted(("*_dit_*",)), ""),
        (Wanted(("PATH",)), "PATH"),
        (Wanted(("P*", "A*")), "PATH APP"),
        (Wanted(("EDITOR",)), ""),
        (Wanted(sections=frozenset({"cache-dit"})), "SGLANG_CACHE_DIT_FN SGLANG_CACHE_DIT_BN"),
        (Wanted(("APP",), frozenset({"cache-dit"})), ""),
        (Wanted(("APP",), frozenset({"cache-dit", "other"})), "APP"),
    ],
)
def test_what_is_written(wanted: Wanted, expected: str) -> None:
    assert " ".join(a.name for a in assignments(BOTH, wanted, defaults=False)) == expected


def test_by_default_what_the_user_wrote_and_what_sglang_knows() -> None:
    names = {a.name for a in assignments(BOTH, Wanted(), defaults=False)}

    assert {"APP", "SGLANG_CACHE_DIT_FN", "SGLANG_CACHE_DIT_BN"} <= names
    assert not names & {"PATH", "EDITOR", "GITHUB_TOKEN"}


def test_defaults_are_added_for_what_is_not_set() -> None:
    wanted = Wanted(("SGLANG_CACHE_DIT_[BF]N", "SGLANG_CACHE_DIT_MC"))
    found = list(assignments(BOTH, wanted, defaults=True))

    assert {a.name: (a.raw, str(a.origin)) for a in found} == {
        "SGLANG_CACHE_DIT_FN": ("4", "a.env:1"),
        "SGLANG_CACHE_DIT_BN": ("2", "a.env:1"),
        "SGLANG_CACHE_DIT_MC": ("3", "default"),
    }


def test_each_pattern_has_to_match_something() -> None:
    Wanted(("A*", "B")).refuse_unmatched(["AX", "B"], "set")
    with pytest.raises(UsageError, match=r"^no variable that is set matches B$"):
        Wanted(("A*", "B")).refuse_unmatched(["AX"], "set")
