"""YAML as a tree that keeps the line of every node, with bounded memory and time.

Aliases share nodes, so a file of 1 KiB that expands to gigabytes needs 1 KiB; its expanded size is
still counted and limited. `scalars` determines the types of scalars (is `yes` a boolean?), because
programs disagree about them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from sglang_envctl.errors import SourceError
from sglang_envctl.sources.decode import decode
from sglang_envctl.text.escape import source_name, visible

LARGEST = 16 * 1024 * 1024
"""The maximum number of bytes; a manifest that Kubernetes stores has at most a tenth of this."""
NODES = 500_000
"""The maximum number of nodes of a file, with every alias expanded."""
DEEPEST = 100
"""The maximum depth of nesting."""

_STARTS = ("MappingStartEvent", "SequenceStartEvent")
_ENDS = ("MappingEndEvent", "SequenceEndEvent")
_TOO_DEEP = f"nested deeper than {DEEPEST} levels"

_MARKS = ("                self.has_other_keys = True  # no program that reads manifests accepts such a key
            elif (text := key.text) == "<<" and key.plain:
                merges += value.items if isinstance(value, SequenceNode) else (value,)
            else:
                if before := own.get(text):
                    self.repeated.append(Repeated(key, value, before))
                own[text] = made(Pair, (key, value))
        # The mapping's own keys take precedence, then the earlier of those merged into it.
        for merged in merges:
            if isinstance(merged, MappingNode):
                own = {**merged.pairs, **own}
        return made(MappingNode, (own, line, tag))

    def _refusal(self, line: int, what: str) -> SourceError:
        return _refusal(self._path, f"line {line}: {what}")


def _line_of(event: Any) -> int:
    line: int = event.start_mark.line + 1
    return line


def _parse(text: str, path: str, take: Callable[[Iterable[Any]], None]) -> None:
    """Pass the events of a text to `take`."""
    import yaml

    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        take(iter(loader.get_event, None))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # A parser with its own limit may fail before it produces the first event.
        if (deep := _too_deep(text, mark.index if mark else None)) is not None:
            raise _refusal(path, f"line {deep}: {_TOO_DEEP}") from error
        # Quoted text in the message is part of the file, and is not shown.
        problem = re.sub(r"""(['"])(?!<)..+?\1""", "...", error.problem or "syntax error")
        last = text.rstrip("\n").count("\n") + 1
        line_prefix = f"line {min(mark.line + 1, last)}: " if mark else ""
        raise _refusal(path, f"{line_prefix}invalid YAML: {problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _refusal(path, f"line {line}: invalid YAML: a control character") from error


def _too_deep(text: str, end: int | None) -> int | None:
    """Return the line of brackets that are nested too deep before an offset, if any."""
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", text[: None if end is None else end + 1]):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > DEEPEST:
            return _line(text, bracket)
    return None


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


def _refusal(path: str, why: str) -> SourceError:
    shown = source_name(path)
    return SourceError(f"{shown}: {visible(why)}")
