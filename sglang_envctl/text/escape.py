"""Make text safe to print. Every value passes through this module before it is shown to a person."""

from __future__ import annotations

import re

LONGEST = 200
"""The maximum number of characters of a value that are shown."""

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# GitHub's runner finds a command at the start of a line, after whitespace and styles.
_COMMAND = r"(?m)^((?:\s|\x1b\[[\d;]*m)*)(?=::)"
# Invisible letters and marks that Unicode classifies as printable.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159") | {
    chr(code)
    for first, last in ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
    for code in range(first, last + 1)
}


def visible(text: str) -> str:
    """Return `text` with every control, format, bidirectional and invisible character escaped."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() and c not in _BLANK else _escape(c) for c in text)


def source_name(path: str) -> str:
    """Return the name of a file for a message: for `-`, standard input."""
    return "standard input" if path == "-" else visible(path)


def shorten(text: str, longest: int = LONGEST) -> str:
    """Return `text`, truncated with a note of its length if it is very long."""
    if len(text) <= longest:
        return text
    return f"{text[: longest - 1]}… ({len(text):,} characters)"


def without_commands(text: str) -> str:
    """Escape the commands of GitHub's runner (`::error::`, `##[group]`) in each line."""
    if "::" in text:
        text = re.sub(_COMMAND, r"\1\\", text)
    return text.replace("##[", "##\\[")


def short_words(text: str) -> str:
    """Return `text`, with very long words truncated; used for names and patterns from the user."""
    if len(text) <= LONGEST:
        return text
    return re.sub(rf"\S{{{LONGEST + 1},}}", lambda word: shorten(word[0], 100), text)


def _escape(char: str) -> str:
    code = ord(char)
    if char in _NAMED:
        return _NAMED[char]
    if 0xDC80 <= code <= 0xDCFF:  # the form in which Python stores a byte that is not UTF-8
        code -= 0xDC00
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
