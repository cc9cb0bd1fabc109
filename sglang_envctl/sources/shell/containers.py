"""Follow launchers of containers, which get only the variables that options pass to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sglang_envctl.releases.renames import MODERN
from sglang_envctl.sources.dotenv.dialects import kubectl as kubectl_dialect
from sglang_envctl.sources.shell.files.beside import env_file
from sglang_envctl.sources.shell.files.written import note_changed
from sglang_envctl.sources.shell.launchers import (
    Command,
    Entries,
    Started,
    Words,
    apart,
    assigned,
    given,
    is_input,
    options,
    passed,
)
from sglang_envctl.sources.shell.scope import Scope
from sglang_envctl.sources.shell.state import Launch
from sglang_envctl.sources.shell.values import Value, marked, unmarked

_SWITCHES = {
    "-d", "-i", "-P", "-q", "-t", "-T", "--build", "--detach", "--disable-content-trust", "--env-host",
    "--help", "--init", "--interactive", "--no-deps", "--no-healthcheck", "--no-resolve-image",
    "--oom-kill-disable", "--privileged", "--publish-all", "--quiet", "--quiet-pull", "--read-only",
    "--remove-orphans", "--replace", "--rm", "--rmi", "--service-ports", "--sig-proxy", "--tls-verify",
    "--tty", "--use-aliases", "--use-api-socket", "--with-registry-auth",
}  # fmt: skip
"""The options that take no value; all others take one."""
_VERBS = {"run", "create", "exec"}
_RUNNING = Value("", "the image of a container that already runs")
"""The image for `docker exec`, whose command is a server only if it says so."""


def docker(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command of `docker run -e NAME=value -e NAME --env-file FILE --gpus 2 IMAGE
    COMMAND`.
    """
    words, known = command.words, command.entries
    at = next((i for i, word in enumerate(words) if word.text in _VERBS), None)
    if _COMPOSE & {word.text for word in words}:
        _note_changed_files(words, scope)
    if at is None:
        yield from _without_verb(command, scope)
        return
    chosen, rest = options(words[at + 1 :], switches=_SWITCHES)
    while _holds_options(rest):
        command = command._replace(
            unread="a part of its options is known only when the script runs"
        )
        more, rest = options(rest[1:], switches=_SWITCHES)
        chosen += more
    names = {option for option, _ in chosen}
    entries: Entries = dict(known) if "--env-host" in names else {}
    from_files: Entries = {}
    before, devices = Words(), 0
    for option, value in chosen:
        if option in {"-e", "--env", "--env-merge"}:
            entries.update(passed(value, known, scope))
        elif option == "--secret" and "type=env" in value.text:
            scope.not_followed("the values of secrets are not read")
        elif option == "--env-file":
            from_files.update(env_file(value, scope))
        elif option == "--entrypoint" and value.text:
            before = [value]
        elif option == "--gpus" and not value.unknown:
            devices = gpus(value.text)
    yield command._replace(
        words=[*before, *rest[1:]],
        entries={**from_files, **entries},
        hidden={**command.hidden, **known},
        image=_RUNNING if words[at].text == "exec" else rest[0] if rest else None,
        devices=0 if "--privileged" in names else devices,
    )


def _note_changed_files(words: Words, scope: Scope) -> None:
    """Add notes about the files of Compose that the script changes before."""
    for path in (*given(words, "-f", "--file", "--env-file"), *map(Value, _OF_COMPOSE)):
        note_changed(path, scope)


def _holds_options(rest: Words) -> bool:
    """Return whether the first word is unknown and is followed by options or the image, rather than
    by a command.
    """
    if not rest[1:] or not rest[0].unknown or rest[0].text:
        return False
    after = rest[1]
    if after.unknown:
        return not after.text and bool(rest[2:])
    later = after.text.startswith("-") and any(word.text in _ENV for word in rest[2:])
    return later or after.text.startswith(_SOME) or bool(re.fullmatch(_IMAGE, after.text))


