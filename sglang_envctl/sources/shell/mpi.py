"""Follow launchers of MPI programs, which pass an environment to the processes of each program."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.sources.shell.launchers import (
    Command,
    Entries,
    Started,
    Words,
    assigned,
    groups,
    inherited,
    items,
    passed,
    variable,
)
from sglang_envctl.sources.shell.scope import Scope

_PAIRS = {"env", "genv"}
_LISTS = {"envlist", "genvlist"}
_NOTHING = {"envnone", "genvnone"}
_PARAMETER = {"mca", "gmca"}


def mpirun(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the commands of `mpirun -x NAME=value -genv NAME value COMMAND : -env NAME value
    COMMAND`; options that begin with g, and parameters, hold for all commands.
    """
    shared: Entries = {}
    for words in groups(command.words[1:]):
        own, rest = Entries(), Words()
        names = [word.text.lstrip("-") if word.text.startswith("-") else "" for word in words]
        inherits = not (_LISTS | _NOTHING) & {*names}
        at = 0
        while at < len(words):
            name = names[at]
            found, values = _sets(name, words[at + 1 : at + 3], command.entries, scope)
            (shared if name.startswith(("g", "mca")) else own).update(found)
            if not values:
                rest.append(words[at])
            at += 1 + values
        entries = {**(command.entries if inherits else {}), **shared, **own}
        yield command._replace(words=rest, entries=entries)


def _sets(name: str, following: Words, known: Entries, scope: Scope) -> tuple[Entries, int]:
    """Return the variables that an option sets, and the number of its values; 0 for other options."""
    if not name or not following:
        return {}, 0
    first, *more = following
    if name == "x":
        return passed(first, known, scope), 1
    if name in _PAIRS:
        found = assigned(first, scope)
        return (found, 1) if found or not more else ({first.text: variable(more[0], scope)}, 2)
    if name in _LISTS:
        return _each([inherited(item, known, scope) for item in items(first, ",")]), 1
    if name in _PARAMETER and first.text == "mca_base_env_list" and more:
        return _each([passed(item, known, scope) for item in items(more[0], ";")]), 2
    return {}, 0


def _each(found: list[Entries]) -> Entries:
    return {name: held for entries in found for name, held in entries.items()}
