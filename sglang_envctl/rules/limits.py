"""Check numbers that must be consistent with one another, and numbers that are implausibly large."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.environment import Assignment
from sglang_envctl.releases.versions import within
from sglang_envctl.rules.known.command import Command
from sglang_envctl.rules.rule import Finding, Rule, Severity, Subject
from sglang_envctl.rules.values import CRASHES
from sglang_envctl.text.truth import truth

_PREFILL = (
    "export SGLANG_DISAGGREGATION_QUEUE_SIZE=8\n"
    "export SGLANG_DISAGGREGATION_THREAD_POOL_SIZE=%d\n"
    "python -m sglang.launch_server --disaggregation-mode prefill\n"
)
QUEUES_EXCEED_POOL = Rule(
    slug="queues-exceed-pool",
    severity="error",
    summary="More transfer queues than there are threads to serve them",
    why=(
        "With Mooncake, a prefill server divides the threads of its pool among its transfer "
        "queues and stops with AssertionError if there are fewer threads than queues. By default "
        "there are 4 queues, and 4 to 12 threads: one per 16 CPUs of the machine since 0.5.4. With "
        "other transfer backends, the server does not stop; if the command line is not known, the "
        "severity is only info."
    ),
    fix=(
        "Increase SGLANG_DISAGGREGATION_THREAD_POOL_SIZE, or lower "
        "SGLANG_DISAGGREGATION_QUEUE_SIZE."
    ),
    wrong=_PREFILL % 4,
    right=_PREFILL % 16,
    kind="shell",
)
BEYOND_LIMIT = Rule(
    slug="beyond-limit",
    severity="error",
    summary="A number, or a product of two numbers, that exceeds a limit of DeepEP",
    why=(
        "DeepEP uses 1024 as a marker for the end of a transfer, so SGLang stops with "
        "AssertionError if SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK exceeds 1024, except "
        "with Ascend's fused variant. DeepEP for Ascend fails if DEEPEP_NORMAL_LONG_SEQ_ROUND "
        "times DEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS exceeds 131072."
    ),
    fix="Lower the number; for a product, lower one of its two factors.",
    wrong="DEEPEP_NORMAL_LONG_SEQ_ROUND=64\nDEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS=8192\n",
    right="DEEPEP_NORMAL_LONG_SEQ_ROUND=16\nDEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS=8192\n",
)
HARDWARE_QUEUES = Rule(
    slug="hardware-queues",
    severity="warning",
    summary="Multiple streams on AMD without enough hardware queues",
    why=(
        "SGLANG_ROCM_USE_MULTI_STREAM requires GPU_MAX_HW_QUEUES of 5 or more. With fewer, "
        "streams share a queue and wait for one another."
    ),
    fix="Set GPU_MAX_HW_QUEUES=5, or a higher number.",
    wrong="SGLANG_ROCM_USE_MULTI_STREAM=1\n",
    right="SGLANG_ROCM_USE_MULTI_STREAM=1\nGPU_MAX_HW_QUEUES=5\n",
)
MAGNITUDE = Rule(
    slug="magnitude",
    severity="warning",
    summary="A size or count that no machine can provide",
    why=(
        "An extra digit, or bytes instead of megabytes, is still a valid number. The allocation "
        "fails late, or the machine is overloaded with thousands of threads."
    ),
    fix="Check the unit of the number; envctl explain NAME shows it.",
    wrong="NVSHMEM_SYMMETRIC_SIZE=4312000000000\n",
    right="NVSHMEM_SYMMETRIC_SIZE=4g\n",
)

RULES = (QUEUES_EXCEED_POOL, BEYOND_LIMIT, HARDWARE_QUEUES, MAGNITUDE)

_QUEUES = "SGLANG_DISAGGREGATION_QUEUE_SIZE"
_POOL = "SGLANG_DISAGGREGATION_THREAD_POOL_SIZE"
_QUEUES_UNSET, _POOL_UNSET, _POOL_MOST = 4, 4, 12
_HALF_THE_CPUS_SINCE = "0.5.4"
"""The first release that counts half of the CPUs; earlier ones count three quarters."""

_WITH_MOONCAKE = "--disaggregation-mode prefill and --disaggregation-transfer-backend mooncake"
_ROUNDS, _ROUND_TOKENS = "DEEPEP_NORMAL_LONG_SEQ_ROUND", "DEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS"
_ROUND_PRODUCT = 131072

_ITEMS = (
    ("SGLANG_PP_LAYER_PARTITION", ",", "--pp-size", True),
    ("SGLANG_CPU_OMP_THREADS_BIND", "|", "--tp-size", False),
)
"""Lists with an item for each rank: the separator, the option that sets the number of ranks, and
whether additional items are an error too. With a single rank, the list of layers is not parsed.
"""

_TIB_IN = {"bytes": 1 << 40, "MB": 1 << 20}
_DEVICE_MEMORY = {
    "NVSHMEM_SYMMETRIC_SIZE": "bytes",
    "HCCL_BUFFSIZE": "MB",
    "SGLANG_DISAGG_STAGING_BUFFER_SIZE_MB": "MB",
    "SGLANG_DISAGG_STAGING_POOL_SIZE_MB": "MB",
}
"""The variables that set a size of memory on one device, and their units. No device has a TiB."""
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_MOST_THREADS = 4096
_STREAMS, _HARDWARE_QUEUES = "SGLANG_ROCM_USE_MULTI_STREAM", "GPU_MAX_HW_QUEUES"

LOOKS_AT = (_POOL, _QUEUES, _ROUNDS, _STREAMS, *_DEVICE_MEMORY, *_THREADS, *(i[0] for i in _ITEMS))


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about numbers."""
    yield from _queues(subject)
    yield from _deepep(subject)
    yield from _streams(subject)
    yield from _magnitudes(subject)
    yield from _items(subject)


