"""Every form of comparison in a release tells values apart as the reader says that the scanner derives.

Which branch comes first is left open: `x != "1"` and `x == "1"` tell the same values apart.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sglang_envctl.audit import audit
from sglang_envctl.audit.facts import Use
from sglang_envctl.readers import find
from tests.conformance.comparisons import Code, Signature, modules
from tests.conformance.corpus import texts
from tests.conformance.wheels import RELEASES

__all__ = ["RELEASES"]  # also those whose code cannot be run as it is

pytestmark = pytest.mark.conformance

_COMPARES = re.compile(
    r"raw\.(?:required-)?(?:strip-|lower-|upper-)*(?:is-one|(?:not-)?(?:equals|in):.*)"
)
_COMPOSED = {"raw.strip-lower-not-in:0|disabled|false|no|off"}
"""Forms of which every name is put together by a function of another module."""
_EXTRA = ("auto", "s3", "fp8", "reuse", "AITER", "sglang")


def test_comparisons_tell_the_same_values_apart(
    release: str, download: Callable[[str, str], Path]
) -> None:
    wheel = download("sglang", release)
    uses = [u for u in audit(wheel).uses if _COMPARES.fullmatch(u.reader) and "?" not in u.reader]
    code = modules(wheel, {use.file for use in uses})
    tried = [(use, code[use.file].comparisons(use)) for use in uses]
    wrong = [
        line
        for use, reads in tried
        for steps in reads
        for line in _disagreements(use, code[use.file], steps)
    ]
    assert not wrong, f"{len(wrong)} in {release}:\n" + "\n".join(wrong)
    run = {use.reader for use, reads in tried if reads}
    assert {use.reader for use in uses} - run - _COMPOSED == set(), "forms that nothing was run for"


def _disagreements(use: Use, code: Code, steps: list[ast.AST]) -> list[str]:
    """Values that the reader takes for the same and the code does not, or the other way round."""
    reader = find(use.reader)
    by_value: dict[str, Signature] = {}
    found = []
    for text in (*texts(), *_EXTRA):
        reading = reader(text, use.default)
        if reading.outcome == "unverified":
            continue
        result = code.signature(steps, use.name, text)
        if by_value.setdefault(repr(reading.value), result) != result:
            found.append(f"{use.name}={text!a:.40}: {use.reader} {reading}, {use.where} {result}")
    if len(set(map(repr, by_value.values()))) != len(by_value):
        found.append(f"{use.name}: {use.reader} tells more apart than {use.where}: {by_value}")
    if isinstance(use.default, bool) and not use.default_rule:
        unset = _unset(use, code, steps)
        if unset is not None and by_value.get(repr(use.default), unset) != unset:
            found.append(f"{use.name}: default {use.default}, but {unset} in {use.where}")
    return found


def _unset(use: Use, code: Code, steps: list[ast.AST]) -> Signature | None:
    """What the code makes of no value; None where it looks first whether there is one."""
    try:
        return code.signature(steps, use.name, None)
    except (AttributeError, KeyError, TypeError):
        return None
