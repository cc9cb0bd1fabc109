"""Compose files and manifests: what fires, what stays silent, and that no value is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sglang_envctl.rules import Finding
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
SOURCES = Path(__file__).parents[1] / "data" / "sources"
HUB = "hf_" + "AbCdEfGhIjKlMnOpQrSt"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {%scontainers: [{name: c, %s}]}\n"
LINK = (
    POD % ("", "env: [%s]") + "---\napiVersion: v1\nkind: Service\nmetadata: {name: %s}\nspec: {}\n"
)
STORE = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData: {HF_TOKEN: %s}\n"
SETTINGS = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {A: '1'}\n"


def compose(entry: str) -> str:
    return f"services:\n  web:\n    image: x\n    environment:\n      {entry}\n"


def env(*entries: str) -> str:
    return POD % ("", f"env: [{', '.join(f'{{{entry}}}' for entry in entries)}]")


FIRES = [
    ("compose", compose("A: 017"), ("not-a-string", "warning", "A", 5)),
    ("compose", compose("A: 1.10"), ("not-a-string", "warning", "A", 5)),
    ("compose", compose("A: [1]"), ("not-a-string", "error", "A", 5)),
    ("compose", compose("- A: 1"), ("colon-in-list", "error", "A", 5)),
    ("compose", compose("- 'A: 1'"), ("colon-in-list", "error", "A", 5)),
    ("compose", compose("A: ${"), ("refused", "error", "A", 5)),
    ("compose", compose("A: 1\n      A: 2"), ("refused", "error", "", 6)),
    ("compose", compose("A: pa$word"), ("dollar-eaten", "warning", "A", 5)),
    ("compose", compose("DB_PASSWORD: a$Word"), ("dollar-eaten", "warning", "DB_PASSWORD", 5)),
    ("compose", compose("A: $NOWHERE/x"), ("needs-shell", "info", "A", 5)),
    ("compose", compose(f"HF_TOKEN: {HUB}"), ("inline-credential", "warning", "HF_TOKEN", 5)),
    ("mappings", f"a:\n  env:\n    HF_TOKEN: {HUB}\n", ("inline-credential", "warning", "HF_TOKEN", 3)),
    ("compose", compose("API_KEY: 0123456789"), ("inline-credential", "info", "API_KEY", 5)),
    ("compose", compose("- API_KEY=0123456789"), ("inline-credential", "info", "API_KEY", 5)),
    ("compose", compose("A: 1") + "    env_file: no.env\n", ("missing-file", "warning", "", 6)),
    ("kubernetes", env("name: A, value: 1"), ("not-a-string", "error", "A", 4)),
    ("kubernetes", env("name: A, value: on"), ("not-a-string", "error", "A", 4)),
    ("kubernetes", env("A: '1'"), ("colon-in-list", "error", "A", 4)),
    ("kubernetes", env("value: '1'"), ("refused", "error", "", 4)),
    ("kubernetes", env("name: A, value: pa$$word"), ("dollar-eaten", "warning", "A", 4)),
    ("kubernetes", env("name: A, value: $(nproc)"), ("unexpanded-reference", "warning", "A", 4)),
    ("kubernetes", env(f"name: HF_TOKEN, value: {HUB}"),
     ("inline-credential", "warning", "HF_TOKEN", 4)),
    ("kubernetes", LINK % ("", "sglang"), ("service-link", "warning", "SGLANG_PORT", 8)),
    ("kubernetes", LINK % ("", "sglang-grpc"), ("service-link", "warning", "SGLANG_GRPC_PORT", 8)),
    ("kubernetes",
     POD % ("", "envFrom: [{configMapRef: {name: m}}], env: [{name: A, value: '2'}]") + SETTINGS,
     ("shadowed", "info", "A", 9)),
    ("dotenv", "<<<<<<< HEAD\nA=1\n", ("merge-marker", "error", "", 1)),
    ("dotenv", "A=1\n=======\n", ("merge-marker", "error", "", 2)),
    ("dotenv", "A=1\n\n>>>>>>> origin/main\n", ("merge-marker", "error", "", 3)),
]  # fmt: skip

SILENT = [
    ("mappings", f"HF_TOKEN: {HUB}\n"),
    ("compose", compose("A: 1\n      B: true\n      C: True\n      D: yes\n      E: '017'")),
    ("compose", compose("A: 'pa$$word'\n      B: a$1\n      C: ends in $")),
    ("compose", compose("A: ${NOWHERE:-x}\n      B: ${NOWHERE:?say}")),
    ("compose", compose("HF_TOKEN:\n      API_KEY: ${API_KEY:?}")),
    ("compose", compose("- HF_TOKEN\n      - TZ=UTC")),
    ("kubernetes", env("name: HF_TOKEN, value: $HF_TOKEN")),
    ("systemd", "[Service]\nExecStart=x\nEnvironment=HF_TOKEN=$HF_TOKEN\n"),
    ("compose", compose("API_KEY: <your key>\n      HF_TOKEN: hf_xxxxxxxxxxxxxxxxxxxx")),
    ("compose", compose("API_KEY: EMPTY\n      PASSWORD_FILE: /run/secrets/password")),
    ("compose", compose("TLS_PRIVATE_KEY: /etc/tls/key.pem\n      MAX_TOKENS: 123456789")),
    ("compose", "x-e: &e {A: '1'}\n" + compose("<<: *e\n      A: '2'")),
    ("kubernetes", env("name: A, value: '1'", 'name: B, value: "on"', "name: C, value: a$b")),
    ("kubernetes", env("name: A, value: a", "name: B, value: $(A)", "name: C, value: $$(A)")),
    ("kubernetes", env("name: HF_TOKEN, valueFrom: {secretKeyRef: {name: hub, key: token}}")),
    ("kubernetes", POD % ("", "envFrom: [{secretRef: {name: keys}}]") + STORE % HUB),
    ("kubernetes", POD % ("", "envFrom: [{configMapRef: {name: m}}]") + SETTINGS),
    ("kubernetes",
     POD % ("", "envFrom: [{configMapRef: {name: m}}], env: [{name: A, value: '1'}]") + SETTINGS),
    ("kubernetes", LINK % ("", "sglang-router")),
    ("kubernetes", LINK % ("", "model-server")),
    ("kubernetes", LINK % ("{name: SGLANG_PORT, value: '30001'}", "sglang")),
    ("kubernetes", (LINK % ("", "sglang")).replace("spec: {c", "spec: {enableServiceLinks: false, c")),
    ("dotenv", "# ======= section =======\nA='======='\nB=<<<<<<<\n"),
]  # fmt: skip


@table(("kind", "text", "expected"), FIRES)
def test_fires(kind: str, text: str, expected: tuple[str, str, str, int], judge: Judge) -> None:
    found = [(f.rule, f.severity, f.name, f.origin.line) for f in judge(text, kind=kind)]
    assert expected in found


@table(("kind", "text"), SILENT)
def test_is_silent(kind: str, text: str, judge: Judge) -> None:
    assert judge(text, kind=kind, ignore="undocumented") == ()


@table(
    ("kind", "text"),
    [
        ("compose", compose("DB_PASSWORD: $HUNTER")),
        ("compose", compose("DB_PASSWORD: a$HUNTER")),
        ("compose", compose("DB_PASSWORD: ${hunter!}")),
        ("compose", compose("DB_PASSWORD: [hunter]")),
        ("compose", compose("A: $hunter")),
        ("compose", compose("- 'DB_PASSWORD: hunter'")),
        ("compose", compose("- DB_PASSWORD: hunter")),
        ("kubernetes", env("name: DB_PASSWORD, value: $(hunter)")),
        ("kubernetes", env("name: DB_PASSWORD, value: hunter$$hunter")),
        ("kubernetes", env("DB_PASSWORD: hunter")),
    ],
)
def test_nothing_of_a_value_is_told(kind: str, text: str, judge: Judge) -> None:
    found = judge(text, kind=kind)
    assert found
    assert "hunter" not in repr([(f.message, f.help) for f in found]).lower()


def test_a_comment_silences_a_rule_in_a_manifest(judge: Judge) -> None:
    text = compose(
        "# envctl: ignore[not-a-string]\n      A: 017\n      B: 018 # no comment to envctl"
    )
    assert [f.name for f in judge(text, kind="compose")] == ["B"]


@pytest.mark.parametrize(
    "path",
    sorted([*SOURCES.glob("compose/*/compose.yaml"), *SOURCES.glob("kubernetes/*.yaml")]),
    ids=str,
)
def test_real_files_give_no_error_and_no_warning(path: Path, judge_layers: Judge) -> None:
    process = {"STORAGE_USER": "media-user", "STORAGE_PASSWORD": "not-a-real-secret"}
    found = [f for layer in read_all(str(path), Context(process)) for f in judge_layers(layer)]
    assert [f for f in found if f.severity != "info"] == []
