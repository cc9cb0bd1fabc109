"""Environments inside YAML, JSON and TOML files, under keys that mean one."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from sglang_envctl.environment import Layer
from sglang_envctl.errors import NoEnvironmentError, SourceError
from sglang_envctl.exports import yaml as yaml_export
from sglang_envctl.sources import mappings
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all
from tests.harness import Write
from tests.tables import table

LATER = "<holds a reference that is resolved later>"
EARLIER = "<from a command of an earlier step>"


def read(name: str, text: str) -> tuple[Layer, ...]:
    return mappings.layers(name, text.encode(), Context())


def values(layer: Layer) -> dict[str, str]:
    return {a.name: a.text for a in layer.assignments}


HELM = """\
replicas: 2
image: {repository: lmsysorg/sglang, tag: v0.5.20}
env:
  SGLANG_USE_AITER: "1"
  HF_HOME: /data
  HF_TOKEN: {{ .Values.token }}
extraEnvVars:
  - name: NCCL_DEBUG
    value: INFO
  - name: HF_TOKEN
    valueFrom: {secretKeyRef: {name: hf, key: token}}
"""
RECIPE = """\
name: two-nodes
environment:
  NCCL_DEBUG: WARN
backend:
  prefill_environment:
    SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT: '600'
  decode_environment:
    SGLANG_USE_AITER: 1
    NCCL_DEBUG: INFO
  sglang_config: {decode: {tp-size: 8}}
"""
SKYPILOT = "resources: {accelerators: H100:8}\nenvs:\n  HF_TOKEN:\n  MODEL: m\nrun: |\n  python x\n"
ANSIBLE = """\
- hosts: gpu
  tasks:
    - name: Start the server
      community.docker.docker_container:
        name: sglang
        env:
          HF_TOKEN: "{{ lookup('env', 'HF_TOKEN') }}"
          CUDA_DEVICE_ORDER: PCI_BUS_ID
