"""FlagOS plugin, layer 3: communication between devices."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import FLAGOS
from sglang_envctl.registry.types import Choice, Path
from sglang_envctl.registry.variable import (
    ChangesDefault,
    Condition,
    EffectiveWhen,
    Outside,
    Read,
    Requires,
    Section,
    Variable,
)

SECTION = Section(
    slug="flagos-distributed",
    title="FlagOS layer 3: communication",
    heading="Layer 3 — Distributed Communication",
)

_SEVERAL_DEVICES = Outside(
    needs="more than one device",
    note="groups of a single process have no communicator",
)

_variable = partial(Variable, section=SECTION, owner="sglang_fl", documents=(FLAGOS,))

VARIABLES = (
    _variable(
        name="SGLANG_FL_DIST_BACKEND",
        type=Choice(("nccl", "hccl", "flagcx"), also=("cncl", "mccl", "tccl")),
        default="nccl",
        summary="Library for communication between devices",
        details=(
            "Write flagcx in exactly this spelling to use FlagCX; with every other value, the "
            "plugin uses torch.distributed. In SGLang 0.5.11 to 0.5.13, torch's own backend is "
            "chosen by device; setting this variable to nccl or hccl only keeps FLAGCX_PATH from "
            "selecting FlagCX. Since 0.5.14 SGLang also passes the value unchanged to torch, even"
            " a misspelled one: for flagcx, install a package that registers a torch backend of "
            'that name, or the server stops with "Unknown c10d backend type FLAGCX". The banner '
            'shows the setting, not the backend in use; look for "CommunicatorFL created" in the '
            "log."
        ),
        example="flagcx",
        relations=(
            Requires(
                other="FLAGCX_PATH",
                value="flagcx",
                consequence="the plugin finds no FlagCX, logs a warning and uses torch.distributed",
            ),
            _SEVERAL_DEVICES,
            Outside(
                needs="a torch.distributed backend of that name, since SGLang 0.5.14",
                note="torch does not start the process group with an unknown name",
            ),
        ),
        reads=(
            Read(
                reader="flagos.backend",
                where="sglang_fl/platform.py:123",
                default_rule=(
                    "flagcx if FLAGCX_PATH is set, else by chip: hccl on Ascend, cncl on "
                    "Cambricon, mccl on Moore Threads, tccl on TsingMicro, nccl on all others"
                ),
            ),
            Read(
                reader="flagos.text",
                where="sglang_fl/__init__.py:815",
                default="nccl",
                default_rule="flagcx if FLAGCX_PATH is not empty, else nccl",
                effect="shown in the startup banner, nothing else",
            ),
        ),
        discrepancies=(
            (
                "The docs give nccl as the default; the code uses flagcx if FLAGCX_PATH is set, "
                "and otherwise the chip's own backend: hccl, cncl, mccl, tccl or nccl."
            ),
            (
                "The docs list nccl, hccl and flagcx; the code accepts any value and uses cncl, "
                "mccl and tccl itself."
            ),
            (
                "The docs do not mention that, up to SGLang 0.5.13, every value other than flagcx "
                "has the same effect."
            ),
        ),
    ),
    _variable(
        name="FLAGCX_PATH",
        type=Path(directory=True),
        summary="Directory of a built FlagCX; setting it selects FlagCX for communication",
        details=(
            "Give a directory that contains build/lib/libflagcx.so and "
            "plugin/interservice/flagcx_wrapper.py; the plugin appends it to Python's search "
            "path. If the path is not a directory, a file is missing or the library does not "
            "load, the plugin only logs a warning and uses torch.distributed. Even an empty "
            "string selects flagcx, although the banner then says nccl. ~ is not expanded, and "
            "surrounding whitespace is part of the path. Since SGLang 0.5.14 flagcx is also "
            "passed to torch, and the server does not start if torch does not know that backend; "
            "to avoid this, set SGLANG_FL_DIST_BACKEND to the chip's own backend."
        ),
        example="/opt/FlagCX",
        relations=(
            ChangesDefault(
                other="SGLANG_FL_DIST_BACKEND",
                to="flagcx",
                note="also when it is an empty string",
            ),
            EffectiveWhen(
                condition=Condition("SGLANG_FL_DIST_BACKEND", "equals", "flagcx"),
                note="this is the case unless SGLANG_FL_DIST_BACKEND has another value",
            ),
            _SEVERAL_DEVICES,
            Outside(
                needs="a FlagCX build in that directory", note="otherwise, a warning is logged"
            ),
        ),
        reads=(
            Read(reader="flagos.flagcx-path", where="sglang_fl/platform.py:127"),
            Read(
                reader="raw.path-or-unset",
                where="sglang_fl/distributed/device_communicators/flagcx.py:47",
                effect="imports the FlagCX wrapper and loads its library from there",
            ),
            Read(
                reader="flagos.path",
                where="sglang_fl/__init__.py:816",
                effect="decides between flagcx and nccl in the startup banner, nothing else",
            ),
        ),
        discrepancies=(
            (
                "The docs say that flagcx is the default if the path is set; the code checks only "
                "whether the name is set, so an empty string also selects flagcx."
            ),
            "The docs do not mention that a wrong path disables FlagCX with only a warning.",
        ),
    ),
)
