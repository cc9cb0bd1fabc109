"""The releases to try. All of them with `--conformance all`, a chosen few with `--conformance few`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance import wheels


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "release" in metafunc.fixturenames:
        everything = metafunc.config.getoption("--conformance") == "all"
        possible = getattr(metafunc.module, "RELEASES", wheels.WITH_ENVIRON)
        releases = possible if everything else wheels.CHOSEN
        metafunc.parametrize("release", releases, scope="session")


@pytest.fixture(scope="session")
def download() -> Callable[[str, str], Path]:
    """Gets a wheel. Without a registry the test is skipped, which on CI is a failure."""

    def get(package: str, version: str) -> Path:
        try:
            return wheels.get(package, version)
        except wheels.NoRegistry as reason:
            if os.environ.get("CI", "").lower() in ("1", "true"):
                pytest.fail(f"nothing was compared with SGLang's own code: {reason}")
            pytest.skip(f"NOTHING WAS COMPARED with SGLang's own code: {reason}")

    return get
