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
    note="groups of a single process get no communicator",
)

_variable = partial(Variable, section=SECTION, owner="sglang_fl", documents=(FLAGOS,))

VARIABLES = (
    _variable(
        name="SGLANG_FL_DIST_BACKEND",
        type=Choice(("nccl", "hccl", "flagcx"), also=("cncl", "mccl", "tccl")),
        default="nccl",
        summary="The library that carries data between devices",
        details=(
            "Only flagcx, in exactly this spelling, changes the path of the data inside the "
            "plugin: its hooks then call FlagCX. Every other text means torch.distributed. SGLang "
            "0.5.11 to 0.5.13 choose torch's back-end by the device and never ask the plugin, so "
            "nccl and hccl make no difference there, except that they keep a FLAGCX_PATH from "
            "being used. From 0.5.14 SGLang asks the plugin's platform and hands the text to torch "
            "as it stands, a typo too. That goes for flagcx as well: torch must know a back-end of "
            "that name, or it stops with Unknown c10d backend type FLAGCX. The banner at start "
            "shows the setting and not what was chosen; look for the line CommunicatorFL created."
        ),
        example="flagcx",
        relations=(
            Requires(
                other="FLAGCX_PATH",
                value="flagcx",
                consequence=(
                    "the plugin finds no FlagCX, logs a warning and goes on with torch.distributed"
                ),
            ),
            _SEVERAL_DEVICES,
            Outside(
                needs="a torch.distributed back-end of that name, from SGLang 0.5.14",
                note="torch refuses to start the process group with a name it does not know",
            ),
        ),
        reads=(
            Read(
                reader="flagos.backend",
                where="sglang_fl/platform.py:123",
                default_rule=(
                    "flagcx if FLAGCX_PATH exists, else by chip: hccl on Ascend, cncl on "
                    "Cambricon, mccl on Moore Threads, tccl on TsingMicro, nccl on all others"
                ),
            ),
            Read(
                reader="flagos.text",
                where="sglang_fl/__init__.py:815",
                default="nccl",
                default_rule="flagcx if FLAGCX_PATH is not empty, else nccl",
                effect="Named in the banner at start, nothing else",
            ),
        ),
        discrepancies=(
            (
                "The page gives nccl as the default; the code takes flagcx when FLAGCX_PATH "
                "exists, and otherwise the chip's own: hccl, cncl, mccl, tccl or nccl."
            ),
            (
                "The page lists nccl, hccl and flagcx; the code takes any text and uses cncl, mccl "
                "and tccl itself."
            ),
            (
                "The page does not say that, up to SGLang 0.5.13, only flagcx against anything "
                "else makes a difference."
            ),
        ),
    ),
    _variable(
        name="FLAGCX_PATH",
        type=Path(directory=True),
        summary="Where FlagCX is built; setting it selects FlagCX for communication",
        details=(
            "The directory of a built FlagCX, with build/lib/libflagcx.so and "
            "plugin/interservice/flagcx_wrapper.py in it; the directory is put at the end of "
            "Python's search path. Being set is what counts: the empty text selects flagcx too, "
            "while the banner says nccl. Set does not mean used: a path that is no directory, a "
            "missing file or a library that does not load leaves one warning in the log, and the "
            "data goes through torch.distributed. ~ is not expanded, and a blank at either end "
            "makes the path wrong. From SGLang 0.5.14 the choice also reaches torch, which does "
            "not start with a back-end it does not know; set SGLANG_FL_DIST_BACKEND to the chip's "
            "own to undo it."
        ),
        example="/opt/FlagCX",
        relations=(
            ChangesDefault(
                other="SGLANG_FL_DIST_BACKEND",
                to="flagcx",
                note="also when it is set to the empty text",
            ),
            EffectiveWhen(
                condition=Condition("SGLANG_FL_DIST_BACKEND", "equals", "flagcx"),
                note="holds by itself unless SGLANG_FL_DIST_BACKEND says something else",
            ),
            _SEVERAL_DEVICES,
            Outside(needs="a FlagCX built in that directory", note="otherwise a warning is logged"),
        ),
        reads=(
            Read(reader="flagos.flagcx-path", where="sglang_fl/platform.py:127"),
            Read(
                reader="raw.path-or-unset",
                where="sglang_fl/distributed/device_communicators/flagcx.py:47",
                effect="Imports the FlagCX wrapper and loads its library from there",
            ),
            Read(
                reader="flagos.path",
                where="sglang_fl/__init__.py:816",
                effect="Decides between flagcx and nccl in the banner at start, nothing else",
            ),
        ),
        discrepancies=(
            (
                "The page says that flagcx is the default if the path is set; the code looks only "
                "for the name, so the empty text selects flagcx as well."
            ),
            (
                "The page does not say that FlagCX is given up with only a warning when anything "
                "about the path is wrong."
            ),
        ),
    ),
)
