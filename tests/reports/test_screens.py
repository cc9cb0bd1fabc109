"""What a person and a pipe see, screen by screen; `pytest --regen` draws them again."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from shutil import copy, copytree

import pytest

from sglang_envctl.registry import load
from sglang_envctl.rules import rules
from tests.harness import PERSON, SGR, Write, run

GOLDEN = Path(__file__).parents[1] / "golden"
DATA = Path(__file__).parents[1] / "data"
PROD = """\
# production
SGLANG_CACHE_DIT_ENABLED=on
SGLANG_CACHE_DIT_FN=one
SGLANG_CACHE_DIT_ENABELD=1
export SGLANG_CLOUD_STORAGE_TYPE=s3
SGLANG_S3_ACCESS_KEY_ID=AKIAABCDEFGHIJKLMNOP
SGLANG_S3_SECRET_ACCESS_KEY=hunter2hunter2
SGLANG_S3_ENDPOINT_URL=https://user:pa55@s3.eu-central.objects.example.org/${NOPE}
SGLANG_DIFFUSION_TORCH_PROFILER_DIR=traces
SGLANG_USE_MLX=on
APP_NAME=my app # the app
APP_TOKEN=supersecretvalue
PATH=/usr/bin
broken line here
SGLANG_CACHE_DIT_BN=2
SGLANG_CACHE_DIT_BN=3
"""
STAGING = """\
SGLANG_CACHE_DIT_ENABLED=true
SGLANG_CACHE_DIT_FN=2
APP_NAME="[bold]their[/] app"
APP_TOKEN=anothersecret
"""
JUDGED = "--sglang 0.5.23"
SCREENS = {
    # By name, so that a new variable of a section is in no screen.
    "show": "show SGLANG_CACHE_DIT_ENABLED SGLANG_CACHE_DIT_FN SGLANG_CACHE_DIT_BN SGLANG_CACHE_DIT_MC "
    "SGLANG_CLOUD_STORAGE_TYPE SGLANG_S3_BUCKET_NAME SGLANG_S3_ENDPOINT_URL "
    f"SGLANG_S3_SECRET_ACCESS_KEY APP_NAME APP_TOKEN -e prod.env {JUDGED}",
    "show-set": f"show -e prod.env --set {JUDGED}",
    "explain": f"explain SGLANG_CACHE_DIT_FN -e staging.env -e prod.env {JUDGED}",
    "explain-rule": "explain misread",
    "check": f"check prod.env missing.env {JUDGED}",
    "diff": f"diff prod.env staging.env defaults {JUDGED}",
    "diff-raw": f"diff staging.env prod.env --raw {JUDGED}",
    "audit": "audit gateway --registry gateway.toml",
    "audit-only": "audit gateway ti --only undocumented",
}


@pytest.fixture(autouse=True)
def _files(write: Write) -> None:
    write("prod.env", PROD)
    write("staging.env", STAGING)
    copytree(DATA / "gateway", "gateway")
    copy(DATA / "gateway.toml", ".")


@pytest.mark.parametrize("form", ["80", "140", "plain"])
@pytest.mark.parametrize("screen", SCREENS)
def test_screen(screen: str, form: str, regen: bool) -> None:
    env = {} if form == "plain" else {**PERSON, "COLUMNS": form, "NO_COLOR": "1"}
    result = run(*SCREENS[screen].split(), env=env)
    text = re.sub(r"#[0-9a-f]{6}\b", "#xxxxxx", SGR.sub("", result.out + result.err))
    drawn = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    golden = GOLDEN / f"{screen}.{form}.txt"
    if regen:
        golden.write_text(drawn, encoding="utf-8")
        pytest.skip(f"{golden.name} rewritten")

    assert golden.read_text(encoding="utf-8") == drawn


@pytest.mark.parametrize("columns", [20, 40, 80, 119, 120, 200])
@pytest.mark.parametrize("screen", [screen for screen in SCREENS if "explain" not in screen])
def test_no_line_is_wider_than_the_screen(screen: str, columns: int) -> None:
    env = {**PERSON, "COLUMNS": str(columns)}
    out = SGR.sub("", run(*SCREENS[screen].split(), env=env).out)

    assert [line for line in out.splitlines() if len(line.rstrip()) > columns] == []


def test_no_golden_file_is_left_over() -> None:
    expected = {f"{screen}.{form}.txt" for screen in SCREENS for form in ("80", "140", "plain")}

    assert expected == {path.name for path in GOLDEN.iterdir()}


def test_colour_is_never_the_only_sign() -> None:
    """What stands out in colour is also marked by a letter or a word."""
    env = {**PERSON, "COLUMNS": "140"}
    styled = run("show", "-e", "prod.env", "--set", env=env).out
    plain = run("show", "-e", "prod.env", "--set", env={**env, "NO_COLOR": "1"}).out

    assert styled != plain
    assert SGR.sub("", styled) == SGR.sub("", plain)
    set_lines = [line for line in SGR.sub("", plain).splitlines() if line.startswith("* ")]
    assert len(set_lines) == 13


@pytest.mark.parametrize("screen", SCREENS)
def test_colors_are_readable_on_light_and_dark_background(screen: str) -> None:
    """Of a terminal's own colors, red and magenta have contrast on both; the others are bold text."""
    drawn = run(*SCREENS[screen].split(), env={**PERSON, "COLUMNS": "80"}).out
    codes = {code for style in re.findall(r"\x1b\[([\d;]*)m", drawn) for code in style.split(";")}

    assert codes <= {"0", "1", "31", "35"}


