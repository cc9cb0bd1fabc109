"""SGLang Diffusion: Cache-DiT for the second transformer of models with two."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import DIFFUSION
from sglang_envctl.registry.types import Bool, Float, Int
from sglang_envctl.registry.variable import (
    Condition,
    EffectiveWhen,
    FallsBackTo,
    FromVariable,
    Outside,
    Read,
    Relation,
    Section,
    Variable,
)

SECTION = Section(
    slug="cache-dit-secondary",
    title="Diffusion: Cache-DiT, secondary transformer",
    heading="Caching Acceleration / Cache-DiT Secondary Transformer",
)

_ENVS = "sglang/multimodal_gen/envs.py"
_EMPTY_RAISES = "an empty string raises ValueError"


def _primary(suffix: str) -> FromVariable:
    return FromVariable(name=f"SGLANG_CACHE_DIT_{suffix}", words="(from primary)")


def _relations(suffix: str, key: str, note: str = _EMPTY_RAISES) -> tuple[Relation, ...]:
    return (
        FallsBackTo(other=f"SGLANG_CACHE_DIT_{suffix}", note=note),
        EffectiveWhen(
            condition=Condition("SGLANG_CACHE_DIT_ENABLED", "true"),
            unless="a request that sets enable_cache_dit (since 0.5.19)",
        ),
        Outside(
            needs=(
                "a model with two transformers, each for its own part of the steps, such as Wan2.2"
            ),
            note="Ideogram 4 (since 0.5.15) uses the first transformer's values for both",
        ),
        Outside(
            needs=f"no {key} in the request's cache_dit_params",
            note=(
                "the request's value takes precedence, or else its value for the first "
                "transformer (since 0.5.19)"
            ),
        ),
        Outside(
            needs="no --enable-breakable-cuda-graph",
            note="Cache-DiT then stays off since 0.5.16, with a warning since 0.5.18",
        ),
    )


_variable = partial(
    Variable,
    section=SECTION,
    owner="sglang-diffusion",
    documents=(DIFFUSION,),
)

# Bounds: the same as those of the primaries, for the same reasons.

VARIABLES = (
    _variable(
        name="SGLANG_CACHE_DIT_SECONDARY_FN",
        type=Int(minimum=1, unit="blocks"),
        default=_primary("FN"),
        summary="Number of the second transformer's leading blocks that every step computes",
        details=(
            "Same as SGLANG_CACHE_DIT_FN, but for the second transformer (the low-noise expert). "
            "The value must be between 1 and that transformer's number of blocks. Since 0.5.19, "
            "requests to models with one transformer also fail if the value is not a whole "
            "number."
        ),
        example="8",
        relations=_relations("FN", "Fn_compute_blocks"),
        reads=(
            Read(
                reader="diffusion.int",
                where=f"{_ENVS}:526",
                since="0.5.6.post1",
                default=1,
                default_rule="the value of SGLANG_CACHE_DIT_FN, else 1",
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that an empty string raises ValueError instead of "
                "falling back to SGLANG_CACHE_DIT_FN."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SECONDARY_BN",
        type=Int(minimum=0, unit="blocks"),
        default=_primary("BN"),
        summary="Number of the second transformer's trailing blocks that every step computes",
        details=(
            "Same as SGLANG_CACHE_DIT_BN, but for the second transformer. Keep the sum of this "
            "variable and SGLANG_CACHE_DIT_SECONDARY_FN within that transformer's number of "
            "blocks, which nothing checks. If the sum is larger, the blocks that both numbers "
            "cover run twice. Since 0.5.19, requests to models with one transformer also fail if "
            "the value is not a whole number."
        ),
        example="8",
        relations=_relations("BN", "Bn_compute_blocks"),
        reads=(
            Read(
                reader="diffusion.int",
                where=f"{_ENVS}:527",
                since="0.5.6.post1",
                default=0,
                default_rule="the value of SGLANG_CACHE_DIT_BN, else 0",
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that an empty string raises ValueError instead of "
                "falling back to SGLANG_CACHE_DIT_BN."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SECONDARY_WARMUP",
        type=Int(unit="steps"),
        default=_primary("WARMUP"),
        summary="Number of the second transformer's first steps that are computed in full",
        details=(
            "Fewer steps than for the first transformer are often enough, because the composition"
            " is settled by then. The steps are counted from the second transformer's own first "
            "step, not from the start of the request. If the second transformer has no more steps"
            " than this number, it reuses nothing. Since 0.5.19, requests to models with one "
            "transformer also fail if the value is not a whole number."
        ),
        example="2",
        relations=_relations("WARMUP", "max_warmup_steps"),
        reads=(
            Read(
                reader="diffusion.int",
                where=f"{_ENVS}:528",
                since="0.5.6.post1",
                default=4,
                default_rule="the value of SGLANG_CACHE_DIT_WARMUP, else 4",
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that an empty string raises ValueError instead of "
                "falling back to SGLANG_CACHE_DIT_WARMUP."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SECONDARY_RDT",
        type=Float(minimum=0.0),
        default=_primary("RDT"),
        summary="Relative change below which a step of the second transformer reuses results",
        details=(
            "Same as SGLANG_CACHE_DIT_RDT, but for the second transformer. A higher value is "
            "faster and less accurate; with 0, no step reuses results. Since 0.5.19, requests to "
            "models with one transformer also fail if the value is not a number."
        ),
        example="0.12",
        relations=_relations("RDT", "residual_diff_threshold"),
        reads=(
            Read(
                reader="diffusion.float",
                where=f"{_ENVS}:529",
                since="0.5.6.post1",
                default=0.24,
                default_rule="the value of SGLANG_CACHE_DIT_RDT, else 0.24",
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that an empty string raises ValueError instead of "
                "falling back to SGLANG_CACHE_DIT_RDT."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SECONDARY_MC",
        type=Int(minimum=-1, unit="steps"),
        default=_primary("MC"),
        summary="Maximum number of consecutive steps of the second transformer that reuse results",
        details=(
            "Same as SGLANG_CACHE_DIT_MC, but for the second transformer. -1 removes the limit, "
            "and 0 disables reuse. Since 0.5.19, requests to models with one transformer also "
            "fail if the value is not a whole number."
        ),
        example="2",
        relations=_relations("MC", "max_continuous_cached_steps"),
        reads=(
            Read(
                reader="diffusion.int",
                where=f"{_ENVS}:530",
                since="0.5.6.post1",
                default=3,
                default_rule="the value of SGLANG_CACHE_DIT_MC, else 3",
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that an empty string raises ValueError instead of "
                "falling back to SGLANG_CACHE_DIT_MC."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SECONDARY_TAYLORSEER",
        type=Bool(),
        default=_primary("TAYLORSEER"),
        summary="Extrapolate the second transformer's reused results from its past steps",
        details=(
            "Set it to false to use TaylorSeer for the first transformer only. Otherwise, the "
            "variable works like SGLANG_CACHE_DIT_TAYLORSEER, but for the second transformer. If "
            "it is unset and SGLANG_CACHE_DIT_TAYLORSEER has an unknown value, the log can show a "
            "second warning under this name."
        ),
        example="false",
        relations=(
            *_relations(
                "TAYLORSEER",
                "enable_taylorseer",
                "an empty string counts as false",
            ),
            Outside(
                needs="SGLANG_CACHE_DIT_SECONDARY_DMD unset or false",
                note=(
                    "if it is unset, SGLANG_CACHE_DIT_DMD applies; with both on, the first "
                    "request raises ValueError (since 0.5.21, which adds DMD)"
                ),
            ),
        ),
        reads=(
            Read(
                reader="diffusion.bool",
                where=f"{_ENVS}:558",
                since="0.5.6.post1",
                default=False,
                default_rule="the value of SGLANG_CACHE_DIT_TAYLORSEER, else false",
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that an empty string is silently read as false instead "
                "of falling back to SGLANG_CACHE_DIT_TAYLORSEER."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SECONDARY_TS_ORDER",
        type=Int(choices=(1, 2)),
        default=_primary("TS_ORDER"),
        summary="Order of TaylorSeer's Taylor expansion for the second transformer",
        details=(
            "Same as SGLANG_CACHE_DIT_TS_ORDER, but for the second transformer. Since 0.5.19, "
            "requests to models with one transformer also fail if the value is not a whole "
            "number."
        ),
        example="2",
        relations=(
            *_relations("TS_ORDER", "taylorseer_order"),
            EffectiveWhen(
                condition=Condition("SGLANG_CACHE_DIT_SECONDARY_TAYLORSEER", "true"),
                unless="a request whose cache_dit_params set enable_taylorseer (since 0.5.19)",
            ),
        ),
        reads=(
            Read(
                reader="diffusion.int",
                where=f"{_ENVS}:531",
                since="0.5.6.post1",
                default=1,
                default_rule="the value of SGLANG_CACHE_DIT_TS_ORDER, else 1",
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that an empty string raises ValueError instead of "
                "falling back to SGLANG_CACHE_DIT_TS_ORDER."
            ),
            "The docs say 1 or 2; the code accepts any whole number.",
        ),
    ),
)
