"""Find the variables that a step of a job sets for later steps: GitHub, CircleCI and Azure Pipelines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sglang_envctl.environment import Origin
from sglang_envctl.sources.mappings.forms import Block, Entry, Path
from sglang_envctl.sources.shell import for_later
from sglang_envctl.sources.yaml.commands import extent
from sglang_envctl.sources.yaml.tree import MappingNode, Node, ScalarNode, within

_SCRIPTS = frozenset({"run", "script", "bash", "pwsh", "powershell"})
"""The keys of the script of a step."""
_EARLIER = "a command of an earlier step"
_FILE, _SCRIPT = "GITHUB_ENV", "BASH_ENV"
"""The variables with the path of a file of assignments, and of a script, which later steps get."""
_EXPORT = re.compile(r"([\"'\s])export[ \t]+(?=[A-Za-z_]\w*=)")
_SETVARIABLE = "task.setvariable"
_OF_AZURE = re.compile(r"##vso\[task\.setvariable ([^\]\n]{0,200})\]([^\n]*)")
_NAME = re.compile(r"(?:^|[ ;])variable=([A-Za-z_][\w.]*)")
_PLAIN = re.compile(r"[\w./:,+-]+(?=[\"']?\s*$)")


def may_set_for_later(text: str) -> bool:
    """Return whether a document may have such steps."""
    return _FILE in text or _SCRIPT in text or _SETVARIABLE in text


def for_later_steps(step: Node, path: Path) -> Block | None:
    """Return the block that a step sets for later steps; None if it sets none."""
    for key in _SCRIPTS & step.pairs.keys() if isinstance(step, MappingNode) else ():
        script = within(step, key)
        command = within(script, "command") or script
        if not isinstance(command, ScalarNode):
            continue
        if _FILE in command.text or _SCRIPT in command.text:
            return _of_file(command, (*path, key))
        if _SETVARIABLE in command.text:
            return Block((*path, key), tuple(_of_azure(command)))
    return None


def _of_file(script: ScalarNode, path: Path) -> Block:
    """Return the variables that a script writes to the file of later steps."""
    first, last = extent([script])
    is_script = _FILE not in script.text
    text = _EXPORT.sub(r"\1", script.text.replace(_SCRIPT, _FILE)) if is_script else script.text
    layer = for_later(text, Origin("", line=first), last)
    entries = tuple(
        Entry(name, origin.line or first, None, _EARLIER)
        if unknown or (is_script and not _is_word(raw))
        else Entry(name, origin.line or first, ScalarNode(raw, origin.line or first))
        for name, raw, origin, _, unknown, *_ in layer.assignments
    )
    is_whole = entries and not layer.notes
    unread = () if is_whole else ((first, "a part of what it sets for later steps"),)
    return Block(path, entries, unread)


def _is_word(text: str) -> bool:
    """Return whether a shell reads a value as it is written."""
    return bool(re.fullmatch(r"[\w./:,+@%-]*", text))


def _of_azure(script: ScalarNode) -> Iterator[Entry]:
    """Yield the variables of `##vso[task.setvariable variable=NAME]VALUE`, without secrets, which no
    step gets as a variable.
    """
    at, line = 0, script.line + 1 if script.block else script.line
    for match in _OF_AZURE.finditer(script.text):
        line += script.text.count("\n", at, match.start()) if script.block else 0
        at = match.start()
        name = _NAME.search(match[1])
        if not name or "issecret=true" in match[1].lower():
            continue
        value = _PLAIN.match(match[2])
        written = ScalarNode(value[0], line) if value else None
        yield Entry(name[1].upper().replace(".", "_"), line, written, _EARLIER)