SHOW = "show SGLANG_CACHE_DIT_* -e deploy/server.env"
RULES = "explain --rules"


@pytest.mark.parametrize(
    ("line", "columns", "rows"),
    [
        (SHOW, 60, ["SGLANG_CACHE_DIT_SECONDARY_TAYLORSEER", "    true  deploy/server.env:1"]),
        (SHOW, 80, ["* SGLANG_CACHE_DIT_SECONDARY_TAYLORSEER  true     deploy/server.env:1"]),
        (SHOW, 80, ["  SGLANG_CACHE_DIT_SCM_POLICY            dynamic  default"]),
        (RULES, 40, ["crashes  error", "    A value that makes the code raise an"]),
        (RULES, 80, ["crashes                    error     A value that makes the code raise an"]),
        ("config", 30, ["fail-on  default", "    error", "select  default"]),
        ("config", 60, ["fail-on           error                          default"]),
    ],
)
@pytest.mark.parametrize("terminal", ["xterm", "dumb"])
def test_no_word_is_broken(
    line: str, columns: int, rows: list[str], terminal: str, write: Write
) -> None:
    write("deploy/server.env", "SGLANG_CACHE_DIT_SECONDARY_TAYLORSEER=1\n")
    write(
        "envctl.toml", "per-file-ignores = {'a/*.env' = ['documented-otherwise', 'undocumented']}"
    )
    env = {**PERSON, "COLUMNS": str(columns), "TERM": terminal}
    drawn = SGR.sub("", run(*line.split(), env=env).out)

    assert set(rows) <= {line.rstrip() for line in drawn.splitlines()}


@pytest.mark.parametrize("form", ["80", "140", "plain"])
def test_every_rule_is_listed_with_its_severity(form: str) -> None:
    env = {} if form == "plain" else {**PERSON, "COLUMNS": form, "NO_COLOR": "1"}
    rows = [
        line.split() for line in SGR.sub("", run("explain", "--rules", env=env).out).splitlines()
    ]
    listed = {word: row for row in rows for word in row if word in rules()}

    assert listed.keys() == rules().keys()
    assert all(rules()[slug].severity in row for slug, row in listed.items())


@pytest.mark.parametrize("columns", ["80", "140"])
def test_the_overview_counts_what_is_not_set_by_section(columns: str) -> None:
    drawn = SGR.sub("", run("show", "-e", "staging.env", env={**PERSON, "COLUMNS": columns}).out)
    _, _, overview = drawn.partition("Not set, by section\n")
    counted = dict(re.findall(r"(?<!\S)([a-z0-9-]+) (\d+)(?!\S)", overview))
    known = Counter(v.section.slug for v in load().variables if not (v.section.aside or v.ambient))

    assert counted == {slug: str(n - 2 * (slug == "cache-dit")) for slug, n in known.items()}
