"""Write `rules/index.py`: run `python -m sglang_envctl.devtools.rule_index`."""

from __future__ import annotations

from pathlib import Path

import sglang_envctl.rules
from sglang_envctl.rules.run import family

PATH = Path(sglang_envctl.rules.__file__).with_name("index.py")

_HEAD = '''"""What the families declare. Written by `python -m sglang_envctl.devtools.rule_index`."""

FAMILY_OF = {
'''
_CHECKS = '''}
"""The module of each rule."""

CHECKS: dict[str, list[str] | None] = {
'''
_TAIL = '''}
"""The families with a check, each with its LOOKS_AT; None if any variable may matter."""
'''


def families() -> list[str]:
    """Return the modules of the folder that contain rules."""
    names = sorted(path.stem for path in PATH.parent.glob("*.py"))
    return [name for name in names if hasattr(family(name), "RULES")]


def text() -> str:
    """Return the text of the index."""
    slugs = sorted((rule.slug, name) for name in families() for rule in family(name).RULES)
    lines = [f'    "{slug}": "{name}",\n' for slug, name in slugs]
    checks = [_check(name) for name in families() if hasattr(family(name), "check")]
    return "".join((_HEAD, *lines, _CHECKS, *checks, _TAIL))


def _check(name: str) -> str:
    looks_at = getattr(family(name), "LOOKS_AT", None)
    if looks_at is None:
        return f'    "{name}": None,\n'
    return f'    "{name}": [\n' + "".join(f'        "{x}",\n' for x in looks_at) + "    ],\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
