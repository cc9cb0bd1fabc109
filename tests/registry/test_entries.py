"""Every entry that is loaded, whatever table or module it comes from: nothing in it is made up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields

import pytest

from sglang_envctl.readers import find
from sglang_envctl.registry import load
from sglang_envctl.registry.variable import EffectiveWhen, Outside, OverriddenBy, Variable
from sglang_envctl.releases import RELEASES
from sglang_envctl.releases import load as release_data
from sglang_envctl.releases.versions import within
from sglang_envctl.settings import reads_in

ENTRIES = load().variables
READS = [(entry, read) for entry in ENTRIES for read in entry.reads]
OF_SGLANG = [item for item in READS if item[0].owner in ("sglang", "sglang-diffusion")]
COMPILED = ("sgl-kernel/", "sgl_kernel/")
"""Packages that are not in SGLang's own wheel, so that the release data does not know them."""
FILE_AND_LINE = r"[\w./-]+\.(?:py|cpp|cc|cu|cuh|h|hpp|rs):\d+"
SOFTWARE = r"[A-Z][\w.:+-]+(?:[ ,].*)?|[\w./-]+\.(?:py|cpp|cuh)(?:[ ,].*)?|.+ .+|torch/.+"
"""A file, or the software that reads it, in words."""
GOOD = ("accepted", "unverified")
NO_EXAMPLE = {
    "MACA_PATH", "SGLANG_EXPERT_DISTRIBUTION_RECORD_DIR", "RUSTUP_DIST_SERVER", "RUSTUP_UPDATE_ROOT",
    "ETCD_ENDPOINTS", "NATS_SERVER",
}  # fmt: skip
"""Addresses and directories of which the docs show none, and no value would be right for anybody."""


def by_name(entry: Variable) -> str:
    return entry.name


def flaws(entry: Variable) -> list[str]:
    """What is wrong with the words of an entry."""
    sentences = len(re.findall(r"[.!?](?= |$)", entry.details))
    found = {
        "the summary is one phrase of at most 88 characters without a period": not re.fullmatch(
            r"\S.{0,86}[^\s.]", entry.summary
        ),
        f"the details have two to five sentences, not {sentences}": not 2 <= sentences <= 5,
        "the details are single-spaced": entry.details != " ".join(entry.details.split()),
        "an example is missing": entry.example is None
        and not (entry.secret or entry.ambient or entry.name in NO_EXAMPLE),
    }
    return [flaw for flaw, holds in found.items() if holds]


def others(entry: Variable) -> Iterator[str]:
    """The variables that an entry's relations name."""
    for relation in entry.relations:
        if isinstance(relation, EffectiveWhen):
            yield relation.condition.name
        elif isinstance(relation, OverriddenBy):
            yield from relation.others
        elif not isinstance(relation, Outside):
            yield relation.other


@pytest.mark.parametrize("entry", ENTRIES, ids=by_name)
def test_words(entry: Variable) -> None:
    assert flaws(entry) == []


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.example is not None], ids=by_name)
def test_the_example_is_what_the_docs_and_the_code_accept(entry: Variable) -> None:
    assert entry.example is not None
    main = next((r for r in reads_in(entry.reads, RELEASES[-1]) if not r.inert), None)

    assert entry.type.complain(entry.example) is None
    assert main is None or find(main.reader)(entry.example, main.default).outcome in GOOD


@pytest.mark.parametrize("reader", sorted({read.reader for _, read in READS}))
def test_readers_exist(reader: str) -> None:
    assert find(reader)("1", None).outcome


def test_reads_are_of_known_releases_in_their_order() -> None:
    wrong = [
        f"{entry.name}: {read.since} to {read.until}"
        for entry, read in READS
        if {read.since, read.until} - {"", *RELEASES}
        or (read.since and read.until and not within(read.until, read.since))
    ]

    assert wrong == []


def test_the_place_of_a_read_is_a_file_and_line_of_sglang_or_names_other_software() -> None:
    of_sglang = {id(read) for _, read in OF_SGLANG}
    wrong = [
        f"{entry.name}: {read.where}"
        for entry, read in READS
        if not re.fullmatch(FILE_AND_LINE, read.where)
        and (id(read) in of_sglang or not re.fullmatch(SOFTWARE, read.where))
        and not read.where.startswith(COMPILED)
    ]

    assert wrong == []


def test_the_code_of_every_release_in_range_reads_the_name() -> None:
    data = release_data()
    wrong = [
        f"{entry.name}: {release} does not read it ({read.where})"
        for entry, read in OF_SGLANG
        for release in RELEASES
        if within(release, read.since, read.until)
        and entry.name not in data.read_names(release)
        and not read.where.startswith(COMPILED)
    ]

    assert wrong == []


def test_relations_are_between_documented_variables() -> None:
    known = load().by_name
    named = {(entry.name, other) for entry in ENTRIES for other in others(entry)}

    assert {f"{name}: {other}" for name, other in named if other not in known} == set()


@pytest.mark.parametrize(
    ("changed", "flaw"),
    [
        ({"details": "bad"}, "the details have two to five sentences, not 0"),
        ({"summary": "Ends in a period."}, "the summary is one phrase"),
        ({"example": None}, "an example is missing"),
    ],
)
def test_an_entry_that_is_made_up_is_found_out(changed: dict[str, str], flaw: str) -> None:
    sound = {field.name: getattr(ENTRIES[0], field.name) for field in fields(Variable)}

    assert flaws(Variable(**sound)) == []
    assert [found.startswith(flaw) for found in flaws(Variable(**{**sound, **changed}))] == [True]
