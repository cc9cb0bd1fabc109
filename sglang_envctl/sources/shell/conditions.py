"""Decide what is known about the success of a command before the script runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sglang_envctl.sources.shell.files.beside import on_disk
from sglang_envctl.sources.shell.files.written import is_written
from sglang_envctl.sources.shell.scope import Scope
from sglang_envctl.sources.shell.words import arguments

if TYPE_CHECKING:
    from tree_sitter import Node

_SURE = {
    ".", ":", "cd", "echo", "export", "mkdir", "module", "popd", "printf", "pushd", "set", "shopt",
    "sleep", "source", "true", "ulimit", "umask",
}  # fmt: skip
"""The commands that rarely fail, so that a following `&&` is not a condition."""
_ASSIGNS = {"variable_assignment", "variable_assignments", "declaration_command"}
_COMPOUND = {"list", "negated_command", "pipeline", "redirected_statement"}
"""The statements that make a condition more than one test."""
_FINDS_FILE = re.compile(r"(?:\[\[?|test)\s+-[efrs]\s+[^\s;&|]+(?:\s+\]\]?)?")


def is_sure(node: Node, scope: Scope) -> bool:
    """Return whether a command succeeds: it rarely fails, or it checks for a file that can be
    read from here.
    """
    if node.type == "command" and scope.script.text(node.children[0]) in _SURE:
        return True
    return node.type in _ASSIGNS or finds_file([node], scope)


def finds_file(condition: list[Node], scope: Scope) -> bool:
    """Return whether a condition is only `[ -f FILE ]`, and the file can be read from here."""
    nodes = [node for node in condition if node.type in {"test_command", "command"}]
    if len(nodes) != 1 or any(node.type in _COMPOUND for node in condition):
        return False
    (node,) = nodes
    if node.type == "test_command" and node.named_children:
        node = node.named_children[-1]
    if not _FINDS_FILE.fullmatch(scope.script.text(nodes[0]).strip()):
        return False
    paths = arguments(node.named_children[-1:], scope)
    return len(paths) == 1 and (is_written(paths[0], scope) or bool(on_disk(paths[0], scope)))
