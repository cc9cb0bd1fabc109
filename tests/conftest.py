"""Fixtures for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import browser as browsers
from tests import shared
from tests.consumers import library
from tests.harness import Write
from tests.tables import Form

LEAKS = (
    "SGLANG_", "SGL_", "GITHUB_", "FORCE_COLOR", "NO_COLOR", "COLUMNS", "LINES", "LESS", "PAGER",
    "PYTHONIOENCODING", "PYTHONUTF8", "ENVCTL_", "TERM", "TTY_", "USE_FLAGGEMS", "FLAGCX_", "FLAGGEMS_",
)  # fmt: skip
"""How names begin that would change what envctl prints. `CI` stays: it says which tests must run."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--conformance",
        choices=("few", "all"),
        help="also compare with the code of published SGLang wheels: of a few releases, or of all",
    )
    parser.addoption(
        "--fuzz", type=int, default=10, metavar="N", help="inputs of each kind to try in tests/fuzz"
    )
    parser.addoption(
        "--trips", type=int, default=200, metavar="N", help="values that each consumer reads back"
    )
    parser.addoption(
        "--regen", action="store_true", help="rewrite the expected output instead of comparing"
    )
    parser.addoption(
        "--apart", action="store_true", help="make a test of each row of a table: for -k, --pdb"
    )


def pytest_configure(config: pytest.Config) -> None:
    Form.apart = bool(config.getoption("--apart"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs published wheels, unless it is asked for."""
    if config.getoption("--conformance"):
        return
    left_out = [item for item in items if item.get_closest_marker("conformance")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


@pytest.fixture
def regen(request: pytest.FixtureRequest) -> bool:
    """Whether expected output is to be rewritten."""
    return bool(request.config.getoption("--regen"))


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(LEAKS):
            monkeypatch.delenv(name)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a file into an empty directory that is the current one."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, content: str | bytes) -> Path:
        data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole reference, with variables of strangers."""
    library("jinja2")
    return shared.once(tmp_path_factory, shared.reference)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser, for the tests of one module: while it runs, no other event loop can."""
    with browsers.launched() as started:
        yield started


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page in it."""
    with browsers.opened(browser) as opened:
        yield opened
