"""The MetaX MACA container: MetaX's switches, and what its page borrows from elsewhere."""

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
        "The page has no column of defaults, and what it says of MetaX's own switches is guesswork "
        "by its own wording; part of MetaX's compiler is published and was read, the rest is "
        "closed. What belongs to PyTorch, NVSHMEM, Dynamo, rustup or the system was checked there."
    ),
)

_CLOSED = Read(reader="unknown", where="closed MetaX software")
_COMPILER = "third_party/metax/backend/compiler.py"
_PASSES = "third_party/metax/lib/TritonMETAXGPUTransforms"
_ON_METAX = Outside(needs="a MetaX GPU with the MACA software")
_WITH_DYNAMO = Outside(needs="NVIDIA Dynamo", note="SGLang on its own never looks")
_WITH_NVSHMEM = Outside(needs="something that uses NVSHMEM, such as DeepEP")

_variable = partial(Variable, section=SECTION, documents=(MACA,))
_maca = partial(_variable, owner="maca", guess=True, relations=(_ON_METAX,), reads=(_CLOSED,))

VARIABLES = (
    _variable(
        name="SGLANG_EXPERT_DISTRIBUTION_RECORD_DIR",
        owner="sglang",
        type=Path(directory=True),
        summary="Nothing: SGLang reads SGLANG_EXPERT_DISTRIBUTION_RECORDER_DIR instead",
        details=(
            "The page means the directory where SGLang writes its records of how a "
            "mixture-of-experts model spreads tokens over experts, but two letters of the name are "
            "missing. No release from 0.5.5 to 0.5.23 reads the name as printed, and nothing says "
            "so. The real one takes a path as it stands (~ is not the home directory) and creates "
            "it, with its parents, when the first record is written."
        ),
        discrepancies=(
            (
                "The page prints SGLANG_EXPERT_DISTRIBUTION_RECORD_DIR; the code reads "
                "SGLANG_EXPERT_DISTRIBUTION_RECORDER_DIR."
            ),
            (
                "The page guesses that the default is a temporary or the working directory; the "
                "default of the real variable is /tmp."
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
            "Gloo carries the exchange between CPUs of a multi-node server. Unset, it takes the "
            "address that the machine's own name resolves to; in a container that is often the "
            "loopback or an overlay network, and the nodes then wait for each other in vain. Give "
            "the name that ip link shows, on each machine its own; a name that the machine does "
            "not have raises when the process group is made. From 0.5.14 SGLang's launcher of "
            "multi-GPU kernel tests sets it to lo if it is unset; the server never touches it."
        ),
        example="bond0",
        relations=(Outside(needs="an interface of this name on the machine"),),
        reads=(
            Read(
                reader="torch.interfaces",
                where="torch/csrc/distributed/c10d/init.cpp, ProcessGroupGloo",
                default_rule="the address that the machine's own name resolves to",
            ),
        ),
        discrepancies=(
            (
                "The page speaks of one interface; PyTorch takes several, separated by commas "
                "without blanks."
            ),
            "The page does not say that PyTorch ignores a text of a single character.",
        ),
    ),
    _maca(
        name="MACA_SMALL_PAGESIZE_ENABLE",
        type=Bool(),
        summary="Allocate GPU memory in smaller pages, by the page's guess",
        details=(
            "The page's guess: true makes the MACA runtime hand out memory in smaller pages, which "
            "wastes less on many small blocks, while the larger pages of the default suit big "
            "contiguous ones. The runtime that reads it is closed, so neither its grammar nor its "
            "default could be checked. Public MetaX launch scripts, for SGLang and for others, "
            "write 1; any other spelling is untried."
        ),
        example="1",
    ),
    _variable(
        name="NVSHMEM_DISABLE_CUDA_VMM",
        owner="nvshmem",
        type=Bool(),
        summary="Keep NVSHMEM from using CUDA's virtual memory management",
        details=(
            "NVSHMEM maps its peers' memory through CUDA's virtual memory management unless this "
            "is true. Set it where the driver, the container or the transport (libfabric, for one) "
            "cannot do that and NVSHMEM fails at start. To leave the management on, take the name "
            "out of the environment or write 0: only the first character counts, so off, an empty "
            "text and a 0 in quotes all switch it off."
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
                "The page says that 1 or true disables it; NVSHMEM takes every text for true whose "
                "first character is not 0, N, n, F or f, off and the empty text included."
            ),
            (
                "The page describes NVIDIA's NVSHMEM; the port of it that runs on MetaX hardware "
                "could not be examined."
            ),
        ),
    ),
    _variable(
        name="NVSHMEM_SYMMETRIC_SIZE",
        owner="nvshmem",
        type=ByteSize(),
        summary="Size of NVSHMEM's symmetric heap in each process",
        details=(
            "The symmetric heap is the GPU memory that other processes write to directly; "
            "expert-parallel exchange takes its buffers from it. Raise it when an allocation from "
            "the heap fails. Write bytes, or a number with k, m, g or t directly behind it, in "
            "powers of 1024; fractions work, and what follows that letter is not looked at, so 3gb "
            "is 3g. A blank before the letter, quotes or an empty text make NVSHMEM fail at start."
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
            "The page guesses that the default depends on the system; NVSHMEM's is 1 GiB.",
        ),
    ),
    _maca(
        name="TRITON_DISABLE_MACA_OPT_MMA_PREFETCH",
        type=Bool(),
        summary="Switch off prefetching for matrix instructions in MetaX's Triton",
        details=(
            "The page's guess: true keeps the compiler from loading the operands of matrix "
            "instructions ahead of time, which may cure wrong results or crashes and may cost "
            "speed. The source that MetaX published (mcTriton) asks only whether the name is set, "
            "so to switch prefetching on again, take the name out of the environment; 0 will not "
            "do it. Whether the container's build does the same is not established. Public launch "
            "scripts write 1."
        ),
        example="1",
        reads=(Read(reader="unknown", where=f"MetaX mcTriton, {_PASSES}/MACACommon.cpp"),),
        discrepancies=(
            (
                "The page says that 1 or true disables prefetching and 0 leaves it on; MetaX's "
                "published compiler disables it for any text, 0 and the empty text included."
            ),
        ),
    ),
    _maca(
        name="TRITON_ENABLE_ELEMENTWISE_PK_FMA_OPT",
        type=Bool(),
        summary="Use packed multiply-add in elementwise kernels, by the page's guess",
        details=(
            "The page's guess: true lets MetaX's Triton compiler join elementwise multiplications "
            "and additions into packed instructions; it may gain or lose speed, and only a "
            "measurement tells. No code that reads the name was found, neither in the compiler "
            "source that MetaX published nor in upstream Triton. Public launch scripts write True, "
            "and set it beside TRITON_ENABLE_MACA_COMPILER_INT8_OPT for models quantised to INT8."
        ),
        example="True",
        discrepancies=(
            (
                "The page says 1 or true and gives True as its example, where the sibling switches "
                "have 1; which spellings the compiler takes is not established."
            ),
        ),
    ),
    _maca(
        name="TRITON_ENABLE_MACA_CHAIN_DOT_OPT",
        type=Bool(),
        summary="Compile chains of dot products together, by the page's guess",
        details=(
            "The page's guess: true lets MetaX's Triton compiler merge or reorder dot products "
            "that feed one another, as in attention, and lay out their data to match. In the "
            "source that MetaX published (mcTriton) this is on without being asked, for 16-bit "
            "types, and only TRITON_DISABLE_MACA_CHAIN_DOT_OPT is read; with such a build this "
            "name does nothing. Public launch scripts write 1, which does no harm either way."
        ),
        example="1",
        discrepancies=(
            (
                "The page guesses that the optimisation is off by default; in MetaX's published "
                "compiler it is on unless TRITON_DISABLE_MACA_CHAIN_DOT_OPT is set."
            ),
        ),
    ),
    _maca(
        name="TRITON_ENABLE_MACA_COMPILER_INT8_OPT",
        type=Bool(),
        summary="Vectorise 8-bit integer kernels in MetaX's Triton",
        details=(
            "The page's guess: true makes kernels on 8-bit integers faster, for models quantised "
            "to INT8. The MetaX back-end published in FlagTree bears that out for mid-2025: a text "
            "that is not empty, whatever it says, adds vectorising of 8-bit integers to kernels "
            "with asynchronous copies. The version of December 2025 does so unasked and reads only "
            "TRITON_DISABLE_MACA_COMPILER_INT8_OPT. Which of the two the container has is not "
            "established; public launch scripts write 1 or True."
        ),
        example="1",
        reads=(Read(reader="unknown", where=f"FlagTree before December 2025, {_COMPILER}:333"),),
        discrepancies=(
            (
                "The page says that 1 or true enables it and 0 does not; MetaX's published "
                "compiler enables it for any text that is not empty, 0 included, and newer "
                "versions do not read the name."
            ),
        ),
    ),
    _maca(
        name="TRITON_ENABLE_MACA_OPT_MOVE_DOT_OPERANDS_OUT_LOOP",
        type=Bool(),
        summary="Move operands of dot products out of loops in MetaX's Triton",
        details=(
            "True adds a compiler pass that lifts what a dot product needs, and what does not "
            "change, out of the loop around it; the page's guess is that attention gains most. The "
            "source that MetaX published (mcTriton, FlagTree) looks only whether the text is "
            "empty: 0 and false switch the pass on, and so does a kernel that asks for it by its "
            "own options. A later mcTriton, for a newer Triton, does not read the name any more. "
            "Whether the container's build does is not established."
        ),
        example="1",
        reads=(Read(reader="unknown", where=f"FlagTree and mcTriton, {_COMPILER}"),),
        discrepancies=(
            (
                "The page says that 1 or true enables it and 0 does not; MetaX's published "
                "compiler enables it for any text that is not empty, 0 included."
            ),
        ),
    ),
    _maca(
        name="MACA_PATH",
        type=Path(directory=True),
        summary="Directory where the MACA software is installed",
        details=(
            "The page only guesses what MACA is; public scripts all name the installation, most "
            "often /opt/maca. MetaX's published Triton appends /lib and /mxgpu_llvm/bin/mxcc to "
            "the text as it stands: unset or empty, the first kernel fails to compile, and ~ is "
            "not the home directory. To change to another installation, change PATH (bin, "
            "mxgpu_llvm/bin) and LD_LIBRARY_PATH (lib, mxgpu_llvm/lib, ompi/lib) with it, or "
            "compiler and libraries come from two versions."
        ),
        relations=(
            _ON_METAX,
            Outside(needs="its own directories in PATH and LD_LIBRARY_PATH"),
        ),
        reads=(
            Read(reader="unknown", where=f"MetaX mcTriton, {_COMPILER}; closed MetaX software"),
        ),
        discrepancies=(
            (
                "The page says that SGLang or what it depends on looks here; no SGLang release "
                "reads the name."
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
            "The first library of the right name wins, so the order decides which CUDA, MACA or "
            "NCCL a server loads. The loader reads it when a process starts: changing it inside a "
            "running Python changes nothing for that process, only for its children. A missing "
            "directory is skipped in silence; an empty item beside a colon is the working "
            "directory; ~ and quotes are taken literally. From 0.5.19 SGLang puts torch's own lib "
            "directory in front when it builds its Rust extension."
        ),
        reads=(Read(reader="os.path-list", where="the dynamic loader (ld.so)", default=[]),),
        discrepancies=(
            (
                "The page's example ends in :$LD_LIBRARY_PATH; where that was unset, the empty "
                "item left behind makes the loader search the working directory."
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
            "The first match wins. SGLang looks for tools there too: for nvcc, when it compiles "
            "kernels at run time and neither CUDA_HOME nor CUDA_PATH is set. A missing directory "
            "is skipped in silence; an empty item beside a colon, or an empty text, is the working "
            "directory; ~ and quotes are taken literally. A container's command sees the image's "
            "PATH, not that of a login shell, which is the usual reason for a command not found."
        ),
        reads=(
            Read(
                reader="os.path-list",
                where="the shell and execvp",
                default_rule="the system's own: /bin:/usr/bin",
            ),
        ),
        discrepancies=(
            (
                "The page names the commands sglang-server and sglang-run; SGLang 0.5.23 installs "
                "neither, only sglang and killall_sglang."
            ),
        ),
    ),
    _variable(
        name="RUSTUP_DIST_SERVER",
        owner="rustup",
        type=Url(),
        summary="Server that rustup downloads Rust toolchains from",
        details=(
            "For a mirror, or a network without a way out; it matters while an image is built, and "
            "a running server never looks. Give the root of the mirror, without the /dist that "
            "rustup appends. Unset or empty, rustup tries its older RUSTUP_DIST_ROOT and then "
            "https://static.rust-lang.org. Blanks and quotes are kept and break the download."
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
                default_rule="RUSTUP_DIST_ROOT less its /dist, else https://static.rust-lang.org",
            ),
        ),
    ),
    _variable(
        name="RUSTUP_UPDATE_ROOT",
        owner="rustup",
        type=Url(),
        summary="Address that rustup downloads its own updates from",
        details=(
            "The place that has dist/ and archive/ of rustup itself below it, on most mirrors the "
            "mirror's address with /rustup behind it. It is not derived from RUSTUP_DIST_SERVER. "
            "The install script rustup-init.sh reads it as well, so behind a closed network it "
            "must be set before the first installation. Unset or empty it is "
            "https://static.rust-lang.org/rustup; a running server never looks."
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
            "A source tree named here hides the installed package of the same name; a server that "
            "runs other code than pip show reports is usually this. It is read when Python starts "
            "and is handed on to every worker process. A missing directory is skipped in silence; "
            "an empty item beside a colon is the working directory; ~ and quotes are taken "
            "literally. An empty text adds nothing."
        ),
        reads=(Read(reader="os.path-list", where="CPython, at start", default=[]),),
        discrepancies=(
            (
                "The page does not say that an empty item stands for the working directory, as one "
                "is left behind by :$PYTHONPATH where that was unset."
            ),
        ),
    ),
    _variable(
        name="ETCD_ENDPOINTS",
        owner="dynamo",
        type=UrlList(),
        summary="Addresses of the etcd servers that NVIDIA Dynamo registers with",
        details=(
            "Dynamo's workers and front-ends find each other through etcd. Blanks after the commas "
            "are kept, so the second address of a, b is no URL; an empty text is one empty address "
            "and not the default, and either fails at start. Credentials do not belong in it: "
            "Dynamo takes ETCD_AUTH_USERNAME with ETCD_AUTH_PASSWORD, or else ETCD_AUTH_CA with "
            "ETCD_AUTH_CLIENT_CERT and ETCD_AUTH_CLIENT_KEY."
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
                "The page says that SGLang's nodes find each other with it; NVIDIA Dynamo reads "
                "it, SGLang does not."
            ),
        ),
    ),
    _variable(
        name="NATS_SERVER",
        owner="dynamo",
        type=Url(schemes=("nats",)),
        summary="Address of the NATS server that NVIDIA Dynamo sends its messages through",
        details=(
            "It must begin with nats:// in lower case; tls://, a blank in front, quotes and the "
            "empty text are all refused at start. An address may carry a password "
            "(nats://user:password@host:4222), so treat the value as a secret then; envctl masks "
            "that part wherever it prints it. Dynamo's own place for a log-in is "
            "NATS_AUTH_USERNAME with NATS_AUTH_PASSWORD, a token, an nkey or a credentials file; "
            "with none of them it logs in as user with the password user."
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
                "The page says that SGLang's components talk through it; NVIDIA Dynamo reads it, "
                "SGLang does not."
            ),
        ),
    ),
    _variable(
        name="DYN_LOG",
        owner="dynamo",
        type=LogFilter(),
        summary="How much NVIDIA Dynamo logs, in all or by module",
        details=(
            "A level (trace, debug, info, warn, error, off) or target=level, several separated by "
            "commas without blanks. A bare word that is no level is taken for a module and "
            "silences everything else, and warning is such a word: write warn. The Python half of "
            "Dynamo, which also sets the level of the sglang loggers it starts, understands one "
            "lower-case level and nothing more: DEBUG, trace and any filter are info there. It is "
            "read once, at start; filters from the file in DYN_LOGGING_CONFIG_PATH are added "
            "behind it."
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
                "The page says that it changes the level of a running SGLang service; it is NVIDIA "
                "Dynamo's, and it is read once, when logging is set up."
            ),
            (
                "The page's example lists info, debug and error with a Chinese comma between them: "
                "they are three values to choose from, not one."
            ),
        ),
    ),
    _maca(
        name="PYTORCH_ENABLE_PG_HIGH_PRIORITY_STREAM",
        type=Bool(),
        summary="Run communication between GPUs on high-priority streams",
        details=(
            "The page's guess: true puts the exchange between GPUs on streams that go before "
            "computation, which helps where communication is what holds a server up. Upstream "
            "PyTorch does not know the name; its own is TORCH_NCCL_HIGH_PRIORITY. Neither do the "
            "sources that MetaX published: mcPytorch 2.0 does it unasked unless "
            "PYTORCH_DISABLE_PG_HIGH_PRIORITY_STREAM is set, and 2.4 reads only upstream's name. "
            "Public MetaX launch scripts write 1, so some build may read it."
        ),
        example="1",
        discrepancies=(
            (
                "The page presents it as PyTorch's; upstream PyTorch reads "
                "TORCH_NCCL_HIGH_PRIORITY for this purpose."
            ),
        ),
    ),
    _maca(
        name="MACA_DIRECT_DISPATCH",
        type=Bool(),
        summary="Send work to the GPU with fewer steps between, by the page's guess",
        details=(
            "The page's guess: true skips a layer of the MACA runtime's scheduling, so that small "
            "and frequent kernels start sooner, at some risk where work is complex. The runtime is "
            "closed, so neither grammar nor default could be checked. Public launch scripts write "
            "1; measure before and after."
        ),
        example="1",
    ),
    _maca(
        name="MACA_GRAPH_LAUNCH_QUEUE_POLICY",
        type=Int(),
        summary="Policy number for the queues that launch a captured graph",
        details=(
            "The page's guess: the order of work in the queues of a graph and what happens when "
            "they are full; it names no values, only 3 as an example. A public MetaX test suite "
            "explains it otherwise, as giving the streams and queues made inside a graph a high "
            "priority. 3 is the only value seen in public scripts, and what other numbers do is "
            "not established."
        ),
        example="3",
        relations=(
            _ON_METAX,
            SetTogether(
                other="MCDBG_GRAPH_LAUNCH_QUEUE_POLICY",
                note="public MetaX scripts set both, to the same number",
            ),
        ),
        discrepancies=(
            (
                "The page guesses at first-in-first-out, full queues and balancing; a public MetaX "
                "test suite says that it raises the priority of the queues inside a graph."
            ),
        ),
    ),
    _maca(
        name="MCDBG_GRAPH_LAUNCH_QUEUE_POLICY",
        type=Int(),
        summary="Second name of the policy number for the queues of a captured graph",
        details=(
            "The page's guess: the same policy for a debugging or monitoring part of the MACA "
            "software, without effect on normal runs. Public MetaX scripts contradict that, for "
            "they set it to 3 in ordinary launches, beside MACA_GRAPH_LAUNCH_QUEUE_POLICY, and one "
            "test suite explains both with the same words. Which of the two a given MACA version "
            "reads is not established."
        ),
        example="3",
        relations=(
            _ON_METAX,
            SetTogether(
                other="MACA_GRAPH_LAUNCH_QUEUE_POLICY",
                note="public MetaX scripts set both, to the same number",
            ),
        ),
        discrepancies=(
            (
                "The page guesses that it concerns debugging only; a public MetaX test suite says "
                "that it raises the priority of the queues inside a graph."
            ),
        ),
    ),
    _maca(
        name="FUSED_RMSNORM_QUANT",
        type=Bool(),
        summary="Join RMS normalisation and quantisation in one kernel, by the page's guess",
        details=(
            "The page's guess: true saves a pass over memory in each layer of a quantised model. "
            "No release of SGLang reads the name, so if anything does, it is a build of MetaX's "
            "own, which could not be examined. Public scripts write True or 1. To be sure that it "
            "is off, take the name out of the environment."
        ),
        example="False",
        discrepancies=(
            (
                "The page says 1 or true enables it, and gives False as its example; whether False "
                "is read as false is not established."
            ),
        ),
    ),
    _variable(
        name="TORCHDYNAMO_DISABLE",
        owner="torch",
        type=Bool(),
        summary="Run what torch.compile would compile as plain Python",
        details=(
            "Set it to 1 to see whether a wrong result or a crash comes from torch.compile; the "
            "server then starts sooner and runs slower. Only 1 counts, exactly so: true, yes and a "
            "1 with a blank beside it leave compilation on, in silence. PyTorch looks each time "
            "something is about to be compiled; TORCH_COMPILE_DISABLE has the same grammar, but is "
            "read once, when torch._dynamo is imported."
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
                "The page says that 1 or true disables TorchDynamo; PyTorch takes only 1, and true "
                "does nothing."
            ),
            (
                "The page says that TorchDynamo turns code into TorchScript or ONNX; it captures "
                "graphs for torch.compile."
            ),
        ),
    ),
)
