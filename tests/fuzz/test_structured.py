"""Documents of every structure: YAML and JSON with the keys that environments stand under."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.harness import run

pytestmark = pytest.mark.slow

SCALARS = st.sampled_from(
    ["", "1", "true", "yes", "~", "010", "0x" + "f" * 40, "1e400", "9" * 400, ".inf", "2026-01-01",
     "!!float x", "!!binary x", "!vault a", "*a", "&a 1", '"{{ x }}"', "${A}", "$(B)", "'a'",
     '"\\u12"', "[", "{", "|\n   a: 1"]
)  # fmt: skip
KEYS = st.sampled_from(
    ["env", "envs", "environment", "decode_environment", "variables", "containerEnv", "spec",
     "containers", "serveConfigV2", "kind", "apiVersion", "metadata", "items", "name", "value",
     "valueFrom", "A", "B_C", "services", "envFrom", "<<", "? a", "[x]"]
)  # fmt: skip
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda found: f"[{', '.join(found)}]")
        | st.lists(st.tuples(KEYS, inner), max_size=4).map(
            lambda found: "{" + ", ".join(f"{key}: {value}" for key, value in found) + "}"
        )
    ),
    max_leaves=12,
)
DOCUMENTS = st.lists(st.tuples(KEYS, TREES), max_size=5).map(
    lambda found: "\n".join(f"{key}: {value}" for key, value in found)
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=DOCUMENTS, kind=st.sampled_from(["kubernetes", "mappings", "compose", "docker", "environ"])
)
@example(text="services: {s: {environment: {A: !!float 1e400}}}", kind="compose")
@example(text="services: {s: {environment: {A: " + "9" * 400 + "}}}", kind="compose")
@example(text="[env]\nA = 1\n[env.x]\n", kind="mappings")
@example(text='{"env": {"A": 1e400, "B": -0, "C": "\\ud800"}}', kind="mappings")
def test_no_document_is_a_fault(tmp_path: Path, text: str, kind: str) -> None:
    data, file = text.encode("utf-8", "surrogatepass"), tmp_path / "x.yaml"
    file.write_bytes(data)
    for args in (["check", f"{kind}:{file}"], ["check", "-"], ["show", "-e", f"{kind}:{file}"]):
        result = run(*args, stdin=data)
        assert result.code in (0, 1, 2, 3), (args, result.err)
