"""Where the reference has what is said: the addresses are those of the pages that are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sglang_envctl import registry
from sglang_envctl.explain.addresses import Addresses
from sglang_envctl.releases import load
from sglang_envctl.rules import rules
from tests.harness import Write, run
from tests.pages import Reader
from tests.shared import ODD
from tests.tables import table

BASE = "https://docs.example/envctl"


@pytest.fixture(scope="module")
def pages(reference: Path) -> Path:
    return reference / "in" / "a" / "html"


@pytest.mark.slow
def test_every_address_is_that_of_a_page(pages: Path) -> None:
    found = Addresses("", registry.load())
    named = [*registry.load().listed, *load().names()]
    addresses = [found.variable(name) for name in named] + [found.rule(slug) for slug in rules()]

    assert [one for one in addresses if one and not (pages / one).is_file()] == []
    assert sum(map(bool, addresses)) > 1_000
    assert found.variable("NOBODY_READS_THIS") == ""


@pytest.mark.slow
@table("name", ["http_proxy", "HTTP_PROXY", *ODD])
def test_a_name_of_any_kind_has_a_page_of_its_own(pages: Path, reference: Path, name: str) -> None:
    own = str(reference / "own.toml")
    options = ("--registry", own, "--no-config", "--url-base", f"file://{pages}")
    said = json.loads(run("explain", name, "--format", "json", *options).out)
    page = Reader(Path(said["url"].removeprefix("file://")).read_text("utf-8"))

    assert said["title"] in page.text


def test_an_explanation_has_its_address(write: Write) -> None:
    lines = run("explain", "HF_TOKEN", "--url-base", BASE).out.splitlines()
    assert ["Reference", "page", f"{BASE}/variables/HF_TOKEN.html"] in [
        line.split() for line in lines
    ]
    assert f"{BASE}/rules/misread.html" in run("explain", "misread", "--url-base", f"{BASE}/").out
    assert json.loads(run("explain", "HF_TOKEN", "--format", "json").out)["url"] is None
    write("envctl.toml", f"url-base = '{BASE}'\n")
    assert f"{BASE}/rules/misread.html" in run("explain", "misread").out
    assert BASE not in run("explain", "misread", "--no-config").out
    other = {"ENVCTL_URL_BASE": "https://other.example"}
    assert "https://other.example/rules/misread.html" in run("explain", "misread", env=other).out


def test_reports_link_to_the_pages(write: Write) -> None:
    write("a.env", "SGLANG_USE_MLX=maybe\nNOBODY_READS=1\nSGLANG_FOO=1\n")
    options = ("--url-base", BASE, "--no-config")
    driver = json.loads(run("check", "a.env", "--format", "sarif", *options).out)["runs"][0]["tool"]
    assert [rule["helpUri"] for rule in driver["driver"]["rules"]] == [
        f"{BASE}/rules/{rule}.html" for rule in ("defaulted", "unknown-variable")
    ]
    assert "helpUri" not in run("check", "a.env", "--format", "sarif").out
    pytest.importorskip("jinja2", reason="Jinja2 is not installed")
    for command in (
        "check",
        "show -e",
        "diff --raw defaults",
        "diff --raw defaults defaults defaults",
    ):
        args = (*command.split(), "a.env", "--format", "html", *options, "--url-base", f"{BASE}/")
        links = {tag.attributes.get("href", "") for tag in Reader(run(*args).out).tags}
        assert f"{BASE}/variables/SGLANG_USE_MLX.html" in links
        assert not any("NOBODY_READS" in link or "SGLANG_FOO" in link for link in links)


@pytest.mark.parametrize(
    "wrong",
    ["", "docs", "javascript:alert(1)", "https://a b", "https://x/?q=", "https://me:pw@x/", "//x"],
)
def test_what_is_no_address_is_refused(write: Write, wrong: str) -> None:
    result = run("explain", "misread", "--url-base", wrong)
    assert (result.code, result.complaint[:22]) == (2, "--url-base: must be an")
    assert "pw" not in result.err
    write("envctl.toml", f"url-base = '{wrong}'\n")
    assert "envctl.toml: url-base: must be an address" in run("explain", "misread").complaint
