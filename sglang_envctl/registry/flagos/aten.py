"""FlagOS plugin, layer 1: PyTorch's own operators replaced by FlagGems."""

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
_BOTH_LISTS = (
    "the plugin fails to load before any of its layers is active, and the server runs without them"
)
_RAW_TEXTS = (
    "The page calls the two lists mutually exclusive; the code compares the texts, so a lone "
    "comma, which lists nothing, counts as set."
)

_variable = partial(Variable, section=SECTION, owner="sglang_fl", documents=(FLAGOS,))

VARIABLES = (
    _variable(
        name="USE_FLAGGEMS",
        type=Bool(),
        default="1",
        summary="Replace PyTorch's operators by FlagGems' Triton kernels (layer 1)",
        details=(
            "Switches the replacement of ATen operators such as mm and softmax on or off, for the "
            "whole process. Only 1, true and yes are on, in any case, and so is the empty text; "
            "on, y or a typo switches it off without a word. Off does not mean that FlagGems is "
            "unused: the plugin finds the device with it, and layer 2 goes on calling it for the "
            "flagos back-end. The name has no SGLANG prefix, and FlagOS's plugin for vLLM obeys it "
            "too. Turn it off first when results look wrong on a new chip."
        ),
        example="0",
        relations=(
            Outside(
                needs="the flag_gems package",
                note="missing, the plugin fails to load and none of its layers is active",
            ),
        ),
        reads=(Read(reader="flagos.bool", where=f"{_PLUGIN}:362", default=True),),
        discrepancies=(
            (
                "The page says that 0 disables the replacement; the code does so for every text "
                "except 1, true, yes and the empty one."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_FLAGOS_WHITELIST",
        type=List(),
        summary="The only PyTorch operators that FlagGems replaces",
        details=(
            "The names are those of FlagGems' functions (mm, softmax, index_put_), compared "
            "exactly. Names it does not know are dropped; when none is left, FlagGems 5.0.2 gives "
            "a Python warning and nothing is replaced. With a whitelist, a flagos_blacklist from "
            "the YAML file is disregarded without an error, unlike in layer 2, so operators that "
            "the platform's file keeps out can come back."
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
            "The names are those of FlagGems' functions, compared exactly; a name that fits "
            "nothing is not reported. The list replaces flagos_blacklist of the YAML file and is "
            "not added to it: on Ascend, Moore Threads and Kunlunxin, whose shipped files exclude "
            "operators, repeat those names here. A lone comma clears the file's list. Halving the "
            "operators with this list is the quick way to find the kernel that gives wrong results."
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
                default_rule="flagos_blacklist in the YAML file, else nothing",
            ),
        ),
        discrepancies=(
            _RAW_TEXTS,
            "The page does not say that the list replaces the one in the platform's YAML file.",
        ),
    ),
    _variable(
        name="SGLANG_FLAGGEMS_RECORD",
        type=Bool(),
        default="0",
        summary="Write a log of the replaced PyTorch operators as they run",
        details=(
            "Only 1, true and yes are on, in any case; on, y or a typo leaves recording off "
            "without a word. The log holds operators that were called, not all that were "
            "registered, and the plugin keeps its own layer 2 calls out of it. While it is on, "
            "messages of FlagGems itself no longer reach the server's log."
        ),
        example="1",
        relations=(_ONLY_WITH_FLAGGEMS,),
        reads=(Read(reader="flagos.bool", where=f"{_PLUGIN}:184", default=False),),
        discrepancies=(
            (
                "The page names no file for the log; without SGLANG_FLAGGEMS_LOG_PATH, FlagGems "
                "5.0.2 writes to ~/.flaggems/oplist.log and empties it at every start."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FLAGGEMS_LOG_PATH",
        type=Path(),
        summary="File for the log of replaced PyTorch operators",
        details=(
            "The file is emptied at every start, and every process of the server opens the same "
            "one: with several GPUs the lines of the ranks overwrite one another, so record with "
            "one. The directory must exist and ~ is not expanded; a path that cannot be opened is "
            "found out after the operators are replaced, and the plugin then stops short of layers "
            "2 and 3."
        ),
        example="/var/log/sglang/aten.log",
        relations=(
            _ONLY_WITH_FLAGGEMS,
            _ONLY_WHEN_RECORDING,
            Outside(
                needs="an existing, writable directory",
                note="without it the plugin loads layer 1 only",
            ),
        ),
        reads=(Read(reader="flagos.path", where=f"{_PLUGIN}:185", default=""),),
        discrepancies=(
            "The page does not say that the path is looked at only with SGLANG_FLAGGEMS_RECORD on.",
        ),
    ),
    _variable(
        name="SGLANG_FLAGGEMS_LOG_ONCE",
        type=Bool(),
        default="1",
        summary="Log each replaced PyTorch operator once instead of at every call",
        details=(
            "Leave it on unless you count calls: every step of the model calls many operators, and "
            "the log grows at that pace. Only 1, true and yes are on, in any case, and so is the "
            "empty text; on, y or a typo means every call, without a word."
        ),
        example="1",
        relations=(_ONLY_WITH_FLAGGEMS, _ONLY_WHEN_RECORDING),
        reads=(Read(reader="flagos.bool", where=f"{_PLUGIN}:395", default=True),),
        discrepancies=(
            (
                "The page says that 0 logs every call; the code does so for every text except 1, "
                "true, yes and the empty one, on included."
            ),
        ),
    ),
)
