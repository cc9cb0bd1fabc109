"""Reading Quadlet files of Podman."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sglang_envctl.environment import Layer
from sglang_envctl.sources import quadlet
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all, read_one
from tests.harness import Write, run
from tests.tables import table

DATA = Path(__file__).parents[1] / "data" / "sources" / "quadlet"
CONTEXT = Context()
OWN = "<inherited from the environment of podman, if set there>"
SPECIFIER = "<contains a %-specifier that systemd resolves>"
REFERENCE = "<contains a reference that systemd resolves>"


def container(text: str) -> Layer:
    (layer,) = quadlet.layers("x.container", text.encode(), CONTEXT)
    return layer


def environment(layer: Layer) -> dict[str, str]:
    return {a.name: a.text for a in layer.assignments}


def notes(layer: Layer) -> list[str]:
    return [f"{n.origin.line} {n.rule} {n.name} {n.variant}".strip() for n in layer.notes]


# The lines after [Container], the environment of the container, and the notes.
CONTAINERS: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "several": ('Environment=A=1 "B=x y"\nEnvironment=C=3', {"A": "1", "B": "x y", "C": "3"}, []),
    "reset": ("Environment=A=1\nEnvironment=\nEnvironment=B=2", {"B": "2"}, []),
    "escapes": (r"Environment=A=a\x20b", {"A": "a b"}, []),
    "an open quote ends with the line": ("Environment='A=1 2", {"A": "1 2"}, []),
    "bad escape": (r"Environment=A=1 B=a\qb", {}, ["2 unit-syntax"]),
    "name alone": ("Environment=A", {"A": OWN}, []),
    "value with a space": ("Environment=A=/my models", {"A": "/my"}, ["2 dropped-word A"]),
    "all in one pair of quotes": ('Environment="A=1 B=2"', {"A": "1 B=2"}, ["2 several-in-quotes A"]),
    "specifier": ("Environment=A=%h B=100%%", {"A": SPECIFIER, "B": "100%"}, []),
    "references": ("Environment=A=${HOME} B=$HOME", {"A": REFERENCE, "B": "$HOME"}, []),
    "continued": ("Environment=A=1 \\\n  B=2", {"A": "1", "B": "2"}, []),
    "secret": ("Secret=t,type=env,target=A\nSecret=file", {"A": "<held in a Podman secret>"}, []),
    "for podman itself": ("[Service]\nEnvironment=A=1", {}, ["3 outside-service-section A podman"]),
    "handed on": ("EnvironmentHost=true\n[Service]\nEnvironment=A=1 B=1\n[Container]\nEnvironment=B=2",
                  {"A": "1", "B": "2"}, []),
    "options of podman": ("PodmanArgs=--gpus all --env A=1 --env=B=2 -e C=3",
                          {"A": "1", "B": "2", "C": "3"}, []),
    "elsewhere": ("[Unit]\nEnvironment=A=1", {}, ["3 outside-service-section  quadlet"]),
    "in a pod": ("[Kube]\nEnvironment=A=1", {}, ["3 outside-service-section  kube"]),
}  # fmt: skip


@table("case", CONTAINERS)
def test_environment(case: str) -> None:
    body, expected, noticed = CONTAINERS[case]
    found = container(f"[Container]\n{body}\n")
    assert (environment(found), notes(found)) == (expected, noticed)


def test_the_container_gets_what_its_lines_say_rather_than_its_files(write: Write) -> None:
    write("conf/server.env", "A=file\nB=file\n")
    write(
        "x.container",
        "[Container]\nEnvironment=A=line\nEnvironmentFile=conf/server.env\nEnvironmentFile=none.env\n",
    )
    found = read_one("x.container", CONTEXT)
    assert environment(found) == {"A": "line", "B": "file"}
    assert notes(found) == ["4 environment-file-unread"]


def test_drop_ins(write: Write) -> None:
    write("x.container", "[Container]\nEnvironment=A=1 B=1\n")
    write("x.container.d/10.conf", "[Container]\nEnvironment=B=2\n")
    assert environment(read_one("x.container", CONTEXT)) == {"A": "1", "B": "2"}
    assert environment(read_one("x.container.d/10.conf", CONTEXT)) == {"B": "2"}


def test_manifest_of_a_pod(write: Write) -> None:
    write(
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n"
        "  - name: server\n    env: [{name: A, value: '1'}]\n",
    )
    write("x.kube", "[Kube]\nYaml=pod.yaml\n")
    (found,) = read_all("x.kube", CONTEXT)
    assert environment(found) == {"A": "1"}
    write("y.kube", "[Kube]\nYaml=none.yaml\n")
    assert notes(read_one("y.kube", CONTEXT)) == ["2 environment-file-unread"]


def test_command_of_the_container() -> None:
    found = container(
        "[Container]\nExec=python3 -m sglang.launch_server --model-path ${M} --tp 2\n"
    )
    assert found.command == (
        "python3",
        "-m",
        "sglang.launch_server",
        "--model-path",
        "",
        "--tp",
        "2",
    )


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.container")))
def test_files_of_their_kinds(name: str) -> None:
    layer = read_one(str(DATA / name), CONTEXT)
    expected = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))[name]
    assert environment(layer) == expected
    assert layer.kind == "quadlet"


@pytest.mark.parametrize(
    ("path", "head", "matches"),
    [
        ("x.container", "", True),
        ("/etc/containers/systemd/x@.container", "", True),
        ("x.container.d/10.conf", "", True),
        ("x.kube", "", True),
        ("-", "# /run/systemd/generator/x.service\n[X-Container]\nImage=x\n", True),
        ("x.service", "[Service]\n", False),
        ("container", "", False),
    ],
)
def test_matches(path: str, head: str, matches: bool) -> None:
    assert quadlet.matches(path, head.encode()) is matches


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("[Container]\nEnvironment=SGLANG_USE_AITER=1\n", []),
        ("[Service]\nEnvironment=SGLANG_USE_AITER=1\n[Container]\n", ["outside-service-section"]),
        ("[Service]\nEnvironment=HTTPS_PROXY=http://proxy:3128 APP=1\n[Container]\n", []),
        (f"[Container]\nEnvironment=HF_TOKEN=hf_{'abcdefgh' * 4}\n", ["inline-credential"]),
        ('[Container]\nEnvironment="HF_HOME=/d SGLANG_USE_AITER=1"\n', ["several-in-quotes"]),
        ('[Container]\nEnvironment="APP=-x FOO=1"\n', []),
    ],
)  # fmt: skip
def test_findings(write: Write, text: str, rules: list[str]) -> None:
    write("x.container", text)
    found = run("check", "-q", "x.container").out
    assert [line.split(":")[2].split()[1] for line in found.splitlines()] == rules
