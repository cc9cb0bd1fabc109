"""Read command lines in other files: the variables that they set in addition to their object's
environment.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.sglang import serves
from sglang_envctl.sources.shell.environments import not_handed_on, started
from sglang_envctl.sources.shell.files import held
from sglang_envctl.sources.shell.files.written import FOR_LATER_STEPS, keep_unread
from sglang_envctl.sources.shell.files.written import for_later as later
from sglang_envctl.sources.shell.grammar import Lines, unknown_part
from sglang_envctl.sources.shell.scope import Analysis
from sglang_envctl.sources.shell.state import Launch, State
from sglang_envctl.sources.shell.statements import read
from sglang_envctl.sources.shell.values import Value, Variable

_TEMPLATE = re.compile(r"\$?\{\{.{0,1000}?\}\}")
"""A placeholder that GitHub, Ansible or Helm fills in."""
_UNKNOWN_WORD = '"$1"'
"""An argument of a script, which is unknown here."""


def started_by(
    layer: Layer,
    command: str | Sequence[str | None],
    origin: Origin,
    last: int | None,
    context: Context | None,
) -> tuple[Layer, ...]:
    """Implement `shell.started_by`, which describes the arguments."""
    if not isinstance(command, str) and serves([word or "" for word in command]):
        return (layer._replace(command=tuple(word or "" for word in command)),)
    text = command if isinstance(command, str) else _text(command)
    below = {a.name: _variable(a) for a in layer.assignments}
    state = State(dict(below))
    analysis = Analysis(layer.label, {})
    _read(analysis, text, state, origin, last)
    launches = started(analysis, state, below)
    keep_unread(state, analysis, (FOR_LATER_STEPS,))
    inside = held.layers(analysis, context) if context and analysis.documents else ()
    for document in analysis.documents if context is None else ():
        if document.unread:
            analysis.remark("not-followed", document.file, document.line, reason=document.unread)
    analysis.notes += not_handed_on(analysis)
    layer = layer._replace(notes=(*layer.notes, *analysis.notes))
    own = tuple(
        _over(layer, launch, below, origin)._replace(selector=_numbered(layer.selector, number))
        for number, launch in enumerate(launches, 1)
    )
    return (*own, *inside)


def for_later(text: str, origin: Origin, last: int) -> Layer:
    """Implement `shell.for_later`, which describes the arguments."""
    analysis, state = Analysis(origin.source, {}), State()
    _read(analysis, text, state, origin, last)
    entries = later(state, analysis)
    notes = tuple(note for note in analysis.notes if note.rule == "not-followed")
    assignments = _assignments(Launch("", 0, entries, {}), {}, origin)
    return Layer(origin.source, "shell", tuple(assignments), notes)


def _read(analysis: Analysis, text: str, state: State, origin: Origin, last: int | None) -> None:
    text, filled_in = _TEMPLATE.subn(unknown_part(0), text)
    line = origin.line or 1
    lines = Lines(line, last or line, ("filled in by a template",) if filled_in else ())
    read(analysis, origin.file or origin.source, text, state, lines)


def _numbered(selector: str, number: int) -> str:
    return selector if number == 1 else f"{selector}.{number}"


def _text(words: Sequence[str | None]) -> str:
    return " ".join(_UNKNOWN_WORD if word is None else shlex.quote(word) for word in words)


def _variable(assignment: Assignment) -> Variable:
    value = Value(assignment.raw, assignment.unknown, assignment.references)
    return Variable(value, True, assignment.origin.file or "", assignment.origin.line or 0)


def _over(layer: Layer, launch: Launch, below: dict[str, Variable], origin: Origin) -> Layer:
    """Return the layer with the variables that a command sets, and without those that it removes."""
    kept = [a for a in layer.assignments if a.name in launch.entries]
    added = _assignments(launch, below, origin)
    words = tuple("" if word.unknown else word.text for word in launch.words)
    devices = launch.devices or layer.devices
    return layer._replace(assignments=(*kept, *added), command=words, devices=devices)


def _assignments(
    launch: Launch, below: dict[str, Variable], origin: Origin
) -> Iterator[Assignment]:
    for name, variable in launch.entries.items():
        value = variable.value
        if variable is not below.get(name):
            place = origin._replace(file=variable.file, line=variable.line)
            raw = "" if value.unknown else value.text
            yield Assignment(name, raw, place, value.references, value.unknown)
