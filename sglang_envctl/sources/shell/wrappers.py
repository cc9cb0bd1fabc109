"""Follow programs that run a command with the surrounding environment, or with small changes to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from sglang_envctl.sources.shell.grammar import unknown_part
from sglang_envctl.sources.shell.launchers import (
    Command,
    Entries,
    ShellText,
    Started,
    apart,
    assigned,
    given,
    items,
    options,
    passed,
    script,
    standard_input,
    variable,
)
from sglang_envctl.sources.shell.scope import Scope
from sglang_envctl.sources.shell.values import Value, marked, spaced, unmarked

Launcher: TypeAlias = Callable[[Command, Scope], Iterator[Started]]


class Options(NamedTuple):
    """The options of a program that change the environment which it passes on."""

    sets: frozenset[str] = frozenset()
    """The options with `NAME=value`, or with a NAME whose value is passed on."""
    removes: frozenset[str] = frozenset()
    """The options whose value, unless it is an assignment, is the NAME of a variable to remove."""
    clears: frozenset[str] = frozenset()
    separator: str = ""
    """The separator of several assignments in one value."""
    words: int = 0
    """The number of words after the program's name that belong to it, as in `nsys profile`."""
    valued: frozenset[str] | None = None
    """The options with a value; None if all options except the switches have one."""
    switches: frozenset[str] = frozenset()


def _letters(letters: str, *names: str) -> frozenset[str]:
    return frozenset((*(f"-{letter}" for letter in letters), *names))


JSRUN = Options(
    _letters("E", "--env"), _letters("D", "--env_no_propagate"), switches=_letters("iv")
)
APRUN = Options(_letters("e", "--environment-override"), switches=_letters("bBqv"))
NSYS = Options(_letters("e", "--env-var"), separator=",", words=1)
SETPRIV = Options(
    clears=frozenset(["--reset-env"]),
    valued=frozenset(
        f"--{name}"
        for name in (
            "ambient-caps", "apparmor-profile", "bounding-set", "egid", "euid", "groups", "inh-caps",
            "pdeathsig", "regid", "reuid", "rgid", "ruid", "securebits", "selinux-label",
        )
    ),
)  # fmt: skip
SHIFTER = Options(_letters("e", "--env"), switches=_letters("hv", "--clearenv"))
STRACE = Options(
    _letters("E", "--env"), _letters("E", "--env"), valued=_letters("abeEIopPsSuUX", "--env")
)
CH_RUN = Options(
    frozenset(["--set-env"]), valued=_letters("bcgmsu", "--bind", "--cd", "--join-ct", "--mount")
)


def passing_on(form: Options) -> Launcher:
    """Return a launcher for a program with these options."""

    def follow(command: Command, scope: Scope) -> Iterator[Started]:
        words = command.words[1 + form.words :]
        switches = form.switches if form.valued is None else None
        chosen, rest = options(words, form.valued or (), switches)
        known = command.entries
        entries = dict(known)
        for option, value in chosen:
            if option in form.clears:
                entries.clear()
            for item in items(value, form.separator):
                found = assigned(item, scope)
                if option in form.removes and not found:
                    entries.pop(item.text, None)
                elif option in form.sets:
                    entries.update(found or passed(item, known, scope))
        yield command._replace(words=rest, entries=entries)

    return follow


