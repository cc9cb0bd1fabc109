"""Which accelerators a process sees: lists that hide more than they say, and lists that fight."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sglang_envctl.environment import Assignment
from sglang_envctl.rules.rule import Finding, Rule, Severity, Subject
from sglang_envctl.text.escape import shorten, visible

DEVICE_LIST = Rule(
    slug="device-list",
    severity="error",
    summary="A list of devices that hides devices its author meant to use",
    why=(
        "These lists take numbers from 0, or identifiers such as GPU-8932f937. CUDA and PyTorch stop "
        "at the first entry they do not know, without a word: the word all, which belongs in "
        "NVIDIA_VISIBLE_DEVICES, hides every GPU, and so does a number given twice. 0-3 is read as 0. "
        "SGLang's diffusion server raises ValueError at an entry that is no number."
    ),
    fix="Write numbers separated by commas, or remove the line to see all devices.",
    wrong="CUDA_VISIBLE_DEVICES=all\n",
    right="CUDA_VISIBLE_DEVICES=0,1\n",
)
NO_DEVICES = Rule(
    slug="no-devices",
    severity="warning",
    summary="A list of devices that is empty, which hides all of them",
    why=(
        "Empty is not the same as unset: it is a list of no devices. The line is often left over from "
        "${GPUS:-} or from a template. To hide all devices on purpose, write -1."
    ),
    fix="Remove the line, or write the numbers.",
    wrong="CUDA_VISIBLE_DEVICES=\n",
    right="CUDA_VISIBLE_DEVICES=0\n",
)
DEVICE_LISTS_FIGHT = Rule(
    slug="device-lists-fight",
    severity="error",
    summary="Two lists of AMD devices of which one spoils the other",
    why=(
        "ROCR_VISIBLE_DEVICES picks first, and HIP_VISIBLE_DEVICES, or CUDA_VISIBLE_DEVICES where that "
        "is unset, then counts from 0 among what is left: 4,5 in both leaves nothing. PyTorch raises "
        "where HIP names more than ROCR. Beside HIP_VISIBLE_DEVICES it does not look at "
        "CUDA_VISIBLE_DEVICES, which other programs do."
    ),
    fix="Keep one of them.",
    wrong="ROCR_VISIBLE_DEVICES=4,5\nHIP_VISIBLE_DEVICES=4,5\n",
    right="HIP_VISIBLE_DEVICES=4,5\n",
)

RULES = (DEVICE_LIST, NO_DEVICES, DEVICE_LISTS_FIGHT)

CUDA, HIP, ROCR = "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"
NAMES = (CUDA, HIP, ROCR, "ASCEND_RT_VISIBLE_DEVICES", "MUSA_VISIBLE_DEVICES")

_IDENTIFIER = r"(?:GPU|MIG)-[0-9A-Za-z/-]+"
_NONE = ("-1", "NoDevFiles")
"""What people and Slurm write to hide all devices."""


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about lists of devices."""
    for name in NAMES:
        assignment = subject.known(name)
        if assignment is None:
            continue
        if assignment.raw.strip():
            yield from _list(assignment)
        elif name != ROCR:  # of an empty one nothing certain is known
            yield from _empty(assignment)
    yield from _fights(subject)


def entries(assignment: Assignment) -> list[str]:
    """The entries of a list of devices; a comma at the end makes none."""
    return [entry.strip() for entry in assignment.raw.strip().rstrip(",").split(",")]


def hides_all(assignment: Assignment) -> bool:
    """Whether it says, in one of the usual ways, that no device is to be seen."""
    return entries(assignment)[0] in ("", *_NONE)


def numbers(assignment: Assignment) -> list[int] | None:
    """The entries, if all of them are numbers."""
    found = entries(assignment)
    return [int(e) for e in found] if all(_is_number(e) for e in found) else None


def _is_number(entry: str) -> bool:
    return entry.isascii() and entry.isdigit() and len(entry) < 6


def _list(assignment: Assignment) -> Iterator[Finding]:
    found = entries(assignment)
    if found[0] in _NONE:
        return
    unknown = [e for e in found if not _is_number(e) and not re.fullmatch(_IDENTIFIER, e)]
    twice = [e for i, e in enumerate(found) if e in found[:i]]
    if unknown:
        message, severity = _stops(found, unknown[0])
    elif twice:
        message, severity = f"names {visible(twice[0])} twice, which hides every device", None
    else:
        return
    mend = "write numbers separated by commas"
    if unknown and unknown[0].lower() == "all":
        mend = "remove the line: unset means all"
    yield DEVICE_LIST.at(assignment.origin, assignment.name, message, mend, severity=severity)


def _stops(found: list[str], entry: str) -> tuple[str, Severity | None]:
    shown = f"'{shorten(visible(entry), 40)}'"
    if digits := re.match(r"[0-9]{1,5}", entry):
        return f"has {shown}, which CUDA and PyTorch read as {digits[0]}", None
    if found[0] == entry:
        return f"begins with {shown}, which is no device: every device is hidden", None
    if entry == "-1" or not entry:
        what = "an empty entry" if not entry else shown
        return f"ends at {what}: the devices behind it are hidden", "warning"
    return f"has {shown}, which is no device: it and all behind it are hidden", None


def _empty(assignment: Assignment) -> Iterator[Finding]:
    # In somebody's shell it is a usual way to keep off the GPUs.
    severity: Severity | None = "info" if assignment.origin.source == "process" else None
    message = "is empty, which hides every device"
    mend = "remove the line to see all of them"
    yield NO_DEVICES.at(assignment.origin, assignment.name, message, mend, severity=severity)


def _fights(subject: Subject) -> Iterator[Finding]:
    lists = {a.name: a for a in subject.given(CUDA, HIP, ROCR) if not hides_all(a)}
    hip, cuda, rocr = lists.get(HIP), lists.get(CUDA), lists.get(ROCR)
    if hip and cuda and entries(hip) != entries(cuda):
        message = f"differs from {HIP}, which PyTorch on AMD takes instead"
        mend = "set both to the same, or one only"
        yield DEVICE_LISTS_FIGHT.at(cuda.origin, cuda.name, message, mend, severity="warning")
    picked = hip or cuda
    if rocr and picked:
        yield from _picked(rocr, picked)


def _picked(rocr: Assignment, picked: Assignment) -> Iterator[Finding]:
    left, wanted = len(entries(rocr)), entries(picked)
    known = numbers(picked)
    beyond = [n for n in known or () if n >= left]
    if picked.name == HIP and len(wanted) > left:
        message = f"names {len(wanted)} devices where {ROCR} leaves {left}: PyTorch raises"
    elif beyond:
        message = f"counts among the {left} that {ROCR} leaves, and there is no {beyond[0]}"
    else:
        return
    # Beside CUDA_VISIBLE_DEVICES it may be a file for NVIDIA that somebody completed.
    severity: Severity | None = None if picked.name == HIP else "warning"
    mend = f"keep {picked.name} or {ROCR}"
    yield DEVICE_LISTS_FIGHT.at(picked.origin, picked.name, message, mend, severity=severity)
