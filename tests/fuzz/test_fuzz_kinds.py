"""Any input of any kind: a documented exit code, valid output, no fault, and soon."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given

from tests.fuzz.conftest import Tally, explored
from tests.fuzz.inputs import CORPUS, Kind, kind, mutated
from tests.fuzz.words import WORDS
from tests.harness import run

LONGEST = 60
"""Seconds of one run, on a machine that does other things too."""
CASES = sorted(path for path in CORPUS.rglob("*") if path.is_file())


def survives(of: Kind, data: bytes, folder: Path) -> None:
    """Run every command on an input."""
    file = folder / of.name
    file.write_bytes(data)
    for line in of.lines:
        words = [word.replace("FILE", str(file)) for word in line.split()]
        start = process_time()
        result = run(*words, stdin=b"SGLANG_CACHE_DIT_FN=2\n")

        assert result.code in (0, 1, 2, 3), (line, result.err)
        assert process_time() - start < LONGEST, line
        if "json" in words or "sarif" in words:
            json.loads(result.out)


@pytest.mark.slow
@pytest.mark.parametrize("name", WORDS)
def test_no_input_is_a_fault(name: str, tmp_path: Path, budget: int, tally: Tally) -> None:
    of = kind(name)
    found = CORPUS / name / "found"

    @explored(budget)
    @given(data=mutated(of))
    def explore(data: bytes) -> None:
        with tally.one(name):
            try:
                survives(of, data, tmp_path)
            except BaseException:
                # The last one is the smallest; it belongs to the corpus under a telling name.
                found.parent.mkdir(parents=True, exist_ok=True)
                found.write_bytes(data)
                raise

    explore()


@pytest.mark.slow
@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_failed_once_does_not_again(path: Path, tmp_path: Path) -> None:
    survives(kind(path.parent.name), path.read_bytes(), tmp_path)


def test_every_kind_of_source_is_tried() -> None:
    from sglang_envctl.sources import FILE_KINDS

    assert {*FILE_KINDS, "registry", "config", "audit"} == set(WORDS)
