"""Build layers from the environments of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from sglang_envctl.environment import Assignment, Layer, Note, Origin, Place
from sglang_envctl.errors import NoEnvironmentError, SourceError
from sglang_envctl.sources.bounds import Budget
from sglang_envctl.sources.comments import in_lines
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.documents import Shape, load
from sglang_envctl.sources.mappings.blocks import Found, Parts, blocks
from sglang_envctl.sources.mappings.extends import resolved
from sglang_envctl.sources.mappings.forms import Block, may_assign
from sglang_envctl.sources.mappings.later import may_set_for_later
from sglang_envctl.sources.mappings.options import may_have_options
from sglang_envctl.sources.mappings.values import value_of
from sglang_envctl.sources.shell import started_by
from sglang_envctl.sources.yaml import inner
from sglang_envctl.sources.yaml.tree import Node, Repeated, made, text_of
from sglang_envctl.sources.yaml.unread import first_unread, told
from sglang_envctl.text.escape import source_name

Ignores: TypeAlias = Mapping[Place, frozenset[str]]
Repetitions: TypeAlias = Mapping[tuple[str, int], Repeated]
"""The repeated keys of a file, by name and line."""

# A file without such a key is not parsed.
_MEANT = rb"(?i)(?:env(?:iron(?:ment)?)?(?:s|[_-]?var(?:iable)?s?)?|variables)[\"']?[ \t]*[:=\].]"
_SERVER = rb"launch_server|sglang\s+serve|dynamo\.sglang|(?:GITHUB|BASH)_ENV|\bSGL(?:ANG)?_[A-Z]"
_ENTRY = rb"(?m)^[ \t{,-]*[\"']?[A-Z_][A-Z0-9_]*[\"']?[ \t]*[:=]"
_OURS = (rb"SGL(?:ANG)?_\w+=", rb"name:\s*[\"']?SGL")
"""Variables of SGLang in a script: two patterns, because a search for one literal start is fast."""
_SHARING = (b"extends", b"!reference")
"""The keywords with which a job of GitLab takes over a part of another job."""
_OPTION = rb"-e(?:nv)?[\s\"'=,]+[A-Z][A-Z0-9]*_\w*="
_NAMED = rb"\bname[\"']?[ \t]*[:=][ \t]*[\"']?[A-Z][A-Z0-9]*_"


def read(path: str, data: bytes, form: Shape, context: Context) -> tuple[Layer, ...]:
    """Return the environments of a file; empty if no key names an environment.

    Raises:
        NoEnvironmentError: the file cannot be parsed.
        SourceError: the file exceeds the limits when expanded.
    """
    patterns = (_MEANT, _ENTRY, _NAMED, _SERVER, *([_OPTION] if b"-e" in data else ()))
    if not any(re.search(pattern, data) for pattern in patterns):
        return ()
    try:
        stream = load(data, path)
    except SourceError as error:
        raise NoEnvironmentError(str(error), f"{form} that cannot be parsed") from error
    budget = Budget(path)
    ignores = in_lines(stream.text, path)
    shares = any(word in data for word in _SHARING)
    documents = [resolved(one) if shares else (one, ()) for one in stream.documents]
    text = stream.text
    parts = Parts(_may_run(data), may_have_options(text), may_set_for_later(text), may_assign(text))
    found = [one for document, _ in documents for one in blocks(document, parts)]
    # An empty one says something only where there is no other.
    found = [one for one in found if one.block.entries or one.block.unread or one.command] or found[
        :1
    ]
    repeated = {(one.key.text, one.key.line): one for one in stream.repeated}
    notes = tuple(_elsewhere(line, path) for _, missing in documents for line in missing)
    layers = [
        layer._replace(notes=(*layer.notes, *notes))
        for one in found
        for layer in _started(_layer(one, path, budget, ignores, repeated), path, one, context)
    ]
    for document, _ in documents if inner.may_contain(stream.text) else ():
        layers += (one._replace(ignores=ignores) for one in inner.layers(document, path, context))
    if not layers and (missing := first_unread(stream.documents, stream.text)):
        line, reason = missing
        raise NoEnvironmentError(
            f"{source_name(path)}: line {line}: {reason}",
            f"{form} with variables of SGLang that are not read",
        )
    return told(layers, stream.documents, stream.text, path)


def _may_run(data: bytes) -> bool:
    """Return whether a file may contain a command that starts a server or sets a variable of SGLang."""
    named = b"sglang" in data or b"launch_server" in data
    return named or (b"SGL" in data and any(re.search(pattern, data) for pattern in _OURS))


def _elsewhere(line: int, path: str) -> Note:
    facts = {"reason": "the job that it extends or refers to is in another file"}
    return Note("not-followed", Origin(path, path, line), dialect="shell", facts=facts)


def _started(layer: Layer, path: str, found: Found, context: Context) -> tuple[Layer, ...]:
    """Return the environment of each server that is started with a layer, and those in the files
    that its command writes.
    """
    command = found.command
    if not command:
        return (layer,)
    origin = Origin(layer.label, path, command.line)
    started = started_by(layer, command.words, origin, command.last, context)
    return tuple(one for one in started if one.assignments or one.command or one.notes)


def _layer(
    found: Found,
    path: str,
    budget: Budget,
    ignores: Ignores,
    repeated: Repetitions,
) -> Layer:
    selector = "/".join(found.block.path)
    label = f"{path}#{selector}" if selector else path
    assignments, notes = list[Assignment](), list[Note]()
    for block in (*found.around, found.block):
        notes += _twice(block, label, path, repeated)
        for line, what in block.unread:
            origin, facts = Origin(label, path, line), {"reason": f"{what} is not read"}
            notes.append(Note("not-followed", origin, dialect="shell", facts=facts))
        for assignment in of_block(block, label, path):
            budget.spend(assignment)
            assignments.append(assignment)
    return Layer(
        label,
        "mappings",
        tuple(assignments),
        tuple(notes),
        ignores,
        selector,
        aside=found.has_inner,
    )


def _twice(block: Block, label: str, path: str, repeated: Repetitions) -> Iterator[Note]:
    """Yield notes about names that occur twice in a block; programs use the last."""
    seen: dict[str, tuple[int, Node | None]] = {}
    for name, line, value, _ in block.entries:
        if again := repeated.get((name, line)):
            seen[name] = again.before.key.line, again.before.value
        if name in seen:
            first, before = seen[name]
            variant = "same" if text_of(before) == text_of(value) else ""
            origin, facts = Origin(label, path, line), {"line": first}
            yield Note("duplicate-name", origin, name, "", variant, facts)
        seen[name] = line, value


def of_block(block: Block, label: str, path: str, lines: int = 0) -> Iterator[Assignment]:
    """Yield the assignments of a block.

    Args:
        block: the content of a key.
        label: the source.
        path: the file.
        lines: the number of lines in the file before the document.
    """
    key = ".".join(block.path)
    for name, line, value, elsewhere in block.entries:
        raw, unknown = value_of(value) if value else ("", f"from {elsewhere}")
        origin = made(Origin, (label, path, lines + (value.line if value else line), key))
        yield made(Assignment, (name, raw, origin, (), unknown, _is_secret(elsewhere)))


def _is_secret(elsewhere: str) -> bool:
    return elsewhere.lower().startswith("secret")
