"""Launchers of containers, which get the variables that are given to them and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sglang_envctl.sources.shell.beside import env_file
from sglang_envctl.sources.shell.launchers import (
    Command,
    Entries,
    Started,
    Words,
    assigned,
    inherited,
)
from sglang_envctl.sources.shell.scope import Launch, Scope
from sglang_envctl.sources.shell.values import Value

_SWITCHES = {
    "--detach", "--disable-content-trust", "--help", "--init", "--interactive", "--no-healthcheck",
    "--oom-kill-disable", "--privileged", "--publish-all", "--quiet", "--read-only", "--rm",
    "--sig-proxy", "--tls-verify", "--tty", "--use-api-socket",
}  # fmt: skip
"""Options that take no value. All others do."""
_SHORT_SWITCHES = "ditPq"


def docker(command: Command, scope: Scope) -> Iterator[Started]:
    """`docker run -e NAME=value -e NAME --env-file FILE image command`."""
    words = command.words
    at = next((i for i, word in enumerate(words) if word.text in {"run", "create", "exec"}), None)
    if at is None:
        return
    given: Entries = {}
    from_files: Entries = {}
    rest = list(words[at + 1 :])
    for option, value in _environment_options(rest):
        if option == "-e":
            given.update(_given(value, command.entries, scope))
        else:
            read = env_file(value, scope)
            if read is None:
                scope.not_followed("--env-file names a file that cannot be read from here")
            from_files.update(read or {})
    yield Command(
        rest[1:],
        {**from_files, **given},
        {**command.hidden, **command.entries},
        rest[0].text if rest else "",
    )


def _given(value: Value, entries: Entries, scope: Scope) -> Entries:
    """`-e NAME=value`, or `-e NAME` for the value that the client itself has."""
    found = assigned(value, scope)
    return found if found or value.unknown else inherited(value, entries, scope)


def _environment_options(rest: Words) -> Iterator[tuple[str, Value]]:
    """The values of `-e` and `--env-file`; what is left of `rest` begins with the image."""
    while rest and rest[0].text.startswith("-"):
        word = rest.pop(0)
        option, equals, text = word.text.partition("=")
        short = option[1:2] != "-"
        if option == "--":
            return
        if option in _SWITCHES or (short and set(option[1:]) <= set(_SHORT_SWITCHES)):
            continue
        letters = re.match(rf"-[{_SHORT_SWITCHES}]*(.)", option) if short else None
        if letters and letters.end() < len(word.text):  # -eNAME=value
            option, value = f"-{letters[1]}", word._replace(text=word.text[letters.end() :])
        elif equals:
            value = word._replace(text=text)
        elif rest:
            option, value = f"-{letters[1]}" if letters else option, rest.pop(0)
        else:
            return
        if option in {"-e", "--env"}:
            yield "-e", value
        elif option == "--env-file":
            yield option, value


def kubectl(command: Command, scope: Scope) -> Iterator[Started]:
    """`kubectl set env deployment/x NAME=value NAME-`."""
    words = command.words
    texts = [word.text for word in words]
    at = next((i for i in range(1, len(texts) - 1) if texts[i : i + 2] == ["set", "env"]), None)
    if at is None:
        return
    chosen: Entries = {}
    for word in words[at + 2 :]:
        if word.text.startswith("--from"):
            scope.not_followed("kubectl takes more from a ConfigMap or Secret")
        elif not word.text.startswith("-"):
            chosen.update(assigned(word, scope))
    if chosen:
        yield Launch(scope.script.label, scope.line, chosen, {})
