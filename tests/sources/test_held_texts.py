"""Texts that an editor holds are read in place of the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from sglang_envctl import api
from sglang_envctl.environment import Environment
from sglang_envctl.errors import SourceError
from sglang_envctl.sources.files import held, read_bytes, recorded
from sglang_envctl.sources.load import load_file
from tests.harness import Write


def test_a_held_text_is_read_in_place_of_its_file(write: Write, tmp_path: Path) -> None:
    write("a.env", "A=disk\n")
    write("b.env", "B=disk\n")
    with held({str(tmp_path / "a.env"): b"A=held\n"}), recorded() as inputs:
        assert read_bytes("a.env") == read_bytes("./a.env") == b"A=held\n"
        assert read_bytes("b.env") == b"B=disk\n"
        assert sorted(inputs.values()) == ["a.env", "b.env"]

    assert read_bytes("a.env") == b"A=disk\n"


def test_its_file_need_not_exist(tmp_path: Path) -> None:
    with held({str(tmp_path / "new.env"): b"A=1\n"}):
        assert read_bytes(str(tmp_path / "new.env")) == b"A=1\n"
        with pytest.raises(SourceError):
            read_bytes(str(tmp_path / "other.env"))


def test_a_source_reads_what_it_includes_as_it_is_held(write: Write, tmp_path: Path) -> None:
    write("prod.env", "A=disk\n")
    compose = b"services:\n  web:\n    image: x\n    env_file: prod.env\n"
    texts = {str(tmp_path / "prod.env"): b"A=held\n", str(tmp_path / "compose.yaml"): compose}
    with held(texts):
        (found,) = load_file(str(tmp_path / "compose.yaml"), api.context())

    assert isinstance(found, Environment)
    assert found.effective["A"].raw == "held"


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [("a.env", "A=1\n", 1), ("a.yaml", "- a\n", 0), ("a.md", "Some words.\n", 0), ("a", "\n", 0)],
)
def test_a_file_need_not_hold_an_environment(
    write: Write, name: str, text: str, number: int
) -> None:
    assert len(load_file(str(write(name, text)), api.context())) == number


def test_a_file_lies_on_top_of_its_layers(write: Write) -> None:
    write("base.env", "A=1\nB=1\n")
    path = write("prod.env", "B=${A}2\n")
    (found,) = load_file(str(path), api.context(), layers=["base.env"])

    assert isinstance(found, Environment)
    assert {name: a.raw for name, a in found.effective.items()} == {"A": "1", "B": "12"}
