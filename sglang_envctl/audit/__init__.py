"""List the environment variables that a Python package reads, from its syntax trees, without
importing the package.

    for name, uses in audit(Path("sglang-0.5.23-py3-none-any.whl")).names.items(): ...

The stages, in the order of the data:

`code`: find and index the files, parse the functions that matter, resolve names across modules.
`evaluation`: work out the values of an expression, for each caller, loop and object.
`uses`: find reads and deprecated names; say how each value is parsed, and what its default is.
`refusals`: find code that raises on values which the readers of a registry accept.
`scan`: run these stages; the result is an `Audit` of the types in `facts`.
`compare`, `release`: compare the result with the docs, or turn it into data about a release.

Benchmarks count as code that people run, not as tests.

Limits: the scanner understands Python; in C++, CUDA and Rust code, `code.compiled` finds only the names.
The scanner follows calls to learn names, not to learn which code runs: a read in a public function
that is not called in the package counts, because other code may call the function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sglang_envctl.audit.facts import Audit


def audit(target: Path, on_file: Callable[[int, int], None] | None = None) -> Audit:
    """Audit a directory, a wheel or one file.

    `on_file(done, total)` is called for progress: each file that reads the environment is parsed,
    then evaluated.

    Raises `sglang_envctl.audit.code.files.TargetError` for any other target. Errors inside the target
    are items of the result.
    """
    # Imported here, because every command imports this package, but few commands scan code.
    from sglang_envctl.audit.scan import scan

    return scan(target, on_file)
