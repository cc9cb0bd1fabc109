"""Read shell scripts without running them; each server that a script starts is an environment.

From the bottom up: `grammar` parses, `values`, `state` and `scope` keep what is known, `splitting` and
`words` expand, `written` and `beside` track and read files, `directives` reads the comments of jobs,
`launchers`, `wrappers`, `mpi`, `jobs`, `remote`, `containers` and `cloud` pass on environments,
`programs` finds servers, `commands` and `statements` follow the script, `held` reads the files of
other kinds in it, `environments` builds layers from scripts and `command_lines` from command lines in
other files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sglang_envctl.environment import Layer, Origin
from sglang_envctl.sources.context import Context

_SUFFIXES = (".sh", ".bash", ".zsh", ".ksh", ".sbatch", ".slurm")
_REFERENCE = r"\$\{?[A-Za-z_]|\$\("
_SGLANG = r"sglang|\bSGL(?:ANG)?_\w+=|\bname:\s*[\"']?SGL|\bexport\s+[A-Za-z_]\w*="
_SHEBANG = rb"#![^\n]*\b(?:ba|da|z|k)?sh\b"
_OTHER = (
    rb"#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-S[ \t]*)?)?"
    rb"(?:t?csh|elvish|fish|node|nu|perl|pwsh|python|ruby|xonsh)"
)
"""The first line of a script for another interpreter, regardless of its file name."""


def matches(path: str, head: bytes) -> bool:
    """Return whether the name of a file, or its first line, is that of a script."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    if path.lower().endswith(_SUFFIXES):
        return not (head.startswith(b"#!") and re.match(_OTHER, head))
    return head.startswith(b"#!") and bool(re.match(_SHEBANG, head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return one layer for each server that a script starts; without servers, one with the script's
    exports.

    Raises:
        SourceError: the parser is not installed.
    """
    from sglang_envctl.sources.shell import environments

    return environments.layers(path, data, context)


def started_by(
    layer: Layer,
    command: str | Sequence[str | None],
    origin: Origin,
    last: int | None = None,
    context: Context | None = None,
) -> tuple[Layer, ...]:
    """Return the environments of the servers that a command starts; only the layer if the command
    neither mentions SGLang nor exports a variable.

    Args:
        layer: the environment that the command gets.
        command: the words, None for an unknown word; or a text that a shell runs.
        origin: the place of the command.
        last: the last line of the text, if its lines are lines of the file.
        context: the context for reading the files that the command writes; None if they are not read.

    Raises:
        SourceError: the parser is not installed.
    """
    words = (command,) if isinstance(command, str) else command
    if not any(re.search(_SGLANG, word) for word in words if word):
        return (layer,)
    from sglang_envctl.sources.shell import command_lines

    return command_lines.started_by(layer, command, origin, last, context)


def for_later(text: str, origin: Origin, last: int) -> Layer:
    """Return the layer that a step of a GitHub job writes to GITHUB_ENV for later steps.

    Args:
        text: the script of the step.
        origin: the place of the script.
        last: its last line.

    Raises:
        SourceError: the parser is not installed.
    """
    from sglang_envctl.sources.shell import command_lines

    return command_lines.for_later(text, origin, last)


def known_word(word: str) -> str | None:
    """Return a word; None if another program replaces references in it whose values are unknown.

    A word that is a script, with spaces, is kept, because a shell resolves the references in it.
    """
    if "$" not in word:
        return word  # the usual case
    return None if re.search(_REFERENCE, word) and not re.search(r"\s", word) else word
