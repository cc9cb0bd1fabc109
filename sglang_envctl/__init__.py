"""Inspect and validate the environment variables of SGLang.

import sglang_envctl as envctl

findings = envctl.check(envctl.read("prod.env"))
wrong = [finding for finding in findings if finding.severity == "error"]
"""

from __future__ import annotations

TYPE_CHECKING = False  # not imported from `typing`, which would cost most of the import time

if TYPE_CHECKING:
    from typing import Any

    from sglang_envctl.api import check, diff, export, read, settle

__version__ = "0.1.0"
__all__ = ["__version__", "check", "diff", "export", "read", "settle"]


def __getattr__(name: str) -> Any:
    # The command line imports this package only for the version.
    if name in __all__:
        from sglang_envctl import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
