"""Follow launchers of shells and jobs elsewhere: on other machines, in other terminals, in a Ray
cluster.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sglang_envctl.sources.dotenv.dialects import dotenv
from sglang_envctl.sources.shell.files.beside import env_file, read_beside
from sglang_envctl.sources.shell.launchers import (
    Command,
    Entries,
    ShellText,
    Started,
    Words,
    assigned,
    given,
    options,
    passed,
    standard_input,
    variable,
)
from sglang_envctl.sources.shell.scope import Scope
from sglang_envctl.sources.shell.state import Launch
from sglang_envctl.sources.shell.values import Value, join, marked, pieces_of, spaced, unmarked

_ELSEWHERE = {"ansible", "gcloud", "parallel-ssh", "pssh", "ray"}
"""The programs that pass on no environment."""
_STARTS = r"\s-m\s+(?:sglang|dynamo)\S*|\bsglang\s+serve\b"

_SSH_VALUED = {f"-{letter}" for letter in "BbcDEeFIiJLlmOopQRSWw"}


def ssh(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command that `ssh HOST COMMAND` runs on another machine, without this environment."""
    chosen, rest = options(command.words[1:], _SSH_VALUED)
    if any(value.text.startswith(("SendEnv", "SetEnv")) for _, value in chosen):
        scope.not_followed(
            "whether the other machine accepts the variables that ssh sends is unknown"
        )
    if text := spaced(tuple(rest[1:])):
        yield ShellText(text, {})
    elif rest:
        yield from standard_input(command._replace(entries={}), scope)


_PDSH_VALUED = {"-f", "-g", "-l", "-R", "-t", "-u", "-w", "-x", "-X"}


