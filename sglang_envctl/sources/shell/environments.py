"""The environments that a script makes."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping

from sglang_envctl.environment import Assignment, Layer, Note, Origin
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.shell import grammar
from sglang_envctl.sources.shell.programs import Launch
from sglang_envctl.sources.shell.run import Run
from sglang_envctl.sources.shell.values import State, Text, Variable


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """The servers that a script starts, each with its environment; without any, what it exports.

    Raises:
        SourceError: the parser is not installed.
    """
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    run = Run(path, {**context.process, **context.below})
    crlf = text.count("\r\n")
    if crlf:
        at = Origin(path, path, text.count("\n", 0, text.index("\r\n")) + 1)
        facts = {"count": crlf}
        run.notes.append(Note("carriage-returns", at, "", "shell", "kept", facts))
    state = _submitted(run, text)
    run.read(path, text, state)
    if not run.launches:
        return (_layer(run, state.exported()),)
    found = list(run.launches)
    run.notes += _not_handed_on(run, found)
    selectors = _selectors(found, path)
    return tuple(
        _layer(run, launch.entries)._replace(selector=selector)
        for launch, selector in zip(found, selectors, strict=True)
    )


def _submitted(run: Run, text: str) -> State:
    """The state that `#SBATCH --export` has a job begin with."""
    state = State()
    for number, directive in grammar.directives(text):
        option = re.match(r"--export[= ]\s*(.*)", directive)
        if not option:
            continue
        around = dict(run.outer)
        try:
            items = "".join(shlex.split(option[1], comments=True)[:1]).split(",")
        except ValueError:
            continue
        if "ALL" not in items:
            run.outer = {name: around[name] for name in items if name in around}
        for name, equals, value in (item.partition("=") for item in items):
            if equals:
                state.variables[name] = Variable(Text(value), True, run.label, number)
    return state


def _selectors(found: list[Launch], path: str) -> Iterator[str]:
    """The line of each; with the file where it is another, and a number where it is not the first."""
    seen: Counter[str] = Counter()
    for launch in found:
        place = str(launch.line) if launch.file == path else f"{launch.file}:{launch.line}"
        seen[place] += 1
        yield place if seen[place] == 1 else f"{place}.{seen[place]}"


def _layer(run: Run, entries: Mapping[str, Variable]) -> Layer:
    assignments = tuple(
        Assignment(
            name,
            "" if variable.value.unknown else variable.value.text,
            Origin(run.label, variable.file, variable.line),
            variable.value.references,
            variable.value.unknown,
        )
        for name, variable in entries.items()
    )
    followed = all(note.rule != "not-followed" for note in run.notes)
    unseen = "" if followed else "what the script reads when it runs"
    return Layer(run.label, "shell", assignments, tuple(run.notes), run.ignores, unseen=unseen)


def _not_handed_on(run: Run, found: list[Launch]) -> Iterator[Note]:
    """What was set, used nowhere in the script, and reaches none of the servers."""
    reaching = {name for launch in found for name in launch.entries}
    for name, variable in {n: v for launch in found for n, v in launch.hidden.items()}.items():
        if name not in reaching and name not in run.referenced:
            yield Note("not-exported", Origin(run.label, variable.file, variable.line), name)
