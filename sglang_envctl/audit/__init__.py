"""List the environment variables that a Python package reads, from its syntax trees, without importing
it.

    for name, uses in audit(Path("sglang-0.5.23-py3-none-any.whl")).names.items(): ...

Benchmarks count as code that people run, not as tests.

Limits: the scanner knows Python; in C++, CUDA and Rust code, `compiled` finds only the names. It
follows calls to learn names, not to learn what runs: a public function that nothing in the package
calls counts as a read, because other code may call it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sglang_envctl.audit.facts import Audit, Dynamic, Forward, Rename, Use

__all__ = ["Audit", "Dynamic", "Forward", "Rename", "Use", "audit"]


def __getattr__(name: str) -> Any:
    # Every command asks `chosen` for its release; few look at what code reads.
    if name in __all__:
        from sglang_envctl.audit import facts

        return getattr(facts, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def audit(target: Path, on_file: Callable[[int, int], None] | None = None) -> Audit:
    """Audit a directory, a wheel or one file.

    `on_file(done, total)` is called for progress: each file that reads the environment is parsed, then
    evaluated.

    Raises `sglang_envctl.audit.files.TargetError` for a target that is none of these. Faults
    inside the target are items of the result.
    """
    # The scanner is twenty modules: whoever only wants the nouns does not pay for them.
    from sglang_envctl.audit.scan import scan

    return scan(target, on_file)
