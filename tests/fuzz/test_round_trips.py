"""Every format against every consumer that it names: what is read back is what was put in."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from io import StringIO

import pytest
import yaml
from dotenv import dotenv_values

from sglang_envctl.environment import Assignment
from sglang_envctl.exports import divergent, refusals, render
from sglang_envctl.exports.payload import Snapshot
from tests import consumers
from tests.exports.values import ORIGIN, VALUES
from tests.fuzz.conftest import Tally

pytestmark = [pytest.mark.slow, pytest.mark.real]

Read = Callable[[bytes], Mapping[bytes, bytes]]
BATCH = 150
"""Values that one program reads at once; an environment has to fit into an exec."""
LETTERS = "'\"\\$`{}()[]:;-_ \t\r\n#=!~%&|<>*?,@^ax0\x01\x1b\x7f\x85\xa0\u2028\ufeffé☕😀"
SHORT = [raw for raw in VALUES if len(raw) < 500]


def in_bytes(read: Callable[[bytes], Mapping[str, object]]) -> Read:
    def encoded(text: bytes) -> dict[bytes, bytes]:
        return {name.encode(): str(value).encode() for name, value in read(text).items()}

    return encoded


def by_python_dotenv(text: bytes) -> Mapping[str, object]:
    return dotenv_values(stream=StringIO(text.decode(), newline=None))


def by_shell(program: str, *, exported: bool = True) -> Read:
    before = b"" if exported else b"set -a\n"
    return lambda text: consumers.sourced(program, before + text)


def by_kubectl(text: bytes) -> Mapping[str, object]:
    objects = consumers.by_kubectl(text)
    return {name: value for one in objects for name, value in one["data"].items()}


def by_snapshot(text: bytes) -> Mapping[str, object]:
    return {one["name"]: one["raw"] for one in json.loads(text)["settings"]}


def by_nul(text: bytes) -> dict[bytes, bytes]:
    pairs = (entry.partition(b"=") for entry in text.split(b"\0")[:-1])
    return {name: value for name, _, value in pairs}


def by_runner(text: bytes) -> dict[bytes, bytes]:
    """A model of GitHub's runner: `NAME=value`, or `NAME<<END` up to END."""
    found, lines = {}, iter(text.decode().split("\n")[:-1])
    for line in lines:
        name, delimited, end = line.partition("<<")
        if delimited and "=" not in name:
            found[name.encode()] = "\n".join(iter(lines.__next__, end)).encode()
        else:
            name, _, raw = line.partition("=")
            found[name.encode()] = raw.encode()
    return found


CONSUMERS: dict[tuple[str, str], Read] = {
    **{("shell", program): by_shell(program) for program in consumers.SHELLS},
    ("fish", "fish"): consumers.sourced_by_fish,
    ("dotenv", "python-dotenv"): in_bytes(by_python_dotenv),
    **{("dotenv", shell): by_shell(shell, exported=False) for shell in ("bash", "dash", "zsh")},
    ("dotenv", "node"): consumers.by_node,
    ("dotenv", "compose"): consumers.by_env_file,
    ("docker", "docker"): in_bytes(consumers.by_docker),
    ("docker-args", "bash"): in_bytes(lambda text: consumers.by_docker_args("bash", text)),
    ("docker-args", "dash"): in_bytes(lambda text: consumers.by_docker_args("dash", text)),
    ("compose", "compose"): in_bytes(consumers.by_compose),
    ("systemd", "systemd"): consumers.by_systemd,
    ("systemd", "bash"): by_shell("bash", exported=False),
    ("kubernetes", "kubectl"): in_bytes(by_kubectl),
    ("github", "a model of the runner"): by_runner,
    ("slurm", "split at NUL"): by_nul,
    ("json", "Python"): in_bytes(by_snapshot),
    ("yaml", "PyYAML"): in_bytes(yaml.safe_load),
}
READS_AS = {"bash": "shell", "dash": "shell", "zsh": "shell", "node": "node", "compose": "compose"}
"""The dialect of a .env file that a program reads it in."""


def values(generator: random.Random, number: int) -> Iterator[str]:
    """Values that programs misread, and parts of them in any order."""
    for _ in range(number):
        kind = generator.random()
        if kind < 0.1:
            yield generator.choice(SHORT)
        elif kind < 0.2:
            yield "".join(
                chr(generator.choice((generator.randrange(1, 0xD800), 0x10FFFD))) for _ in range(3)
            )
        else:
            yield "".join(generator.choices(LETTERS, k=generator.randrange(1, 25)))


@pytest.mark.parametrize(("form", "consumer"), CONSUMERS)
def test_what_is_written_is_read_back(form: str, consumer: str, trips: int, tally: Tally) -> None:
    generator = random.Random(f"{form} {consumer}")  # noqa: S311 - the same in every run
    read, tried, lost = CONSUMERS[form, consumer], 0, []
    while tried < trips:
        found = [
            Assignment(f"V{at}", raw, ORIGIN)
            for at, raw in enumerate(values(generator, min(BATCH, trips - tried)))
        ]
        tried += len(found)
        refused = refusals(found, form)
        carried = Snapshot(tuple(a for a in found if a.name not in refused), "0.5.23")
        said = divergent(carried, form)
        text = render(carried, form).encode("utf-8", "surrogateescape")
        with tally.one(f"batches of {form} read by {consumer}"):
            back = read(text)
        for name, raw, *_ in carried.assignments:
            otherwise = READS_AS.get(consumer) in said.get(name, ())
            if back.get(name.encode()) != raw.encode() and not otherwise:
                lost.append((raw, back.get(name.encode())))

    assert lost == []