_ENV = {"-e", "--env", "--env-file"}
_IMAGE = r"[\w.-]+(?::\d+)?(?:/[\w.-]+)*(?::[\w.-]+|@sha256:\w+)|[a-z\d-]+/[a-z\d-]+"
"""The name of an image with a tag, or with one folder."""
_SOME = (
    "-d", "-e", "-i", "-p", "-t", "-v", "--add-host", "--cap-", "--cpus", "--device=/", "--entrypoint",
    "--env", "--gpus", "--group-add", "--hostname", "--ipc", "--label", "--memory=", "--mount",
    "--name", "--net", "--pid", "--platform", "--privileged", "--publish", "--pull", "--restart",
    "--rm", "--runtime", "--security-opt", "--shm-size", "--sysctl", "--tmpfs", "--ulimit", "--user",
    "--volume", "--workdir",
)  # fmt: skip
"""Options that launchers of containers have, but servers do not."""


def _without_verb(command: Command, scope: Scope) -> Iterator[Started]:
    """Yield the variables of `docker service update --env-add NAME=value`; add a note about a
    manifest.
    """
    texts = {word.text for word in command.words}
    entries: Entries = {}
    for value in given(command.words, "--env-add"):
        entries.update(passed(value, command.entries, scope))
    if entries:
        yield apart(entries, scope)
    elif {"play", "kube", *_COMPOSE} & texts and ("-" in texts or scope.heredoc):
        why = "a manifest that the container engine gets from the script is not read"
        scope.give(scope.heredoc, why, "compose.yaml" if _COMPOSE & texts else "")
    elif _COMPOSE & texts and any(name.startswith(MODERN) for name in command.entries):
        # Its file may pass these variables on.
        yield Launch(scope.script.label, scope.line, command.entries, {}, serves=False)


