"""Read files with one literal NAME=value per line, as Docker and kubectl do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sglang_envctl.sources.dotenv.collector import Collector

GO_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The whitespace characters of Go; Python has four more."""
LONGEST_LINE = 64 * 1024 - 1
"""The limit of a Go scanner: the bytes of a line, including a carriage return."""

_KEPT_COMMENT = re.compile(r"[^\S\n]#|\A#\s")


def lines(collector: Collector, data: bytes) -> Iterator[tuple[int, str]]:
    """Yield the lines that should be assignments; an empty string is a line that is too long.

    Reading ends after such a line, or after one that is not UTF-8.
    """
    for number, line in enumerate(data.split(b"\n"), 1):
        if len(line) > LONGEST_LINE:
            yield number, ""
            return
        try:
            text = line.removesuffix(b"\r").decode("utf-8")
        except UnicodeDecodeError as error:
            collector.refuse(number, f"it is not UTF-8 (byte 0x{line[error.start]:02x})")
            return
        text = (text.removeprefix("\ufeff") if number == 1 else text).lstrip(GO_SPACE)
        if text.startswith("#"):
            collector.comment_line(text, number)
        elif text:
            yield number, text
        else:
            collector.blank_line()


def assign(collector: Collector, name: str, value: str, line: int) -> None:
    """Add an assignment, and notes about parts that its author probably did not intend."""
    if collector.opens_key(name, value, line):
        return
    collector.assign(name, value, line, f"{name}={value}")
    if "\0" in value:
        collector.remark("nul-character", line, name)
    if _KEPT_COMMENT.search(value):
        collector.remark("inline-comment", line, name, "kept")


def refusal(name: str) -> str:
    """Return the reason why Docker and kubectl reject a name; empty if they accept it."""
    if not name:
        return "there is no name before ="
    if name.startswith(("export ", "export\t")):
        return "'export' is shell syntax"
    return "a name contains whitespace" if " " in name or "\t" in name else ""
