"""SGLang's serving runtime: expert parallelism over DeepEP, and FlashInfer's all-to-all."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.types import Bool, Int
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(slug="srt-deepep", title="SGLang: DeepEP", heading="DeepEP Configuration")

_SRT = "sglang/srt"
_DISPATCH = f"{_SRT}/layers/moe/token_dispatcher"
_SBO = f"{_SRT}/batch_overlap/single_batch_overlap.py"
_WITH_SBO = Outside(needs="--enable-single-batch-overlap", note="without it there is no overlap")

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK",
        type=Int(minimum=0, maximum=1024, unit="tokens"),
        default="128",
        summary="Tokens for which DeepEP's low-latency buffers have room, on each GPU",
        details=(
            "Must be at least the tokens one GPU decodes in a step: the largest decode batch "
            "divided by the data-parallel ranks, times the draft tokens with speculative decoding. "
            "Too small, and a worker dies in DeepEP with an assertion or a memory fault. Too large, "
            "and gigabytes of GPU memory go, because the buffers grow with it, the number of ranks "
            "and the hidden size. Above 1024 an assertion stops the start, since DeepEP's internode "
            "kernel uses that number as a mark. SGLang raises NVSHMEM_QP_DEPTH to fit, where that "
            "is too low."
        ),
        example="256",
        relations=(
            Outside(
                needs="--moe-a2a-backend deepep in low-latency mode, or Ascend's fused variant",
                note="normal mode sizes its buffers otherwise",
            ),
        ),
    ),
    _variable(
        name="SGLANG_FLASHINFER_NUM_MAX_DISPATCH_TOKENS_PER_RANK",
        type=Int(minimum=1, unit="tokens"),
        default="1024",
        summary="Tokens for which FlashInfer's all-to-all has room, on each GPU",
        details=(
            "From 0.5.13 on it need not be set: the room follows the chunk of a prefill, and is "
            "4096 at least. Set it to save memory when your batches are smaller. From 0.5.17 a "
            "value below what the server may send in one step stops the start with a ValueError "
            "that names the number it needs."
        ),
        example="4096",
        relations=(
            Outside(needs="--moe-a2a-backend flashinfer", note="no other back-end looks at it"),
        ),
        reads=(
            Read(
                reader="srt.int",
                where=f"{_SRT}/arg_groups/overrides.py:1889",
                since="0.5.17",
                default_rule="the tokens of a prefill chunk on one rank, 4096 at least",
            ),
            Read(
                reader="srt.get-int",
                where=f"{_DISPATCH}/flashinfer.py:128",
                since="0.5.13",
                until="0.5.16",
                default_rule="the size of a prefill chunk, 4096 at least",
            ),
            Read(
                reader="srt.get-int",
                where=f"{_SRT}/server_args.py:5779",
                since="0.5.13",
                until="0.5.16",
                default=1024,
                effect="the check at start",
            ),
            Read(
                reader="srt.get-int",
                where=f"{_DISPATCH}/flashinfer.py:105",
                since="0.5.9",
                until="0.5.12.post1",
                default=1024,
            ),
        ),
        discrepancies=(
            (
                "The page gives 1024 as the default; from 0.5.13 on the code takes the size of a "
                "prefill chunk, and 4096 at least."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DEEPEP_LL_COMBINE_SEND_NUM_SMS",
        type=Int(minimum=1, unit="SMs"),
        default="32",
        summary="GPU cores that DeepEP's combine gets while it overlaps with computing",
        details=(
            "The rest of the GPU's streaming multiprocessors compute meanwhile, so every one given "
            "to the exchange is taken from a matrix product. Unset, a Blackwell GPU gives 32 and "
            "any other 3; on Hopper, writing out the documented 32 takes ten times as many as "
            "leaving the line away."
        ),
        example="3",
        relations=(_WITH_SBO,),
        reads=(
            Read(
                reader="srt.int",
                where=f"{_SBO}:97",
                since="0.5.6.post1",
                default_rule="32 on Blackwell, 3 on other GPUs",
            ),
            Read(
                reader="srt.get-int",
                where=f"{_SBO}:80",
                until="0.5.6",
                default=32,
            ),
        ),
        discrepancies=(
            (
                "The page gives 32 as the default; from 0.5.6.post1 on the code takes 32 on "
                "Blackwell and 3 elsewhere."
            ),
        ),
    ),
    _variable(
        name="SGLANG_BLACKWELL_OVERLAP_SHARED_EXPERTS_OUTSIDE_SBO",
        type=Bool(),
        default="false",
        summary="Compute shared experts on a second stream, beside the overlapped combine",
        details=(
            "On Blackwell, single-batch overlap normally hides the combine step behind the shared "
            "experts and the down projection together. With this on, shared experts run on a stream "
            "of their own earlier, and only the down projection overlaps with the combine. Which is "
            "faster depends on batch and model, so measure both."
        ),
        example="1",
        relations=(
            _WITH_SBO,
            Outside(needs="a Blackwell GPU such as GB200", note="it was made for these alone"),
        ),
    ),
    _variable(
        name="SGLANG_FUSED_GROUPED_GEMM_COMBINE_FP32",
        type=Bool(),
        default="false",
        summary="Meant to add up in FP32 when combining expert results; has no effect",
        details=(
            "Neither SGLang nor the kernel package that 0.5.23 pins contains the name. The page is "
            "ahead of the releases here, or describes a kernel that never came into one; no other "
            "variable or flag does what it promises."
        ),
        example="1",
        discrepancies=(
            "The page describes it; no release from 0.5.5 to 0.5.23 contains the name.",
        ),
    ),
)
