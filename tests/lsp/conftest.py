"""An editor for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editor import Editor


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    """An editor in an empty folder, whose server must end well."""
    found = Editor(tmp_path)
    yield found
    assert found.close() == 0
    assert (found.told, found.log) == ([], "")
