"""What findings say: a fragment after `NAME: `, inert, and nothing of a secret."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sglang_envctl.readers import READERS
from sglang_envctl.registry import load
from sglang_envctl.registry.variable import Variable
from sglang_envctl.rules import Finding
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]

TEXTS = (
    "", " ", ",", ";", "junk", "on", "true", "2", "-1", "0", "nan", "1e999", "~/x", "rel/ative", "<me>",
    "STDOUT", "http:x", "a,b", "a=b", "a b", "'1'", "\x1b[31m", "\u202e", "[bold]", "x" * 300,
)  # fmt: skip
HIDDEN = "zq7Kp0Wm-very-secret"


def _quoted(text: str) -> str:
    return text if "'" not in text else text.replace("'", "\\'")


def _flaws(finding: Finding) -> list[str]:
    """What is wrong with a finding's texts."""
    message, help_ = finding.message, finding.help
    return [
        f"{flaw}: {message} [{help_}]"
        for flaw, is_so in {
            "not a fragment": not re.match(r"[a-z'\"$D]", message) or message[-1] in ".,;: ",
            "repeats the name": re.search(rf"\b{finding.name or 'NAME'}\b", message),
            "not inert": not (message + help_).isprintable(),
            "too long": len(message) >= 260,
            "help is no fragment": help_ and not help_[0].islower(),
        }.items()
        if is_so
    ]


@pytest.mark.slow
@pytest.mark.parametrize("variable", load().variables[::4], ids=lambda v: v.name)
def test_message_about_one_variable(variable: Variable, judge: Judge) -> None:
    texts = [f"{variable.name}='{_quoted(text)}'\n" for text in TEXTS]
    assert [flaw for text in texts for finding in judge(text) for flaw in _flaws(finding)] == []


@pytest.mark.parametrize(
    "release",
    [
        pytest.param("0.5.5", marks=pytest.mark.slow),
        pytest.param("0.5.10.post1", marks=pytest.mark.slow),
        "0.5.23",
    ],
)
@table("text", TEXTS)
def test_messages_about_all_variables_at_once(text: str, release: str, judge: Judge) -> None:
    lines = "".join(f"{v.name}='{_quoted(text)}'\n" for v in load().variables)
    assert [flaw for f in judge(lines, release=release) for flaw in _flaws(f)] == []


@table("name", [v.name for v in load().variables if v.secret])
@table("text", [HIDDEN, f"<{HIDDEN}>", f"~/{HIDDEN}", f" {HIDDEN}", f"'{HIDDEN}'", f"{HIDDEN}\x1b"])
def test_secret_stays_out_of_every_message(name: str, text: str, judge: Judge) -> None:
    lines = f'{name}="{text}"\n' + "".join(
        f'{v.name}="{text}"\n' for v in load().variables if v.name != name
    )
    told = [f"{f.message} {f.help}" for f in judge(lines)]
    assert len(told) > 40
    assert [line for line in told if HIDDEN[2:10] in line] == []


@pytest.mark.parametrize(
    "text", ["http://user:zq7Kp0Wm@host:1/ x", "tls://:zq7Kp0Wm@host", " https://zq7Kp0Wm@h "]
)
def test_password_in_an_address_stays_out_of_every_message(text: str, judge: Judge) -> None:
    lines = "".join(f"{v.name}='{text}'\n" for v in load().variables)
    told = [f"{f.message} {f.help}" for f in judge(lines)]
    assert len(told) > 40
    assert [line for line in told if "zq7Kp0Wm" in line] == []


@given(
    name=st.sampled_from([v.name for v in load().variables]),
    text=st.text(
        st.characters(exclude_characters="'\\\0\r\n", exclude_categories=["Cs"]), max_size=40
    ),
)
def test_any_value_gives_printable_messages(name: str, text: str, judge: Judge) -> None:
    for finding in judge(f"{name}='{text}'\n"):
        assert finding.message.isprintable()
        assert finding.help.isprintable()


@table("name", sorted(READERS))
def test_notes_of_readers_read_on_from_who_reads(name: str) -> None:
    notes = {READERS[name](text, None).note for text in TEXTS} - {""}
    assert [n for n in notes if not re.match(r"(?:silently )?[a-z]+s\b|does not\b", n)] == []
