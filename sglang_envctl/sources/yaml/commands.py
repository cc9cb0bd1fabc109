"""Find the command lines that a document places next to an environment and runs with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sglang_envctl.sources.shell import known_word
from sglang_envctl.sources.yaml.tree import MappingNode, Node, ScalarNode, SequenceNode

_WORDS = ("entrypoint", "command", "args")
_SCRIPTS = (
    "before_script", "run", "script", "shell", "ansible.builtin.shell", "cmd", "cmds", "commands",
    "bootcmd", "runcmd",
    "start_command",
)  # fmt: skip
"""The keys of shell scripts, or of lists of their lines: GitHub, SkyPilot, GitLab, Ansible, Task,
cloud-init, dstack, Truss.
"""
COMMANDS = frozenset((*_WORDS, *_SCRIPTS))
"""The keys of commands."""
_SHELL_OPTIONS = ("-c", "-lc", "-ec", "-exc")
"""The options that, as the first word of `args`, show that the image's entry point is a shell."""
_SERVER = r"launch_server|sglang\s+serve|dynamo\.sglang"
_VARIABLE = r"\bSGL(?:ANG)?_\w+=|\bname:\s*[\"']?SGL(?:ANG)?_\w"
"""A variable of SGLang that a command sets, or one in a manifest that it holds."""
_EXPORT = r"\bexport\s+[A-Za-z_]\w*="


class CommandLine(NamedTuple):
    """The command that a mapping gives to a program or a shell."""

    key: str
    """The key of the command."""
    words: str | tuple[str | None, ...]
    """The words of the command, None for an unknown word, or a string for a shell."""
    line: int
    last: int
    """The last line of the file from which the command may come."""

    @property
    def counts(self) -> bool:
        """Whether the command mentions a server or sets an SGLang variable, so it is not just a tool."""
        words = (self.words,) if isinstance(self.words, str) else self.words
        return bool(re.search(rf"{_SERVER}|{_VARIABLE}", " ".join(filter(None, words))))


def command_line(node: Node, resolved: Callable[[str], str] = str) -> CommandLine | None:
    """Return the command that runs with the environment of a mapping: `command` and `args`, `run`
    or `script`.

    Return None if the command does not concern SGLang.

    Args:
        node: the mapping.
        resolved: returns a word with its references resolved.
    """
    if not isinstance(node, MappingNode):
        return None
    commands = COMMANDS.intersection(node.pairs)
    if not commands or not _is_sglang(scalars(node.pairs[key].value for key in commands)):
        return None
    given = _under(_WORDS, node)
    found = scalars(given.values())
    if found and _is_sglang(found):
        texts = [resolved(part.text) for part in found]
        return CommandLine(next(iter(given)), _words(given, texts), *extent(found))
    scripts = _under(_SCRIPTS, node)
    lines = scalars(scripts.values())
    if not (lines and _is_sglang(lines)):
        return None
    text = "\n".join(resolved(part.text) for part in lines)
    return CommandLine([*scripts][-1], text, *extent(lines))


def _under(keys: tuple[str, ...], node: MappingNode) -> dict[str, Node]:
    return {key: node.pairs[key].value for key in keys if key in node.pairs}


def _words(given: dict[str, Node], texts: list[str]) -> str | tuple[str | None, ...]:
    """Return the command in strings, or in lists of words."""
    of_image = [*given] == ["args"]
    if all(isinstance(node, ScalarNode) for node in given.values()) or (of_image and not texts[1:]):
        return " ".join(texts)
    words = tuple(map(known_word, texts))
    return ("sh", *words) if of_image and words[0] in _SHELL_OPTIONS else words


def scalars(nodes: Iterable[Node]) -> list[ScalarNode]:
    """Return the strings in nodes, including those in lists."""
    return [
        one
        for node in nodes
        for one in (node.items if isinstance(node, SequenceNode) else (node,))
        if isinstance(one, ScalarNode) and one.text.strip()
    ]


def _is_sglang(parts: list[ScalarNode]) -> bool:
    """Return whether texts mention SGLang, or export variables that a server in a script may get."""
    text = "\0".join(part.text for part in parts)
    return bool(
        "sglang" in text
        or ("SGL" in text and re.search(_VARIABLE, text))
        or ("export" in text and re.search(_EXPORT, text))
    )


def extent(parts: list[ScalarNode]) -> tuple[int, int]:
    """Return the first and the last line of a command, or of its first part that is a block."""
    for part in parts:
        if part.block:
            return part.line + 1, part.line + 1 + part.text.count("\n")
    return parts[0].line, parts[-1].line
