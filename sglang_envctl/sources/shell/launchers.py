"""Follow programs that start another program, and the environment that they pass to it.

A launcher is a function that takes a command, whose first word is the launcher's name, and yields
what it starts: another command, a text for another shell, or a server. `programs` has the table of
launchers.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Container, Iterator
from typing import NamedTuple, TypeAlias

from sglang_envctl.environment import Note, Origin
from sglang_envctl.sources.dotenv.dialects import dotenv
from sglang_envctl.sources.shell import matches
from sglang_envctl.sources.shell.files.beside import env_file, read_beside
from sglang_envctl.sources.shell.files.written import written
from sglang_envctl.sources.shell.scope import Scope
from sglang_envctl.sources.shell.state import Launch
from sglang_envctl.sources.shell.values import Value, Variable, join, marked, unmarked

Entries: TypeAlias = dict[str, Variable]
Words: TypeAlias = list[Value]


SCRIPTS = (".sh", ".bash", ".sbatch", ".slurm", ".pbs", ".lsf")
"""The suffixes of scripts."""
_FIRST_LINE = 200
"""The number of bytes in which the first line of a script is looked for."""


class Command(NamedTuple):
    """A command line, with the environment that it gets."""

    words: Words
    entries: Entries
    hidden: Entries
    """The variables of the shell that the command does not get."""
    image: Value | None = None
    """The image of the container in which the command runs; the image may start a server by itself."""
    serves: bool = False
    """Whether the command is a job, and so counts as a server regardless of its words."""
    devices: int = 0
    """The number of GPUs of the container; 0 if unknown."""
    unread: str = ""
    """The reason why part of the environment is not read; empty if all is read."""


class ShellText(NamedTuple):
    """A text that another shell runs."""

    text: Value
    entries: Entries
    terminal: str = ""
    """The terminal in which the text is typed, if any; its shell keeps running."""
    file: str = ""
    """The file with this content; empty if the text is in the script."""
    arguments: tuple[Value, ...] | None = None


Started: TypeAlias = "Command | ShellText | Launch"


def variable(value: Value, scope: Scope) -> Variable:
    """Return a variable that a command line sets."""
    return Variable(value, True, scope.script.label, value.line or scope.line)


def assigned(word: Value, scope: Scope) -> Entries:
    """Return the variable that a word `NAME=value` sets; empty if the word is not an assignment."""
    name, equals, _ = word.text.partition("=")
    if not equals or not re.fullmatch(r"[A-Za-z_][\w.-]*", name):
        return {}
    return {name: variable(word.after(len(name) + 1), scope)}


def inherited(name: Value, entries: Entries, scope: Scope) -> Entries:
    """Return the variable that a bare name passes on, or, for a prefix with an asterisk, all
    variables with this prefix; empty if none is set.
    """
    if name.text.endswith("*"):
        return {n: held for n, held in entries.items() if n.startswith(name.text[:-1])}
    if name.text in entries:
        return {name.text: entries[name.text]}
    text = scope.analysis.outer.get(name.text)
    return {} if text is None else {name.text: variable(name._replace(text=text), scope)}


def apart(entries: Entries, scope: Scope) -> Launch:
    """Return a program that runs elsewhere and gets these variables from the script."""
    return Launch(scope.script.label, scope.line, entries, {}, serves=False, apart=True)


def passed(value: Value, entries: Entries, scope: Scope) -> Entries:
    """Return the variable of `-e NAME=value`, or of `-e NAME` with the launcher's own value."""
    found = assigned(value, scope)
    if value.unknown and not found:
        scope.not_followed("a variable that it passes on is known only when the script runs")
    return found if found or value.unknown else inherited(value, entries, scope)


def options(
    words: Words,
    valued: Container[str] = (),
    switches: Container[str] | None = None,
    last: Container[str] = (),
) -> tuple[list[tuple[str, Value]], Words]:
    """Split words into the options at their beginning, each with its value, and the words after them.

    Args:
        words: the words after the name of a program.
        valued: the options that take a value.
        switches: the options that take no value, if all others do.
        last: the options after which there are no others.
    """
    found: list[tuple[str, Value]] = []
    rest = list(words)
    while rest and rest[0].text.startswith("-") and not (found and found[-1][0] in last):
        word = rest.pop(0)
        if word == Value("--", line=word.line, last=word.last):
            break
        for option, held in _named(word, valued, switches):
            takes = option in valued if switches is None else option not in switches
            value = held or (rest.pop(0) if takes and rest else Value())
            found.append((option, value))
    return found, rest


