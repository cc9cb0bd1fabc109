"""Commands, options, texts and steps in documents: what a server gets from each."""

from __future__ import annotations

from sglang_envctl.environment import Layer
from sglang_envctl.sources import docker, kubernetes, mappings
from sglang_envctl.sources.context import Context
from tests.tables import table

LATER = "<holds a reference that is resolved later>"
STARTER = "<from who starts it>"
EARLIER = "<from a command of an earlier step>"


def read(name: str, text: str) -> tuple[Layer, ...]:
    return mappings.layers(name, text.encode(), Context())


def values(layer: Layer) -> dict[str, str]:
    return {a.name: a.text for a in layer.assignments}


OPTIONS: dict[str, tuple[str, dict[str, dict[str, str]]]] = {
    "a text": ("container: {options: --gpus all -e A_B=1 --env C_D=2 -e E_F}\n", {
        "container/options": {"A_B": "1", "C_D": "2", "E_F": STARTER},
    }),
    "a folded text": ("a:\n  options: >-\n    -e A_B=1\n    --env=C_D='x y'\n", {
        "a/options": {"A_B": "1", "C_D": "x y"},
    }),
    "a secret of GitHub": ("a: {options: '-e A_B=${{ secrets.X }} -e C_D=1'}\n", {
        "a/options": {"A_B": LATER, "C_D": "1"},
    }),
    "an environment beside options": ("a: {env: {A_B: 1}, options: -e C_D=2}\n", {
        "a/options": {"A_B": "1", "C_D": "2"},
    }),
    "a list of words": ("runArgs: ['--gpus=all', -e, A_B=1, '--env=C_D=2 3']\n", {
        "runArgs": {"A_B": "1", "C_D": "2 3"},
    }),
    "a list of texts": ("docker: {run_options: ['-e A_B=1', --ipc=host, '--env C_D=2']}\n", {
        "docker/run_options": {"A_B": "1", "C_D": "2"},
    }),
    "a value with spaces": ("docker_args: [-e, 'A_B=-x y']\n", {"docker_args": {"A_B": "-x y"}}),
    "a text under a key for variables": ("env: -e A_B=1 -p 80:80\n", {"env": {"A_B": "1"}}),
    "options of any kind for SGLang": ("a: {extra_args: [run, --env=SGLANG_X=1]}\n", {
        "a/extra_args": {"SGLANG_X": "1"},
    }),
    "an open quote": ("docker_opts: -e A_B=1 -e C_D='2\n", {
        "docker_opts": {"A_B": "1", "C_D": "'2"},
    }),
}  # fmt: skip


@table("name", OPTIONS)
def test_options_of_a_container_engine(name: str) -> None:
    text, expected = OPTIONS[name]

    found = {layer.selector: values(layer) for layer in read("x.yaml", text) if not layer.aside}
    assert found == expected


@table(
    "text",
    [
        "options: --model m -e\nenv: {A: 1}\n",
        "pip: {options: -e .}\nenv: {A: 1}\n",
        "args: [-e, A_B=1]\nenv: {A: 1}\n",
        "grep: -e A_B=1\nenv: {A: 1}\n",
        "env: {A: 1}\nlines: [SGLANG_X=1 make, SGLANG_Y=2]\n",
    ],
)
def test_other_options_set_nothing(text: str) -> None:
    assert [layer.selector for layer in read("x.yaml", text)] == ["env"]


def test_a_file_of_options_is_told() -> None:
    (layer,) = read("x.yaml", "container: {options: '--env-file a.env -e A_B=1'}\n")

    assert [note.facts["reason"] for note in layer.notes] == ["the file of --env-file is not read"]


