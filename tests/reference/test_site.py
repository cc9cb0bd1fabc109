"""The reference pages: what they say is what `explain` says, and nothing in them is alive."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from sglang_envctl import registry
from sglang_envctl.registry.variable import others
from sglang_envctl.releases import RELEASES, load
from sglang_envctl.rules import rules
from tests.harness import run
from tests.pages import Reader
from tests.shared import HOSTILE

pytestmark = pytest.mark.slow

SCRIPTS = ("page.js", "search.js", "index.js", "compare.js", "releases.js")
OF_RESOURCES = {"script": "src", "link": "href", "img": "src", "iframe": "src"}


def pages(site: Path) -> Iterator[tuple[Path, Reader]]:
    for path in sorted(site.rglob("*.html")):
        yield path, Reader(path.read_text("utf-8"))


def assigned(site: Path, name: str) -> Any:
    """The data that a script assigns."""
    text = (site / name).read_text("utf-8")
    return json.loads(text.partition("=")[2].rstrip().removesuffix(";"))


@pytest.fixture(scope="module")
def site(reference: Path) -> Path:
    return reference / "in" / "a" / "html"


@pytest.fixture(scope="module")
def markdown(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("markdown") / "out"
    options = ("--registry", str(reference / "own.toml"), "--format", "markdown", "--no-config")
    result = run("reference", "-o", str(folder), *options)
    assert result.code == 0, result.err
    return folder


def test_it_is_small(site: Path) -> None:
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())

    assert size < 15_000_000


def test_there_is_a_page_for_each_variable_rule_and_release(site: Path) -> None:
    rows = {row[0]: row[1] for row in assigned(site, "index.js")["rows"]}
    read = set().union(*(load().read_names(release) for release in RELEASES))

    assert {variable.name for variable in registry.load().variables} | read <= rows.keys()
    assert {path.stem for path in (site / "rules").iterdir()} == set(rules())
    assert {path.stem for path in (site / "releases").iterdir()} == set(RELEASES)
    assert all((site / href).is_file() for href in rows.values())
    folded = [str(path).casefold() for path in site.rglob("*.html")]
    assert len(folded) == len(set(folded)) == len(rows) + len(RELEASES) + 2


def test_pages_are_well_formed_and_every_link_leads_somewhere(site: Path) -> None:
    for path, page in pages(site):
        ids = {tag.attributes.get("id") for tag in page.tags}
        for tag in page.tags:
            target = tag.attributes.get("href", "")
            parts = urlsplit(target)
            if parts.scheme in ("https", "http"):
                assert tag.name == "a", (path, target)
            elif target and target != "data:,":
                assert not parts.scheme, (path, target)
                assert parts.path == "" or (path.parent / unquote(parts.path)).is_file(), target
                assert not parts.fragment or parts.fragment in ids


def test_pages_load_nothing_but_the_site_and_run_nothing_but_its_script(site: Path) -> None:
    for path, page in pages(site):
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in page.policy, path
        for tag in page.tags:
            assert not any(name.startswith("on") or name == "style" for name in tag.attributes)
            assert tag.name not in ("iframe", "img", "svg", "object", "embed", "style", "base")
            resource = tag.attributes.get(OF_RESOURCES.get(tag.name, ""), "")
            assert "//" not in resource
            if tag.name == "script":
                assert resource.rpartition("/")[2] in SCRIPTS
    style = (site / "style.css").read_text("utf-8")
    assert not re.search(r"url\(|@import|@font-face", style)


def test_hostile_texts_stay_in_the_folder_and_are_shown(
    site: Path, markdown: Path, reference: Path
) -> None:
    rows = {row[2]: row[1] for row in assigned(site, "index.js")["rows"]}

    assert [path.name for path in site.parent.iterdir()] == ["html"]
    assert [path.name for path in (reference / "in").iterdir()] == ["a"]
    assert [path.name for path in markdown.parent.iterdir()] == ["out"]
    for text in HOSTILE[:-1]:
        assert text in Reader((site / rows[text]).read_text("utf-8")).text
    files = [*site.rglob("*"), *markdown.rglob("*")]
    everything = "".join(path.read_text("utf-8") for path in files if path.is_file())
    assert "\u202e" not in everything
    assert "\u2028" not in everything
    assert "<script>alert" not in "".join(p.read_text("utf-8") for p in site.glob("*.js"))


def test_markdown_has_a_file_for_each_section_and_no_markup_of_strangers(
    markdown: Path,
) -> None:
    linked = re.findall(r"\]\(([^)]*)\)", (markdown / "README.md").read_text("utf-8"))
    files = {path.name for path in markdown.glob("*.md")}

    assert files == {*linked, "README.md"}
    assert len(linked) == len(set(linked))
    text = "".join(path.read_text("utf-8") for path in markdown.glob("*.md"))
    # Outside of code, every bracket has a backslash.
    bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)|^    .*$", "", text, flags=re.MULTILINE)
    assert not re.search(r"(?<!\\)<(?:script|img|svg)", bare)


SAMPLE = (
    "SGLANG_LOG_MS", "SGLANG_USE_MLX", "SGLANG_CACHE_DIT_ENABLED", "HF_TOKEN", "NCCL_IB_DISABLE",
    "SGLANG_HOST_IP", "http_proxy", "HTTP_PROXY", "SGLANG_TORCH_PROFILER_DIR",
)  # fmt: skip


@pytest.mark.parametrize("name", [*SAMPLE, *sorted(rules())[:9]])
def test_a_page_says_what_explain_says(site: Path, name: str) -> None:
    listed = {row[0]: row[1] for row in assigned(site, "index.js")["rows"]}
    shown = Reader((site / listed[name]).read_text("utf-8")).text
    said = json.loads(
        run("explain", name, "--format", "json", "--no-config", "--sglang", RELEASES[-1]).out
    )
    texts = [said["title"], said["subtitle"], said["lead"]]
    for label, value in said["facts"].items() if isinstance(said["facts"], dict) else ():
        texts += [label, value]
    for block in said["blocks"]:
        if block["heading"] != "In this environment":
            texts += [block["heading"], *block["paragraphs"], *block["items"], block["code"]]

    assert [text for text in texts if text and " ".join(text.split()) not in shown] == []


def test_a_release_lists_what_changed_since_the_one_before(site: Path) -> None:
    before, after = (load().read_names(release) for release in RELEASES[-2:])
    page = Reader((site / "releases" / f"{RELEASES[-1]}.html").read_text("utf-8")).text
    new = page.partition("Names no longer read")[0]

    assert f"Changes since {RELEASES[-2]}" in page
    for name in after - before:
        if not all(use.tests_only for use in load().uses(name, RELEASES[-1])):
            assert name in new


def test_a_strip_says_what_each_release_does(site: Path) -> None:
    listed = {row[0]: row[1] for row in assigned(site, "index.js")["rows"]}
    data = load()
    own = {v.name for v in registry.load().variables if not v.owner.startswith("sglang")}
    for name in sorted((data.names() & listed.keys()) - own)[::20]:
        page = Reader((site / listed[name]).read_text("utf-8"))
        runs = [
            tag.attributes
            for tag in page.tags
            if re.search(r" w\d+$", tag.attributes.get("class", ""))
        ]
        widths = [int(run["class"].rpartition("w")[2]) for run in runs]
        assert sum(widths) == len(RELEASES)
        kinds = [
            run["class"].split()[0]
            for run, width in zip(runs, widths, strict=True)
            for _ in range(width)
        ]
        for release, kind in zip(RELEASES, kinds, strict=True):
            assert (kind in ("absent", "old")) or name in data.read_names(release), (name, release)
            assert kind != "absent" or name not in data.read_names(release), (name, release)


def test_related_variables_are_links(site: Path) -> None:
    listed = {row[0]: row[1] for row in assigned(site, "index.js")["rows"]}
    for variable in registry.load().variables:
        page = Reader((site / listed[variable.name]).read_text("utf-8"))
        links = {tag.attributes.get("href") for tag in page.tags if tag.name == "a"}
        related = {name for relation in variable.relations for name in others(relation)}
        wanted = {f"../{listed[name]}" for name in related - {variable.name} if name in listed}
        assert wanted <= links, variable.name
