"""Find the command lines that a document places next to an environment and runs with it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from sglang_envctl.sources.shell import known_word
from sglang_envctl.sources.yaml.tree import MappingNode, Node, ScalarNode, SequenceNode, text_of

_WORDS = (
    "entrypoint", "entryPoint", "EntryPoint", "command", "Command", "args", "arguments",
)  # fmt: skip
_PROGRAMS = {"module": ("python3", "-m"), "program": ("python3",)}
"""The keys of a program of Python, with the words before it: VS Code, dev containers."""
_VALUE = "value"
_WORKSPACE = "${workspaceFolder}/"
_SCRIPTS = (
    "before_script", "run", "script", "shell", "ansible.builtin.shell", "cmd", "cmds", "commands",
    "bootcmd", "runcmd",
    "start_command",
)  # fmt: skip
"""The keys of shell scripts, or of lists of their lines: GitHub, SkyPilot, GitLab, Ansible, Task,
cloud-init, dstack, Truss.
"""
COMMANDS = frozenset((*_WORDS, *_SCRIPTS, *_PROGRAMS))
"""The keys of commands."""
_OTHER_KEY = re.compile(
    r"(?i).*(?:commands?|cmds?|cmd_?line|scripts?|bash|shell|exec|entry(?:point)?|argv|on_?start|run)"
    r"|docker_?args|.*(?:setup|launch|serve|start|hooks?)|before|init"
)
"""Other keys of commands: tmuxp, Azure, RunPod, Vast.ai, Ray, pre-commit, dev containers."""
_SHELL_OPTIONS = ("-c", "-lc", "-ec", "-exc")
"""The options that, as the first word of `args`, show that the image's entry point is a shell."""
_SERVER = r"launch_server|sglang\s+serve|dynamo\.sglang"
_VARIABLE = r"\bSGL(?:ANG)?_\w+=|\bname:\s*[\"']?SGL(?:ANG)?_\w"
"""A variable of SGLang that a command sets, or one in a manifest that it holds."""
_EXPORT = r"\bexport\s+[A-Za-z_]\w*="
_STARTED = re.compile(r"(?:env |export )?[A-Z_][A-Z0-9_]*=\S*\s")
"""The start of a command that sets a variable."""
_SPACE = re.compile(r"\s")


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
    if not commands or not _is_sglang(scalars(_under(commands, node).values())):
        return None
    given = _under(_WORDS, node)
    program = next((key for key in _PROGRAMS if key in node.pairs and "command" not in given), "")
    before = _PROGRAMS.get(program, ())
    given = {**_under((program,), node), **given}
    found = scalars(given.values())
    if found and _is_sglang(found):
        texts = [*before, *(resolved(part.text.removeprefix(_WORKSPACE)) for part in found)]
        return CommandLine(next(iter(given)), _words(given, texts), *extent(found))
    scripts = _under(_SCRIPTS, node)
    lines = scalars(scripts.values())
    if not (lines and _is_sglang(lines)):
        return None
    texts = [resolved(part.text) for part in lines]
    whole = _of_script(texts) if len(scripts) == 1 else "\n".join(texts)
    return CommandLine([*scripts][-1], whole, *extent(lines))


def is_command(key: str, node: Node) -> bool:
    """Return whether a key, other than those of COMMANDS, or its text is that of a command."""
    if key in COMMANDS or key == _VALUE:
        return False
    return _may_be_command(key) or (
        isinstance(node, ScalarNode)
        and "=" in node.text
        and bool(_STARTED.match(node.text) and re.search(_SERVER, node.text))
    )


@lru_cache(maxsize=4096)
def _may_be_command(key: str) -> bool:
    """Return whether a key may be that of a command."""
    return bool(_OTHER_KEY.fullmatch(key))


def other_command(key: str, node: Node) -> CommandLine | None:
    """Return the command under such a key: a line, or a list of words or of lines; None if it
    neither starts a server nor sets a variable of SGLang.
    """
    found = scalars([node])
    is_whole_script = isinstance(node, ScalarNode) and "\n" in node.text  # `inner` reads these
    if is_whole_script or not found or not _is_sglang(found):
        return None
    command = CommandLine(key, _of_script([part.text for part in found]), *extent(found))
    return command if command.counts else None


def _of_script(texts: list[str]) -> str | tuple[str | None, ...]:
    """Return the lines of a script, or the words of a command: a list with options or without
    whitespace.
    """
    has_spaces = [bool(re.search(r"\s", text)) for text in texts]
    options = (
        text.startswith("-") and not spaced for text, spaced in zip(texts, has_spaces, strict=True)
    )
    if texts[1:] and (any(options) or not any(has_spaces)):
        return tuple(map(known_word, texts))
    return "\n".join(texts)


def _under(keys: Iterable[str], node: MappingNode) -> dict[str, Node]:
    return {key: _unwrapped(node.pairs[key].value) for key in keys if key in node.pairs}


def _unwrapped(node: Node) -> Node:
    """Return the value of `{value: ...}`, as in Run:ai, and any other node as it is."""
    inner = node.pairs.get(_VALUE) if isinstance(node, MappingNode) else None
    return inner.value if inner else node


def _words(given: dict[str, Node], texts: list[str]) -> str | tuple[str | None, ...]:
    """Return the command in strings, or in lists of words."""
    of_image = [*given] == ["args"]
    if len(given) == 1 and texts[1:] and _SPACE.search(texts[0]):
        return _of_script(texts)  # no program has such a name
    if all(isinstance(node, ScalarNode) for node in given.values()) or (of_image and not texts[1:]):
        return " ".join(texts)
    words = tuple(map(known_word, texts))
    return ("sh", *words) if of_image and words[0] in _SHELL_OPTIONS else words


def scalars(nodes: Iterable[Node]) -> list[ScalarNode]:
    """Return the strings in nodes, including those in lists; a list in a list is a command."""
    found: list[ScalarNode] = []
    for node in nodes:
        for item in node.items if isinstance(node, SequenceNode) else (node,):
            one = _joined(item) if isinstance(item, SequenceNode) else item
            if isinstance(one, ScalarNode) and one.text.strip():
                found.append(one)
    return found


def _joined(item: SequenceNode) -> Node:
    """Return a list of words as the line of a shell, and any other list as it is."""
    words = item.items
    if not words or not all(isinstance(word, ScalarNode) for word in words):
        return item
    return ScalarNode(shlex.join(text_of(word) for word in words), item.line)


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
