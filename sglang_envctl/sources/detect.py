"""Find the meaning of a source's name: a place, or a file, its kind and one of its environments.

`KIND:PATH` forces the kind. `PATH#PART` selects environments: by the whole name, by its end after a
slash, or otherwise by any part of it between slashes.
"""

import os
import re
from collections.abc import Iterable
from typing import NamedTuple

from sglang_envctl.environment import Layer
from sglang_envctl.errors import NoEnvironmentError, UsageError
from sglang_envctl.sources import FILE_KINDS, PLACES, FileKind, file_kind, files, template
from sglang_envctl.sources.context import Context
from sglang_envctl.text.escape import source_name, visible

HEAD = 4096
"""The number of bytes at the start of a file by which its kind is detected."""


_SECTION = rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:[#;][^\n]*)?\n)*\[[^\]\n=]+\][ \t\r]*(?:\n|\Z)"
"""The header of a section, such as [metadata], if only blank lines and comments precede it."""
_BLOCK = rb"(?m)^[ \t]*\w+(?:[ \t]+\"[^\"\n]*\")*[ \t]*=?[ \t]*\{[ \t]*\r?$"
"""The first line of a block, as in files of Terraform and Nomad: `env {`, `job "web" {`."""


class NamedPlace(NamedTuple):
    """A source that is not a file."""

    name: str
    """One of PLACES."""
    argument: str


class NamedFile(NamedTuple):
    """A file as the user named it."""

    path: str
    kind: str = ""
    """One of FILE_KINDS; empty if it must be detected."""
    part: str = ""
    """The selected environment; empty for all of them."""


def parse(spec: str) -> NamedPlace | NamedFile:
    """Return the meaning of a name. If a path exists exactly as written, # in it does not separate
    a part.

    Raises:
        UsageError: the name is empty.
    """
    if not spec:
        raise UsageError("a source has an empty name; name a file, - or process")
    place = spec.partition(":")[0].partition("#")[0]
    if place in PLACES:
        return NamedPlace(place, spec[len(place) + 1 :])
    kind, colon, path = spec.partition(":")
    if not (colon and path and kind in FILE_KINDS):
        kind, path = "", spec
    before, _, part = path.rpartition("#")
    if before and not os.path.exists(path):
        return NamedFile(before, kind, part)
    return NamedFile(path, kind)


def is_several(source: str) -> bool:
    """Return whether a source is a directory or a pattern of files."""
    return os.path.isdir(source) or bool(matching(source))


def matching(pattern: str) -> list[str]:
    """Return the files that match a shell pattern; empty if a file has the pattern as its name."""
    if not set(pattern) & set("*?[") or os.path.exists(pattern):
        return []
    return files.matching(pattern)


def detect(path: str, head: bytes) -> FileKind | None:
    """Return the first kind that matches a file; None if no kind matches.

    The content is tested before the name. For an ordinary .env file, no other kind is imported.
    """
    path = template.without_suffix(path)
    for named, names in ((path, ("dotenv",)), ("", FILE_KINDS), (path, FILE_KINDS)):
        for name in names:
            kind = file_kind(name)
            if kind.matches(named, head):
                return kind
    return None


def read(file: NamedFile, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the environments of a file, at least one, of the forced or detected kind.

    Raises:
        NoEnvironmentError: the file contains no environment.
        SourceError: the file is not of this kind.
    """
    kind = detect(file.path, data[:HEAD]) if not file.kind else file_kind(file.kind)
    return layers_of(kind or file_kind("dotenv"), file.path, data, context, guessed=not kind)


def kind_of(file: NamedFile, data: bytes) -> FileKind:
    """Return the forced or detected kind; a file that no kind matches is a .env file."""
    found = file_kind(file.kind) if file.kind else detect(file.path, data[:HEAD])
    return found or file_kind("dotenv")


def layers_of(
    kind: FileKind, path: str, data: bytes, context: Context, *, guessed: bool = False
) -> tuple[Layer, ...]:
    """Return the environments of a file of a kind, at least one.

    Args:
        kind: the kind.
        path: the name of the file.
        data: the content of the file.
        context: the context of reading.
        guessed: whether the kind was chosen only because no other kind matches.

    Raises:
        NoEnvironmentError: the file contains no environment.
        SourceError: the file is not of this kind.
    """
    if template.is_template(path, data, kind):
        found = template.environments(path, data, context, kind)
    else:
        found = kind.layers(path, data, context)
    if found and not (guessed and _is_no_dotenv(found, data)):
        return found
    shown = source_name(path)
    raise NoEnvironmentError(
        f"{shown}: contains no environment in a format that envctl supports; force one with KIND:PATH",
        f"{os.path.splitext(path)[1] or 'other files'} without an environment",
    )


def _is_no_dotenv(found: tuple[Layer, ...], data: bytes) -> bool:
    """Return whether most lines are not assignments of plain names, or the file is binary, begins
    with a section or has blocks in braces.
    """
    if re.match(_SECTION, data) or re.search(_BLOCK, data):
        return True
    notes = [note.rule for layer in found for note in layer.notes]
    names = (a.name for layer in found for a in layer.assignments)
    assignments = sum(not name.startswith("$") for name in names)
    return "nul-character" in notes or notes.count("unparsed-line") > assignments


def select(found: tuple[Layer, ...], file: NamedFile) -> tuple[Layer, ...]:
    """Return the selected environments; without a part, all except those used only if selected.

    Raises:
        UsageError: no environment has this name.
    """
    if not file.part:
        return tuple(layer for layer in found if not layer.aside)
    within = f"/{file.part}/"
    named = [layer for layer in found if within in f"/{layer.selector}/"]
    ends = [layer for layer in named if layer.selector.endswith(within[:-1])]
    for chosen in (
        [layer for layer in named if layer.selector == file.part],
        [layer for layer in ends if not layer.aside],
        [layer for layer in named if not layer.aside],
        ends,
    ):
        if chosen:
            return tuple(chosen)
    raise UsageError(
        f"{visible(file.path)} has no {visible(file.part)}: it contains {listed(found)}"
    )


def listed(found: tuple[Layer, ...]) -> str:
    """Return the names of the environments that a source contains, for a message."""
    names = [visible(layer.selector) for layer in found if layer.selector]
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return f"{', '.join(names[:10])}{more}" if names else "one environment without a name"


def paths(specs: Iterable[str]) -> tuple[str, ...]:
    """Return the file names in sources, without kind and part."""
    parsed = (parse(spec) for spec in specs if spec)
    files = (file.path for file in parsed if isinstance(file, NamedFile))
    return tuple(dict.fromkeys(path for path in files if path != "-"))
