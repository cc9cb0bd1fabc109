"""Which release has which option, and which option a variable is named after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sglang_envctl.audit.code import options as audit
from sglang_envctl.releases import RELEASES
from sglang_envctl.releases.options import option, options
from tests.tables import table


@pytest.mark.parametrize(
    ("name", "release", "flag"),
    [
        ("SGLANG_TP_SIZE", "0.5.23", "--tp-size"),
        ("SGLANG_NPUS", "0.5.23", None),
        ("TP_SIZE", "0.5.23", None),
        ("SGLANG_ATTN_DP_SIZE", "0.5.21", None),
        ("SGLANG_ATTN_DP_SIZE", "0.5.22", "--attn-dp-size"),
    ],
)
def test_option_that_a_name_spells(name: str, release: str, flag: str | None) -> None:
    found = option(name, release)
    assert (found and found.flag) == flag


@pytest.mark.conformance
def test_the_data_holds_the_options_of_a_wheel(download: Callable[[str, str], Path]) -> None:
    found = audit.options(download("sglang", "0.5.9"))
    assert set(options("0.5.9")) == found["srt"] | found["diffusion"]


@table("release", RELEASES)
def test_every_release_has_the_options_that_all_have(release: str) -> None:
    assert options(release).keys() >= {"--host", "--port", "--model-path", "--tp-size"}
