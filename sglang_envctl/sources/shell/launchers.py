"""Follow programs that start another one, and the environment that they pass to it.

A launcher is a function from a command, whose first word is the launcher itself, to what it starts:
another command, a text for another shell, or a server. It goes into the table of `programs`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator
from typing import NamedTuple, TypeAlias

from sglang_envctl.environment import Note, Origin
from sglang_envctl.sources.dotenv.dialects import dotenv
from sglang_envctl.sources.shell.beside import env_file, read_beside
from sglang_envctl.sources.shell.scope import Launch, Scope
from sglang_envctl.sources.shell.values import Value, Variable, marked, unmarked

Entries: TypeAlias = dict[str, Variable]
Words: TypeAlias = list[Value]


class Command(NamedTuple):
    """A command line, with the environment that it gets."""

    words: Words
    entries: Entries
    hidden: Entries
    """The variables around it that it does not get."""
    image: str = ""
    """The image of the container in which it runs, and which may start a server by itself."""
    devices: int = 0
    """The number of GPUs that the container is given; 0 if it is not known."""


class ShellText(NamedTuple):
    """A text that another shell runs."""

    text: Value
    entries: Entries
    terminal: str = ""
    """The terminal into which the text is typed, if it is; its shell stays."""
    file: str = ""
    """The file whose content it is; empty for a text of the script."""
    arguments: tuple[Value, ...] | None = None


Started: TypeAlias = "Command | ShellText | Launch"


def variable(value: Value, scope: Scope) -> Variable:
    """Make a variable that a command line sets."""
    return Variable(value, True, scope.script.label, value.line or scope.line)


def assigned(word: Value, scope: Scope) -> Entries:
    """Return the variable that a word `NAME=value` sets; empty if the word is not an assignment."""
    name, equals, _ = word.text.partition("=")
    if not equals or not re.fullmatch(r"[A-Za-z_][\w.-]*", name):
        return {}
    return {name: variable(word.after(len(name) + 1), scope)}


def inherited(name: Value, entries: Entries, scope: Scope) -> Entries:
    """Return the variable that is passed by its name alone; empty if it is not set."""
    if name.text in entries:
        return {name.text: entries[name.text]}
    text = scope.analysis.outer.get(name.text)
    return {} if text is None else {name.text: variable(name._replace(text=text), scope)}


def passed(value: Value, entries: Entries, scope: Scope) -> Entries:
    """Follow `-e NAME=value`, or `-e NAME` for the launcher's own value."""
    found = assigned(value, scope)
    return found if found or value.unknown else inherited(value, entries, scope)


def options(
    words: Words, valued: Container[str] = (), switches: Container[str] | None = None
) -> tuple[list[tuple[str, Value]], Words]:
    """Split words into the options at their beginning, each with its value, and the words after them.

    A word after an option is its value if the option is one of `valued`, or none of `switches`.
    """
    found: list[tuple[str, Value]] = []
    rest = list(words)
    while rest and rest[0].text.startswith("-"):
        word = rest.pop(0)
        option, equals, _ = word.text.partition("=")
        if option == "--":
            break
        if equals:
            found.append((option, word.after(len(option) + 1)))
            continue
        name = option if option.startswith("--") else f"-{option[-1:]}".replace("--", "-")
        takes = name in valued if switches is None else name not in switches
        found.append((option, rest.pop(0) if takes and rest else Value()))
    return found, rest


def given(words: Words, *names: str) -> Iterator[Value]:
    """Return the values of an option, wherever it is."""
    for at, word in enumerate(words):
        option, equals, _ = word.text.partition("=")
        if option in names and equals:
            yield word.after(len(option) + 1)
        elif option in names:
            yield from words[at + 1 : at + 2]


def assignments(words: Words, scope: Scope) -> tuple[Entries, Words]:
    """Return the variables that words begin with, and the words after them."""
    entries: Entries = {}
    for at, word in enumerate(words):
        found = assigned(word, scope)
        if not found:
            return entries, words[at:]
        entries.update(found)
    return entries, []


