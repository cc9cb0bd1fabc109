"""Read the options of docker run that a document keeps as a text or a list: `-e NAME=value`.

GitHub Actions, Azure Pipelines, dev containers, SkyPilot, Ray, Google Batch and Vast.ai have such
options.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import lru_cache

from sglang_envctl.releases.renames import OWNED
from sglang_envctl.sources.mappings.forms import UPPER_NAME, Block, Entry, Path, is_meant
from sglang_envctl.sources.yaml.tree import Node, ScalarNode, SequenceNode

_OTHER_KEY = re.compile(r"(?i).*(?:opts|options?|args|arguments|params|parameters|flags)")
"""Keys that count only with a variable of SGLang, because other programs have an option -e too."""
_LONGEST = 10_000
"""The maximum length of a text of options, because shlex is slow for long words."""
_KEY = re.compile(
    r"(?i)options|.*(?:docker|podman|container|run|create|engine)[_-]?(?:run|extra)?"
    r"[_-]?(?:opts|options?|args|arguments|params|parameters|flags)"
)
_QUOTING = frozenset("'\"\\#")
_SETTING = ("-e", "--env")
_FILE = "--env-file"
_TEXT = re.compile(r"-[^\s=]*\s|-[^\n]*\s-")
"""The start of an item that holds several words."""
_GIVEN = re.compile(r"(?:^|[\s\"'\[,])(?:-e|--env(?:-file)?)[\s\"'=,]")
"""An option in a document; one without a match has no options with variables."""


def may_have_options(text: str) -> bool:
    """Return whether a document may have options with variables."""
    return "-e" in text and bool(_GIVEN.search(text))


@lru_cache(maxsize=4096)
def _are_options(key: str) -> bool:
    """Return whether a key is that of options of a container engine, regardless of their variables."""
    return is_meant(key) or bool(_KEY.fullmatch(key))


@lru_cache(maxsize=4096)
def _may_be_options(key: str) -> bool:
    return is_meant(key) or bool(_OTHER_KEY.fullmatch(key))


def of_options(node: Node, path: Path) -> Block | None:
    """Return the variables of a text or a list of options; None if it sets none."""
    key = path[-1]
    if not _may_be_options(key):
        return None
    entries, unread = list[Entry](), list[tuple[int, str]]()
    for option, value, line in _given(node):
        name, equals, raw = value.partition("=")
        if option == _FILE:
            unread.append((line, f"the file of {_FILE}"))
        elif UPPER_NAME.fullmatch(name):
            written = ScalarNode(raw, line) if equals else None
            entries.append(Entry(name, line, written, "who starts it"))
    counts = _are_options(key) or any(one.name.startswith(OWNED) for one in entries)
    if not counts or not (entries or unread):
        return None
    return Block(path, tuple(entries), tuple(unread[:1]))


def _given(node: Node) -> Iterator[tuple[str, str, int]]:
    """Yield each option about variables with its value and its line."""
    option = ""
    for word, line in _words(node):
        if option:
            yield option, word, line
            option = ""
        elif word in (*_SETTING, _FILE):
            option = word
        elif word.startswith(("-e=", "--env=", "--env-file=")):
            name, _, value = word.partition("=")
            yield name, value, line


def _words(node: Node) -> Iterator[tuple[str, int]]:
    """Yield the words of a text, or of the items of a list, each with its line.

    An item such as `-e NAME=value` is split; `--env=NAME=a value` and an item after -e are single
    words.
    """
    if isinstance(node, ScalarNode):
        yield from _split(node)
        return
    before = ""
    for item in node.items if isinstance(node, SequenceNode) else ():
        if isinstance(item, ScalarNode):
            is_text = before not in _SETTING and bool(_TEXT.match(item.text))
            yield from _split(item) if is_text else ((item.text, item.line),)
            before = item.text


def _split(text: ScalarNode) -> Iterator[tuple[str, int]]:
    """Yield the words of a text, split as a shell does; by whitespace, if a shell would fail."""
    is_plain = _QUOTING.isdisjoint(text.text) or len(text.text) > _LONGEST
    for number, line in enumerate(text.text.split("\n"), text.line + 1):
        at = number if text.block else text.line
        try:
            words = line.split() if is_plain else shlex.split(line)
        except ValueError:
            words = line.split()
        yield from ((word, at) for word in words)
