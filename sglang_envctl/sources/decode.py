"""Decode bytes to text, with a note for each problem that makes programs fail."""

from typing import NamedTuple

from sglang_envctl.environment import Note, Origin

HARMLESS = ("byte-order-mark", "carriage-returns")
"""The notes about problems that matter only to shells and to programs that read .env files."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Decoded(NamedTuple):
    """Text with LF line ends, with notes about the bytes."""

    text: str
    notes: tuple[Note, ...]

    @property
    def harmful(self) -> tuple[Note, ...]:
        """The notes that are not HARMLESS."""
        return tuple(note for note in self.notes if note.rule not in HARMLESS)


def decode(data: bytes, label: str, *, utf8_only: bool = True) -> Decoded:
    """Return the text of a file. Bytes that are not UTF-8 are kept as lone surrogates.

    Args:
        data: the bytes of the file.
        label: the name of the file in notes.
        utf8_only: whether the program that reads the file refuses bytes that are not UTF-8.
    """
    if data.startswith(_UTF16):
        return Decoded("", (Note("not-utf8", Origin(label, label, 1), facts={"found": "UTF-16"}),))
    notes: list[Note] = []

    def note(rule: str, before: str, **facts: str | int) -> None:
        line = before.count("\n") + 1
        notes.append(Note(rule, Origin(label, label, line), facts=facts))

    if data.startswith(b"\xef\xbb\xbf"):
        note("byte-order-mark", "")
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if utf8_only:
            before = data[: error.start].decode("utf-8")
            note("not-utf8", _with_lf(before), found=f"byte 0x{data[error.start]:02x}")
        text = data.decode("utf-8", "surrogateescape")
    if "\r" in text:
        if crlf := text.count("\r\n"):
            note("carriage-returns", _with_lf(text[: text.index("\r\n")]), count=crlf)
        text = _with_lf(text)
    if "\0" in text:
        note("nul-character", text[: text.index("\0")])
    return Decoded(text, tuple(notes))


def _with_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
