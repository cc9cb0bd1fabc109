"""Order versions as pip does, as far as SGLang's versions require."""

from __future__ import annotations

import re
from functools import cache

_VERSION = re.compile(
    r"""v?(?P<numbers>\d{1,9}(?:\.\d{1,9}){0,5})
        (?:[._-]?(?P<phase>a|b|rc|alpha|beta)[._-]?(?P<number>\d{0,9}))?
        (?:[._-]?post[._-]?(?P<post>\d{0,9}))?
        (?:[._-]?dev[._-]?(?P<dev>\d{0,9}))?
        (?:\+[a-z0-9]+(?:[._-][a-z0-9]+)*)?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_PHASES = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "rc": 2}
_FINAL = 3
_DEVELOPMENT = -1
_ALWAYS = 1 << 40

Key = tuple[tuple[int, ...], int, int, int, int]


@cache
def key(version: str) -> Key:
    """Return the sort key of a version; the local part (`+cu129`) is ignored.

    Raises ValueError for a text that is not a version.
    """
    found = _VERSION.fullmatch(version.strip())
    if found is None:
        raise ValueError(version)
    numbers = [int(part) for part in found["numbers"].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()  # 0.6 and 0.6.0 are equal
    post = -1 if found["post"] is None else int(found["post"] or 0)
    dev = _ALWAYS if found["dev"] is None else int(found["dev"] or 0)
    if found["phase"]:
        phase, number = _PHASES[found["phase"].lower()], int(found["number"] or 0)
    else:
        bare = found["dev"] is not None and found["post"] is None
        phase, number = (_DEVELOPMENT if bare else _FINAL), 0
    return tuple(numbers), phase, number, post, dev


def within(version: str, since: str, until: str = "") -> bool:
    """Return whether a version is between two others, inclusive; an empty bound is an open end.

    A version with an attribute `like` is compared as that version: local code may have a
    meaningless one, such as 0.0.0.dev0.
    """
    now = key(getattr(version, "like", version))
    return (not since or key(since) <= now) and (not until or now <= key(until))
