"""Write the reference as Markdown, one file per section, for a repository."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from sglang_envctl.explain.addresses import file_name
from sglang_envctl.reference import changes
from sglang_envctl.reports.markdown import code, escape

if TYPE_CHECKING:
    from sglang_envctl.explain.page import Page
    from sglang_envctl.reference.book import Book

_SLUG = r"(?!(?:readme|rules|releases)$)[a-z0-9-]{1,100}"
"""A section slug that can be a file name, unlike the names of files that always exist."""


def files(book: Book) -> Iterator[tuple[str, str]]:
    """Yield every file, with its path in the folder."""
    homes = _sections(book)
    yield "README.md", _join(_contents(book, homes))
    for section, entries in book.sections.items():
        lines = [f"# {escape(section.title)}", ""]
        for entry in entries:
            lines += page(entry.page)
        yield homes[section.slug], _join(lines)
    lines = ["# Rules of envctl check", ""]
    for one in book.rules:
        lines += page(one.page)
    yield "rules.md", _join(lines)
    yield "releases.md", _join(_releases(book.states))


def _contents(book: Book, homes: Mapping[str, str]) -> Iterator[str]:
    yield "# SGLang environment variables"
    yield ""
    yield f"As of SGLang {escape(book.release)}. Written by `envctl reference --format markdown`."
    yield ""
    for section, entries in book.sections.items():
        yield f"- [{escape(section.title)}]({homes[section.slug]}) ({len(entries)})"
    yield f"- [Rules of envctl check](rules.md) ({len(book.rules)})"
    yield f"- [Releases](releases.md) ({len(book.states)})"


def _sections(book: Book) -> dict[str, str]:
    """Return the file of each section, by slug."""
    return {section.slug: f"{file_name(section.slug, _SLUG)}.md" for section in book.sections}


def page(page: Page) -> Iterator[str]:
    yield from (f"## {code(page.title)}", "", escape(page.subtitle), "")
    if page.lead:
        yield from (escape(page.lead), "")
    for label, value in page.facts.pairs:
        yield f"- {escape(label)}: {escape(value)}"
    if page.facts.pairs:
        yield ""
    for block in page.blocks:
        yield from (f"### {escape(block.heading)}", "")
        for text in block.paragraphs:
            yield from (escape(text), "")
        if block.items:
            yield from (f"- {escape(item)}" for item in block.items)
            yield ""
        if block.code:
            # Indented, because no text can end an indented code block.
            yield from (f"    {line}" for line in block.code.split("\n"))
            yield ""


def _releases(states: tuple[changes.State, ...]) -> Iterator[str]:
    yield from ("# Releases", "")
    for before, after in reversed(tuple(itertools.pairwise(states))):
        found = changes.between(before, after)
        yield from (f"## SGLang {escape(after.release)}", "")
        yield f"It reads {len(after.defaults)} names. Changes since {escape(before.release)}:"
        yield ""
        yield from (f"- new: {code(n)}, default {escape(after.defaults[n])}" for n in found.added)
        yield from (f"- no longer read: {code(name)}" for name in found.removed)
        for old, instead in found.renamed:
            yield f"- newly deprecated: {code(old)}{f', use {code(instead)}' if instead else ''}"
        for name, was, now in found.defaults:
            yield f"- default changed: {code(name)}, {escape(was)} → {escape(now)}"
        yield ""


def _join(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"
