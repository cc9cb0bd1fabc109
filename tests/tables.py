"""Tables of cases: one test for all rows, which says of each wrong row what is wrong with it.

A test of its own for each row costs more than most rows do. With `--apart` each row is one all the
same, so that `-k` can choose it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from traceback import format_exception
from typing import Any

import pytest

Test = Callable[..., None]


class Form:
    """How this run goes through tables; `conftest.py` says so."""

    apart = False


def table(
    columns: str | Sequence[str],
    rows: Iterable[Any],
    ids: Callable[[Any], object] | Iterable[str] | None = None,
) -> Callable[[Test], Test]:
    """Run a test with each row, as `pytest.mark.parametrize` does, for rows that share fixtures."""
    named = columns.replace(" ", "").split(",") if isinstance(columns, str) else list(columns)
    every = list(rows)
    assert every, "a table without rows tests nothing"
    if Form.apart:
        return pytest.mark.parametrize(columns, every, ids=ids)
    cells = [(row,) if columns == named[0] else tuple(row) for row in every]
    labels = _labels(cells, ids)

    def all_rows(test: Test) -> Test:
        signature = inspect.signature(test)
        fixtures = [each for name, each in signature.parameters.items() if name not in named]

        @wraps(test)
        def run(**given: object) -> None:
            wrong = []
            for label, row in zip(labels, cells, strict=True):
                try:
                    test(**dict(zip(named, row, strict=True)), **given)
                except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001, PERF203
                    wrong.append(f"{label}:\n{_told(error)}")
            if wrong:
                head = f"{len(wrong)} of {len(cells)} rows are wrong"
                pytest.fail("\n\n".join([head, *wrong]), pytrace=False)

        run.__signature__ = signature.replace(parameters=fixtures)  # type: ignore[attr-defined]
        return run

    return all_rows


def _labels(
    cells: Sequence[tuple[Any, ...]], ids: Callable[[Any], object] | Iterable[str] | None
) -> list[str]:
    if ids is None:
        return [", ".join(map(repr, row)) for row in cells]
    if callable(ids):
        return [", ".join(str(ids(cell)) for cell in row) for row in cells]
    return list(ids)


def _told(error: BaseException) -> str:
    """The traceback from the test on; a failure that a test declares says everything itself."""
    if isinstance(error, pytest.fail.Exception):
        return str(error)
    traceback = error.__traceback__ and error.__traceback__.tb_next
    return "".join(format_exception(type(error), error, traceback)).rstrip()
