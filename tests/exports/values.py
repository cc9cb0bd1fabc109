"""Values that programs are known to misread, and helpers to export them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import chain

from hypothesis import strategies as st

from sglang_envctl.environment import Assignment, Origin
from sglang_envctl.exports import refusals, render
from sglang_envctl.exports.payload import Snapshot

ORIGIN = Origin("a.env", "a.env", 1)
CONTROLS = [chr(code) for code in chain(range(1, 0x20), range(0x7F, 0xA1))]
ODD = """
    =ls a:=ls /=ls ~ a:~ ~root # a#b !x !! $ $$ $HOME ${HOME $(id) `id` %1 * ? [a] (a) {a,b} ^x + -n
    -- -e @(a) a;b a&b a|b <a >a \\ a\\ \\\\ a\\\\ \\n \\' \\" ' '' " "" '" it's a'b"c a'b"c$d
    a'b\\c$d \\$x \\`x é☕ 日本語 \ufeff \u200b =,= x= === 100% a@b http://h/?a=1&b=2#c
    {"a":"b'c\\n"} C:\\new\\t.txt 'a' "a" don't \\x41 \\u0041 a\\'b\\ "\\ $\\' ${a:b} ${a:?b}
    ${a:+b} ${ $} }
"""
BLANKS = [
    "\u2028",
    "\u00a0a\u3000",
    " ",
    "\t",
    "\n",
    "a b",
    " a",
    "a ",
    "\ta\t",
    "\na\n",
    "a\n\n\nb",
    "a # b",
    "# a",
    "a\r\nb",
    "\r",
]
FAR = ["\ufffe", "\uffff", "\ufdd0", "\uf600", "\uf8ff", "\U0001f600", "\U0001fffe", "\U0010ffff"]
LONG = ["x" * 100_000, "'\"\\ $x\n" * 15_000, "é" * 50_000]
VALUES = ["", *ODD.split(), *BLANKS, *CONTROLS, *(f"a{c}b" for c in CONTROLS), *FAR, *LONG]
TEXTS = st.text(
    st.sampled_from([*"'\"\\$`{}:- \t\r\n#=!~ax", "\x1b", "\x85", "\u2028", "é", "\ufeff"])
    | st.characters(codec="utf-8", exclude_characters="\0"),
    max_size=30,
)
NOT_UTF8 = ["\udcff", "a\udc81\udc88b", "\udce9'\"\\"]


def assignments(values: list[str]) -> list[Assignment]:
    return [Assignment(f"V{i}", raw, ORIGIN) for i, raw in enumerate(values)]


def carried(form: str, values: list[str]) -> list[Assignment]:
    found = assignments(values)
    refused = refusals(found, form)
    return [a for a in found if a.name not in refused]


def exported(form: str, found: Iterable[Assignment]) -> bytes:
    return render(Snapshot(tuple(found), "0.5.23"), form).encode("utf-8", "surrogateescape")


def text_of(form: str, *pairs: tuple[str, str]) -> str:
    """The output of a format for names and values."""
    return render(Snapshot(tuple(Assignment(*pair, ORIGIN) for pair in pairs), "0.5.23"), form)


def plain(found: Iterable[Assignment]) -> dict[str, str]:
    return {a.name: a.raw for a in found}


def in_bytes(found: Iterable[Assignment]) -> dict[bytes, bytes]:
    return {a.name.encode(): a.raw.encode("utf-8", "surrogateescape") for a in found}


def ours(environment: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """What a test put into an environment."""
    return {name: value for name, value in environment.items() if re.fullmatch(rb"V\d+", name)}
