"""fish reads back what was exported, under any name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Assignment
from sglang_envctl.exports import fish
from tests.consumers import sourced_by_fish
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
from tests.tables import table

pytestmark = pytest.mark.real

SPECIAL = """
    PATH CDPATH MANPATH LD_LIBRARY_PATH PYTHONPATH HOME PWD SHLVL TERM LANG LC_ALL TZ IFS USER EUID
    COLUMNS LINES CMD_DURATION FISH_VERSION fish_pid fish_kill_signal fish_killring
    fish_user_paths fish_function_path fish_complete_path fish_bind_mode fish_greeting hostname
    history status status_generation pipestatus version umask last_pid argv _ __ 1A 0 if end set A a
"""


def test_values_are_read_back() -> None:
    found = carried("fish", VALUES + NOT_UTF8)
    assert len(VALUES + NOT_UTF8) == len(found)
    assert in_bytes(found) == ours(sourced_by_fish(exported("fish", found)))


@given(st.lists(TEXTS, min_size=20, max_size=60))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_any_text_is_read_back(values: list[str]) -> None:
    found = carried("fish", values)
    assert len(values) == len(found)
    assert in_bytes(found) == ours(sourced_by_fish(exported("fish", found)))


@pytest.mark.parametrize("raw", ["a b", "0080", "7", "", ":", "/a:/b", "/a::/b:"])
def test_special_names_are_read_back_or_refused(raw: str) -> None:
    carriable = [name for name in SPECIAL.split() if not fish.refusal(name, raw)]
    environment = sourced_by_fish(
        exported("fish", [Assignment(name, raw, ORIGIN) for name in carriable])
    )
    assert dict.fromkeys(carriable, raw) == {
        name: environment.get(name.encode(), b"(unset)").decode() for name in carriable
    }


@pytest.mark.parametrize("raw", ["7", "/a::/b:"])
def test_only_names_that_fish_really_changes_are_refused(raw: str) -> None:
    refused = {name for name in SPECIAL.split() if fish.refusal(name, raw)}
    assert refused
    assert refused == {name for name in refused if not _carries(name, raw)}


def _carries(name: str, raw: str) -> bool:
    try:
        environment = sourced_by_fish(text_of("fish", (name, raw)).encode())
    except AssertionError:  # fish complained
        return False
    return environment.get(name.encode()) == raw.encode()


def test_no_unnecessary_quotes() -> None:
    text = text_of("fish", ("A", "/data/x:1"), ("B", ""), ("C", "it's \\n"))
    assert text == "set -gx A /data/x:1\nset -gx B ''\nset -gx C 'it\\'s \\\\n'\n"


@table(
    ("name", "raw", "expected"),
    [
        ("1A", "x", ""),
        ("A", "\udcff", ""),
        ("a.b", "x", "not a valid fish variable name"),
        ("", "x", "not a valid fish variable name"),
        ("É", "x", "not a valid fish variable name"),
        ("A\n", "x", "not a valid fish variable name"),
        ("status", "x", "fish reserves this name"),
        ("PATH", "/a:/b", ""),
        ("PATH", "/a:", "fish would export an empty directory in the list as ."),
    ],
)
def test_what_fish_cannot_carry(name: str, raw: str, expected: str) -> None:
    assert expected == fish.refusal(name, raw)
