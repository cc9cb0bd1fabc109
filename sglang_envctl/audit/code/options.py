"""Find the command-line options of SGLang's servers in the syntax trees that declare them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sglang_envctl.audit.code.files import opened
from sglang_envctl.audit.code.index import nodes_of, terminal
from sglang_envctl.errors import Unreadable

DECLARING = {
    "srt": r"sglang/srt/(?:server_args|arg_groups/fields/\w+)\.py",
    "diffusion": (
        r"sglang/multimodal_gen/(?:runtime/server_args(?:/\w+)?|configs/pipeline_configs/base"
        r"|configs/quantization/\w+)\.py"
    ),
}
"""The files that declare the options of each server."""
_ANNOTATED = ("A", "Annotated")


def options(target: Path) -> Mapping[str, frozenset[str]]:
    """Return the options of each server in a wheel or a package's directory: `--tp-size`, ..."""
    found: dict[str, set[str]] = {server: set() for server in DECLARING}
    with opened(target) as files:
        for item in files:
            if isinstance(item, Unreadable):
                continue
            name, content = item
            for server, pattern in DECLARING.items():
                if re.fullmatch(pattern, name):
                    found[server].update(declared(content))
    return {server: frozenset(names) for server, names in found.items()}


def declared(content: bytes) -> Iterator[str]:
    """Yield the options that a module adds to a parser, or declares as annotated fields."""
    for node in nodes_of(ast.parse(content)):
        if isinstance(node, ast.Call) and terminal(node.func) == "add_argument":
            yield from _flags(node.args)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield from _field(node.target.id, node.annotation)


def _field(name: str, annotation: ast.expr) -> Iterator[str]:
    """Yield the options of a field such as `tp_size: A[int, Arg(help="...", aliases=["--tp"])]`.

    A field without text or `Arg` in its annotation is not an option.
    """
    if not isinstance(annotation, ast.Subscript) or terminal(annotation.value) not in _ANNOTATED:
        return
    parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else []
    for part in parts[1:]:
        if isinstance(part, ast.Call) and terminal(part.func) == "Arg":
            given = {keyword.arg: keyword.value for keyword in part.keywords}
            if getattr(given.get("no_cli"), "value", None) is not True:
                yield from _flags([given["cli_name"]] if "cli_name" in given else []) or [
                    _flag(name)
                ]
                aliases = given.get("aliases")
                yield from _flags(
                    aliases.elts if isinstance(aliases, (ast.List, ast.Tuple)) else []
                )
            return
        if isinstance(part, (ast.Constant, ast.JoinedStr)):
            yield _flag(name)
            return


def _flags(nodes: list[ast.expr]) -> list[str]:
    texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return [text for text in texts if isinstance(text, str) and text.startswith("--")]


def _flag(field: str) -> str:
    return f"--{field.replace('_', '-')}"
