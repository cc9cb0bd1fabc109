"""`envctl show`: what a server started here would see, and where each value comes from."""

from __future__ import annotations

import json
import re

import pytest

from sglang_envctl.registry import load
from tests.harness import PERSON, Write, run

PROD = """\
SGLANG_CACHE_DIT_ENABLED=true
SGLANG_CACHE_DIT_FN=4
SGLANG_CLOUD_STORAGE_TYPE=s3
APP_NAME=shop
SGLANG_NO_PAGE_KNOWS_THIS=1
"""


@pytest.fixture(autouse=True)
def _file(write: Write) -> None:
    write("prod.env", PROD)
    write("over.env", "SGLANG_CACHE_DIT_FN=8\n")


def names(*args: str, **options: dict[str, str]) -> list[str]:
    lines = run("show", "-q", *args, **options).out.splitlines()  # type: ignore[arg-type]
    return [line.split("\t")[0] for line in lines]


LISTED = [variable for variable in load().variables if not variable.section.aside]
SHOWN = [variable for variable in LISTED if not variable.ambient]


def test_without_arguments_it_lists_what_is_set_in_a_pipe_too() -> None:
    env = {"SGLANG_PORT": "1", "HF_HOME": "/hf", "PATH": "/bin", "HOME": "/root"}

    assert run("show", env=env).out == "SGLANG_PORT\t1\tset\tprocess\nHF_HOME\t/hf\tset\tprocess\n"
    assert run("show").out == ""


def test_data_lists_every_documented_variable_but_those_that_stand_aside() -> None:
    document = json.loads(run("show", "--format", "json").out)

    assert [s["name"] for s in document["settings"]] == [v.name for v in LISTED if not v.ambient]


@pytest.mark.parametrize("name", ["PATH", "LD_LIBRARY_PATH", "PYTHONPATH"])
def test_the_search_paths_of_the_system_are_shown_on_request(name: str, write: Write) -> None:
    env = {name: "/opt"}
    write("a.env", f"{name}=/opt\n")

    assert run("show", env=env).out == ""
    assert run("show", name, env=env).out.startswith(f"{name}\t/opt\tset")
    assert f"{name}\t/opt\tset" in run("show", "--all", env=env).out
    assert run("show", "-e", "a.env").out.startswith(f"{name}\t/opt\tset")


SEARCHES = {
    "log level": "SGLANG_KERNEL_API_LOGLEVEL",
    "levels logging": "SGLANG_DIFFUSION_LOGGING_LEVEL",
    "quantization": "SGLANG_QUANT_ALLOW_DOWNCASTING",
    "QUANTISATION": "SGLANG_QUANT_ALLOW_DOWNCASTING",
    "caching directories": "SGLANG_CACHE_DIR",
    "sglang_port": "SGLANG_PORT",
}


@pytest.mark.parametrize("phrase", SEARCHES)
def test_words_are_found_in_any_order_spelling_and_form(phrase: str) -> None:
    found = run("show", "--search", phrase).out

    assert SEARCHES[phrase] in [line.split("\t")[0] for line in found.splitlines()]
    options = [option for word in phrase.split() for option in ("--search", word)]
    assert run("show", *options).out == found


def test_both_spellings_find_the_same() -> None:
    for british, american in (("quantisation", "quantization"), ("behaviour", "behavior")):
        assert run("show", "--search", british).out == run("show", "--search", american).out != ""


def test_a_search_has_names_before_descriptions() -> None:
    found = [line.split("\t")[0] for line in run("show", "--search", "timeout").out.splitlines()]
    named = ["TIMEOUT" in name for name in found]

    assert named == sorted(named, reverse=True)
    assert len(set(named)) == 2


def test_a_search_that_finds_nothing_fails() -> None:
    result = run("show", "--search", "zebra crossing", "-q")

    assert (result.code, result.out) == (1, "")
    assert result.complaint == "nothing mentions zebra crossing"


@pytest.mark.parametrize("command", ["show", "export", "explain"])
def test_a_file_in_place_of_a_name_is_told_where_to_go(command: str, write: Write) -> None:
    write("my.env", "A=1\n")
    result = run(command, "my.env")

    assert result.code == 2
    assert result.complaint.startswith(f"my.env is a file; write envctl {command}")
    assert result.complaint.endswith("-e my.env")


def test_all_lists_those_that_stand_aside_too() -> None:
    assert names("--all") == [variable.name for variable in load().variables]


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
@pytest.mark.parametrize(
    ("args", "listed"),
    [
        ("", False),
        ("-e aside.env", True),
        ("NCCL_DEBUG", True),
        ("nccl_de", True),
        ("NCCL_*", True),
        ("--section nccl", True),
        ("--owner nccl", True),
        ("--search ibv_devices --search sockets", False),
        ("--search log", True),
        ("--all", True),
        ("--set", False),
        ("--set -e aside.env", True),
    ],
)
def test_neighbours_are_listed_where_set_or_asked_for(
    args: str, listed: bool, form: str, write: Write
) -> None:
    write("aside.env", "NCCL_DEBUG=WARN\n")
    shown = run("show", *args.split(), "--format", form).out

    assert listed == ("NCCL_DEBUG" in re.findall(r"\w+", shown))


