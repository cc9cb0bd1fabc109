"""Find the options on the command line of a server, as far as the command line is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from sglang_envctl.environment import Environment

_SERVER = r"(?:.*[./])?sglang(?!_router)\S*"
_DEFAULTS = {
    "--attn-dp-size": "1",
    "--disaggregation-mode": "null",
    "--disaggregation-transfer-backend": "mooncake",
    "--nnodes": "1",
    "--pp-size": "1",
    "--scheduler-recv-interval": "1",
    "--tp-size": "1",
}
"""The value that a server uses if the option is not passed; other options have no fixed default."""
_OTHER_NAMES = {
    "--attn-dp-size": ("--attention-data-parallel-size",),
    "--dp-size": ("--data-parallel-size", "--dp"),
    "--ep-size": ("--expert-parallel-size", "--ep"),
    "--model-path": ("--model",),
    "--pp-size": ("--pipeline-parallel-size", "--pp"),
    "--tp-size": ("--tensor-parallel-size", "--tp"),
}
"""Further spellings: aliases, and abbreviations that the parser accepts."""
_VALUE = r"-?[\w.]+"
_TERM = (
    rf"(?P<no>no )?(?P<flag>--[a-z][a-z0-9-]*)"
    rf"(?: (?P<how>above|other than) (?P<than>{_VALUE})"
    rf"|(?: (?P<values>{_VALUE}(?:(?:, | or ){_VALUE})*)))?"
)


def _flat(words: Iterable[str]) -> Iterator[str]:
    """Yield the words, including those in a script passed to a shell; words that are known only at
    startup become empty strings.
    """
    for word in words:
        parts = [word]
        if "sglang" in word and any(map(str.isspace, word)):
            import shlex

            try:
                parts = shlex.split(word)
            except ValueError:
                parts = [""]
        yield from ("" if re.search("[$`]", part) else part for part in parts)


@lru_cache(maxsize=8)
def _of_server(command: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a command line that starts a server; cached, because every rule needs them."""
    words = tuple(_flat(command))
    return words if any(re.fullmatch(_SERVER, word) for word in words) else ()


class Command:
    """The options of a command line. Every answer may be None: unknown."""

    def __init__(self, environment: Environment) -> None:
        self._words = _of_server(environment.command)
        self._open = not self._words or "" in self._words or "--config" in self._words
        """Whether there may be options that this object does not see."""

    def has(self, flag: str) -> bool | None:
        """Return whether an option is passed."""
        if next(self._after(flag), None) is not None:
            return True
        return None if self._open else False

    def value(self, flag: str) -> str | None:
        """Return the value of an option, which may be its default."""
        found = list(self._after(flag))
        if found:
            return found[-1] or None  # the last value wins; an empty word is unknown
        return None if self._open else _DEFAULTS.get(flag)

    def meets(self, needs: str) -> bool | None:
        """Return whether the command has options as described: `--x`, `no --x`, `--x a or b`, `--x
        above 1`, `--x or --y`.

        `and` joins several descriptions. The result for any other text is None.
        """
        if not self._words:
            return None
        answers = [self._one_of(term.split(" or --")) for term in needs.split(" and ")]
        if False in answers:
            return False
        return None if None in answers else True

    def ranks(self) -> int | None:
        """Return the number of devices that this node needs; None if it is not known."""
        sizes = [self.value(option) or "" for option in ("--tp-size", "--pp-size", "--nnodes")]
        if not all(size.isdecimal() and int(size) for size in sizes) or self.has("--gpu-id-step"):
            return None
        tensor, pipeline, nodes = map(int, sizes)
        return tensor * pipeline // nodes

    def _one_of(self, parts: Sequence[str]) -> bool | None:
        """Return whether one of several options is as described; all but the first lack the dashes."""
        answers = [self._term(parts[0]), *(self._term(f"--{part}") for part in parts[1:])]
        if True in answers:
            return True
        return None if None in answers else False

    def _term(self, text: str) -> bool | None:
        term = re.fullmatch(_TERM, text)
        if term is None:
            return None
        if not term["how"] and not term["values"]:
            has = self.has(term["flag"])
            return has if has is None else has is not bool(term["no"])
        value = self.value(term["flag"])
        if value is None:
            return None
        if term["how"] == "above":
            return int(value) > int(term["than"]) if value.isdecimal() else None
        if term["how"]:
            return value != term["than"]
        return value in re.split(", | or ", term["values"])

    def _after(self, flag: str) -> Iterator[str]:
        """Yield the value of each use of an option: after `=`, or the next word, even of a switch."""
        names = (flag, *_OTHER_NAMES.get(flag, ()))
        for word, following in zip(self._words, (*self._words[1:], ""), strict=False):
            name, equals, value = word.partition("=")
            if name in names:
                yield value if equals else following
