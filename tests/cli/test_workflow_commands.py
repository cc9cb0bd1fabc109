"""Nothing that envctl prints is a command to GitHub's runner, whatever a name, file or value says."""

from __future__ import annotations

import re

import pytest

from tests.harness import PERSON, SGR, Write, run
from tests.tables import table

COMMAND = "::error file=x::pwn"
GROUP = "##[group]pwn"
# What the runner takes for a command: at the start of a line, after whitespace, or anywhere.
LIVE = re.compile(r"^\s*::|##\[", re.MULTILINE)
FORMS = ["text", "full", "json", "gitlab", "sarif", "junit", "markdown", "html"]
LINES = [
    *(f"check FILE --format {form}" for form in FORMS),
    "check FILE FILE.missing",
    "check FILE --dialects docker,dotenv,node",
    *(
        f"show --set -e FILE --format {form}"
        for form in ("table", "json", "csv", "tsv", "markdown", "html")
    ),
    "diff FILE defaults --raw",
    "diff FILE defaults --format json",
    "diff FILE defaults --format tsv",
    "diff FILE defaults --raw --format html",
    "diff FILE FILE FILE defaults",
    f"explain {COMMAND.split(maxsplit=1)[0]}",
    f"show {GROUP}",
    "snapshot FILE",
    "export -e FILE --format nonsense",
    f"export -e FILE {GROUP}",
    "audit m.py",
    "audit m.py --format json",
    "check FILE --registry r.toml",
    "show --all --registry r.toml -e FILE --format csv",
    "run -e FILE -- ./no-such-command",
]


@pytest.fixture(autouse=True)
def _files(write: Write) -> None:
    names = f"SGLANG_CACHE_DIT_FN={GROUP}\n{COMMAND}=1\n::stop-commands::x=1\n"
    text = f"{names}APP='{COMMAND}\n{COMMAND}'\n"
    for name in ("plain.env", f"{COMMAND}.env".replace(" file=x", "")):
        write(name, text)
    write(
        "m.py",
        f"import os\nos.getenv('{COMMAND}')\nos.getenv('B', '{GROUP}')\nos.getenv(f'::x::{{os}}')\n",
    )
    section = "::error::"
    write(
        "r.toml",
        f'[[variable]]\nname = "ACME"\nsection = "{section}"\nsummary = "{GROUP} {COMMAND}"\n',
    )


@table("file", ["plain.env", "::error::pwn.env"])
@table("line", LINES)
@pytest.mark.parametrize("env", [{}, {"FORCE_COLOR": "1"}, {**PERSON, "COLUMNS": "40"}])
def test_no_line_is_a_command(file: str, line: str, env: dict[str, str]) -> None:
    words = [word.replace("FILE", file) for word in line.split()]
    result = run(*words, env=env)

    assert result.code != 70
    assert result.out + result.err != ""
    assert not LIVE.search(SGR.sub("", result.out))
    assert not LIVE.search(SGR.sub("", result.err))


def test_annotations_are_the_commands_that_were_asked_for() -> None:
    lines = run("check", "::error::pwn.env", "--format", "github").out.splitlines()

    assert lines
    for line in lines:
        assert re.match(r"::(error|warning|notice) title=[^:]*::", line)
        assert "##[" not in line
