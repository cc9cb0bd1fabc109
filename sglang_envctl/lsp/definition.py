"""Find the assignment that a name gets its value from, and the files that a document includes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from lsprotocol.types import Location, Position, Range
from pygls.uris import from_fs_path

from sglang_envctl.environment import Assignment
from sglang_envctl.lsp.analysis import Analysis

_PATH = re.compile(r"[^\s\"'=:,;\[\]{}]+")


def at(analysis: Analysis, position: Position) -> list[Location]:
    """Return the effective assignment of a name in each environment, or the file that a word names."""
    document = analysis.document
    name = document.word(position)
    if name:
        environment, _ = analysis.around(name[0], position.line)
        if environment and (winner := environment.effective.get(name[0])):
            return list(_located(analysis, winner))
    word = document.word(position, _PATH)
    return list(_included(analysis, word[0])) if word else []


def _located(analysis: Analysis, one: Assignment) -> Iterator[Location]:
    file, line = one.origin.file, (one.origin.line or 1) - 1
    if file is None:
        return
    if analysis.is_own(file):
        yield Location(analysis.document.uri, analysis.document.whole_line(line))
    else:
        yield _start(file, line)


def _included(analysis: Analysis, word: str) -> Iterator[Location]:
    """Yield the included file, or the object in the document, that a word names."""
    wanted = os.path.normpath(os.path.join(os.path.dirname(analysis.document.path), word))
    if wanted in analysis.files and not analysis.is_own(wanted):
        yield _start(wanted, 0)
        return
    objects = re.compile(rf"^(?:metadata:\s*)?\s+name:\s+[\"']?{re.escape(word)}[\"']?\s*$")
    lines = [number for number, line in enumerate(analysis.document.lines) if objects.match(line)]
    for number in lines:
        if any(
            line.startswith("metadata:")
            for line in analysis.document.lines[max(number - 4, 0) : number]
        ):
            yield Location(analysis.document.uri, analysis.document.whole_line(number))


def _start(file: str, line: int) -> Location:
    place = Position(line, 0)
    return Location(from_fs_path(os.path.abspath(file)) or "", Range(place, place))
