"""Build the environments of the servers that a script starts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from sglang_envctl.environment import Assignment, Layer, Note, Origin
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.collector import invisible, showable
from sglang_envctl.sources.shell.directives import UNREAD, submitted
from sglang_envctl.sources.shell.files import held
from sglang_envctl.sources.shell.files.written import for_later, keep_unread
from sglang_envctl.sources.shell.scope import Analysis
from sglang_envctl.sources.shell.state import Launch, State
from sglang_envctl.sources.shell.statements import read
from sglang_envctl.sources.shell.values import Value, Variable, marked

_HELD = re.compile(r"(?:^|[\s'\"])(SGL(?:ANG)?_[A-Z0-9_]+)=")
"""An assignment in a value, such as FLAGS='SGLANG_X=1 SGLANG_Y=2'."""
_BASH = r"#![^\n]*\bbash\b"
_POSIX = r"#![ \t]*(?:\S*/)?(?:env[ \t]+)?(?:da)?sh\b"


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return one layer for each server that a script starts; without servers, for other programs
    and exports.

    Raises:
        SourceError: the parser is not installed.
    """
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    job = submitted(Value(text), path)
    state = State(dict(job.variables))
    outer = job.passed({**context.process, **context.below})
    analysis = Analysis(path, outer, posix=bool(re.match(_POSIX, text)))
    analysis.aliases = not re.match(_BASH, text)
    for line in job.unread:
        analysis.remark("not-followed", path, line, reason=UNREAD)
    if crlf := text.count("\r\n"):
        origin = Origin(path, path, text.count("\n", 0, text.index("\r\n")) + 1)
        analysis.notes.append(
            Note("carriage-returns", origin, "", "shell", "kept", {"count": crlf})
        )
    read(analysis, path, text, state)
    launches = started(analysis, state)
    if later := for_later(state, analysis):
        line = next(iter(later.values())).line
        launches.append(Launch(path, line, later, {}, serves=False))
    keep_unread(state, analysis)
    _remark_held(state, analysis)
    inside = held.layers(analysis, context) if analysis.documents else ()
    if any(launch.serves for launch in launches):
        analysis.notes += not_handed_on(analysis)
    if not any(launch.serves and launch.words for launch in launches):
        analysis.notes += analysis.unread
    own = tuple(
        _layer(analysis, launch.entries)._replace(
            selector=selector,
            command=tuple("" if word.unknown else word.text for word in launch.words),
            devices=launch.devices,
        )
        for launch, selector in zip(launches, _selectors(launches, path), strict=True)
    )
    if inside and not any(layer.assignments or layer.command for layer in own):
        first = inside[0]._replace(notes=(*own[0].notes, *inside[0].notes))
        return (first, *inside[1:])
    return (*own, *inside)


def _remark_held(state: State, analysis: Analysis) -> None:
    """Add notes about values that hold assignments of SGLang's variables and are not used here."""
    for name, variable in state.variables.items():
        if variable is None or name in analysis.used:
            continue
        for value in variable.items or (variable.value,):
            if match := _HELD.search(marked(value)[0]):
                place = f"the text of {showable(name) or 'a variable'}"
                reason = f"{match[1]} is set in {place}, which the script does not use"
                analysis.remark("not-followed", variable.file, variable.line, reason=reason)
                break


def started(
    analysis: Analysis, state: State, below: Mapping[str, Variable] = MappingProxyType({})
) -> list[Launch]:
    """Return the servers that a script starts.

    Without a server, return the programs that get their own environment or variables of SGLang that
    the script no longer exports at its end, and the script's exports in addition to the layers below,
    unless these programs get all exports.
    """
    if any(launch.serves for launch in analysis.launches):
        return list(_distinct(one for one in analysis.launches if one.serves or one.apart))
    exported = state.exported()
    others = list(_distinct(analysis.launches))
    reaching = {(name, id(held)) for one in others for name, held in one.entries.items()}
    last = {id(held) for held in exported.values()} | {held for _, held in reaching}
    others += _distinct(one for held, one in analysis.handed.items() if held not in last)
    added = {(name, id(held)) for name, held in exported.items() if held is not below.get(name)}
    if others and added <= reaching:
        return others
    return [Launch(analysis.label, 0, exported, {}, serves=False), *others]


def _distinct(launches: Iterable[Launch]) -> Iterator[Launch]:
    """Yield the launches, each environment once: a function may be called twice."""
    seen: set[tuple[object, ...]] = set()
    for launch in launches:
        words = tuple((word.text, word.unknown) for word in launch.words)
        key = launch.file, launch.line, words, tuple(launch.entries.items())
        if key not in seen:
            seen.add(key)
            yield launch


def _selectors(launches: list[Launch], path: str) -> Iterator[str]:
    """Yield a selector for each launch: its line, with the file if that is not the script, and a
    number if the selector repeats.
    """
    seen: Counter[str] = Counter()
    for launch in launches:
        if not launch.line:
            yield ""
            continue
        place = str(launch.line) if launch.file == path else f"{launch.file}:{launch.line}"
        seen[place] += 1
        yield place if seen[place] == 1 else f"{place}.{seen[place]}"


def _layer(analysis: Analysis, entries: Mapping[str, Variable]) -> Layer:
    label = analysis.label
    assignments = tuple(
        Assignment(
            name,
            "" if variable.value.unknown else variable.value.text,
            Origin(label, variable.file, variable.line),
            variable.value.references,
            variable.value.unknown,
        )
        for name, variable in entries.items()
    )
    notes = (*analysis.notes, *_invisible(assignments))
    followed = all(note.rule != "not-followed" for note in notes)
    unseen = "" if followed else "what the script reads when it runs"
    return Layer(label, "shell", assignments, notes, analysis.ignores, unseen=unseen)


def _invisible(assignments: Iterable[Assignment]) -> Iterator[Note]:
    for name, raw, origin, *_ in assignments:
        if not raw.isascii() and (character := invisible(raw)):
            facts = {"character": character}
            yield Note("invisible-character", origin, name, "shell", facts=facts)


def not_handed_on(analysis: Analysis) -> Iterator[Note]:
    """Yield notes about variables that no server gets and that the script does not use otherwise."""
    launches = [launch for launch in analysis.launches if launch.serves]
    reaching = {name for launch in launches for name in launch.entries}
    for name, variable in {n: v for launch in launches for n, v in launch.hidden.items()}.items():
        if name not in reaching and name not in analysis.referenced:
            yield Note("not-exported", Origin(analysis.label, variable.file, variable.line), name)
