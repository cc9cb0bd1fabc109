"""Which files are tests.

Benchmarks are not: people run them, with an environment (`python -m sglang.bench_serving`).
"""

from __future__ import annotations

from functools import cache

_FOLDERS = {"test", "tests", "testing"}


@cache
def is_test(file: str) -> bool:
    """Whether a file belongs to tests by its folder or its name."""
    *folders, name = file.split("/")
    if _FOLDERS & set(folders):
        return True
    return name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"
