"""One release: its own code's answers, and the places where it reads a name."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_ROOT = Path(__file__).parents[2]
_DECLARATIONS = ("sglang/multimodal_gen/envs.py", "sglang/srt/environ.py")


class Ask(NamedTuple):
    """One text put to one reader; None is unset."""

    probe: str
    name: str
    text: str | None
    given: dict[str, str]


class Answer(NamedTuple):
    """What the release's own code made of it."""

    value: object
    raised: str | None
    warned: bool


def answers(asks: Sequence[Ask], wheels: Mapping[str, Path]) -> list[Answer]:
    """Ask the release in a child process, in an empty directory that is then thrown away."""
    task = {"wheels": {name: str(wheel) for name, wheel in wheels.items()}, "asks": asks}
    environment = {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
    if "SYSTEMROOT" in os.environ:
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            (sys.executable, "-m", "tests.conformance.child.run"),
            input=json.dumps(task),
            capture_output=True,
            text=True,
            cwd=folder,
            env=environment,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-4000:]
    return [Answer(*answer) for answer in json.loads(done.stdout)]


def places(wheel: Path, names: Iterable[str]) -> dict[str, list[str]]:
    """Where a release's code reads these names: `file:line`, tests and mere declarations left out."""
    found: dict[str, list[str]] = {name: [] for name in names}
    any_name = re.compile("|".join(rf"\b{name}\b" for name in found).encode())
    with zipfile.ZipFile(wheel) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python thinks of SGLang's string literals
        files = [f for f in archive.namelist() if f.endswith(".py") and "/test/" not in f]
        declared = b"".join(archive.read(file) for file in _DECLARATIONS if file in files)
        known = {name.decode() for name in any_name.findall(declared)}
        for file in files:
            text = archive.read(file)
            if file in _DECLARATIONS or not any_name.search(text):
                continue
            for name, line in _reads(ast.parse(text, file), found, known):
                found[name].append(f"{file}:{line}")
    return found


def _reads(tree: ast.AST, names: Iterable[str], declared: set[str]) -> Iterator[tuple[str, int]]:
    """`envs.NAME` of a declared name, and the literal in `getenv("NAME")`, `environ["NAME"]`."""
    nodes = list(ast.walk(tree))
    written = {n.value for n in nodes if isinstance(n, ast.Attribute) and n.attr == "set"}
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in declared and node not in written:
            yield node.attr, node.lineno
        if isinstance(node, ast.expr) and (literals := _fetched(node)):
            yield from ((name, node.lineno) for name in names if name in literals)


def _fetched(node: ast.expr) -> set[object]:
    """The literals by which a call or a subscript asks the environment."""
    match node:
        case ast.Call() if "env" in ast.unparse(node.func):
            return {a.value for a in node.args if isinstance(a, ast.Constant)}
        case ast.Subscript(ctx=ast.Load(), slice=ast.Constant(value=name)):
            return {name} if "environ" in ast.unparse(node.value) else set()
    return set()