def test_a_person_who_asks_for_nothing_sees_a_neighbour_that_is_set(write: Write) -> None:
    write("aside.env", "NCCL_DEBUG=WARN\n")
    screen = run("show", "-e", "aside.env", env=PERSON).out

    assert "NCCL_DEBUG" in screen
    assert "NCCL_PROTO" not in screen


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["SGLANG_CACHE_DIT_FN"], ["SGLANG_CACHE_DIT_FN"]),
        (["sglang_cache_dit_fn"], ["SGLANG_CACHE_DIT_FN"]),
        (["dit_fn"], ["SGLANG_CACHE_DIT_FN"]),
        (["*_DIT_?N"], ["SGLANG_CACHE_DIT_FN", "SGLANG_CACHE_DIT_BN"]),
        (["*_DIT_[f]n"], ["SGLANG_CACHE_DIT_FN"]),
        (["APP_NAME", "*_DIT_FN"], ["SGLANG_CACHE_DIT_FN", "APP_NAME"]),
        (["SGLANG_CACHE_DIT_FN", "dit_fn"], ["SGLANG_CACHE_DIT_FN"]),
    ],
)
def test_names_parts_of_names_and_patterns_in_the_order_of_the_list(
    patterns: list[str], expected: list[str]
) -> None:
    assert expected == names("-e", "prod.env", *patterns)


def test_a_whole_name_is_not_taken_for_a_part_of_others() -> None:
    assert names("SGLANG_S3_ENDPOINT_URL") == ["SGLANG_S3_ENDPOINT_URL"]


def test_set_leaves_what_is_set_and_names_that_nothing_documents_come_last() -> None:
    assert names("--set", "-e", "prod.env") == [
        "SGLANG_CACHE_DIT_ENABLED",
        "SGLANG_CACHE_DIT_FN",
        "SGLANG_CLOUD_STORAGE_TYPE",
        "APP_NAME",
        "SGLANG_NO_PAGE_KNOWS_THIS",
    ]


def test_of_the_process_only_documented_names_and_sglangs_own_are_listed() -> None:
    env = {"SGLANG_CACHE_DIT_FN": "3", "SGLANG_NOT_DOCUMENTED": "1", "HOME": "/", "EDITOR": "vi"}

    assert names("--set", env=env) == ["SGLANG_CACHE_DIT_FN", "SGLANG_NOT_DOCUMENTED"]


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        (["cloud-storage"], {"cloud-storage"}),
        (["cloud-storage", "cache-dit"], {"cloud-storage", "cache-dit"}),
        (["other"], {"other"}),
    ],
)
def test_section_leaves_these_sections(sections: list[str], expected: set[str]) -> None:
    options = [word for section in sections for word in ("--section", section)]
    shown = json.loads(run("show", "-e", "prod.env", *options, "--format", "json").out)["settings"]

    assert expected == {setting["section"] for setting in shown}


def test_the_later_layer_wins_and_says_where_it_stands() -> None:
    layers = ("-e", "prod.env", "-e", "over.env")

    assert run("show", *layers, "dit_fn", "-q").out == "SGLANG_CACHE_DIT_FN\t8\tset\tover.env:1\n"


@pytest.mark.parametrize(
    ("args", "value"),
    [
        (["-e", "over.env"], "8\tset\tover.env:1"),
        (["-e", "over.env", "--inherit"], "8\tset\tover.env:1"),
        (["-e", "over.env", "-e", "process"], "5\tset\tprocess"),
        ([], "5\tset\tprocess"),
    ],
)
def test_where_the_process_stands_among_the_layers(args: list[str], value: str) -> None:
    result = run("show", *args, "dit_fn", "-q", env={"SGLANG_CACHE_DIT_FN": "5"})

    assert f"SGLANG_CACHE_DIT_FN\t{value}\n" == result.out


def test_standard_input_is_a_source() -> None:
    result = run("show", "-e", "-", "dit_fn", "-q", stdin=b"SGLANG_CACHE_DIT_FN=6\n")

    assert result.out == "SGLANG_CACHE_DIT_FN\t6\tset\t-:1\n"


def test_no_file_is_read_unless_it_is_named(write: Write) -> None:
    write(".env", "SGLANG_CACHE_DIT_FN=9\n")

    assert run("show", "--set", "-q").out == ""


