"""A real browser, and what it finds wrong with a page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from tests.consumers import missing
from tests.harness import ROOT

OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
MODULES = (ROOT / ".cache/npm/node_modules", ROOT / "node_modules", Path("/usr/lib/node_modules"))
"""Where npm may have put axe-core."""
THEMES = ("light", "dark")
WIDTHS = (380, 800, 1400)


@contextmanager
def launched() -> Iterator[Any]:
    """Chromium; a test is skipped without it, but not in CI."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        missing("playwright")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or missing("chromium")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any) -> Iterator[Any]:
    """A page; whatever the browser complains about in it fails the test."""
    context = browser.new_context(color_scheme="light")
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda asked: said.append(asked.url) if _is_remote(asked.url) else None)
    yield page
    context.close()
    assert not said, said


def _is_remote(url: str) -> bool:
    return not url.startswith(("file:", "data:"))


def too_wide(page: Any) -> dict[int, int]:
    """The widths of a screen that a page exceeds, each with the page's own."""
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found[width] = page.evaluate("document.documentElement.scrollWidth")
    return {width: needed for width, needed in found.items() if needed > width}


def faults_by_theme(page: Any) -> dict[str, list[str]]:
    """The serious faults of a page in each theme that has any."""
    found = {}
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        found[theme] = faults(page)
    return {theme: some for theme, some in found.items() if some}


def faults(page: Any) -> list[str]:
    """What axe calls serious on a page, with the first place of each."""
    page.evaluate(_axe())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")
    return [
        f"{one['id']}: {one['nodes'][0]['html']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@cache
def _axe() -> str:
    for folder in MODULES:
        if (file := folder / "axe-core/axe.min.js").is_file():
            return file.read_text("utf-8")
    return missing("axe-core")
