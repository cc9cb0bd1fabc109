"""The names that undocumented ones are compared with."""

from __future__ import annotations

from sglang_envctl.registry import load
from sglang_envctl.rules.known.names import known_names


def test_many_environments_share_one_index() -> None:
    assert known_names(load(), "0.5.23") is known_names(load(), "0.5.23")
    assert known_names(load(), "0.5.23") is not known_names(load(), "0.5.6")
