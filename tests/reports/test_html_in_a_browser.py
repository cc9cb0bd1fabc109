"""Reports as a page in Chromium: filter, matrix, keyboard, theme, print, and hostile texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser import faults_by_theme, too_wide
from tests.harness import run

pytest.importorskip("jinja2", reason="Jinja2 is not installed")
pytestmark = pytest.mark.real

HOSTILE = (
    "<img src=x onerror=document.title='owned'>",
    "<script>document.title='owned'</script>",
    "\"><svg onload=document.title='owned'>",
    "' autofocus onfocus=document.title='owned' x='",
    "</script><script>document.title='owned'</script>",
    "</style><script>document.title='owned'</script>",
    "javascript:document.title='owned'",
    "{{ document.title='owned' }}",
)
KINDS = ("check", "check nothing", "show", "diff", "matrix", "roles", "failure")
SHADE = "getComputedStyle(document.body).backgroundColor"
NODES = 40


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a page of each kind, and files with hostile names, variables and values."""
    folder = tmp_path_factory.mktemp("pages")
    for number, text in enumerate(HOSTILE):
        name = f"{number} {text.replace('/', '-')}.env"
        lines = f"SGLANG_H{number}={json.dumps(text)}\n{text}={number}\n"
        (folder / name).write_text(f"{lines}SGLANG_USE_MLX={json.dumps(text)}\n", "utf-8")
    files = sorted(map(str, folder.glob("*.env")))
    (folder / "good.env").write_text("SGLANG_USE_MLX=1\nNCCL_DEBUG=INFO\n", "utf-8")
    (folder / "nodes").mkdir()
    for number in range(NODES):
        node = {"host": f"gpu{number:02}", "role": "prefill" if number < 10 else "decode"}
        values = {"NCCL_DEBUG": "INFO" if number in (3, 20) else "WARN", "ACME": f"a{number}"}
        values["SGLANG_HEALTH_CHECK_TIMEOUT"] = "5" if number < 10 else "20"
        values["SGLANG_FOO"] = HOSTILE[number % 2] if number > 37 else "plain"
        found = [{"name": name, "raw": raw} for name, raw in values.items()]
        document = json.dumps({"schema": 1, "node": node, "settings": found})
        (folder / "nodes" / f"{number}.json").write_text(document, "utf-8")
    good, nodes = str(folder / "good.env"), str(folder / "nodes")
    for name, args in {
        "check": ("check", *files),
        "check nothing": ("check", good),
        "show": ("show", "--all", "-e", files[0], "-e", good),
        "diff": ("diff", *files[:2], good),
        "matrix": ("diff", nodes),
        "roles": ("diff", nodes, "--by", "role"),
        "failure": ("show", "--section", HOSTILE[0]),
    }.items():
        result = run(*args, "--format", "html", "--no-config")
        assert result.code in (0, 1, 2), result.err
        (folder / f"{name}.html").write_text(result.out, "ascii")
    return folder


def go(page: Any, home: Path, name: str) -> None:
    page.goto((home / f"{name}.html").as_uri())


def shown(page: Any, what: str = "[data-row]") -> int:
    return int(page.locator(f"{what}:visible").count())


@pytest.mark.parametrize("name", KINDS)
def test_hostile_texts_run_nothing(page: Any, home: Path, name: str) -> None:
    go(page, home, name)
    for button in page.locator(".matrix td button").all()[:60]:
        button.click()
        page.keyboard.press("Escape")

    assert "owned" not in page.title().partition(":")[0]
    assert page.locator("img, svg, main script").count() == 0
    if name in ("check", "show", "diff", "failure"):
        assert HOSTILE[0] in page.inner_text("main")


@pytest.mark.parametrize("name", KINDS)
def test_axe_finds_no_serious_fault(page: Any, home: Path, name: str) -> None:
    go(page, home, name)
    assert faults_by_theme(page) == {}
    if name == "matrix":
        page.click(".matrix td.outlier button")
        assert faults_by_theme(page) == {}


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_wider_than_the_screen(page: Any, home: Path, name: str) -> None:
    go(page, home, name)

    assert too_wide(page) == {}


