"""Check which accelerators are visible: lists that hide too many, and lists that contradict
each other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from sglang_envctl.environment import Assignment
from sglang_envctl.rules.known.command import Command
from sglang_envctl.rules.rule import Finding, Rule, Severity, Subject
from sglang_envctl.text.escape import shorten, visible

DEVICE_LIST = Rule(
    slug="device-list",
    rank=-1,
    severity="error",
    summary="A device list that hides devices that its author meant to use",
    why=(
        "A list contains numbers from 0, or identifiers such as GPU-8932f937. CUDA and PyTorch "
        "silently ignore the first entry that they do not know and all entries after it: the "
        "word all, which belongs in NVIDIA_VISIBLE_DEVICES, hides every GPU, and so does a "
        "repeated number. 0-3 is read as 0. SGLang's diffusion server raises ValueError for an "
        "entry that is not a number."
    ),
    fix="Write numbers separated by commas, or remove the line to see all devices.",
    wrong="CUDA_VISIBLE_DEVICES=all\n",
    right="CUDA_VISIBLE_DEVICES=0,1\n",
)
NO_DEVICES = Rule(
    slug="no-devices",
    severity="warning",
    summary="An empty list of devices, which hides all of them",
    why=(
        "An empty value is not the same as unset: it is a list without devices. The line often "
        "comes from ${GPUS:-} or from a template. To hide all devices on purpose, write -1."
    ),
    fix="Remove the line, or write the numbers of the devices.",
    wrong="CUDA_VISIBLE_DEVICES=\n",
    right="CUDA_VISIBLE_DEVICES=0\n",
)
DEVICE_LISTS_FIGHT = Rule(
    slug="device-lists-fight",
    severity="error",
    summary="Two lists of AMD devices that contradict each other",
    why=(
        "ROCR_VISIBLE_DEVICES is applied first; HIP_VISIBLE_DEVICES, or CUDA_VISIBLE_DEVICES if "
        "HIP_VISIBLE_DEVICES is unset, then counts from 0 among the remaining devices, so 4,5 in "
        "both lists leaves no device. PyTorch raises an error if HIP_VISIBLE_DEVICES names more "
        "devices than ROCR_VISIBLE_DEVICES. If HIP_VISIBLE_DEVICES is set, PyTorch ignores "
        "CUDA_VISIBLE_DEVICES, which other programs read."
    ),
    fix="Keep one of the lists and remove the other.",
    wrong="ROCR_VISIBLE_DEVICES=4,5\nHIP_VISIBLE_DEVICES=4,5\n",
    right="HIP_VISIBLE_DEVICES=4,5\n",
)

_TWO_RANKS = "export CUDA_VISIBLE_DEVICES=%s\npython -m sglang.launch_server --tp-size 2\n"
TOO_FEW_DEVICES = Rule(
    slug="too-few-devices",
    severity="error",
    summary="Fewer devices listed than ranks that the command line starts on this node",
    why=(
        "Each rank of tensor and pipeline parallelism needs its own device in a list such as "
        "CUDA_VISIBLE_DEVICES; otherwise, the server stops with an invalid device ordinal."
    ),
    fix="List as many devices as there are ranks on the node, or start fewer ranks.",
    wrong=_TWO_RANKS % "0",
    right=_TWO_RANKS % "0,1",
    kind="shell",
)

DEVICES_NOT_GRANTED = Rule(
    slug="devices-not-granted",
    severity="error",
    summary="A device list that names a device that the container does not have",
    why=(
        "In a container, devices are numbered from 0, regardless of their numbers on the host. "
        "CUDA silently ignores the first entry that does not exist and all entries after it, so "
        "4,5 hides every device. If the entries before it are enough for the server, the severity "
        "is only info."
    ),
    fix="Count from 0, or remove the line to see all devices of the container.",
    wrong=(
        "docker run --gpus '\"device=4,5\"' -e CUDA_VISIBLE_DEVICES=4,5 lmsysorg/sglang \\\n"
        "  python -m sglang.launch_server\n"
    ),
    right=(
        "docker run --gpus '\"device=4,5\"' -e CUDA_VISIBLE_DEVICES=0,1 lmsysorg/sglang \\\n"
        "  python -m sglang.launch_server\n"
    ),
    kind="shell",
)

RULES = (DEVICE_LIST, NO_DEVICES, DEVICE_LISTS_FIGHT, TOO_FEW_DEVICES, DEVICES_NOT_GRANTED)

CUDA, HIP, ROCR = "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"
LOOKS_AT = (CUDA, HIP, ROCR, "ASCEND_RT_VISIBLE_DEVICES", "MUSA_VISIBLE_DEVICES")

_BY_RUNTIME = "NVIDIA_VISIBLE_DEVICES"
"""The variables by which a container's runtime may give the container other devices."""
_IDENTIFIER = r"(?:GPU|MIG)-[0-9A-Za-z/-]+"
_NONE = ("-1", "NoDevFiles")
"""The values with which users and Slurm hide all devices."""


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about lists of devices."""
    for name in LOOKS_AT:
        assignment = subject.showable(name)
        if assignment is None:
            continue
        if assignment.raw.strip():
            faults = list(_list(assignment))
            yield from faults or _too_few(assignment, subject)
        elif name != ROCR:  # the effect of an empty list is unknown for this variable
            yield from _empty(assignment, subject)
    yield from _contradictions(subject)
    yield from _not_granted(subject)


def entries(assignment: Assignment) -> list[str]:
    """Return the entries of a list of devices; a trailing comma adds none."""
    return [entry.strip() for entry in assignment.raw.strip().rstrip(",").split(",")]


def hides_all(assignment: Assignment) -> bool:
    """Return whether a list hides all devices in one of the usual ways."""
    return entries(assignment)[0] in ("", *_NONE)


def numbers(assignment: Assignment) -> list[int] | None:
    """Return the entries as numbers; None if any is not a number."""
    found = entries(assignment)
    return [int(e) for e in found] if all(_is_number(e) for e in found) else None


def _is_number(entry: str) -> bool:
    return entry.isascii() and entry.isdigit() and len(entry) < 6


def _list(assignment: Assignment) -> Iterator[Finding]:
    found = entries(assignment)
    if found[0] in _NONE:
        return
    unknown = [e for e in found if not _is_number(e) and not re.fullmatch(_IDENTIFIER, e)]
    twice = [e for e, number in Counter(found).items() if number > 1]
    if unknown:
        message, severity = _stops(found, unknown[0])
    elif twice:
        message, severity = f"contains {visible(twice[0])} twice, which hides every device", None
    else:
        return
    help_ = "write numbers separated by commas"
    if unknown and unknown[0].lower() == "all":
        help_ = "remove the line: unset means all"
    yield DEVICE_LIST.at(assignment.origin, assignment.name, message, help_, severity=severity)


def _too_few(assignment: Assignment, subject: Subject) -> Iterator[Finding]:
    """Report a list that is shorter than the number of ranks that the command line starts here."""
    ranks, listed = Command(subject.settings.environment).ranks(), len(entries(assignment))
    if ranks and listed < ranks and not hides_all(assignment):
        message = f"lists {listed} devices, but the command line starts {ranks} ranks on this node"
        help_ = f"list {ranks} devices"
        yield TOO_FEW_DEVICES.at(assignment.origin, assignment.name, message, help_)


def _not_granted(subject: Subject) -> Iterator[Finding]:
    """Report a list with a device that the container does not have."""
    environment = subject.settings.environment
    count = environment.devices
    if not count or _BY_RUNTIME in environment.effective:
        return
    for assignment in subject.nonempty(CUDA, HIP):
        listed = numbers(assignment) or []
        first = next((at for at, number in enumerate(listed) if number >= count), None)
        if first is not None:
            message = (
                f"names device {listed[first]}, but the container has {count}, numbered from 0"
            )
            help_ = f"count from 0 to {count - 1}, or remove the line"
            yield DEVICES_NOT_GRANTED.at(
                assignment.origin,
                assignment.name,
                message,
                help_,
                severity=_severity(first, subject),
            )


def _severity(usable: int, subject: Subject) -> Severity | None:
    """Return the severity if only the first devices of a list are usable; None for that of the rule.

    It is lower if the server may need no others.
    """
    command = Command(subject.settings.environment)
    ranks = None if command.has("--base-gpu-id") else command.ranks()
    if not usable or (ranks and usable < ranks):
        return None
    return "info" if ranks else "warning"


def _stops(found: list[str], entry: str) -> tuple[str, Severity | None]:
    shown = f"'{shorten(visible(entry), 40)}'"
    if digits := re.match(r"[0-9]{1,5}", entry):
        return f"contains {shown}, which CUDA and PyTorch read as {digits[0]}", None
    if found[0] == entry:
        return f"begins with {shown}, which is not a device: every device is hidden", None
    if entry == "-1" or not entry:
        what = "an empty entry" if not entry else shown
        return f"ends at {what}: the devices after it are hidden", "warning"
    return f"contains {shown}, which is not a device: all entries from there on are hidden", None


def _empty(assignment: Assignment, subject: Subject) -> Iterator[Finding]:
    # In a shell, or for another program, an empty list is a common way to use no GPU.
    layers = subject.settings.environment.layers
    aside = all(layer.kind == "shell" and not layer.command for layer in layers)
    severity: Severity | None = "info" if aside or assignment.origin.source == "process" else None
    message = "empty, which hides every device"
    help_ = "remove the line to see all devices"
    yield NO_DEVICES.at(assignment.origin, assignment.name, message, help_, severity=severity)


def _contradictions(subject: Subject) -> Iterator[Finding]:
    lists = {a.name: a for a in subject.nonempty(CUDA, HIP, ROCR) if not hides_all(a)}
    hip, cuda, rocr = lists.get(HIP), lists.get(CUDA), lists.get(ROCR)
    if hip and cuda and entries(hip) != entries(cuda):
        message = f"differs from {HIP}, which PyTorch on AMD reads instead"
        help_ = "set both variables to the same value, or only one of them"
        yield DEVICE_LISTS_FIGHT.at(cuda.origin, cuda.name, message, help_, severity="warning")
    picked = hip or cuda
    if rocr and picked:
        yield from _picked(rocr, picked)


def _picked(rocr: Assignment, picked: Assignment) -> Iterator[Finding]:
    left, wanted = len(entries(rocr)), entries(picked)
    known = numbers(picked)
    beyond = [n for n in known or () if n >= left]
    if picked.name == HIP and len(wanted) > left:
        message = f"names {len(wanted)} devices, but {ROCR} leaves {left}: PyTorch raises"
    elif beyond:
        message = f"counts among the {left} that {ROCR} leaves, so there is no device {beyond[0]}"
    else:
        return
    # CUDA_VISIBLE_DEVICES may come from a file for NVIDIA that was extended for AMD.
    severity: Severity | None = None if picked.name == HIP else "warning"
    help_ = f"keep {picked.name} or {ROCR}"
    yield DEVICE_LISTS_FIGHT.at(picked.origin, picked.name, message, help_, severity=severity)
