"""Find the servers that a command line starts, and their environments.

A server is often started by other programs that pass on an environment: `env`, `srun`, `docker
run`. LAUNCHERS lists these programs. To add one, write its function beside those of its kind, or
only its options in `wrappers`, enter its name here, and add a case to STARTED in the tests. A
program that passes on its whole environment, such as `nohup` or `numactl`, needs no entry.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from sglang_envctl.releases.renames import MODERN
from sglang_envctl.sources.shell import cloud, containers, jobs, launchers, mpi, remote, wrappers
from sglang_envctl.sources.shell.launchers import Command, Entries, ShellText, Started, Words
from sglang_envctl.sources.shell.scope import DEEPEST, Scope
from sglang_envctl.sources.shell.state import Launch, State
from sglang_envctl.sources.shell.values import Value, Variable, marked

Launcher: TypeAlias = "Callable[[Command, Scope], Iterator[Started]]"

LAUNCHERS: Mapping[str, Launcher] = {
    "env": launchers.env,
    "sudo": launchers.sudo,
    "bash": launchers.shell,
    **dict.fromkeys(("ash", "dash", "ksh", "mksh", "sh", "zsh"), launchers.shell),
    **dict.fromkeys(
        ("crontab", "csh", "fish", "nu", "pwsh", "tcsh", "xonsh"), wrappers.other_shell
    ),
    **dict.fromkeys(("at", "batch"), launchers.standard_input),
    **dict.fromkeys(
        (
            "akeyless",
            "asdf",
            "aws-vault",
            "berglas",
            "bwrap",
            "bws",
            "chamber",
            "chpst",
            "consul-template",
            "credstash",
            "dotenvx",
            "envchain",
            "envconsul",
            "envdir",
            "envkey-source",
            "fnox",
            "gopass",
            "phase",
            "rtx",
            "s6-envdir",
            "secrethub",
            "sops",
            "summon",
            "teller",
            "vault",
            "vault-env",
            "vaultenv",
            "with-contenv",
        ),
        wrappers.adding,
    ),
    **dict.fromkeys(("direnv", "doppler", "infisical", "mise", "op"), wrappers.keeping),
    **dict.fromkeys(("dotenv", "dotenv-cli"), wrappers.dotenv),
    **dict.fromkeys(("foreman", "honcho", "overmind"), wrappers.procfile),
    "aprun": wrappers.passing_on(wrappers.APRUN),
    "az": cloud.az,
    "bsub": jobs.bsub,
    "ch-run": wrappers.passing_on(wrappers.CH_RUN),
    **dict.fromkeys(("coproc", "time"), launchers.env),
    "doas": wrappers.doas,
    "flux": jobs.flux,
    "gcloud": cloud.gcloud,
    "gdb": wrappers.gdb,
    "helm": cloud.helm,
    "jsrun": wrappers.passing_on(wrappers.JSRUN),
    "newgrp": wrappers.sg,
    "nsys": wrappers.passing_on(wrappers.NSYS),
    "parallel": wrappers.parallel,
    "qsub": jobs.qsub,
    "runai": cloud.deploying("-e", "--env", "--environment", "--environment-variable"),
    **dict.fromkeys(
        ("beaker", "dstack", "fly", "flyctl", "gantry", "kn", "runpodctl"),
        cloud.deploying("-e", "--env"),
    ),
    **dict.fromkeys(("incus", "lxc"), cloud.lxc),
    "torchx": cloud.deploying("--env", separator=","),
    "runuser": wrappers.su,
    "setpriv": wrappers.passing_on(wrappers.SETPRIV),
    "sg": wrappers.sg,
    "shifter": wrappers.passing_on(wrappers.SHIFTER),
    "strace": wrappers.passing_on(wrappers.STRACE),
    "su": wrappers.su,
    "conda": wrappers.storing("vars", "set"),
    "systemctl": wrappers.storing("set-environment"),
    "watch": wrappers.watch,
    "xargs": wrappers.xargs,
    "ssh": remote.ssh,
    "pdsh": remote.pdsh,
    "clush": remote.pdsh,
    "tmux": remote.tmux,
    "screen": remote.screen,
    "ray": remote.ray,
    "sky": remote.sky,
    "systemd-run": launchers.systemd_run,
    "uv": launchers.uv,
    "mamba": launchers.mamba,
    "micromamba": launchers.mamba,
    "srun": jobs.slurm,
    "sbatch": jobs.slurm,
    "salloc": jobs.slurm,
    "mpirun": mpi.mpirun,
    "mpiexec": mpi.mpirun,
    "prterun": mpi.mpirun,
    "prun": mpi.mpirun,
    **dict.fromkeys(
        ("ansible", "flock", "parallel-ssh", "pm2", "pssh", "script"),
        remote.in_text,
    ),
    "docker": containers.docker,
    "docker-compose": containers.docker,
    "finch": containers.docker,
    "nvidia-docker": containers.docker,
    "podman": containers.docker,
    "podman-hpc": containers.docker,
    "nerdctl": containers.docker,
    "kubectl": containers.kubectl,
    "oc": containers.kubectl,
    "enroot": containers.enroot,
    "apptainer": containers.apptainer,
    "singularity": containers.apptainer,
}

_SERVER = r"sglang(_router)?(\.\w+)*\.launch_server|dynamo\.sglang(\.\w+)*"
_RUNS = {"exec", "nice", "nohup", "numactl", "setsid", "stdbuf", "taskset", "timeout"}
"""The programs that run the command in their arguments."""
_PROGRAM = r"python[\d.]*|sglang|torchrun|accelerate|deepspeed|pytest"
"""The programs in which an SGLang engine may run."""
_OURS = re.compile(r"(?<![\w$/-])(SGLANG_[A-Z]\w*)(?=[\"'\])]*\s*[:=,])")
"""A variable of SGLang that an argument sets."""
_NAMED = re.compile(r"(?<![\w$/-])(SGLANG_[A-Z]\w*)(?=[\"']?(?:\s|$))")
"""A variable of SGLang that an argument names."""
_ASSIGNED = re.compile(r"(?:^|[\s,;=])([A-Z][A-Z\d_]+)=")
"""An argument that is an assignment."""
_SERVES = re.compile(rf"\s-m\s+(?:{_SERVER})\b|\bsglang\s+serve\b")
"""A command in a text that starts a server."""
_GIVEN = "what the program does with its argument {} is not known"
_GIVEN_COMMAND = "what the program does with the command in its arguments is not known"
_SILENT = {
    "awk", "cat", "curl", "echo", "git", "grep", "kill", "killall", "pgrep", "pkill", "printenv",
    "printf", "ps", "sed", "tee",
}  # fmt: skip
"""The programs that start nothing, regardless of their arguments."""


def may_start(text: str, scope: Scope) -> bool:
    """Return whether a command contains a word that may start a server."""
    names = {os.path.basename(word) for word in re.findall(r"[\w./-]+", text)}
    return (
        not names.isdisjoint(LAUNCHERS)
        or not names.isdisjoint(scope.state.functions)
        or any(name.startswith(MODERN) or name.endswith(launchers.SCRIPTS) for name in names)
        or any(map(re.compile(_PROGRAM).fullmatch, names))
    )


def start(words: Words, own: Entries, scope: Scope) -> None:
    """Record the servers that a command starts; `own` are the variables before its first word.

    Another program counts if it gets an environment of its own, and an engine may run in it or that
    environment has a variable of SGLang.
    """
    names = [os.path.basename(word.text) for word in words if not word.unknown]
    launches = any(name in LAUNCHERS or name.endswith(launchers.SCRIPTS) for name in names)
    state, exported = scope.state, scope.state.exported()
    hidden = {n: v for n, v in state.variables.items() if v and not v.exported}
    command = Command(words, {**exported, **own}, hidden)
    analysis = scope.analysis
    noted = len(analysis.notes) + len(analysis.documents)
    known = launches or _server(words) is not None or _program(names[:1]) is not None
    found = list(_launches(command, scope)) if known or adds_ours(own, scope) else []
    if (
        not any(one.serves for one in found)
        and len(analysis.notes) + len(analysis.documents) == noted
    ):
        _note_ours(words, {name for one in found for name in one.entries}, scope)
    for one in found:
        scope.hand(one.entries)
    scope.analysis.launches += [
        one._replace(apart=one.apart or adds_ours(one.entries, scope))
        for one in found
        if one.serves or any(held is not exported.get(n) for n, held in one.entries.items())
    ]


def _launches(command: Command, scope: Scope, *, handed_on: bool = False) -> Iterator[Launch]:
    """Yield the servers that a command starts, even after a launcher's own words if `handed_on`."""
    words = command.words
    names = [os.path.basename(word.text) if not word.unknown else "" for word in words]
    if not words or names[0] in _SILENT or scope.depth >= DEEPEST:
        return
    scope = scope._replace(depth=scope.depth + 1)
    server = _server(words)
    for at, name in enumerate(names[: len(names) if server is None else server + 1]):
        rest = command._replace(words=words[at:], image=None, serves=False, unread="")
        is_script = name.endswith(launchers.SCRIPTS) and (at == 0 or handed_on or names[0] in _RUNS)
        if name not in LAUNCHERS and not is_script:
            continue
        found: list[Launch] = []
        for started in LAUNCHERS.get(name, launchers.script)(rest, scope):
            devices = started.devices if isinstance(started, Command) else 0
            launched = _launched(started, scope)
            found += (one._replace(devices=one.devices or devices) for one in launched)
        if any(one.serves for one in found):
            _note_assigned(words[:at], scope)
        yield from found
        return
    if server is not None:
        _note_assigned(words[:server], scope)
        yield Launch(scope.script.label, scope.line, command.entries, command.hidden, words)
    elif _program(names if handed_on else names[:1]) or adds_ours(command.entries, scope):
        yield Launch(scope.script.label, scope.line, command.entries, {}, serves=False)


