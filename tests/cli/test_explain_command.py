"""`envctl explain`: everything about one variable, or one rule."""

from __future__ import annotations

import json

import pytest

from sglang_envctl.registry import load
from sglang_envctl.registry.variable import Variable
from sglang_envctl.rules import rules
from tests.harness import Write, run
from tests.tables import table

BASE = "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=2\n"


@pytest.fixture(autouse=True)
def _files(write: Write) -> None:
    write("base.env", BASE)
    write("over.env", "\n\nSGLANG_CACHE_DIT_FN=8\n")
    write("bad.env", "SGLANG_CACHE_DIT_FN=one\n")
    write("empty.env", "SGLANG_CACHE_DIT_FN=\n")
    write("fl.env", "FLAGCX_PATH=/opt/flagcx\n")
    write("log.env", "SGLANG_FLAGGEMS_LOG_PATH=/x\n")
    write("rocm.env", "SGLANG_USE_ROCM_VAE=1\n")


def here(*args: str) -> list[str]:
    """What the page says about the environment."""
    page = json.loads(run("explain", *args, "--format", "json").out)
    return next(b["paragraphs"] for b in page["blocks"] if b["heading"] == "In this environment")


@pytest.mark.parametrize(
    ("line", "reasons"),
    [
        ("SGLANG_CACHE_DIT_FN", ["Not set. The default is 1."]),
        ("SGLANG_S3_BUCKET_NAME", ["Not set."]),
        (
            "SGLANG_CACHE_DIT_FN -e base.env",
            [
                "Set to `2` at base.env:2.",
                "It is read as 2.",
                "The default is 1.",
            ],
        ),
        (
            "SGLANG_CACHE_DIT_FN -e base.env -e over.env",
            [
                "Set to `8` at over.env:3.",
                "It is read as 8.",
                "It overrides `2`, set at base.env:2.",
            ],
        ),
        (
            "SGLANG_CACHE_DIT_FN -e empty.env -e over.env",
            [
                "Set to `8` at over.env:3.",
                "It is read as 8.",
                "It overrides an empty string, set at empty.env:1.",
            ],
        ),
        (
            "SGLANG_CACHE_DIT_SECONDARY_FN -e base.env",
            [
                "Not set. It falls back to SGLANG_CACHE_DIT_FN, set to `2` at base.env:2.",
                "It is read as 2.",
            ],
        ),
        (
            "SGLANG_CACHE_DIT_FN -e missing.env",
            ["Not known: missing.env: no such file."],
        ),
    ],
)
def test_the_chain_of_reasons(line: str, reasons: list[str]) -> None:
    assert reasons == here(*line.split())


@pytest.mark.parametrize(
    ("line", "start", "middle"),
    [
        (
            "SGLANG_CACHE_DIT_FN -e bad.env",
            "Set to `one` at bad.env:1.",
            "SGLang raises ValueError",
        ),
        (
            "SGLANG_CACHE_DIT_SECONDARY_FN -e bad.env",
            "Not set. It falls back to SGLANG_CACHE_DIT_FN, set to `one` at bad.env:1.",
            "SGLang raises ValueError",
        ),
        ("SGLANG_FL_DIST_BACKEND -e fl.env", "Not set. FLAGCX_PATH changes its default to ", ""),
        (
            "SGLANG_FLAGGEMS_LOG_PATH -e log.env",
            "Set to `/x` at log.env:1.",
            "No effect here: it is only read while SGLANG_FLAGGEMS_RECORD is on.",
        ),
    ],
)
def test_the_reasons_when_it_is_not_simply_taken(line: str, start: str, middle: str) -> None:
    first, *rest = here(*line.split())

    assert first.startswith(start)
    assert middle in " ".join(rest)


@pytest.mark.slow
@table("variable", load().variables, ids=lambda variable: variable.name)
def test_every_variable_has_a_whole_page(variable: Variable) -> None:
    name = variable.name
    result = run("explain", name, "--full")
    lines = result.out.splitlines()

    assert (result.code, result.err) == (0, "")
    assert lines[0] == name
    assert [line for line in lines if len(line) > 80 and len(line.split()) > 2] == []
    assert {"In this environment", "What it does", "Docs"} <= set(lines)
    assert "None" not in result.out.split()
    assert not [line for line in lines if line != line.rstrip()]


@table("slug", rules())
def test_every_rule_has_a_page(slug: str) -> None:
    result = run("explain", slug)
    lines = result.out.splitlines()

    assert lines[:2] == [slug, f"rule \u00b7 {rules()[slug].severity}"]
    assert {"Why it matters", "What to do", "To silence it"} <= set(lines)
    assert f"    # envctl: ignore[{slug}]" in lines


def test_the_list_of_rules_is_complete() -> None:
    lines = run("explain", "--rules").out.splitlines()

    assert [line.split("\t")[0] for line in lines] == list(rules())


