"""How many inputs to try, and what it cost."""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import pytest
from hypothesis import HealthCheck, Phase, settings


class Tally:
    """Inputs tried and the slowest of each kind."""

    def __init__(self) -> None:
        self.tried: Counter[str] = Counter()
        self.slowest: dict[str, float] = {}

    @contextmanager
    def one(self, kind: str) -> Iterator[None]:
        """Count one input."""
        start = perf_counter()
        yield
        self.tried[kind] += 1
        self.slowest[kind] = max(self.slowest.get(kind, 0), perf_counter() - start)


TALLY = Tally()


def explored(budget: int, times: int = 1) -> settings:
    """How Hypothesis looks for faults: the same inputs each time, unless many are asked for."""
    return settings(
        max_examples=times * budget,
        deadline=None,
        derandomize=budget <= 20,
        database=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="session")
def tally() -> Tally:
    return TALLY


@pytest.fixture(scope="session")
def budget(pytestconfig: pytest.Config) -> int:
    """How many inputs of each kind to try."""
    return int(pytestconfig.getoption("--fuzz"))


@pytest.fixture(scope="session")
def trips(pytestconfig: pytest.Config) -> int:
    """How many values each consumer reads back."""
    return int(pytestconfig.getoption("--trips"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TALLY.tried:
        terminalreporter.section("fuzzing")
        for kind, number in sorted(TALLY.tried.items()):
            terminalreporter.write_line(f"{kind}: {number:,}, slowest {TALLY.slowest[kind]:.2f} s")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        terminalreporter.write_line(f"largest memory of this process: {peak:,} MiB")
