"""SGLang: log of kernel calls for debugging CUDA crashes."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import DIFFUSION, DIFFUSION_OLDER
from sglang_envctl.registry.types import Int, Path, Patterns
from sglang_envctl.registry.variable import Condition, EffectiveWhen, Read, Section, Variable

SECTION = Section(
    slug="crash-debugging",
    title="Diffusion: crash debugging",
    heading="CUDA Crash Debugging",
    note="Documented for diffusion, but applies to the language-model server's kernels too.",
)

_MODULE = "sglang/kernels/kernel_api_logging.py"
_OLD_MODULE = "sglang/kernel_api_logging.py"
_LOGGING = EffectiveWhen(condition=Condition("SGLANG_KERNEL_API_LOGLEVEL", "not zero"))
_DUMPING = EffectiveWhen(condition=Condition("SGLANG_KERNEL_API_LOGLEVEL", "at least", 10))

_variable = partial(
    Variable,
    section=SECTION,
    owner="sglang",
    documents=(DIFFUSION, DIFFUSION_OLDER),
)


def _reads(reader: str, line: int, default: object) -> tuple[Read, ...]:
    """Reads of one line in a file that moved in 0.5.18."""
    return (
        Read(reader=reader, where=f"{_MODULE}:{line}", since="0.5.18", default=default),
        Read(
            reader=reader,
            where=f"{_OLD_MODULE}:{line}",
            since="0.5.10",
            until="0.5.17",
            default=default,
        ),
    )


VARIABLES = (
    _variable(
        name="SGLANG_KERNEL_API_LOGLEVEL",
        type=Int(minimum=0, thresholds=(0, 1, 3, 5, 10)),
        default="0",
        summary="Log level for GPU kernel calls; 10 and above also save tensors",
        details=(
            "Level 1 logs names; 3 adds shapes and types; 5 adds minimum, maximum, NaN and "
            "infinity counts but waits for the GPU; 10 also saves inputs and outputs to "
            "SGLANG_KERNEL_API_DUMP_DIR, which fills disks fast. Also set CUDA_LAUNCH_BLOCKING=1;"
            " otherwise kernels run asynchronously, and the last call that is logged before a "
            "crash need not be its cause. Calls inside code that torch.compile traces are not "
            "logged; during CUDA graph capture there are no statistics and no dumps. At 0 nothing"
            " is wrapped and there is no overhead. The level is read once, at import, also by the"
            " separate sglang-kernel package."
        ),
        example="3",
        reads=_reads("kernel-api.int", 55, 0),
        discrepancies=(
            (
                "The docs list 1, 3, 5 and 10; the code accepts any whole number and treats "
                "others as the next lower level listed."
            ),
            "The docs do not mention negative numbers; the code logs names for -1, as for 1.",
            (
                "The docs mention only diffusion kernels; the code also wraps those of the "
                "language-model server."
            ),
        ),
    ),
    _variable(
        name="SGLANG_KERNEL_API_LOGDEST",
        type=Path(words_allowed=("stdout", "stderr"), placeholder="%i"),
        default="stdout",
        summary="Destination of the kernel call log: stdout, stderr or a file",
        details=(
            "Write %i, which becomes the process ID, in a file name; otherwise all workers of a "
            "server write to the same file. Lines are appended to the file, whose directory must "
            "exist. If the directory does not exist, or the path starts with ~/, importing "
            "SGLang's kernels fails with FileNotFoundError. STDOUT in uppercase, or with "
            "whitespace, is a file name; an empty string fails at import with IsADirectoryError."
        ),
        example="/var/log/sglang/kernels-%i.log",
        relations=(_LOGGING,),
        reads=_reads("kernel-api.destination", 56, "stdout"),
        discrepancies=(
            (
                "The docs allow any file path; the code neither creates the directory nor expands "
                "~, and a path that cannot be opened breaks the import."
            ),
            (
                "The docs do not mention case; the code recognizes stdout and stderr in lowercase "
                "only."
            ),
        ),
    ),
    _variable(
        name="SGLANG_KERNEL_API_DUMP_DIR",
        type=Path(directory=True, placeholder="%i"),
        default="sglang_kernel_api_dumps",
        summary="Directory for the saved inputs and outputs of kernel calls",
        details=(
            "Limit the calls with SGLANG_KERNEL_API_DUMP_INCLUDE; otherwise the disk fills up. "
            "Every call creates a directory with inputs.pt, outputs.pt and metadata.json; after a "
            "crash, look for the directory whose execution_status is exception or, if the process "
            "died in the call, still inputs_saved. Missing directories are created, and every %i "
            "becomes the process ID. A relative path is resolved against the working directory, ~ "
            "is not expanded, and an empty string means the working directory itself."
        ),
        example="/data/kernel-dumps/%i",
        relations=(_DUMPING,),
        reads=_reads("kernel-api.path", 58, "sglang_kernel_api_dumps"),
        discrepancies=(
            (
                "The docs mention only SGLANG_KERNEL_API_LOGLEVEL=10; the code also dumps at "
                "every higher level."
            ),
        ),
    ),
    _variable(
        name="SGLANG_KERNEL_API_DUMP_INCLUDE",
        type=Patterns(),
        summary="Name patterns of the kernels whose tensors are saved",
        details=(
            "Run with SGLANG_KERNEL_API_LOGLEVEL=1 first to see the names. A pattern must match "
            "the whole name as logged, including the module: write *rmsnorm*, because rmsnorm "
            "alone matches nothing. Patterns are case-sensitive and filter only dumps, not log "
            "lines. A kernel that SGLANG_KERNEL_API_DUMP_EXCLUDE also matches is not saved."
        ),
        example="*rmsnorm*,diffusion.attn_impl.*",
        relations=(_DUMPING,),
        reads=_reads("kernel-api.patterns", 60, []),
        discrepancies=(
            (
                "The docs mention only SGLANG_KERNEL_API_LOGLEVEL=10; the code also dumps at "
                "every higher level."
            ),
        ),
    ),
    _variable(
        name="SGLANG_KERNEL_API_DUMP_EXCLUDE",
        type=Patterns(),
        summary="Name patterns of the kernels whose tensors are not saved",
        details=(
            "Use it to omit some of the kernels that SGLANG_KERNEL_API_DUMP_INCLUDE selects: this "
            "list takes precedence. Patterns match the whole name and are case-sensitive. Only "
            "dumps are filtered, not log lines. A quotation mark that reaches the process is part "
            "of the pattern, which then matches nothing."
        ),
        example="*quant_method*",
        relations=(_DUMPING,),
        reads=_reads("kernel-api.patterns", 61, []),
        discrepancies=(
            (
                "The docs mention only SGLANG_KERNEL_API_LOGLEVEL=10; the code also dumps at "
                "every higher level."
            ),
        ),
    ),
)
