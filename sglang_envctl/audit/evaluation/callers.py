"""Find the calls of functions and the objects that are created, to learn the names that an
expression may be.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from sglang_envctl.audit.code.index import Module, Scope, terminal
from sglang_envctl.audit.evaluation.evaluator import CONSTRUCTORS, Evaluator
from sglang_envctl.audit.evaluation.values import (
    Call,
    CallerError,
    ClassRef,
    ForkError,
    Frame,
    Instance,
    SelfRef,
    UndeterminedError,
)

_MAX_ANSWERS = 20_000
_MAX_CALLS = 8
_MAX_STEPS = 500_000
_MAX_STEPS_OF_FIRST = 5_000
_SEARCH = 500
"""Steps that take about as long as a search for a word in all files."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place where a name is read: the read itself, or the outermost call that passes the name."""

    module: Module
    line: int
    instance: Instance | None = None
    """The object in a class body that the name belongs to."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A name that an expression may have as its value; empty if the name is known only at run time."""

    name: str
    frame: Frame
    place: Place


class Callers:
    """A search for callers in all files of a package."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.program = evaluator.program
        self._calls: dict[Scope, tuple[Call, ...]] = {}
        self._made: dict[Scope, tuple[Instance, ...]] = {}
        self._targets: dict[Scope, dict[int, str]] = {}

    def expand(self, node: ast.expr, frame: Frame) -> list[Answer]:
        """Return the names that an expression may have as its value, for every loop iteration and
        every caller.
        """
        answers: list[Answer] = []
        place = Place(frame.scope.module, node.lineno)
        with self.evaluator.budget(_MAX_STEPS):
            for answer in self._expand(node, frame, place):
                answers.append(answer)
                if len(answers) >= _MAX_ANSWERS or self.evaluator.left < 0:
                    break
        return answers

    def _expand(self, node: ast.expr, frame: Frame, place: Place) -> Iterator[Answer]:
        try:
            name = self.evaluator.string(node, frame)
        except ForkError as fork:
            for way in range(fork.ways):
                yield from self._expand(node, frame.choose(fork.key, way), place)
        except CallerError as missing:
            yield from self._from_callers(missing.scope, node, frame, place)
        except (UndeterminedError, RecursionError):
            yield Answer("", frame, place)
        else:
            if name:
                yield Answer(name, frame, place)

    def _from_callers(
        self, function: Scope, node: ast.expr, frame: Frame, place: Place
    ) -> Iterator[Answer]:
        owner = function.owner() if function.name in CONSTRUCTORS else None
        owner = function if function.kind == "class" else owner
        outside: list[tuple[Frame, Place]] = []
        if owner is not None and not any(owner is item for item in frame.wanted):
            for made in self.instances(owner):
                at = Place(made.scope.module, made.call.lineno, made)
                outside.append((frame.on(made, owner), at))
        elif owner is None and len(frame.calls) < _MAX_CALLS:
            for call in self.calls(function):
                if call.scope.function() is not function:
                    at = Place(call.scope.module, call.node.lineno, place.instance)
                    outside.append((frame.called(function, call), at))
        for inner, at in outside:
            yield from self._expand(node, inner, at)
        if not outside:
            yield Answer("", frame, place)

    def first(self, node: ast.expr, scope: Scope) -> object:
        """Return the value of an expression, or the first of several values."""
        frame = Frame(scope)
        with self.evaluator.budget(_MAX_STEPS_OF_FIRST):
            for _ in range(4):
                try:
                    return self.evaluator.value(node, frame)
                except ForkError as fork:  # noqa: PERF203 - each round settles one choice
                    frame = frame.choose(fork.key, 0)
                except (UndeterminedError, CallerError, RecursionError):
                    break
        return None

    def calls(self, function: Scope) -> tuple[Call, ...]:
        """Return the calls of a function or method, in the order of files and lines."""
        if function not in self._calls:
            self._calls[function] = ()  # a nested search finds nothing new
            owner = function.owner()
            self.evaluator.room.spend(_SEARCH)
            if owner or function.parent is function.module.top:
                self.program.ensure(owner.name if owner else function.name)
            modules = self.program.mentioning(function.name)
            found = [call for module in modules for call in self._calls_in(module, function)]
            found.sort(key=lambda item: (item.scope.module.file, item.node.lineno))
            self._calls[function] = tuple(found)
        return self._calls[function]

    def _calls_in(self, module: Module, function: Scope) -> Iterator[Call]:
        words = sorted(module.words_for(function.name))
        for word in words:
            calls = module.calls.get(word, [])
            self.evaluator.room.spend(len(calls))
            for node, scope in calls:
                if function.owner() is None:
                    if self.program.named(node.func, scope) is function:
                        yield Call(node, scope)
                elif isinstance(node.func, ast.Attribute):
                    yield from self._method_call(node, node.func, scope, function)
        for node, scope in module.calls.get("partial", []):
            for passed in node.args[:1]:
                if terminal(passed) in words and self.program.named(passed, scope) is function:
                    yield Call(node, scope, skip=1)

    def _method_call(
        self, node: ast.Call, called: ast.Attribute, scope: Scope, function: Scope
    ) -> Iterator[Call]:
        owner = function.owner()
        base = self.first(called.value, scope)
        if owner is None or base is None:
            return
        if (isinstance(base, (Instance, SelfRef)) and owner in self.program.mro(base.cls)) or (
            isinstance(base, SelfRef) and base.cls in self.program.mro(owner)
        ):
            yield Call(node, scope, bound=True)
        elif isinstance(base, ClassRef) and owner in self.program.mro(base.scope):
            yield Call(node, scope, bound=_is_classmethod(function))

    def instances(self, cls: Scope) -> tuple[Instance, ...]:
        """Return the objects that are created from a class or a derived class."""
        if cls not in self._made:
            self._made[cls] = ()
            family = self._family(cls)
            found = [
                instance
                for member in family
                for module in self.program.mentioning(member.name)
                for instance in self._made_in(module, member)
            ]
            found.sort(key=lambda item: (item.scope.module.file, item.call.lineno))
            self._made[cls] = tuple(found)
        return self._made[cls]

    def _family(self, cls: Scope) -> dict[Scope, None]:
        """Return the class and all classes that are derived from it."""
        family, words = {cls: None}, {cls.name: None}
        waiting = [cls.name]
        while waiting:
            word = waiting.pop()
            self.evaluator.room.spend(_SEARCH)
            self.program.ensure(word)
            for module in self.program.mentioning(word):
                names = {
                    name for item in module.words_for(word) for name in module.renamed.get(item, ())
                }
                classes = list(module.classes())
                self.evaluator.room.spend(len(classes) + 1)
                for scope in classes:
                    if scope not in family and cls in self.program.mro(scope):
                        family[scope] = None
                        names.add(scope.name)
                waiting += sorted(names - words.keys())
                words |= dict.fromkeys(names)
        return family

    def _made_in(self, module: Module, cls: Scope) -> Iterator[Instance]:
        for word in sorted(module.words_for(cls.name)):
            for node, scope in module.calls.get(word, []):
                if self.program.class_of(node.func, scope) is cls:
                    yield Instance(cls, node, scope, self._target(node, scope))

    def _target(self, node: ast.Call, scope: Scope) -> str:
        """Return the class attribute to which an object is assigned."""
        if scope.kind != "class":
            return ""
        if scope not in self._targets:
            bound = scope.bindings.items()
            found = ((id(item.node), name) for name, bindings in bound for item in bindings)
            self._targets[scope] = dict(
                reversed([*found])
            )  # the first of several names takes precedence
        return self._targets[scope].get(id(node), "")


def _is_classmethod(function: Scope) -> bool:
    """Return whether a call through the class passes the class."""
    decorators = getattr(function.node, "decorator_list", [])
    return any(terminal(item) == "classmethod" for item in decorators)
