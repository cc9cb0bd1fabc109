"""The lines of files around findings: what stays visible, and that no part of a secret does."""

from __future__ import annotations

import time
from collections.abc import Container

import pytest

from sglang_envctl import api
from sglang_envctl.findings.excerpts import Shown
from sglang_envctl.redaction import MASK, Redactor
from tests.tables import table

S = "hunter2"
"""A secret that looks like a word and has no known form."""
T = "correct horse"
KNOWN = api.registry().listed.keys()
"""Words that are no secrets."""


def hide(*secrets: str) -> Redactor:
    environment = api.read({f"OTHER{n}_TOKEN": secret for n, secret in enumerate(secrets)})
    return api.hider([environment], api.registry())


def masked(
    text: str, redactor: Redactor, parts: frozenset[str] = frozenset(), known: Container[str] = ()
) -> list[str]:
    return [line.text for line in Shown(text, redactor, parts, known).lines(1, 99_999)]


FILES = {
    "dotenv": f"A=1\nHF_TOKEN={S}\nB=2\n",
    "broken in two": f"A=1\nHF_TOKEN=abc\n{S}\nB=2\n",
    "without a name": f"A=1\n={S}\nB=2\n",
    "quoted over lines": f'A=1\nHF_TOKEN="x\n{S}\nFOO={S}\n"\nB=2\n',
    "single quotes over lines": f"A=1\nMY_SECRET='{S}\n\n{S}'\nB=2\n",
    "continued": f"export A=1\nexport HF_TOKEN=\\\n{S}\nexport B=2\n",
    "here-document": f"export A=1\nexport HF_TOKEN=$(cat <<END\n{S}\nEND\n)\nexport B=2\n",
    "list over lines": f"A=1\nMY_SECRETS=(\n{S}\n)\nB=2\n",
    "TOML": f'A = 1\nHF_TOKEN = """\n{S}\n"""\nB = 2\n',
    "Python": f'A = 1\nos.environ["HF_TOKEN"] = """\n{S}\n"""\nB = 2\n',
    "YAML on one line": f"env:\n  A: 1\n  HF_TOKEN: {S}\n  B: 2\n",
    "YAML on the next line": f"env:\n  A: 1\n  HF_TOKEN:\n    {S}\n  B: 2\n",
    "YAML block": f"env:\n  A: 1\n  HF_TOKEN: |\n    {S}\n\n    {S}\n  B: 2\n",
    "YAML folded over deeper lines": f"env:\n  A: 1\n  HF_TOKEN: x\n    {S}\n  B: 2\n",
    "name and value": f"env:\n- name: A\n  value: x\n- name: HF_TOKEN\n  value: {S}\n- name: B\n",
    "value and name": f"env:\n- name: A\n- value: {S}\n  name: HF_TOKEN\n- name: B\n",
    "capital keys": f"Env:\n- Name: HF_TOKEN\n  Value: {S}\n- name: B\n",
    "JSON": f'{{\n "A": 1,\n "HF_TOKEN": "{S}",\n "B": 2\n}}\n',
    "JSON objects": f'[\n {{\n  "name": "HF_TOKEN",\n  "value": "{S}"\n }}\n]\n',
    "JSON list": f'{{"B": [\n "HF_TOKEN={S}",\n "B=1"\n]}}\n',
    "option": f"cmd: server --api-key {S}\nB: 2\n",
    "option, list": f"command:\n- server\n- --api-key\n- {S}\nB: 2\n",
    "comment": f"A=1\n# the password is {S}\nB=2\n",
    "commented out": f"A=1\n#HF_TOKEN={S}\nB=2\n",
    "Docker, with a space": f"FROM x\nENV HF_TOKEN {S}\nENV B=1\n",
    "shell": f'echo "{S}" | docker login --password-stdin\nexport B=1\n',
    "a private key": f"A=1\n-----BEGIN PRIVATE KEY-----\n{S}\n-----END PRIVATE KEY-----\nB=2\n",
    "a private key to the end": f"A=1\n-----BEGIN PRIVATE KEY-----\n{S}\nB={S}\n",
    "an address": f"A=1\nURL=https://me:{S}@h/\nB=2\n",
    "a header": f"A=1\nX='Authorization: Bearer {S}{S}1'\nB=2\n",
    "next to another": f"HF_TOKEN={S}\nMY_SECRET={S}\nB=2\n",
}


@table("what", FILES)
def test_no_part_of_a_secret_is_shown(what: str) -> None:
    shown = "\n".join(masked(FILES[what], hide(), known=KNOWN))

    assert S not in shown
    assert MASK in shown


@table("what", [what for what in FILES if "\nB=2\n" in FILES[what]])
def test_what_comes_before_and_after_stays(what: str) -> None:
    shown = masked(FILES[what], hide(), known=KNOWN)

    assert shown[-1] == "B=2"
    assert shown[0] in ("A=1", f"HF_TOKEN={MASK}")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"A={T}\n", f"A={MASK}"),
        (f"A=x {T} y\n", f"A={MASK}"),
        (f"  key-of-it: [{T}]\n", f"  key-of-it: {MASK}"),
        (f"see {T}\n", MASK),
        ("A: 'wx yz'\n", f"A: {MASK}"),
        ("A={'b': 'wx yz'}\n", f"A={MASK}"),
    ],
)
def test_a_secret_that_was_read_is_found_elsewhere(text: str, shown: str) -> None:
    assert masked(text, hide(T, "wx yz")) == [shown]


def test_so_is_each_line_of_one_that_has_several() -> None:
    parts = frozenset({"first line", "b2"})
    lines = masked("A=first line\nb2\nb22=1\n", hide(), parts)

    assert lines == [f"A={MASK}", MASK, "b22=1"]


PLAIN = (
    "SGLANG_USE_MLX=maybe",
    "  # How many tokens at most",
    "export MAX_TOKENS=4096",
    "- name: SGLANG_PORT",
    "    image: lmsysorg/sglang:v0.5.9",
    "ExecStart=/usr/bin/python -m sglang.launch_server",
    "",
)


@pytest.mark.parametrize("line", PLAIN)
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert masked(f"{line}\n", hide(), known=KNOWN) == [line]


def test_a_word_that_nobody_read_and_that_looks_like_a_key_is_left_out() -> None:
    text = "A=1 # Zq7Xw9Kp2Lm4\nMODEL_NAME=Qwen25Max\nZq7Xw9Kp2Lm4\n"
    known = {"MODEL_NAME", "Qwen25Max"}

    assert masked(text, hide(), known=known) == ["A=1 # ...", "MODEL_NAME=Qwen25Max", "..."]


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", ["- token", "HF_TOKEN='x", "name: HF_TOKEN", "-----BEGIN", "-----BEGIN x -----END"]
)
def test_it_takes_a_time_in_proportion_to_the_lines(line: str) -> None:
    def took(number: int) -> float:
        start = time.process_time()
        masked(f"{line}\n" * number, hide())
        return time.process_time() - start

    took(100)
    assert took(16_000) < 100 * max(took(1_000), 0.01)  # a quadratic time would be 256 times
