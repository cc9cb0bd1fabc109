"""Telling the kind of a file takes milliseconds, whatever its first lines repeat."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sglang_envctl.sources import FILE_KINDS, file_kind
from sglang_envctl.sources.detect import HEAD
from tests.fuzz.conftest import Tally, explored
from tests.fuzz.words import EVERYWHERE, WORDS

LONGEST = 5
"""Seconds of processor time; a pattern that can match a line in two ways takes years."""
PIECES = sorted(
    {
        *(piece for piece in EVERYWHERE if 0 < len(piece) < 100),
        *(piece for words in WORDS.values() for piece in words.split(b"|") if piece),
        *(
            b"# a\r\n",
            b"; a\r\n",
            b"// a\n",
            b"/* a */",
            b"a = b\n",
            b"A=1\r\n",
            b"#!",
            b"\r\n---\r\n",
        ),
    }
)
NAMES = ("", "x", ".env", "x.sh", "Makefile", "x.toml", "x.service", "x.ps1", "x.conf", "x.json")


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stop what runs, in the middle of a search too."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILE_KINDS)
def test_no_head_takes_long(kind: str, budget: int, tally: Tally) -> None:
    matches = file_kind(kind).matches

    @explored(budget, times=10)
    @given(
        st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map(tuple), st.binary(max_size=1)
    )
    @example((b"# a\r\n",), b"\x01")
    @example((b"; a\r\n",), b"\x01")
    @example((b"//a",), b"")
    @example((b"/* a */",), b"")
    @example((b"a = b\n",), b"\x01")
    @example((b"A=1\0\r\n",), b"")
    def explore(pieces: tuple[bytes, ...], end: bytes) -> None:
        head = (b"".join(pieces) * HEAD)[: HEAD - len(end)] + end
        with tally.one("heads"), limited(LONGEST):
            for name in NAMES:
                matches(name, head)

    explore()
