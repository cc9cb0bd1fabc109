"""Published wheels are shared with the comparison of our readers with SGLang's code."""

from __future__ import annotations

import pytest

from tests.conformance import wheels
from tests.conformance.conftest import download

__all__ = ["download"]

CHOSEN = ("0.5.3", "0.5.9", "0.5.18", "0.5.23")
"""The oldest that can be run, one with a table of names that change their unit, the first with
SGLang's own list of deprecated names next to aliases, and the newest."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "tried" in metafunc.fixturenames:
        everything = metafunc.config.getoption("--conformance") == "all"
        metafunc.parametrize("tried", wheels.WITH_ENVIRON if everything else CHOSEN)