def adds_ours(entries: Mapping[str, Variable], scope: Scope) -> bool:
    """Return whether an environment has a variable of SGLang that the script does not export.

    Names with the older prefix SGL_ do not count, because other programs use the prefix too.
    """
    known = scope.state.variables
    return any(n.startswith(MODERN) and held is not known.get(n) for n, held in entries.items())


def _note_assigned(words: Words, scope: Scope) -> None:
    """Add a note about an assignment in the options of an unknown program that starts a server."""
    if found := next(filter(None, (_ASSIGNED.search(word.text) for word in words)), None):
        scope.not_followed(_GIVEN.format(found[1]))


def _note_ours(words: Words, known: Collection[str], scope: Scope) -> None:
    """Add a note about an SGLang variable, or a server, in what an unknown program is given."""
    name = os.path.basename(words[0].text) if words else ""
    if not words or name in _SILENT:
        return
    given = [word for option, word in pairwise(words) if option.text != "--build-arg"]
    for value in (words[0], *given, scope.heredoc or Value()):
        text, _ = marked(value)
        forms = (_OURS,) if name in LAUNCHERS else (_OURS, _NAMED)
        names = [found for form in forms for found in form.findall(text) if found not in known]
        if names or _SERVES.search(text):
            path = "a.py" if (_program([name]) or "").startswith("python") else ""
            whole = value if value is scope.heredoc or path else None
            scope.give(whole, _GIVEN.format(names[0]) if names else _GIVEN_COMMAND, path)
            return


