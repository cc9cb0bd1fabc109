"""Combine several comparisons of one value, and find comparisons that reject values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile

from sglang_envctl.audit.code.index import following, terminal
from sglang_envctl.audit.evaluation.values import Frame
from sglang_envctl.readers.raw import stated

_COMPARISON = re.compile(
    r"(?P<folds>(?:strip-|lower-|upper-)*)(?P<how>is-one|(?:not-)?(?:equals|in)|one-of|only)"
    r"(?::(?P<words>.*))?"
)
_KEPT = re.compile(
    r"(?:lower-)?(?:text|path)|(?:try-)?(?:int|float|float-int)|split(?:-int|-float)?:.*"
)
CONVERSIONS = {"int": "int", "float": "float", "json.loads": "json"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)


def merged(found: list[tuple[int, str]]) -> str:
    """Combine (rank, reader) findings into one reader (a way to parse a value), mainly by rank."""
    best = max(found, key=lambda item: item[0], default=(0, "text"))
    if not _COMPARISON.fullmatch(best[1]):
        return best[1]
    others = _once([reader for rank, reader in found if rank == best[0]])
    if len({match[0] for match in others}) == 1 and others[0]["how"] != "only":
        return others[0][0]
    if len({match["folds"] for match in others}) > 1:
        return f"{others[0]['folds']}one-of:?"
    words = [_words(match) for match in others]
    every = sorted({word for group in words for word in group})
    if all(match["how"] == "only" for match in others):
        return f"{others[0]['folds']}{_spared(set(every), found)}"
    meanings = {stated(group) for group in words}
    how = "in" if len(meanings) == 1 and None not in meanings else "one-of"
    return f"{others[0]['folds']}{how}:{'|'.join(every)}"


def _spared(words: set[str], found: list[tuple[int, str]]) -> str:
    """Return the accepted words as a reader, including words that are handled separately."""
    for match in _once([reader for _, reader in found]):
        words |= set(_words(match))
    if any(reader.endswith("truthy") for _, reader in found):
        words.add("")
    return f"{'one-of' if '?' in words else 'only'}:{'|'.join(sorted(words - {'?'}))}"


def or_unset(found: list[tuple[int, str]]) -> str:
    """Return the reader for all findings about a value that may first be compared with an empty
    string.
    """
    best = merged(found)
    tested = any(reader == "truthy" for _, reader in found)
    if not tested or not _KEPT.fullmatch(best):
        return best
    steps, colon, words = best.partition(":")
    return f"{steps}-or-unset{colon}{words}"


def converted_items(call: ast.Call, around: Iterable[ast.AST]) -> str:
    """Return how the items of a split value are converted: "split", "split-int" or "split-float"."""
    loop, whole = islice(around, 2)
    if isinstance(loop, ast.comprehension) and loop.iter is call and not loop.ifs:
        match getattr(whole, "elt", None):
            case ast.Call(func=ast.Name(id="int" | "float" as name), args=[_]):
                return f"split-{name}"
    return "split"


def _once(readers: list[str]) -> list[re.Match[str]]:
    """Return one match per distinct comparison: the match with the most steps, such as lower().

    After `text = text.lower()`, a parameter is followed both unchanged and in lower case.
    """
    matches = [match for reader in readers if (match := _COMPARISON.fullmatch(reader))]
    found: dict[tuple[str, str | None], re.Match[str]] = {}
    for match in matches:
        key = match["how"], match["words"]
        if key not in found or len(match["folds"]) > len(found[key]["folds"]):
            found[key] = match
    return list(found.values())


def _words(match: re.Match[str]) -> tuple[str, ...]:
    return ("1",) if match["how"] == "is-one" else tuple((match["words"] or "").split("|"))


def refused_unless(compare: ast.Compare, around: Iterable[ast.AST]) -> list[ast.expr]:
    """Return the literals, if the code raises for every other value; otherwise an empty list."""
    outer = list(around)
    outer = outer[outer.index(compare) + 1 :]  # from the value outwards, the comparison comes first
    right, op = compare.comparators[0], compare.ops[0]
    joined = list(takewhile(lambda node: isinstance(node, ast.BoolOp), outer))
    statement, *above = outer[len(joined) :]
    above = list(takewhile(lambda node: not isinstance(node, _FUNCTIONS), above))
    if not all(_same_value(node, compare) for node in joined):
        return []
    if not all(isinstance(node, ast.If) and _asks(node.test, compare) for node in above):
        return []
    if isinstance(statement, ast.If) and isinstance(op, ast.NotIn):
        return [right] if _raises(statement.body) else []
    if isinstance(statement, ast.If) and isinstance(op, (ast.In, ast.Eq)) and not joined:
        return list(_chain(statement, ast.dump(compare.left), outer))
    return [right] if isinstance(statement, ast.Assert) and isinstance(op, ast.In) else []


def _asks(test: ast.expr, compare: ast.Compare) -> bool:
    """Return whether a test only checks whether a value exists."""
    value = ast.unparse(compare.left)
    return ast.unparse(test) in {value, f"{value} is not None"}


def _same_value(node: ast.AST, compare: ast.Compare) -> bool:
    """Return whether all other operands of an `and` only check whether a value exists."""
    if not isinstance(node, ast.BoolOp) or not isinstance(node.op, ast.And):
        return False
    return all(item is compare or _asks(item, compare) for item in node.values)


def _chain(first: ast.If, left: str, around: list[ast.AST]) -> Iterator[ast.expr]:
    """Yield the literals of a chain of `if value == ...` that ends in a raise."""
    found: list[ast.expr] = []
    holder = around[around.index(first) + 1]
    body: list[ast.stmt] = [first, *following(first, holder)]
    while body and isinstance(body[0], ast.If):
        test = body[0].test
        if not (
            isinstance(test, ast.Compare)
            and isinstance(test.ops[0], (ast.In, ast.Eq))
            and ast.dump(test.left) == left
        ):
            return
        found.append(test.comparators[0])
        leaves = isinstance(body[0].body[-1], (ast.Return, ast.Raise))
        body = body[0].orelse or (body[1:] if leaves else [])
    if _raises(body[:1]):
        yield from found


def _raises(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Raise)


def returns_truth(node: ast.stmt) -> bool:
    """Return whether a statement returns True or False."""
    value = node.value if isinstance(node, ast.Return) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, bool)


def caught(frame: Frame) -> bool:
    """Return whether a call that gets the value as an argument is inside a `try`."""
    calls = frame.calls.values()
    return any(isinstance(node, ast.Try) for c in calls for node in c.scope.module.up(c.node))


def converted(name: str, before: str, node: ast.expr, frame: Frame) -> str:
    """Return a conversion as a step of a reader; "try-int" if the code continues after a failure."""
    made = CONVERSIONS[name]
    if made == "int" and before.endswith("float"):
        return f"{before}-int"
    calls = [(node, frame.scope), *((call.node, call.scope) for call in frame.calls.values())]
    tried = any(_caught(inner, scope.module.up(inner)) for inner, scope in calls)
    return f"try-{made}" if tried else made


def _caught(node: ast.expr, around: Iterable[ast.AST]) -> bool:
    """Return whether a `try` around a node continues after a ValueError."""
    for outer in takewhile(lambda outer: not isinstance(outer, _FUNCTIONS), around):
        if isinstance(outer, ast.Try) and node.lineno <= (outer.body[-1].end_lineno or 0):
            for handler in outer.handlers:
                if not _raises(handler.body) and (handler.type is None or _catches(handler.type)):
                    return True
    return False


def _catches(node: ast.expr) -> bool:
    names = {terminal(item) for item in (node.elts if isinstance(node, ast.Tuple) else [node])}
    return bool(names & {"ValueError", "Exception"})