def _number(subject: Subject, name: str) -> tuple[Assignment, int] | None:
    """Return the assignment and the number, if the release or other software reads the name as an
    integer.
    """
    assignment = subject.showable(name)
    if assignment is None:
        return None
    setting = subject.settings.get(name)
    if setting and setting.not_read:
        return None
    value = setting.value if setting and setting.status == "set" else assignment.raw
    if isinstance(value, str):
        text = value.strip()
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
    return (assignment, value) if isinstance(value, int) and not isinstance(value, bool) else None


def _queues(subject: Subject) -> Iterator[Finding]:
    queues, pool = _number(subject, _QUEUES), _number(subject, _POOL)
    with_mooncake = Command(subject.settings.environment).meets(_WITH_MOONCAKE)
    if with_mooncake is False or not (queues or pool):
        return
    wanted = queues[1] if queues else _QUEUES_UNSET
    certain, stops = bool(with_mooncake), "SGLang stops with Mooncake's transfer backend"
    if pool:
        at, threads = pool
        unset = "" if queues else " (unset)"
        message = f"provides {threads} threads for {wanted} queues of {_QUEUES}{unset}: {stops}"
        help_, exceeds = f"write {wanted} or a multiple of it", threads < wanted
    elif queues and _POOL not in subject.settings.environment.effective:
        at, certain, exceeds = queues[0], certain and wanted > _POOL_MOST, wanted > _POOL_UNSET
        fewer = _cpus(wanted, subject.settings.release)
        cpus = "" if wanted > _POOL_MOST else f" on a machine with fewer than {fewer} CPUs"
        message = f"needs {_POOL}, whose default is at most {_POOL_MOST}: otherwise {stops}{cpus}"
        help_ = f"set {_POOL}={wanted}"
    else:
        return
    if exceeds:
        severity: Severity | None = None if certain else "info"
        yield QUEUES_EXCEED_POOL.at(at.origin, at.name, message, help_, severity=severity)


def _cpus(threads: int, release: str) -> int:
    """Return the lowest number of CPUs with which the pool has this many threads by default."""
    return 16 * threads if within(release, _HALF_THE_CPUS_SINCE) else -(-32 * threads // 3)


def _deepep(subject: Subject) -> Iterator[Finding]:
    rounds, tokens = _number(subject, _ROUNDS), _number(subject, _ROUND_TOKENS)
    if rounds and tokens and rounds[1] * tokens[1] > _ROUND_PRODUCT:
        product = rounds[1] * tokens[1]
        message = f"times {_ROUND_TOKENS} is {product}, but DeepEP allows at most {_ROUND_PRODUCT}"
        yield BEYOND_LIMIT.at(rounds[0].origin, _ROUNDS, message, "lower one of the two numbers")


def _streams(subject: Subject) -> Iterator[Finding]:
    setting = subject.settings.get(_STREAMS)
    if setting is None or not setting.assignment or truth(setting.assignment.raw) is not True:
        return
    queues, found = _HARDWARE_QUEUES, _number(subject, _HARDWARE_QUEUES)
    if found and found[1] < 5:
        message = f"requires {queues} of 5 or more, but it is {found[1]}"
    elif found is None and queues not in subject.settings.environment.effective:
        if any(layer.unseen for layer in subject.settings.environment.layers):
            return
        message = f"requires {queues} of 5 or more, but it is not set"
    else:
        return
    yield HARDWARE_QUEUES.at(setting.assignment.origin, setting.name, message, f"set {queues}=5")


def _magnitudes(subject: Subject) -> Iterator[Finding]:
    for name, unit in _DEVICE_MEMORY.items():
        if (found := _number(subject, name)) and found[1] >= _TIB_IN[unit]:
            tib = found[1] / _TIB_IN[unit]
            message = (
                f"amounts to {tib:,.1f} TiB on each device, but no device has that much memory"
            )
            help_ = f"the unit is {unit}" + (", or write 4g" if unit == "bytes" else "")
            yield MAGNITUDE.at(found[0].origin, name, message, help_)
    for name in _THREADS:
        if (found := _number(subject, name)) and found[1] > _MOST_THREADS:
            message = f"asks for {found[1]:,} threads in every process"
            yield MAGNITUDE.at(found[0].origin, name, message, "write at most the number of cores")


def _items(subject: Subject) -> Iterator[Finding]:
    command = Command(subject.settings.environment)
    for name, separator, option, exact in _ITEMS:
        ranks = command.value(option) or ""
        setting = subject.settings.get(name)
        if setting and setting.outcome == "crash":
            continue  # another rule reports this value
        for assignment in subject.nonempty(name):
            count = len(assignment.raw.split(separator))
            if not ranks.isdecimal() or int(ranks) < 2 or assignment.raw.strip() == "all":
                continue
            if count < int(ranks) or (exact and count > int(ranks)):
                message = f"has {count} items, but {option} is {ranks}: every worker stops"
                help_ = f"write {ranks} items, separated by {separator}"
                yield CRASHES.at(assignment.origin, name, message, help_)
