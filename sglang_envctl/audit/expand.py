"""From an expression to the names it can stand for: every turn of a loop, every caller."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from sglang_envctl.audit.callers import Callers
from sglang_envctl.audit.evaluate import Evaluator
from sglang_envctl.audit.index import Module, Scope
from sglang_envctl.audit.values import CallerError, Context, ForkError, Instance, UndeterminedError

MAX_ANSWERS = 20_000
MAX_STEPS = 500_000
_MAX_CALLS = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name is asked for: the read itself, or the outermost call that names it."""

    module: Module
    line: int
    instance: Instance | None = None
    """The object in a class body that the name belongs to."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One name an expression can stand for, or "" where only the running program knows."""

    name: str
    context: Context
    place: Place


class Expander:
    """Expands expressions of one program."""

    def __init__(self, evaluator: Evaluator, callers: Callers) -> None:
        self.evaluator = evaluator
        self.callers = callers

    def expand(self, node: ast.expr, scope: Scope, context: Context | None = None) -> list[Answer]:
        """All answers for an expression, at most `MAX_ANSWERS`."""
        answers: list[Answer] = []
        place = Place(scope.module, node.lineno)
        with self.evaluator.budget(MAX_STEPS):
            for answer in self._expand(node, scope, context or Context(), place):
                answers.append(answer)
                if len(answers) >= MAX_ANSWERS or self.evaluator.left < 0:
                    break
        return answers

    def _expand(
        self, node: ast.expr, scope: Scope, context: Context, place: Place
    ) -> Iterator[Answer]:
        try:
            name = self.evaluator.text(node, scope, context)
        except ForkError as fork:
            for way in range(fork.ways):
                yield from self._expand(node, scope, context.choose(fork.key, way), place)
        except CallerError as missing:
            yield from self._from_callers(missing.scope, node, scope, context, place)
        except (UndeterminedError, RecursionError):
            yield Answer("", context, place)
        else:
            if name:
                yield Answer(name, context, place)

    def _from_callers(
        self, function: Scope, node: ast.expr, scope: Scope, context: Context, place: Place
    ) -> Iterator[Answer]:
        made_by = {"__init__", "__set_name__", "__new__"}
        owner = function.owner() if function.name in made_by else None
        owner = function if function.kind == "class" else owner
        count = 0
        if owner is not None and not any(owner is item for item in context.wanted):
            for instance in self.callers.instances(owner):
                count += 1
                inner = Place(instance.scope.module, instance.call.lineno, instance)
                made = context.on(instance, owner)
                yield from self._expand(node, scope, made, inner)
        elif owner is None and len(context.calls) < _MAX_CALLS:
            for call in self.callers.calls(function):
                if call.scope.function() is function:
                    continue
                count += 1
                inner = Place(call.scope.module, call.node.lineno, place.instance)
                yield from self._expand(node, scope, context.called(function, call), inner)
        if not count:
            yield Answer("", context, place)
