"""kubectl reads back what was exported, secrets separately."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Assignment
from sglang_envctl.exports import kubernetes, render
from sglang_envctl.exports.payload import Snapshot
from tests.consumers import by_kubectl
from tests.exports.values import ORIGIN, TEXTS, VALUES, carried, exported, plain
from tests.harness import Write, run
from tests.tables import table

pytestmark = pytest.mark.real

NAMES = [
    "A",
    "a_1",
    "a.b-c",
    "y",
    "NO",
    "null",
    ".",
    "..",
    "..a",
    ".a",
    "...",
    "-",
    "--",
    "-1",
    "_",
    "1A",
    "1",
    "1e3",
    "é",
    "A#",
]
KEY = "not a valid ConfigMap key for a variable"


def manifest(*pairs: tuple[str, str], secrets: str = "", name: str = "sglang") -> str:
    assignments = tuple(Assignment(*pair, ORIGIN) for pair in pairs)
    return render(
        Snapshot(assignments, "0.5.23", frozenset(secrets.split()), (), name), "kubernetes"
    )


def envfrom(text: str) -> Any:
    """What the comment says about the container."""
    return yaml.safe_load("".join(re.findall(r"^#  (.*\n)", text, re.MULTILINE)))


def test_values_are_read_back() -> None:
    found = carried("kubernetes", VALUES)
    assert len(VALUES) == len(found)
    (config,) = by_kubectl(exported("kubernetes", found))
    assert plain(found) == config["data"]


@given(st.lists(TEXTS, min_size=20, max_size=60))
@settings(max_examples=10, deadline=None, derandomize=True)
def test_any_text_is_read_back(values: list[str]) -> None:
    found = carried("kubernetes", values)
    assert len(values) == len(found)
    (config,) = by_kubectl(exported("kubernetes", found))
    assert plain(found) == config["data"]


def test_names_are_read_back() -> None:
    names = [name for name in NAMES if not kubernetes.refusal(name, "1")]
    (config,) = by_kubectl(manifest(*((name, "1") for name in names)).encode())
    assert dict.fromkeys(names, "1") == config["data"]
    assert names == ["A", "a_1", "a.b-c", "y", "NO", "null", ".a", "-", "--", "-1", "_"]


def test_secrets_are_separate() -> None:
    text = manifest(("A", "1"), ("T", "x\ny"), ("B", "2"), ("U", ""), secrets="T U")
    config, secret = by_kubectl(text.encode())
    assert (config["kind"], config["data"]) == ("ConfigMap", {"A": "1", "B": "2"})
    assert (secret["kind"], secret["type"]) == ("Secret", "Opaque")
    assert secret["stringData"] == {"T": "x\ny", "U": ""}
    assert envfrom(text) == {
        "envFrom": [{"configMapRef": {"name": "sglang"}}, {"secretRef": {"name": "sglang"}}]
    }


@pytest.mark.parametrize(
    ("secrets", "kinds", "refs"),
    [("", ["ConfigMap"], ["configMapRef"]), ("A", ["Secret"], ["secretRef"])],
)
def test_only_what_is_needed(secrets: str, kinds: list[str], refs: list[str]) -> None:
    text = manifest(("A", "1"), secrets=secrets, name="no")
    assert kinds == [found["kind"] for found in by_kubectl(text.encode())]
    assert [{ref: {"name": "no"}} for ref in refs] == envfrom(text)["envFrom"]


def test_the_command_knows_what_is_secret(write: Write) -> None:
    """By the name, by the form of the value, and by what another variable keeps secret."""
    write("s.env", "A=1\nAPI_TOKEN=\nDB=http://me:hunter2@db/x\nKEY=sk-abcdefghijklmnopqrstuv\n")
    result = run("export", "-q", "-e", "s.env", "--format", "kubernetes", "--name", "my-app")
    config, secret = by_kubectl(result.out.encode())
    assert config["data"] == {"A": "1"}
    assert secret["stringData"].keys() == {"API_TOKEN", "DB", "KEY"}
    assert [found["metadata"]["name"] for found in (config, secret)] == ["my-app", "my-app"]


@table(
    ("name", "raw", "expected"),
    [
        ("", "x", KEY),
        ("1A", "x", KEY),
        ("..a", "x", KEY),
        ("A B", "x", KEY),
        ("É", "x", KEY),
        ("A" * 254, "x", KEY),
        ("A" * 253, "x", ""),
        ("A", "\udcff", "the value is not UTF-8"),
        ("A", "x" * 1_048_575, ""),
        ("A", "é" * 524_288, "a ConfigMap or Secret is limited to 1 MiB"),
    ],
)
def test_what_kubernetes_cannot_carry(name: str, raw: str, expected: str) -> None:
    assert expected == kubernetes.refusal(name, raw)
