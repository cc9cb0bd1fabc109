"""FlagOS plugin, layer 1: PyTorch operators replaced with FlagGems kernels."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import FLAGOS
from sglang_envctl.registry.types import Bool, List, Path
from sglang_envctl.registry.variable import (
    Condition,
    EffectiveWhen,
    Excludes,
    Outside,
    Read,
    Section,
    Variable,
)

SECTION = Section(
    slug="flagos-aten",
    title="FlagOS layer 1: ATen replacement",
    heading="Layer 1 — ATen Replacement (FlagGems)",
)

_PLUGIN = "sglang_fl/__init__.py"
_ONLY_WITH_FLAGGEMS = EffectiveWhen(condition=Condition("USE_FLAGGEMS", "true"))
_ONLY_WHEN_RECORDING = EffectiveWhen(condition=Condition("SGLANG_FLAGGEMS_RECORD", "true"))
_BOTH_LISTS = "the plugin fails to load, and the server runs without any of its layers"
_RAW_TEXTS = (
    "The docs say that SGLANG_FL_FLAGOS_WHITELIST and SGLANG_FL_FLAGOS_BLACKLIST are mutually "
    "exclusive; the code checks the raw values, so a single comma counts as set although it lists"
    " nothing."
)

_variable = partial(Variable, section=SECTION, owner="sglang_fl", documents=(FLAGOS,))

VARIABLES = (
    _variable(
        name="USE_FLAGGEMS",
        type=Bool(),
        default="1",
        summary="Replace PyTorch operators with FlagGems' Triton kernels",
        details=(
            "Turn it off first if results are wrong on a new chip. The replacement applies to "
            "ATen operators such as mm and softmax in the whole process. True: 1, true, yes "
            "(case-insensitive) or empty; anything else, including on and y, silently counts as "
            "false. Even when it is off, the plugin uses FlagGems to detect the device and for "
            "the flagos backend of layer 2 (fused operations). FlagOS's plugin for vLLM reads the "
            "same name, which has no SGLANG prefix."
        ),
        example="0",
        relations=(
            Outside(
                needs="the flag_gems package",
                note="without it, the plugin fails to load and none of its layers is active",
            ),
        ),
        reads=(Read(reader="flagos.bool", where=f"{_PLUGIN}:362", default=True),),
        discrepancies=(
            (
                "The docs say that 0 disables the replacement; the code disables it for every "
                "value except 1, true, yes and an empty string."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_FLAGOS_WHITELIST",
        type=List(),
        summary="The only PyTorch operators that FlagGems replaces",
        details=(
            "Give the exact names of FlagGems' functions (mm, softmax, index_put_). Unknown names"
            " are dropped; if no name is left, FlagGems 5.0.2 raises a Python warning and nothing"
            " is replaced. A whitelist silently disables flagos_blacklist in the YAML file, "
            "unlike in layer 2, so operators that the platform's file excludes are replaced again"
            " if they are listed here."
        ),
        example="mm,softmax",
        relations=(
            Excludes(other="SGLANG_FL_FLAGOS_BLACKLIST", consequence=_BOTH_LISTS),
            _ONLY_WITH_FLAGGEMS,
        ),
        reads=(Read(reader="flagos.whitelist", where=f"{_PLUGIN}:380", default=[]),),
        discrepancies=(_RAW_TEXTS,),
    ),
    _variable(
        name="SGLANG_FL_FLAGOS_BLACKLIST",
        type=List(),
        summary="PyTorch operators that FlagGems must not replace",
        details=(
            "To find the kernel that gives wrong results, bisect the operators with this list. "
            "Give the exact names of FlagGems' functions; unknown names are silently ignored. The"
            " list replaces flagos_blacklist in the YAML file instead of extending it: on Ascend,"
            " Moore Threads and Kunlunxin, whose shipped files exclude operators, repeat those "
            "operators here. To clear the file's list, set the variable to a single comma."
        ),
        example="cumsum,argmax",
        relations=(
            Excludes(other="SGLANG_FL_FLAGOS_WHITELIST", consequence=_BOTH_LISTS),
            _ONLY_WITH_FLAGGEMS,
        ),
        reads=(
            Read(
                reader="flagos.list",
                where=f"{_PLUGIN}:381",
                default=[],
                default_rule="flagos_blacklist in the YAML file, else empty",
            ),
        ),
        discrepancies=(
            _RAW_TEXTS,
            "The docs do not mention that the list replaces the one in the platform's YAML file.",
        ),
    ),
    _variable(
        name="SGLANG_FLAGGEMS_RECORD",
        type=Bool(),
        default="0",
        summary="Log the replaced PyTorch operators as they run",
        details=(
            "Set it to 1 to log the operators that are called, not all that are registered; calls "
            "from the plugin's layer 2 (fused operations) are excluded. True: 1, true, yes "
            "(case-insensitive); anything else, including on and y, silently counts as false. "
            "While it is on, FlagGems' own messages no longer reach the server's log."
        ),
        example="1",
        relations=(_ONLY_WITH_FLAGGEMS,),
        reads=(Read(reader="flagos.bool", where=f"{_PLUGIN}:184", default=False),),
        discrepancies=(
            (
                "The docs name no file for the log; without SGLANG_FLAGGEMS_LOG_PATH, FlagGems "
                "5.0.2 writes to ~/.flaggems/oplist.log and empties that file at every start."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FLAGGEMS_LOG_PATH",
        type=Path(),
        summary="File for the log of replaced PyTorch operators",
        details=(
            "Record with one GPU: all processes of the server write to the same file, and the "
            "lines of different ranks overwrite one another. The file is emptied at every start. "
            "The directory must exist, and ~ is not expanded. If the file cannot be opened, the "
            "plugin fails only after the operators are replaced, and does not load layers 2 and "
            "3."
        ),
        example="/var/log/sglang/aten.log",
        relations=(
            _ONLY_WITH_FLAGGEMS,
            _ONLY_WHEN_RECORDING,
            Outside(
                needs="an existing, writable directory",
                note="without it, the plugin loads layer 1 only",
            ),
        ),
        reads=(Read(reader="flagos.path", where=f"{_PLUGIN}:185", default=""),),
        discrepancies=(
            (
                "The docs do not mention that the path is read only while SGLANG_FLAGGEMS_RECORD "
                "is on."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FLAGGEMS_LOG_ONCE",
        type=Bool(),
        default="1",
        summary="Log each replaced PyTorch operator once instead of at every call",
        details=(
            "Leave it on unless you need to count calls: every step of the model calls many "
            "operators, and the log grows accordingly. True: 1, true, yes (case-insensitive) or "
            "empty; anything else, including on and y, silently counts as false and logs every "
            "call."
        ),
        example="1",
        relations=(_ONLY_WITH_FLAGGEMS, _ONLY_WHEN_RECORDING),
        reads=(Read(reader="flagos.bool", where=f"{_PLUGIN}:395", default=True),),
        discrepancies=(
            (
                "The docs say that 0 logs every call; the code does so for every value except 1, "
                "true, yes and an empty string."
            ),
        ),
    ),
)
