"""Read the files of other kinds that a script holds: manifests, units, Python programs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sglang_envctl.environment import Assignment, Layer, Note
from sglang_envctl.errors import PartlyReadError, SourceError
from sglang_envctl.sources import file_kind
from sglang_envctl.sources.context import Beside, Context
from sglang_envctl.sources.shell.files.written import sets_ours
from sglang_envctl.sources.shell.grammar import unknown_parts
from sglang_envctl.sources.shell.scope import Analysis, Document
from sglang_envctl.sources.shell.values import marked

_MENTIONS = re.compile(r"sglang|SGL_", re.IGNORECASE)
_OTHERS = ("dotenv", "docker", "environ", "shell", "snapshot")
"""The kinds that a script uses itself, or that another program may read in several ways."""


def layers(analysis: Analysis, context: Context) -> tuple[Layer, ...]:
    """Return the environments in the files of a script that mention SGLang; add a note about one
    that is of no kind that can be read.
    """
    found: list[Layer] = []
    context = context._replace(beside=Beside())
    for document in analysis.documents:
        text, _ = marked(document.text)
        inside = [*_within(document, context)] if _MENTIONS.search(text) else []
        found += inside
        is_read = any(layer.assignments for layer in inside) or (inside and not sets_ours(text))
        if document.unread and not is_read:
            analysis.remark("not-followed", document.file, document.line, reason=document.unread)
    return tuple(found)


def _within(document: Document, context: Context) -> Iterator[Layer]:
    """Yield the environments in a file, with the lines of the script."""
    from sglang_envctl.sources import detect

    text, reasons = marked(document.text)
    first = document.text.line or document.line
    data = text.encode("utf-8", "surrogateescape")
    kind = detect.detect(document.path, data[: detect.HEAD])
    if kind is None or any(kind is file_kind(name) for name in _OTHERS):
        return
    found: tuple[Layer, ...]
    try:
        found = kind.layers(document.file, b"\n" * (first - 1) + data, context)
    except PartlyReadError as error:
        found = error.found
    except SourceError:
        return
    for layer in found:
        if not layer.aside:
            assignments = tuple(_known(one, reasons) for one in layer.assignments)
            command = tuple("" if _number(word) is not None else word for word in layer.command)
            inside = _without_unknown(layer.selector)
            selector = "/".join(filter(None, (str(document.line), inside)))
            notes = tuple(_placed(note) for note in layer.notes if not reasons or _is_certain(note))
            yield layer._replace(
                label=_without_unknown(layer.label),
                assignments=assignments,
                command=command,
                selector=selector,
                notes=notes,
            )


def _without_unknown(text: str) -> str:
    """Return the name of a place, in which an object's name may be unknown."""
    return "-".join(known for known, _ in unknown_parts(text))


def _is_certain(note: Note) -> bool:
    """Return whether a note is not about an unknown part of the file."""
    texts = (note.name, *map(str, note.facts.values()))
    return note.rule != "invisible-character" and all(_number(text) is None for text in texts)


def _placed(note: Note) -> Note:
    source = _without_unknown(note.origin.source)
    return note._replace(origin=note.origin._replace(source=source))


def _known(assignment: Assignment, reasons: tuple[str, ...]) -> Assignment:
    """Return an assignment that is unknown if the script fills in a part of its value."""
    source = _without_unknown(assignment.origin.source)
    assignment = assignment._replace(origin=assignment.origin._replace(source=source))
    number = _number(assignment.raw)
    if number is None:
        return assignment
    return assignment._replace(raw="", unknown=reasons[min(number, len(reasons) - 1)])


def _number(text: str) -> int | None:
    """Return the number of the first unknown part of a text; None if all of it is known."""
    number = next(unknown_parts(text))[1]
    return None if number < 0 else number
