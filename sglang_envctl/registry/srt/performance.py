"""SGLang's serving runtime: scheduler polling and overlap, and process settings."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.srt import declared
from sglang_envctl.registry.types import Bool, Int
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(slug="srt-performance", title="SGLang: performance", heading="Performance Tuning")

_SRT = "sglang/srt"
_WITH_INTERVAL = Outside(
    needs="--scheduler-recv-interval above 1",
    note="with the default, 1, the scheduler accepts requests before every batch",
)

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))
_weight = partial(_variable, type=Int(minimum=0), relations=(_WITH_INTERVAL,))

VARIABLES = (
    _variable(
        name="SGLANG_ENABLE_TORCH_INFERENCE_MODE",
        type=Bool(),
        default="false",
        summary="Run the model under torch.inference_mode instead of torch.no_grad",
        details=(
            "Use it for a small gain if the CPU is the bottleneck: inference mode saves PyTorch "
            "bookkeeping per operation. Do not use it if weights are updated while the server "
            "runs: tensors created in inference mode cannot be modified in place outside that "
            "mode. The value is read once at import."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_ENABLE_TORCH_COMPILE",
        type=Bool(),
        default="false",
        summary="Internal copy of --enable-torch-compile (has no effect in a server)",
        details=(
            "Pass --enable-torch-compile instead: the server overwrites this variable with 1 or 0 "
            "at startup to match the flag, before anything reads it. The code that reads it only "
            "reduces the output of PyTorch's compiler, lets code that fails to compile run "
            "uncompiled, and skips a padding of FP8 inputs. Your value applies only to programs "
            "that use SGLang's layers without starting the server."
        ),
        example="1",
        relations=(
            Outside(
                needs="--enable-torch-compile",
                note="the server overwrites the variable with 1 or 0 to match it",
            ),
        ),
        reads=(
            Read(
                reader="srt.bool",
                where=f"{_SRT}/layers/attention/flashinfer_backend.py:71",
                since="0.5.3.post2",
                default=False,
                inert=True,
                effect=(
                    "reduces the output of PyTorch's compiler and suppresses its errors; the "
                    "server overwrites it from the flag"
                ),
            ),
            Read(
                reader="srt.get-bool",
                where=f"{_SRT}/layers/quantization/fp8_utils.py:2520",
                since="0.4.5.post3",
                default=False,
                inert=True,
                effect="skips the padding of FP8 inputs; the server overwrites it from the flag",
            ),
        ),
        discrepancies=(
            (
                "The docs say it enables torch.compile; the server overwrites it from "
                "--enable-torch-compile, so setting it has no effect."
            ),
        ),
        replaced_by="--enable-torch-compile",
    ),
    _variable(
        name="SGLANG_SET_CPU_AFFINITY",
        type=Bool(),
        default="false",
        summary="Pin each GPU's scheduler process to its own CPU cores",
        details=(
            "Use it on a busy host for steadier latency: the scheduler then stays on its cores. "
            "Physical cores, with their second threads, are divided evenly in the order of GPU "
            "numbers; to use the cores close to each GPU, pass --numa-node. SGLang counts all "
            "cores of the host: in a container limited to some of them, a process gets fewer "
            "cores than intended, or gets none and stops with a ValueError."
        ),
        example="1",
        reads=(
            Read(
                reader="srt.bool",
                where=f"{_SRT}/managers/scheduler.py:6302",
                since="0.5.11",
                default=False,
            ),
            Read(
                reader="srt.get-bool",
                where=f"{_SRT}/managers/scheduler.py:3580",
                since="0.4.5.post3",
                until="0.5.10.post1",
                default=False,
            ),
        ),
    ),
    _variable(
        name="SGLANG_ALLOW_OVERWRITE_LONGER_CONTEXT_LEN",
        type=Bool(),
        default="false",
        summary="Allow --context-length to exceed the model's configured length",
        details=(
            "Use it for models whose configuration understates their length, and for draft models "
            "that must match a longer target model. If --context-length exceeds the model's "
            "configuration, or if a draft model is shorter than its target model, the server "
            "refuses to start without this variable; with it, SGLang only logs a warning. "
            "Positions beyond the trained length give poor answers, and kernels with tables of a "
            "fixed length can stop with CUDA errors."
        ),
        example="1",
        relations=(
            Outside(
                needs=(
                    "--context-length above the model's own, or a draft model shorter than its "
                    "target model"
                ),
                note="otherwise, it has no effect",
            ),
        ),
        discrepancies=(
            (
                "The docs mention requests with a longer context; the code checks no request, but "
                "only the length of each model that it loads, at startup."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DISABLE_CONSECUTIVE_PREFILL_OVERLAP",
        type=Bool(),
        default="false",
        summary="Finish one prefill batch before scheduling the next",
        details=(
            "Set it to 1 to reduce the time to first token at some cost in throughput. If it is "
            "off, the first of two consecutive prefills sends its tokens only after the second "
            "prefill is launched. Decode steps still overlap."
        ),
        example="1",
        relations=(
            Outside(
                needs="the overlap scheduler",
                note="with --disable-overlap-schedule nothing overlaps",
            ),
        ),
    ),
    _variable(
        name="SGLANG_SCHEDULER_MAX_RECV_PER_POLL",
        type=Int(unit="requests"),
        default="-1",
        summary="Maximum requests that the scheduler accepts at once; negative means no limit",
        details=(
            "Set a limit if bursts of requests cause gaps between tokens: accepting thousands of "
            "requests at once delays the running batches. The remaining requests wait in the "
            "socket for the next poll. Do not set it to 0: the server then accepts no requests "
            "and never answers."
        ),
        example="128",
    ),
    _variable(
        name="SGLANG_DATA_PARALLEL_BUDGET_INTERVAL",
        type=Int(minimum=1),
        default="1",
        summary="Interval of load updates for data-parallel ranks (no effect since 0.5.8)",
        details=(
            "Remove it if you run 0.5.8 or later, where the name is declared but not read; no "
            "other variable replaces it. In 0.5.7, the value is the number of load reports "
            "between updates of the controller's budget."
        ),
        example="1",
        discrepancies=(
            "The docs still list it; since 0.5.8 the code declares it but does not read it.",
        ),
    ),
    _weight(
        name="SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DEFAULT",
        default="1000",
        summary="Weight of a prefill in the counter for --scheduler-recv-interval",
        details=(
            "Keep it at 1000, so that new requests are accepted after each prefill. With "
            "--scheduler-recv-interval N, the scheduler accepts new requests only when a counter "
            "reaches N, and each batch adds the weight of its kind. This weight applies to "
            "prefills and to every other kind without its own weight."
        ),
        example="1000",
    ),
    _weight(
        name="SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DECODE",
        default="1",
        summary="Weight of a decode step in the counter for --scheduler-recv-interval",
        details=(
            "At 1, --scheduler-recv-interval counts decode steps, and a new request waits for up "
            "to that number of steps. A step of speculative decoding, with its verification, "
            "counts as one decode step. Do not set it to 0: a server that is only decoding then "
            "accepts no requests until it is idle or runs a batch of another kind."
        ),
        example="1",
    ),
    _weight(
        name="SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_TARGET_VERIFY",
        default="1",
        summary="Weight of a verification step (has no effect; the decode weight applies)",
        details=(
            "Set SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DECODE instead, for example to the average "
            "number of tokens per step if --scheduler-recv-interval should count tokens. SGLang "
            "marks a batch as a verification only during the forward pass, and as a decode step "
            "again before the scheduler looks up the weight. SGLang reads this value but never "
            "uses it."
        ),
        example="3",
        reads=(
            declared("int", 677, 1, since="0.5.6")._replace(
                inert=True, effect="stored in a table where nothing looks it up"
            ),
        ),
        discrepancies=(
            (
                "The docs present it as the weight of a verification step; the code counts such a "
                "step with SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DECODE."
            ),
        ),
    ),
    _weight(
        name="SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_NONE",
        default="1",
        summary="Weight of an idle iteration in the counter for --scheduler-recv-interval",
        details=(
            "An idle scheduler runs in a loop, so even at 1 the interval passes almost "
            "immediately. Do not set it to 0: the counter of an idle server then never increases,"
            " and the server never accepts a request."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_MM_BUFFER_SIZE_MB",
        type=Int(minimum=0, unit="MB"),
        default="0",
        summary="GPU memory in MB for hashing media such as images; 0 disables it",
        details=(
            "Lower --mem-fraction-static by the buffer's share of the GPU memory: when the first "
            "request with media arrives, the buffer must fit into memory next to the KV cache, or "
            "that request silently runs without it, and the next one tries again. Features are "
            "copied into the buffer, hashed there and moved back to the CPU, which is faster than "
            "hashing large features on the CPU. Features that do not fit in the buffer are hashed "
            "where they are."
        ),
        example="512",
    ),
    _variable(
        name="SGLANG_MM_PRECOMPUTE_HASH",
        type=Bool(),
        default="false",
        summary="Hash images and other media before requests reach the scheduler",
        details=(
            "Set it to 1 for steadier latency under load with large or many images: the tokenizer "
            "process then computes the hash instead of the scheduler, where hashing delays all "
            "requests. Prefix caching uses the hash to recognize media; answers do not change."
        ),
        example="1",
    ),
)
