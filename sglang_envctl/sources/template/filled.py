"""Read a template as the file that it makes, with stand-ins for what is filled in."""

from __future__ import annotations

import re
from typing import NamedTuple

from sglang_envctl.environment import Assignment, Layer, Note, Origin
from sglang_envctl.sources import FileKind
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.template import SUFFIXES

# The tags are bounded: otherwise, the search for the end of an unclosed one would be quadratic.
_TAG = re.compile(
    r"\{#[^\n]{0,500}?#\}|\{%(?P<jinja>[^\n]{0,500}?)%\}|\{\{(?P<value>[^\n]{0,500}?)\}\}"
    r"|<%(?P<erb>[^\n]{0,500}?)%>"
)
_BEGINS = {
    "jinja": re.compile(r"[-+]?\s*(?:if|for|macro)\b"),
    "value": re.compile(r"-?\s*(?:if|range|with|define|[#^]\w)"),
    "erb": re.compile(r"-?\s*(?:if|unless|case)\b|.*\bdo\b(?:\s*\|[^|]*\|)?\s*-?$"),
}
"""The tags that begin a block, by their form."""
_ENDS = {
    "jinja": re.compile(r"[-+]?\s*end(?:if|for|macro)\b"),
    "value": re.compile(r"-?\s*(?:end\b|/\w)"),
    "erb": re.compile(r"-?\s*end\b"),
}
_SILENT = {
    "jinja": re.compile(""),
    "value": re.compile(
        r"-?\s*(?:(?:if|range|with|define|else|end|block)\b|/\*|[#^/!]|\$\w+\s*:?=)"
    ),
    "erb": re.compile(r"(?!=)"),
}
"""The tags that print nothing."""
_MARK = "\ufdd7\ue000"
"""The stand-in for what a tag prints; the noncharacter occurs in no text."""
_NAMES = re.compile(rf"(?m)^\s*(?:(?:export|ENV|set\s+-\w+)\s+)?\w*{_MARK}\w*\s*=")
_PLAIN = re.compile(r"@[A-Za-z_]\w*@|%%\w+%%|__[A-Z]\w*__")
"""Placeholders of tools that replace text and have no template language."""
_FILLED = "filled in by a template"
_CONDITION = "set under a condition of the template (line {})"
_NAMED = "a template decides which name is set"


class Filled(NamedTuple):
    """A template, as the file that it makes."""

    text: str
    blocks: dict[int, int]
    """The lines inside blocks, each with the line on which the block begins."""


def environments(path: str, data: bytes, context: Context, kind: FileKind) -> tuple[Layer, ...]:
    """Implement `template.environments`, which describes the arguments."""
    filled = fill_in(data.decode("utf-8", "surrogateescape"))
    found = kind.layers(path, filled.text.encode("utf-8", "surrogateescape"), context)
    plain = path.endswith(SUFFIXES)
    names = [filled.text.count("\n", 0, m.end()) + 1 for m in _NAMES.finditer(filled.text)]
    return tuple(
        _unknown(layer, path, filled, names if not number else [], plain=plain)
        for number, layer in enumerate(found)
    )


def fill_in(text: str) -> Filled:
    """Return a template with a stand-in for each tag, and nothing for lines that print nothing."""
    lines, blocks = text.split("\n"), dict[int, int]()
    open_blocks: list[int] = []
    for at, line in enumerate(lines):
        number, outside = at + 1, open_blocks[:1]
        if "{" in line or "<%" in line:
            tags = list(_TAG.finditer(line))
            for tag in tags:
                _follow(tag, number, open_blocks)
            if tags:
                lines[at] = _without(
                    line, tags, continued=bool(at) and lines[at - 1].endswith("\\")
                )
        if inside := outside or open_blocks[:1]:
            blocks[number] = inside[0]
    return Filled("\n".join(lines), blocks)


def _follow(tag: re.Match[str], number: int, open_blocks: list[int]) -> None:
    form = tag.lastgroup
    if form is None:
        return
    if _BEGINS[form].match(tag[form]):
        open_blocks.append(number)
    elif _ENDS[form].match(tag[form]) and open_blocks:
        open_blocks.pop()


def _without(line: str, tags: list[re.Match[str]], *, continued: bool) -> str:
    """Return a line with stand-ins; a line that prints nothing is empty, or continues the one before."""
    silent = all(
        tag.lastgroup is None or _SILENT[tag.lastgroup].match(tag[tag.lastgroup]) for tag in tags
    )
    if silent and not _TAG.sub("", line).strip("\\ \t\r"):
        return "\\" if continued else ""
    return _TAG.sub(lambda tag: _MARK if tag.lastgroup else "", line)


def _unknown(layer: Layer, path: str, filled: Filled, names: list[int], *, plain: bool) -> Layer:
    """Return a layer in which the values that the template decides are unknown."""
    assignments = tuple(
        _known(one, filled, path, plain=plain)
        for one in layer.assignments
        if _MARK[0] not in one.name
    )
    notes = [note for note in layer.notes if _is_certain(note, filled)]
    for line in names:
        origin = Origin(layer.label, path, line)
        notes.append(Note("not-followed", origin, "", layer.kind, facts={"reason": _NAMED}))
    command = tuple("" if _MARK[0] in word else word for word in layer.command)
    return layer._replace(assignments=assignments, notes=tuple(notes), command=command)


def _known(one: Assignment, filled: Filled, path: str, *, plain: bool) -> Assignment:
    here = (one.origin.file or path) == path
    inside = filled.blocks.get(one.origin.line or 0) if here else None
    if _MARK[0] in one.raw or (plain and _PLAIN.search(one.raw)):
        return one._replace(raw="", unknown=_FILLED)
    return one._replace(raw="", unknown=_CONDITION.format(inside)) if inside else one


def _is_certain(note: Note, filled: Filled) -> bool:
    """Return whether a note is about what the template does not decide."""
    texts = (note.name, *map(str, note.facts.values()))
    if note.rule == "invisible-character" or _MARK[0] in "".join(texts):
        return False
    return note.rule != "duplicate-name" or (note.origin.line or 0) not in filled.blocks
