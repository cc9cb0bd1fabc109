"""`python -m sglang_envctl.devtools.completion DIRECTORY` writes the scripts there."""

from __future__ import annotations

import sys
from pathlib import Path

from sglang_envctl.devtools.completion import scripts


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.stderr.write("usage: python -m sglang_envctl.devtools.completion DIRECTORY\n")
        return 2
    directory = Path(arguments[0])
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in scripts().items():
        (directory / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