def _named(
    word: Value, valued: Container[str], switches: Container[str] | None
) -> Iterator[tuple[str, Value | None]]:
    """Yield the options in one word, with the value in the same word: `--name=value`, `-xyvalue`."""
    if word.text[1:2] in {"", "-"}:
        option, equals, _ = word.text.partition("=")
        yield option, word.after(len(option) + 1) if equals else None
        return
    for at, letter in enumerate(word.text[1:], 1):
        takes = f"-{letter}" in valued if switches is None else f"-{letter}" not in switches
        value = word.after(at + 1)
        if takes and (value.text or value.unknown):
            yield f"-{letter}", value.after(value.text.startswith("="))
            return
        yield f"-{letter}", None


def given(words: Words, *names: str) -> Iterator[Value]:
    """Yield the values of an option, anywhere in the words."""
    for at, word in enumerate(words):
        option, equals, _ = word.text.partition("=")
        if option in names and equals:
            yield word.after(len(option) + 1)
        elif option in names:
            yield from words[at + 1 : at + 2]


def is_input(words: Words, *names: str) -> bool:
    """Return whether an option names standard input; the parser drops a final `-` before `<<`."""
    return words[-1].text in names or any(value.text == "-" for value in given(words, *names))


def items(value: Value, separator: str) -> Words:
    """Return the parts of a value between separators; the whole value if the separator is empty."""
    if not separator:
        return [value]
    text, reasons = marked(value)
    return [unmarked(one, reasons)._replace(line=value.line) for one in text.split(separator)]


def assignments(words: Words, scope: Scope) -> tuple[Entries, Words]:
    """Return the variables that words begin with, and the other words."""
    entries: Entries = {}
    for at, word in enumerate(words):
        found = assigned(word, scope)
        if not found:
            return entries, words[at:]
        entries.update(found)
    return entries, []


_ENV_VALUED = {
    "-a", "-C", "-S", "-u", "--argv0", "--chdir", "--split-string", "--unset",
}  # fmt: skip
_SPLIT = {"-S", "--split-string"}


