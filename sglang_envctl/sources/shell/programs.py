"""Which server a command line starts, and with what environment.

A command may stand behind others that hand on an environment: `nohup`, `env`, `srun`, `docker run`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from sglang_envctl.sources.shell.values import Outer, Text, Variable

Entries: TypeAlias = dict[str, Variable]
Words: TypeAlias = "list[Text]"


class Launch(NamedTuple):
    """A server that a script starts."""

    file: str
    line: int
    entries: Mapping[str, Variable]
    hidden: Mapping[str, Variable]
    """What the shell knows at that point and does not hand on."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a command stands, and what it may ask of the script around it."""

    file: str
    line: int
    outer: Outer
    """The environment that the script is started in."""
    read: Callable[[Text], Entries | None]
    """A file for `docker run --env-file`, or None if it cannot be had."""
    script: Callable[[Text, Entries], Iterator[Launch]]
    """What another shell makes of a text, with these variables exported."""
    unfollowed: Callable[[str], None]
    """Called with what cannot be known, in words."""
    hidden: Mapping[str, Variable]
    heredoc: Text | None = None

    def variable(self, text: Text) -> Variable:
        """A variable that this command sets."""
        return Variable(text, True, self.file, text.line or self.line)

    def assigned(self, word: Text) -> tuple[str, Variable] | None:
        """NAME=text as a name and a variable, if the word is that."""
        name, equals, text = word.text.partition("=")
        if not equals or not re.fullmatch(r"[A-Za-z_][\w.-]*", name):
            return None
        return name, self.variable(word._replace(text=text))

    def inherited(self, name: Text, entries: Entries) -> Variable | None:
        """The variable of a name that is handed on by its name alone."""
        if name.text in entries:
            return entries[name.text]
        text = self.outer.get(name.text)
        return None if text is None else self.variable(name._replace(text=text))


_SERVER = r"sglang(\.\w+)*\.launch_server"
_SILENT = {"cat", "echo", "grep", "kill", "killall", "pgrep", "pkill", "printf", "ps", "sed", "tee"}
"""Programs whose arguments start nothing, whatever they look like."""


def may_start(words: Words) -> bool:
    """Whether a command is worth a look."""
    return _server(words) is not None or any(
        os.path.basename(word.text) in _HANDLERS for word in words if not word.unknown
    )


def launches(words: Words, entries: Entries, site: Site) -> Iterator[Launch]:
    """The servers that a command starts."""
    names = [os.path.basename(word.text) if not word.unknown else "" for word in words]
    if not words or names[0] in _SILENT:
        return
    server = _server(words)
    for at, name in enumerate(names[: len(names) if server is None else server + 1]):
        if name in _HANDLERS:
            yield from _HANDLERS[name](words[at:], entries, site)
            return
    if server is not None:
        yield Launch(site.file, site.line, entries, site.hidden)


def _server(words: Words) -> int | None:
    """Where the words begin that say that it is a server."""
    for at, word in enumerate(words):
        following = words[at + 1].text if at + 1 < len(words) else ""
        if word.text == "-m" and re.fullmatch(_SERVER, following):
            return at
        if os.path.basename(word.text) == "sglang" and following == "serve":
            return at
        if word.text.endswith("sglang/launch_server.py"):
            return at
    return None


def _env(words: Words, entries: Entries, site: Site) -> Iterator[Launch]:
    """`env [-i] [-u NAME] [NAME=text...] command`."""
    entries, rest = dict(entries), list(words[1:])
    while rest and rest[0].text.startswith("-"):
        option = rest.pop(0).text
        if option in {"-i", "-", "--ignore-environment"}:
            entries = {}
        elif option in {"-u", "--unset", "-C", "--chdir"} and rest:
            name = rest.pop(0).text
            if option in {"-u", "--unset"}:
                entries.pop(name, None)
        elif match := re.match(r"--unset=(.*)|-u(.+)", option):
            entries.pop(match[1] or match[2], None)
        elif option == "--":
            break
    while rest and (found := site.assigned(rest[0])):
        entries[found[0]] = found[1]
        rest.pop(0)
    yield from launches(rest, entries, site)


