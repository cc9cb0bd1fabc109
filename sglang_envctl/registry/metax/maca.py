"""The MetaX MACA container: MetaX's own switches, and other software's that its docs list."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import MACA
from sglang_envctl.registry.types import (
    Bool,
    ByteSize,
    Int,
    Interface,
    List,
    LogFilter,
    Path,
    PathList,
    Url,
    UrlList,
)
from sglang_envctl.registry.variable import Outside, Read, Section, SetTogether, Variable

SECTION = Section(
    slug="maca",
    title="MetaX MACA container",
    heading="环境变量释义",
    note=(
        "The docs list no defaults and only assume what MetaX's own switches do. Parts of MetaX's"
        " compiler are published; the rest of its software is closed source, and envctl does not "
        "validate its variables. The other variables belong to PyTorch, NVSHMEM, Dynamo, rustup "
        "and the system."
    ),
)

_CLOSED = Read(reader="unknown", where="closed MetaX software")
_COMPILER = "third_party/metax/backend/compiler.py"
_PASSES = "third_party/metax/lib/TritonMETAXGPUTransforms"
_ON_METAX = Outside(needs="a MetaX GPU with the MACA software")
_WITH_DYNAMO = Outside(needs="NVIDIA Dynamo", note="SGLang alone does not read it")
_WITH_NVSHMEM = Outside(needs="software that uses NVSHMEM, such as DeepEP")

_variable = partial(Variable, section=SECTION, documents=(MACA,))
_maca = partial(_variable, owner="maca", guess=True, relations=(_ON_METAX,), reads=(_CLOSED,))

VARIABLES = (
    _variable(
        name="SGLANG_EXPERT_DISTRIBUTION_RECORD_DIR",
        owner="sglang",
        type=Path(directory=True),
        summary="Misspelled in the docs: use SGLANG_EXPERT_DISTRIBUTION_RECORDER_DIR",
        details=(
            "Set SGLANG_EXPERT_DISTRIBUTION_RECORDER_DIR instead: no release from 0.5.5 to 0.5.23"
            " reads this name, and it is silently ignored. That variable sets the directory where"
            " SGLang writes its records of how a mixture-of-experts model distributes tokens over"
            " experts. It takes a path (~ is not expanded); SGLang creates the directory, with "
            "its parents, when it writes the first record."
        ),
        discrepancies=(
            (
                "The docs name SGLANG_EXPERT_DISTRIBUTION_RECORD_DIR; the code reads "
                "SGLANG_EXPERT_DISTRIBUTION_RECORDER_DIR."
            ),
            (
                "The docs say that the default is a temporary directory or the working "
                "directory; the default of SGLANG_EXPERT_DISTRIBUTION_RECORDER_DIR, the name "
                "that the code reads, is /tmp."
            ),
        ),
        replaced_by="SGLANG_EXPERT_DISTRIBUTION_RECORDER_DIR",
    ),
    _variable(
        name="GLOO_SOCKET_IFNAME",
        owner="torch",
        type=List(item=Interface(), strips=False),
        summary="Network interface that PyTorch's gloo process groups bind to",
        details=(
            "Give each host its own interface name, as ip link shows it; an unknown name raises "
            "an error when the process group is created. Gloo carries the CPU traffic between the"
            " nodes of a server. If the variable is unset, gloo uses the address to which the "
            "host name resolves. In a container, this is often the loopback or an overlay "
            "network, and the nodes wait for each other forever. Since 0.5.14 SGLang's launcher "
            "of multi-GPU kernel tests sets it to lo if it is unset; the server never sets it."
        ),
        example="bond0",
        relations=(Outside(needs="an interface of this name on the host"),),
        reads=(
            Read(
                reader="torch.interfaces",
                where="torch/csrc/distributed/c10d/init.cpp, ProcessGroupGloo",
                default_rule="the address that the host name resolves to",
            ),
        ),
        discrepancies=(
            (
                "The docs mention only a single interface; PyTorch also accepts several, "
                "separated by commas without spaces."
            ),
            "The docs do not mention that PyTorch ignores a value of a single character.",
        ),
    ),
    _maca(
        name="MACA_SMALL_PAGESIZE_ENABLE",
        type=Bool(),
        summary="Allocate GPU memory in smaller pages (unconfirmed)",
        details=(
            "According to the docs, true makes the MACA runtime allocate memory in smaller pages,"
            " which wastes less with many small blocks; the larger default pages suit large "
            "contiguous blocks. Set it to 1, as public MetaX launch scripts for SGLang and other "
            "software do. The runtime is closed source: its default is unknown, and envctl does "
            "not validate this value."
        ),
        example="1",
    ),
    _variable(
        name="NVSHMEM_DISABLE_CUDA_VMM",
        owner="nvshmem",
        type=Bool(),
        summary="Keep NVSHMEM from using CUDA's virtual memory management",
        details=(
            "Set it to 1 if the driver, the container or the transport (for example libfabric) "
            "does not support CUDA's virtual memory management and NVSHMEM fails at startup. By "
            "default, NVSHMEM uses virtual memory management to map its peers' memory. To keep "
            "the default, unset the variable or set it to 0; only the first character counts, so "
            "off, an empty string and a 0 in quotes all disable virtual memory management."
        ),
        example="1",
        relations=(_WITH_NVSHMEM,),
        reads=(
            Read(
                reader="nvshmem.bool",
                where="NVSHMEM env_defs.h, DISABLE_CUDA_VMM",
                default=False,
                default_rule="false, but true in builds for ppc64le",
            ),
        ),
        discrepancies=(
            (
                "The docs say that 1 or true disables it; NVSHMEM also disables it for every "
                "other value that does not start with 0, N, n, F or f, such as off and an empty "
                "string."
            ),
            ("The docs describe NVIDIA's NVSHMEM; the port for MetaX hardware may differ."),
        ),
    ),
    _variable(
        name="NVSHMEM_SYMMETRIC_SIZE",
        owner="nvshmem",
        type=ByteSize(),
        summary="Size of NVSHMEM's symmetric heap in each process",
        details=(
            "Increase it if an allocation from the heap fails. The symmetric heap is the GPU "
            "memory that other processes write to directly, and expert-parallel exchange "
            "allocates its buffers there. Write bytes, or a number immediately followed by k, m, "
            "g or t (powers of 1024). Fractions are accepted, and anything after the letter is "
            "ignored, so 3gb means 3g. A space before the letter, quotes or an empty string make "
            "NVSHMEM fail at startup."
        ),
        example="3g",
        relations=(
            _WITH_NVSHMEM,
            Outside(needs="the same size in every process of the job"),
        ),
        reads=(
            Read(
                reader="nvshmem.size",
                where="NVSHMEM env_defs.h, SYMMETRIC_SIZE",
                default=1 << 30,
            ),
        ),
        discrepancies=(
            "The docs say that the default depends on the system; NVSHMEM's default is 1 GiB.",
        ),
    ),
    _maca(
        name="TRITON_DISABLE_MACA_OPT_MMA_PREFETCH",
        type=Bool(),
        summary="Disable prefetching for matrix instructions in MetaX's Triton",
        details=(
            "Set it to stop the compiler from loading the operands of matrix instructions ahead "
            "of time. According to the docs, this may fix wrong results or crashes and may cost "
            "speed. To enable prefetching, unset the variable: MetaX's published source "
            "(mcTriton) checks only whether the name is set, so 0 also disables prefetching. "
            "MetaX's own builds may differ; envctl does not validate this value. Public launch "
            "scripts set it to 1."
        ),
        example="1",
        reads=(Read(reader="unknown", where=f"MetaX mcTriton, {_PASSES}/MACACommon.cpp"),),
        discrepancies=(
            (
                "The docs say that 1 or true disables prefetching and 0 leaves it on; MetaX's "
                "published compiler disables it for any value, including 0 and an empty string."
            ),
        ),
    ),
    _maca(
        name="TRITON_ENABLE_ELEMENTWISE_PK_FMA_OPT",
        type=Bool(),
        summary="Use packed multiply-add instructions in elementwise kernels (unconfirmed)",
        details=(
            "According to the docs, true makes MetaX's Triton compiler combine elementwise "
            "multiplications and additions into packed instructions. Neither MetaX's published "
            "compiler source nor upstream Triton reads the name, so compare the speed with and "
            "without it. Public launch scripts set it to True, together with "
            "TRITON_ENABLE_MACA_COMPILER_INT8_OPT, for models quantized to INT8."
        ),
        example="True",
        discrepancies=(
            (
                "The docs say that 1 or true enables it and give True as the example, but 1 "
                "for similar switches; MetaX's published compiler does not read the name."
            ),
        ),
    ),
    _maca(
        name="TRITON_ENABLE_MACA_CHAIN_DOT_OPT",
        type=Bool(),
        summary="Compile chains of dot products together (unconfirmed)",
        details=(
            "Leave it unset: MetaX's published source (mcTriton) does not read it, enables the "
            "optimization by default for 16-bit types, and reads only "
            "TRITON_DISABLE_MACA_CHAIN_DOT_OPT. Setting it to 1, as public launch scripts do, is "
            "harmless. According to the docs, true makes MetaX's Triton compiler merge or reorder"
            " dependent dot products, as in attention, and lay out their data to match."
        ),
        example="1",
        discrepancies=(
            (
                "The docs say that the optimization is off by default; MetaX's published "
                "compiler enables it unless TRITON_DISABLE_MACA_CHAIN_DOT_OPT is set."
            ),
        ),
    ),
    _maca(
        name="TRITON_ENABLE_MACA_COMPILER_INT8_OPT",
        type=Bool(),
        summary="Vectorize 8-bit integer kernels in MetaX's Triton",
        details=(
            "Set it to 1 for models quantized to INT8, as public launch scripts do; some write "
            "True. In the MetaX backend published in FlagTree in mid-2025, any non-empty value "
            "adds vectorization of 8-bit integers to kernels with asynchronous copies; the "
            "version of December 2025 does so by default and reads only "
            "TRITON_DISABLE_MACA_COMPILER_INT8_OPT. Which version MetaX's container has is "
            "unknown."
        ),
        example="1",
        reads=(Read(reader="unknown", where=f"FlagTree before December 2025, {_COMPILER}:333"),),
        discrepancies=(
            (
                "The docs say that 1 or true enables it and 0 does not; MetaX's published compiler "
                "enables it for any non-empty value, including 0, and newer versions do not read "
                "the name."
            ),
        ),
    ),
    _maca(
        name="TRITON_ENABLE_MACA_OPT_MOVE_DOT_OPERANDS_OUT_LOOP",
        type=Bool(),
        summary="Move operands of dot products out of loops in MetaX's Triton",
        details=(
            "If it is set, the compiler moves loop-invariant operands out of the loop; according "
            "to the docs, attention benefits most. To keep this optimization off, unset the "
            "variable: MetaX's published source (mcTriton, FlagTree) enables it for any non-empty"
            " value, including 0 and false. A kernel's own options can also enable it. A later "
            "mcTriton, for a newer Triton, no longer reads the name; MetaX's own builds may "
            "differ."
        ),
        example="1",
        reads=(Read(reader="unknown", where=f"FlagTree and mcTriton, {_COMPILER}"),),
        discrepancies=(
            (
                "The docs say that 1 or true enables it and 0 does not; MetaX's published compiler "
                "enables it for any non-empty value, including 0."
            ),
        ),
    ),
    _maca(
        name="MACA_PATH",
        type=Path(directory=True),
        summary="Directory where the MACA software is installed",
        details=(
            "To switch to another installation, also change PATH (bin, mxgpu_llvm/bin) and "
            "LD_LIBRARY_PATH (lib, mxgpu_llvm/lib, ompi/lib); otherwise the compiler and the "
            "libraries come from different versions. Public scripts most often use /opt/maca. "
            "MetaX's published Triton appends /lib and /mxgpu_llvm/bin/mxcc to the value. If the "
            "variable is unset or empty, the first kernel fails to compile. ~ is not expanded."
        ),
        relations=(
            _ON_METAX,
            Outside(needs="its bin and lib directories in PATH and LD_LIBRARY_PATH"),
        ),
        reads=(
            Read(reader="unknown", where=f"MetaX mcTriton, {_COMPILER}; closed MetaX software"),
        ),
        discrepancies=(
            (
                "The docs list it among the variables that SGLang or its dependencies read; no "
                "SGLang release reads it, only MetaX's published Triton does."
            ),
        ),
    ),
    _variable(
        name="LD_LIBRARY_PATH",
        owner="os",
        type=PathList(),
        ambient=True,
        summary="Directories searched for shared libraries before the system's own",
        details=(
            "Put the directory that takes precedence at the beginning: the loader takes the first"
            " library with the right name, so the order decides which CUDA, MACA or NCCL a server"
            " loads. The loader reads the list at process start; changing it in a running Python "
            "process affects only child processes. A missing directory is silently skipped, and ~"
            " and quotes are taken literally. An empty item (a leading, trailing or doubled "
            "colon) means the working directory. Since 0.5.19 SGLang prepends torch's lib "
            "directory when it builds its Rust extension."
        ),
        reads=(Read(reader="os.path-list", where="the dynamic loader (ld.so)", default=[]),),
        discrepancies=(
            (
                "The docs do not mention that :$LD_LIBRARY_PATH, the end of their example, leaves "
                "an empty item if the variable is unset, so the loader searches the working "
                "directory."
            ),
        ),
    ),
    _variable(
        name="PATH",
        owner="os",
        type=PathList(),
        ambient=True,
        summary="Directories searched for commands",
        details=(
            "If a command is not found in a container, check the image's PATH: the container's "
            "command uses that PATH, not the one of a login shell. The first match is used. A "
            "missing directory is silently skipped; ~ and quotes are taken literally. An empty "
            "item (a leading, trailing or doubled colon) or an empty string means the working "
            "directory. SGLang also uses PATH to find tools such as nvcc, when it compiles "
            "kernels at run time and neither CUDA_HOME nor CUDA_PATH is set."
        ),
        reads=(
            Read(
                reader="os.path-list",
                where="the shell and execvp",
                default_rule="the system default: /bin:/usr/bin",
            ),
        ),
        discrepancies=(
            (
                "The docs name the commands sglang-server and sglang-run; SGLang 0.5.23 installs "
                "neither, only sglang and killall_sglang."
            ),
        ),
    ),
    _variable(
        name="RUSTUP_DIST_SERVER",
        owner="rustup",
        type=Url(),
        summary="Server from which rustup downloads Rust toolchains",
        details=(
            "Set it while an image is built, for a mirror or a network without internet access; a"
            " running SGLang server does not read it. Give the root of the mirror, without the "
            "/dist that rustup appends. If it is unset or empty, rustup uses its older "
            "RUSTUP_DIST_ROOT and then https://static.rust-lang.org. Whitespace and quotes are "
            "kept and break the download."
        ),
        relations=(
            SetTogether(
                other="RUSTUP_UPDATE_ROOT",
                note="otherwise rustup itself still comes from static.rust-lang.org",
            ),
        ),
        reads=(
            Read(
                reader="rustup.url",
                where="rustup src/config.rs, dist_root_server()",
                default="https://static.rust-lang.org",
                default_rule=(
                    "RUSTUP_DIST_ROOT without its /dist, else https://static.rust-lang.org"
                ),
            ),
        ),
    ),
    _variable(
        name="RUSTUP_UPDATE_ROOT",
        owner="rustup",
        type=Url(),
        summary="URL from which rustup downloads its own updates",
        details=(
            "Give the URL that contains dist/ and archive/ of rustup itself (on most mirrors, the"
            " mirror's URL followed by /rustup). The URL is not derived from RUSTUP_DIST_SERVER. "
            "In a network without internet access, set it before the first installation, because "
            "the install script rustup-init.sh reads it too. If it is unset or empty, rustup uses"
            " https://static.rust-lang.org/rustup. A running SGLang server does not read it."
        ),
        relations=(
            SetTogether(
                other="RUSTUP_DIST_SERVER",
                note="otherwise toolchains still come from static.rust-lang.org",
            ),
        ),
        reads=(
            Read(
                reader="rustup.url",
                where="rustup src/cli/self_update.rs and rustup-init.sh",
                default="https://static.rust-lang.org/rustup",
            ),
        ),
    ),
    _variable(
        name="PYTHONPATH",
        owner="os",
        type=PathList(),
        ambient=True,
        summary="Directories that Python searches for modules before installed packages",
        details=(
            "Check it if a server runs different code than pip show reports: a source tree listed "
            "here hides the installed package of the same name. Python reads the list when it "
            "starts, and every worker process inherits it. A missing directory is silently "
            "skipped, and ~ and quotes are taken literally. An empty item (a leading, trailing or "
            "doubled colon) means the working directory; an empty string adds nothing."
        ),
        reads=(Read(reader="os.path-list", where="CPython, at start", default=[]),),
        discrepancies=(
            (
                "The docs do not mention that an empty item, which :$PYTHONPATH leaves if the "
                "variable is unset, means the working directory."
            ),
        ),
    ),
    _variable(
        name="ETCD_ENDPOINTS",
        owner="dynamo",
        type=UrlList(),
        summary="Addresses of the etcd servers that NVIDIA Dynamo registers with",
        details=(
            "Separate addresses with commas only: a space after a comma makes the next address an "
            "invalid URL. An empty string counts as one empty address, not as the default. Both "
            "mistakes make Dynamo fail at startup. Do not put credentials in the value: Dynamo "
            "reads ETCD_AUTH_USERNAME with ETCD_AUTH_PASSWORD, or else ETCD_AUTH_CA with "
            "ETCD_AUTH_CLIENT_CERT and ETCD_AUTH_CLIENT_KEY. Dynamo's workers and frontends find "
            "each other through etcd."
        ),
        relations=(_WITH_DYNAMO,),
        reads=(
            Read(
                reader="dynamo.urls",
                where="Dynamo lib/runtime/src/transports/etcd.rs, default_servers()",
                default=["http://localhost:2379"],
            ),
        ),
        discrepancies=(
            (
                "The docs say that SGLang's nodes find each other with it; SGLang does not read "
                "it, NVIDIA Dynamo does."
            ),
        ),
    ),
    _variable(
        name="NATS_SERVER",
        owner="dynamo",
        type=Url(schemes=("nats",)),
        summary="Address of the NATS server that NVIDIA Dynamo sends its messages through",
        details=(
            "Begin the address with nats:// in lowercase; tls://, a leading space, quotes and an "
            "empty string are rejected at startup. If the address contains a password "
            "(nats://user:password@host:4222), treat the value as a secret; envctl masks that "
            "part in its output. Dynamo's own login settings are NATS_AUTH_USERNAME with "
            "NATS_AUTH_PASSWORD, a token, an nkey or a credentials file. Without any of these, "
            'Dynamo logs in with the user name "user" and the password "user".'
        ),
        relations=(_WITH_DYNAMO,),
        reads=(
            Read(
                reader="dynamo.nats",
                where="Dynamo lib/runtime/src/transports/nats.rs, default_server()",
                default="nats://localhost:4222",
            ),
        ),
        discrepancies=(
            (
                "The docs say that SGLang's components communicate through it; SGLang does not "
                "read it, NVIDIA Dynamo does."
            ),
        ),
    ),
    _variable(
        name="DYN_LOG",
        owner="dynamo",
        type=LogFilter(),
        summary="NVIDIA Dynamo's log level, global or per module",
        details=(
            "Write a level (trace, debug, info, warn, error, off) or target=level, several "
            "separated by commas without spaces. Write warn, not warning: a word that is not a "
            "level is read as a module name and silences all other modules. Dynamo's Python code,"
            " which also sets the level of the sglang loggers it starts, reads only a single "
            "lowercase level; DEBUG, trace and any filter count as info there. The value is read "
            "once, at startup; filters from the file in DYN_LOGGING_CONFIG_PATH are then added."
        ),
        example="info",
        relations=(_WITH_DYNAMO,),
        reads=(
            Read(
                reader="dynamo.log-filter",
                where="Dynamo lib/runtime/src/logging.rs, filters()",
                default=["info"],
            ),
        ),
        discrepancies=(
            (
                "The docs say that it changes the level of a running SGLang service; SGLang does "
                "not read it, and NVIDIA Dynamo reads it only once, when logging is set up."
            ),
            (
                "The docs' example lists info, debug and error with a Chinese comma between them; "
                "these are three alternative values, not one."
            ),
        ),
    ),
    _maca(
        name="PYTORCH_ENABLE_PG_HIGH_PRIORITY_STREAM",
        type=Bool(),
        summary="Run communication between GPUs on high-priority streams (unconfirmed)",
        details=(
            "On upstream PyTorch, set TORCH_NCCL_HIGH_PRIORITY instead, because upstream does not"
            " read this name. According to the docs, true gives the exchange between GPUs "
            "priority over computation, which helps if communication is the bottleneck. Of "
            "MetaX's published sources, mcPytorch 2.0 does this by default unless "
            "PYTORCH_DISABLE_PG_HIGH_PRIORITY_STREAM is set, and 2.4 reads only "
            "TORCH_NCCL_HIGH_PRIORITY. Public MetaX launch scripts set it to 1, so some build may"
            " read it."
        ),
        example="1",
        discrepancies=(
            (
                "The docs present it as PyTorch's; upstream PyTorch reads TORCH_NCCL_HIGH_PRIORITY "
                "for this purpose."
            ),
        ),
    ),
    _maca(
        name="MACA_DIRECT_DISPATCH",
        type=Bool(),
        summary="Dispatch work to the GPU with fewer intermediate steps (unconfirmed)",
        details=(
            "According to the docs, true skips a layer of the MACA runtime's scheduling, so that "
            "small and frequent kernels start sooner, with some risk for complex workloads. "
            "Measure the speed with and without it. Public launch scripts set it to 1. The "
            "runtime is closed source: its default is unknown, and envctl does not validate this "
            "value."
        ),
        example="1",
    ),
    _maca(
        name="MACA_GRAPH_LAUNCH_QUEUE_POLICY",
        type=Int(),
        summary="Policy number for the queues that launch a captured graph",
        details=(
            "According to the docs, the policy controls the order of work in a graph's queues and"
            " what happens when they are full. A public MetaX test suite describes it "
            "differently: streams and queues created inside a graph get a high priority. Use 3, "
            "the only value in public scripts; the effect of other numbers is unknown."
        ),
        example="3",
        relations=(
            _ON_METAX,
            SetTogether(
                other="MCDBG_GRAPH_LAUNCH_QUEUE_POLICY",
                note="public MetaX scripts set both to the same number",
            ),
        ),
        discrepancies=(
            (
                "The docs say that it controls first-in-first-out order, full queues and "
                "balancing; a public MetaX test suite says that it raises the priority of the"
                " queues inside a graph."
            ),
        ),
    ),
    _maca(
        name="MCDBG_GRAPH_LAUNCH_QUEUE_POLICY",
        type=Int(),
        summary="Second name for the policy in MACA_GRAPH_LAUNCH_QUEUE_POLICY (unconfirmed)",
        details=(
            "Set it together with MACA_GRAPH_LAUNCH_QUEUE_POLICY: which of the two names a MACA "
            "version reads is unknown. Public MetaX scripts set both to 3 in ordinary launches, "
            "and one test suite describes them identically. According to the docs, this one sets "
            "the same policy for a debugging or monitoring part of the MACA software and has no "
            "effect on normal runs."
        ),
        example="3",
        relations=(
            _ON_METAX,
            SetTogether(
                other="MACA_GRAPH_LAUNCH_QUEUE_POLICY",
                note="public MetaX scripts set both to the same number",
            ),
        ),
        discrepancies=(
            (
                "The docs say that it is for debugging only; a public MetaX test suite says "
                "that it raises the priority of the queues inside a graph."
            ),
        ),
    ),
    _maca(
        name="FUSED_RMSNORM_QUANT",
        type=Bool(),
        summary="Combine RMS normalization and quantization in one kernel (unconfirmed)",
        details=(
            "According to the docs, true saves a pass over memory in each layer of a quantized "
            "model. No SGLang release reads the name; a MetaX build may. To make sure that the "
            "fusion is off, unset the variable instead of writing False: envctl does not validate"
            " this value. Public scripts write True or 1."
        ),
        example="False",
        discrepancies=(
            (
                "The docs say that 1 or true enables it and give False as the example; no "
                "SGLang release reads the name."
            ),
        ),
    ),
    _variable(
        name="TORCHDYNAMO_DISABLE",
        owner="torch",
        type=Bool(),
        summary="Disable torch.compile and run the code as plain Python",
        details=(
            "Set it to 1 to find out whether torch.compile causes a wrong result or a crash; the "
            "server then starts faster but runs slower. Only 1 is recognized; true, yes and 1 "
            "with surrounding whitespace silently leave compilation on. PyTorch checks the "
            "variable each time before it compiles. TORCH_COMPILE_DISABLE=1 has the same effect "
            "but is read once, when torch._dynamo is imported."
        ),
        example="1",
        reads=(
            Read(
                reader="torch.is-one",
                where="torch/_dynamo/eval_frame.py:1550 (PyTorch 2.11.0)",
                default=False,
            ),
        ),
        discrepancies=(
            (
                "The docs say that 1 or true disables TorchDynamo; PyTorch reads only 1, and true "
                "has no effect."
            ),
            (
                "The docs say that TorchDynamo converts code to TorchScript or ONNX; TorchDynamo "
                "captures graphs for torch.compile."
            ),
        ),
    ),
)
