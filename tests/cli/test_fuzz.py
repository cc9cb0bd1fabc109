"""Any bytes at all through every command: an exit code that is documented, and soon."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sglang_envctl.registry import load
from tests.harness import run

pytestmark = pytest.mark.slow

NAMES = st.sampled_from([variable.name for variable in load().variables]) | st.sampled_from(
    ["APP", "SGLANG_X", "SGL_PORT", "API_TOKEN", "PATH", "", "export", "A B", "a-b.c", "X" * 300]
)
TEXTS = st.sampled_from(
    ["", "1", "true", "on", "-1", "1e400", "nan", "٣", "0x10", "${APP}", "${", "${A:-${B}}", "<x>",
     "a=b|c;d", "a,b", "/srv", "~", "https://u:p@h", "s3", "'", '"', "\\", "\\n", "#", " # x", "\0",
     "9" * 5000, " " * 300, "-----BEGIN X-----"]
) | st.text(max_size=12)  # fmt: skip
QUOTES = st.sampled_from(["", "'", '"', "`"])
LINES = st.builds(
    lambda lead, name, equals, quote, text, end: f"{lead}{name}{equals}{quote}{text}{quote}{end}",
    st.sampled_from(["", "export ", "  ", "\ufeff", "# ", "- "]),
    NAMES,
    st.sampled_from(["=", " = ", ": ", "", "=="]),
    QUOTES,
    TEXTS,
    st.sampled_from(["", " # envctl: ignore[crashes]", " # envctl: ignore[", "\r", " x"]),
)
FILES = st.binary(max_size=300) | st.lists(LINES, max_size=12).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n", "\n\n"]).map(
        lambda end: end.join(lines).encode("utf-8", "surrogatepass")
    )
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "x.env"


@settings(max_examples=150, deadline=5_000)
@given(data=FILES)
def test_no_bytes_are_a_fault(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    for args in (
        ["check", str(file)],
        ["check", "-", "--strict", "--format", "json"],
        ["show", "-e", str(file), "--format", "json"],
        ["show", "-e", "-"],
        ["diff", str(file), "defaults", "--raw"],
        ["export", "-e", str(file), "--format", "shell"],
        ["export", "-e", str(file), "--no-check", "--all"],
    ):
        result = run(*args, stdin=data)
        assert result.code in (0, 1, 3), (args, result.err)


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


@settings(max_examples=150, deadline=5_000)
@given(
    text=DOCUMENTS, kind=st.sampled_from(["kubernetes", "mappings", "compose", "docker", "environ"])
)
@example(text="services: {s: {environment: {A: !!float 1e400}}}", kind="compose")
@example(text="services: {s: {environment: {A: " + "9" * 400 + "}}}", kind="compose")
@example(text="[env]\nA = 1\n[env.x]\n", kind="mappings")
@example(text='{"env": {"A": 1e400, "B": -0, "C": "\\ud800"}}', kind="mappings")
def test_no_document_is_a_fault(file: Path, text: str, kind: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    file.write_bytes(data)
    for args in (["check", f"{kind}:{file}"], ["check", "-"], ["show", "-e", f"{kind}:{file}"]):
        result = run(*args, stdin=data)
        assert result.code in (0, 1, 2, 3), (args, result.err)


@settings(max_examples=30, deadline=5_000)
@given(data=FILES)
@example(data=b"x=" + b"9" * 5000)
@example(data=b"x=" + b"[" * 5000)
@example(data=b"[[variable]]\nname='X'\ntype='list'\nitem='x'")
@example(data=b"[[variable]]\nname='X'\ntype='int'\nminimum='x'\nchoices=[[1]]")
@example(data=b"[[variable]]\nname=''")
def test_no_bytes_are_a_registry_that_faults(file: Path, data: bytes) -> None:
    file.write_bytes(data)

    assert run("check", "--registry", str(file), "-").code in (0, 3)


@settings(max_examples=100, deadline=5_000)
@given(st.lists(st.text(max_size=8) | st.sampled_from(
    ["check", "show", "explain", "diff", "export", "-e", "-", "--format", "json", "--set", "--raw",
     "--select", "--section", "-o", "--registry", "--sglang", "0.5.23", "--", "-q", "defaults"]
), max_size=6))  # fmt: skip
def test_no_command_line_is_a_fault(file: Path, arguments: list[str]) -> None:
    if "-o" in arguments or any(word.startswith(("-o", "--o")) for word in arguments):
        arguments = [word for word in arguments if "o" not in word]  # write nothing

    assert run(*arguments).code in (0, 1, 2, 3)
