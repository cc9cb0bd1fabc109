"""Every entry that is loaded has the form of an entry, and agrees with the releases.

What a page prints is in the tables beside this file's tests; these tests need no table.
"""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module

from sglang_envctl.readers import find, grammar
from sglang_envctl.registry import SECTION_MODULES, load
from sglang_envctl.registry.variable import (
    EffectiveWhen,
    Excludes,
    Outside,
    OverriddenBy,
    Read,
    Relation,
    Variable,
)
from sglang_envctl.releases import ReleaseData, Span
from sglang_envctl.releases import load as load_data
from sglang_envctl.settings import reads_in
from tests.conformance.wheels import RELEASES
from tests.tables import table

SENTENCES = range(2, 6)
BY_SGLANG = re.compile(r"sglang/[\w/]+\.py:[1-9]\d*")
FILE_OR_SOFTWARE = re.compile(r".*[\w-]+\.(py|cc|cpp|cuh|cu|h|hpp|rs|go|c)\b.*|[A-Z].*|\S+ \S.*")
WITHOUT_EXAMPLE = {
    "ETCD_ENDPOINTS",
    "LD_LIBRARY_PATH",
    "MACA_PATH",
    "NATS_SERVER",
    "PATH",
    "PYTHONPATH",
    "RUSTUP_DIST_SERVER",
    "RUSTUP_UPDATE_ROOT",
    "SGLANG_EXPERT_DISTRIBUTION_RECORD_DIR",
    "SGLANG_IN_DEEPGEMM_PRECOMPILE_STAGE",
}
"""Their documents print a default or nothing, and any other value belongs to one machine or program."""
EXAMPLE_OF_LATER_RELEASES = {
    "MOONCAKE_GLOBAL_SEGMENT_SIZE",  # 0.5.3.post1 took bytes only
    "SGLANG_DIFFUSION_FLASHINFER_FP4_GEMM_BACKEND",  # 0.5.10 had fewer back-ends
    "SGLANG_MOONCAKE_CUSTOM_MEM_POOL",  # a switch in 0.5.5
}


each_entry = table("entry", load().variables, ids=lambda variable: variable.name)


def test_everything_declared_is_loaded_once() -> None:
    modules = (import_module(f"sglang_envctl.registry.{name}") for name in SECTION_MODULES)
    declared = [variable.name for module in modules for variable in module.VARIABLES]
    assert declared == [variable.name for variable in load().variables]


def test_no_section_has_more_than_30_variables() -> None:
    sizes = Counter(variable.section.slug for variable in load().variables)
    assert {slug: size for slug, size in sizes.items() if size > 30} == {}


def test_a_slug_names_one_section() -> None:
    sections = {variable.section for variable in load().variables}
    assert len(sections) == len({section.slug for section in sections})


@each_entry
def test_entry_is_complete(entry: Variable) -> None:
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", entry.name)
    assert entry.section.slug
    assert entry.section.title
    assert entry.owner
    assert entry.documents


@each_entry
def test_summary_is_one_short_line(entry: Variable) -> None:
    assert re.fullmatch(r"\S.{0,86}[^\s.]", entry.summary)


@each_entry
def test_details_are_a_few_whole_sentences(entry: Variable) -> None:
    assert len(re.findall(r"[.!?](?= |$)", entry.details)) in SENTENCES
    assert entry.details == " ".join(entry.details.split())


@each_entry
def test_discrepancies_are_whole_sentences(entry: Variable) -> None:
    assert [text for text in entry.discrepancies if not re.fullmatch(r"\S.+\S\.", text)] == []


@each_entry
def test_there_is_an_example(entry: Variable) -> None:
    assert (entry.example is None) <= (entry.secret or entry.name in WITHOUT_EXAMPLE)


@each_entry
def test_example_and_default_are_of_the_type(entry: Variable) -> None:
    default = entry.default if isinstance(entry.default, str) else None
    texts = [text for text in (entry.example, default) if text is not None]
    assert {text: entry.type.complain(text) for text in texts} == dict.fromkeys(texts)


@each_entry
def test_example_is_accepted_by_every_reader(entry: Variable) -> None:
    outcomes = {
        find(read.reader)(entry.example, None).outcome
        for read in entry.reads
        if entry.example is not None
        and not (read.until and entry.name in EXAMPLE_OF_LATER_RELEASES)
    }
    assert outcomes <= {"accepted", "unverified"}


def _other_ends(relation: Relation) -> tuple[str, ...]:
    if isinstance(relation, Outside):
        return ()
    if isinstance(relation, OverriddenBy):
        return relation.others
    return (relation.condition.name if isinstance(relation, EffectiveWhen) else relation.other,)


@each_entry
def test_other_end_of_every_relation_exists(entry: Variable) -> None:
    ends = [end for relation in entry.relations for end in _other_ends(relation)]
    assert [end for end in ends if end == entry.name or not load().find(end)] == []


@each_entry
def test_names_of_other_software_exclude_each_other(entry: Variable) -> None:
    for relation in entry.relations:
        if isinstance(relation, Excludes) and entry.section.aside:
            other = load().find(relation.other)
            assert other is not None
            assert entry.name in [r.other for r in other.relations if isinstance(r, Excludes)]


