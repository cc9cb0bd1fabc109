"""Ascend: variables of the libraries below SGLang (DeepEP, torch_npu, HCCL, MemFabric)."""

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
_NORMAL_MODE = Outside(
    needs="--moe-a2a-backend deepep",
    note="applies only to DeepEP's normal mode, which serves prefill",
)

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
    reads=(Read(reader="unknown", where="HCCL in CANN"),),
)

VARIABLES = (
    _deepep(
        name="DEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS",
        type=Int(minimum=32, maximum=8192, unit="tokens"),
        default="8192",
        summary="Tokens that each rank sends per round of DeepEP dispatch",
        details=(
            "Set it together with DEEPEP_NORMAL_LONG_SEQ_ROUND: DeepEP's published source fails "
            "if only one of the two is set. DeepEP sends prompts that are too long for its "
            "buffers in rounds. The product of rounds and tokens must cover one rank's share of a "
            "prefill chunk (--chunked-prefill-size divided by the data-parallel ranks) and must "
            "not exceed 131072. The published source accepts 32 to 8192 tokens. More tokens per "
            "round need a larger HCCL_BUFFSIZE."
        ),
        example="2048",
        relations=(
            _NORMAL_MODE,
            Requires(
                other="DEEPEP_NORMAL_LONG_SEQ_ROUND",
                consequence="DeepEP's published source fails if only one of the two is set",
            ),
        ),
        discrepancies=(
            (
                "The docs name no limits; DeepEP's published source accepts 32 to 8192, with a "
                "product of tokens and rounds up to 131072."
            ),
        ),
    ),
    _deepep(
        name="DEEPEP_NORMAL_LONG_SEQ_ROUND",
        type=Int(minimum=1, maximum=256),
        default="1",
        summary="Number of rounds into which each rank's dispatch is split",
        details=(
            "Set it together with DEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS, so that their product "
            "is between the tokens of a rank's prefill chunk and 131072. Prefer few large rounds,"
            " because every round takes time. With 1, all tokens are sent at once. The combine "
            "step uses rounds only with DEEPEP_NORMAL_COMBINE_ENABLE_LONG_SEQ."
        ),
        example="16",
        relations=(
            _NORMAL_MODE,
            Requires(
                other="DEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS",
                consequence="DeepEP's published source fails if only one of the two is set",
            ),
        ),
        discrepancies=(
            (
                "The docs name no limits; DeepEP's published source accepts 1 to 256, with a "
                "product of rounds and tokens up to 131072."
            ),
        ),
    ),
    _deepep(
        name="DEEPEP_NORMAL_COMBINE_ENABLE_LONG_SEQ",
        type=Bool(),
        default="0",
        summary="Split DeepEP's combine step into rounds, like its dispatch step",
        details=(
            "Set it to 1 if long prompts fit DeepEP's buffers in dispatch but not in combine. Do "
            "not write true, because DeepEP reads a number. The combine step returns the experts'"
            " results and has the same buffer limit."
        ),
        example="1",
        relations=(_NORMAL_MODE,),
    ),
    _deepep(
        name="MOE_ENABLE_TOPK_NEG_ONE",
        type=Bool(),
        default="0",
        summary="Accept expert number -1 in DeepEP, for tokens that go to no expert",
        details=(
            "Set it to 1 if some tokens have the expert number -1, as padding and masked tokens "
            "do. Do not write true, because DeepEP reads a number. If the variable is off, DeepEP"
            " reads -1 as a real expert, and the operator fails or writes to the wrong place. "
            "SGLang's own tests set the variable for DeepSeek V2."
        ),
        example="1",
        relations=(
            Outside(
                needs="--moe-a2a-backend deepep",
                note="applies only to DeepEP's low-latency mode, which serves decode",
            ),
        ),
    ),
    _deepep(
        name="DEEP_NORMAL_MODE_USE_INT8_QUANT",
        documents=_BOTH,
        type=Bool(),
        default="0",
        summary="Send tokens to their experts as INT8 with scales in DeepEP's normal mode",
        details=(
            "Set it to 1 for models whose experts compute in INT8 anyway; DeepEP recognizes only "
            "1. INT8 halves the bytes sent, at a small loss of accuracy. Up to 0.5.12.post1, "
            "SGLang reads the variable too. Since 0.5.10 it turns the variable off while an "
            "unquantized draft model runs. Newer DeepEP reads the variable only if its caller "
            "chooses no format; since 0.5.21, SGLang chooses one where DeepEP allows it."
        ),
        example="1",
        relations=(_NORMAL_MODE,),
        reads=(
            Read(reader="unknown", where="sgl-kernel-npu, deep_ep"),
            Read(
                reader="srt.get-bool",
                where="sglang/srt/layers/moe/ep_moe/layer.py:434",
                since="0.5.3",
                until="0.5.12.post1",
                default=False,
                effect="selects how SGLang processes tokens received from DeepEP",
            ),
        ),
        discrepancies=(
            (
                "The docs list it as a current setting; SGLang itself has not read it since "
                "0.5.13, and newer DeepEP prefers the format that its caller chooses."
            ),
        ),
    ),
    _torch_npu(
        name="TASK_QUEUE_ENABLE",
        type=Int(choices=(0, 1, 2)),
        default="1",
        summary="Level of torch_npu's operator queue, from 0 (off) to 2",
        details=(
            "Use 2 for prefill, where it is fastest. Do not use 2 on decode servers, because "
            "torch_npu raises an error for it during graph capture. With 0, Python's thread "
            "launches each operator; with 1, a second thread does; with 2, that thread also "
            "manages the operators' workspace memory. Any other number raises an error. While "
            "ASCEND_LAUNCH_BLOCKING is 1, there is no queue."
        ),
        example="1",
        relations=(Outside(needs="no NPU graphs", note="only at level 2"),),
        discrepancies=(
            (
                "The docs do not mention that level 2 and graph capture are mutually "
                "exclusive; torch_npu raises an error if both are used."
            ),
        ),
    ),
    _torch_npu(
        name="INF_NAN_MODE_ENABLE",
        documents=(ASCEND,),
        type=Bool(),
        default="1",
        summary="Let the NPU produce infinity and NaN instead of the largest finite number",
        details=(
            "Keep it at 1, which follows IEEE 754. With 0, an overflow gives the largest finite "
            "number, which hides the fault instead of fixing it. On Atlas A2 and A3, torch_npu "
            "raises an error for 0 unless INF_NAN_MODE_FORCE_DISABLE is 1. Other chips have only "
            "one of the modes and ignore the variable. CANN and torch_npu read the variable; "
            "SGLang does not."
        ),
        example="1",
        reads=(Read(reader="unknown", where="CANN and torch_npu"),),
    ),
    _torch_npu(
        name="STREAMS_PER_DEVICE",
        type=Int(minimum=1),
        default="32",
        summary="Number of streams in torch_npu's pool for each NPU",
        details=(
            "Set it to 32, as published settings do, because two streams that share a pool slot "
            "wait for each other. torch_npu accepts only 8 and 32; it resets every other number "
            "to the default and logs a warning. The default is 32 since torch_npu 7.2.0, and 8 in "
            "7.1.0 and earlier."
        ),
        example="32",
        discrepancies=(
            (
                "The docs give 32 as the default, but it is 8 up to torch_npu 7.1.0; they do not "
                "mention that only 8 and 32 are accepted."
            ),
        ),
    ),
    _torch_npu(
        name="PYTORCH_NPU_ALLOC_CONF",
        type=List(),
        summary="Settings of torch_npu's memory allocator",
        details=(
            "Set it to expandable_segments:True, as SGLang's guides do: memory segments then grow "
            "in place, which reduces fragmentation. The value is comma-separated key:value "
            "pairs, as in PYTORCH_CUDA_ALLOC_CONF, which NPUs ignore. The available keys depend "
            "on the torch_npu version."
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
        summary="Address of the MemFabric configuration store for KV transfer between Ascend servers",
        details=(
            "Give tcp://HOST:PORT with the address of the first prefill node and a free port. Use"
            " the same value on all prefill and decode servers. Node 0 of each prefill server "
            "opens the store, and the other nodes must be able to reach the port. If the variable"
            ' is unset, SGLang passes no address to MemFabric, and startup fails with "Failed '
            'create mf store".'
        ),
        example="tcp://10.0.0.5:24667",
        relations=(Outside(needs="--disaggregation-transfer-backend ascend"),),
    ),
    _torch_npu(
        name="ASCEND_LAUNCH_BLOCKING",
        documents=(ASCEND,),
        type=Bool(),
        default="0",
        summary="Wait for every NPU operator to finish before starting the next one",
        details=(
            "Set it to 1 for debugging: an error then points at the operator that caused it, as "
            "with CUDA_LAUNCH_BLOCKING, but the server is many times slower. Unset it before "
            "production, as SGLang's launch scripts do. The variable disables the queue that "
            "TASK_QUEUE_ENABLE controls and cannot be combined with NPU graphs. torch_npu reads "
            "the value as a number: every number except 0 enables it, and a word such as true does "
            "not."
        ),
        example="1",
    ),
    _hccl(
        name="HCCL_OP_EXPANSION_MODE",
        type=Choice(("AIV", "AI_CPU", "HOST", "HOST_TS"), open=True),
        summary="Processor that schedules HCCL's collective operations",
        details=(
            "It must be unset for DeepEP on Atlas A2. Otherwise, set it to AIV, as SGLang's "
            "guides do: collectives then run on the NPU's vector cores, which is fastest for "
            "small messages. The available modes depend on the chip and the CANN version."
        ),
        example="AIV",
    ),
    _hccl(
        name="HCCL_BUFFSIZE",
        type=Int(minimum=1, unit="MB"),
        default="200",
        summary="Size in MB of the buffer through which two NPUs exchange data",
        details=(
            "Increase it if DeepEP fails or hangs: DeepEP's buffers are part of this one, and they "
            "grow with the tokens per rank, the number of experts and the width of the model. "
            "Guides use 400 to 800 for decode and 1500 to 3000 for prefill. Each communication "
            "group allocates its own buffer in device memory, which leaves less for the KV cache. "
            "Since 0.5.10 SGLang also reads the variable for the default group and expert groups, "
            "unless DEEPEP_HCCL_BUFFSIZE is set. SGLang reads an empty string as unset and raises "
            "ValueError for a value that is not a whole number; torch_npu raises an error for an "
            "empty string and for 0."
        ),
        example="1600",
        relations=(
            Outside(
                needs="no DEEPEP_HCCL_BUFFSIZE",
                note="DEEPEP_HCCL_BUFFSIZE takes precedence for the default and expert groups",
            ),
        ),
        reads=(
            Read(
                reader="raw.int-or-unset",
                where="sglang/srt/distributed/parallel_state.py:116",
                since="0.5.10",
                default=200,
                effect=(
                    "sets the buffer size of the default group and of groups that exchange "
                    "experts' tokens"
                ),
            ),
            Read(reader="unknown", where="HCCL in CANN"),
        ),
        discrepancies=(
            (
                "The docs do not mention that SGLang reads DEEPEP_HCCL_BUFFSIZE first for the "
                "default group and expert groups."
            ),
        ),
    ),
    _hccl(
        name="HCCL_SOCKET_IFNAME",
        type=List(item=Interface(), strips=False),
        summary="Host network interface for HCCL's first connections",
        details=(
            "Set it and GLOO_SOCKET_IFNAME to the same value, as every guide does. HCCL uses this "
            "interface only for the handshake; data travels over the NPUs' own network. On one "
            "host, lo is enough. On several, give the interface through which the hosts "
            "reach each other; its name may differ between hosts. A wrong interface causes a "
            "timeout several minutes into startup."
        ),
        example="eth0",
        relations=(
            SetTogether(other="GLOO_SOCKET_IFNAME"),
            Outside(needs="the interface on this host"),
        ),
    ),
)
