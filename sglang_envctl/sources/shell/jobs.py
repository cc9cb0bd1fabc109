"""Follow programs that submit a job to a scheduler, with the environment that they pass on."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from fnmatch import translate

from sglang_envctl.sources.shell.launchers import (
    Command,
    Entries,
    ShellText,
    Started,
    Words,
    assigned,
    given,
    inherited,
    options,
    script,
    standard_input,
)
from sglang_envctl.sources.shell.scope import Scope
from sglang_envctl.sources.shell.values import Value, Variable, join, marked, unmarked


def slurm(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the commands of `srun --export=... COMMAND`, `sbatch --wrap=COMMAND` and `sbatch <<END`."""
    exported, rest = taken(command.words[1:], "--export")
    wrapped, rest = taken(rest, "--wrap")
    known = command.entries
    entries = exported_by(exported, known, scope) if exported else known
    submits = os.path.basename(command.words[0].text) == "sbatch"
    if wrapped:
        yield ShellText(wrapped, entries)
    elif submits and (scope.heredoc or scope.input):
        yield from standard_input(command._replace(entries=entries), scope)
    else:
        yield command._replace(words=rest, entries=entries, serves=bool(submits and exported))


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
    # A comma inside quotes does not separate items.
    text, reasons = marked(option)
    for item in map(str.strip, re.findall(r"(?:[^,'\"]|'[^']*'|\"[^\"]*\")+", text)):
        if item in {"ALL", "all"}:
            chosen.update(entries)
        elif item.startswith("~"):
            chosen.pop(item[1:], None)
        elif item not in {"NONE", "NIL", "none"}:
            word = unmarked(_without_quotes(item), reasons)._replace(line=option.line)
            chosen.update(assigned(word, scope) or inherited(word, entries, scope))
    return chosen


def _without_quotes(item: str) -> str:
    name, equals, text = item.partition("=")
    quoted = len(text) > 1 and text[0] in "'\"" and text[0] == text[-1]
    return f"{name}{equals}{text[1:-1] if quoted else text}"


def bsub(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the commands that `bsub -env "all, NAME=value" COMMAND` and `bsub <SCRIPT` run;
    without -env, a job gets all variables.
    """
    exported, rest = taken(command.words[1:], "-env")
    entries = exported_by(exported, command.entries, scope) if exported else command.entries
    command = command._replace(words=rest, entries=entries)
    yield from standard_input(command, scope) if scope.heredoc or scope.input else (command,)


def qsub(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the script that `qsub -v NAME=value,NAME SCRIPT` runs; -V passes on all variables."""
    words = command.words[1:]
    entries = dict(command.entries) if "-V" in [word.text for word in words] else {}
    for option in given(words, "-v"):
        entries.update(exported_by(option, command.entries, scope))
    command = command._replace(entries=entries, serves=bool(entries))
    if scope.heredoc or scope.input:
        yield from standard_input(command, scope)
    elif any(word.text == "--" for word in words):
        yield command._replace(words=words)
    else:
        yield from script(command._replace(words=words[-1:]), scope)


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