def env(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command that `env [-i] [-u NAME] [-S WORDS] [NAME=value...] COMMAND` runs."""
    rest, entries = command.words[1:], dict(command.entries)
    while rest and rest[0].text.startswith("-"):
        chosen, rest = options(rest, _ENV_VALUED, last=_SPLIT)
        for option, value in chosen:
            if option in {"-i", "-", "--ignore-environment"}:
                entries.clear()
            elif option in {"-u", "--unset"}:
                entries.pop(value.text, None)
            elif option in _SPLIT:
                rest = [*_words_of(value), *rest]
        if not chosen or chosen[-1][0] not in _SPLIT:
            break
    found, rest = assignments(rest, scope)
    while rest and rest[0].unknown and not rest[0].text and rest[1:]:
        command = command._replace(
            unread="a part of what env sets is known only when the script runs"
        )
        more, rest = assignments(rest[1:], scope)
        found.update(more)
    yield command._replace(words=rest, entries={**entries, **found})


def _words_of(value: Value) -> Words:
    """Return the words into which `env -S` splits a text; empty if env rejects the text."""
    text, reasons = marked(value)
    lexer = shlex.shlex(text, posix=True, punctuation_chars="")
    lexer.whitespace_split, lexer.escape, lexer.commenters = True, "", ""
    try:
        words = list(lexer)
    except ValueError:
        return []
    found: Words = []
    for word in words:
        known = re.split(r"[$\\]", word, maxsplit=1)[0]
        resolved = Value("", "a value that env -S resolves")
        parts = [unmarked(known, reasons), *([] if known == word else [resolved])]
        found.append(join(parts)._replace(line=value.line, last=value.last))
    return found


_SUDO_VALUED = {"-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "--user", "--group"}


def sudo(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command that `sudo [-E] [NAME=value...] COMMAND` runs, with only the variables
    that sudo's options name.
    """
    chosen, rest = options(command.words[1:], _SUDO_VALUED)
    known, kept = command.entries, Entries()
    for option, value in chosen:
        if option == "--preserve-env" and value.text:
            names = value.text.split(",")
            kept.update({name: known[name] for name in names if name in known})
        elif option in {"-E", "--preserve-env"}:
            kept.update(known)
    found, rest = assignments(rest, scope)
    command = command._replace(words=rest, entries={**kept, **found})
    yield from (command,) if rest else standard_input(command, scope)


_SHELL_OPTION_WITH_VALUE = r"[-+][A-Za-z]*[oO]|--rcfile|--init-file"


def shell(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the commands that `bash -c COMMANDS` or a shell with a here-document runs."""
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
    else:
        yield from standard_input(command, scope)


def standard_input(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the script that a program reads from standard input."""
    if scope.heredoc:
        yield ShellText(scope.heredoc, command.entries)
    elif scope.input:
        yield from script(command._replace(words=[scope.input]), scope)


def script(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow a script in a file, which gets this environment; parsing it counts as many statements."""
    scope.analysis.statements += 50
    path, *arguments = command.words
    if held := written(path, scope):
        yield ShellText(held.value, command.entries, arguments=tuple(arguments))
        return
    found = read_beside(path, scope)
    if found is None:
        origin = Origin(scope.analysis.label, scope.script.label, scope.line)
        facts = {"reason": "the script that it runs cannot be read from here"}
        scope.analysis.unread.append(Note("not-followed", origin, "", "shell", facts=facts))
        scope.hand(command.entries)
        yield command._replace(words=arguments)
    elif not matches("a.sh", found[1][:_FIRST_LINE]):
        scope.not_followed("the script that it runs is for another interpreter")
    elif found[0] not in (os.path.normpath(scope.analysis.label), *scope.files):
        text = Value(found[1].decode("utf-8", "surrogateescape"))
        yield ShellText(text, command.entries, file=found[0], arguments=tuple(arguments))


def groups(words: Words) -> list[Words]:
    """Return the words of each program of `PROGRAM : PROGRAM`."""
    ends = [at for at, word in enumerate(words) if word.text == ":"]
    starts = [0, *(at + 1 for at in ends)]
    return [words[start:end] for start, end in zip(starts, [*ends, len(words)], strict=True)]


_SYSTEMD_SWITCHES = {
    "-d", "-G", "-P", "-q", "-r", "-S", "-t", "--collect", "--no-ask-password", "--no-block", "--pipe",
    "--pty", "--quiet", "--remain-after-exit", "--same-dir", "--scope", "--send-sighup", "--shell",
    "--system", "--user", "--wait",
}  # fmt: skip


def systemd_run(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command of `systemd-run --setenv=NAME=value COMMAND`, a service that inherits
    nothing else.
    """
    chosen, rest = options(command.words[1:], switches=_SYSTEMD_SWITCHES)
    known = command.entries
    entries = dict(known) if ("--scope", Value()) in chosen else {}
    for option, value in chosen:
        word = value
        if option in {"-p", "--property"} and value.text.startswith("Environment="):
            word = value.after(len("Environment="))
        elif option in {"-p", "--property"} and value.text.startswith("EnvironmentFile="):
            scope.not_followed("the file given with EnvironmentFile= is not read")
            continue
        elif option not in {"-E", "--setenv"}:
            continue
        entries.update(assigned(word, scope) or inherited(word, known, scope))
    hidden = {n: v for n, v in known.items() if n not in entries}
    yield Command(rest, entries, {**command.hidden, **hidden})


_MAMBA_SWITCHES = {"-d", "--clean-env", "--detach", "--live-stream", "--no-capture-output"}


def mamba(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command that `micromamba run -e NAME=value COMMAND` runs."""
    at = next((i for i, word in enumerate(command.words) if word.text == "run"), 0)
    chosen, rest = options(command.words[at + 1 :], switches=_MAMBA_SWITCHES)
    clean = any(option == "--clean-env" for option, _ in chosen)
    entries = {} if clean else dict(command.entries)
    for option, value in chosen:
        if option in {"-e", "--env"}:
            entries.update(passed(value, command.entries, scope))
    yield command._replace(words=rest, entries=entries)


def uv(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command of `uv run --env-file FILE COMMAND`; set variables override the file."""
    from_files: Entries = {}
    for path in given(command.words, "--env-file"):
        from_files.update(env_file(path, scope, dotenv.read))
    entries = {**from_files, **command.entries}
    at = next((i for i, word in enumerate(command.words) if word.text == "run"), 0)
    yield command._replace(words=command.words[at + 1 :], entries=entries)
