from __future__ import annotations

import pytest

from sglang_envctl.releases import RELEASES
from sglang_envctl.releases.versions import key, within

ORDERED = [
    "0.4.9.post1",
    "0.5.0.dev3",
    "0.5.0rc1",
    "0.5",
    "0.5.9",
    "0.5.10.dev2",
    "0.5.10a1",
    "0.5.10b2",
    "0.5.10rc0",
    "0.5.10rc1",
    "0.5.10",
    "0.5.10.post1",
    "0.5.10.post2.dev1",
    "0.5.10.post2",
    "0.5.11",
    "1.0",
]


def test_order() -> None:
    shuffled = ORDERED[::-1]
    assert sorted(shuffled, key=key) == ORDERED
    assert len({key(version) for version in ORDERED}) == len(ORDERED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.5.23", "0.5.23+cu129"),
        ("0.6", "0.6.0"),
        ("v0.5.9", "0.5.9"),
        ("0.5.5-post1", "0.5.5.post1"),
    ],
)
def test_same(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    "text", ["", "latest", "0.5.x", "0.5.23 beta", "0..5", "\u0660.\u0665", "9" * 5000]
)
def test_no_version(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        key(text)


def test_releases_are_in_order() -> None:
    assert sorted(RELEASES, key=key) == list(RELEASES)


@pytest.mark.parametrize(
    ("version", "since", "until", "expected"),
    [
        ("0.5.9", "", "", True),
        ("0.5.9", "0.5.9", "0.5.9", True),
        ("0.5.9", "0.5.10", "", False),
        ("0.5.10", "", "0.5.9", False),
        ("0.5.9.post1", "", "0.5.9", False),
    ],
)
def test_within(version: str, since: str, until: str, *, expected: bool) -> None:
    assert within(version, since, until) is expected
