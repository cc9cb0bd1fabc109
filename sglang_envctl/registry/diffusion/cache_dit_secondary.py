"""SGLang Diffusion: Cache-DiT for the second transformer of a model with two."""

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
_EMPTY_RAISES = "only while it is absent: set to nothing, it raises ValueError"


def _primary(suffix: str) -> FromVariable:
    return FromVariable(name=f"SGLANG_CACHE_DIT_{suffix}", words="(from primary)")


def _relations(suffix: str, key: str, note: str = _EMPTY_RAISES) -> tuple[Relation, ...]:
    return (
        FallsBackTo(other=f"SGLANG_CACHE_DIT_{suffix}", note=note),
        EffectiveWhen(
            condition=Condition("SGLANG_CACHE_DIT_ENABLED", "true"),
            unless="a request that sets enable_cache_dit (0.5.19 and later)",
        ),
        Outside(
            needs="a model with two transformers, each for its own part of the steps, as Wan2.2",
            note="Ideogram 4 (0.5.15 and later) gives both transformers the primary's values",
        ),
        Outside(
            needs=f"no {key} in the request's cache_dit_params",
            note=(
                "a request's own value wins, also one for the first transformer that has no "
                "counterpart under secondary (0.5.19 and later)"
            ),
        ),
        Outside(
            needs="no --enable-breakable-cuda-graph",
            note="with it, Cache-DiT stays off (from 0.5.16 on; a warning says so from 0.5.18 on)",
        ),
    )


_variable = partial(
    Variable,
    section=SECTION,
    owner="sglang-diffusion",
    documents=(DIFFUSION,),
)

# Bounds: as those of the primaries, and for the same reasons.

VARIABLES = (
    _variable(
        name="SGLANG_CACHE_DIT_SECONDARY_FN",
        type=Int(minimum=1, unit="blocks"),
        default=_primary("FN"),
        summary="Number of first blocks that every step of the second transformer computes",
        details=(
            "SGLANG_CACHE_DIT_FN for the low-noise expert, with the same limits: at least 1, at "
            "most the number of its blocks. From 0.5.19 on it is read for models with one "
            "transformer, too, so a text that is no whole number fails their requests as well."
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
                "The page says that it falls back to its primary if not set; set to nothing, it "
                "does not: the code raises ValueError."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SECONDARY_BN",
        type=Int(minimum=0, unit="blocks"),
        default=_primary("BN"),
        summary="Number of last blocks that every step of the second transformer computes",
        details=(
            "SGLANG_CACHE_DIT_BN for the low-noise expert. Together with "
            "SGLANG_CACHE_DIT_SECONDARY_FN it should not exceed the number of its blocks, or the "
            "blocks in both ranges run twice; nothing checks that. From 0.5.19 on it is read for "
            "models with one transformer, too, so a text that is no whole number fails their "
            "requests as well."
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
                "The page says that it falls back to its primary if not set; set to nothing, it "
                "does not: the code raises ValueError."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SECONDARY_WARMUP",
        type=Int(minimum=0, unit="steps"),
        default=_primary("WARMUP"),
        summary="Number of the second transformer's first steps that are computed in full",
        details=(
            "Counted from the low-noise expert's own first step, not from the start of the "
            "request. The composition is settled by then, so fewer than for the first transformer "
            "often do, and a share of the steps no longer than this reuses nothing. From 0.5.19 on "
            "it is read for models with one transformer, too, so a text that is no whole number "
            "fails their requests as well."
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
                "The page says that it falls back to its primary if not set; set to nothing, it "
                "does not: the code raises ValueError."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SECONDARY_RDT",
        type=Float(minimum=0.0),
        default=_primary("RDT"),
        summary="Relative change below which a step of the second transformer reuses results",
        details=(
            "SGLANG_CACHE_DIT_RDT for the low-noise expert: higher is faster and coarser, 0 never "
            "reuses. From 0.5.19 on it is read for models with one transformer, too, so a text "
            "that is no number fails their requests as well."
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
                "The page says that it falls back to its primary if not set; set to nothing, it "
                "does not: the code raises ValueError."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SECONDARY_MC",
        type=Int(minimum=-1, unit="steps"),
        default=_primary("MC"),
        summary="Most steps in a row of the second transformer that may reuse results",
        details=(
            "SGLANG_CACHE_DIT_MC for the low-noise expert: -1 lifts the limit, 0 forbids reuse. "
            "From 0.5.19 on it is read for models with one transformer, too, so a text that is no "
            "whole number fails their requests as well."
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
                "The page says that it falls back to its primary if not set; set to nothing, it "
                "does not: the code raises ValueError."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SECONDARY_TAYLORSEER",
        type=Bool(),
        default=_primary("TAYLORSEER"),
        summary="Forecast the second transformer's reused results from its past steps",
        details=(
            "SGLANG_CACHE_DIT_TAYLORSEER for the low-noise expert; set it to false to keep the "
            "calibrator to the first one. While it is unset and the primary holds a word the code "
            "does not know, the log can show a second warning under this name."
        ),
        example="false",
        relations=(
            *_relations(
                "TAYLORSEER",
                "enable_taylorseer",
                "only while it is absent: set to nothing, it is false",
            ),
            Outside(
                needs="SGLANG_CACHE_DIT_SECONDARY_DMD unset or false",
                note=(
                    "unset, it takes SGLANG_CACHE_DIT_DMD; with both calibrators on, the first "
                    "request raises ValueError (0.5.21 and later, where DMD appeared)"
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
                "The page says that it falls back to its primary if not set; set to nothing, it "
                "does not: the code takes it for false without a message."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SECONDARY_TS_ORDER",
        type=Int(choices=(1, 2)),
        default=_primary("TS_ORDER"),
        summary="Order of the Taylor expansion for the second transformer's forecasts",
        details=(
            "SGLANG_CACHE_DIT_TS_ORDER for the low-noise expert. From 0.5.19 on it is read for "
            "models with one transformer, too, so a text that is no whole number fails their "
            "requests as well."
        ),
        example="2",
        relations=(
            *_relations("TS_ORDER", "taylorseer_order"),
            EffectiveWhen(
                condition=Condition("SGLANG_CACHE_DIT_SECONDARY_TAYLORSEER", "true"),
                unless="a request whose cache_dit_params set enable_taylorseer (0.5.19 and later)",
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
                "The page says that it falls back to its primary if not set; set to nothing, it "
                "does not: the code raises ValueError."
            ),
            "The page says 1 or 2; the code passes on any whole number.",
        ),
    ),
)
