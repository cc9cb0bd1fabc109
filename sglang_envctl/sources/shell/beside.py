"""Files that a script names: read if the path leads from the script's own directory."""

from __future__ import annotations

import os

from sglang_envctl.errors import SourceError
from sglang_envctl.sources import files
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.shell.programs import Entries
from sglang_envctl.sources.shell.run import Run
from sglang_envctl.sources.shell.values import State, Text, Variable


def read_beside(run: Run, path: Text, state: State) -> tuple[str, bytes] | None:
    """A file and the label for it, or None if it cannot be had from here."""
    place = path.place
    if place is None and not path.unknown and not os.path.isabs(path.text) and not state.moved:
        place = os.path.join(os.path.dirname(run.label), path.text)
    if place is None or run.label == "-":
        return None
    place = os.path.normpath(place)
    try:
        return place, files.read_bytes(place)
    except SourceError:
        return None


def env_file(run: Run, path: Text, state: State) -> Entries | None:
    """What a file gives to `docker run --env-file`."""
    from sglang_envctl.sources.dotenv.dialects import docker

    found = read_beside(run, path, state)
    if found is None:
        return None
    known = {n: v.value.text for n, v in state.exported().items() if not v.value.unknown}
    layer = docker.read(*found, Context({**run.outer, **known}))
    run.notes += layer.notes
    run.ignores.update(layer.ignores)
    return {
        a.name: Variable(Text(a.raw), True, found[0], a.origin.line or 0) for a in layer.assignments
    }
