"""The reference pages in Chromium, from file:// as a user opens them, with the keyboard."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sglang_envctl.releases import RELEASES, load
from tests.browser import faults_by_theme, too_wide
from tests.shared import OWNING

pytestmark = pytest.mark.real
KINDS = (
    "index.html", f"releases/{RELEASES[-1]}.html", "variables/HF_TOKEN.html", "rules/misread.html",
    "editors.html",
)  # fmt: skip
"""A page of each kind."""
MANY = 10_000


@pytest.fixture(scope="module")
def home(reference: Path) -> str:
    """The address of the reference, with hostile texts."""
    return (reference / "in" / "a" / "html").as_uri()


def test_search_by_keyboard_alone(page: Any, home: str) -> None:
    page.goto(f"{home}/index.html")
    page.keyboard.press("/")
    page.keyboard.type("sglang_cache_dit")
    names = page.locator("#results code").all_inner_texts()
    assert len(names) > 2
    assert all("SGLANG_CACHE_DIT" in name for name in names)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/variables/*")

    assert page.inner_text("h1") == names[1]


def test_enter_in_the_search_opens_the_first(page: Any, home: str) -> None:
    page.goto(f"{home}/index.html")
    page.keyboard.press("/")
    page.keyboard.type("hf_token")
    page.keyboard.press("Enter")
    page.wait_for_url("**/variables/*")

    assert page.inner_text("h1") == "HF_TOKEN"


def test_filters_narrow_and_texts_are_searched(page: Any, home: str) -> None:
    page.goto(f"{home}/index.html")
    page.select_option("#documented", "0")
    undocumented = int(page.inner_text("#count").split()[0])
    page.select_option("#type", label="Bool")
    narrowed = int(page.inner_text("#count").split()[0])
    assert undocumented > narrowed > 0
    page.select_option("#type", "")
    page.fill("#query", "sglang/srt/environ.py")

    assert 0 < int(page.inner_text("#count").split()[0]) <= undocumented


def test_names_are_chosen_by_the_releases_that_read_them(page: Any, home: str) -> None:
    def found() -> set[str]:
        while page.locator("#more").is_visible():
            page.click("#more")
        return set(page.locator("#results code").all_inner_texts())

    page.goto(f"{home}/index.html")
    page.select_option("#read", label=RELEASES[-1])
    page.select_option("#unread", label=RELEASES[-2])
    new = found()
    page.select_option("#read", label=RELEASES[-2])
    page.select_option("#unread", label=RELEASES[-1])
    gone = found()

    data, last = load(), RELEASES[-1]
    tests = {name for name in data.names() if all(u.tests_only for u in data.uses(name, last))}
    after, before = map(data.read_names, (last, RELEASES[-2]))
    assert len(new & (after - before)) > 10
    assert new - after <= {rename.old for rename in data.every_rename()}
    assert gone & (after - tests) == set()
    page.select_option("#unread", "")
    page.fill("#query", "NCCL_DEBUG")
    assert "NCCL_DEBUG" in found()


def test_the_theme_is_the_systems_until_one_is_chosen(page: Any, home: str) -> None:
    shade = "getComputedStyle(document.body).backgroundColor"
    page.goto(f"{home}/index.html")
    light = page.evaluate(shade)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(shade)
    assert light != dark
    page.click("#theme")
    assert page.evaluate(shade) == light
    page.goto(f"{home}/releases/{RELEASES[-1]}.html")

    assert page.evaluate(shade) == light


@pytest.mark.parametrize("release", [RELEASES[1], RELEASES[11], RELEASES[-1]])
def test_the_comparison_made_in_the_page_is_the_one_written_in_it(
    page: Any, home: str, release: str
) -> None:
    page.goto(f"{home}/releases/{release}.html")
    written = page.inner_text("#changes")
    page.select_option("#against", RELEASES[0] if release != RELEASES[1] else RELEASES[-1])
    other = page.inner_text("#changes")
    page.select_option("#against", RELEASES[RELEASES.index(release) - 1])

    assert page.inner_text("#changes") == written != other


def test_hostile_texts_run_nothing(page: Any, home: str) -> None:
    page.goto(f"{home}/index.html")
    page.fill("#query", "owned")
    assert page.locator("#results a").count() == len(OWNING)
    assert page.locator("#results img, #results svg, #results script").count() == 0
    for number in range(len(OWNING)):
        page.goto(f"{home}/index.html")
        page.fill("#query", f"HOSTILE_{number}")
        page.keyboard.press("Enter")
        page.wait_for_url("**/variables/*")
        assert OWNING[number] in page.inner_text("main")
        assert page.title() != "owned"


@pytest.mark.parametrize("path", ["index.html", f"releases/{RELEASES[-1]}.html", "longest"])
def test_nothing_is_wider_than_the_screen(page: Any, home: str, path: str) -> None:
    page.goto(f"{home}/index.html")
    if path == "longest":
        longest = "ENVCTL_INDEX.rows.map((row) => row[1]).sort((a, b) => b.length - a.length)[0]"
        path = page.evaluate(longest)
    page.goto(f"{home}/{path}")

    assert too_wide(page) == {}


@pytest.mark.parametrize("path", KINDS)
def test_axe_finds_no_serious_fault(page: Any, home: str, path: str) -> None:
    page.goto(f"{home}/{path}")

    assert faults_by_theme(page) == {}


def test_ten_thousand_names_are_searched_at_once(
    page: Any, reference: Path, tmp_path: Path
) -> None:
    site = reference / "in" / "a" / "html"
    for file in site.glob("*.*"):
        shutil.copy(file, tmp_path)
    head, _, data = (site / "index.js").read_text("utf-8").partition("=")
    index = json.loads(data.rstrip().removesuffix(";"))
    columns = index["rows"][0]
    index["rows"] += [[f"ACME_{n}", columns[1], f"Number {n}", *columns[3:]] for n in range(MANY)]
    (tmp_path / "index.js").write_text(f"{head}= {json.dumps(index)};", "utf-8")
    page.goto(f"{tmp_path.as_uri()}/index.html")
    took = """() => {
        const query = document.getElementById("query"), start = performance.now();
        query.value = "acme number 99";
        query.dispatchEvent(new Event("input"));
        document.body.getBoundingClientRect();
        return performance.now() - start;
    }"""

    assert page.evaluate(took) < 200
    assert page.locator("#results li").count() == 100
    page.click("#more")
    assert page.locator("#results li").count() > 100


def test_a_run_of_releases_is_as_wide_as_it_is_long(page: Any, home: str) -> None:
    page.goto(f"{home}/variables/SGLANG_USE_MLX.html")
    runs = page.locator(".strip li").all()
    widths = [run.bounding_box()["width"] for run in runs]
    numbers = [int(run.get_attribute("class").rpartition("w")[2]) for run in runs]

    assert len(numbers) > 1
    assert sum(numbers) == len(RELEASES)
    for width, number in zip(widths, numbers, strict=True):
        assert abs(width / sum(widths) - number / sum(numbers)) < 0.02
