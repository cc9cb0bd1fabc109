"""SGLang's serving runtime: the scheduler's polling and overlap, and how processes run."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.types import Bool, Int
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(slug="srt-performance", title="SGLang: performance", heading="Performance Tuning")

_SRT = "sglang/srt"
_WITH_INTERVAL = Outside(
    needs="--scheduler-recv-interval above 1",
    note="with 1, the default, the scheduler looks for requests before every batch",
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
            "Inference mode saves PyTorch some bookkeeping for each operation, a small gain where "
            "the CPU is the bottleneck. Tensors made under it refuse to be changed in place "
            "outside, so code that updates weights while the server runs can fail with it. Read "
            "once at import."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_ENABLE_TORCH_COMPILE",
        type=Bool(),
        default="false",
        summary="SGLang's own note of --enable-torch-compile; use the flag",
        details=(
            "The server writes 1 or 0 here at its start, to match the flag, so whatever you set is "
            "gone before anything reads it. Its readers only quieten PyTorch's compiler and leave "
            "out a padding of FP8 inputs. It counts only in programs that use SGLang's layers "
            "without starting the server."
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
                default=False,
                inert=True,
                effect="overwritten from the flag; then PyTorch's compiler is quieter",
            ),
            Read(
                reader="srt.get-bool",
                where=f"{_SRT}/layers/quantization/fp8_utils.py:2520",
                default=False,
                inert=True,
                effect="overwritten from the flag; then FP8 inputs are not padded",
            ),
        ),
        discrepancies=(
            (
                "The page says it enables torch.compile; the server overwrites it from "
                "--enable-torch-compile, and setting it compiles nothing."
            ),
        ),
        replaced_by="--enable-torch-compile",
    ),
    _variable(
        name="SGLANG_SET_CPU_AFFINITY",
        type=Bool(),
        default="false",
        summary="Pin each GPU's scheduler process to CPU cores of its own",
        details=(
            "The physical cores are shared out evenly in the order of GPU numbers, with their "
            "second threads. That keeps a busy host from moving the scheduler about, which steadies "
            "latency. It counts all cores of the machine: in a container that may use only some of "
            "them, a process gets fewer cores than meant, or none and stops with a ValueError. It "
            "knows nothing of which cores are near which GPU; --numa-node does."
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
                until="0.5.10.post1",
                default=False,
            ),
        ),
    ),
    _variable(
        name="SGLANG_ALLOW_OVERWRITE_LONGER_CONTEXT_LEN",
        type=Bool(),
        default="false",
        summary="Allow a --context-length above the model's own",
        details=(
            "Without it the server refuses to start when --context-length is greater than what the "
            "model's configuration says; with it there is only a warning. Positions the model never "
            "saw in training give poor text, and kernels with tables of a fixed length can stop "
            "with CUDA errors. Legitimate uses are models whose configuration understates their "
            "length, and draft models that must follow a longer target."
        ),
        example="1",
        relations=(
            Outside(
                needs="--context-length above the model's own",
                note="otherwise there is nothing to allow",
            ),
        ),
        discrepancies=(
            (
                "The page speaks of requests with a longer context; the code looks at "
                "--context-length alone, once, at start."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DISABLE_CONSECUTIVE_PREFILL_OVERLAP",
        type=Bool(),
        default="false",
        summary="Finish one prefill batch before the next one is scheduled",
        details=(
            "With overlap, the first of two prefills in a row waits for the second to be launched "
            "before its tokens go out. Switching the overlap off for just this case gives the first "
            "request its first token sooner and costs some throughput. Decoding overlaps as before."
        ),
        example="1",
        relations=(
            Outside(
                needs="the overlap scheduler",
                note="with --disable-overlap-schedule nothing overlaps anyway",
            ),
        ),
    ),
    _variable(
        name="SGLANG_SCHEDULER_MAX_RECV_PER_POLL",
        type=Int(unit="requests"),
        default="-1",
        summary="Most requests the scheduler takes in at one time; negative is no limit",
        details=(
            "Taking in thousands of requests at once holds up the batches that run, which clients "
            "see as a gap between tokens; a limit spreads the work. Requests that are left over "
            "wait in the socket and are taken the next time. Beware of 0: the limit is then reached "
            "before the first request, and the server never answers."
        ),
        example="128",
    ),
    _variable(
        name="SGLANG_DATA_PARALLEL_BUDGET_INTERVAL",
        type=Int(minimum=1),
        default="1",
        summary="Meant to set how often the load of data-parallel ranks is taken; has no effect",
        details=(
            "In 0.5.7 it says after how many load reports the controller brings its budget up to "
            "date. From 0.5.8 on the name is declared and nothing reads it; no other variable took "
            "its place."
        ),
        example="1",
        discrepancies=(
            "The page still lists it; from 0.5.8 on the code declares it and reads it nowhere.",
        ),
    ),
    _weight(
        name="SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DEFAULT",
        default="1000",
        summary="What a prefill adds to the counter that decides when to take in requests",
        details=(
            "With --scheduler-recv-interval N, the scheduler looks for new requests only when a "
            "counter has reached N, and each batch adds a weight for its kind. This weight holds "
            "for every kind without one of its own, prefills above all; at 1000 it outweighs any "
            "sensible interval, so new requests are looked for after each prefill."
        ),
        example="1000",
    ),
    _weight(
        name="SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DECODE",
        default="1",
        summary="What a decode step adds to the counter that decides when to take in requests",
        details=(
            "At 1, --scheduler-recv-interval counts decode steps: a new request waits for up to "
            "that many. With 0, a server that only decodes never takes in another request until a "
            "batch of another kind comes by."
        ),
        example="1",
    ),
    _weight(
        name="SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_TARGET_VERIFY",
        default="1",
        summary="What a verification step adds to the counter that decides on new requests",
        details=(
            "Speculative decoding verifies drafts instead of decoding one token, and such a step "
            "lasts longer. Give it the number of tokens that a step yields on average, if "
            "--scheduler-recv-interval should count tokens and not steps."
        ),
        example="3",
    ),
    _weight(
        name="SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_NONE",
        default="1",
        summary="What an idle turn adds to the counter that decides when to take in requests",
        details=(
            "A scheduler without work turns in a loop, so even at 1 the interval passes in no time. "
            "With 0, a server that is idle stays so: the counter never rises, and no request is "
            "ever taken in."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_MM_BUFFER_SIZE_MB",
        type=Int(minimum=0, unit="MB"),
        default="0",
        summary="GPU memory set aside to hash images and other media on the GPU; 0 is off",
        details=(
            "Pixels and other features are copied into the buffer, hashed there, and moved back to "
            "the CPU, which is faster than hashing large ones on the CPU. What does not fit is "
            "hashed where it lies. The buffer is allocated with the first request that has media, "
            "so it must fit beside the KV cache: lower --mem-fraction-static by as much. If it does "
            "not fit, the optimization is dropped without a message."
        ),
        example="512",
    ),
    _variable(
        name="SGLANG_MM_PRECOMPUTE_HASH",
        type=Bool(),
        default="false",
        summary="Hash images and other media before requests reach the scheduler",
        details=(
            "The hash is what prefix caching recognizes media by. Computing it in the tokenizer "
            "process takes it off the scheduler's path, where it would hold up all requests; with "
            "large or many images this smooths latency under load. The answers are the same."
        ),
        example="1",
    ),
)
