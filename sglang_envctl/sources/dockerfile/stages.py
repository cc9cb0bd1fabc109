"""The stages of a Dockerfile, and the environments that ENV and ARG give them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from sglang_envctl.environment import Assignment, Layer, Note, Origin, Place
from sglang_envctl.errors import SourceError
from sglang_envctl.sources.comments import in_file
from sglang_envctl.sources.decode import decode
from sglang_envctl.sources.dockerfile.text import Instruction, Token, instructions
from sglang_envctl.sources.dockerfile.words import (
    BuildLookup,
    BuildValue,
    Resolved,
    WordError,
    resolve,
)
from sglang_envctl.sources.dotenv.collector import MOST_REFERENCES
from sglang_envctl.sources.shell import started_by
from sglang_envctl.text.escape import visible

_FROM = r"(?i)(?:--platform=\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?"
_SCRATCH = "scratch"
# The variables that the builder sets in an image that is built from scratch.
_PATH = BuildValue("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
_BASE = BuildValue("", "depends on the base image")
_NO_DEFAULT = BuildValue("", "depends on a build argument without a default")

_WRITES = {
    "ADD": "",
    "COPY": "",
    "ONBUILD": r"(?i)^ENV\b",
    "RUN": r"(?<![\d&])>{1,2}\s*(?!/dev/null)[/~$\w\"']|\btee\b",
}
"""The instructions other than ENV that may set variables of a server, each with a pattern of those
that do.
"""
_SETS = {"ONBUILD": "sets in images built on this one"}

LARGEST = 1024 * 1024
MOST_STAGES = 100
LARGEST_SUM = 16 * 1024 * 1024
"""The limits for a file: bytes, stages, and characters of all values, because references to
references and stages on stages multiply. Real files have 30 KiB and ten stages.
"""


def read(path: str, data: bytes) -> tuple[Layer, ...]:
    """Return the stages of a file, in order; all but the last are used only if selected.

    Raises:
        SourceError: one of the limits is exceeded.
    """
    if len(data) > LARGEST:
        raise SourceError(f"{visible(path)}: larger than 1 MiB, so it is not a Dockerfile")
    decoded = decode(data, path)
    reader = _StageReader(path, list(decoded.harmful))
    reader.ignores.update(in_file(decoded.text, path))
    for instruction in instructions(decoded.text):
        reader.take(instruction)
    stages = reader.stages
    if not stages:
        reader.fails(1, "there is no FROM")
        return (Layer(path, "dockerfile", notes=tuple(reader.notes)),)
    return tuple(layer for stage in stages for layer in reader.layers(stage))


@dataclass(slots=True)
class _Stage:
    """A stage, up to the current instruction."""

    name: str
    from_scratch: bool
    """Whether the stage is built on `scratch`, as opposed to an unknown image."""
    base: _Stage | None = None
    """The stage on which this stage is built."""
    scope: dict[str, BuildValue] = field(default_factory=dict)
    """The assignments of ENV and ARG so far; later ones override earlier ones. The image contains
    only those of ENV.
    """
    assignments: list[Assignment] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    entrypoint: Instruction | None = None
    command: Instruction | None = None

    def look_up(self, name: str) -> BuildValue | None:
        """Return the value of a reference."""
        for stage in reversed(self.chain()):
            if name in stage.scope:
                return stage.scope[name]
        if self.from_scratch:
            return _PATH if name == "PATH" else None
        return _BASE

    def started(self) -> tuple[Instruction | None, list[str]]:
        """Return the instruction with the command that a container starts, and the words of the
        command; ENTRYPOINT drops an earlier CMD.
        """
        entrypoint = command = None
        for stage in self.chain():
            if stage.entrypoint:
                entrypoint, command = stage.entrypoint, None
            command = stage.command or command
        given = [instruction for instruction in (entrypoint, command) if instruction]
        if entrypoint and not _is_list(entrypoint):
            given = [entrypoint]  # run by a shell, which ignores the words of CMD
        return given[0] if given else None, [word for each in given for word in _words(each)]

    def chain(self) -> list[_Stage]:
        """Return the stages on which this one is built, the lowest first, and the stage itself."""
        found, base = [self], self.base
        while base:
            found.append(base)
            base = base.base
        return found[::-1]


def _built(found: Resolved, look_up: BuildLookup) -> BuildValue:
    """Return the value that a resolved word gives a name."""
    held = map(look_up, found.references)
    inner = (name for one in held if one for name in one.references)
    names = tuple(dict.fromkeys((*found.references, *inner)))
    unknown = found.unknown or (len(names) > MOST_REFERENCES and "made from too many variables")
    return BuildValue("", unknown) if unknown else BuildValue(found.value, "", names)


def _is_list(instruction: Instruction) -> bool:
    return instruction.rest.lstrip().startswith("[")


def _words(instruction: Instruction) -> list[str]:
    """Return the words of CMD or ENTRYPOINT, which is a JSON list or a string for a shell."""
    if _is_list(instruction):
        with suppress(ValueError, RecursionError):
            found = json.loads(instruction.rest)
            return [word for word in found if isinstance(word, str)]
    return ["/bin/sh", "-c", instruction.rest]


@dataclass(slots=True)
class _StageReader:
    """One pass over the instructions of a file."""

    path: str
    notes: list[Note]
    """The notes about the file, regardless of the stage."""
    stages: list[_Stage] = field(default_factory=list)
    global_arguments: dict[str, BuildValue] = field(default_factory=dict)
    """The build arguments before the first FROM."""
    ignores: dict[Place, frozenset[str]] = field(default_factory=dict)
    size: int = 0
    """The number of characters of all values so far."""

    def layers(self, stage: _Stage) -> tuple[Layer, ...]:
        """Return the environment of each server that a stage starts."""
        layer = Layer(
            f"{self.path}#{stage.name}",
            "dockerfile",
            tuple(a for each in stage.chain() for a in each.assignments),
            (*self.notes, *(note for each in stage.chain() for note in each.notes)),
            self.ignores,
            selector=stage.name,
            aside=stage is not self.stages[-1],
        )
        first, words = stage.started()
        if first is None:
            return (layer,)
        return started_by(layer, words, Origin(layer.label, self.path, first.line))

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
            elif self.stages:
                self._follow_other(instruction, self.stages[-1])
        except WordError as error:
            self.fails(instruction.line, str(error))

    def _follow_other(self, instruction: Instruction, stage: _Stage) -> None:
        """Keep an instruction that starts a server, or add a note about one that sets variables."""
        if instruction.keyword == "ENTRYPOINT":
            stage.entrypoint = instruction
        elif instruction.keyword == "CMD":
            stage.command = instruction
        elif instruction.keyword in _WRITES:
            self._note_written(instruction, stage)

    def _note_written(self, instruction: Instruction, stage: _Stage) -> None:
        """Add a note about a file with a variable of SGLang that the build writes."""
        text = f"{instruction.rest}\n{instruction.heredocs}"
        if "SGL" not in text or not re.search(_WRITES[instruction.keyword], text):
            return
        from sglang_envctl.sources.shell.files.written import sets_ours

        if sets_ours(text):
            origin = Origin(f"{self.path}#{stage.name}", self.path, instruction.line)
            why = (
                f"what {instruction.keyword} {_SETS.get(instruction.keyword, 'writes')} is not read"
            )
            stage.notes.append(Note("not-followed", origin, facts={"reason": why}))

    def fails(self, line: int, why: str) -> None:
        """Add a note that `docker build` stops at a line."""
        origin = Origin(self.path, self.path, line)
        self.notes.append(Note("build-fails", origin, facts={"reason": why}))

    def _from(self, instruction: Instruction) -> None:
        match = re.fullmatch(_FROM, instruction.rest)
        if not match:
            raise WordError("FROM needs an image, and a name after AS")
        if len(self.stages) == MOST_STAGES:
            raise SourceError(f"{visible(self.path)}: has more than {MOST_STAGES} stages")
        image = resolve(match[1], self.global_arguments.get, instruction.escape)
        name = (match[2] or str(len(self.stages))).lower()
        base = next((s for s in reversed(self.stages) if s.name == image.value.lower()), None)
        if base and not image.unknown:
            self.stages.append(_Stage(name, base.from_scratch, base))
        else:
            self.stages.append(_Stage(name, image.value == _SCRATCH and not image.unknown))

    def _arg(self, instruction: Instruction) -> None:
        stage = self.stages[-1] if self.stages else None
        known = stage.scope if stage else self.global_arguments
        for token in instruction.tokens():
            name, equals, written = token.text.partition("=")
            name = resolve(name, lambda _: None, instruction.escape).value
            if equals:
                look_up = stage.look_up if stage else self.global_arguments.get
                found = resolve(written, look_up, instruction.escape)
                known[name] = _built(found, look_up)
            elif stage and name in self.global_arguments:
                known[name] = self.global_arguments[name]
            else:
                known.setdefault(name, _NO_DEFAULT)

    def _env(self, instruction: Instruction) -> None:
        if not self.stages:
            raise WordError("ENV is before the first FROM")
        stage = self.stages[-1]
        # Each variable sees the values of earlier instructions, but not those of the same one.
        found = [
            (name, resolve(written.text, stage.look_up, instruction.escape), written.line)
            for name, written in self._pairs(instruction, stage)
        ]
        built = [(name, _built(resolved, stage.look_up)) for name, resolved, _ in found]
        self.size += sum(len(resolved.value) for _, resolved, _ in found)
        if self.size > LARGEST_SUM:
            raise SourceError(f"{visible(self.path)}: its values add up to more than 16 MiB")
        for (name, resolved, line), (_, value) in zip(found, built, strict=True):
            origin = Origin(f"{self.path}#{stage.name}", self.path, line)
            self._note_out_of_scope(name, resolved, stage, origin)
            stage.assignments.append(
                Assignment(name, value.value, origin, value.references, value.unknown)
            )
        stage.scope.update(built)

    def _pairs(self, instruction: Instruction, stage: _Stage) -> Iterator[tuple[str, Token]]:
        """Yield the names of an ENV with their values as written."""
        tokens = instruction.tokens()
        if not tokens:
            raise WordError("ENV needs a name and a value")
        if "=" not in tokens[0].text:
            name, *rest = re.split(r"[\t\v\f\r ]+", instruction.rest, maxsplit=1)
            if not rest:
                raise WordError("ENV needs a name and a value")
            if rest[0].startswith("="):
                origin = Origin(self.path, self.path, tokens[0].line)
                stage.notes.append(Note("env-with-blanks", origin, name))
            yield name, Token(rest[0], tokens[0].line)
            return
        if not all("=" in token.text for token in tokens):
            raise WordError("a word of this ENV has no =: quote values with spaces")
        for token in tokens:
            name, _, written = token.text.partition("=")
            name = resolve(name, stage.look_up, instruction.escape).value
            yield name, Token(written, token.line)

    def _note_out_of_scope(self, name: str, found: Resolved, stage: _Stage, origin: Origin) -> None:
        """Add a note about references to build arguments before the first FROM, which are invisible
        in stages.
        """
        for reference in found.references:
            known = any(reference in each.scope for each in stage.chain())
            if reference in self.global_arguments and not known:
                facts = {"argument": reference}
                stage.notes.append(Note("argument-out-of-scope", origin, name, facts=facts))