def env(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow `env [-i] [-u NAME] [NAME=value...] command`."""
    chosen, rest = options(command.words[1:], {"-u", "--unset", "-C", "--chdir"})
    entries = dict(command.entries)
    for option, value in chosen:
        if option in {"-i", "-", "--ignore-environment"}:
            entries.clear()
        elif option in {"-u", "--unset"}:
            entries.pop(value.text, None)
        elif option.startswith("-u"):
            entries.pop(option[2:], None)
    found, rest = assignments(rest, scope)
    yield command._replace(words=rest, entries={**entries, **found})


_SUDO_VALUED = {"-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "--user", "--group"}


def sudo(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow `sudo [-E] [NAME=value...] command`, which passes only what its options name."""
    chosen, rest = options(command.words[1:], _SUDO_VALUED)
    known, kept = command.entries, Entries()
    for option, value in chosen:
        if option == "--preserve-env" and value.text:
            names = value.text.split(",")
            kept.update({name: known[name] for name in names if name in known})
        elif option == "--preserve-env" or re.fullmatch(r"-[A-Za-z]*E[A-Za-z]*", option):
            kept.update(known)
    found, rest = assignments(rest, scope)
    yield command._replace(words=rest, entries={**kept, **found})


_SHELL_OPTION_WITH_VALUE = r"[-+][A-Za-z]*[oO]|--rcfile|--init-file"


def shell(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow `bash -c text`, or a shell that reads a here-document."""
    rest, given = command.words[1:], ""
    while rest and rest[0].text.startswith(("-", "+")):
        option = rest[0].text
        rest = rest[2 if re.fullmatch(_SHELL_OPTION_WITH_VALUE, option) else 1 :]
        if option in ("-", "--"):
            break
        given += option if re.fullmatch(r"-[A-Za-z]+", option) else ""
    if "c" in given:
        yield from (ShellText(text, command.entries) for text in rest[:1])
    elif rest and "s" not in given:
        yield from script(command._replace(words=rest), scope)
    elif scope.heredoc:
        yield ShellText(scope.heredoc, command.entries)


def script(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow a script in a file, which gets this environment; parsing it counts as many statements."""
    scope.analysis.statements += 50
    path, *arguments = command.words
    found = read_beside(path, scope)
    if found is None:
        origin = Origin(scope.analysis.label, scope.script.label, scope.line)
        facts = {"reason": "the script that it runs cannot be read from here"}
        scope.analysis.unread.append(Note("not-followed", origin, "", "shell", facts=facts))
        yield command._replace(words=arguments)
    elif found[0] not in (os.path.normpath(scope.analysis.label), *scope.files):
        text = Value(found[1].decode("utf-8", "surrogateescape"))
        yield ShellText(text, command.entries, file=found[0], arguments=tuple(arguments))


def slurm(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow `srun --export=...`, `sbatch --export=... --wrap=...` and `sbatch <<END`."""
    words = command.words
    rest: Words = []
    wrapped = exported = None
    for at, word in enumerate(words[1:], 1):
        option, equals, _ = word.text.partition("=")
        if words[at - 1].text in {"--export", "--wrap"}:
            continue
        value = word.after(len(option) + 1) if equals else next(iter(words[at + 1 :]), None)
        if option == "--export" and value:
            exported = value
        elif option == "--wrap" and value:
            wrapped = value
        elif option not in {"--export", "--wrap"}:
            rest.append(word)
    entries = _exported_by(exported, command.entries, scope) if exported else command.entries
    submits = os.path.basename(words[0].text) == "sbatch"
    if text := wrapped or (scope.heredoc if submits else None):
        yield ShellText(text, entries)
    elif exported and submits:
        yield Launch(scope.script.label, scope.line, entries, command.hidden)
    else:
        yield command._replace(words=rest, entries=entries)


def _exported_by(option: Value, entries: Entries, scope: Scope) -> Entries:
    """The environment of a job under Slurm's `--export`."""
    if option.unknown and not option.text:
        scope.not_followed("what --export hands on is put together when the script runs")
        return dict(entries)
    chosen: Entries = {}
    # A comma inside quotes does not separate items.
    text, reasons = marked(option)
    for item in re.findall(r"(?:[^,'\"]|'[^']*'|\"[^\"]*\")+", text):
        if item == "ALL":
            chosen.update(entries)
        elif item not in {"NONE", "NIL"}:
            word = unmarked(_without_quotes(item), reasons)._replace(line=option.line)
            chosen.update(assigned(word, scope) or inherited(word, entries, scope))
    return chosen


def _without_quotes(item: str) -> str:
    name, equals, text = item.partition("=")
    quoted = len(text) > 1 and text[0] in "'\"" and text[0] == text[-1]
    return f"{name}{equals}{text[1:-1] if quoted else text}"


def mpirun(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow `mpirun -x NAME=value -x NAME -genv NAME value command`."""
    words, entries = command.words, dict(command.entries)
    rest: Words = []
    at = 1
    while at < len(words):
        option, following = words[at].text, words[at + 1 : at + 3]
        if option == "-x" and following:
            entries.update(assigned(following[0], scope))
            at += 2
        elif option in {"-genv", "-env", "--env"} and len(following) == 2:
            entries[following[0].text] = variable(following[1], scope)
            at += 3
        else:
            rest.append(words[at])
            at += 1
    yield command._replace(words=rest, entries=entries)


_SYSTEMD_SWITCHES = {
    "-d", "-G", "-P", "-q", "-r", "-S", "-t", "--collect", "--no-ask-password", "--no-block", "--pipe",
    "--pty", "--quiet", "--remain-after-exit", "--same-dir", "--scope", "--send-sighup", "--shell",
    "--system", "--user", "--wait",
}  # fmt: skip


def systemd_run(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow `systemd-run --setenv=NAME=value command`: a service, which inherits nothing else."""
    chosen, rest = options(command.words[1:], switches=_SYSTEMD_SWITCHES)
    known = command.entries
    entries = dict(known) if ("--scope", Value()) in chosen else {}
    for option, value in chosen:
        word = value
        if option in {"-p", "--property"} and value.text.startswith("Environment="):
            word = value.after(len("Environment="))
        elif option not in {"-E", "--setenv"}:
            continue
        entries.update(assigned(word, scope) or inherited(word, known, scope))
    hidden = {n: v for n, v in known.items() if n not in entries}
    yield Command(rest, entries, {**command.hidden, **hidden})


_MAMBA_SWITCHES = {"-d", "--clean-env", "--detach", "--live-stream", "--no-capture-output"}


def mamba(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow `micromamba run -e NAME=value command`."""
    at = next((i for i, word in enumerate(command.words) if word.text == "run"), 0)
    chosen, rest = options(command.words[at + 1 :], switches=_MAMBA_SWITCHES)
    clean = any(option == "--clean-env" for option, _ in chosen)
    entries = {} if clean else dict(command.entries)
    for option, value in chosen:
        if option in {"-e", "--env"}:
            entries.update(passed(value, command.entries, scope))
    yield command._replace(words=rest, entries=entries)


def uv(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow `uv run --env-file FILE command`: the file does not override what is set."""
    from_files: Entries = {}
    for path in given(command.words, "--env-file"):
        from_files.update(env_file(path, scope, dotenv.read))
    entries = {**from_files, **command.entries}
    at = next((i for i, word in enumerate(command.words) if word.text == "run"), 0)
    yield command._replace(words=command.words[at + 1 :], entries=entries)
