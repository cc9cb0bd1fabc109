"""SGLang: speculative decoding."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import DSPARK, SPECULATIVE_DECODING
from sglang_envctl.registry.types import Bool, Choice
from sglang_envctl.registry.variable import Computed, Outside, Section, Variable

SECTION = Section(slug="dspark", title="SGLang: DSpark", heading="DSpark speculative decoding")
SPECULATIVE = Section(
    slug="speculative", title="SGLang: speculative decoding", heading="Speculative Decoding"
)

_WITH_DSPARK = Outside(needs="--speculative-algorithm DSPARK")

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(DSPARK,))

VARIABLES = (
    _variable(
        name="SGLANG_RAGGED_VERIFY_MODE",
        type=Choice(("static", "compact", "cap-accept")),
        default="static",
        summary="Mode that decides how many drafted tokens per request are verified",
        details=(
            "Use compact for higher throughput under load, or static for models and LoRA setups "
            "that refuse to start with other modes. The modes static and cap-accept verify the "
            "whole block of every request, but cap-accept accepts tokens only as far as the draft "
            "model's confidence allows. The mode compact verifies only up to that point, so the "
            "batch shrinks; without --speculative-dspark-sps-table-path it verifies everything. "
            "Both cap-accept and compact need a draft model with a trained confidence head and an "
            "attention backend that supports uneven lengths. Any other value, including STATIC and "
            "an empty string, raises a ValueError at startup."
        ),
        example="compact",
        relations=(
            _WITH_DSPARK,
            Outside(
                needs="a confidence head in the draft model",
                note="required by every mode except static",
            ),
        ),
    ),
    _variable(
        name="SGLANG_PREP_IN_CUDA_GRAPH",
        type=Bool(),
        default=Computed(words="enabled by default", rule="on up to 0.5.17"),
        summary="Prepare DeepSeek V4's attention in the CUDA graph (no effect since 0.5.18)",
        details=(
            "Remove it with 0.5.18 or later: the preparation is always in the graph and the "
            "variable is not read. Releases 0.5.12 to 0.5.17 read it for DeepSeek V4, with or "
            "without DSpark. In 0.5.16 and 0.5.17, DSpark refuses "
            "SGLANG_RAGGED_VERIFY_MODE=compact or cap-accept while this is off."
        ),
        example="1",
        relations=(Outside(needs="a DeepSeek V4 model"),),
        discrepancies=(
            (
                "The docs say it must be 1 for all modes except static; since 0.5.18 the code "
                "does not read it."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DSPARK_ENABLE_SPS_RECORD",
        type=Bool(),
        summary="Record step times for a DSpark cost table",
        details=(
            "Use it together with SGLANG_RAGGED_VERIFY_MODE=static, the only mode that the "
            "profiler accepts without --fracs; with --fracs, it accepts only the other modes. "
            "Disable it in production: up to 200000 records are kept in memory. The profiler in "
            "sglang.benchmark fetches the records and computes the table for "
            "--speculative-dspark-sps-table-path. The variable is equivalent to the core and "
            "step_cpu_time parts of SGLANG_DSPARK_DEBUG_DUMP."
        ),
        example="1",
        relations=(
            _WITH_DSPARK,
            Outside(
                needs="SGLANG_RAGGED_VERIFY_MODE=static while recording",
                note="or compact or cap-accept if the profiler runs with --fracs",
            ),
        ),
    ),
    Variable(
        name="SGLANG_NGRAM_FORCE_GREEDY_VERIFY",
        section=SPECULATIVE,
        owner="sglang",
        documents=(SPECULATIVE_DECODING,),
        type=Bool(),
        default="False",
        summary="Verify n-gram drafts greedily (no effect since 0.5.14)",
        details=(
            "Remove it if you run 0.5.14 or later, where the name is declared but not read and "
            "nothing replaces it. Requests with temperature 0 are still verified greedily. If the "
            "variable is on, releases 0.5.5.post3 to 0.5.13.post1 accept the most likely drafted "
            "tokens regardless of the requested temperature, which is faster but changes the "
            "distribution of the answers."
        ),
        example="1",
        relations=(Outside(needs="--speculative-algorithm NGRAM"),),
        discrepancies=(
            (
                "The docs list it as a setting; since 0.5.14 the code declares it but does not "
                "read it."
            ),
        ),
    ),
)
