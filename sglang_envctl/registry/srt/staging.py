"""SGLang: the staging buffer between prefill and decode servers of different widths."""

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
        summary="Carry the KV cache through a GPU buffer when prefill and decode differ in TP size",
        details=(
            "Without it, servers of different tensor-parallel sizes exchange the cache in slices "
            "of one token, which is slow under load. With it, prefill gathers the slices, sends "
            "them in one piece, and decode scatters them. Set it on both sides; where the sizes "
            "are equal it changes nothing. A model with MLA stops at start with RuntimeError, and "
            "so does a --chunked-prefill-size that is -1 or no multiple of the page size. It does "
            "not go with servers that switch roles, nor with a sharded KV cache."
        ),
        example="1",
        relations=(
            Outside(needs="--disaggregation-mode prefill or decode"),
            Outside(
                needs="--disaggregation-transfer-backend mooncake or nixl",
                note="any other back-end stops the start with ValueError; nixl from 0.5.12",
            ),
            Outside(needs="a model without MLA"),
        ),
        discrepancies=(
            "The PD page asks for the Mooncake back-end; from 0.5.12 the code takes NIXL as well.",
        ),
    ),
    _variable(
        name="SGLANG_DISAGG_STAGING_BUFFER_SIZE_MB",
        type=Int(minimum=1, unit="MB"),
        default="64",
        summary="Meant to size each prefill worker's staging buffer; no longer read",
        details=(
            "Releases 0.5.10 to 0.5.16 give every prefill worker a buffer of this many MiB. From "
            "0.5.17 the size follows from the model and the chunk of prefill that is sent, so "
            "there is nothing left to set. If transfers wait for room, it is the pool on the "
            "decode side that is too small: raise SGLANG_DISAGG_STAGING_POOL_SIZE_MB there."
        ),
        example="64",
        relations=(_STAGING,),
        discrepancies=(
            "Both pages list it with a default of 64; from 0.5.17 the code does not read it and "
            "works the size out.",
        ),
    ),
    _variable(
        name="SGLANG_DISAGG_STAGING_POOL_SIZE_MB",
        type=Int(minimum=1, unit="MB"),
        default="4096",
        summary="Size of the decode side's ring buffer for KV cache that arrives",
        details=(
            "GPU memory on each decode worker, in MiB, that comes on top of --mem-fraction-static: "
            "lower that when the decode server runs out of memory at start. All prefill ranks "
            "write into it, so it bounds how many requests arrive at once. A single request that "
            "does not fit fails; the log then names this variable."
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
            "Slower, and there to find out whether a Triton kernel is to blame for wrong output. "
            "SGLang means to drop it one day. Up to 0.5.17 any text that is not empty switches it "
            "on, 0 and false included; from 0.5.18 it is an ordinary switch."
        ),
        example="1",
        relations=(_STAGING,),
    ),
)
