"""Write the reference as a static site, which needs no server and no network."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.reference import changes
from sglang_envctl.reference.book import KINDS
from sglang_envctl.reference.editors import EDITORS
from sglang_envctl.reports.html.pages import asset, environment
from sglang_envctl.text.escape import visible

if TYPE_CHECKING:
    from jinja2 import Environment

    from sglang_envctl.reference.book import Book, Entry

_WORD = re.compile(r"(https?://[^\s<>\"']*[^\s<>\"'.,;:)]|[A-Za-z0-9_]+(?:-[a-z0-9-]+)?)")
_ASSETS = {
    "style.css": ("style.css", "reference.css"),
    "page.js": ("page.js",),
    "search.js": ("search.js",),
    "compare.js": ("compare.js",),
}
"""The style sheet and the scripts, with the files that each consists of."""


class Part(NamedTuple):
    """A part of a sentence, possibly a link."""

    text: str
    href: str = ""


def files(book: Book) -> Iterator[tuple[str, str]]:
    """Yield every file of the site, with its path in the folder."""
    pages = _templates(book)
    for name, parts in _ASSETS.items():
        yield name, "".join(asset(pages, part) for part in parts)
    # The policy of the pages forbids inline styles, so a class sets the width of a run.
    widths = (
        f".strip .w{number} {{ flex-grow: {number} }}" for number in range(1, len(book.states) + 1)
    )
    yield "widths.css", "\n".join(widths)
    yield ".nojekyll", ""  # GitHub Pages leaves out names that begin with an underscore
    yield "index.js", _script("ENVCTL_INDEX", _index(book))
    yield "releases.js", _script("ENVCTL_RELEASES", _releases(book))
    yield "index.html", pages.get_template("index.html").render(root="", book=book)
    yield "editors.html", pages.get_template("editors.html").render(root="", editors=EDITORS)
    variable = pages.get_template("variable.html")
    for entry in book.entries:
        yield entry.path, variable.render(root="../", entry=entry)
    rule = pages.get_template("rule.html")
    for one in book.rules:
        yield one.path, rule.render(root="../", page=one.page)
    release = pages.get_template("release.html")
    for before, state in zip((None, *book.states), book.states, strict=False):
        found = changes.between(before, state) if before else None
        shown = release.render(
            root="../", state=state, before=before, changes=found, states=book.states
        )
        yield f"releases/{state.release}.html", shown


def _templates(book: Book) -> Environment:
    pages = environment("sglang_envctl.reference")
    links = {entry.variable.name: entry.path for entry in book.entries}
    links |= {one.rule.slug: one.path for one in book.rules}
    pages.globals["release"] = book.release
    pages.globals["kinds"] = KINDS
    pages.globals["link"] = links.get
    pages.filters["parts"] = partial(_parts, links)
    return pages


def _parts(links: Mapping[str, str], text: str, root: str, own: str = "") -> Iterator[Part]:
    """Yield the parts of a text: links for addresses and for names that have a page, and plain text."""
    for at, word in enumerate(_WORD.split(text)):
        if not at % 2:
            if word:
                yield Part(word)
        elif word.startswith(("https://", "http://")):
            yield Part(word, word)
        else:
            href = links.get(word) if word != own and _is_name(word) else None
            yield Part(word, root + href if href else "")


def _is_name(word: str) -> bool:
    """Return whether a word can only be a name; `misread` and `PATH` may also be ordinary words."""
    return "_" in word or "-" in word


def _script(name: str, value: object) -> str:
    """Return a script that assigns data, because a page opened from a file cannot load JSON."""
    text = json.dumps(value, separators=(",", ":"))
    return f"window.{name}={text.replace('<', chr(92) + 'u003c')};\n"


def _index(book: Book) -> dict[str, object]:
    """Return the data of the search; repeated texts are replaced by numbers."""
    sections = {section.slug: at for at, section in enumerate(book.sections)}
    owners = sorted({entry.variable.owner for entry in book.entries})
    types = sorted({_kind(entry) for entry in book.entries})
    releases = list(dict.fromkeys((*(state.release for state in book.states), book.release)))
    rows: list[list[object]] = [
        [
            visible(entry.variable.name),
            entry.path,
            visible(_summary(entry)),
            visible(" ".join(entry.variable.details.split())) if entry.documented else "",
            sections[entry.section.slug],
            owners.index(entry.variable.owner),
            types.index(_kind(entry)),
            int(entry.documented),
            _runs(entry, releases),
        ]
        for entry in book.entries
    ]
    rows += [
        [one.rule.slug, one.path, one.rule.summary, one.rule.why, -1, -1, -1, -1, []]
        for one in book.rules
    ]
    return {
        "sections": [visible(section.title) for section in book.sections],
        "owners": list(map(visible, owners)),
        "types": types,
        "releases": list(map(visible, releases)),
        "rows": rows,
    }


def _runs(entry: Entry, releases: list[str]) -> list[list[int]]:
    """Return the runs of releases that read a variable, by their positions."""
    found = itertools.groupby(range(len(releases)), lambda at: entry.read_in(releases[at]))
    runs = [list(run) for read, run in found if read]
    return [[run[0], run[-1]] for run in runs]


def _summary(entry: Entry) -> str:
    """Return the description of a variable; without one, its default and where it is read."""
    if entry.documented or not entry.variable.reads:
        return entry.variable.summary
    read = entry.variable.reads[0]
    default = dict(entry.page.facts.pairs).get("Default in the code")
    return f"{read.where}{f', default {default}' if default else ''}"


def _kind(entry: Entry) -> str:
    return type(entry.variable.type).__name__


def _releases(book: Book) -> dict[str, object]:
    """Return the default of each name, by runs of releases, for the comparison of releases."""
    texts: dict[str, int] = {}
    names: dict[str, list[list[int]]] = {}
    renames: dict[tuple[str, str], list[int]] = {}
    for at, state in enumerate(book.states):
        for name, default in state.defaults.items():
            number = texts.setdefault(default, len(texts))
            runs = names.setdefault(name, [])
            if runs and runs[-1][1] == at - 1 and runs[-1][2] == number:
                runs[-1][1] = at
            else:
                runs.append([at, at, number])
        for rename in state.renames.items():
            renames.setdefault(rename, []).append(at)
    paths = {entry.variable.name: entry.path for entry in book.entries}
    return {
        "releases": [state.release for state in book.states],
        "texts": list(map(visible, texts)),
        "names": [[name, paths.get(name, ""), runs] for name, runs in sorted(names.items())],
        "renames": [
            [old, new, paths.get(old, ""), at] for (old, new), at in sorted(renames.items())
        ],
    }
