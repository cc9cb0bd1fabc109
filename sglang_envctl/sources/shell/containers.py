"""Follow launchers of containers, which get only the variables that are given to them."""

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
    given,
    options,
    passed,
)
from sglang_envctl.sources.shell.scope import Launch, Scope
from sglang_envctl.sources.shell.values import Value, marked, unmarked

_SWITCHES = {
    "--detach", "--disable-content-trust", "--help", "--init", "--interactive", "--no-healthcheck",
    "--oom-kill-disable", "--privileged", "--publish-all", "--quiet", "--read-only", "--rm",
    "--sig-proxy", "--tls-verify", "--tty", "--use-api-socket",
}  # fmt: skip
"""Options that take no value. All others do."""
_SHORT_SWITCHES = "ditPq"


def docker(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow `docker run -e NAME=value -e NAME --env-file FILE --gpus 2 image command`."""
    words = command.words
    at = next((i for i, word in enumerate(words) if word.text in {"run", "create", "exec"}), None)
    if at is None:
        return
    given: Entries = {}
    from_files: Entries = {}
    rest, devices = list(words[at + 1 :]), 0
    for option, value in _options(rest):
        if option in {"-e", "--env"}:
            given.update(passed(value, command.entries, scope))
        elif option == "--env-file":
            from_files.update(env_file(value, scope))
        elif option == "--gpus" and not value.unknown:
            devices = gpus(value.text)
    privileged = any(word.text == "--privileged" for word in words[at : len(words) - len(rest)])
    yield Command(
        rest[1:],
        {**from_files, **given},
        {**command.hidden, **command.entries},
        rest[0].text if rest else "",
        0 if privileged else devices,
    )


def gpus(text: str) -> int:
    """Return the number of GPUs that a value of `--gpus` asks for; 0 if it is not known."""
    if listed := re.fullmatch(r"\"?device=([\w,-]+)\"?", text):
        return len(listed[1].split(","))
    return int(text) if re.fullmatch(r"\d{1,3}", text) else 0


def _options(rest: Words) -> Iterator[tuple[str, Value]]:
    """Return the options with a value; the remaining `rest` begins with the image."""
    while rest and rest[0].text.startswith("-"):
        word = rest.pop(0)
        option, equals, _ = word.text.partition("=")
        short = option[1:2] != "-"
        if option == "--":
            return
        if option in _SWITCHES or (short and set(option[1:]) <= set(_SHORT_SWITCHES)):
            continue
        letters = re.match(rf"-[{_SHORT_SWITCHES}]*(.)", option) if short else None
        if letters and letters.end() < len(word.text):  # -eNAME=value
            option, value = f"-{letters[1]}", word.after(letters.end())
        elif equals:
            value = word.after(len(option) + 1)
        elif rest:
            option, value = f"-{letters[1]}" if letters else option, rest.pop(0)
        else:
            return
        yield option, value


_ENROOT_SWITCHES = {"-r", "-w", "--root", "--rw"}


def enroot(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow `enroot start --env NAME=value image command`."""
    words = command.words
    at = next((i for i, word in enumerate(words) if word.text == "start"), None)
    if at is None:
        return
    chosen, rest = options(words[at + 1 :], switches=_ENROOT_SWITCHES)
    entries: Entries = {}
    for option, value in chosen:
        if option in {"-e", "--env"}:
            entries.update(passed(value, command.entries, scope))
    image = rest[0].text if rest else ""
    yield Command(rest[1:], entries, {**command.hidden, **command.entries}, image)


def kubectl(command: Command, scope: Scope) -> Iterator[Started]:
    """Follow `kubectl set env object NAME=value`, `kubectl exec pod -- command`, `kubectl run`."""
    words = command.words
    texts = [word.text for word in words]
    at = texts.index("--") if "--" in texts else len(texts)
    if "exec" in texts[:at]:
        yield Command(words[at + 1 :], {}, {})
    elif "run" in texts[:at]:
        entries: Entries = {}
        for value in given(words[:at], "--env"):
            entries.update(assigned(value, scope))
        image = next(given(words[:at], "--image"), Value()).text
        yield Command(words[at + 1 :], entries, {**command.hidden, **command.entries}, image)
    elif "-" in texts[:at] or (scope.heredoc and "-f" in texts):
        scope.not_followed("a manifest that kubectl gets from the script is not read")
    elif "set" in texts and texts[texts.index("set") + 1 :][:1] == ["env"]:
        yield from _set_env(words[texts.index("set") + 2 :], scope)


def _set_env(words: Words, scope: Scope) -> Iterator[Started]:
    chosen: Entries = {}
    for word in words:
        if word.text.startswith("--from"):
            scope.not_followed("kubectl takes more from a ConfigMap or Secret")
        elif not word.text.startswith("-"):
            chosen.update(assigned(word, scope))
    if chosen:
        yield Launch(scope.script.label, scope.line, chosen, {})


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
    """Follow `apptainer exec --env NAME=value image command`, which also gets this environment."""
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
    image = rest[0].text if rest and words[at].text == "run" else ""
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
