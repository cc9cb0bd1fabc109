"""Old names, alone and together with new ones, end up in SGLang's own code as envctl says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sglang_envctl.environment import Assignment, Origin
from sglang_envctl.releases import RELEASES, RenameSpan, load
from sglang_envctl.releases.renames import rewrite
from sglang_envctl.releases.spans import TRANSFORMS
from tests.tables import table

ROOT = Path(__file__).parents[2]
PLAIN = ("1", "0", "")
CHANGED = (
    *PLAIN,
    *("true", "True", "YES", "y", "no", "on", "off", " 1", "2", "1500", " 1500 ", "1_000", "-1"),
    *("1e-3", "0.1", "inf", "nan", "junk", "0x10", "\uff11\uff15", "1,5", "\u00a01"),
)

Given = dict[str, str]


def as_envctl_says(release: str, given: Given) -> Given | str:
    """What the environment is when the table, the prefix and the aliases had their turns."""
    origin = Origin("a.env")
    effective = {name: Assignment(name, text, origin) for name, text in given.items()}
    texts, rewrites = rewrite(effective, given, release)
    if any(rewrite.fate == "crash" for rewrite in rewrites.values()):
        return "ValueError"
    return {name: assignment.raw for name, assignment in texts.items()}


def legacy(name: str) -> str:
    return f"SGL_{name.removeprefix('SGLANG_')}"


def environments(release: str) -> Iterator[Given]:
    renames = load().renames(release)
    for rename in renames:
        yield from about(rename)
    every_old = {rename.old: "3" for rename in renames}
    every_new = {rename.new: "5" for rename in renames if rename.new}
    every_legacy = {legacy(name): "7" for name in every_old | every_new}
    yield every_old
    yield every_old | every_new
    yield every_old | every_new | every_legacy
    yield every_legacy
    # Every name that any release knows: a copy that the data does not know of would show.
    yield {name: str(n) for n, name in enumerate(sorted(load().names()))}
    yield {rename.old: str(n) for n, rename in enumerate(ever())}


def about(rename: RenameSpan) -> Iterator[Given]:
    old, new = rename.old, rename.new
    for text in CHANGED if rename.transform else PLAIN:
        yield {old: text}
        if new:
            yield {old: text, new: "4"}
            yield {old: text, new: ""}
    for alone in ({}, {old: "2"}, {new: "4"}, {old: "2", new: "4"}) if new else ({}, {old: "2"}):
        yield alone | {legacy(old): "6"}
        if new:
            yield alone | {legacy(new): "8"}
            yield alone | {legacy(old): "6", legacy(new): "8"}


def ever() -> list[RenameSpan]:
    return [rename for release in RELEASES for rename in load().renames(release)]


def after(wheel: Path, given: list[Given]) -> Any:
    done = subprocess.run(
        (sys.executable, "-m", "tests.releases.child"),
        input=json.dumps({"wheel": str(wheel), "environments": given}),
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


@pytest.mark.conformance
def test_old_names_end_up_as_envctl_says(tried: str, download: Callable[[str, str], Path]) -> None:
    given = list(environments(tried))
    found = after(download("sglang", tried), given)
    wrong = [
        f"{before}: {left_of(left, before)} and not {left_of(expected, before)}"
        for before, left in zip(given, found, strict=True)
        if left != (expected := as_envctl_says(tried, before))
    ]
    assert not wrong, f"{len(wrong)} of {len(given)} in {tried}:\n" + "\n".join(wrong[:20])


def left_of(left: Given | str, before: Given) -> Given | str:
    """What is new or different."""
    if isinstance(left, str):
        return left
    return {name: text for name, text in left.items() if before.get(name) != text}


@table("release", RELEASES)
def test_the_table_s_order_makes_no_difference(release: str) -> None:
    table = [rename for rename in load().renames(release) if rename.kind == "table"]
    old, new = [rename.old for rename in table], [rename.new for rename in table]
    assert len({*old, *new}) == len(old) + len(new)


@table("release", RELEASES)
def test_an_old_name_is_forwarded_once_or_not_at_all(release: str) -> None:
    renames = load().renames(release)
    assert len({rename.old for rename in renames}) == len(renames)
    copied = {rename.old for rename in renames if rename.kind in ("table", "alias")}
    assert {rename.old for rename in renames if rename.new} == copied


def test_every_transform_is_known() -> None:
    assert {rename.transform for rename in ever()} == set(TRANSFORMS)
    assert {rename.transform for rename in ever() if rename.kind != "table"} == {""}


@pytest.mark.parametrize(
    ("transform", "text", "carried"),
    [
        ("", " x", " x"),
        ("divided by 1000", "1500", "1.5"),
        ("divided by 1000", " 1_000 ", "1.0"),
        ("inverted", "Yes", "0"),
        ("inverted", "on", "1"),
        ("inverted", "", "1"),
    ],
)
def test_what_a_text_becomes(transform: str, text: str, carried: str) -> None:
    assert a_rename(transform).carried(text) == carried


def test_what_cannot_be_carried() -> None:
    with pytest.raises(ValueError, match="float"):
        a_rename("divided by 1000").carried("1s")
    with pytest.raises(LookupError):
        a_rename("computed").carried("1")


def a_rename(transform: str) -> RenameSpan:
    return RenameSpan("v1", "v1", "OLD", "NEW", "table", transform, (), "pkg/a.py", 1)
