"""Reports as text: one module per form, one function per report.

`json`, `csv`, `markdown` and `text` return text; `terminal` draws with Rich. A form is imported when
it is first used: most runs need one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sglang_envctl.reports import csv, json, markdown, terminal, text

__all__ = ["csv", "json", "markdown", "terminal", "text"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
