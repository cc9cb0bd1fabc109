"""An editor for all tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editor import Editor


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor whose server must end well."""
    found = Editor(tmp_path_factory.mktemp("editor"))
    yield found
    assert (found.close(), found.log) == (0, "")


@pytest.fixture
def editor(started: Editor, tmp_path: Path) -> Iterator[Editor]:
    """An editor in an empty folder, with nothing open."""
    started.move(tmp_path)
    yield started
    assert started.told == []
