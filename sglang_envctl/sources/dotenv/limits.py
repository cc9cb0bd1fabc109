"""Remove text for which python-dotenv would need minutes or gigabytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

LONGEST = 1024 * 1024
"""The maximum number of characters of a line or of a quoted value. Programs can be started with at
most an eighth of this number, and python-dotenv needs 140 bytes of memory for each character in
quotes.
"""
LONGEST_BLANK = 256
"""The maximum number of consecutive whitespace characters; python-dotenv needs quadratic time for
them.
"""


class Remark(Protocol):
    """A function that adds a note about a line."""

    def __call__(self, rule: str, at: int, *, size: int = ...) -> None: ...


# The look-behind keeps the search linear: a match can only start at the beginning of a run.
_BLANK_RUN = rf"(?<![^\S\n])[^\S\n]{{{LONGEST_BLANK},}}"
_OTHER_WHITESPACE = "\t\r\x0b\x0c\x1c\x1d\x1e\x1f"
_START = r"[^\S\n]*(?:export[^\S\n]+)?(?:'[^'\n]+'|[^=#\s]+)[^\S\n]*=[^\S\n]*"
_UNQUOTED = _START + r"[^\s'\"]"
_QUOTED = rf"(?m:^{_START}(['\"]))"


def without_traps(text: str, remark: Remark) -> str:
    """Return `text` without the lines that take too long to parse; other lines keep their numbers."""
    if _longest(text, "\n") > LONGEST or _blank_run(text):
        text = "\n".join(_quick_lines(text, remark))
    # Escaped quotes do not end a value; this approximation only selects values for a closer check.
    if any(_longest(text.replace(f"\\{quote}", "xx"), quote) > LONGEST for quote in "'\""):
        text = _without_endless_quotes(text, remark)
    return text


def _blank_run(text: str) -> bool:
    """Return whether a text has too much consecutive whitespace; the check is fast for ordinary text."""
    spaces_alone = text.isascii() and not any(char in text for char in _OTHER_WHITESPACE)
    return not (spaces_alone and " " * 16 not in text) and bool(re.search(_BLANK_RUN, text))


def _longest(text: str, separator: str) -> int:
    """Return the length of the longest piece between separators."""
    return max(map(len, text.split(separator))) if len(text) > LONGEST else len(text)


def _quick_lines(text: str, remark: Remark) -> Iterator[str]:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST:
            remark("too-long", number, size=len(line))
            yield ""
        elif re.search(_BLANK_RUN, line) and _is_slow(line):
            remark("blank-run", number)
            yield ""
        else:
            yield line


def _is_slow(line: str) -> bool:
    """Return whether a line's whitespace is where a comment may begin: in or after an unquoted value."""
    start = re.match(_UNQUOTED, line)
    return bool(start and re.compile(_BLANK_RUN).search(line, start.end()))


def _without_endless_quotes(text: str, remark: Remark) -> str:
    kept: list[str] = []
    done = 0
    for opening in re.finditer(_QUOTED, text):
        if opening.start() < done:
            continue
        closing = _closing(text, opening.end(), opening[1])
        if (len(text) if closing < 0 else closing) - opening.end() <= LONGEST:
            continue
        line = text.count("\n", 0, opening.start()) + 1
        if closing < 0:
            remark("unparsed-line", line)
        else:
            remark("too-long", line, size=closing - opening.end())
        end = text.find("\n", max(closing, opening.end()))
        end = len(text) if end < 0 else end
        kept += text[done : opening.start()], "\n" * text.count("\n", opening.start(), end)
        done = end
    return "".join((*kept, text[done:]))


def _closing(text: str, at: int, quote: str) -> int:
    """Return the end of the quoted value that begins at `at`; -1 if it is not closed."""
    begin = at
    while (at := text.find(quote, at)) >= 0:
        escape = at
        while escape > begin and text[escape - 1] == "\\":
            escape -= 1
        if (at - escape) % 2 == 0:
            return at
        at += 1
    return -1
