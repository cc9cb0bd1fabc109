"""Command lines in other files: their assignments lie over the environment of the object."""

from __future__ import annotations

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all
from sglang_envctl.sources.shell import started_by
from tests.harness import Write
from tests.tables import table

START = "python -m sglang.launch_server"
ORIGIN = Origin("f", "f", 5)
BELOW = Layer(
    "f", "compose", (Assignment("A", "1", ORIGIN), Assignment("B", "2", ORIGIN)), selector="s"
)


def listed(layer: Layer) -> list[str]:
    return [f"{a.name}={a.text}" for a in layer.assignments]


STARTED = {
    "no server": (["bash", "-c", "export A=3; sglang-tool"], ["A=1", "A=3", "B=2"], ""),
    "no server, a text": ("export A=3\nsglang-tool", ["A=1", "A=3", "B=2"], ""),
    "a program with an engine inside": ("SGLANG_X=3 pytest t", ["A=1", "B=2", "SGLANG_X=3"], ""),
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


@table(("command", "expected", "words"), STARTED.values(), ids=STARTED)
def test_what_a_command_sets(
    command: str | list[str | None], expected: list[str], words: str
) -> None:
    (found,) = started_by(BELOW, command, ORIGIN)

    assert sorted(expected) == sorted(listed(found))
    assert words == " ".join(found.command)
    assert {a.origin.line for a in found.assignments} == {5}


def test_files_that_a_command_writes_are_not_read() -> None:
    text = "export B=1\necho SGLANG_A=1 > .env\necho A=1 > x\nkubectl apply -f - <<E\nE\n"
    (found,) = started_by(BELOW, text, ORIGIN, last=10)

    assert [(note.rule, note.origin.line) for note in found.notes] == [
        ("not-followed", 8),
        ("not-followed", 6),
    ]


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
    "Exec of Quadlet": (
        "x.container",
        f"[Container]\nEnvironment=A=1\nExec=env B=2 {START} --port ${{PORT}}\n",
        ["A=1", "B=2"],
        f"{START} --port ",
    ),
    "Exec of Quadlet with a shell": (
        "x.container",
        f"[Container]\nEnvironment=A=1\nExec=bash -c 'export B=2; exec {START}'\n",
        ["A=1", "B=2"],
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


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: c\n"
DYNAMO = (
    "apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeployment\nmetadata: {name: g}\n"
    "spec:\n  services:\n    decode:\n"
)
FILES |= {
    "a reference that only the cluster resolves": (
        "p.yaml",
        f"{POD}      env: [{{name: N, valueFrom: {{fieldRef: {{fieldPath: a}}}}}}]\n"
        "      command: [python, -m, sglang.launch_server]\n      args: [--node-rank, $(N)]\n",
        ["N=<from the pod's a>"],
        f"{START} --node-rank ",
    ),
    "a custom resource whose variables stand elsewhere": (
        "g.yaml",
        f"{DYNAMO}      envs: [{{name: A, value: '1'}}]\n      extraPodSpec:\n        mainContainer:\n"
        "          command: [python3, -m, dynamo.sglang]\n          args: [--tp, '8']\n",
        ["A=1"],
        "python3 -m dynamo.sglang --tp 8",
    ),
    "a workflow of GitHub": (
        "w.yml",
        "env: {A: '1'}\njobs:\n  j:\n    steps:\n      - name: s\n        env: {B: '2'}\n"
        f"        run: |\n          export C=$B\n          {START} --tp ${{{{ matrix.tp }}}}\n",
        ["A=1", "B=2", "C=2"],
        f"{START} --tp ",
    ),
    "a job of GitLab": (
        "ci.yml",
        "j:\n  variables: {A: '1'}\n  before_script:\n    - export B=2\n"
        f"  script:\n    - {START}\n",
        ["A=1", "B=2"],
        START,
    ),
    "a task of SkyPilot": (
        "sky.yaml",
        f"envs: {{A: '1'}}\nsecrets: {{HF_TOKEN: null}}\nrun: |\n  export B=2\n  {START}\n",
        ["A=1", "B=2", "HF_TOKEN=<no value in this file>"],
        START,
    ),
    "a container of Ansible": (
        "play.yml",
        "- docker_container:\n    env: {A: '1'}\n"
        f"    command: {START} --model-path {{{{ model }}}} --tp 8\n",
        ["A=1"],
        f"{START} --model-path  --tp 8",
    ),
}


@pytest.mark.parametrize(("name", "text", "expected", "command"), FILES.values(), ids=FILES)
def test_in_files(write: Write, name: str, text: str, expected: list[str], command: str) -> None:
    write(name, text)
    (found,) = (layer for layer in read_all(name, Context()) if not layer.aside)

    assert sorted(expected) == sorted(listed(found))
    assert command == " ".join(found.command)


SCRIPT = f"|\n          # one\n          export B=1\n          {START}\n"
PLACES = {
    "p.yaml": f"{POD}      command: [bash, -c]\n      args:\n        - {SCRIPT}",
    "compose.yaml": (
        f"services:\n  s:\n    image: i\n    environment: {{}}\n    entrypoint: [bash, -c]\n"
        f"    init: true\n    command:\n        - {SCRIPT}"
    ),
    "w.yml": f"jobs:\n  j:\n    steps:\n      - name: a\n        run: {SCRIPT}",
}


@pytest.mark.parametrize("name", PLACES)
def test_a_script_in_a_block_keeps_its_lines(write: Write, name: str) -> None:
    write(name, PLACES[name])
    (found,) = read_all(name, Context())

    expected = PLACES[name].split("\n").index("          export B=1") + 1
    assert [(a.name, a.origin.line) for a in found.assignments] == [("B", expected)]
