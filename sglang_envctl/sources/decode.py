"""Bytes to text, with a note for everything about the bytes that readers trip over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sglang_envctl.environment import Note, Origin

LONGEST_LINE = 1024 * 1024
"""Bytes; a longer line is left out, since no reader of environments takes it."""
LONGEST_BLANK = 256
"""Blanks in a row; python-dotenv needs time in the square of their number."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BLANK_RUN = re.compile(rf"[^\S\n]{{{LONGEST_BLANK},}}")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with LF line ends, and what was noticed on the way."""

    text: str
    notes: tuple[Note, ...]


def decode(data: bytes, label: str) -> Decoded:
    """The text of a file. Bytes that are no UTF-8 are kept as lone surrogates."""
    if data.startswith(_UTF16):
        return Decoded("", (Note("not-utf8", Origin(label, label, 1), detail="UTF-16"),))
    notes: list[Note] = []

    def note(kind: str, line: int, detail: str = "") -> None:
        notes.append(Note(kind, Origin(label, label, line), detail=detail))

    if data.startswith(b"\xef\xbb\xbf"):
        note("byte-order-mark", 1)
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        note("not-utf8", data.count(b"\n", 0, error.start) + 1, f"byte 0x{data[error.start]:02x}")
        text = data.decode("utf-8", "surrogateescape")
    if "\r" in text:
        if crlf := text.count("\r\n"):
            note("carriage-returns", text.count("\n", 0, text.index("\r\n")) + 1, str(crlf))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        note("nul-character", text.count("\n", 0, text.index("\0")) + 1)
    return Decoded(_without_traps(text, note), tuple(notes))


def _without_traps(text: str, note: Callable[[str, int, str], None]) -> str:
    """`text` without the lines that would take python-dotenv minutes, each of them noted."""
    if not _BLANK_RUN.search(text) and len(text) <= LONGEST_LINE:
        return text
    return "\n".join(_lines(text, note))


def _lines(text: str, note: Callable[[str, int, str], None]) -> Iterator[str]:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            note("too-long", number, f"{len(line):,}")
            yield ""
        elif _BLANK_RUN.search(line):
            note("blank-run", number, "")
            yield ""
        else:
            yield line
