"""Evaluate classes and objects: attributes, fields, and the results of methods."""

from __future__ import annotations

import ast

from sglang_envctl.audit.code.index import Scope, nodes_of, terminal
from sglang_envctl.audit.evaluation.evaluator import CONSTRUCTORS, Evaluator, instance_of
from sglang_envctl.audit.evaluation.values import (
    Call,
    CallerError,
    ClassRef,
    FieldRef,
    Frame,
    FunctionRef,
    Instance,
    SelfRef,
    Thunk,
    UndeterminedError,
)

_AT_START = {"__init__", "__set_name__"}


def attribute(evaluator: Evaluator, base: object, name: str, frame: Frame) -> object:
    """Return an attribute of a class or an object."""
    if isinstance(base, FieldRef) and name in {"name", "default"}:
        return base.name if name == "name" else base.default
    if isinstance(base, SelfRef):
        found = _receiver(evaluator, base, frame)
        if found is None:
            return _of_self(evaluator, base, name, frame)
        base = found
    if isinstance(base, ClassRef):
        return _of_class(evaluator, base.scope, name, frame, None)
    if isinstance(base, Instance):
        return _of_object(evaluator, base.cls, name, frame.on(base), base)
    raise UndeterminedError


def _of_self(evaluator: Evaluator, base: SelfRef, name: str, frame: Frame) -> object:
    """Return an attribute of an unknown `self`; raise CallerError if the object is needed."""
    try:
        return evaluator.forced(_of_object(evaluator, base.cls, name, frame, None))
    except CallerError as missing:
        owner = missing.scope.owner()
        inherited = owner is not None and owner in evaluator.program.mro(base.cls)
        if inherited and missing.scope.name in CONSTRUCTORS:
            raise CallerError(base.cls) from missing
        raise
    except UndeterminedError as unknown:
        # The attributes of a mixin are set by the classes that include it.
        raise CallerError(base.cls) from unknown


def _of_object(
    evaluator: Evaluator, cls: Scope, name: str, frame: Frame, instance: Instance | None
) -> object:
    for item in evaluator.program.mro(cls):
        assigned = item.assigned(name)
        at_start = [one for one in assigned if getattr(one[1].function(), "name", "") in _AT_START]
        if len(at_start or assigned) == 1:
            node, scope = (at_start or assigned)[0]
            return Thunk(node, frame.at(scope))
        if assigned:
            raise UndeterminedError
    given = _field(evaluator, name, frame, instance) if instance else None
    return given or _of_class(evaluator, cls, name, frame, instance)


def _field(evaluator: Evaluator, name: str, frame: Frame, instance: Instance) -> Thunk | None:
    """Return a field of a dataclass or named tuple: the argument of the constructor call."""
    order = evaluator.program.mro(instance.cls)
    if any("__init__" in item.bindings for item in order):
        return None
    call, outside = instance.call, frame.at(instance.scope)
    for keyword in call.keywords:
        if keyword.arg == name:
            return Thunk(keyword.value, outside)
    names = [item.name for item in fields(order, frame)]
    position = names.index(name) if name in names else len(call.args)
    return Thunk(call.args[position], outside) if position < len(call.args) else None


def fields(order: tuple[Scope, ...], frame: Frame) -> list[FieldRef]:
    """Return the fields of a dataclass, those of its bases first."""
    return [
        FieldRef(item.target.id, Thunk(item.value, frame.at(cls)) if item.value else None)
        for cls in reversed(order)
        for item in getattr(cls.node, "body", [])
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    ]


def _of_class(
    evaluator: Evaluator, cls: Scope, name: str, frame: Frame, instance: Instance | None
) -> object:
    for item in evaluator.program.mro(cls):
        if name in item.bindings:
            value = evaluator.bound(item, item.bindings[name], frame)
            if isinstance(value, FunctionRef):
                return FunctionRef(value.scope, instance)
            return value
    raise UndeterminedError


def receiver_class(evaluator: Evaluator, base: object, frame: Frame) -> Scope:
    """Return the class of `self` or `cls`; raise CallerError if only the callers know the class."""
    if isinstance(base, ClassRef):
        return base.scope
    if not isinstance(base, SelfRef):
        raise UndeterminedError
    found = _receiver(evaluator, base, frame)
    if found is None:
        raise CallerError(_outermost(evaluator, base, frame).method)
    return found.cls if isinstance(found, Instance) else found.scope


def _receiver(evaluator: Evaluator, base: SelfRef, frame: Frame) -> Instance | ClassRef | None:
    """Return the object or class on which a method was called."""
    instance = instance_of(base.cls, frame, evaluator.program)
    value = instance or _called_on(evaluator, _outermost(evaluator, base, frame), frame)
    return value if isinstance(value, (Instance, ClassRef)) else None


def _outermost(evaluator: Evaluator, base: SelfRef, frame: Frame) -> SelfRef:
    """Return the first method in a chain of calls on one object."""
    value = _called_on(evaluator, base, frame)
    return _outermost(evaluator, value, frame) if isinstance(value, SelfRef) else base


def _called_on(evaluator: Evaluator, base: SelfRef, frame: Frame) -> object:
    """Return the value before the dot in the call of a method."""
    call = frame.calls.get(base.method)
    if call is None or not isinstance(call.node.func, ast.Attribute):
        return None
    return evaluator.value(call.node.func.value, frame.at(call.scope))


def returned(function: object, node: ast.Call, frame: Frame) -> Thunk:
    """Return the result of a function of the package, if it is one expression."""
    if not isinstance(function, FunctionRef) or function.scope in frame.calls:
        raise UndeterminedError
    body = _single_return(function.scope)
    if body is None:
        raise UndeterminedError
    bound = function.scope.owner() is not None and isinstance(node.func, ast.Attribute)
    inner = frame.called(function.scope, Call(node, frame.scope, bound=bound))
    if function.receiver is not None:
        inner = inner.on(function.receiver)
    return Thunk(body, inner.at(function.scope))


def _single_return(function: Scope) -> ast.expr | None:
    """Return the expression of a function's only return statement."""
    if isinstance(function.node, ast.Lambda):
        return function.node.body
    body = getattr(function.node, "body", [])
    returns = [item for item in body if isinstance(item, ast.Return)]
    nested = sum(isinstance(item, ast.Return) for node in body for item in nodes_of(node))
    return returns[0].value if len(returns) == nested == 1 else None


def is_abstract(function: object) -> bool:
    """Return whether a function is decorated with `abstractmethod`."""
    return isinstance(function, FunctionRef) and any(
        terminal(item) == "abstractmethod"
        for item in getattr(function.scope.node, "decorator_list", [])
    )
