"""Our readers against the published code: the same texts, the same values, the same outcomes.

Each release's own modules are taken out of its wheel and run in a child process (`child/`), with
stand-ins for everything they import; `cases.py` says by which probe. What only another package
judges is put to that package's wheel: cache-dit in the version that the release pins, and botocore.

Left out: the FlagOS plugin, which is published on no package index, so its readers have no wheel to
be compared with; and the variables that SGLang itself does not read (PyTorch's, NVSHMEM's, those of
its own kernel package, ...).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sglang_envctl.registry.variable import Read, Variable
from sglang_envctl.releases.versions import within
from sglang_envctl.settings import reads_in
from tests.conformance import cases, wheels
from tests.conformance.compare import about, about_grammar, as_json, disagreements, shaped
from tests.conformance.corpus import texts
from tests.conformance.release import Ask, answers, places

pytestmark = pytest.mark.conformance

Download = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def sglang(release: str, download: Download) -> Path:
    return download("sglang", release)


@pytest.fixture(scope="session")
def wheel_set(sglang: Path, download: Download) -> dict[str, Path]:
    found = {"sglang": sglang, "botocore": download("botocore", wheels.BOTOCORE)}
    version = wheels.pinned(sglang, "cache-dit")
    return found | ({"cache-dit": download("cache-dit", version)} if version else {})


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")  # as in the child


def _read_in(release: str) -> Iterator[tuple[Variable, Read]]:
    for variable in cases.variables():
        for read in reads_in(variable.reads, release):
            yield variable, read


def _probed(release: str) -> Iterator[tuple[Variable, Read]]:
    return ((v, r) for v, r in _read_in(release) if cases.probe(v, r))


def test_every_text_means_the_same(release: str, wheel_set: dict[str, Path]) -> None:
    questions = [q for variable, read in _probed(release) for q in about(variable, read)]
    wrong = disagreements(questions, wheel_set)
    assert not wrong, f"{len(wrong)} of {len(questions)} in {release}:\n" + "\n".join(wrong)


def test_the_runtime_s_own_grammars_are_ours(release: str, wheel_set: dict[str, Path]) -> None:
    here = [g for g in cases.GRAMMARS if within(release, cases.FIRST.get(g, ""))]
    questions = [question for grammar in here for question in about_grammar(grammar)]
    wrong = disagreements(questions, wheel_set)
    assert not wrong, f"{len(wrong)} of {len(questions)} in {release}:\n" + "\n".join(wrong)


def test_an_unset_variable_is_the_same_default(release: str, wheel_set: dict[str, Path]) -> None:
    fixed = [(v, r) for v, r in _probed(release) if not r.default_rule]
    asks = [Ask(cases.probe(v, r), v.name, None, cases.given(v)) for v, r in fixed]
    for (variable, read), answer in zip(fixed, answers(asks, wheel_set), strict=True):
        expected = shaped(read.default, read.reader)
        assert as_json(answer.value) == as_json(expected), (variable.name, read, answer)


def test_a_computed_default_follows_its_rule(release: str, wheel_set: dict[str, Path]) -> None:
    ruled = {(v.name, cases.probe(v, r)) for v, r in _probed(release) if r.default_rule}
    here = [
        case
        for case in cases.COMPUTED
        if (case.name, case.as_read_by) in ruled and within(release, case.since, case.until)
    ]
    assert {(case.name, case.as_read_by) for case in here} == ruled
    asks = [Ask(case.probe, case.name, None, case.given) for case in here]
    for case, answer in zip(here, answers(asks, wheel_set), strict=True):
        assert as_json(answer.value) == as_json(case.value), (case, answer)


def test_a_release_reads_what_the_registry_says_it_reads(release: str, sglang: Path) -> None:
    found = places(sglang, [variable.name for variable in cases.variables()])
    read = {variable.name for variable, _ in _read_in(release)}
    assert {name: where for name, where in found.items() if bool(where) != (name in read)} == {}


def test_the_corpus_is_large() -> None:
    assert all(len(texts(variable)) >= 40 for variable in cases.variables())