def _program(names: list[str]) -> str | None:
    """Return the first word that names a program in which an engine may run."""
    return next((name for name in names if re.fullmatch(_PROGRAM, name)), None)


def _server(words: Words) -> int | None:
    """Return the position of a server's name in a command line."""
    for at, word in enumerate(words):
        following = words[at + 1].text if at + 1 < len(words) else ""
        if word.text == "-m" and re.fullmatch(_SERVER, following):
            return at
        if os.path.basename(word.text) == "sglang" and following == "serve":
            return at
        if word.text.endswith("sglang/launch_server.py"):
            return at
    return None


def _launched(started: Started, scope: Scope) -> Iterator[Launch]:
    """Yield the servers that a launcher's result starts."""
    if isinstance(started, Launch):
        yield started
    elif isinstance(started, ShellText):
        yield from _in_shell(started, scope)
    else:
        found = list(_launches(started, scope, handed_on=True))
        image = started.image or Value()
        of_sglang = "sglang" in image.text.lower()
        may_serve = bool(image.unknown and started.entries) or adds_ours(started.entries, scope)
        own = Launch(scope.script.label, scope.line, started.entries, started.hidden, started.words)
        if started.serves and not any(one.serves for one in found):
            found = [own]
        elif not found and (of_sglang or may_serve):
            found = [own._replace(serves=of_sglang)]
        if started.unread and found:
            scope.not_followed(started.unread)
        yield from found


def _in_shell(started: ShellText, scope: Scope) -> Iterator[Launch]:
    """Yield the servers that another shell starts by running a text."""
    if scope.depth + 1 >= DEEPEST:
        return
    outside = scope.analysis
    state = State(dict(started.entries), positional=started.arguments)
    if started.terminal:
        state = outside.terminals.setdefault(started.terminal, state)
    inside = replace(
        outside, sourced=False, posix=False, launches=[], referenced=set(), gave_up=False
    )
    shell = scope.inside()._replace(
        analysis=inside,
        state=state,
        depth=scope.depth + 1,
        heredoc=None if started.text is scope.heredoc else scope.heredoc,
        files=(*scope.files, started.file),
        shadowed=None,
    )
    if started.file:
        shell.follow_text(started.file, started.text.text)
    else:
        shell.follow_value(started.text)
    outside.statements, outside.restarts = inside.statements, inside.restarts
    outside.referenced |= inside.referenced
    yield from inside.launches
    own, others = shell.state.exported(), inside.launches
    reaching = any(one.serves or own.items() <= one.entries.items() for one in others)
    if not started.file and not reaching:
        yield Launch(scope.script.label, scope.line, own, {}, serves=False)
