"""The README shows what the program prints, and every command line in it is one."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from sglang_envctl.releases import load
from tests.harness import Write, run
from tests.tables import table

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SCREEN = re.compile(r"```console\n\$ (envctl [^\n]*)\n(.*?)```", re.DOTALL)
RELEASES = load().releases
FIGURES = {
    r"(?<=reads )[\d,]+(?= environment variables)": (
        f"{sum(1 for _ in load().read_names(RELEASES[-1])):,}"
    ),
    r"(?<=every release from )\S+ to [^\s:]+": f"{RELEASES[0]} to {RELEASES[-1]}",
}
"""What the text says that the release data knows."""


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language, also within a list."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", _text(), re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


def command_lines() -> list[str]:
    """What follows `envctl` on the lines that a reader would paste."""
    lines = "".join((*blocks("sh"), *blocks("yaml"))).splitlines()
    inline = re.findall(r"`envctl ([^`]*)`", " ".join(_text().split()))
    pasted = [line.partition("envctl ")[2] for line in lines if re.search(r"(^|[ /])envctl ", line)]
    return [re.split(r" [#>]", line)[0].strip() for line in (*pasted, *inline)]


def _text() -> str:
    return README.read_text(encoding="utf-8")


def _screen(command: str) -> str:
    """What a terminal of 80 columns without colors shows."""
    terminal = {"TTY_COMPATIBLE": "1", "TERM": "dumb"}
    ended = subprocess.run(
        [sys.executable, "-m", "sglang_envctl", *shlex.split(command)[1:]],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **terminal},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stdout + ended.stderr


def test_screens_and_figures_are_what_the_program_says(regen: bool) -> None:
    new = SCREEN.sub(lambda m: f"```console\n$ {m[1]}\n{_screen(m[1])}```", _text())
    for place, figure in FIGURES.items():
        new, found = re.subn(place, figure, new)
        assert found, place
    if regen:
        README.write_text(new, encoding="utf-8")
        pytest.skip("README rewritten")

    assert _text() == new


def test_it_is_a_front_page() -> None:
    assert 150 <= len(_text().splitlines()) <= 200


@table("line", command_lines())
def test_a_command_line_has_options_that_exist(line: str) -> None:
    words, _, _ = line.partition(" -- ")

    assert run(*shlex.split(words), "--help").code == 0


def test_the_configuration_is_one(write: Write) -> None:
    [text] = blocks("toml")
    write("pyproject.toml", text)
    write("acme.toml", "variable = []\n")
    shown = run("config").out

    for key in re.findall(r"^(\S+) = ", text.partition("[[")[0], re.MULTILINE):
        assert re.search(rf"^{key}\t.+\tpyproject.toml$", shown, re.MULTILINE)
    assert "\nenvironment\tproduction: " in shown


def test_what_goes_into_files_can_be_parsed() -> None:
    assert all(isinstance(yaml.safe_load(text), dict) for text in blocks("yaml"))


def test_the_python_runs(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write("prod.env", "USE_FLAGGEMS=on\n")
    [code] = blocks("python")
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102

    assert capsys.readouterr().out.startswith("prod.env:1 error USE_FLAGGEMS given 'on'")
