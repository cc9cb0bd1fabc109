"""Write reports as text: one module per format, one function per report.

`terminal` draws with Rich, all others return text. A format is imported on first use, because most
runs need only one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sglang_envctl.reports import (
        csv,
        full,
        github,
        gitlab,
        html,
        json,
        junit,
        markdown,
        sarif,
        terminal,
        text,
        tsv,
    )

__all__ = [
    "csv",
    "full",
    "github",
    "gitlab",
    "html",
    "json",
    "junit",
    "markdown",
    "sarif",
    "terminal",
    "text",
    "tsv",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
