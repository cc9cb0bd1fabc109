"""SGLang's serving runtime: AMD's MoRI, for expert parallelism and for moving KV caches."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.types import Bool, Choice, Int
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(slug="srt-mori", title="SGLang: MoRI", heading="MORI Configuration")

_SRT = "sglang/srt"
_MORIEP = f"{_SRT}/layers/moe/token_dispatcher/moriep.py"
_WITH_MORIEP = Outside(needs="--moe-a2a-backend mori", note="no other back-end looks at it")
_WITH_MORI_TRANSFER = Outside(
    needs="--disaggregation-transfer-backend mori", note="no other back-end looks at it"
)

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_MORI_DISPATCH_DTYPE",
        type=Choice(("auto", "bf16", "fp8", "fp4"), exact=False, also=("mxfp8",)),
        default="auto",
        summary="Number format in which MoRI sends tokens to their experts",
        details=(
            "With auto, the format follows the weights: fp8 and fp4 weights get their own, all "
            "others bf16. Sending wider than the weights costs bandwidth, narrower costs accuracy. "
            "From 0.5.19 on mxfp8 is taken too, where the installed AITER supports it; otherwise a "
            "warning says that nothing changes. A word that is none of these is passed over in "
            "silence, save by MoRI's second version (0.5.22 on), which raises ValueError. It takes "
            "the place of SGLANG_MORI_FP8_DISP and SGLANG_MORI_FP4_DISP."
        ),
        example="fp8",
        relations=(_WITH_MORIEP,),
        reads=(
            Read(reader="srt.text", where=f"{_MORIEP}:914", since="0.5.22", default="auto"),
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
        summary="Meant to combine expert results in FP8; replaced by another name",
        details=(
            "Write SGLANG_MORI_COMBINE_DTYPE=fp8 instead, which also knows auto, bf16, fp4 and "
            "fp8_direct_cast. From 0.5.12 to 0.5.20 this name still works with a warning, unless "
            "the new one is set; 0.5.21 and later ignore it, and the combine goes back to its "
            "default without a message."
        ),
        example="1",
        relations=(_WITH_MORIEP,),
        discrepancies=("The page still lists it; releases after 0.5.20 do not read it.",),
        replaced_by="SGLANG_MORI_COMBINE_DTYPE=fp8",
    ),
    _variable(
        name="SGLANG_MORI_NUM_MAX_DISPATCH_TOKENS_PER_RANK",
        type=Int(minimum=1, unit="tokens"),
        default="4096",
        summary="Tokens for which MoRI's buffers have room, on each GPU",
        details=(
            "The server checks it at start against --chunked-prefill-size and stops with an "
            "AssertionError when the room is too small; a decode server and one without chunked "
            "prefill are not checked. It also chooses the kernel between nodes: up to "
            "SGLANG_MORI_DISPATCH_INTER_KERNEL_SWITCH_THRESHOLD the one with low latency. A decode "
            "server does well with the size of its largest batch."
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
                effect="the check against --chunked-prefill-size",
            ),
        ),
    ),
    _variable(
        name="SGLANG_MORI_DISPATCH_INTER_KERNEL_SWITCH_THRESHOLD",
        type=Int(minimum=0, unit="tokens"),
        default="256",
        summary="Buffer size up to which MoRI takes its low-latency kernel between nodes",
        details=(
            "Compared once, with SGLANG_MORI_NUM_MAX_DISPATCH_TOKENS_PER_RANK and not with the "
            "tokens of a batch: at or below the threshold the kernel is InterNodeV1LL, above it "
            "InterNodeV1. With both at their defaults it is always InterNodeV1. A text that is no "
            "number is 256 without a word."
        ),
        example="512",
        relations=(
            _WITH_MORIEP,
            Outside(
                needs="expert parallelism over several nodes",
                note="one node has a kernel of its own",
            ),
        ),
    ),
    _variable(
        name="SGLANG_MORI_PREALLOC_MAX_RECV_TOKENS",
        type=Int(minimum=0, unit="tokens"),
        default="0",
        summary="Tokens for which MoRI allocates receive buffers; 0 is the worst case",
        details=(
            "The worst case is that every rank sends all its tokens here, which is the number of "
            "ranks times SGLANG_MORI_NUM_MAX_DISPATCH_TOKENS_PER_RANK and takes much memory. Real "
            "traffic is spread more evenly, so a smaller number usually does; when experts are "
            "unevenly loaded it overflows. Useful values are 1 up to the worst case. An older MoRI "
            "without this option ignores it with a warning."
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
                effect="the same in MoRI's second version",
            ),
        ),
    ),
    _variable(
        name="SGLANG_MORI_MOE_MAX_INPUT_TOKENS",
        type=Int(minimum=0, unit="tokens"),
        default="0",
        summary="Rows of the received tokens that the experts look at; 0 is all",
        details=(
            "MoRI's receive buffer is mostly empty, and the experts compute on its empty rows too; "
            "cutting it saves that time. Nothing checks the cut: if more tokens arrive than rows "
            "are left, the rest is dropped and the answers are wrong, without any error. Be sure "
            "of the largest batch before you set it."
        ),
        example="8192",
        relations=(_WITH_MORIEP,),
    ),
    _variable(
        name="SGLANG_MORI_QP_PER_TRANSFER",
        type=Int(minimum=1, unit="queue pairs"),
        default="1",
        summary="RDMA queue pairs over which MoRI sends one KV cache transfer",
        details=(
            "More of them spread a transfer over more of the network card, up to what the card and "
            "the fabric give; each takes memory on the card. It concerns KV caches on their way "
            "from prefill to decode servers, not expert parallelism."
        ),
        example="8",
        relations=(_WITH_MORI_TRANSFER,),
        discrepancies=("The page gives 1 as the default; from 0.5.12 on the code takes 4.",),
    ),
    _variable(
        name="SGLANG_MORI_POST_BATCH_SIZE",
        type=Int(minimum=-1, unit="work requests"),
        default="-1",
        summary="RDMA work requests that MoRI posts to a queue pair at one time; -1 chooses",
        details=(
            "Larger batches cost less for each request and delay the first of them. With -1 MoRI "
            "decides from the number of merged requests and endpoints, and there is seldom a reason "
            "to know better."
        ),
        example="16",
        relations=(_WITH_MORI_TRANSFER,),
    ),
    _variable(
        name="SGLANG_MORI_NUM_WORKERS",
        type=Int(minimum=1, unit="threads"),
        default="1",
        summary="Threads that drive MoRI's KV cache transfers",
        details=(
            "Each posts RDMA work and waits for it. More threads help large transfers over several "
            "queue pairs; beyond the number of queue pairs they only contend, and every prefill or "
            "decode process has this many."
        ),
        example="8",
        relations=(_WITH_MORI_TRANSFER,),
        discrepancies=("The page gives 1 as the default; from 0.5.12 on the code takes 4.",),
    ),
)
