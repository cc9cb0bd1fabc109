"""Compute fingerprints, which identify a finding in later runs even if its line has moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from os.path import abspath, relpath

from sglang_envctl.rules.rule import Finding


def fingerprints(findings: Iterable[Finding], base: str = "") -> tuple[str, ...]:
    """Return a fingerprint for each finding; findings of a file that are equal are numbered.

    Paths are relative to a folder, the current one by default, regardless of how the user named the
    files.
    """
    folder = abspath(base or ".")
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for finding in findings:
        file = finding.origin.file
        place = relpath(file, folder) if file else finding.origin.source
        identity = place, finding.rule, finding.name
        seen[identity] += 1
        text = "\0".join((*identity, str(seen[identity])))
        found.append(sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32])
    return tuple(found)
