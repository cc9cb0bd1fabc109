"""The reference as Markdown, one file a section, for a repository."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sglang_envctl.reference import changes
from sglang_envctl.reports.markdown import code, escape

if TYPE_CHECKING:
    from sglang_envctl.explain.page import Page
    from sglang_envctl.reference.book import Book

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


def files(book: Book) -> Iterator[tuple[str, str]]:
    """Every file, by its path in the folder."""
    yield "README.md", _join(_contents(book))
    for section, entries in book.sections.items():
        lines = [f"# {escape(section.title)}", ""]
        for entry in entries:
            lines += _page(entry.page)
        yield f"{_file(section.slug)}.md", _join(lines)
    lines = ["# Rules of envctl check", ""]
    for one in book.rules:
        lines += _page(one.page)
    yield "rules.md", _join(lines)
    yield "releases.md", _join(_releases(book.states))


def _contents(book: Book) -> Iterator[str]:
    yield "# SGLang environment variables"
    yield ""
    yield f"As of SGLang {escape(book.release)}. Written by `envctl reference --format markdown`."
    yield ""
    for section, entries in book.sections.items():
        yield f"- [{escape(section.title)}]({_file(section.slug)}.md) ({len(entries)})"
    yield f"- [Rules of envctl check](rules.md) ({len(book.rules)})"
    yield f"- [Releases](releases.md) ({len(book.states)})"


def _file(slug: str) -> str:
    """The file of a section; `x-` keeps it apart from the files that are always there."""
    name = _UNSAFE.sub("-", slug)
    return f"x-{name}" if name.lower() in ("readme", "rules", "releases") else name


def _page(page: Page) -> Iterator[str]:
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
            # Indented code cannot be ended by what is in it.
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
