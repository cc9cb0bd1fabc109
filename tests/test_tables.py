"""A table fails with every row that is wrong, by name and with what is wrong."""

from __future__ import annotations

import pytest

from tests.tables import Form, table


def test_each_wrong_row_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Form, "apart", False)

    @table("number, double", [(1, 2), (2, 5), ("x", 7)])
    def is_doubled(number: object, double: int) -> None:
        if number == "x":
            raise KeyError(number)
        assert double == 2 * int(str(number))

    with pytest.raises(pytest.fail.Exception) as failure:
        is_doubled()

    text = str(failure.value)
    assert text.startswith("2 of 3 rows are wrong\n\n2, 5:\nTraceback")
    assert "assert double == 2 * int(str(number))" in text
    assert "\n\n'x', 7:\nTraceback" in text
    assert "KeyError: 'x'" in text
    assert "1, 2" not in text


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(AssertionError, match="tests nothing"):
        table("number", [])