def doas(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command that `doas -u USER COMMAND` runs without the variables of the script."""
    del scope
    _, rest = options(command.words[1:], _letters("Cu"))
    yield command._replace(words=rest, entries={})


_SU_VALUED = _letters(
    "cgGsuwT", "--command", "--group", "--session-command", "--shell", "--supp-group", "--user",
    "--whitelist-environment",
)  # fmt: skip
_MOST_WORDS = 1000
_SU_TEXT = {"-c", "--command", "--session-command"}
_OF_USER = {"HOME", "LOGNAME", "SHELL", "USER"}
"""The variables that su sets itself."""


def su(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the commands that `su [-] USER -c COMMAND` and `runuser -u USER -- COMMAND` run."""
    words = command.words[1:_MOST_WORDS]
    at = next((i for i, word in enumerate(words) if word.text == "--"), len(words))
    chosen, rest = list[tuple[str, Value]](), list[Value]()
    while before := words[: max(at, 0)]:
        found, after = options(before, _SU_VALUED)
        chosen += found
        rest += after[:1]
        at -= len(before) - len(after[1:])
        words = [*after[1:], *words[len(before) :]]
    rest += words[1:]
    names = {option for option, _ in chosen}
    if names & {"-u", "--user"}:
        yield command._replace(words=rest)
        return
    kept = dict(command.entries)
    if names & {"-", "-l", "--login"}:
        listed = [v.text for o, v in chosen if o in {"-w", "--whitelist-environment"}]
        kept = {n: v for n, v in kept.items() if n in ",".join(listed).split(",")}
    elif not names & {"-m", "-p", "--preserve-environment"}:
        kept = {n: v for n, v in kept.items() if n not in _OF_USER}
    texts = [value for option, value in chosen if option in _SU_TEXT]
    command = command._replace(words=rest[1:], entries=kept)
    if texts:
        yield ShellText(texts[-1], kept)
    else:
        yield from script(command, scope) if rest[1:] else standard_input(command, scope)


def sg(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the commands that `sg GROUP -c COMMAND` and `newgrp GROUP <<END` run."""
    texts = [word for word in command.words[2:] if word.text != "-c"]
    if texts:
        yield ShellText(texts[0], command.entries)
    else:
        yield from standard_input(command, scope)


def xargs(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command that `xargs -I{} COMMAND` runs; the text that replaces {} is unknown."""
    del scope
    chosen, rest = options(command.words[1:], _letters("adEILnPs", *_XARGS_VALUED))
    marks = [v.text for o, v in chosen if o in {"-I", "--replace"}]
    if marks and marks[-1]:
        rest = [_filled(word, re.escape(marks[-1]), "an argument from xargs") for word in rest]
    yield command._replace(words=rest)


_XARGS_VALUED = ("--arg-file", "--delimiter", "--max-args", "--max-lines", "--max-procs")
_PARALLEL_VALUED = _letters(
    "aCdEIjJLnNPsS", "--arg-file", "--colsep", "--delay", "--env", "--halt", "--jobs", "--joblog",
    "--max-procs", "--memfree", "--nice", "--results", "--retries", "--sshlogin", "--sshloginfile",
    "--tagstring", "--timeout", "--tmpdir", "--workdir",
)  # fmt: skip
_PARALLEL_FILLED = r"\{(?:[-+]?\d+|[A-Za-z]\w*)?(?:[./#%]|//|/\.)?\}|\{=.{,255}?=\}"


def parallel(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the commands of `parallel -j 2 COMMAND ::: ARGUMENTS`, which -S runs on another machine."""
    chosen, rest = options(command.words[1:], _PARALLEL_VALUED)
    at = next((i for i, w in enumerate(rest) if re.fullmatch(r":{3,4}\+?", w.text)), len(rest))
    entries = command.entries
    if any(o in {"-S", "--sshlogin", "--sshloginfile"} for o, _ in chosen):
        names = ",".join(v.text for o, v in chosen if o == "--env").split(",")
        entries = {n: v for n, v in entries.items() if n in names or "_" in names}
    if not rest:
        yield from standard_input(command._replace(entries=entries), scope)
    elif text := spaced(tuple(rest[:at])):
        yield ShellText(_filled(text, _PARALLEL_FILLED, "an argument from parallel"), entries)


def _filled(value: Value, pattern: str, why: str) -> Value:
    """Return a value in which text that matches a pattern is unknown, because a program replaces it."""
    text, reasons = marked(value)
    filled = re.sub(pattern, lambda _: unknown_part(len(reasons)), text)
    found = unmarked(filled, (*reasons, why)) if filled != text else value
    return found._replace(line=value.line, last=value.last)


def watch(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command of `watch -n 1 COMMAND`, or of `watch -x COMMAND`."""
    del scope
    chosen, rest = options(command.words[1:], _letters("nq", "--interval", "--equexit"))
    if {"-x", "--exec"} & {option for option, _ in chosen}:
        yield command._replace(words=rest)
    elif text := spaced(tuple(rest)):
        yield ShellText(text, command.entries)


_IN_GDB = r"(?P<un>un)?set\s+env(?:ironment)?\s+(?P<name>\w+)(?:\s*=\s*|\s+|$)"


def gdb(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command that `gdb -ex 'set environment NAME value' --args COMMAND` runs."""
    at = next((i for i, word in enumerate(command.words) if word.text == "--args"), 0)
    entries = dict(command.entries)
    for value in given(command.words[:at], "-ex", "-iex", "--eval-command"):
        if not (match := re.match(_IN_GDB, value.text)):
            continue
        entries.pop(match["name"], None)
        if not match["un"]:
            entries[match["name"]] = variable(value.after(match.end()), scope)
    yield command._replace(words=command.words[at + 1 :], entries=entries)


def storing(*verbs: str) -> Launcher:
    """Return a launcher for a program that, after these words, stores NAME=value for later
    programs: `systemctl set-environment`, `conda env config vars set`.
    """

    def follow(command: Command, scope: Scope) -> Iterator[Started]:
        texts = [word.text for word in command.words]
        if not set(verbs) <= set(texts):
            yield command._replace(words=command.words[1:])
            return
        entries: Entries = {}
        for word in command.words[texts.index(verbs[-1]) + 1 :]:
            entries.update(assigned(word, scope))
        yield apart(entries, scope)

    return follow


def adding(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command of a program that adds variables from outside of the script."""
    del scope
    name = command.words[0].text.rpartition("/")[2]
    why = f"what {name} adds to the environment is not read"
    yield command._replace(words=command.words[1:], unread=why)


def keeping(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command that `mise exec -- COMMAND` runs, and yield the variables that
    `mise set NAME=value` stores for such commands.
    """
    words = command.words[1:]
    verbs = {"set", "set-env"} & {word.text for word in words[:3]}
    entries: Entries = {}
    for word in words if verbs else ():
        entries.update(assigned(word, scope))
    if entries:
        yield apart(entries, scope)
    elif any(word.text in {"run", "r", "task", "tasks"} for word in words[:1]) and not words[2:]:
        name = command.words[0].text.rpartition("/")[2]
        scope.not_followed(f"what {name} runs is not read")
    else:
        yield from adding(command, scope)


def dotenv(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command of `dotenv run COMMAND` or `dotenv -v NAME=value -- COMMAND`, and yield what
    `dotenv set NAME value` writes.
    """
    words = command.words[1:]
    at = next((i for i, word in enumerate(words) if word.text == "set"), None)
    if at is not None and len(words) > at + 2:
        name, value = words[at + 1 : at + 3]
        yield apart({name.text: variable(value, scope)}, scope)
        return
    entries = dict(command.entries)
    for value in given(words, "-v"):
        entries.update(assigned(value, scope))
    yield from adding(command._replace(entries=entries), scope)


def procfile(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command of `honcho run COMMAND`; what is listed in a Procfile is not read."""
    if any(word.text == "start" for word in command.words):
        scope.not_followed("what is listed in a Procfile is not read")
    else:
        yield from adding(command, scope)


def other_shell(command: Command, scope: Scope) -> Iterator[Started]:
    """Add a note that a script for another interpreter, such as fish, is not read."""
    given = (*command.words[1:], scope.heredoc or Value())
    if any(re.search(_ENGINE, marked(word)[0]) for word in given):
        name = command.words[0].text.rpartition("/")[2]
        scope.not_followed(f"a script for {name} is not read")
    yield from ()


_ENGINE = r"sglang|\bSGL(?:ANG)?_\w"
