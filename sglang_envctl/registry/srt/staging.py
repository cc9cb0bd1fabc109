"""SGLang: the staging buffer between prefill and decode servers with different TP sizes."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import PD_DISAGGREGATION, SRT_REFERENCE
from sglang_envctl.registry.types import Bool, Int
from sglang_envctl.registry.variable import (
    Condition,
    EffectiveWhen,
    Outside,
    Section,
    Variable,
)

SECTION = Section(
    slug="srt-staging",
    title="SGLang: staging buffer",
    heading="PD Disaggregation — Staging Buffer (Heterogeneous TP)",
)

_STAGING = EffectiveWhen(condition=Condition("SGLANG_DISAGG_STAGING_BUFFER", "true"))

_variable = partial(
    Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE, PD_DISAGGREGATION)
)

VARIABLES = (
    _variable(
        name="SGLANG_DISAGG_STAGING_BUFFER",
        type=Bool(),
        default="false",
        summary="Use a GPU staging buffer for KV cache if prefill and decode differ in TP size",
        details=(
            "Set it on both sides if their tensor-parallel sizes differ: otherwise the cache is "
            "exchanged in slices of one token, which is slow under load. With the buffer, prefill "
            "gathers the slices and sends them in one piece, and decode scatters them; with equal "
            "sizes the buffer only takes GPU memory. A model with MLA stops the server at startup "
            "with a RuntimeError, as does a --chunked-prefill-size that is -1 or not a multiple of "
            "the page size. The buffer cannot be combined with servers that switch roles or with a "
            "sharded KV cache."
        ),
        example="1",
        relations=(
            Outside(needs="--disaggregation-mode prefill or decode"),
            Outside(
                needs="--disaggregation-transfer-backend mooncake or nixl",
                note=(
                    "any other backend stops the server at startup with a ValueError; nixl works "
                    "since 0.5.12"
                ),
            ),
            Outside(needs="a model without MLA"),
        ),
        discrepancies=(
            (
                "The docs on PD disaggregation require the Mooncake backend; since 0.5.12 the "
                "code accepts NIXL too."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DISAGG_STAGING_BUFFER_SIZE_MB",
        type=Int(minimum=1, unit="MB"),
        default="64",
        summary="Size in MiB of each prefill worker's staging buffer (no effect since 0.5.17)",
        details=(
            "Remove it if you run 0.5.17 or later, where the size follows from the model and the "
            "prefill chunk. If transfers wait for space, the pool on the decode side is too "
            "small: increase SGLANG_DISAGG_STAGING_POOL_SIZE_MB there. Releases 0.5.10 to 0.5.16 "
            "give every prefill worker a buffer of this many MiB."
        ),
        example="64",
        relations=(_STAGING,),
        discrepancies=(
            (
                "The docs list it with a default of 64; since 0.5.17 the code does not read it "
                "and computes the size."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DISAGG_STAGING_POOL_SIZE_MB",
        type=Int(minimum=1, unit="MB"),
        default="4096",
        summary="Size in MiB of the ring buffer for incoming KV cache on decode workers",
        details=(
            "Lower --mem-fraction-static if the decode server runs out of memory at startup: the "
            "buffer takes this many MiB of additional GPU memory on each decode worker. All "
            "prefill ranks write into the buffer, so its size limits how many requests arrive at "
            "once. If one prefill chunk does not fit, its request fails, and the log names this "
            "variable."
        ),
        example="8192",
        relations=(_STAGING,),
    ),
    _variable(
        name="SGLANG_STAGING_USE_TORCH",
        documents=(SRT_REFERENCE,),
        type=Bool(),
        default="false",
        summary="Gather and scatter staged KV cache with PyTorch instead of Triton",
        details=(
            "Use it only to find out whether a Triton kernel causes wrong output: PyTorch is "
            "slower, and SGLang plans to remove the variable. Up to 0.5.17, any value that is not "
            "empty enables it, including 0 and false. Since 0.5.18 it is a normal Boolean."
        ),
        example="1",
        relations=(_STAGING,),
    ),
)
