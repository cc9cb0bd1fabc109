"""Describe variables that a release reads but the docs do not mention, using the release data."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sglang_envctl.registry import Registry, types
from sglang_envctl.registry.undescribed import UNDESCRIBED
from sglang_envctl.registry.variable import Read, Section, Variable
from sglang_envctl.releases.data import ReleaseData, load
from sglang_envctl.releases.reads import read_of
from sglang_envctl.releases.spans import RenameSpan, Span
from sglang_envctl.text.secrets import looks_secret
from sglang_envctl.text.truth import truth

SECTION = Section(
    slug="undocumented",
    title="SGLang: undocumented",
    heading="",
    note="Variables that SGLang's code reads but no docs known to envctl mention.",
)

OTHERS = Section(slug="undescribed", title="Other software", heading="", aside=True)


def _replacement(rename: RenameSpan) -> str:
    return rename.new or ("" if rename.constant else " or ".join(rename.instead))


def variable(name: str, data: ReleaseData) -> Variable | None:
    """Return a variable for a name that some release reads or copies; None if no release does."""
    runs, rename = data.runs(name), data.last_rename(name)
    if not runs and not (rename and rename.is_deprecated):
        return None
    newest = runs[-1] if runs else None
    return Variable(
        name=name,
        type=_type(newest.reader if newest else ""),
        section=SECTION,
        owner="sglang-diffusion" if newest and "/multimodal_gen/" in newest.file else "sglang",
        documents=(),
        summary="Undocumented SGLang variable",
        details=_what(newest),
        secret=looks_secret(name),
        reads=tuple(read_of(run, data) for run in (*reversed(runs), *_besides(name, runs, data))),
        replaced_by=_replacement(rename) if rename else "",
    )


def with_names(names: Iterable[str], registry: Registry, release: str) -> Registry:
    """Return the registry with entries for those names that are undocumented but that envctl or a
    release knows.
    """
    found = []
    for name in names:
        spellings = (name, name.upper())
        if not any(map(registry.find, spellings)):
            known = (variable(n, load(release)) or _undescribed(n) for n in spellings)
            found += [next((entry for entry in known if entry), None)]
    return registry.extended(filter(None, found)) if any(found) else registry


def _undescribed(name: str) -> Variable | None:
    """Return a variable for a known but undescribed name of other software; None for any other name."""
    software = UNDESCRIBED.get(name)
    if software is None:
        return None
    return Variable(
        name=name,
        type=types.Text(),
        section=OTHERS,
        owner="other software",
        documents=(),
        summary=f"Variable of {software}",
        details="envctl knows this name, reports near misses of it and does not validate its value.",
        reads=(Read(reader="unknown", where=software),),
    )


def _besides(name: str, runs: tuple[Span, ...], data: ReleaseData) -> list[Span]:
    """Return the reads of a name that are not in `runs`, the most informative read of each release;
    newest first.

    Code that compares the value with a single word is left out.
    """
    main = {(run.reader, run.file, run.line) for run in runs}
    acting = (span for span in data.history(name) if not span.declared_only and not span.tests_only)
    others = [s for s in reversed(tuple(acting)) if (s.reader, s.file, s.line) not in main]
    return [s for s in others if not _asks_for_a_word(s.reader)]


def _asks_for_a_word(reader: str) -> bool:
    how, colon, word = reader.rpartition(":")
    return bool(colon) and how.endswith("equals") and truth(word) is None


def _what(newest: Span | None) -> str:
    if newest is None:
        return "This is a deprecated name. No code reads it directly."
    if newest.tests_only:
        return "Only SGLang's own tests read this variable. It has no effect on a server."
    if newest.reader == "compiled":
        return (
            f"A compiled part of SGLang {newest.until} mentions this variable ({newest.file}). "
            "envctl does not validate its value."
        )
    return (
        "No docs describe this variable, so its meaning is known only from the code that reads it. "
        "envctl validates the value as that code parses it."
    )


def _type(reader: str) -> types.Type:
    """Return the type of the values that a reader returns."""
    main = "" if " unless " in reader else re.split("[: ]", reader.partition(".")[2])[0]
    steps = main.removesuffix("-or-unset")
    last = steps.removesuffix("-int") if steps.endswith("float-int") else steps
    last = last.rpartition("-")[2] if "split" not in steps else ""
    checks = reader.partition(" only ")[2].partition(" perhaps ")[0].split()
    match last:
        case "bool":
            return types.Bool()
        case "int":
            return _whole(checks)
        case "only":
            folded = "lower-" in reader or "upper-" in reader
            words = filter(None, reader.partition(":")[2].split("|"))
            return types.Choice(tuple(words), exact=not folded)
        case "float":
            return types.Float(_end(checks, ">="), _end(checks, "<="))
    return types.Text()


def _whole(checks: list[str]) -> types.Int:
    """Return the type for whole numbers that pass these checks."""
    if chosen := [check for check in checks if check[0] not in "<>"]:
        return types.Int(choices=tuple(sorted(map(int, chosen[0].split("|")))))
    above, below = _end(checks, ">"), _end(checks, "<")
    low = _end(checks, ">=") if above is None else above + 1
    high = _end(checks, "<=") if below is None else below - 1
    return types.Int(None if low is None else int(low), None if high is None else int(high))


def _end(checks: list[str], sign: str) -> float | None:
    """Return the bound in the first check with this comparison operator; None if there is none."""
    found = (re.fullmatch(rf"{sign}(-?[\d.]+)", check) for check in checks)
    number = next((float(match[1]) for match in found if match), None)
    return int(number) if number is not None and number.is_integer() else number
