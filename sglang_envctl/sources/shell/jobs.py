"""Follow programs that submit a job to a scheduler, with the environment that they pass on."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from fnmatch import translate

from sglang_envctl.sources.shell.directives import UNREAD, listed, submitted, unquoted
from sglang_envctl.sources.shell.launchers import (
    SCRIPTS,
    Command,
    Entries,
    ShellText,
    Started,
    Words,
    assigned,
    given,
    groups,
    inherited,
    options,
    script,
    standard_input,
)
from sglang_envctl.sources.shell.scope import Scope
from sglang_envctl.sources.shell.values import Value, Variable, join, marked, unmarked

_DEFAULTS = {"sbatch": "SBATCH_EXPORT", "srun": "SLURM_EXPORT_ENV"}
"""The variables with the default of --export."""


def slurm(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the commands of `srun --export=... COMMAND`, `sbatch --wrap=COMMAND` and `sbatch <<END`."""
    name = os.path.basename(command.words[0].text)
    for part in groups(command.words[1:]) if name == "srun" else [command.words[1:]]:
        exported, rest = taken(part, "--export")
        wrapped, rest = taken(rest, "--wrap")
        files, rest = taken(rest, "--export-file")
        if files:
            scope.not_followed(UNREAD)
        if any(word.text == "--multi-prog" for word in rest):
            scope.not_followed("the file that lists the programs of the job is not read")
        known = command.entries
        named = _DEFAULTS.get(name, "")
        default = known.get(named) or scope.state.variables.get(named)
        chosen = exported or (default.value if default else None)
        job = command._replace(entries=exported_by(chosen, known, scope) if chosen else known)
        if wrapped:
            yield ShellText(wrapped, job.entries)
        elif name == "sbatch":
            job = job._replace(serves=bool(exported))
            yield from in_job(job._replace(words=rest), scope, asks=not exported)
        else:
            yield job._replace(words=rest)


def in_job(command: Command, scope: Scope, *, asks: bool = True) -> Iterator[Started]:
    """Follow the script of a job.

    Args:
        command: the words after the options that have been read, and the environment of the job.
        scope: the command.
        asks: whether the comments of the script choose the environment.
    """
    words = command.words
    if scope.heredoc or scope.input:
        found = standard_input(command, scope)
    else:
        named = (i for i, word in enumerate(words) if word.text.endswith(SCRIPTS))
        at = next(named, len(words) - 1)
        found = script(command._replace(words=words[at:]), scope) if words else iter(())
    for one in found:
        if isinstance(one, ShellText) and asks:
            job = submitted(one.text, one.file or scope.script.label)
            yield one._replace(entries={**job.passed(one.entries), **job.variables})
        else:
            yield one


def taken(words: Words, option: str) -> tuple[Value | None, Words]:
    """Return the last value of an option, and the words without it."""
    found, rest = None, Words()
    for at, word in enumerate(words):
        if at and words[at - 1].text == option:
            continue
        if word.text == option:
            found = next(iter(words[at + 1 :]), None)
        elif word.text.startswith(f"{option}="):
            found = word.after(len(option) + 1)
        else:
            rest.append(word)
    return found, rest


def exported_by(option: Value, entries: Entries, scope: Scope) -> Entries:
    """Return the environment of a job, from names and assignments that are separated by commas."""
    if option.unknown and not option.text:
        scope.not_followed("the environment of the job is computed when the script runs")
        return dict(entries)
    chosen: Entries = {}
    text, reasons = marked(option)
    for item in listed(text):
        if item in {"ALL", "all"}:
            chosen.update(entries)
        elif item.startswith("~"):
            chosen.pop(item[1:], None)
        elif item not in {"NONE", "NIL", "none"}:
            word = unmarked(unquoted(item), reasons)._replace(line=option.line)
            chosen.update(assigned(word, scope) or inherited(word, entries, scope))
    return chosen


def bsub(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the commands that `bsub -env "all, NAME=value" COMMAND` and `bsub <SCRIPT` run;
    without -env, a job gets all variables.
    """
    exported, rest = taken(command.words[1:], "-env")
    entries = exported_by(exported, command.entries, scope) if exported else command.entries
    command = command._replace(words=rest, entries=entries)
    is_script = scope.heredoc or scope.input
    yield from in_job(command, scope, asks=not exported) if is_script else (command,)


def qsub(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the script that `qsub -v NAME=value,NAME SCRIPT` runs; -V passes on all variables."""
    words = command.words[1:]
    entries = dict(command.entries) if "-V" in [word.text for word in words] else {}
    for option in given(words, "-v"):
        entries.update(exported_by(option, command.entries, scope))
    command = command._replace(entries=entries, serves=bool(entries))
    if any(word.text == "--" for word in words):
        yield command._replace(words=words)
    else:
        yield from in_job(command._replace(words=words), scope)


_FLUX_SWITCHES = {
    "-h", "-k", "-l", "-u", "-v", "-x", "--debug", "--dry-run", "--exclusive", "--label-io",
    "--no-watch", "--progress", "--quiet", "--recursive", "--stats", "--unbuffered", "--verbose",
    "--wait", "--watch",
}  # fmt: skip
_STARTING = {"alloc", "batch", "run", "start", "submit"}


def flux(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command of `flux run --env=RULE --env-remove=PATTERN COMMAND`, rule after rule."""
    at = next((i for i, word in enumerate(command.words) if word.text in _STARTING), None)
    if at is None:
        return
    chosen, rest = options(command.words[at + 1 :], switches=_FLUX_SWITCHES)
    entries = dict(command.entries)
    for option, value in chosen:
        if option == "--env-remove":
            _remove(value.text, entries)
        elif option == "--env-file" or (option == "--env" and value.text.startswith("^")):
            scope.not_followed("a file with rules for the environment is not read")
        elif option == "--env" and value.text.startswith("-"):
            _remove(value.text[1:], entries)
        elif option == "--env" and (found := assigned(value, scope)):
            entries.update({name: _substituted(held) for name, held in found.items()})
        elif option == "--env":
            fits = _matching(value.text)
            entries = {**{n: v for n, v in command.entries.items() if fits(n)}, **entries}
    yield command._replace(words=rest, entries=entries)


def _remove(pattern: str, entries: Entries) -> None:
    """Remove the variables that match a shell pattern, or a regular expression after a slash."""
    fits = _matching(pattern)
    for name in [*filter(fits, entries)]:
        del entries[name]


def _matching(pattern: str) -> Callable[[str], object]:
    if not pattern.startswith("/"):
        return re.compile(translate(pattern)).match
    try:
        return re.compile(pattern[1:].removesuffix("/")).match
    except re.error:
        return {pattern}.__contains__


def _substituted(variable: Variable) -> Variable:
    """Return a variable of a rule, unknown from the first reference on, because Flux replaces it."""
    known, dollar, _ = variable.value.text.partition("$")
    if not dollar:
        return variable
    parts = (Value(known), Value("", "a value that Flux replaces"))
    return variable._replace(value=join(parts)._replace(line=variable.value.line))
