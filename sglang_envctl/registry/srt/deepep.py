"""SGLang's serving runtime: expert parallelism with DeepEP and FlashInfer's all-to-all."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.types import Bool, Int
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(slug="srt-deepep", title="SGLang: DeepEP", heading="DeepEP Configuration")

_SRT = "sglang/srt"
_DISPATCH = f"{_SRT}/layers/moe/token_dispatcher"
_SBO = f"{_SRT}/batch_overlap/single_batch_overlap.py"
_WITH_SBO = Outside(needs="--enable-single-batch-overlap", note="without it, there is no overlap")

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK",
        type=Int(minimum=0, unit="tokens"),
        default="128",
        summary="Tokens reserved per GPU in DeepEP's low-latency buffers",
        details=(
            "Set it to at least the number of tokens that one GPU decodes per step: the largest "
            "decode batch divided by the data-parallel ranks, times the draft tokens with "
            "speculative decoding. If the value is too small, a worker crashes in DeepEP with an "
            "assertion or a memory fault. If the value is too large, it wastes gigabytes of GPU "
            "memory: the buffers grow with this value, the number of experts and the hidden size. "
            "Values above 1024 stop the server at startup with an assertion, because DeepEP's "
            "internode kernel uses 1024 as a marker. Since 0.5.19 SGLang increases "
            "NVSHMEM_QP_DEPTH if it is too low for this value."
        ),
        example="256",
        relations=(
            Outside(
                needs="--moe-a2a-backend deepep in low-latency mode, or Ascend's fused variant",
                note="normal mode sizes its buffers differently",
            ),
        ),
    ),
    _variable(
        name="SGLANG_FLASHINFER_NUM_MAX_DISPATCH_TOKENS_PER_RANK",
        type=Int(minimum=1, unit="tokens"),
        default="1024",
        summary="Tokens reserved per GPU in the buffers of FlashInfer's all-to-all",
        details=(
            "Leave it unset with 0.5.22 or later: the buffers then follow the prefill chunk size, "
            "with a minimum of 4096 tokens. If your batches are smaller, set it to save memory; a "
            "value below what the server may send in one step stops the server at startup with a "
            "ValueError that names the required number. From 0.5.13 to 0.5.21 only the "
            "flashinfer_cutedsl MoE runner checks this, and its check counts an unset variable as "
            "1024 although the buffers are larger, so the server may demand a value."
        ),
        example="4096",
        relations=(Outside(needs="--moe-a2a-backend flashinfer", note="other backends ignore it"),),
        reads=(
            Read(
                reader="srt.int",
                where=f"{_SRT}/arg_groups/overrides.py:1889",
                since="0.5.17",
                default_rule="the tokens of a prefill chunk on one rank, at least 4096",
            ),
            Read(
                reader="srt.get-int",
                where=f"{_DISPATCH}/flashinfer.py:128",
                since="0.5.13",
                until="0.5.16",
                default_rule="the prefill chunk size, at least 4096",
            ),
            Read(
                reader="srt.int",
                where=f"{_SRT}/arg_groups/moe_hook.py:644",
                since="0.5.17",
                until="0.5.21",
                default_rule="1024",
                effect="checks the value at startup with the flashinfer_cutedsl MoE runner",
            ),
            Read(
                reader="srt.get-int",
                where=f"{_SRT}/server_args.py:5779",
                since="0.5.13",
                until="0.5.16",
                default=1024,
                effect="checks the value at startup with the flashinfer_cutedsl MoE runner",
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
                "The docs give 1024 as the default; since 0.5.13 the code uses the prefill chunk "
                "size, at least 4096."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DEEPEP_LL_COMBINE_SEND_NUM_SMS",
        type=Int(minimum=1, unit="SMs"),
        default="32",
        summary="GPU multiprocessors (SMs) reserved for DeepEP's combine step during overlap",
        details=(
            "On Hopper, leave it unset: SMs reserved for the exchange cannot compute matrix "
            "products in the meantime. Since 0.5.6.post1 the default is 32 on Blackwell but only "
            "3, instead of the documented 32, on other GPUs."
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
                since="0.5.3",
                until="0.5.6",
                default=32,
            ),
        ),
        discrepancies=(
            (
                "The docs give 32 as the default; since 0.5.6.post1 the code uses 32 on Blackwell "
                "and 3 on other GPUs."
            ),
        ),
    ),
    _variable(
        name="SGLANG_BLACKWELL_OVERLAP_SHARED_EXPERTS_OUTSIDE_SBO",
        type=Bool(),
        default="false",
        summary="Run shared experts on a separate stream during single-batch overlap",
        details=(
            "By default, single-batch overlap on Blackwell overlaps the combine step with the "
            "shared experts and, with the flashinfer_cutedsl MoE runner, with the down "
            "projection. With this variable on, the shared experts run earlier on their own "
            "stream, and at most the down projection overlaps with the combine step. Which is "
            "faster depends on the batch and the model, so measure both settings."
        ),
        example="1",
        relations=(
            _WITH_SBO,
            Outside(
                needs="a Blackwell GPU such as GB200", note="it is designed for these GPUs only"
            ),
        ),
    ),
    _variable(
        name="SGLANG_FUSED_GROUPED_GEMM_COMBINE_FP32",
        type=Bool(),
        default="false",
        summary="Combine expert results with FP32 accumulation (has no effect)",
        details=(
            "Remove it: neither SGLang nor the kernel package that 0.5.23 pins contains the name. "
            "No other variable or flag provides the documented behavior."
        ),
        example="1",
        discrepancies=("The docs describe it; no release from 0.5.5 to 0.5.23 contains the name.",),
    ),
)
