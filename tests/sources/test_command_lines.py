"""Command lines in other files: their assignments lie over the environment of the object."""

from __future__ import annotations

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all
from sglang_envctl.sources.shell import started_by
from tests.harness import Write

START = "python -m sglang.launch_server"
ORIGIN = Origin("f", "f", 5)
BELOW = Layer(
    "f", "compose", (Assignment("A", "1", ORIGIN), Assignment("B", "2", ORIGIN)), selector="s"
)


def listed(layer: Layer) -> list[str]:
    return [f"{a.name}={a.text}" for a in layer.assignments]


STARTED = {
    "no server": (["bash", "-c", "export A=3; sglang-tool"], ["A=1", "B=2"], ""),
    "a server": ([*START.split(), "--tp", None], ["A=1", "B=2"], f"{START} --tp "),
    "env": (["env", "-u", "A", "C=3", *START.split()], ["B=2", "C=3"], START),
    "a shell": (["sh", "-c", f"export C=$A; B=4 {START}"], ["A=1", "B=2", "B=4", "C=1"], START),
    "a text": (f"unset A\nexport C=3\n{START}", ["B=2", "C=3"], START),
    "a container": (f"docker run -e A -e C=3 i {START}", ["A=1", "C=3"], START),
    "in a launcher, a word that is unknown": (
        ["env", "C=3", *START.split(), "--port", None],
        ["A=1", "B=2", "C=3"],
        f"{START} --port ",
    ),
}


@pytest.mark.parametrize(("command", "expected", "words"), STARTED.values(), ids=STARTED)
def test_what_a_command_sets(
    command: str | list[str | None], expected: list[str], words: str
) -> None:
    (found,) = started_by(BELOW, command, ORIGIN)

    assert sorted(expected) == sorted(listed(found))
    assert words == " ".join(found.command)
    assert {a.origin.line for a in found.assignments} == {5}


def test_each_server_is_an_environment() -> None:
    found = started_by(BELOW, f"A=3 {START} & A=4 {START}", ORIGIN)

    assert [(each.selector, each.assignments[-1].raw) for each in found] == [
        ("s", "3"),
        ("s.2", "4"),
    ]


FILES = {
    "Compose, as a list": (
        "compose.yaml",
        "services:\n  s:\n    environment: {A: '1'}\n    entrypoint: [bash, -c]\n"
        f"    command:\n      - export B=$$A C=${{X}}; {START} --tp ${{TP:-8}}\n",
        ["A=1", "B=1", "C=<dependent on X, which nothing here sets>"],
        f"{START} --tp 8",
    ),
    "Compose, as a text": (
        "compose.yaml",
        "services:\n  s:\n    environment: {A: '1'}\n"
        f"    command: env B=2 {START} --port ${{PORT}}\n",
        ["A=1", "B=2"],
        f"{START} --port ",
    ),
    "Compose, a service without a server": (
        "compose.yaml",
        "services:\n  s:\n    environment: {A: '1'}\n    command: echo sglang\n",
        ["A=1"],
        "",
    ),
    "CMD as a list": (
        "Dockerfile",
        'FROM x\nENV A=1\nENTRYPOINT ["env", "B=$A"]\n'
        'CMD ["python", "-m", "sglang.launch_server"]\n',
        ["A=1", "B=$A"],
        START,
    ),
    "CMD as a text": (
        "Dockerfile",
        f"FROM x\nENV A=1\nCMD export B=$A && {START}\n",
        ["A=1", "B=1"],
        START,
    ),
    "ENTRYPOINT as a text, which does not get CMD": (
        "Dockerfile",
        f"FROM x\nENV A=1\nENTRYPOINT B=1 {START}\nCMD --tp 8\n",
        ["A=1", "B=1"],
        START,
    ),
    "ENTRYPOINT drops the CMD of a stage below": (
        "Dockerfile",
        f'FROM x AS a\nENV A=1\nCMD {START}\nFROM a\nENTRYPOINT ["echo"]\n',
        ["A=1"],
        "",
    ),
    "ExecStart": (
        "x.service",
        f"[Service]\nEnvironment=A=1\nExecStart=/usr/bin/env B=1 {START} --port $PORT\n",
        ["A=1", "B=1"],
        f"{START} --port ",
    ),
    "ExecStart with a shell": (
        "x.service",
        f"[Service]\nEnvironment=A=1\nExecStart=/bin/bash -c 'export B=$A; exec {START}'\n",
        ["A=1", "B=1"],
        START,
    ),
    "ExecStart with a container": (
        "x.service",
        f"[Service]\nEnvironment=A=1\nExecStart=-docker run --rm -e B=1 i {START}\n",
        ["B=1"],
        START,
    ),
    "a container's args, whose reference Kubernetes fills in": (
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n"
        "    env: [{name: A, value: '1'}]\n    command: [bash, -c]\n"
        f"    args:\n    - |\n      export B=$(A)\n      C=$A {START} --tp $(A)\n",
        ["A=1", "B=1", "C=1"],
        f"{START} --tp 1",
    ),
    "args alone, for the shell of the image": (
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n"
        f"    args: ['export B=1; {START}']\n",
        ["B=1"],
        START,
    ),
    "args of a custom resource": (
        "graph.yaml",
        "kind: Graph\nmetadata: {name: g}\nspec:\n  worker:\n"
        f"    env: [{{name: A, value: '1'}}]\n    args: [-c, 'B=1 {START}']\n",
        ["A=1", "B=1"],
        START,
    ),
    "a step of GitHub Actions": (
        "ci.yaml",
        "env: {A: '1'}\njobs:\n  j:\n    steps:\n    - run: echo\n    - run: |\n"
        f"        export B=${{{{ inputs.b }}}}\n        {START} --tp ${{{{ inputs.tp }}}}\n",
        ["A=1", "B=<filled in by a template>"],
        f"{START} --tp ",
    ),
    "a job of GitLab": (
        "ci.yaml",
        f"job:\n  variables: {{A: '1'}}\n  script:\n  - export B=$A\n  - {START}\n",
        ["A=1", "B=1"],
        START,
    ),
    "a task of SkyPilot": (
        "task.yaml",
        f"envs: {{A: '1'}}\nrun: B=$A {START}\n",
        ["A=1", "B=1"],
        START,
    ),
}


@pytest.mark.parametrize(("name", "text", "expected", "command"), FILES.values(), ids=FILES)
def test_in_files(write: Write, name: str, text: str, expected: list[str], command: str) -> None:
    write(name, text)
    (found,) = (layer for layer in read_all(name, Context()) if not layer.aside)

    assert sorted(expected) == sorted(listed(found))
    assert command == " ".join(found.command)


def test_the_lines_of_a_script_in_yaml_are_those_of_the_file(write: Write) -> None:
    write("task.yaml", f"envs: {{A: '1'}}\nrun: |\n  export B=2\n\n  export C=3\n  {START}\n")
    (found,) = read_all("task.yaml", Context())

    assert [(a.name, a.origin.line) for a in found.assignments] == [("A", 1), ("B", 3), ("C", 5)]
