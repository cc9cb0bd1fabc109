"""The stages of a Dockerfile, and what ENV and ARG make of their environments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sglang_envctl.environment import Assignment, Layer, Note, Origin, Place
from sglang_envctl.errors import SourceError
from sglang_envctl.sources.decode import decode
from sglang_envctl.sources.dockerfile.text import Instruction, Word, instructions
from sglang_envctl.sources.dockerfile.words import Resolved, Value, WordError, resolve
from sglang_envctl.text.escape import visible

_FROM = r"(?i)(?:--platform=\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?"
_SCRATCH = "scratch"
# What the builder puts into an image that is built on nothing.
_PATH = Value("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
_BASE = Value("", "takes in what the base image sets")
_NO_DEFAULT = Value("", "takes in an argument of docker build that has no default")

# Docker drops it.
_HARMLESS = ("byte-order-mark", "carriage-returns")


LARGEST = 1024 * 1024
MOST_STAGES = 100
LARGEST_SUM = 16 * 1024 * 1024
"""Bytes of a file, its stages, and the characters of all its values: what references to references and
stages on stages can add up to is bounded. Real files have 30 KiB and ten stages."""


def read(path: str, data: bytes) -> tuple[Layer, ...]:
    """The stages of a file in their order, all but the last one aside.

    Raises:
        SourceError: one of the bounds is passed.
    """
    if len(data) > LARGEST:
        raise SourceError(f"{visible(path)}: larger than 1 MiB, which no Dockerfile is")
    decoded = decode(data, path)
    reading = _Reading(path, [note for note in decoded.notes if note.rule not in _HARMLESS])
    for instruction in instructions(decoded.text):
        reading.take(instruction)
    stages = reading.stages
    if len(stages) > MOST_STAGES:
        raise SourceError(f"{visible(path)}: has more than {MOST_STAGES} stages")
    if not stages:
        reading.fails(1, "it has no FROM")
        return (Layer(path, "dockerfile", notes=tuple(reading.notes)),)
    return tuple(
        Layer(
            f"{path}#{stage.name}",
            "dockerfile",
            tuple(a for below in stage.chain() for a in below.assignments),
            (*reading.notes, *(note for below in stage.chain() for note in below.notes)),
            reading.ignores,
            selector=stage.name,
            aside=stage is not stages[-1],
        )
        for stage in stages
    )


@dataclass(slots=True)
class _Stage:
    """A stage up to some instruction."""

    name: str
    on_nothing: bool
    """Whether it stands on `scratch`, and not on an image of which nothing is known."""
    below: _Stage | None = None
    """The stage that it stands on."""
    scope: dict[str, Value] = field(default_factory=dict)
    """What ENV and ARG have set so far here, the later wins; only ENV gets into the image."""
    assignments: list[Assignment] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def look_up(self, name: str) -> Value | None:
        """What a reference stands for."""
        for stage in reversed(self.chain()):
            if name in stage.scope:
                return stage.scope[name]
        if self.on_nothing:
            return _PATH if name == "PATH" else None
        return _BASE

    def chain(self) -> list[_Stage]:
        """The stages that it stands on, the lowest first, and itself."""
        found, below = [self], self.below
        while below:
            found.append(below)
            below = below.below
        return found[::-1]


@dataclass(slots=True)
class _Reading:
    """One pass over the instructions of a file."""

    path: str
    notes: list[Note]
    """About the file, whatever stage is meant."""
    stages: list[_Stage] = field(default_factory=list)
    outside: dict[str, Value] = field(default_factory=dict)
    """The arguments in front of the first FROM."""
    ignores: dict[Place, frozenset[str]] = field(default_factory=dict)
    size: int = 0
    """Characters of all values so far."""

    def take(self, instruction: Instruction) -> None:
        self.ignores.update(
            ((self.path, line), rules) for line, rules in instruction.ignores.items()
        )
        try:
            if instruction.keyword == "FROM":
                self._from(instruction)
            elif instruction.keyword == "ARG":
                self._arg(instruction)
            elif instruction.keyword == "ENV":
                self._env(instruction)
        except WordError as error:
            self.fails(instruction.line, str(error))

    def fails(self, line: int, why: str) -> None:
        """Note that `docker build` stops here."""
        origin = Origin(self.path, self.path, line)
        self.notes.append(Note("build-fails", origin, facts={"reason": why}))

    def _from(self, instruction: Instruction) -> None:
        match = re.fullmatch(_FROM, instruction.rest)
        if not match:
            raise WordError("FROM takes an image, and a name behind AS")
        image = resolve(match[1], self.outside.get, instruction.escape)
        name = (match[2] or str(len(self.stages))).lower()
        below = next((s for s in reversed(self.stages) if s.name == image.text.lower()), None)
        if below and not image.unknown:
            self.stages.append(_Stage(name, below.on_nothing, below))
        else:
            self.stages.append(_Stage(name, image.text == _SCRATCH and not image.unknown))

    def _arg(self, instruction: Instruction) -> None:
        stage = self.stages[-1] if self.stages else None
        known = stage.scope if stage else self.outside
        for word in instruction.words():
            name, equals, written = word.text.partition("=")
            name = resolve(name, lambda _: None, instruction.escape).text
            if equals:
                look_up = stage.look_up if stage else self.outside.get
                found = resolve(written, look_up, instruction.escape)
                known[name] = Value("" if found.unknown else found.text, found.unknown)
            elif stage and name in self.outside:
                known[name] = self.outside[name]
            else:
                known.setdefault(name, _NO_DEFAULT)

    def _env(self, instruction: Instruction) -> None:
        if not self.stages:
            raise WordError("ENV stands before the first FROM")
        stage = self.stages[-1]
        # All of them see what the instructions above have set, and not each other.
        found = [
            (name, resolve(written.text, stage.look_up, instruction.escape), written.line)
            for name, written in self._pairs(instruction, stage)
        ]
        self.size += sum(len(resolved.text) for _, resolved, _ in found)
        if self.size > LARGEST_SUM:
            raise SourceError(f"{visible(self.path)}: its values add up to more than 16 MiB")
        for name, resolved, line in found:
            origin = Origin(f"{self.path}#{stage.name}", self.path, line)
            self._look_at(name, resolved, stage, origin)
            raw = "" if resolved.unknown else resolved.text
            stage.assignments.append(
                Assignment(name, raw, origin, resolved.references, resolved.unknown)
            )
        stage.scope.update(
            (name, Value("" if resolved.unknown else resolved.text, resolved.unknown))
            for name, resolved, _ in found
        )

    def _pairs(self, instruction: Instruction, stage: _Stage) -> Iterator[tuple[str, Word]]:
        """The names of an ENV with their texts as written."""
        words = instruction.words()
        if not words:
            raise WordError("ENV needs a name and a value")
        if "=" not in words[0].text:
            name, *rest = re.split(r"[\t\v\f\r ]+", instruction.rest, maxsplit=1)
            if not rest:
                raise WordError("ENV needs a name and a value")
            if rest[0].startswith("="):
                origin = Origin(self.path, self.path, words[0].line)
                stage.notes.append(Note("env-with-blanks", origin, name))
            yield name, Word(rest[0], words[0].line)
            return
        if not all("=" in word.text for word in words):
            raise WordError("a word of this ENV has no =: quote a value that holds blanks")
        for word in words:
            name, _, written = word.text.partition("=")
            name = resolve(name, stage.look_up, instruction.escape).text
            yield name, Word(written, word.line)

    def _look_at(self, name: str, found: Resolved, stage: _Stage, origin: Origin) -> None:
        """Notice an argument from in front of FROM, which is not seen behind it."""
        for reference in found.references:
            known = any(reference in below.scope for below in stage.chain())
            if reference in self.outside and not known:
                facts = {"argument": reference}
                stage.notes.append(Note("argument-out-of-scope", origin, name, facts=facts))