def test_findings_are_chosen_by_words_severity_and_rule(page: Any, home: Path) -> None:
    go(page, home, "check")
    every = shown(page)
    assert shown(page, "section[data-group]") == len(HOSTILE)
    page.keyboard.press("/")
    page.keyboard.type("GIVEN")
    assert page.evaluate("document.activeElement.id") == "query"
    found = shown(page)
    assert 0 < found < every
    assert page.inner_text("#found") == f"{found} of {every}"
    page.keyboard.type(" onerror")
    assert shown(page) == shown(page, "section[data-group]") == 1
    page.keyboard.press("Escape")
    assert shown(page) == every
    page.select_option("select[data-field=severity]", "info")
    info = shown(page)
    page.select_option("select[data-field=rule]", index=1)

    assert shown(page) < info < every
    assert shown(page, ".finding.error") == 0


def test_a_rule_is_explained_at_its_link(page: Any, home: Path) -> None:
    go(page, home, "check")
    page.click(".finding a >> nth=0")

    assert page.evaluate("document.querySelector(':target').textContent") == page.inner_text(
        ".finding a >> nth=0"
    )


def test_only_what_is_set_is_shown_first(page: Any, home: Path) -> None:
    go(page, home, "show")
    every = shown(page)
    page.select_option("select[data-field=set]", "yes")
    assert 0 < shown(page) < 20 < every
    page.fill("#query", "metal mac")
    page.select_option("select[data-field=set]", "")
    page.fill("#query", "cache_dit")
    assert shown(page) > 5
    assert shown(page, "tbody") < 5


def test_the_theme_is_the_systems_until_one_is_chosen(page: Any, home: Path) -> None:
    go(page, home, "check")
    light = page.evaluate(SHADE)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(SHADE) != light
    page.emulate_media(media="print")
    assert page.evaluate(SHADE) == light
    page.emulate_media(media="screen")
    page.click("#theme")
    assert page.evaluate(SHADE) == light
    go(page, home, "matrix")
    assert page.evaluate(SHADE) == light


def test_a_value_opens_the_list_of_its_nodes(page: Any, home: Path) -> None:
    go(page, home, "matrix")
    page.click("tr[data-row=NCCL_DEBUG] td.outlier button >> nth=0")
    assert page.inner_text("dialog h2") == "NCCL_DEBUG"
    assert page.inner_text("dialog p") == "INFO"
    assert "gpu03" in page.inner_text("dialog ul")
    assert "gpu20" in page.inner_text("dialog ul")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "INFO"
    page.click("tr[data-row=ACME] td.usual button")
    assert "a12: gpu12" in page.inner_text("dialog ul")
    page.click("dialog button")
    page.click(".matrix thead a >> nth=0")
    assert "gpu[10-19,21-37]" in page.inner_text("dialog ul")


def test_the_matrix_works_by_keyboard_alone(page: Any, home: Path) -> None:
    go(page, home, "matrix")
    first = page.locator(".matrix tbody button >> nth=0")
    first.focus()
    here = "document.activeElement.closest"
    where = f"[{here}('tr').rowIndex, {here}('td').cellIndex]"
    for key, at in {
        "ArrowDown": [2, 1],
        "ArrowRight": [2, 2],
        "ArrowUp": [1, 2],
        "ArrowLeft": [1, 1],
    }.items():
        page.keyboard.press(key)
        assert page.evaluate(where) == at
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(where) == [1, 1]
    page.keyboard.press("Enter")
    assert page.locator("dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()


def test_a_role_leaves_its_columns_and_what_differs_in_them(page: Any, home: Path) -> None:
    go(page, home, "matrix")
    assert shown(page) == 4
    page.select_option("select[data-field=role]", label="prefill")
    heads = page.locator(".matrix thead th:visible").all_inner_texts()
    assert ["gpu03" in head for head in heads].count(True) == 1
    assert not any("gpu20" in head for head in heads)
    assert page.locator("tr[data-row]:visible").evaluate_all("rows => rows.map(r => r.dataset.row)") == [
        "NCCL_DEBUG", "ACME",
    ]  # fmt: skip
    page.select_option("select[data-field=role]", "")
    assert shown(page) == 4
    go(page, home, "roles")
    assert shown(page, "section[data-group]") == 3


def test_a_printed_page_has_the_nodes_and_nothing_to_click(page: Any, home: Path) -> None:
    for name in ("check", "show", "diff", "matrix"):
        go(page, home, name)
        page.emulate_media(media="print")
        assert not page.locator("#theme").is_visible()
        assert not page.locator("#query").is_visible()
        assert not page.locator(".hint").is_visible()
        assert page.pdf()[:5] == b"%PDF-"
        if name == "matrix":
            assert "gpu[10-19,21-37]" in page.inner_text("details ol")
        page.emulate_media(media="screen")
