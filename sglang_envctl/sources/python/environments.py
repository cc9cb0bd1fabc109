"""Build the environments that a program creates."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.errors import SourceError
from sglang_envctl.sources.bounds import Budget
from sglang_envctl.sources.comments import in_lines
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.python.calls import call
from sglang_envctl.sources.python.run import Found, Run, Scope
from sglang_envctl.sources.python.statements import block, enter, enter_rest
from sglang_envctl.sources.python.unread import unread
from sglang_envctl.sources.python.values import Definition, Namespace, Plain, Text, Unknown
from sglang_envctl.text.escape import source_name, visible

LARGEST = 4 * 1024 * 1024
"""The maximum number of bytes of a program."""


def read(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the environments that a program creates; empty if it creates none.

    Raises:
        SourceError: the file is not valid Python, or too large.
    """
    tree = _parsed(path, data)
    run = Run(path, {**context.process, **context.below}, call, enter)
    names = Namespace()
    block(Scope(run, names), tree.body)
    enter_rest(run, names)
    run.refuse_what_is_no_string(run.process.entries(()))
    found = _distinct(one for one in run.found if not one.superseded)
    rest = _left_over(run, found)
    found += [rest] if rest else []
    read_here = {(name, d.line) for one in run.found for name, d in one.entries.items()}
    read_here.update((name, d.line) for name, d in run.process.entries(()).items())
    for line, why in unread(tree, data, read_here):
        run.remark("not-followed", line, why)
    if not found and not run.notes:
        return ()
    return tuple(_layers(run, found or [Found(0, {})], data))


def _distinct(found: Iterable[Found]) -> list[Found]:
    """Return each result once, because a call may be reached twice and a dict may be passed several
    times.
    """
    distinct: dict[object, Found] = {}
    for one in found:
        if one.entries or one.command:
            held = tuple((name, *definition[:2]) for name, definition in one.entries.items())
            distinct.setdefault((one.command, held), one)
    return list(distinct.values())


def _parsed(path: str, data: bytes) -> ast.Module:
    shown = source_name(path)
    if len(data) > LARGEST:
        raise SourceError(f"{shown}: larger than {LARGEST >> 20} MiB, which no launcher is")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in other people's code
            return ast.parse(data)
    except SyntaxError as error:
        line, why = error.lineno or 1, visible(error.msg)
        raise SourceError(f"{shown}: line {line} is not valid Python: {why}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        why = "holds a NUL character" if isinstance(error, ValueError) else "is nested too deep"
        raise SourceError(f"{shown}: {why}, so it is not read") from error


def _left_over(run: Run, found: list[Found]) -> Found | None:
    """Return the variables in the program's own environment, unless the programs that it starts get
    all of them.
    """
    entries = run.process.entries(())
    held = {(name, d.line) for one in found for name, d in one.entries.items()}
    if all((name, definition.line) in held for name, definition in entries.items()):
        return None
    return Found(0, entries)


def _layers(run: Run, found: list[Found], data: bytes) -> Iterator[Layer]:
    ignores = in_lines(data.decode("utf-8", "replace"), run.label)
    notes = tuple(run.notes.values())
    budget, seen = Budget(run.label), Counter[str]()
    followed = all(note.rule != "not-followed" for note in notes)
    for one in found:
        assignments = tuple(_assignments(run, one.entries))
        for assignment in assignments:
            budget.spend(assignment)
        place = str(one.line) if one.line else ""
        seen[place] += 1
        selector = f"{place}.{seen[place]}" if seen[place] > 1 else place
        yield Layer(
            run.label,
            "python",
            assignments,
            notes,
            ignores,
            selector=selector if len(found) > 1 else "",
            unseen="" if followed else "what the program computes when it runs",
            command=one.command,
        )


def _assignments(run: Run, entries: Mapping[str, Definition]) -> Iterator[Assignment]:
    for name, definition in entries.items():
        origin = Origin(run.label, run.label, definition.line)
        held = definition.value
        if isinstance(held, Text):
            raw = "" if held.why else held.text
            yield Assignment(name, raw, origin, held.references, held.why)
        elif isinstance(held, Plain):
            yield Assignment(name, "", origin, unknown="not a string in the file")
        else:
            why = held.why if isinstance(held, Unknown) else Unknown().why
            yield Assignment(name, "", origin, unknown=why)
