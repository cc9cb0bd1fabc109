"""Who calls a function, and who makes the objects of a class: in all files of the package."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from sglang_envctl.audit.evaluate import Evaluator
from sglang_envctl.audit.index import Module, Scope, terminal
from sglang_envctl.audit.values import (
    Call,
    CallerError,
    ClassRef,
    Context,
    ForkError,
    FunctionRef,
    Instance,
    SelfRef,
    UndeterminedError,
)

_MAX_STEPS = 5_000


class Callers:
    """Finds callers; `ensure` parses the files that mention a word before they are searched."""

    def __init__(
        self,
        evaluator: Evaluator,
        ensure: Callable[[str], None],
        parse: Callable[[str], None],
    ) -> None:
        self.evaluator = evaluator
        self.program = evaluator.program
        self.ensure = ensure
        self.parse = parse
        self._calls: dict[Scope, tuple[Call, ...]] = {}
        self._made: dict[Scope, tuple[Instance, ...]] = {}

    def parsed(self, file: str) -> bool:
        return any(module.file == file for module in self.program.modules.values())

    def modules(self) -> list[Module]:
        return list(self.program.modules.values())

    def calls(self, function: Scope) -> tuple[Call, ...]:
        """The calls of a function or method, in the order of files and lines."""
        if function not in self._calls:
            self._calls[function] = ()  # a search within the search finds nothing new
            owner = function.owner()
            if owner or function.parent is function.module.top:
                self.ensure(owner.name if owner else function.name)
            found = [
                call for module in self.modules() for call in self._in_module(module, function)
            ]
            self._calls[function] = tuple(
                sorted(found, key=lambda item: (item.scope.module.file, item.node.lineno))
            )
        return self._calls[function]

    def _in_module(self, module: Module, function: Scope) -> Iterator[Call]:
        words = {function.name, *module.aliases.get(function.name, ())}
        for word in words:
            for node, scope in module.calls.get(word, []):
                if function.owner() is None:
                    if self.program.named(node.func, scope) is function:
                        yield Call(node, scope)
                elif isinstance(node.func, ast.Attribute):
                    yield from self._method_call(node, node.func, scope, function)
        for node, scope in module.calls.get("partial", []):
            if (
                node.args
                and terminal(node.args[0]) in words
                and self.program.named(node.args[0], scope) is function
            ):
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
            static = not self.evaluator.is_receiver(function, _first_parameter(function))
            by_class = any(terminal(item) == "classmethod" for item in _decorators(function))
            yield Call(node, scope, bound=by_class and not static)

    def first(self, node: ast.expr, scope: Scope) -> object:
        """What an expression is, the first of several taken for all."""
        with self.evaluator.budget(_MAX_STEPS):
            return self._first(node, scope)

    def _first(self, node: ast.expr, scope: Scope) -> object:
        context = Context()
        for _ in range(4):
            try:
                return self.evaluator.value(node, scope, context)
            except ForkError as fork:  # noqa: PERF203 - each round settles one choice
                context = context.choose(fork.key, 0)
            except (UndeterminedError, CallerError, RecursionError):
                break
        return None

    def instances(self, cls: Scope) -> tuple[Instance, ...]:
        """The objects made of a class or of a class derived from it."""
        if cls not in self._made:
            self._made[cls] = ()
            family = self._family(cls)
            found = [
                instance
                for member in family
                for module in self.modules()
                for instance in self._made_in(module, member)
            ]
            self._made[cls] = tuple(
                sorted(found, key=lambda item: (item.scope.module.file, item.call.lineno))
            )
        return self._made[cls]

    def _family(self, cls: Scope) -> list[Scope]:
        family, words = [cls], [cls.name]
        while words:
            self.ensure(words.pop())
            for module in self.modules():
                for scope in _classes(module):
                    if scope not in family and cls in self.program.mro(scope):
                        family.append(scope)
                        words.append(scope.name)
        return family

    def _made_in(self, module: Module, cls: Scope) -> Iterator[Instance]:
        for word in {cls.name, *module.aliases.get(cls.name, ())}:
            for node, scope in module.calls.get(word, []):
                if self.program.class_of(node.func, scope) is cls:
                    yield Instance(cls, node, scope, _target(node, scope))


def _classes(module: Module) -> Iterator[Scope]:
    stack = [module.top]
    while stack:
        scope = stack.pop()
        stack.extend(scope.inner.values())
        if scope.kind == "class":
            yield scope


def _target(node: ast.Call, scope: Scope) -> str:
    """The class attribute that an object is assigned to."""
    if scope.kind != "class":
        return ""
    for name, bindings in scope.bindings.items():
        if any(binding.node is node for binding in bindings):
            return name
    return ""


def _first_parameter(function: Scope) -> str:
    arguments = getattr(function.node, "args", None)
    if not isinstance(arguments, ast.arguments):
        return ""
    plain = [*arguments.posonlyargs, *arguments.args]
    return plain[0].arg if plain else ""


def _decorators(function: Scope) -> list[ast.expr]:
    return list(getattr(function.node, "decorator_list", []))


__all__ = ["Callers", "FunctionRef"]
