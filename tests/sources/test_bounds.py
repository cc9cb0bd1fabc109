"""A file that expands to gigabytes is refused in one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sglang_envctl.errors import SourceError
from sglang_envctl.sources import bounds
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all

DOUBLED = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: c\n    env:\n" + "".join(
    f"    - {{name: A{i}, value: '{'x' * 9 if not i else f'$(A{i - 1})' * 9}'}}\n"
    for i in range(40)
)
FROM = (
    "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: c\n    envFrom:\n"
    + "    - {configMapRef: {name: m}}\n" * 2000
    + "---\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n"
    + "".join(f"  A{i}: x\n" for i in range(2000))
)
EXTENDED = (
    "services:\n  base: {environment: {"
    + ", ".join(f"A{i}: x" for i in range(2000))
    + "}}\n"
    + "".join(f"  s{i}: {{extends: base}}\n" for i in range(2000))
)
LONG = "services:\n  web:\n    environment:\n" + "".join(
    f"      A{i}: '{'${BIG}' * 9}'\n" for i in range(2000)
)
FILES = "services:\n" + "".join(f"  s{i}: {{env_file: big.env}}\n" for i in range(2000))


@pytest.fixture(autouse=True)
def _smaller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bounds, "MOST", 10_000)
    monkeypatch.setattr(bounds, "LONGEST", 4 << 20)
    (tmp_path / ".env").write_text(f"BIG={'x' * 100_000}\n")
    (tmp_path / "big.env").write_text(f"BIG={'x' * 100_000}\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", [FROM, EXTENDED, LONG, FILES], ids=["from", "extends", "long", "files"]
)
def test_a_file_that_expands_too_far_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(
        SourceError, match=r"^m\.yaml: expands to more than 10,000 variables or 4 MiB"
    ):
        read_all("m.yaml", Context())


def test_references_that_multiply_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(DOUBLED, encoding="utf-8")
    (layer,) = read_all("m.yaml", Context())
    assert (layer.assignments[2].raw, layer.assignments[-1].raw) == ("x" * 729, "")
    assert layer.assignments[-1].unknown == "longer than 1 MiB"


@pytest.mark.parametrize(
    ("value", "unknown"),
    [("$(A)" * 1024, ""), ("$(A)" * 1024 + "$(B)", "longer than 1 MiB")],
)
def test_references_may_add_up_to_one_mebibyte(tmp_path: Path, value: str, unknown: str) -> None:
    env = [("A", "x" * 1024), ("B", "x"), ("C", value)]
    entries = "".join(f"    - {{name: {name}, value: '{text}'}}\n" for name, text in env)
    (tmp_path / "m.yaml").write_text(DOUBLED.partition("    - ")[0] + entries, encoding="utf-8")
    (layer,) = read_all("m.yaml", Context())

    *_, last = layer.assignments
    assert (len(last.raw), last.unknown) == (0 if unknown else 1024 * 1024, unknown)


@pytest.mark.parametrize(
    ("kind", "line", "start"),
    [
        ("systemd", "EnvironmentFile=/%s", "[Service]\n"),
        ("make", "include %s", "export\nserve:\n\tpython -m sglang.launch_server\n"),
        ("shell", ". ./%s", "#!/bin/sh\nset -a\n"),
    ],
)
def test_what_one_file_includes_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, line: str, start: str
) -> None:
    monkeypatch.setattr(bounds, "INCLUDED", 20_000)
    (tmp_path / "big.env").write_text("A=1\n" + "#" * 9000, "utf-8")
    path = str(tmp_path / "big.env")[1:] if kind == "systemd" else "big.env"
    (tmp_path / "x").write_text(start + f"{line % path}\n" * 50, "utf-8")
    (layer,) = read_all(f"{kind}:x", Context())
    assert {a.name: a.text for a in layer.assignments}["A"] == "1"
    assert 0 < len(layer.notes) <= 50