def _sudo(words: Words, entries: Entries, site: Site) -> Iterator[Launch]:
    """`sudo [-E] [NAME=text...] command`, which hands on what it is told to."""
    rest, kept, known = list(words[1:]), dict[str, Variable](), entries
    while rest and rest[0].text.startswith("-"):
        option = rest.pop(0).text
        if option in {"-E", "--preserve-env"} or re.fullmatch(r"-[A-Za-z]*E[A-Za-z]*", option):
            kept.update(known)
        elif option.startswith("--preserve-env="):
            names = option.partition("=")[2].split(",")
            kept.update({name: known[name] for name in names if name in known})
        elif (
            option in {"-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "--user", "--group"} and rest
        ):
            rest.pop(0)
        elif option == "--":
            break
    while rest and (found := site.assigned(rest[0])):
        kept[found[0]] = found[1]
        rest.pop(0)
    yield from launches(rest, kept, site)


def _shell(words: Words, entries: Entries, site: Site) -> Iterator[Launch]:
    """`bash -c text`, or a shell that is fed a here-document."""
    for at, word in enumerate(words[1:], 1):
        if re.fullmatch(r"-[a-z]*c", word.text):
            if at + 1 < len(words):
                yield from site.script(words[at + 1], entries)
            return
        if not word.text.startswith(("-", "+")):
            break
    else:
        if site.heredoc:
            yield from site.script(site.heredoc, entries)
        return
    yield from launches(words[1:], entries, site)


_SSH_OPTIONS = "BbcDEeFIiJLlmOopQRSWw"


def _ssh(words: Words, entries: Entries, site: Site) -> Iterator[Launch]:
    """`ssh host command`: a shell on another machine, which gets nothing from here."""
    del entries
    at = 1
    while at < len(words) and words[at].text.startswith("-"):
        option = words[at].text
        at += 2 if len(option) == 2 and option[1] in _SSH_OPTIONS else 1
    command = words[at + 1 :]
    if any(word.unknown for word in command):
        site.unfollowed("the command on the other machine is put together when the script runs")
        return
    if command:
        yield from site.script(Text(" ".join(word.text for word in command)), {})
    elif site.heredoc:
        yield from site.script(site.heredoc, {})


def exported_by(option: Text, entries: Entries, site: Site) -> Entries:
    """The environment of a job under Slurm's `--export`."""
    if option.unknown and not option.text:
        site.unfollowed("what --export hands on is put together when the script runs")
        return dict(entries)
    chosen: Entries = {}
    # A comma inside quotes separates nothing.
    for item in re.findall(r"(?:[^,'\"]|'[^']*'|\"[^\"]*\")+", option.text):
        if item in {"ALL", "NONE", "NIL"}:
            chosen.update(entries if item == "ALL" else {})
        elif found := site.assigned(Text(_without_quotes(item), line=option.line)):
            chosen[found[0]] = found[1]
        elif inherited := site.inherited(option._replace(text=item), entries):
            chosen[item] = inherited
    if option.unknown:
        last = re.split(r",(?=[A-Za-z_]\w*=)", option.text)[-1].partition("=")[0]
        if last in chosen:
            chosen[last] = site.variable(option._replace(text=""))
    return chosen


def _without_quotes(item: str) -> str:
    name, equals, text = item.partition("=")
    quoted = len(text) > 1 and text[0] in "'\"" and text[0] == text[-1]
    return f"{name}{equals}{text[1:-1] if quoted else text}"


def _slurm(words: Words, entries: Entries, site: Site) -> Iterator[Launch]:
    """`srun --export=...`, `sbatch --export=... --wrap=...`."""
    submits = os.path.basename(words[0].text) == "sbatch"
    rest: list[Text] = []
    wrapped = exported = None
    for at, word in enumerate(words[1:], 1):
        option, equals, text = word.text.partition("=")
        if words[at - 1].text in {"--export", "--wrap"}:
            continue
        following = word._replace(text=text) if equals else next(iter(words[at + 1 :]), None)
        if option == "--export" and following:
            exported = following
        elif option == "--wrap" and following:
            wrapped = following
        elif option not in {"--export", "--wrap"}:
            rest.append(word)
    chosen = exported_by(exported, entries, site) if exported else entries
    if wrapped:
        yield from site.script(wrapped, chosen)
    elif submits and exported:
        yield Launch(site.file, site.line, chosen, site.hidden)
    else:
        yield from launches(rest, chosen, site)


def _mpi(words: Words, entries: Entries, site: Site) -> Iterator[Launch]:
    """`mpirun -x NAME=text -x NAME -genv NAME text command`."""
    entries, rest, at = dict(entries), list[Text](), 1
    while at < len(words):
        option, following = words[at].text, words[at + 1 : at + 2]
        if option == "-x" and following:
            if found := site.assigned(following[0]):
                entries[found[0]] = found[1]
            at += 2
        elif option in {"-genv", "-env", "--env"} and at + 2 < len(words):
            entries[following[0].text] = site.variable(words[at + 2])
            at += 3
        else:
            rest.append(words[at])
            at += 1
    yield from launches(rest, entries, site)


def _kubectl(words: Words, entries: Entries, site: Site) -> Iterator[Launch]:
    """`kubectl set env deployment/x NAME=text NAME-`."""
    del entries
    texts = [word.text for word in words]
    at = next((i for i in range(1, len(texts) - 1) if texts[i : i + 2] == ["set", "env"]), None)
    if at is None:
        return
    chosen: Entries = {}
    for word in words[at + 2 :]:
        if word.text.startswith("--from"):
            site.unfollowed("kubectl takes more from a ConfigMap or Secret")
        elif not word.text.startswith("-") and (found := site.assigned(word)):
            chosen[found[0]] = found[1]
    if chosen:
        yield Launch(site.file, site.line, chosen, {})


def _containers(words: Words, entries: Entries, site: Site) -> Iterator[Launch]:
    from sglang_envctl.sources.shell.containers import launched

    return launched(words, entries, site)


_HANDLERS: Mapping[str, Callable[[Words, Entries, Site], Iterator[Launch]]] = {
    "env": _env,
    "sudo": _sudo,
    "srun": _slurm,
    "sbatch": _slurm,
    "salloc": _slurm,
    "mpirun": _mpi,
    "mpiexec": _mpi,
    "ssh": _ssh,
    "kubectl": _kubectl,
    **dict.fromkeys(("bash", "sh", "dash", "zsh"), _shell),
    **dict.fromkeys(("docker", "podman", "nerdctl"), _containers),
}
