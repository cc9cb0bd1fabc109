"""Complete the names of variables, and their valid values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lsprotocol.types import (
    CompletionItem,
    CompletionItemKind,
    CompletionItemTag,
    CompletionList,
    Position,
    Range,
    TextEdit,
)

from sglang_envctl.lsp.documents import Document
from sglang_envctl.lsp.projects import Project
from sglang_envctl.readers import find
from sglang_envctl.registry import load as shipped
from sglang_envctl.registry.types import Bool
from sglang_envctl.registry.variable import Variable, documented_default
from sglang_envctl.releases import load
from sglang_envctl.releases.undocumented import variable as undocumented
from sglang_envctl.settings import reads_in
from sglang_envctl.sources import detect, file_kind
from sglang_envctl.text.words import words

TRIGGERS = ("=", ":", " ", '"', "'", "$", "{", ",")
MOST = 200
"""The maximum number of names in one answer; the editor asks again when the user types more."""
TELLING = 3
"""The minimum number of typed capital letters for which names that contain them are offered."""
ENOUGH = 8
"""The minimum number of typed characters for undocumented names: one more than `SGLANG_` has."""

# The text before a name at which names are offered before the user types a letter.
_INTRODUCED = re.compile(
    r"(?:^\s*(?:export|set\s+-gx|ENV|ARG)\s+|^\s*(?:Environment|PassEnvironment)=[\"']?"
    r"|(?:\s-e|--env)[ =]|\$env:|\$\{?)$"
)
_NAME = re.compile(r"(?:^|[\s\"'${:,;=(\[])([A-Za-z_]\w*|)$")
_VALUE = re.compile(r"(?:^|[^\w])([A-Za-z_]\w*)([\"']?\s*(?:=|:\s)\s*)([\"']?)([^\s\"'=]*)$")
_ENTRY_VALUE = re.compile(r"^\s*(?:-\s+)?[\"']?value[\"']?\s*:\s+([\"']?)([^\s\"']*)$")
_ENTRY_NAME = re.compile(r"^\s*(?:-\s+)?[\"']?name[\"']?\s*:\s+[\"']?(\w*)")
_PLAIN = re.compile(r"[\w.,:/+@%-]+")


class _Slot(NamedTuple):
    """A value that is being typed."""

    name: str
    typed: str
    quoted: bool
    """Whether the value must be quoted so that YAML reads a string."""


def prepare() -> None:
    """Load in advance everything that would otherwise delay the first response."""
    load()
    _ = shipped().variables


def at(document: Document, project: Project, position: Position) -> CompletionList | None:
    """Return the completions at a position."""
    before = document.line(position.line)[: document.column(position)]
    slot = _slot(document, position.line, before)
    if slot and (variable := _find(project, slot.name)):
        return CompletionList(False, list(_values(project, variable, slot, document, position)))
    name = _NAME.search(before)
    if name is None or not (name[1] or _may_begin(document, position.line, before)):
        return None
    return _names(project, name[1], document, position)


def _may_begin(document: Document, line: int, before: str) -> bool:
    """Return whether a name may begin at this place, where none of it is typed yet."""
    entry = _ENTRY_NAME.match(before)
    beside = (document.line(line + 1), document.line(line - 1))
    if entry:
        return any("value:" in text or "valueFrom:" in text for text in beside)
    dotenv = detect.detect(document.path, document.data[: detect.HEAD]) is file_kind("dotenv")
    return bool(_INTRODUCED.search(before)) or (dotenv and not before.strip())


def _slot(document: Document, line: int, before: str) -> _Slot | None:
    if entry := _ENTRY_VALUE.match(before):
        lines = (document.line(line + step) for step in (-1, 1, -2))
        name = next((found[1] for text in lines if (found := _ENTRY_NAME.match(text))), "")
        return _Slot(name, entry[2], quoted=not entry[1])
    if value := _VALUE.search(before):
        mapping = ":" in value[2]
        return _Slot(value[1], value[4], quoted=mapping and not value[3])
    return None


def _find(project: Project, name: str) -> Variable | None:
    return project.registry.find(name) or undocumented(name, load())


def _names(
    project: Project, typed: str, document: Document, position: Position
) -> CompletionList | None:
    """Return the names that begin with the typed text, then those that contain it; documented names
    first.
    """
    registry, release = project.registry, project.release.release
    documented = _fitting(typed, (n for n in registry.listed if not registry.is_ambient(n)))
    others = []
    if len(typed) >= ENOUGH:
        others = _fitting(typed, sorted(load().read_names(release) - registry.listed.keys()))
    found = [*documented, *others][:MOST]
    end = re.match(r"\w*", document.line(position.line)[document.column(position) :])
    start = document.column(position) - len(typed)
    where = document.range(position.line, start, start + len(typed) + (end.end() if end else 0))
    items = [
        _name(name, at, variable, where, release)
        for at, name in enumerate(found)
        if (variable := _find(project, name))
    ]
    more = len(typed) < ENOUGH or len(found) == MOST
    return CompletionList(more, items) if items else None


def _fitting(typed: str, names: Iterable[str]) -> list[str]:
    """Return the names that begin with the typed text, and those that contain it if it looks like a
    name.
    """
    wanted = typed.upper()
    anywhere = len(typed) >= TELLING and typed == wanted
    found = [n for n in names if n.upper().startswith(wanted) or (anywhere and wanted in n)]
    return sorted(found, key=lambda name: not name.upper().startswith(wanted))


def _name(name: str, at: int, variable: Variable, where: Range, release: str) -> CompletionItem:
    read = bool(reads_in(variable.reads, release)) or not variable.reads
    summary = variable.summary if read else f"not read by SGLang {release}: {variable.summary}"
    return CompletionItem(
        label=name,
        kind=CompletionItemKind.Variable,
        detail=summary,
        tags=[CompletionItemTag.Deprecated] if variable.replaced_by else None,
        sort_text=f"{int(bool(variable.replaced_by) or not read)}{at:04}",
        text_edit=TextEdit(where, name),
    )


def _values(
    project: Project, variable: Variable, slot: _Slot, document: Document, position: Position
) -> Iterator[CompletionItem]:
    """Yield completions for the values, from the docs or the type, that the release accepts."""
    reads = reads_in(variable.reads, project.release.release)
    typed = slot.typed.rpartition(",")[2]
    column = document.column(position)
    where = document.range(position.line, column - len(typed), column)
    whole = slot.quoted and typed == slot.typed
    candidates = _candidates(variable)
    if typed != slot.typed:
        candidates = {item: "" for value in candidates for item in value.split(",")}
    for number, (value, what) in enumerate(candidates.items()):
        readings = [find(read.reader)(value, read.default) for read in reads if not read.inert]
        if any(reading.outcome not in ("accepted", "unverified") for reading in readings):
            continue
        meaning = words(readings[0].value) if readings else ""
        means = f"read as {meaning}" if meaning not in ("", value) else ""
        yield CompletionItem(
            label=value,
            kind=CompletionItemKind.Value,
            detail=", ".join(filter(None, (means, what))) or None,
            sort_text=f"{number:04}",
            text_edit=TextEdit(where, f'"{value}"' if whole else value),
        )


def _candidates(variable: Variable) -> dict[str, str]:
    """Return a variable's values that need no quotes, each with its meaning."""
    kind = variable.type
    listed = ("true", "false", "1", "0") if isinstance(kind, Bool) else kind.allowed
    found = dict.fromkeys((*listed, *getattr(kind, "options", ())), "")
    found |= dict.fromkeys(getattr(kind, "words_allowed", ()), "")
    if variable.example is not None and not variable.secret:
        found.setdefault(variable.example, "example")
    if (default := documented_default(variable)) and isinstance(variable.default, str):
        found[default] = "documented default"
    return {value: what for value, what in found.items() if _PLAIN.fullmatch(value)}
