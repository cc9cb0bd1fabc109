"""Nothing in a name, a value or a file name styles, moves or hides what a terminal shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.harness import PERSON, SGR, run

pytestmark = pytest.mark.slow

HOSTILE = [
    "\x1b[35;45mX",
    "\x1b]0;title\x07",
    "\x9b31m",
    "\u202etxt",
    "\u2066\u2069",
    "\u200b",
    "\ufeff",
    "a\rb",
    "\x08\x08",
    "\x7f",
    "\u2028",
    "\u3164",
    "[bold red]X[/]",
    "[/]",
    "[link=https://x]y[/link]",
    ":smile:",
    "\udce9",
    "%0A::error::x",
]
COMMANDS = [
    ["check", "FILE", "FILE.missing"],
    ["show", "-e", "FILE"],
    ["diff", "FILE", "defaults"],
    ["explain", "SGLANG_CACHE_DIT_FN", "-e", "FILE"],
    ["explain", "SGLANG_S3_BUCKET_NAME", "-e", "FILE"],
    ["show", "-e", "FILE", "NO_SUCH_FILE"],
    ["export", "-e", "FILE", "-o", "FILE.out/x"],
    *(["check", "FILE", "--format", f] for f in ("github", "gitlab", "sarif", "junit", "markdown")),
    ["check", "FILE", "FILE.missing", "--format", "html"],
    ["show", "-e", "FILE", "--format", "html"],
    ["diff", "FILE", "defaults", "--raw", "--format", "html"],
    ["diff", "FILE", "FILE", "FILE", "defaults", "--format", "html"],
    ["audit", "FILE"],
    ["audit", "FILE.missing", "FILE"],
]
PIECES = st.sampled_from(HOSTILE) | st.text(max_size=5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


def unsafe(text: str) -> list[str]:
    """Characters that a terminal does not just print, the colours of Rich apart."""
    assert "\x1b[35;45m" not in text
    rest = SGR.sub("", text).replace("\n", "").replace("\t", "")
    return [char for char in rest if not char.isprintable() or char in "\u3164\u2800"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(PIECES, PIECES), max_size=4), st.sampled_from(HOSTILE))
def test_drawn_or_plain_only_printable_characters(
    folder: Path, pieces: list[tuple[str, str]], hostile: str
) -> None:
    name = hostile.replace("/", "_")
    file = folder / f"{name}.env"
    lines = [f"APP{left}{hostile}='{right}{hostile}'" for left, right in pieces]
    lines += [f"SGLANG_CACHE_DIT_FN='{hostile}'", f'SGLANG_S3_BUCKET_NAME="{hostile}"', hostile]
    file.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    for command in COMMANDS:
        args = [word.replace("FILE", str(file)) for word in command]
        for env in ({**PERSON, "COLUMNS": "200"}, {}):
            result = run(*args, env=env)
            assert result.code != 70, result.err
            assert unsafe(result.out + result.err) == []


def test_markup_is_printed_as_it_stands(folder: Path) -> None:
    file = folder / "markup.env"
    file.write_text("APP='[bold red]X[/]'\n[red]NAME=:smile:\n", "utf-8")
    drawn = run("show", "-e", str(file), "--set", env={**PERSON, "COLUMNS": "200"}).out

    assert "[bold red]X[/]" in drawn
    assert "[red]NAME" in drawn
    assert ":smile:" in drawn


def test_what_a_registry_file_says_is_as_hostile_as_a_value(folder: Path) -> None:
    text = "\\u001b[35;45mX\\u202e"
    toml, file = folder / "acme.toml", folder / "acme.env"
    toml.write_text(
        f'[[variable]]\nname = "ACME{text}"\ntype = "choice"\nallowed = ["a{text}", "b"]\n'
        f'summary = "s{text}"\ndetails = "d{text}"\nsection = "c{text}"\nowner = "o{text}"\n'
        f'default = "a{text}"\nexample = "e{text}"\nreplaced_by = "r{text}"\n',
        "utf-8",
    )
    file.write_text("ACME\x1b[35;45mX\u202e=c\n", "utf-8")
    options = ("--registry", str(toml))

    for env in ({**PERSON, "COLUMNS": "200"}, {}):
        for args in (
            ["show"],
            ["show", "-e", str(file)],
            ["check", str(file)],
            ["diff", str(file), "defaults"],
            ["explain", "ACME\x1b[35;45mX\u202e"],
            ["show", "--section", "zzz"],
        ):
            result = run(*args, *options, env=env)
            assert result.code != 70, result.err
            assert unsafe(result.out + result.err) == []