SERVER = ("python3", "-m", "sglang.launch_server")
COMMANDS: dict[str, tuple[str, tuple[str, ...], dict[str, str]]] = {
    "a module": (
        '{"module": "sglang.launch_server", "args": ["--tp", "8"], "env": {"A_B": "1"}}',
        (*SERVER, "--tp", "8"), {"A_B": "1"},
    ),
    "a module and a text": (
        '{"module": "sglang.launch_server", "args": "--tp 8"}', (*SERVER, "--tp", "8"), {},
    ),
    "a program": (
        '{"program": "${workspaceFolder}/python/sglang/launch_server.py", "args": ["--tp", "8"]}',
        ("python3", "python/sglang/launch_server.py", "--tp", "8"), {},
    ),
    "a value": (
        "command: {value: python3 -m sglang.launch_server}\narguments: {value: --tp 8}\n",
        (*SERVER, "--tp", "8"), {},
    ),
    "a value with variables": (
        "command: {value: env SGLANG_X=1 python3 -m sglang.launch_server}\n", SERVER,
        {"SGLANG_X": "1"},
    ),
    "words under the key of a script": (
        "cmd: [env, SGLANG_X=1, python3, -m, sglang.launch_server]\n", SERVER, {"SGLANG_X": "1"},
    ),
    "lines under the key of a script": (
        "commands: [export A_B=1, python3 -m sglang.launch_server]\n", SERVER, {"A_B": "1"},
    ),
    "a command in a list of commands": (
        "runcmd:\n- [sh, -c, 'SGLANG_X=1 python3 -m sglang.launch_server']\n", SERVER,
        {"SGLANG_X": "1"},
    ),
    "words under another key": (
        '{"argv": ["bash", "-c", "SGLANG_X=1 python3 -m sglang.launch_server"]}', SERVER,
        {"SGLANG_X": "1"},
    ),
    "lines under another key": (
        "shell_command: [export A_B=1, python3 -m sglang.launch_server]\n", SERVER, {"A_B": "1"},
    ),
    "a line under another key": (
        "postStartCommand: SGLANG_X=1 python3 -m sglang.launch_server\nenv: {A_B: 1}\n", SERVER,
        {"A_B": "1", "SGLANG_X": "1"},
    ),
    "lines under the key of a command": (
        "command: [export SGLANG_X=1, python3 -m sglang.launch_server]\n", SERVER, {"SGLANG_X": "1"},
    ),
    "an entry point of ECS": (
        '{"entryPoint": ["sh", "-c"], "command": ["SGLANG_X=1 python3 -m sglang.launch_server"]}',
        SERVER, {"SGLANG_X": "1"},
    ),
    "a source of Argo": (
        '{"source": "export SGLANG_X=1\\npython3 -m sglang.launch_server\\n"}', SERVER,
        {"SGLANG_X": "1"},
    ),
    "a task": (
        "tasks: {serve: SGLANG_X=1 python3 -m sglang.launch_server}\n", SERVER, {"SGLANG_X": "1"},
    ),
    "a hook": (
        "init_hook: [export SGLANG_X=1, python3 -m sglang.launch_server]\n", SERVER,
        {"SGLANG_X": "1"},
    ),
    "a script under another key": (
        "bash: |\n  export A_B=1\n  python3 -m sglang.launch_server\n", SERVER, {"A_B": "1"},
    ),
}  # fmt: skip


@table("name", COMMANDS)
def test_commands(name: str) -> None:
    text, command, expected = COMMANDS[name]
    (layer,) = (layer for layer in read("x.yaml", text) if not layer.aside)

    assert layer.command == command
    assert values(layer) == expected


def test_a_tool_is_no_command_of_a_server() -> None:
    text = "env: {A: 1}\nsetup: pip install sglang\nonstart: echo sglang\n"

    assert [layer.selector for layer in read("x.yaml", text)] == ["env"]


LATER_STEPS: dict[str, tuple[str, dict[str, str]]] = {
    "CircleCI": (
        "steps:\n- run: echo 'export A_B=1' >> \"$BASH_ENV\"\n"
        "- run: {name: x, command: 'echo \"export C_D=$X\" >> $BASH_ENV'}\n"
        "- run: python3 -m sglang.launch_server\n",
        {"A_B": "1", "C_D": EARLIER},
    ),
    "Azure": (
        'steps:\n- script: |\n    echo "##vso[task.setvariable variable=a.b]1"\n'
        "    echo '##vso[task.setvariable variable=C_D;isOutput=true]2'\n"
        '    echo "##vso[task.setvariable variable=E_F;issecret=true]3"\n'
        '- bash: echo "##vso[task.setvariable variable=G_H]$X"\n'
        "- bash: python3 -m sglang.launch_server\n",
        {"A_B": "1", "C_D": "2", "G_H": EARLIER},
    ),
}


@table("name", LATER_STEPS)
def test_what_a_step_sets_for_later_steps(name: str) -> None:
    text, expected = LATER_STEPS[name]
    *_, layer = read("x.yaml", text)

    assert layer.command == SERVER
    assert values(layer) == expected


TEXTS = {
    "a line of Ansible": "- lineinfile: {path: /etc/environment, line: SGLANG_X=1}\n",
    "a block of Ansible": '- a: {path: /etc/environment, block: "SGLANG_X=1\\n"}\n',
    "a file of cloud-init": "write_files: [{path: /etc/a.env, content: SGLANG_X=1}]\n",
    "a template of Nomad": 'a: {"EmbeddedTmpl": "# a\\nSGLANG_X=1\\n", "Envvars": true}\n',
    "a list of settings": "prefill: {additional-settings: [SGLANG_X=1]}\n",
    "val": "env: [{key: SGLANG_X, val: 1}]\n",
    "contents of Butane": "a: {path: /etc/a.env, contents: {inline: SGLANG_X=1}}\n",
    "a file of Compose": 'stackFileContent: "services:\\n  a:\\n    environment: {SGLANG_X: 1}\\n"\n',
    "pairs": "env: [[SGLANG_X, 1]]\n",
    "names of another key": "env: [{variable: SGLANG_X, value: 1}]\n",
    "tables of TOML": '[[env]]\nname = "SGLANG_X"\nvalue = "1"\n',
}


