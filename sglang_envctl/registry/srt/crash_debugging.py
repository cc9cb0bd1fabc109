"""SGLang: the log of kernel calls for tracking down CUDA crashes."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import DIFFUSION, DIFFUSION_OLDER
from sglang_envctl.registry.types import Int, Path, Patterns
from sglang_envctl.registry.variable import Condition, EffectiveWhen, Read, Section, Variable

SECTION = Section(
    slug="crash-debugging",
    title="Diffusion: crash debugging",
    heading="CUDA Crash Debugging",
    note="Documented for diffusion, but the language-model server's kernels are covered too.",
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
    """The same line of a file that moved in 0.5.18."""
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
        summary="Log every call of a GPU kernel, and from 10 on save its tensors",
        details=(
            "Each call is logged before it runs, so after a crash the last entry is the first "
            "suspect. Kernels run asynchronously: add CUDA_LAUNCH_BLOCKING=1 to make the last "
            "entry the guilty one. Level 3 adds shapes and types, 5 adds minimum, maximum, NaN and "
            "infinity counts at the price of waiting for the GPU, and 10 also saves inputs and "
            "outputs to SGLANG_KERNEL_API_DUMP_DIR, which fills disks fast. Calls inside code that "
            "torch.compile traces are not logged; during CUDA graph capture there are no "
            "statistics and no dumps. At 0 nothing is wrapped and nothing is slower. Read once, at "
            "import, also by the separate sglang-kernel package."
        ),
        example="3",
        reads=_reads("kernel-api.int", 55, 0),
        discrepancies=(
            (
                "The page lists 1, 3, 5 and 10; the code takes any whole number, each level acting "
                "like the next lower one listed."
            ),
            "The page does not mention negative numbers; in the code -1 logs names, as 1 does.",
            (
                "The page speaks of diffusion kernels; the code also wraps those of the "
                "language-model server."
            ),
        ),
    ),
    _variable(
        name="SGLANG_KERNEL_API_LOGDEST",
        type=Path(words_allowed=("stdout", "stderr"), placeholder="%i"),
        default="stdout",
        summary="Where the log of kernel calls goes: stdout, stderr or a file",
        details=(
            "A file is appended to, and every %i in its name becomes the process id: use it, or "
            "the workers of one server mix their lines. The directory has to exist; if it does "
            "not, or if the path starts with ~/, importing SGLang's kernels fails with "
            "FileNotFoundError. STDOUT in upper case, or with a blank, is the name of a file. The "
            "empty text is not unset and fails at import with IsADirectoryError."
        ),
        example="/var/log/sglang/kernels-%i.log",
        relations=(_LOGGING,),
        reads=_reads("kernel-api.destination", 56, "stdout"),
        discrepancies=(
            (
                "The page allows any file path; the code neither makes the directory nor expands "
                "~, and a path that cannot be opened breaks the import."
            ),
            "The page does not say so, but the code takes stdout and stderr in lower case only.",
        ),
    ),
    _variable(
        name="SGLANG_KERNEL_API_DUMP_DIR",
        type=Path(directory=True, placeholder="%i"),
        default="sglang_kernel_api_dumps",
        summary="Directory that the inputs and outputs of kernel calls are saved in",
        details=(
            "Every call makes a directory of its own with inputs.pt, outputs.pt and metadata.json; "
            "after a crash, look for the one whose execution_status is still inputs_saved. Missing "
            "directories are made. A relative path counts from the working directory, ~ is not "
            "expanded, the empty text is the working directory itself, and every %i becomes the "
            "process id. Narrow the calls down with SGLANG_KERNEL_API_DUMP_INCLUDE before the disk "
            "is full."
        ),
        example="/data/kernel-dumps/%i",
        relations=(_DUMPING,),
        reads=_reads("kernel-api.path", 58, "sglang_kernel_api_dumps"),
        discrepancies=("The page speaks of level 10; the code dumps at every level from 10 up.",),
    ),
    _variable(
        name="SGLANG_KERNEL_API_DUMP_INCLUDE",
        type=Patterns(),
        summary="Save the tensors of these kernels only",
        details=(
            "A pattern has to match the whole name as the log prints it, module and all: write "
            "*rmsnorm*, since rmsnorm alone matches nothing. Upper and lower case differ. Log "
            "lines are not filtered, only dumps. A kernel that SGLANG_KERNEL_API_DUMP_EXCLUDE "
            "matches as well is not saved. Run at level 1 first to see the names."
        ),
        example="*rmsnorm*,diffusion.attn_impl.*",
        relations=(_DUMPING,),
        reads=_reads("kernel-api.patterns", 60, []),
        discrepancies=("The page speaks of level 10; the code dumps at every level from 10 up.",),
    ),
    _variable(
        name="SGLANG_KERNEL_API_DUMP_EXCLUDE",
        type=Patterns(),
        summary="Do not save the tensors of these kernels",
        details=(
            "The patterns work as in SGLANG_KERNEL_API_DUMP_INCLUDE: they match the whole name, "
            "and upper and lower case differ. Excluding wins over including. Log lines are not "
            "filtered, only dumps. A quotation mark that reaches the process is part of the "
            "pattern, which then matches nothing."
        ),
        example="*quant_method*",
        relations=(_DUMPING,),
        reads=_reads("kernel-api.patterns", 61, []),
        discrepancies=("The page speaks of level 10; the code dumps at every level from 10 up.",),
    ),
)
