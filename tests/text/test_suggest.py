"""Which name a misspelt one was meant to be."""

from __future__ import annotations

import pytest

from sglang_envctl.registry import load
from sglang_envctl.text.suggest import MOST, SpellingIndex, edits
from tests.tables import table

KNOWN = SpellingIndex(variable.name for variable in load().variables)


@table(
    ("written", "nearest"),
    [
        # letters lost, doubled, swapped, mistyped
        ("SGLANG_CACHE_DIT_ENABLE", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_CACHE_DIT_ENABLLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_CACHE_DIT_ENBALED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_CACHE_DIT_ENABKED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_CACEH_DIT_SCM_PRESET", "SGLANG_CACHE_DIT_SCM_PRESET"),
        ("SGALNG_PLUGINS", "SGLANG_PLUGINS"),
        ("SGLANG_CACHE_DIT_TAILERSEAR", "SGLANG_CACHE_DIT_TAYLORSEER"),  # three in a long word
        # case
        ("sglang_plugins", "SGLANG_PLUGINS"),
        ("Use_FlagGems", "USE_FLAGGEMS"),
        # underscores lost, doubled, moved, or another mark
        ("SGLANG_CACHEDIT_ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_CACHE_DIT__ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_CACHED_IT_ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_KERNEL_API_LOG_LEVEL", "SGLANG_KERNEL_API_LOGLEVEL"),
        ("SGLANG-CACHE-DIT-ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("sglang.plugins", "SGLANG_PLUGINS"),
        (" SGLANG_PLUGINS ", "SGLANG_PLUGINS"),
        ("USE_FLAG_GEMS", "USE_FLAGGEMS"),
        # both at once
        ("SGLANG_KERNEL_API_LOG_LEVL", "SGLANG_KERNEL_API_LOGLEVEL"),
        ("SGLANG_KERNLE_API_LOG_LEVEL", "SGLANG_KERNEL_API_LOGLEVEL"),
        # the old prefix
        ("SGL_PLUGINS", "SGLANG_PLUGINS"),
        ("SGL_CACHE_DIT_ENABELD", "SGLANG_CACHE_DIT_ENABLED"),
        # words lost, added, in another order
        ("SGLANG_DIT_ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_CACHE_DIT_IS_ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_DIT_CACHE_ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_S3_BUCKET", "SGLANG_S3_BUCKET_NAME"),
        # foreign names
        ("NVSHMEM_SYMETRIC_SIZE", "NVSHMEM_SYMMETRIC_SIZE"),
        ("GLOO_SOCKET_IFNAM", "GLOO_SOCKET_IFNAME"),
    ],
)
def test_near(written: str, nearest: str) -> None:
    assert KNOWN.near(written)[:1] == (nearest,)


@table(
    "name",
    [
        "",
        "SGLANG_CACHE_DIT_TEILERSEAR",  # four
        "_",
        "____",
        "SGLANG",
        "SGLANG_",
        "SGLANG_HOST",
        "SGLANG_CACHE_DIR",
        "SGLANG_CACHE_DIT_DMD",
        "SGLANG_ENABLE_TORCH_COMPILE",
        "SGLANG_S3_PREFIX",
        "HOME",
        "AWS_REGION",
        "CUDA_VISIBLE_DEVICES",
        "NCCL_SOCKET_IFNAME",
        "NVSHMEM_QP_DEPTH",
        "TRITON_CACHE_DIR",
        "X" * 10_000,
        "_".join("X" * 5_000),
        "\u0130\ufb01\x00",
    ],
)
def test_nothing_near(name: str) -> None:
    assert KNOWN.near(name) == ()


def test_name_that_is_known_is_not_its_own_namesake() -> None:
    assert [name for name in KNOWN.known if name in KNOWN.near(name)] == []


def test_likeliest_come_first_and_few() -> None:
    known = SpellingIndex(["A_B_COLOURS", "A_B_COLOUR", "A_B_CLUR", "A_B_COLUMS", "A_B_COLURE"])
    assert known.near("A_B_COLUR") == ("A_B_CLUR", "A_B_COLOUR", "A_B_COLURE")
    assert len(known.near("A_B_COLUR")) == MOST


@table(
    ("written", "expected"),
    [
        ("SLGANG_PLATFORM_X", ()),
        ("SLGANG_CACHE_DIT_FN", ("SGLANG_CACHE_DIT_FN",)),
        ("SGANG_CACHE_DIT_FN", ("SGLANG_CACHE_DIT_FN",)),
        ("LANG_CACHE_DIT_FN", ("SGLANG_CACHE_DIT_FN",)),
        ("SGLANGCACHE_DIT_FN", ("SGLANG_CACHE_DIT_FN",)),
        ("VLLM_CACHE_DIT_FN", ()),
        ("NVSHEM_SYMMETRIC_SIZE", ("NVSHMEM_SYMMETRIC_SIZE",)),
        ("SHMEM_SYMMETRIC_SIZE", ()),
        ("DYLD_LIBRARY_PATH", ()),
        ("CACHE_DIT_FN", ()),
        ("MACAPATH", ()),
        ("SLGANG_PLUGINS", ()),  # two words prove little
        ("", ()),
        ("Y_" * 5_000, ()),
    ],
)
def test_slip_in_the_first_word(written: str, expected: tuple[str, ...]) -> None:
    assert KNOWN.with_other_prefix(written) == expected


@table(
    ("one", "other", "most", "expected"),
    [
        ("", "", 0, 0),
        ("abc", "abc", 0, 0),
        ("abc", "abd", 1, 1),
        ("abc", "acb", 1, 1),
        ("abc", "ab", 1, 1),
        ("ab", "abc", 1, 1),
        ("abc", "cab", 2, 2),
        ("abc", "xyz", 2, None),
        ("abc", "xyz", 3, 3),
        ("abc", "abcdef", 2, None),
        ("abcd", "badc", 2, 2),
    ],
)
def test_edits(one: str, other: str, most: int, expected: int | None) -> None:
    assert edits(one, other, most) == expected


@pytest.mark.slow
def test_20_000_unknown_names_are_looked_up() -> None:
    found = [KNOWN.near(f"SGLANG_ACME_{n:05}_QUOTA_OF_THE_{n * 7}") for n in range(20_000)]
    assert set(found) == {()}