_COMPOSE = {"compose", "docker-compose", "stack"}
_OF_COMPOSE = (".env", "compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""The files that Compose reads without an option."""


def gpus(text: str) -> int:
    """Return the number of GPUs that a value of `--gpus` requests; 0 if unknown."""
    if listed := re.fullmatch(r"\"?device=([\w,-]+)\"?", text):
        return len(listed[1].split(","))
    return int(text) if re.fullmatch(r"\d{1,3}", text) else 0


_ENROOT_SWITCHES = {"-r", "-w", "--root", "--rw"}


def enroot(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command that `enroot start --env NAME=value IMAGE COMMAND` runs."""
    words = command.words
    at = next((i for i, word in enumerate(words) if word.text == "start"), None)
    if at is None:
        return
    chosen, rest = options(words[at + 1 :], switches=_ENROOT_SWITCHES)
    entries: Entries = {}
    for option, value in chosen:
        if option in {"-e", "--env"}:
            entries.update(passed(value, command.entries, scope))
    image = rest[0] if rest else None
    yield Command(rest[1:], entries, {**command.hidden, **command.entries}, image)


def kubectl(command: Command, scope: Scope) -> Iterator[Started]:
    """Yield the variables of `kubectl set env OBJECT NAME=value`, and follow the commands of
    `kubectl run` and `kubectl exec POD -- COMMAND`.
    """
    words = command.words
    texts = [word.text for word in words]
    at = texts.index("--") if "--" in texts else len(texts)
    for path in given(words[:at], "-f", "--filename"):
        note_changed(path, scope)
    if "exec" in texts[:at]:
        yield Command(words[at + 1 :], {}, {})
    elif {"debug", "run"} & {*texts[:at]}:
        entries: Entries = {}
        for value in given(words[:at], "--env"):
            entries.update(assigned(value, scope))
        image = next(given(words[:at], "--image"), None)
        yield Command(words[at + 1 :], entries, {**command.hidden, **command.entries}, image)
    elif {"configmap", "cm", "secret"} & set(texts) and "create" in texts:
        yield from _held(words, scope)
    elif _manifest_in_script(words):
        scope.give(scope.heredoc, "a manifest that kubectl gets from the script is not read")
    elif "set" in texts and texts[texts.index("set") + 1 :][:1] == ["env"]:
        yield from _set_env(words[texts.index("set") + 2 :], scope)


def _manifest_in_script(words: Words) -> bool:
    """Return whether kubectl gets an object, or a change of an object, from its words or its input."""
    patches = (value.text for value in given(words, "-p", "--patch", "--overrides"))
    return is_input(words, "-f", "--filename") or any(
        re.search(r"\benv(?:From)?\b", text) for text in patches
    )


def _held(words: Words, scope: Scope) -> Iterator[Started]:
    """Yield the variables of `kubectl create configmap --from-literal=NAME=value
    --from-env-file=FILE`.
    """
    entries: Entries = {}
    for path in given(words, "--from-env-file"):
        entries.update(env_file(path, scope, kubectl_dialect.read))
    for value in given(words, "--from-literal"):
        entries.update(assigned(value, scope))
    if entries:
        yield apart(entries, scope)


def _set_env(words: Words, scope: Scope) -> Iterator[Started]:
    chosen: Entries = {}
    for value in given(words, "-e", "--env"):
        chosen.update(assigned(value, scope))
    for word in words:
        if word.text.startswith("--from"):
            scope.not_followed(
                "the variables that kubectl takes from a ConfigMap or Secret are not read"
            )
        elif not word.text.startswith("-"):
            chosen.update(assigned(word, scope))
    if chosen:
        yield apart(chosen, scope)


_APPTAINER_SWITCHES = {
    "-C", "-c", "-e", "-f", "-i", "-n", "-p", "-u", "-w", "--cleanenv", "--compat", "--contain",
    "--containall", "--disable-cache", "--fakeroot", "--ipc", "--keep-privs", "--net", "--no-eval",
    "--no-home", "--no-https", "--no-init", "--no-privs", "--no-umask", "--nohttps", "--nv", "--nvccli",
    "--pid", "--rocm", "--sharens", "--underlay", "--unsquash", "--userns", "--uts", "--writable",
    "--writable-tmpfs",
}  # fmt: skip
_CLEAN = {"-C", "-e", "--cleanenv", "--compat", "--containall"}
_INTO = re.compile(r"(?:APPTAINER|SINGULARITY)ENV_(.+)")


def apptainer(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow the command of `apptainer exec --env NAME=value IMAGE COMMAND`, which also gets this
    environment.
    """
    words = command.words
    at = next((i for i, word in enumerate(words) if word.text in {"exec", "run", "shell"}), None)
    if at is None:
        return
    chosen, rest = options(words[at + 1 :], switches=_APPTAINER_SWITCHES)
    prefixed = {name: _INTO.fullmatch(name) for name in command.entries}
    clean = any(option in _CLEAN for option, _ in chosen)
    entries = {n: v for n, v in command.entries.items() if not prefixed[n] and not clean}
    for name, variable in command.entries.items():
        if match := prefixed[name]:
            entries[match[1]] = variable
    entries.update(_chosen(chosen, scope))
    hidden = {n: v for n, v in command.entries.items() if n not in entries and not prefixed[n]}
    image = rest[0] if rest and words[at].text == "run" else None
    yield Command(rest[1:], entries, {**command.hidden, **hidden}, image)


def _chosen(chosen: list[tuple[str, Value]], scope: Scope) -> Entries:
    """Return the variables of `--env` and `--env-file`."""
    from_files: Entries = {}
    entries: Entries = {}
    for option, value in chosen:
        if option == "--env-file":
            from_files.update(env_file(value, scope))
        elif option == "--env":
            text, reasons = marked(value)
            for item in re.split(r",(?=[A-Za-z_]\w*=)", text):
                word = unmarked(item, reasons)._replace(line=value.line)
                entries.update(assigned(word, scope))
    return {**from_files, **entries}