@each_entry
def test_variable_that_nothing_reads_says_so(entry: Variable) -> None:
    assert entry.reads or entry.replaced_by or entry.discrepancies


@each_entry
def test_reads_name_a_reader_and_a_place(entry: Variable) -> None:
    assert [read.reader for read in entry.reads if not grammar(read.reader)] == []
    place = BY_SGLANG if entry.owner in ("sglang", "sglang-diffusion") else FILE_OR_SOFTWARE
    assert [read.where for read in entry.reads if not place.fullmatch(read.where)] == []


@each_entry
def test_reads_begin_and_end_with_real_releases(entry: Variable) -> None:
    for read in entry.reads:
        since, until = _range(read)
        assert RELEASES.index(since) <= RELEASES.index(until)


@each_entry
def test_a_read_is_one_that_the_release_data_has(entry: Variable) -> None:
    data = load_data()
    for read in filter(_in_sglang, entry.reads):
        if (entry.name, read.reader) not in RESTATED:
            releases = [release for release in RELEASES if _holds(read, release)]
            spans = {release: data.uses(entry.name, release) for release in releases}
            assert [r for r in releases if not any(_says(s, read) for s in spans[r])] == [], read


@table("release", RELEASES)
def test_a_release_reads_what_its_data_says(release: str) -> None:
    data = load_data()
    read = {
        variable.name: any(map(_in_sglang, reads_in(variable.reads, release)))
        for variable in load().variables
        if variable.owner in ("sglang", "sglang-diffusion") and variable.name not in UNLIKE
    }
    assert read == {name: _is_read(data, name, release) for name in read}


def _in_sglang(read: Read) -> bool:
    return bool(BY_SGLANG.fullmatch(read.where))


def _range(read: Read) -> tuple[str, str]:
    return read.since or RELEASES[0], read.until or RELEASES[-1]


def _holds(read: Read, release: str) -> bool:
    since, until = _range(read)
    return RELEASES.index(since) <= RELEASES.index(release) <= RELEASES.index(until)


def _is_read(data: ReleaseData, name: str, release: str) -> bool:
    return any(not use.tests_only and not use.declared_only for use in data.uses(name, release))


def _says(span: Span, read: Read) -> bool:
    same_default = span.computed or span.default == read.default
    return same_default and span.reader in {read.reader, *ALIKE.get(read.reader, ())}


UNLIKE = {
    "SGLANG_DIFFUSION_ATTENTION_BACKEND",  # printed, or compared with itself
}
"""What the data calls read and nothing acts on."""
ALIKE = {
    "raw.text": {"raw.path"},
    "raw.text-or-unset": {"raw.text"},
    "raw.path-or-unset": {"raw.text", "raw.text-or-unset"},
    "diffusion.int": {"raw.int"},
    "diffusion.float": {"raw.float"},
    "diffusion.path": {"raw.path"},
    "diffusion.text": {"raw.text"},
    "diffusion.path-or-unset": {"diffusion.path"},
    "diffusion.scm-preset": {"raw.text", "diffusion.text"},
    "diffusion.scm-policy": {"raw.text", "diffusion.text"},
    "diffusion.scm-bins": {"raw.text", "diffusion.text"},
    "diffusion.fp4-backend": {"diffusion.text"},
    "diffusion.fp4-backend-0.5.10": {"diffusion.text"},
    "storage.endpoint": {"raw.text", "raw.text-or-unset"},
    "storage.region": {"raw.text", "raw.text-or-unset"},
    "kernel-api.int": {"raw.try-int"},
    "kernel-api.destination": {"raw.text"},
    "kernel-api.path": {"raw.path"},
    "kernel-api.patterns": {"raw.split:,"},
}
"""Readers of the registry that say more than the release data: what happens to the value later."""
RESTATED = {
    ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "raw.only:grpc|http/protobuf"),  # any other value raises
    ("SGLANG_CACHE_DIT_ENABLED", "diffusion.true-only"),  # a second place, with another grammar
    ("SGLANG_CLOUD_STORAGE_TYPE", "storage.s3-only"),  # compared with "s3", the only type there is
    ("SGLANG_DIFFUSION_ATTENTION_CONFIG", "diffusion.path"),  # 0.5.6 had the current directory
    ("SGLANG_DIFFUSION_FLASHINFER_FP4_GEMM_BACKEND", "diffusion.fp4-backend"),  # trtllm if unset
    ("SGLANG_PLUGINS", "srt.plugins"),  # empty means every plugin
    ("SGLANG_BLOCK_NONZERO_RANK_CHILDREN", "raw.not-equals:0"),  # asked as "== '0'", for a return
    # Compared with several words, one after the other.
    ("SGLANG_MORI_DISPATCH_DTYPE", "raw.lower-text"),
    # Declared with a default that the code looks past: it first asks whether the name is set.
    ("SGLANG_DEEPEP_LL_COMBINE_SEND_NUM_SMS", "srt.int"),
    ("SGLANG_DSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD", "srt.int"),
    ("SGLANG_NSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD", "srt.int"),
    ("MOONCAKE_GLOBAL_SEGMENT_SIZE", "mooncake.size"),  # declared as text, and parsed where used
}
"""Reads that the registry puts as what the name means, and the data as the code compares."""