def pdsh(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command that `pdsh -w HOSTS COMMAND` or `clush -w HOSTS COMMAND` runs on several
    machines.
    """
    del scope
    _, rest = options(command.words[1:], _PDSH_VALUED)
    if text := spaced(tuple(rest)):
        yield ShellText(text, {})


_NEW = {"new", "new-session", "new-window", "neww", "respawn-pane", "split-window", "splitw"}
_NEW_VALUED = {f"-{letter}" for letter in "ceFflnpstxy"}
_KEYS = {"send", "send-keys"}
_ENTER = {"C-m", "C-j", "Enter", "KPEnter"}
_OTHER_KEYS = r"(?:[CMS]-)+.|[NP]Page|BSpace|BTab|DC|Down|End|Escape|F\d+|Home|IC|Left|Right|Tab|Up"


def tmux(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the commands of `tmux new-session -e NAME=value COMMAND` and `tmux send-keys -t TARGET
    KEYS`.
    """
    words: Words = []
    for word in [*command.words[1:], Value(";")]:
        if word.text != ";":
            words.append(word)
            continue
        at = next((i for i, each in enumerate(words) if each.text in _NEW | _KEYS), None)
        if at is not None and words[at].text in _NEW:
            yield from _new_terminal(words[at + 1 :], command, scope)
        elif at is not None:
            target = next(given(words, "-t"), Value()).text
            _, keys = options(words[at + 1 :], {"-t", "-N"})
            yield ShellText(_typed(keys), command.entries, f"tmux {target}")
        elif {"set-environment", "setenv"} & {word.text for word in words}:
            scope.not_followed("what tmux sets for its terminals is not read")
        words = []


def _new_terminal(words: Words, command: Command, scope: Scope) -> Iterator[Started]:
    chosen, rest = options(words, _NEW_VALUED)
    entries = dict(command.entries)
    for option, value in chosen:
        entries.update(assigned(value, scope) if option == "-e" else {})
    if len(rest) == 1:
        yield ShellText(rest[0], entries)
    else:
        yield command._replace(words=rest, entries=entries)


def _typed(keys: Words) -> Value:
    """Return the text that keys produce; keys that are not characters are skipped."""
    written = [key for key in keys if not re.fullmatch(_OTHER_KEYS, key.text) or key.text in _ENTER]
    parts = (Value("\n") if key.text in _ENTER and not key.unknown else key for key in written)
    return _from(keys, join(parts))


def _from(words: Words, text: Value) -> Value:
    """Return a text as a value with the position and references of the words that it comes from."""
    return text._replace(line=words[0].line, last=words[-1].last) if words else text


_SCREEN_VALUED = {"-c", "-e", "-h", "-p", "-S", "-s", "-t", "-T"}


def screen(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the commands of `screen -dmS NAME COMMAND` and `screen -S NAME -X stuff KEYS`."""
    chosen, rest = options(command.words[1:], _SCREEN_VALUED)
    if ("-X", Value()) not in chosen:
        yield command._replace(words=rest)
    elif len(rest) > 1 and rest[0].text == "stuff":
        text, reasons = marked(rest[1])
        typed = unmarked(re.sub(r"\^M|\\n|\\r|\\015|\r", "\n", text), reasons)
        name = next((value.text for option, value in chosen if option.endswith("S")), "")
        yield ShellText(_from(rest, typed), command.entries, f"screen {name}")
    elif rest and rest[0].text == "setenv":
        scope.not_followed("what screen sets for its terminals is not read")


def in_text(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow a command that is passed as one word: `script -c COMMAND`, `flock FILE -c COMMAND`."""
    del scope
    words = command.words
    elsewhere = words[0].text.rpartition("/")[2] in _ELSEWHERE
    entries = {} if elsewhere else command.entries
    texts = [text for word in words[1:] if re.search(_STARTS, _known(text := _text_of(word)))]
    yield from (ShellText(text, entries) for text in texts)
    if not texts:
        yield command._replace(words=words[1:], entries=entries)


def _text_of(word: Value) -> Value:
    """Return a word without the option before an equals sign."""
    option, equals, _ = word.text.partition("=")
    return word.after(len(option) + 1) if equals and option.startswith("--") else word


def _known(value: Value) -> str:
    return "".join(known for known, _ in pieces_of(value))


def ray(command: Command, scope: Scope) -> Iterator[Started]:
    """Yield the environment of the workers of `ray start`, and follow the command of `ray job
    submit`.
    """
    words, place = command.words, (scope.script.label, scope.line)
    texts = [word.text for word in words]
    if "exec" in texts[1:]:
        yield from in_text(command, scope)
    if "start" in texts[1:]:
        yield Launch(*place, command.entries, command.hidden)
    if "submit" not in texts:
        return
    at = texts.index("--") if "--" in texts else len(texts)
    entries: Entries = {}
    for value in given(words[:at], "--runtime-env-json"):
        entries.update(_runtime_env(value, scope))
    for path in given(words[:at], "--runtime-env"):
        found = read_beside(path, scope)
        text = Value(found[1].decode("utf-8", "replace")) if found else Value("", "a file")
        entries.update(_runtime_env(text, scope))
    hidden = {**command.hidden, **command.entries}
    yield Command(words[at + 1 :], entries, hidden, serves=True)


def sky(command: Command, scope: Scope) -> Iterator[Started]:
    """Yield the variables of `sky launch --env NAME=value --secret NAME --env-file FILE task.yaml`."""
    entries: Entries = {}
    for path in given(command.words, "--env-file"):
        entries.update(env_file(path, scope, dotenv.read))
    for value in given(command.words, "--env", "--secret"):
        entries.update(passed(value, command.entries, scope))
    if entries:
        yield Launch(scope.script.label, scope.line, entries, command.hidden)


def _runtime_env(value: Value, scope: Scope) -> Entries:
    """Return the variables of a runtime environment, which is JSON."""
    text, reasons = marked(value)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        scope.not_followed("the runtime environment of the job is not known JSON")
        return {}
    variables = found.get("env_vars") if isinstance(found, dict) else None
    entries: Entries = {}
    for name, raw in variables.items() if isinstance(variables, dict) else ():
        is_string = isinstance(raw, str)
        held = unmarked(raw, reasons) if is_string else Value("", "not a string in the file")
        entries[name] = variable(held, scope)
        if not is_string:
            scope.remark("not-a-string", name, variant="ray")
    return entries