"""
ACTIONS = """\
on: {push: {branches: [main]}}
env: {A: "1", B: "1", C: "1"}
jobs:
  test:
    env: {B: "2", C: "2"}
    environment: {name: production, url: https://example.org}
    steps:
      - uses: actions/checkout@v4
      - name: Run
        env: {C: "3", TOKEN: "${{ secrets.TOKEN }}"}
        run: pytest
  lint:
    steps: [{run: ruff}]
"""
LATER_STEPS = """\
jobs:
  a:
    env: {A: "0", B: "1"}
    steps:
    - run: |
        echo "A=1" >> $GITHUB_ENV
        { echo "B=2"; echo "C=$(date)"; } >> "$GITHUB_ENV"
    - run: |
        cat <<'E' >> "$GITHUB_ENV"
        D<<X
        x
        y
        X
        E
    - {env: {B: "3"}, run: sglang serve}
    - {shell: pwsh, run: '"F=1" >> $env:GITHUB_ENV'}
  b: {env: {B: "1"}, steps: [{run: sglang serve}]}
"""
EXTENDS = """\
variables: {G: "1"}
.a: {variables: {A: "1", B: "1"}, before_script: [export SGLANG_X=1]}
.b: {extends: .a, variables: {A: "2"}, script: [sglang serve]}
c: {extends: [.a, .b, elsewhere], variables: {B: "3"}}
d: {extends: d}
"""
GITLAB = """\
variables:
  A: "1"
  B: {value: "1", description: which}
test:
  variables: {A: "2"}
  environment: {name: review, url: https://example.org}
  script: [make]
"""
DEVCONTAINER = """\
// For everyone.
{
  "image": "x", /* the base */
  "containerEnv": {"SGLANG_USE_AITER": "1", "HF_HOME": "${localEnv:HOME}/hf",},
  "remoteEnv": {"PATH": "${containerEnv:PATH}:/opt/bin", "NONE": null}
}
"""
LAUNCH = """\
{"version": "0.2.0", "configurations": [
  {"name": "Server", "type": "debugpy", "env": {"SGLANG_USE_AITER": "1", "ROOT": "${workspaceFolder}"}},
  {"name": "Client", "type": "debugpy", "env": {"NCCL_DEBUG": "INFO"}}]}
"""
TOML = """\
title = "x"
[env]
SGLANG_USE_AITER = "1"
PORT = 30000
[tool.x.environment]
NCCL_DEBUG = "INFO"
"""
CLOUD_INIT = """\
#cloud-config
write_files:
- path: /etc/s.env
  content: |
    SGLANG_X=1
- path: /etc/systemd/system/s.service
  content: |
    [Service]
    Environment=SGLANG_X=2
    ExecStart=/usr/bin/sglang serve
- path: /opt/run
  content: |
    #!/bin/sh
    export SGLANG_X=3
    sglang serve
runcmd:
- SGLANG_X=4 sglang serve
"""
CASES: dict[str, tuple[str, str, dict[str, dict[str, str]]]] = {
    "Helm values": ("values.yaml", HELM.replace("{{ .Values.token }}", '"{{ .t }}"'), {
        "env": {"SGLANG_USE_AITER": "1", "HF_HOME": "/data", "HF_TOKEN": LATER},
        "extraEnvVars": {"NCCL_DEBUG": "INFO", "HF_TOKEN": "<from secretKeyRef>"},
    }),
    "a recipe for Slurm": ("recipe.yaml", RECIPE, {
        "backend/prefill_environment": {
            "NCCL_DEBUG": "WARN", "SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT": "600",
        },
        "backend/decode_environment": {"NCCL_DEBUG": "INFO", "SGLANG_USE_AITER": "1"},
    }),
    "a SkyPilot task": ("sky.yaml", SKYPILOT, {
        "envs": {"HF_TOKEN": "<no value in this file>", "MODEL": "m"},
    }),
    "an Ansible play": ("play.yml", ANSIBLE, {
        "0/tasks/Start the server/community.docker.docker_container/env":
            {"HF_TOKEN": LATER, "CUDA_DEVICE_ORDER": "PCI_BUS_ID"},
    }),
    "GitHub Actions": ("ci.yml", ACTIONS, {
        "jobs/test/steps/Run/env": {"A": "1", "B": "2", "C": "3", "TOKEN": LATER},
    }),
    "what a GitHub step sets for later ones": ("ci.yml", LATER_STEPS, {
        "jobs/a/steps/2/run": {"A": "1", "B": "3", "C": EARLIER, "D": "x\ny"},
        "jobs/a/steps/3/run": {"A": "1", "B": "2", "C": EARLIER, "D": "x\ny"},
        "jobs/b/steps/0/run": {"B": "1"},
    }),
    "GitLab CI": (".gitlab-ci.yml", GITLAB, {"test/variables": {"A": "2", "B": "1"}}),
    "GitLab jobs that extend others": (".gitlab-ci.yml", EXTENDS, {
        ".a/before_script": {"G": "1", "A": "1", "B": "1", "SGLANG_X": "1"},
        ".b/script": {"G": "1", "A": "2", "B": "1", "SGLANG_X": "1"},
        "c/script": {"G": "1", "A": "2", "B": "3", "SGLANG_X": "1"},
    }),
    "a GitLab script that refers to another": (".gitlab-ci.yml",
            ".a: {script: [export A=1, export SGLANG_X=1]}\n"
            "b: {script: [!reference [.a, script], !reference [.no, script], sglang serve]}\n", {
        ".a/script": {"A": "1", "SGLANG_X": "1"},
        "b/script": {"A": "1", "SGLANG_X": "1"},
    }),
    "GitLab variables that refer to others": (".gitlab-ci.yml",
            ".v: {variables: {A: 1, B: 2}}\n"
            "a: {variables: !reference [.v, variables]}\n"
            "b: {variables: {C: 3, A: !reference [.v, variables, A]}}\n", {
        ".v/variables": {"A": "1", "B": "2"}, "a/variables": {"A": "1", "B": "2"},
        "b/variables": {"C": "3", "A": "1"},
    }),
    "GitLab jobs that inherit a part": (".gitlab-ci.yml",
            "variables: {A: 1, B: 2}\na: {inherit: {variables: [A]}, script: [sglang serve]}\n"
            "b: {inherit: {variables: false}, script: [sglang serve]}\n"
            "c: {inherit: {default: false}, script: [sglang serve]}\n", {
        "a/script": {"A": "1"}, "b/script": {}, "c/script": {"A": "1", "B": "2"},
    }),
    "a GitLab matrix": (".gitlab-ci.yml",
            "a:\n  variables: {A: 0}\n  script: [sglang serve]\n"
            "  parallel: {matrix: [{A: [1, 2], B: 3}, {A: 4}]}\n"
            "b: {parallel: {matrix: [{A: 5}]}, script: [make]}\nc: {parallel: 2}\n", {
        "a/parallel/matrix/0/script": {"A": "1", "B": "3"},
        "a/parallel/matrix/1/script": {"A": "2", "B": "3"},
        "a/parallel/matrix/2/script": {"A": "4"},
        "b/parallel/matrix/0": {"A": "5"},
    }),
    "a dstack service": ("x.dstack.yml",
            "env: [HF_TOKEN, M=m]\ncommands: [export A=1, sglang serve]\n", {
        "commands": {"HF_TOKEN": "<from who starts it>", "M": "m", "A": "1"},
    }),
    "operations of a JSON patch": ("patch.yaml",
            "- {op: add, path: /spec/containers/0/env/-, value: {name: A_B, value: '1'}}\n"
            "- {op: remove, path: /spec/containers/0/env/1}\n"
            "- {op: add, path: /metadata/labels/-, value: {name: B, value: '1'}}\n", {
        "0/value": {"A_B": "1"},
    }),
    "items under a key": ("x.yaml", "environment: {items: {A: {value: '1'}}}\n", {
        "environment": {"A": "1"},
    }),
    "a dev container": ("devcontainer.json", DEVCONTAINER, {
        "containerEnv": {"SGLANG_USE_AITER": "1", "HF_HOME": LATER},
        "remoteEnv": {"PATH": LATER, "NONE": "<no value in this file>"},
    }),
    "VS Code": ("launch.json", LAUNCH, {
        "configurations/Server/env": {"SGLANG_USE_AITER": "1", "ROOT": LATER},
        "configurations/Client/env": {"NCCL_DEBUG": "INFO"},
    }),
    "TOML": ("x.toml", TOML, {
        "tool/x/environment": {"SGLANG_USE_AITER": "1", "PORT": "30000", "NCCL_DEBUG": "INFO"},
    }),
    "groups under a key": ("x.yaml", "environment:\n  a: {A: 1}\n  b: {A: 2}\n", {
        "environment/a": {"A": "1"}, "environment/b": {"A": "2"},
    }),
    "a list of NAME=value": ("x.yaml", "env: [A=1, B=x=y, C=]\n", {
        "env": {"A": "1", "B": "x=y", "C": ""},
    }),
    "a list of mappings, and what is filled in": ("x.yaml",
            "env: [{A_B: 1}, '{{ more }}', C=2, {E: 3, F: 4}]\n", {
        "env": {"A_B": "1", "C": "2", "E": "3", "F": "4"},
    }),
    "names beside something else than a value": ("x.yaml",
            "env: [{name: A_B, secretRef: s}, {key: C, value: 1, description: d}, {key: D}]\n", {
        "env": {"A_B": "<from secretRef>", "C": "1", "D": ""},
    }),
    "CloudFormation": ("stack.yaml",
            "Environment: [{Name: A_B, Value: 1}, {Name: C, Value: {Ref: P}},\n"
            "  {Name: D, Value: !Ref P}]\n", {
        "Environment": {"A_B": "1", "C": "<from Ref>", "D": "<made by !Ref>"},
    }),
    "values of other types beside scalars": ("x.yaml",
            "env: {A_B: 1, C: {from_secret: s}, D: [1], lower: {x: y}}\n", {
        "env": {"A_B": "1", "C": "<from from_secret>", "D": "<from a list>"},
    }),
    "a text": ("x.yaml", "a: {env: A_B=1 C_D=2}\nb:\n  env_vars: |\n    # why\n    A_B=1\n    C='2'\n", {
        "a/env": {"A_B": "1", "C_D": "2"}, "b/env_vars": {"A_B": "1", "C": "<from a quoted line>"},
    }),
    "variables of SGLang under any key": ("values.yaml",
            "config: {SGLANG_X: 1, A: 2}\nargs: {SGLANG_X: 3}\nset: {env.A_B: 4, a.b: 5}\n", {
        "config": {"SGLANG_X": "1", "A": "2"}, "set": {"A_B": "4"},
    }),
    "files in a text": ("user-data.yaml", CLOUD_INIT, {
        "runcmd": {"SGLANG_X": "4"},
        "write_files/0/content": {"SGLANG_X": "1"},
        "write_files/1/content": {"SGLANG_X": "2"},
        "write_files/2/content/3": {"SGLANG_X": "3"},
    }),
    "YAML in a text": ("values.yaml",
            "env: |\n  - {name: SGLANG_X, value: '1'}\nnote: |\n  SGLANG_X=2\n", {
        "env": {"SGLANG_X": "1"},
    }),
    "ECS": ("task.json", '{"containerDefinitions": [{"name": "c", "environment": '
            '[{"name": "A", "value": "1"}, {"name": "B", "value": ""}]}]}', {
        "containerDefinitions/c/environment": {"A": "1", "B": ""},
    }),
    "a list of names and values under any key": ("values.yaml",
            "nccl: [{name: NCCL_DEBUG, value: INFO}]\nargs: [{name: model, value: m}]\n", {
        "nccl": {"NCCL_DEBUG": "INFO"},
    }),
    "steps that start no server": ("ci.yml",
            "env: {A: 1}\nsteps:\n- run: SGLANG_X=2 pytest t\n- run: echo SGLANG_X=3\n", {
        "steps/0/run": {"A": "1", "SGLANG_X": "2"}, "steps/1/run": {"A": "1"},
    }),
    "nothing but a mapping": ("x.yaml", "A: '1'\nhttps_proxy: http://p:3128\n", {
        "": {"A": "1", "https_proxy": "http://p:3128"},
    }),
    "an environment without variables": ("x.yaml", "env: {}\nextraEnv: []\n", {"env": {}}),
    "an empty one beside another": ("x.yaml", "env:\nenvs: {A: 1}\n", {"envs": {"A": "1"}}),
    "several documents": ("x.yaml", "env: {A: 1}\n---\nenv: {A: 2}\n", {"env": {"A": "2"}}),
    "items of the same name": ("x.yaml", "s:\n- {name: a, env: {A: 1}}\n- {name: a, env: {A: 2}}", {
        "s/0/env": {"A": "1"}, "s/1/env": {"A": "2"},
    }),
}  # fmt: skip


@table("case", CASES)
def test_what_stands_under_a_key_that_means_an_environment(case: str) -> None:
    name, text, expected = CASES[case]

    assert {
        layer.selector: values(layer) for layer in read(name, text) if not layer.aside
    } == expected


ELSEWHERE = {
    "x.json": ('{"env": {"A": "1"}, "envFile": ".env"}', "what envFile refers to is not read"),
    "x.yaml": (
        "env: {A: 1}\nmatrix: [SGLANG_X=1, SGLANG_Y=2]\n",
        "SGLANG_X and 1 more variable are set where no environment is read",
    ),
    "y.yaml": ("env: {A: 1}\nvalues: [{name: SGLANG_X, v: 1}, {name: b}]\n", "SGLANG_X is set"),
    "option.yaml": ("env: {A: 1}\na: [{option: SGLANG_X, value: 1}]\n", "SGLANG_X is set"),
    "colon.yaml": ("env: {A: 1}\na: ['SGLANG_X: 1']\n", "SGLANG_X is set"),
    "list.yaml": ("env: {A: 1}\na: {b: 1, SGLANG_X: [1, 2]}\n", "SGLANG_X is set"),
    "z.yaml": ("env: {A: 1}\na: |\n  b\n  -e SGLANG_X=1\n", "SGLANG_X is set"),
    ".gitlab-ci.yml": (
        "include: [{local: x.yml}]\na:\n  variables: {A: 1}\n  script: [make]\n",
        "what include refers to is not read",
    ),
    "trigger.gitlab-ci.yml": (
        "include: x.yml\na: {variables: {A: 1}, trigger: b/c}\n",
        "what include refers to is not read",
    ),
    "build.json": (
        '{"env": {"A": "1"}, "buildArgs": {"SGLANG_USE_AITER": "1", "SGLANG_LOG_GC": "2"}}',
        "SGLANG_USE_AITER and 1 more variable are arguments of a build, and only ENV",
    ),
    "build.yaml": (
        "env: {A: 1}\nbuild: {args: [SGLANG_LOG_GC=1]}\n",
        "SGLANG_LOG_GC is an argument of a build, and only ENV",
    ),
    "build.yml": (
        "env: {A: 1}\nrun: docker build --build-arg SGLANG_LOG_GC=1 -t a .\n",
        "SGLANG_LOG_GC is an argument of a build",
    ),
    "words.yaml": (
        "env: {A: 1}\nsteps: [{args: [build, --build-arg, SGLANG_LOG_GC=1, .]}]\n",
        "SGLANG_LOG_GC is an argument of a build",
    ),
    "play.yml": (
        "- environment: '{{ base | combine(more) }}'\n  shell: sglang serve\n",
        "a template fills in environment",
    ),
    "tasks.yml": (
        "- a: {env: {A: 1}}\n- b: {env: '{{ of_sglang }}'}\n",
        "a template fills in env",
    ),
    "bare.yml": (
        "- a: {env: [A=1]}\n- image: sglang\n  env: {{ of_sglang }}\n",
        "a template fills in",
    ),
    "items.yml": (
        "a: {image: sglang, env: ['{{ x }}', '{{ y }}']}\nb: {env: [A=1]}\n",
        "a template",
    ),
    "json.yml": (
        "env: ${{ fromJSON(inputs.env) }}\njobs: {a: {steps: [{run: A=1 sglang serve}]}}\n",
        "a template fills in env",
    ),
    "app.yaml": (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
        "spec: {source: {helm: {valueFiles: [x.yaml]}}}\n",
        "what valueFiles refers to is not read",
    ),
    "release.yaml": (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
        "spec: {valuesFrom: [{kind: ConfigMap, name: x}], values: {env: {A: 1}}}\n",
        "what valuesFrom refers to is not read",
    ),
}
READ = (
    "env: {A: 1}\ndescription: Set SGLANG_X=1.\nlabels: {SGLANG_X: 1}\n",
    "env: {A: 1}\nbuildArgs: {SGLANG_VERSION: 1}\nrun: docker build --build-arg SGL_BRANCH=x .\n",
    "vars: {x_env: {A: sglang}}\ntasks: [{env: '{{ x_env }}'}, {env: '{{ vars.x_env }}'}]\n",
    "env: {A: 1}\na: {env: '{{ x }}'}\n",
    "env: {A: sglang}\nwith: {activate-environment: '${{ env.X }}', conda_environment: '{{ x }}'}\n",
    "env: {A: sglang}\na: {env: {}}\nb: {env: [], c: '{{ x }}'}\n",
    "env: {A: sglang}\na: {environment: '${{ inputs.environment }}'}\n",
    "env: {A: 1, SGLANG_X: 2}\nenvFile:\n",
    "include: [{template: x.yml}]\na: {variables: {A: 1}, script: [SGLANG_X=1 make]}\n",
    "include: x\nenv: {A: 1}\n",
)


@table("name", ELSEWHERE)
def test_a_place_that_is_not_read_is_told(name: str, write: Write) -> None:
    text, reason = ELSEWHERE[name]
    write(name, text)
    found = [note for layer in read_all(name, Context()) for note in layer.notes]

    assert [str(note.facts["reason"])[: len(reason)] for note in found] == [reason]


@table("text", READ)
def test_what_sets_no_variable_elsewhere_is_not_told(text: str) -> None:
    assert [note.rule for layer in read("x.yaml", text) for note in layer.notes] == []


NOT_READ = {
    "a: {b: 1, SGLANG_X: 2}\n": "line 1: SGLANG_X is set where no environment is read",
    "a:\n- image: sglang\n  env: '{{ x }}'\n": "line 3: a template fills in env",
}


@table("text", NOT_READ)
def test_a_file_without_an_environment_names_what_is_not_read(text: str) -> None:
    with pytest.raises(NoEnvironmentError) as error:
        read("x.yaml", text)

    assert str(error.value) == f"x.yaml: {NOT_READ[text]}"
    assert error.value.what == "YAML with variables of SGLang that are not read"


@pytest.mark.parametrize(
    "case", ["GitLab jobs that extend others", "a GitLab script that refers to another"]
)
def test_a_job_of_another_file_is_named(case: str) -> None:
    layers = read(*CASES[case][:2])

    assert {note.facts["reason"] for layer in layers for note in layer.notes} == {
        "the job that it extends or refers to is in another file"
    }


@table(
    ("written", "value"),
    [
        ('"1"', "1"),
        ("1", "1"),
        ("1.5", "1.5"),
        ("true", "true"),
        ("True", "true"),
        ("/a b", "/a b"),
        ("!!str 010", "010"),
        ("2026-01-01", "2026-01-01"),
        ("a:b", "a:b"),
        ("", "<no value in this file>"),
        ("yes", "<a boolean to YAML 1.1 and a string to YAML 1.2>"),
        ("010", "<a number that programs write in different ways>"),
        ("1.10", "<a number that programs write in different ways>"),
        ("1_000", "<a number that programs write in different ways>"),
        ("1e400", "1e400"),
        (".inf", "<a number that programs write in different ways>"),
        ("!vault x", "<made by !vault>"),
        ("$HOME/x", LATER),
        ('"${A}"', LATER),
        ('"{{ a }}"', LATER),
        ("a$", "a$"),
    ],
)
def test_what_a_scalar_becomes(written: str, value: str) -> None:
    (layer,) = read("x.yaml", f"env:\n  A: {written}\n")

    assert values(layer) == {"A": value}


@table(
    "text",
    [
        "a: 1\nb: [1, 2]\n",
        "env: production\n",
        "environment: {name: production, url: https://example.org}\n",
        "env: {A: [1, 2]}\n",
        "env: [python>=3.10]\n",
        "env: MODE=x\n",
        "env: {A_B: [1], lower: 1}\n",
        "environment: [{key: x, value: 3, y: 4}]\n",
        "environment: [{name: x, size: 3}]\n",
        "variables: {A: 1, region: eu}\n",
        "A: 1\nimage: x\n",
        "name: env\ndependencies: [python=3.11, numpy]\n",
    ],
)
def test_what_is_no_environment(text: str) -> None:
    with pytest.raises(
        NoEnvironmentError, match="this is YAML, and contains no environment"
    ) as found:
        read("x.yaml", text)

    assert found.value.what == "YAML without an environment"


@pytest.mark.parametrize(
    ("name", "text", "what", "message"),
    [
        ("x.json", "{}", "JSON without an environment", "this is JSON"),
        ("x.toml", "a = 1", "TOML without an environment", "this is TOML"),
        ("x.json", '{"env": {', "JSON that cannot be parsed", "line 1: invalid JSON"),
        ("x.toml", "[env]\nA = ]", "TOML that cannot be parsed", "line 2: invalid TOML"),
        ("x.yaml", "env: {A", "YAML that cannot be parsed", "line 1: invalid YAML"),
        (
            "x.yaml",
            "env:\n  {{- toYaml .Values.env }}",
            "YAML that cannot be parsed",
            "line 2: a Helm",
        ),
    ],
)
def test_a_file_that_gives_nothing_is_one_line(
    name: str, text: str, what: str, message: str
) -> None:
    with pytest.raises(NoEnvironmentError) as found:
        read(name, text)

    assert found.value.what == what
    assert str(found.value).startswith(f"{name}: {message}")


def test_each_value_knows_its_line_and_key_path() -> None:
    name, text, _ = CASES["GitHub Actions"]
    *_, layer = read(name, text)

    assert [(a.name, a.origin.line, a.origin.key) for a in layer.assignments][-3:] == [
        ("C", 5, "jobs.test.env"),
        ("C", 10, "jobs.test.steps.Run.env"),
        ("TOKEN", 10, "jobs.test.steps.Run.env"),
    ]
    name, text, _ = CASES["TOML"]
    assert [a.origin.line for a in read(name, text)[-1].assignments] == [3, 4, 6]
    name, text, _ = CASES["a dev container"]
    assert [a.origin.line for layer in read(name, text) for a in layer.assignments] == [4, 4, 5, 5]


@pytest.mark.parametrize(
    ("part", "selector"),
    [
        ("decode_environment", "backend/decode_environment"),
        ("backend/decode_environment", "backend/decode_environment"),
        ("environment", "environment"),
    ],
)
def test_a_part_of_the_path_selects(part: str, selector: str, write: Write) -> None:
    write("recipe.yaml", RECIPE)
    (layer,) = read_all(f"recipe.yaml#{part}", Context())

    assert layer.label == f"recipe.yaml#{selector}"


def test_what_is_around_others_is_left_out_unless_it_is_selected(write: Write) -> None:
    write("recipe.yaml", RECIPE)

    assert len(read_all("recipe.yaml", Context())) == 2


@pytest.mark.parametrize("name", ["yaml", "json"])
def test_what_envctl_exports_as_a_mapping_it_reads(name: str) -> None:
    values_: Mapping[str, str] = {"A": "1", "B": 'a"b\n\u00e9 $', "SGLANG_X": "yes", "N": ""}
    text = {
        "yaml": yaml_export.mapping(values_.items()),
        "json": '{"A": "1", "B": "a\\"b\\n\\u00e9 $", "SGLANG_X": "yes", "N": ""}',
    }[name]
    (layer,) = read(f"x.{name}", text)

    assert values(layer) == values_


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.yaml", "env: " + "[" * 200, "nested deeper than 100 levels"),
        ("x.json", '{"env": ' + "[" * 200, "nested deeper than 100 levels"),
        ("x.toml", "env = " + "[" * 2000, "invalid TOML"),
        (
            "x.yaml",
            "a: &a {env: {A: 1, B: 1}}\n"
            + "".join(
                f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
                for before, name in zip("abcdef", "bcdefg", strict=True)
            ),
            "expands to more than 500,000 nodes",
        ),
    ],
)  # fmt: skip
def test_the_bounds_hold(name: str, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read(name, text)


def test_of_a_large_matrix_each_value_is_read() -> None:
    values_ = ", ".join(map(str, range(20)))
    text = f"a:\n  parallel:\n    matrix:\n    - A: [{values_}]\n      B: [{values_}]\n"
    found = [values(layer) for layer in read(".gitlab-ci.yml", text)]

    assert found == [{"A": str(number), "B": str(number)} for number in range(20)]


def test_a_comment_silences_a_rule_on_its_line() -> None:
    (layer,) = read("x.yaml", "env:\n  A: 1  # envctl: ignore[unknown-variable]\n")

    assert layer.ignores == {("x.yaml", 2): frozenset({"unknown-variable"})}


REPEATED = {
    "a list": (
        "x.yaml",
        "env:\n"
        + "".join(
            f"- {{name: {name}, value: '{value}'}}\n" for name, value in ("A1", "B1", "A2", "B1")
        ),
    ),
    "YAML": ("x.yaml", "env:\n  A: '1'\n  B: '1'\n  A: '2'\n  B: '1'\n"),
    "JSON": ("x.json", '{"env": {\n"A": "1",\n"B": "1",\n"A": "2",\n"B": "1"}}'),
}


@pytest.mark.parametrize(("name", "text"), REPEATED.values(), ids=REPEATED)
def test_a_name_that_is_set_twice_is_said(write: Write, name: str, text: str) -> None:
    write(name, text)
    (found,) = read_all(name, Context())

    assert {a.name: a.raw for a in found.assignments} == {"A": "2", "B": "1"}
    assert [(n.origin.line, n.rule, n.name, n.variant, n.facts["line"]) for n in found.notes] == [
        (4, "duplicate-name", "A", "", 2),
        (5, "duplicate-name", "B", "same", 3),
    ]
