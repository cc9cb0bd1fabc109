"""Follow clients of clusters and clouds that pass an environment to their deployments by options."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import takewhile

from sglang_envctl.sources.shell.launchers import (
    Command,
    Entries,
    Started,
    apart,
    assigned,
    given,
    is_input,
    items,
    passed,
    variable,
)
from sglang_envctl.sources.shell.remote import in_text
from sglang_envctl.sources.shell.scope import Scope
from sglang_envctl.sources.shell.values import Value, marked, unmarked

_PAIR = re.compile(r"(?:\\.|[^,\\])+")
"""One pair of helm's --set; commas separate pairs, unless escaped."""
_PATH = re.compile(r"((?:\\.|[^=\\])+)=")
_DEPLOYS = {"install", "template", "upgrade"}


def helm(command: Command, scope: Scope) -> Iterator[Started]:
    """Yield the variables of `helm install --set env.NAME=value`, if the path names an environment."""
    words = command.words
    if not _DEPLOYS & {word.text for word in words}:
        return
    entries: Entries = {}
    for value in given(words, "--set", "--set-string"):
        entries.update(_set(value, scope))
    if any("env" in value.text.lower() for value in given(words, "--set-json", "--set-file")):
        scope.not_followed("what helm gets with --set-json or --set-file is not read")
    if is_input(words, "-f", "--values"):
        why = "the values that helm gets from the script are not read"
        scope.give(scope.heredoc, why, "values.yaml")
    elif any(given(words, "-f", "--values")):
        scope.not_followed("the values that helm gets from a file are not read with the script")
    if entries:
        yield apart(entries, scope)


def _set(value: Value, scope: Scope) -> Entries:
    """Return the variables of `env.NAME=value` and of `env[0].name=NAME,env[0].value=value`."""
    from sglang_envctl.sources.mappings.forms import is_meant

    text, reasons = marked(value)
    entries, names, values = Entries(), dict[str, str](), dict[str, Value]()
    for pair in _PAIR.findall(text):
        path = _PATH.match(pair)
        *above, key = re.split(r"(?<!\\)\.", path[1] if path else "")
        parent = ".".join(above)
        if not path or not above or not is_meant(above[-1].partition("[")[0]):
            continue
        raw = re.sub(r"\\(.)", r"\1", pair[path.end() :])
        held = unmarked(raw, reasons)._replace(line=value.line)
        if not above[-1].endswith("]"):
            entries[re.sub(r"\\(.)", r"\1", key)] = variable(held, scope)
        elif key == "name":
            names[parent] = held.text
        elif key == "value":
            values[parent] = held
    listed = {name: values[at] for at, name in names.items() if at in values}
    return {**entries, **{name: variable(held, scope) for name, held in listed.items()}}


def deploying(*names: str, separator: str = "") -> Callable[[Command, Scope], Iterator[Started]]:
    """Return a launcher for a client with these options for the environment."""

    def follow(command: Command, scope: Scope) -> Iterator[Started]:
        before = [*takewhile(lambda word: word.text != "--", command.words)]
        entries: Entries = {}
        for value in given(before, *names):
            for item in items(value, separator):
                entries.update(passed(item, command.entries, scope))
        rest = command.words[len(before) + 1 :]
        if entries or rest:
            hidden = {**command.hidden, **command.entries}
            yield Command(rest, entries, hidden, serves=bool(entries))

    return follow


def gcloud(command: Command, scope: Scope) -> Iterator[Started]:
    """Yield the variables of `gcloud run deploy --set-env-vars=A=1,B=2`, and follow the command of
    `gcloud compute ssh --command=COMMAND`.
    """
    yield from in_text(command, scope)
    entries: Entries = {}
    for value in given(
        command.words, "--container-env-vars", "--env-vars", "--set-env-vars", "--update-env-vars"
    ):
        chosen = re.match(r"\^(.+?)\^", value.text)
        rest = value.after(chosen.end()) if chosen else value
        for item in items(rest, chosen[1] if chosen else ","):
            entries.update(assigned(item, scope))
    if any(given(command.words, "--env-vars-file")):
        scope.not_followed("the file given with --env-vars-file is not read")
    if entries:
        yield apart(entries, scope)


def az(command: Command, scope: Scope) -> Iterator[Started]:
    """Yield the variables of `az container create --environment-variables A=1 B=2`."""
    entries: Entries = {}
    for at, word in enumerate(command.words):
        if word.text in _OF_AZ:
            after = takewhile(lambda one: not one.text.startswith("-"), command.words[at + 1 :])
            for one in after:
                entries.update(assigned(one, scope))
    if entries:
        yield apart(entries, scope)


_OF_AZ = {
    "--env-vars", "--environment-variables", "--replace-env-vars", "--secure-environment-variables",
    "--set-env-vars",
}  # fmt: skip
