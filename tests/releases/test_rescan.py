"""A published wheel, audited again, gives what the data says of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sglang_envctl.audit import audit
from sglang_envctl.releases import load
from sglang_envctl.releases.build import telling

# Small, and it has every kind: descriptors, tables, renames, forwarding, tests.
RELEASE = "0.5.9"


@pytest.fixture(scope="module")
def wheel() -> Path:
    """The wheel, downloaded once; a skip that CI does not accept where there is no registry."""
    home = os.environ.get("XDG_CACHE_HOME")
    cache = Path(home, "sglang-envctl") if home else Path(__file__).parents[2] / ".cache"
    folder = cache / "wheels"
    folder.mkdir(parents=True, exist_ok=True)
    found = sorted(folder.glob(f"sglang-{RELEASE}-*.whl"))
    if found:
        return found[0]
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
        "--dest", str(folder), f"sglang=={RELEASE}",
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    found = sorted(folder.glob(f"sglang-{RELEASE}-*.whl"))
    if run.returncode or not found:
        reason = f"sglang {RELEASE} cannot be downloaded: {run.stderr.strip()[-300:]}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found[0]


def test_the_data_says_what_an_audit_finds(wheel: Path) -> None:
    data = load()
    result = audit(wheel)
    assert result.unreadable == ()

    known = {name for name in data.names() if data.uses(name, RELEASE)}
    assert known == set(result.names)
    for name, uses in result.names.items():
        expected = {
            (use.reader, repr(use.default), use.default_rule, use.tests_only, use.declared_only)
            for use in telling(uses)
        }
        actual = {
            (use.reader, repr(use.default), use.default_rule, use.tests_only, use.declared_only)
            for use in data.uses(name, RELEASE)
        }
        assert actual == expected, name
    assert {(item.old, item.new, item.transform) for item in result.renames} == {
        (item.old, item.new, item.transform) for item in data.renames(RELEASE)
    }
    assert data.forwards(RELEASE) == (result.forwards_sgl_prefix is not None)
