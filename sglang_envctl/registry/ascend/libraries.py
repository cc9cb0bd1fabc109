"""Ascend: variables of the software below SGLang (DeepEP, torch_npu, HCCL, MemFabric)."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import ASCEND, ASCEND_OPTIMIZATION, PD_DISAGGREGATION
from sglang_envctl.registry.types import Bool, Choice, Int, Interface, List, Url
from sglang_envctl.registry.variable import Outside, Read, Requires, Section, SetTogether, Variable

DEEPEP = Section(slug="ascend-deepep", title="Ascend: DeepEP", heading="Used in DeepEP Ascend")
OTHERS = Section(slug="ascend-system", title="Ascend: system", heading="Others")

_DEEPEP_SOURCE = "sgl-kernel-npu, csrc/deepep/deep_ep.cpp"
_OPTIONS = "torch_npu, OptionsManager.cpp"
_BOTH = (ASCEND, ASCEND_OPTIMIZATION)
_NORMAL_MODE = Outside(needs="--moe-a2a-backend deepep", note="in its normal mode, for prefill")

_deepep = partial(
    Variable,
    section=DEEPEP,
    owner="deepep-ascend",
    documents=(ASCEND,),
    reads=(Read(reader="unknown", where=_DEEPEP_SOURCE),),
)
_torch_npu = partial(
    Variable,
    section=OTHERS,
    owner="torch_npu",
    documents=_BOTH,
    reads=(Read(reader="unknown", where=_OPTIONS),),
)
_hccl = partial(
    Variable,
    section=OTHERS,
    owner="hccl",
    documents=_BOTH,
    reads=(Read(reader="unknown", where="HCCL in CANN, not examined"),),
)

VARIABLES = (
    _deepep(
        name="DEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS",
        type=Int(minimum=32, maximum=8192, unit="tokens"),
        default="8192",
        summary="Tokens that each rank sends in one round, where dispatch goes in rounds",
        details=(
            "Long prompts do not fit DeepEP's buffers in one piece, so dispatch sends them in "
            "rounds. Rounds times tokens has to cover what one rank gets of a prefill chunk "
            "(--chunked-prefill-size over the data-parallel ranks), and may be 131072 at the most. "
            "Published DeepEP takes 32 to 8192, and fails when only one of the two is set. More "
            "tokens a round need a larger HCCL_BUFFSIZE."
        ),
        example="2048",
        relations=(
            _NORMAL_MODE,
            Requires(
                other="DEEPEP_NORMAL_LONG_SEQ_ROUND",
                consequence="DeepEP's published source fails when only one of the two is set",
            ),
        ),
        discrepancies=(
            "The page names no limits; DeepEP's published source takes 32 to 8192, and no product "
            "with the rounds above 131072.",
        ),
    ),
    _deepep(
        name="DEEPEP_NORMAL_LONG_SEQ_ROUND",
        type=Int(minimum=1, maximum=256),
        default="1",
        summary="Rounds that each rank's dispatch is split into",
        details=(
            "1 sends everything at once. The other half is "
            "DEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS: set both, with a product between the tokens "
            "of a rank's prefill chunk and 131072. Every round costs time, so prefer few large "
            "ones. The combine step goes in rounds only with "
            "DEEPEP_NORMAL_COMBINE_ENABLE_LONG_SEQ."
        ),
        example="16",
        relations=(
            _NORMAL_MODE,
            Requires(
                other="DEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS",
                consequence="DeepEP's published source fails when only one of the two is set",
            ),
        ),
        discrepancies=(
            "The page names no limits; DeepEP's published source takes 1 to 256, and no product "
            "with the tokens above 131072.",
        ),
    ),
    _deepep(
        name="DEEPEP_NORMAL_COMBINE_ENABLE_LONG_SEQ",
        type=Bool(),
        default="0",
        summary="Let the combine step go in rounds as well as dispatch",
        details=(
            "Combining brings the experts' results back and meets the same limit of the buffers. "
            "Set it to 1 for long prompts when dispatch fits and combine does not. DeepEP reads a "
            "number, so write 1 or 0."
        ),
        example="1",
        relations=(_NORMAL_MODE,),
    ),
    _deepep(
        name="MOE_ENABLE_TOPK_NEG_ONE",
        type=Bool(),
        default="0",
        summary="Let DeepEP take the expert number -1, for a token that goes nowhere",
        details=(
            "Padding and masked tokens are sent to expert -1. Without this DeepEP takes the number "
            "for a real one, and the operator fails or writes where it should not. SGLang's own "
            "tests set it for DeepSeek V2. DeepEP reads a number, so write 1 or 0."
        ),
        example="1",
        relations=(Outside(needs="--moe-a2a-backend deepep"),),
    ),
    _deepep(
        name="DEEP_NORMAL_MODE_USE_INT8_QUANT",
        documents=_BOTH,
        type=Bool(),
        default="0",
        summary="Send tokens to their experts as INT8 with scales, in DeepEP's normal mode",
        details=(
            "Half the bytes for a little accuracy; for models whose experts compute in INT8 "
            "anyway. SGLang reads it up to 0.5.12.post1 and then leaves it to DeepEP, but switches "
            "it off while an unquantised draft model runs. Newer DeepEP takes the choice from its "
            "caller and looks here only in its alltoall strategy. DeepEP reads a number: write 1."
        ),
        example="1",
        relations=(_NORMAL_MODE,),
        reads=(
            Read(reader="unknown", where="sgl-kernel-npu, deep_ep"),
            Read(
                reader="srt.get-bool",
                where="sglang/srt/layers/moe/ep_moe/layer.py:434",
                until="0.5.12.post1",
                default=False,
                effect="how SGLang treats what DeepEP sent",
            ),
        ),
        discrepancies=(
            "The pages list it as a setting of the present; SGLang itself has not read it since "
            "0.5.13, and newer DeepEP only in one of its strategies.",
        ),
    ),
    _torch_npu(
        name="TASK_QUEUE_ENABLE",
        type=Int(choices=(0, 1, 2)),
        default="1",
        summary="How far torch_npu queues operators ahead of the NPU",
        details=(
            "0 launches each operator from Python's thread, 1 hands the launch to a second thread, "
            "2 moves the work space there as well and is the fastest for prefill. Graph capture "
            "does not go with 2: torch_npu raises and asks for 1 or 0, so keep 2 off decode "
            "servers. While ASCEND_LAUNCH_BLOCKING is 1 there is no queue at all. Any other number "
            "raises."
        ),
        example="1",
        relations=(Outside(needs="no NPU graphs", note="for level 2 only"),),
        discrepancies=(
            "The page does not say so, but level 2 and graph capture exclude each other: "
            "torch_npu raises.",
        ),
    ),
    _torch_npu(
        name="INF_NAN_MODE_ENABLE",
        documents=(ASCEND,),
        type=Bool(),
        default="1",
        summary="Let the NPU produce infinity and NaN instead of the largest number",
        details=(
            "1 follows IEEE 754; 0 makes sums that overflow stop at the largest number, which "
            "hides a fault rather than mending it. SGLang does not read it; CANN and torch_npu do, "
            "and which modes there are depends on the chip."
        ),
        example="1",
        reads=(Read(reader="unknown", where="CANN and torch_npu, not examined"),),
    ),
    _torch_npu(
        name="STREAMS_PER_DEVICE",
        type=Int(minimum=1),
        default="32",
        summary="How many streams torch_npu keeps in its pool for each NPU",
        details=(
            "Published settings write 32. The torch_npu source that could be read takes 8 and 32 "
            "only, resets every other number to 8 with a warning, and has 8 as its own default; "
            "newer versions may differ. Two streams that share a slot of the pool wait for one "
            "another, which is why SGLang's guides ask for many."
        ),
        example="32",
        discrepancies=(
            "The pages give 32 as the default; the torch_npu source that could be read defaults to "
            "8 and takes no number but 8 and 32.",
        ),
    ),
    _torch_npu(
        name="PYTORCH_NPU_ALLOC_CONF",
        type=List(),
        summary="Settings of torch_npu's memory allocator",
        details=(
            "key:value, several separated by commas, as in PYTORCH_CUDA_ALLOC_CONF, which NPUs "
            "do not look at. SGLang's guides set expandable_segments:True everywhere: the pool "
            "grows in place and fragments less. Which keys there are depends on torch_npu's "
            "version."
        ),
        example="expandable_segments:True",
        reads=(Read(reader="unknown", where="torch_npu, NPUCachingAllocator"),),
    ),
    Variable(
        name="ASCEND_MF_STORE_URL",
        section=OTHERS,
        owner="sglang",
        documents=(ASCEND, PD_DISAGGREGATION, ASCEND_OPTIMIZATION),
        type=Url(("tcp",)),
        summary="Where MemFabric keeps its configuration, for KV transfer between Ascend servers",
        details=(
            "tcp://, the address of the first prefill node, and a free port; the same text on all "
            "prefill and decode servers. Node 0 of each server opens the store, so the port must "
            "not be taken and the others must reach it. Unset, SGLang hands nothing to MemFabric "
            "and the start fails with Failed create mf store."
        ),
        example="tcp://10.0.0.5:24667",
        relations=(Outside(needs="--disaggregation-transfer-backend ascend"),),
    ),
    _torch_npu(
        name="ASCEND_LAUNCH_BLOCKING",
        documents=(ASCEND,),
        type=Bool(),
        default="0",
        summary="Run every NPU operator to its end before the next one starts",
        details=(
            "An error then points at the operator that caused it, as CUDA_LAUNCH_BLOCKING does "
            "elsewhere, and the server is many times slower. torch_npu takes 1 only. It switches "
            "the queue of TASK_QUEUE_ENABLE off, and NPU graphs do not go with it: unset it before "
            "production, as SGLang's launch scripts do."
        ),
        example="1",
    ),
    _hccl(
        name="HCCL_OP_EXPANSION_MODE",
        type=Choice(("AIV", "AI_CPU", "HOST", "HOST_TS"), open=True),
        summary="Which part of the machine unrolls HCCL's collective operations",
        details=(
            "AIV runs them on the NPU's vector cores, which is quickest for small messages and "
            "what SGLang's guides set. DeepEP on Atlas A2 asks for the variable to be unset. Which "
            "modes there are depends on chip and CANN version."
        ),
        example="AIV",
    ),
    _hccl(
        name="HCCL_BUFFSIZE",
        type=Int(minimum=1, unit="MB"),
        default="200",
        summary="Size of the buffer that two NPUs exchange data through",
        details=(
            "DeepEP takes its buffers from it, and fails or hangs where they do not fit: more "
            "tokens a rank, more experts and wider models need more. Guides write 400 to 800 for "
            "decode and 1500 to 3000 for prefill. Every communication group has its own, so this "
            "is device memory that the KV cache does not get. From 0.5.10 SGLang reads it "
            "for the groups of experts, where DEEPEP_HCCL_BUFFSIZE comes first; empty counts as "
            "unset, and a text that is no whole number raises ValueError."
        ),
        example="1600",
        relations=(
            Outside(needs="no DEEPEP_HCCL_BUFFSIZE", note="which wins for the groups of experts"),
        ),
        reads=(
            Read(
                reader="raw.int",
                where="sglang/srt/distributed/parallel_state.py:116",
                since="0.5.10",
                default=200,
                effect="the buffer of groups that exchange experts' tokens",
            ),
            Read(reader="unknown", where="HCCL in CANN, not examined"),
        ),
        discrepancies=(
            "The page does not say so, but for groups of experts SGLang looks at "
            "DEEPEP_HCCL_BUFFSIZE first.",
        ),
    ),
    _hccl(
        name="HCCL_SOCKET_IFNAME",
        type=List(item=Interface(), strips=False),
        summary="Network interface of the host that HCCL makes its first connections over",
        details=(
            "Only the handshake goes over it; the data take the NPUs' own network. On one machine "
            "lo will do; on several, name the interface that they reach one another by, which may "
            "be called differently on each. A wrong one shows as a time-out at start, minutes "
            "later. Set GLOO_SOCKET_IFNAME to the same, as every guide does."
        ),
        example="eth0",
        relations=(
            SetTogether(other="GLOO_SOCKET_IFNAME"),
            Outside(needs="the interface on this host"),
        ),
    ),
)
