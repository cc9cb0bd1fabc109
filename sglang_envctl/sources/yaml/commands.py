"""Command lines in documents: what stands beside an environment, and is started with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sglang_envctl.sources.yaml.tree import Node, ScalarNode, SequenceNode, items, within

_SHELL_OPTIONS = ("-c", "-lc", "-ec", "-exc")
"""First words of `args` that only a shell takes, which is then the entry point of the image."""


class CommandLine(NamedTuple):
    """What a mapping has a program or a shell run."""

    words: str | tuple[str, ...]
    """Its words, or a text for a shell."""
    line: int
    last: int
    """The lines of the file that it may come from."""


def command_line(node: Node, resolved: Callable[[str], str] = str) -> CommandLine | None:
    """What is run with the environment of a mapping: its `command` and `args`, or its `run` or `script`.

    None where nothing says that it has to do with SGLang.

    Args:
        node: the mapping.
        resolved: a word, with what replaces references in it.
    """
    found = _parts(node, ("command", "args"))
    if _is_sglang(found):
        words = tuple(resolved(part.text) for part in found)
        first, last = _lines(found)
        if within(node, "command") is None:
            return CommandLine(_of_image(words), first, last)
        return CommandLine(words, first, last)
    script = _parts(node, ("run", "script"))
    if not _is_sglang(script):
        return None
    return CommandLine("\n".join(resolved(part.text) for part in script), *_lines(script))


def _of_image(words: tuple[str, ...]) -> str | tuple[str, ...]:
    """The command that arguments for the entry point of an image come to."""
    if words[0] in _SHELL_OPTIONS:
        return ("sh", *words)
    return words[0] if len(words) == 1 else words


def _parts(node: Node, keys: tuple[str, ...]) -> list[ScalarNode]:
    """The texts under some keys, each a list or one text."""
    values = (within(node, key) for key in keys)
    nodes = (one for v in values for one in (items(v) if isinstance(v, SequenceNode) else (v,)))
    return [one for one in nodes if isinstance(one, ScalarNode) and one.text.strip()]


def _is_sglang(parts: list[ScalarNode]) -> bool:
    return any("sglang" in part.text for part in parts)


def _lines(parts: list[ScalarNode]) -> tuple[int, int]:
    """The first and the last line; of several parts, those of the first that has lines of its own."""
    for part in parts:
        if part.block:
            return part.line + 1, part.line + 1 + part.text.count("\n")
    return parts[0].line, parts[-1].line
