"""Inputs of every kind: samples, and what becomes of them when pieces are lost, doubled and mixed."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

from tests.fuzz.words import EVERYWHERE, WORDS

DATA = Path(__file__).parent.parent / "data"
CORPUS = Path(__file__).parent / "corpus"


class Kind(NamedTuple):
    """A kind of input: files of it, what its grammar is made of, and how it is given to a command."""

    seeds: tuple[bytes, ...]
    tokens: tuple[bytes, ...]
    name: str
    """What a file of the kind is called."""
    lines: tuple[str, ...]
    """Command lines that read it."""


ENVIRONMENTS = (
    "check KIND:FILE",
    "check KIND:FILE --format json",
    "check KIND:FILE --format sarif",
    "show -e KIND:FILE --format json",
    "diff KIND:FILE defaults --raw --format json",
    "export -e KIND:FILE --format shell",
    "export -e KIND:FILE --no-check",
)
LINES = {
    "dotenv": (
        *ENVIRONMENTS,
        "check FILE --dialects dotenv,docker,compose,systemd,shell,kubectl,node",
    ),
    "registry": ("check --registry FILE -", "show --all --registry FILE --format json"),
    "config": ("check --config FILE -", "show --config FILE --format json"),
    "audit": ("audit FILE", "audit FILE --format json"),
}
NAMES = {
    "dotenv": "x.env",
    "registry": "r.toml",
    "config": "envctl.toml",
    "audit": "m.py",
    "shell": "x.sh",
    "python": "x.py",
}


def _samples(*folders: str) -> tuple[bytes, ...]:
    files = [f for folder in folders for f in sorted((DATA / folder).rglob("*")) if f.is_file()]
    return tuple(data for f in files if len(data := f.read_bytes()) < 8_000) or (b"A=1\n",)


SEEDS = {
    "dotenv": ("env", "rules", "sources/dialects"),
    "registry": ("registry", "gateway"),
    "audit": ("audit", "gateway"),
    "config": ("registry",),
}


def kind(name: str) -> Kind:
    """Everything about a kind."""
    return Kind(
        _samples(*SEEDS.get(name, (f"sources/{name}",))),
        (*EVERYWHERE, *WORDS[name].split(b"|")),
        NAMES.get(name, "x"),
        tuple(
            line.replace("KIND:", "" if name == "dotenv" else f"{name}:")
            for line in LINES.get(name, ENVIRONMENTS)
        ),
    )


def changed(data: bytes, what: str, place: tuple[int, int], token: bytes) -> bytes:
    """A file with one piece of it changed."""
    start, end = place
    before, piece, after = data[:start], data[start:end], data[end:]
    return {
        "put in": before + token + piece + after,
        "replaced": before + token + after,
        "lost": before + after,
        "doubled": before + piece + piece + after,
        "cut off": before,
        "at the end": data + b"\n" + token * (1 + len(piece)),
    }[what]


CHANGES = ("put in", "replaced", "lost", "doubled", "cut off", "at the end")


@st.composite
def mutated(draw: st.DrawFn, of: Kind) -> bytes:
    """A file of a kind with some damage, a few tokens in any order, or any bytes at all."""
    tokens = st.sampled_from(of.tokens)
    data = draw(
        st.sampled_from(of.seeds)
        | st.lists(tokens, max_size=12).map(b"".join)
        | st.binary(max_size=60)
    )
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(data)))
        place = start, start + draw(st.integers(0, 40))
        data = changed(data, draw(st.sampled_from(CHANGES)), place, draw(tokens))
    return data[:20_000]
