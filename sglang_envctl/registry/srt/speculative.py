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
        summary="How many drafted tokens of each request the target model verifies",
        details=(
            "static verifies the whole block of every request. cap-accept verifies it too, and "
            "accepts no more than the draft model's confidence is good for; compact verifies only "
            "as far as that, so the batch shrinks, and it is the one that can pay off under load. "
            "Both need a draft model with a trained confidence head and an attention back-end that "
            "takes uneven lengths; several models and LoRA want static and refuse to start "
            "otherwise. Anything else, STATIC and an empty text too, raises ValueError at start."
        ),
        example="compact",
        relations=(
            _WITH_DSPARK,
            Outside(needs="a confidence head in the draft model", note="for all but static"),
        ),
    ),
    _variable(
        name="SGLANG_PREP_IN_CUDA_GRAPH",
        type=Bool(),
        default=Computed(words="enabled by default", rule="on, up to 0.5.17"),
        summary="Prepare DeepSeek V4's attention inside the CUDA graph; always so since 0.5.18",
        details=(
            "Releases 0.5.12 to 0.5.17 read it, and DSpark refuses compact and cap-accept where it "
            "is off. From 0.5.18 the preparation is always part of the graph and the name means "
            "nothing. Take it out."
        ),
        example="1",
        relations=(_WITH_DSPARK,),
        discrepancies=(
            "The page says it must be 1 for all modes but static; from 0.5.18 the code does not "
            "read it.",
        ),
    ),
    _variable(
        name="SGLANG_DSPARK_ENABLE_SPS_RECORD",
        type=Bool(),
        summary="Record step times, to work a DSpark cost table out of them",
        details=(
            "Run it with SGLANG_RAGGED_VERIFY_MODE=static, or verified rows that are padded spoil "
            "the table. The profiler in sglang.benchmark fetches the records and fits the table "
            "that --speculative-dspark-sps-table-path takes. It stands for the parts core and "
            "step_cpu_time of SGLANG_DSPARK_DEBUG_DUMP. Up to 200000 records are kept in memory: "
            "switch it off for production."
        ),
        example="1",
        relations=(_WITH_DSPARK, Outside(needs="SGLANG_RAGGED_VERIFY_MODE=static while recording")),
    ),
    Variable(
        name="SGLANG_NGRAM_FORCE_GREEDY_VERIFY",
        section=SPECULATIVE,
        owner="sglang",
        documents=(SPECULATIVE_DECODING,),
        type=Bool(),
        default="False",
        summary="Meant to verify n-gram drafts greedily; nothing has read it since 0.5.14",
        details=(
            "Releases 0.5.5.post3 to 0.5.13.post1 take the drafted tokens that are the likeliest, "
            "whatever temperature a request asks for: faster, and not the distribution it asked "
            "for. From 0.5.14 the name is declared and read nowhere. There is nothing in its "
            "place; a request with temperature 0 is verified greedily as ever."
        ),
        example="1",
        relations=(Outside(needs="--speculative-algorithm NGRAM"),),
        discrepancies=(
            "The page lists it as a switch; from 0.5.14 the code declares the name and reads it "
            "nowhere.",
        ),
    ),
)
