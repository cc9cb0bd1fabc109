"""Files of one NAME=text a line, nothing in it interpreted, as Docker and kubectl read them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sglang_envctl.sources.dotenv.collector import Reading

GO_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What Go takes for a blank; Python has four separators more."""
LONGEST_LINE = 64 * 1024 - 1
"""Bytes of a line, with a carriage return, that a Go scanner takes."""

_KEPT_COMMENT = re.compile(r"[^\S\n]#")


def lines(reading: Reading, data: bytes) -> Iterator[tuple[int, str]]:
    """The lines that should be assignments; the empty text is a line that is too long to be read.

    Nothing comes after such a line, nor after one that is not UTF-8.
    """
    for number, line in enumerate(data.split(b"\n"), 1):
        if len(line) > LONGEST_LINE:
            yield number, ""
            return
        try:
            text = line.removesuffix(b"\r").decode("utf-8")
        except UnicodeDecodeError as error:
            reading.refuse(number, f"it is not UTF-8 (byte 0x{line[error.start]:02x})")
            return
        text = (text.removeprefix("\ufeff") if number == 1 else text).lstrip(GO_SPACE)
        if text.startswith("#"):
            reading.comment_line(text)
        elif text:
            yield number, text
        else:
            reading.blank_line()


def assign(reading: Reading, name: str, value: str, line: int) -> None:
    """An assignment, and what of it its author may have meant otherwise."""
    if reading.opens_key(name, value, line):
        return
    reading.assign(name, value, line, f"{name}={value}")
    if "\0" in value:
        reading.remark("nul-character", line, name)
    if _KEPT_COMMENT.search(value):
        reading.remark("inline-comment", line, name, "kept")


def refusal(name: str) -> str:
    """Why a name cannot be one for either of them, in words; empty where it can."""
    if not name:
        return "there is no name in front of ="
    if name.startswith(("export ", "export\t")):
        return "'export' is a word for shells"
    return "a blank stands in a name" if " " in name or "\t" in name else ""