@table("name", TEXTS)
def test_assignments_in_texts_and_lists(name: str) -> None:
    (layer,) = read("x.toml" if "TOML" in name else "x.yaml", TEXTS[name])

    assert values(layer) == {"SGLANG_X": "1"}


@table(
    "text",
    [
        "env: {A: 1}\nbuild-args: |\n  SGLANG_X=1\n",
        "env: {A: 1}\nx: |\n  SGLANG_X=${{ inputs.x }} make\n",
        "env: {A: 1}\nx: |\n  A_SGLANG_X=1\n  make\n",
        "env: {A: 1}\nwith:\n  notes: |\n    SGLANG_X=1\n",
    ],
)
def test_texts_of_no_program_are_not_read(text: str) -> None:
    assert [values(layer) for layer in read("x.yaml", text)] == [{"A": "1"}]


def test_a_script_in_a_config_map_is_no_command_of_its_own() -> None:
    text = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  run: |\n"
        "    export SGLANG_X=1\n    exec python3 -m sglang.launch_server\n"
    )
    (layer,) = kubernetes.layers("x.yaml", text.encode(), Context())

    assert values(layer) == {"SGLANG_X": "1"}


TEMPLATE = """\
apiVersion: template.openshift.io/v1
kind: Template
parameters:
- {name: LIMIT, value: '5'}
- {name: KEY, generate: expression, from: '[a-z]{8}'}
- {name: HOST, required: true}
objects:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: settings}
  data: {C_D: '${LIMIT}'}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
  spec:
    template:
      spec:
        containers:
        - name: server
          envFrom: [{configMapRef: {name: settings}}]
          env:
          - {name: A_B, value: 'at-${LIMIT}-${LIMIT}'}
          - {name: A_KEY, value: 'x${KEY}'}
          - {name: A_HOST, value: '${HOST}:${LIMIT}'}
          - {name: OTHER, value: '${UNDECLARED}'}
"""
FILLED_IN = "<filled in before Kubernetes reads the file>"


def test_the_parameters_of_a_template_are_filled_in() -> None:
    (layer,) = kubernetes.layers("x.yaml", TEMPLATE.encode(), Context())

    assert layer.selector == "deployment/web/server"
    assert values(layer) == {
        "C_D": "5", "A_B": "at-5-5", "A_KEY": FILLED_IN, "A_HOST": FILLED_IN, "OTHER": FILLED_IN,
    }  # fmt: skip
    assert [a.origin.line for a in layer.assignments] == [11, 22, 23, 24, 25]


def test_parameters_cannot_fill_the_memory() -> None:
    text = TEMPLATE.replace("'5'", "a" * 1000).replace("at-${LIMIT}", "${LIMIT}" * 2000)
    (layer,) = kubernetes.layers("x.yaml", text.encode(), Context())

    assert values(layer)["A_B"] == FILLED_IN


def test_yaml_in_a_text_of_json() -> None:
    text = '{"name": "x",\n "values": "a: 1\\nenv:\\n  SGLANG_X: 1\\n"}'
    (layer,) = read("x.json", text)

    assert (layer.label, layer.selector) == ("x.json#values/env", "values/env")
    assert [(a.name, a.origin.file, a.origin.line) for a in layer.assignments] == [
        ("SGLANG_X", "x.json", 2)
    ]


SERVICES = {
    '{"services": {"a": {"envs": [{"name": "A_B", "value": "1"}]}}}': ({"A_B": "1"}, []),
    '{"services": {"a": {"image": "x", "environment": {"A_B": "1"}, "labels": {"SGLANG_X": "1"}}}}': (
        {"A_B": "1"},
        [],
    ),
    '{"services": {"a": {"build": {"args": {"SGLANG_LOG_GC": "1"}}}}}': (
        {},
        ["SGLANG_LOG_GC is an arg"],
    ),
}


@table("text", SERVICES)
def test_services_in_json(text: str) -> None:
    (layer,) = docker.layers("x.json", text.encode(), Context())
    expected, reasons = SERVICES[text]

    assert values(layer) == expected
    assert [str(note.facts["reason"])[:23] for note in layer.notes] == reasons
