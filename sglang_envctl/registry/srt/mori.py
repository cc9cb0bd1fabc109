"""SGLang's serving runtime: AMD's MoRI, for expert parallelism and KV cache transfers."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.types import Bool, Choice, Int
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(slug="srt-mori", title="SGLang: MoRI", heading="MORI Configuration")

_SRT = "sglang/srt"
_MORIEP = f"{_SRT}/layers/moe/token_dispatcher/moriep.py"
_WITH_MORIEP = Outside(needs="--moe-a2a-backend mori", note="other backends ignore it")
_WITH_MORI_TRANSFER = Outside(
    needs="--disaggregation-transfer-backend mori", note="other backends ignore it"
)

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_MORI_DISPATCH_DTYPE",
        type=Choice(("auto", "bf16", "fp8", "fp4"), exact=False, also=("mxfp8",)),
        default="auto",
        summary="Data type in which MoRI sends tokens to their experts",
        details=(
            "Keep auto unless you have measured: it uses fp8 and fp4 for weights in these "
            "formats, and bf16 for all others. A format wider than the weights costs bandwidth; a "
            "narrower format costs accuracy. Since 0.5.19 mxfp8 is accepted if the installed "
            "AITER supports it; otherwise SGLang logs a warning and changes nothing. Any other "
            "value is silently ignored, except by MoRI's second version (since 0.5.22), which "
            "raises a ValueError. This variable replaces SGLANG_MORI_FP8_DISP and "
            "SGLANG_MORI_FP4_DISP."
        ),
        example="fp8",
        relations=(_WITH_MORIEP,),
        reads=(
            Read(
                reader="srt.text perhaps ?", where=f"{_MORIEP}:914", since="0.5.22", default="auto"
            ),
            Read(
                reader="raw.lower-text",
                where=f"{_MORIEP}:484",
                since="0.5.10",
                until="0.5.21",
                default="auto",
            ),
        ),
    ),
    _variable(
        name="SGLANG_MORI_FP8_COMB",
        type=Bool(),
        default="false",
        summary="Combine expert results in FP8 (deprecated, no effect since 0.5.21)",
        details=(
            "Set SGLANG_MORI_COMBINE_DTYPE=fp8 instead; that variable also accepts auto, bf16, "
            "fp4 and fp8_direct_cast. From 0.5.12 to 0.5.20 this name still works with a warning,"
            " unless SGLANG_MORI_COMBINE_DTYPE is set. Since 0.5.21 this name is ignored, and the"
            " combine step silently uses its default."
        ),
        example="1",
        relations=(_WITH_MORIEP,),
        discrepancies=("The docs still list it; releases after 0.5.20 do not read it.",),
        replaced_by="SGLANG_MORI_COMBINE_DTYPE=fp8",
    ),
    _variable(
        name="SGLANG_MORI_NUM_MAX_DISPATCH_TOKENS_PER_RANK",
        type=Int(minimum=1, unit="tokens"),
        default="4096",
        summary="Tokens reserved per GPU in MoRI's buffers",
        details=(
            "On a decode server, set it to the size of the largest batch. At startup the server "
            "stops with an AssertionError if the number is too small for --chunked-prefill-size; "
            "decode servers and servers without chunked prefill do not check this. Up to "
            "SGLANG_MORI_DISPATCH_INTER_KERNEL_SWITCH_THRESHOLD, the number also selects the "
            "low-latency kernel between nodes."
        ),
        example="16384",
        relations=(_WITH_MORIEP,),
        reads=(
            Read(
                reader="srt.int",
                where=f"{_MORIEP}:737",
                since="0.5.22",
                default=4096,
            ),
            Read(
                reader="srt.get-int",
                where=f"{_MORIEP}:442",
                since="0.5.9",
                until="0.5.21",
                default=4096,
            ),
            Read(
                reader="srt.int",
                where=f"{_SRT}/arg_groups/moe_hook.py:569",
                since="0.5.11",
                default=4096,
                effect="checks the value against --chunked-prefill-size",
            ),
        ),
    ),
    _variable(
        name="SGLANG_MORI_DISPATCH_INTER_KERNEL_SWITCH_THRESHOLD",
        type=Int(minimum=0, unit="tokens"),
        default="256",
        summary="Buffer size up to which MoRI uses its low-latency kernel between nodes",
        details=(
            "Set it to at least SGLANG_MORI_NUM_MAX_DISPATCH_TOKENS_PER_RANK to use the "
            "low-latency kernel, InterNodeV1LL; with the defaults, 256 and 4096, the kernel is "
            "always InterNodeV1. Neither --deepep-mode low_latency, which has its own kernel, nor "
            "MoRI's second version (since 0.5.22) uses the value. At startup, the value is "
            "compared once with SGLANG_MORI_NUM_MAX_DISPATCH_TOKENS_PER_RANK, not with the number "
            "of tokens in each batch. A value that is not a number silently counts as 256."
        ),
        example="512",
        relations=(
            _WITH_MORIEP,
            Outside(
                needs="expert parallelism over several nodes",
                note="a single node uses a separate kernel",
            ),
        ),
    ),
    _variable(
        name="SGLANG_MORI_PREALLOC_MAX_RECV_TOKENS",
        type=Int(minimum=0, unit="tokens"),
        default="0",
        summary="Tokens reserved in MoRI's receive buffers; 0 means the worst case",
        details=(
            "Set it below the worst case to save much memory. A smaller buffer is usually enough, "
            "but can overflow if experts are unevenly loaded. In the worst case every rank sends "
            "all its tokens to one rank, which receives the number of ranks times "
            "SGLANG_MORI_NUM_MAX_DISPATCH_TOKENS_PER_RANK. Useful values are between 1 and that "
            "product. A MoRI version without this option ignores it with a warning."
        ),
        example="32768",
        relations=(_WITH_MORIEP,),
        reads=(
            Read(reader="srt.get-int", where=f"{_MORIEP}:473", since="0.5.11", default=0),
            Read(
                reader="srt.int",
                where=f"{_MORIEP}:1455",
                since="0.5.22",
                default=0,
                effect="reserves the tokens in MoRI's second version",
            ),
        ),
    ),
    _variable(
        name="SGLANG_MORI_MOE_MAX_INPUT_TOKENS",
        type=Int(minimum=0, unit="tokens"),
        default="0",
        summary="Maximum received tokens that the experts process; 0 means all",
        details=(
            "MoRI's receive buffer is mostly empty, and the experts compute on empty rows too; a "
            "limit saves that time. Set it only if you know the largest batch: if more tokens "
            "arrive, the rest are silently dropped and the answers are wrong."
        ),
        example="8192",
        relations=(_WITH_MORIEP,),
    ),
    _variable(
        name="SGLANG_MORI_QP_PER_TRANSFER",
        type=Int(minimum=1, unit="queue pairs"),
        default="1",
        summary="RDMA queue pairs for each MoRI KV cache transfer",
        details=(
            "Increase it to use more of the network card's bandwidth for one transfer; each "
            "queue pair takes memory on the card. The number applies to KV cache transfers from "
            "prefill to decode servers, not to expert parallelism. MORI_IO_QP_PER_TRANSFER "
            "overrides it since MoRI 1.2.1."
        ),
        example="8",
        relations=(_WITH_MORI_TRANSFER,),
        discrepancies=("The docs give 1 as the default; since 0.5.12 the code uses 4.",),
    ),
    _variable(
        name="SGLANG_MORI_POST_BATCH_SIZE",
        type=Int(minimum=-1, unit="work requests"),
        default="-1",
        summary="RDMA work requests that MoRI posts to a queue pair at once; -1 means automatic",
        details=(
            "Keep -1 unless you have measured: MoRI then decides from the number of merged "
            "requests and endpoints. Larger batches reduce the cost per request but delay the "
            "first request. MORI_IO_POST_BATCH_SIZE overrides the value since MoRI 1.2.1."
        ),
        example="16",
        relations=(_WITH_MORI_TRANSFER,),
    ),
    _variable(
        name="SGLANG_MORI_NUM_WORKERS",
        type=Int(minimum=1, unit="threads"),
        default="1",
        summary="Number of threads for MoRI's KV cache transfers",
        details=(
            "Increase it for large transfers over several queue pairs, together with "
            "SGLANG_MORI_QP_PER_TRANSFER: MoRI starts at most as many threads as a transfer has "
            "queue pairs. With 1, MoRI starts no threads for posting work. "
            "MORI_IO_NUM_WORKER_THREADS overrides the value since MoRI 1.2.1."
        ),
        example="8",
        relations=(_WITH_MORI_TRANSFER,),
        discrepancies=("The docs give 1 as the default; since 0.5.12 the code uses 4.",),
    ),
)
