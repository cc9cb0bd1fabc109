"""A program that is missing is a reason to skip at home, and a failure in CI."""

from __future__ import annotations

import pytest

from tests.consumers import need


@pytest.mark.parametrize(
    ("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)]
)
def test_a_missing_program(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="no-such-program is not installed"):
        need("no-such-program")


def test_a_program_that_is_there() -> None:
    assert need("sh").endswith("/sh")


def test_a_program_that_ci_cannot_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.skip.Exception, match="pwsh is not installed"):
        need("pwsh")
