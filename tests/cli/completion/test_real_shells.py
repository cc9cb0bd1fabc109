"""What real shells offer for a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

pytestmark = pytest.mark.real

if TYPE_CHECKING:
    from tests.cli.completion.conftest import Terminal

CASES = [
    # (line, some of what is offered, some of what is not)
    ("envctl ", "show explain check diff export validate", "prod.env process --version"),
    ("envctl ch", "check", "show explain"),
    ("envctl -", "--version --help", "--env show"),
    ("envctl nonsense ", "", "prod.env show process"),
    ("envctl show --", "--format --set --section --env --show-secrets --help", "--strict --rules"),
    ("envctl check --s", "--select --strict --sglang", "--section --show-secrets --env"),
    ("envctl validate --s", "--select --strict", "--section"),
    ("envctl explain --ru", "--rules", "--raw"),
    ("envctl export --no", "--no-check", "--output"),
    ("envctl show --format ", "table json csv markdown", "text prod.env MACA_PATH"),
    ("envctl show --format=", "table json csv markdown", "text prod.env"),
    ("envctl show --format=js", "json", "table"),
    ("envctl check --format ", "text json", "table prod.env"),
    ("envctl export --format ", "dotenv shell json", "table text"),
    ("envctl show --section flagos", "flagos-aten flagos-system", "maca other"),
    ("envctl show --section=ot", "other", "maca"),
    ("envctl check --select inv", "invalid-value invisible-character", "crashes"),
    ("envctl check --select=inv", "invalid-value invisible-character", "crashes"),
    ("envctl check --ignore crashes,inv", "crashes,invalid-value", "invalid-value"),
    ("envctl check --ignore=crashes,inv", "crashes,invalid-value", "invalid-value"),
    (
        "envctl check --ignore crashes,misread,",
        "crashes,misread,conflict",
        "crashes,misread,crashes",
    ),
    ("envctl check --sglang 0.5.2", "0.5.20 0.5.23", "0.5.19 0.5.5"),
    ("envctl show -e p", "process prod.env", "defaults models.toml"),
    ("envctl show --env=p", "process prod.env", "defaults models.toml"),
    ("envctl show --env p", "process prod.env", "defaults models.toml"),
    ("envctl export -q --env p", "process prod.env", "models.toml"),
    ("envctl check ", "process prod.env conf", "defaults"),
    ("envctl check .e", ".env", "prod.env process"),
    ("envctl validate pr", "process prod.env", "models.toml"),
    ("envctl check --strict -e process pro", "prod.env", "models.toml"),
    ("envctl check conf/", "conf/staging.env", "prod.env"),
    ("envctl check dotenv:pr", "dotenv:prod.env", "dotenv:process process"),
    ("envctl diff d", "defaults", "process prod.env"),
    ("envctl diff prod.env pr", "process", "defaults"),
    ("envctl diff check def", "defaults", "process"),
    ("envctl check def", "", "defaults"),
    ("envctl check --registry m", "models.toml", "prod.env process"),
    ("envctl check --registry ", "models.toml", "process"),
    ("envctl export -o ", "prod.env", "process dotenv"),
    ("envctl export --output=p", "prod.env", "process"),
    ("envctl show SGLANG_CACHE_DIT_EN", "SGLANG_CACHE_DIT_ENABLED", "MACA_PATH"),
    ("envctl show sglang_cache_dit_en", "SGLANG_CACHE_DIT_ENABLED", "MACA_PATH"),
    ("envctl show MACA_PATH sglang_cache_dit_en", "SGLANG_CACHE_DIT_ENABLED", ""),
    ("envctl show -- MACA_P", "MACA_PATH", "SGLANG_CACHE_DIT_ENABLED"),
    ("envctl check -- --s", "", "--select --strict"),
    ("envctl export MACA_P", "MACA_PATH", "process prod.env"),
    ("envctl explain MACA_P", "MACA_PATH", "misread"),
    ("envctl explain misr", "misread", "MACA_PATH"),
    ("envctl explain ", "MACA_PATH misread", "prod.env process"),
]
WITH_BLANKS = [
    "envctl check my",
    "envctl check ",
    r"envctl check my\ f",
    'envctl check "my f',
    "envctl diff -e my",
]

table = pytest.mark.parametrize(("line", "offered", "absent"), CASES, ids=[row[0] for row in CASES])
with_blanks = pytest.mark.parametrize("line", WITH_BLANKS)


def _judge(line: str, found: set[str], offered: str, absent: str) -> None:
    """What was typed before does not count: terminals give it back."""
    assert set(offered.split()) <= found
    assert not set(absent.split()) & (found - set(line.split()))


@table
def test_bash_offers(bash: Terminal, line: str, offered: str, absent: str) -> None:
    _judge(line, bash.complete(line), offered, absent)


@table
def test_zsh_offers(zsh: Terminal, line: str, offered: str, absent: str) -> None:
    _judge(line, zsh.complete(line), offered, absent)


@table
def test_fish_offers(
    describe_in_fish: Callable[[str], dict[str, str]], line: str, offered: str, absent: str
) -> None:
    _judge(line, set(describe_in_fish(line)), offered, absent)


def test_bash_offers_dot_files_at_once(bash: Terminal) -> None:
    assert ".env" in bash.complete("envctl check ")


def test_zsh_offers_dot_files_at_once(zsh: Terminal) -> None:
    """fish never does: it hides what begins with a dot until the dot is typed."""
    assert ".env" in zsh.complete("envctl check ")


def test_bash_completes_within_quotes(bash: Terminal) -> None:
    assert bash.typed('envctl show "sglang_cache_dit_ena\t') == ["show", "SGLANG_CACHE_DIT_ENABLED"]
    assert bash.typed("envctl show --format='js\t") == ["show", "--format=json"]


@with_blanks
def test_bash_quotes_blanks(bash: Terminal, line: str) -> None:
    assert "my file.env" in bash.complete(line)


@with_blanks
def test_zsh_quotes_blanks(zsh: Terminal, line: str) -> None:
    assert "my file.env" in zsh.complete(line)


@with_blanks
def test_fish_quotes_blanks(describe_in_fish: Callable[[str], dict[str, str]], line: str) -> None:
    assert [name for name in describe_in_fish(line) if "my" in name and "file.env" in name]


@pytest.mark.parametrize(
    ("line", "help_"),
    [
        ("envctl ch", "Check that every value"),
        ("envctl check --stri", "Exit 1 for warnings too"),
        ("envctl explain misrea", "almost certainly"),
        ("envctl explain SGLANG_CACHE_DIT_ENABLE", "Cache-DiT"),
        ("envctl diff de", "Nothing set"),
    ],
)
class TestHelp:
    def test_fish_shows_help(
        self, describe_in_fish: Callable[[str], dict[str, str]], line: str, help_: str
    ) -> None:
        assert any(help_ in text for text in describe_in_fish(line).values())

    def test_zsh_shows_help(self, zsh: Terminal, line: str, help_: str) -> None:
        list_choices = "\x04"
        assert help_ in zsh.screen(line + list_choices)


def test_bash_completes_what_output_is_redirected_to(bash: Terminal) -> None:
    assert bash.complete("envctl export 2> /dev/nul") == {"export"}


def test_zsh_completes_what_output_is_redirected_to(zsh: Terminal) -> None:
    assert zsh.complete("envctl export 2> /dev/nul") == {"export"}


def test_bash_inserts_what_is_common(bash: Terminal) -> None:
    """A lower-case beginning gives way to the name as it is written."""
    assert bash.typed("envctl show sglang_cache_dit_ena\t") == ["show", "SGLANG_CACHE_DIT_ENABLED"]
