"""Evaluate classes and objects: attributes, fields, what a method returns."""

from __future__ import annotations

import ast

from sglang_envctl.audit.arguments import Arguments
from sglang_envctl.audit.functions import method_name, single_return, super_call
from sglang_envctl.audit.index import Scope, parameters
from sglang_envctl.audit.values import (
    Call,
    CallerError,
    ClassRef,
    Context,
    FieldRef,
    FunctionRef,
    Instance,
    SelfRef,
    Thunk,
    UndeterminedError,
)


class Objects(Arguments):
    """The part of the evaluator that knows classes."""

    def constructed(self, method: Scope, owner: Scope, name: str, context: Context) -> object:
        """A parameter of `__init__` or `__set_name__` of the object in the context."""
        instance = self.instance_of(owner, context)
        if instance is None:
            raise CallerError(method)
        if method.name == "__set_name__":
            node = method.node
            last = parameters(node)[-1].arg if isinstance(node, ast.FunctionDef) else ""
            if name == last and instance.target:
                return instance.target
            raise UndeterminedError
        order = [cls for cls in self.program.mro(instance.cls) if method.name in cls.bindings]
        call = Call(instance.call, instance.scope, bound=True)
        for cls in order:
            function = self.method(cls, method.name)
            if function is None:
                break
            if function is method:
                return self.argument(call, method, name, context)
            upward = super_call(function)
            if upward is None:
                break
            call = Call(upward, function, bound=True)
        raise UndeterminedError

    def method(self, cls: Scope, name: str) -> Scope | None:
        found = self.program.defined(cls, cls.bindings[name]) if name in cls.bindings else None
        return found if found is not None and found.kind == "function" else None

    def instance_of(self, cls: Scope, context: Context) -> Instance | None:
        for instance in context.instances:
            if cls in self.program.mro(instance.cls):
                return instance
        return None

    def attribute(self, base: object, name: str, context: Context) -> object:
        """An attribute of a class or an object."""
        if isinstance(base, FieldRef) and name in {"name", "default"}:
            return base.name if name == "name" else base.default
        if isinstance(base, ClassRef):
            return self._of_class(base.scope, name, context, None)
        if isinstance(base, Instance):
            return self._of_object(base.cls, name, context.on(base), base)
        if not isinstance(base, SelfRef):
            raise UndeterminedError
        found = self.instance_of(base.cls, context) or self._receiver(base, context)
        if isinstance(found, ClassRef):
            return self._of_class(found.scope, name, context, None)
        if found is not None:
            return self._of_object(found.cls, name, context.on(found), found)
        return self._of_self(base, name, context)

    def _of_self(self, base: SelfRef, name: str, context: Context) -> object:
        """An attribute of `self` where the object is not known: a constant, or ask for objects."""
        try:
            value = self._of_object(base.cls, name, context, None)
            return self.forced(value)
        except CallerError as missing:
            owner = missing.scope.owner()
            if (
                owner is not None
                and owner in self.program.mro(base.cls)
                and missing.scope.name in {"__init__", "__set_name__", "__new__"}
            ):
                raise CallerError(base.cls) from missing
            raise
        except UndeterminedError as unknown:
            # A mixin's attributes are set by the classes it is mixed into.
            raise CallerError(base.cls) from unknown

    def _receiver(self, base: SelfRef, context: Context) -> Instance | ClassRef | None:
        """The object or class that a method was called on, as its caller names it."""
        call = context.calls.get(base.method)
        if call is None or not isinstance(call.node.func, ast.Attribute):
            return None
        value = self.value(call.node.func.value, call.scope, context)
        if isinstance(value, SelfRef):
            return self._receiver(value, context)
        return value if isinstance(value, (Instance, ClassRef)) else None

    def receiver_class(self, base: object, context: Context) -> Scope:
        """The class that `cls` stands for; asks for the callers where none is known."""
        if isinstance(base, ClassRef):
            return base.scope
        if not isinstance(base, SelfRef):
            raise UndeterminedError
        found = self.instance_of(base.cls, context) or self._receiver(base, context)
        if found is None:
            raise CallerError(self._uncalled(base, context))
        return found.cls if isinstance(found, Instance) else found.scope

    def _uncalled(self, base: SelfRef, context: Context) -> Scope:
        """The outermost method in a chain of calls on one object."""
        call = context.calls.get(base.method)
        if call is not None and isinstance(call.node.func, ast.Attribute):
            value = self.value(call.node.func.value, call.scope, context)
            if isinstance(value, SelfRef):
                return self._uncalled(value, context)
        return base.method

    def _of_object(
        self, cls: Scope, name: str, context: Context, instance: Instance | None
    ) -> object:
        for item in self.program.mro(cls):
            assigned = item.members.get(name, [])
            inits = [one for one in assigned if method_name(one[1]) in {"__init__", "__set_name__"}]
            if len(inits or assigned) == 1:
                node, scope = (inits or assigned)[0]
                return Thunk(node, scope, context)
            if assigned:
                raise UndeterminedError
        try:
            return self._field(cls, name, context, instance)
        except UndeterminedError:
            return self._of_class(cls, name, context, instance)

    def _field(self, cls: Scope, name: str, context: Context, instance: Instance | None) -> object:
        """A field of a dataclass or named tuple: what the constructor call passes."""
        if instance is None or any("__init__" in item.bindings for item in self.program.mro(cls)):
            raise UndeterminedError
        names = [item.name for item in self.fields(cls, context)]
        for keyword in instance.call.keywords:
            if keyword.arg == name:
                return Thunk(keyword.value, instance.scope, context)
        if name in names and names.index(name) < len(instance.call.args):
            return Thunk(instance.call.args[names.index(name)], instance.scope, context)
        raise UndeterminedError

    def fields(self, cls: Scope, context: Context) -> list[FieldRef]:
        """The fields of a dataclass, those of its bases first."""
        return [
            FieldRef(item.target.id, Thunk(item.value, base, context) if item.value else None)
            for base in reversed(self.program.mro(cls))
            for item in getattr(base.node, "body", [])
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        ]

    def _of_class(
        self, cls: Scope, name: str, context: Context, instance: Instance | None
    ) -> object:
        for item in self.program.mro(cls):
            if name in item.bindings:
                late = ast.Name("_", lineno=1 << 30, col_offset=0)
                value = self.bound(item, item.bindings[name], late, context)
                if isinstance(value, FunctionRef):
                    return FunctionRef(value.scope, instance)
                return value
        raise UndeterminedError

    def returned(self, function: object, node: ast.Call, scope: Scope, context: Context) -> object:
        """What a call of a function of the package returns, if it is one expression."""
        if not isinstance(function, FunctionRef) or function.scope in context.calls:
            raise UndeterminedError
        body = single_return(function.scope)
        if body is None:
            raise UndeterminedError
        bound = function.scope.owner() is not None and isinstance(node.func, ast.Attribute)
        inner = context.called(function.scope, Call(node, scope, bound=bound))
        if function.receiver is not None:
            inner = inner.on(function.receiver)
        return Thunk(body, function.scope, inner)
