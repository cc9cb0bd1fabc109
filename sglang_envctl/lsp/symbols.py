"""List the environments in a document, and the names that they set in it."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol.types import DocumentSymbol, SymbolKind

from sglang_envctl.environment import Environment
from sglang_envctl.lsp.analysis import Analysis
from sglang_envctl.redaction import masked
from sglang_envctl.text.escape import visible


def of(analysis: Analysis) -> list[DocumentSymbol]:
    """Return a symbol for each name; with several environments, below a symbol for each environment."""
    found = []
    for environment in analysis.environments:
        names = list(_names(analysis, environment))
        selector = environment.layers[-1].selector
        if selector and names:
            first, last = names[0].range, names[-1].range
            span = type(first)(min(first.start, last.start), max(first.end, last.end))
            group = DocumentSymbol(
                masked(visible(selector)), SymbolKind.Namespace, span, first, children=names
            )
            found.append(group)
        else:
            found += names
    return found


def _names(analysis: Analysis, environment: Environment) -> Iterator[DocumentSymbol]:
    for layer in environment.layers:
        for a in layer.assignments:
            if a.name and a.origin.line and analysis.is_own(a.origin.file):
                place = analysis.document.whole_line(a.origin.line - 1)
                yield DocumentSymbol(masked(visible(a.name)), SymbolKind.Variable, place, place)