def test_the_summary_counts_and_names_the_release() -> None:
    err = run("show", "-e", "prod.env", "--sglang", "0.5.23").err

    assert (
        err == f"envctl: 5 of {len(SHOWN) + 2} set (checked against SGLang 0.5.23, as requested)\n"
    )
    assert "envctl: 2 set (" in run("show", "-e", "prod.env", "--set", "sglang_cache_dit").err
    assert "envctl: nothing to show (" in run("show", "--set").err


@pytest.mark.parametrize(
    ("text", "value", "outcome"),
    [
        ("SGLANG_CACHE_DIT_FN=one", "one", "set, crashes"),
        ("SGLANG_USE_MLX=on", "false", "set, replaced by the default"),
        ("USE_FLAGGEMS=on", "false", "set, misread"),
        ("SGLANG_FLAGGEMS_LOG_PATH=/x", "/x", "set, ignored"),
    ],
)
def test_a_value_that_does_not_mean_what_it_says_is_marked(
    write: Write, text: str, value: str, outcome: str
) -> None:
    write("x.env", text)
    name, *cells = run("show", "--set", "-q", "-e", "x.env").out.rstrip("\n").split("\t")

    assert text.split("=", maxsplit=1)[0] == name
    assert [value, outcome, "x.env:1"] == cells


def test_a_person_also_sees_the_text_that_was_not_taken(write: Write) -> None:
    write("x.env", "SGLANG_USE_MLX=on\n")
    screen = run("show", "--set", "-e", "x.env", env={**PERSON, "COLUMNS": "200"}).out

    assert "false (replaced by the default; written as on)" in screen


def test_a_fallback_names_the_variable_it_comes_from(write: Write) -> None:
    shown = run("show", "-e", "prod.env", "SECONDARY_FN", "-q").out

    assert shown == "SGLANG_CACHE_DIT_SECONDARY_FN\t4\tfallback (SGLANG_CACHE_DIT_FN)\tprod.env:2\n"


def test_secrets_are_shown_only_when_asked_for(write: Write) -> None:
    write("x.env", "API_TOKEN=hunter22\n")
    hidden = run("show", "-e", "x.env", "--set", "-q").out
    shown = run("show", "-e", "x.env", "--set", "-q", "--show-secrets").out

    assert (hidden, shown) == (
        "API_TOKEN\t********\tset\tx.env:1\n",
        "API_TOKEN\thunter22\tset\tx.env:1\n",
    )


def test_a_registry_of_ones_own_adds_a_section(write: Write) -> None:
    write(
        "acme.toml",
        '[[variable]]\nname = "ACME_BATCH"\ntype = "int"\nminimum = 1\nsection = "acme"\n'
        'summary = "Requests that the gateway sends at once"\n',
    )
    write("x.env", "ACME_BATCH=0\n")

    shown = run("show", "--registry", "acme.toml", "--section", "acme", "-e", "x.env", "-q")
    found = run("check", "--registry", "acme.toml", "x.env", "-q")

    assert shown.out == "ACME_BATCH\t0\tset\tx.env:1\n"
    assert found.out.startswith("x.env:1: error out-of-bounds ACME_BATCH: ")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("--search bucket", {"SGLANG_S3_BUCKET_NAME"}),
        ("--search BUCKET --search name", {"SGLANG_S3_BUCKET_NAME"}),
        ("--owner rustup", {"RUSTUP_DIST_SERVER", "RUSTUP_UPDATE_ROOT"}),
        ("--owner rustup --search root", {"RUSTUP_UPDATE_ROOT"}),
        ("--search no-text-says-this", set()),
    ],
)
def test_search_and_owner(line: str, expected: set[str]) -> None:
    shown = set(names(*line.split()))
    assert expected <= shown
    assert len(shown) < 20


def test_no_owner() -> None:
    result = run("show", "--owner", "rustop")
    assert (result.code, result.err) == (
        2, "envctl: --owner: unknown owner 'rustop'; did you mean rustup?\n",
    )  # fmt: skip


def test_a_person_who_asks_for_nothing_sees_what_is_set_and_the_sections(write: Write) -> None:
    write("one.env", "SGLANG_CACHE_DIT_FN=4\n")
    shown = run("show", "-e", "one.env", env=PERSON).out
    everything = run("show", "-e", "one.env", "--all", env=PERSON).out

    assert "SGLANG_CACHE_DIT_FN" in shown
    assert "SGLANG_CACHE_DIT_BN" not in shown
    assert "cache-dit-secondary" in shown
    assert "SGLANG_CACHE_DIT_BN" in everything


def test_name_that_the_release_does_not_read_is_not_suggested() -> None:
    result = run("show", "SGLANG_LOGGING_LEVEL")
    assert result.code == 2
    assert "did you mean" not in result.err
