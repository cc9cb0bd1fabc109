"""A published wheel, audited again, gives what the data says of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sglang_envctl.audit import audit
from sglang_envctl.audit.release.spans import deprecated, way, ways
from sglang_envctl.releases import load

# Small, and it has every kind: descriptors, tables, renames, forwarding, tests.
RELEASE = "0.5.9"


@pytest.mark.conformance
def test_the_data_says_what_an_audit_finds(download: Callable[[str, str], Path]) -> None:
    data = load()
    result = audit(download("sglang", RELEASE))
    assert result.unreadable == ()

    # What only a compiled part mentions is found by another search, of the files of the wheel.
    known = {
        name
        for name in data.names()
        if any(use.reader != "compiled" for use in data.uses(name, RELEASE))
    }
    assert known == set(result.names)
    for name, uses in result.names.items():
        expected = set(map(way, ways(RELEASE, uses)))
        assert set(map(way, data.uses(name, RELEASE))) == expected, name
    expected = set(map(way, deprecated(RELEASE, result.renames)))
    assert set(map(way, data.renames(RELEASE))) == expected
    assert data.forwards(RELEASE) == (result.forwards_sgl_prefix is not None)