def test_case_does_not_matter() -> None:
    assert run("explain", "sglang_cache_dit_fn") == run("explain", "SGLANG_CACHE_DIT_FN")
    assert run("explain", "MISREAD") == run("explain", "misread")


def test_a_secret_is_not_explained_away(write: Write) -> None:
    write("s.env", "SGLANG_S3_SECRET_ACCESS_KEY=hunter22\n")
    args = ("SGLANG_S3_SECRET_ACCESS_KEY", "-e", "s.env")

    assert here(*args)[0] == "Set to `********` at s.env:1."
    assert here(*args, "--show-secrets")[0] == "Set to `hunter22` at s.env:1."


@pytest.mark.parametrize(
    ("name", "words"),
    [
        # Read, and documented nowhere.
        ("SGLANG_LOG_GC", ["Undocumented SGLang variable.", "since 0.5.4.post1: read, default false"]),
        ("sglang_log_gc", ["SGLANG_LOG_GC"]),
        # Given up.
        ("SGLANG_NSA_FUSE_TOPK", ["This release does not read it.", "Use instead",
                                  "deprecated; read only if SGLANG_DSA_FUSE_TOPK is not set"]),
        # Only ever copied.
        ("SGLANG_FORWARD_TIMEOUT_MS", ["SGLang copies it to SGLANG_REQ_RUNNING_TIMEOUT",
                                       "value divided by 1000"]),
        # Documented.
        ("SGLANG_CACHE_DIT_RDT", ["since 0.5.6.post1: read, default 0.24"]),
    ],
)  # fmt: skip
def test_history(name: str, words: list[str]) -> None:
    page = run("explain", name, "--full").out
    assert [word for word in words if word not in page] == []


def test_a_value_that_an_old_name_brought(write: Write) -> None:
    write("low.env", "SGLANG_DIFFUSION_CACHE_ROOT=/new\n")
    write("old.env", "SGL_DIFFUSION_CACHE_ROOT=/old\n")
    assert here("SGLANG_DIFFUSION_CACHE_ROOT", "-e", "low.env", "-e", "old.env") == [
        "Set to `/old` at old.env:1, by its deprecated name SGL_DIFFUSION_CACHE_ROOT.",
        "It is read as /old.",
        "It overrides `/new`, set at low.env:1.",
    ]


@pytest.mark.parametrize("pattern", ["cache_dit", "SGLANG_CACHE_DIT_*", "Cache_Dit"])
def test_a_part_of_a_name_lists_what_fits(pattern: str) -> None:
    page = json.loads(run("explain", pattern, "--format", "json").out)
    (block,) = page["blocks"]
    names = [item.partition(":")[0] for item in block["items"]]

    assert names == [v.name for v in load().variables if "CACHE_DIT" in v.name]


def test_a_part_that_fits_one_name_explains_it() -> None:
    assert run("explain", "cache_dit_enabled") == run("explain", "SGLANG_CACHE_DIT_ENABLED")


def test_several_names_at_once() -> None:
    names = ("SGLANG_CACHE_DIT_FN", "misread")
    pages = json.loads(run("explain", *names, "--format", "json").out)["pages"]

    assert [page["title"] for page in pages] == list(names)
    alone = [run("explain", name).out.rstrip("\n") for name in names]
    assert run("explain", *names).out == "\n\n\n".join(alone) + "\n"


def test_a_summary_is_not_repeated_as_what_it_does(write: Write) -> None:
    write("acme.toml", "[[variable]]\nname = 'ACME'\nsummary = 'Sprockets per hour'\n")
    page = run("explain", "ACME", "--registry", "acme.toml").out

    assert page.count("Sprockets per hour") == 1
    assert "What it does" not in page


def test_json_has_the_data_that_a_page_is_made_of(write: Write) -> None:
    write("a.env", "SGLANG_CACHE_DIT_FN=one\n")
    args = ("SGLANG_CACHE_DIT_FN", "-e", "a.env", "--format", "json")
    page = json.loads(run("explain", *args).out)
    shown = json.loads(run("show", *args).out)["settings"]

    assert [page["setting"]] == shown
    assert {read["reader"] for read in page["reads"]} != set()
    rule = json.loads(run("explain", "misread", "--format", "json").out)
    assert (rule["rule"]["severity"], rule["setting"]) == ("error", None)


def test_a_page_begins_with_what_matters_and_names_the_rest(write: Write) -> None:
    brief = run("explain", "SGLANG_USE_MODELSCOPE").out
    full = run("explain", "SGLANG_USE_MODELSCOPE", "--full").out

    assert "More with --full\n  in other releases, history, docs" in brief
    assert "\nHistory\n" in full.replace(brief, "")
    assert "\nHistory\n" not in brief
    assert run("explain", "SGLANG_USE_MODELSCOPE", "--format", "json").out == (
        run("explain", "SGLANG_USE_MODELSCOPE", "--format", "json", "--full").out
    )
