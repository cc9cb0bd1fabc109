"""FlagOS plugin: its configuration file, platform and log, and SGLang's choice of plugins."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import FLAGOS
from sglang_envctl.registry.types import Choice, List, Path
from sglang_envctl.registry.variable import Computed, Outside, OverriddenBy, Read, Section, Variable

SECTION = Section(
    slug="flagos-system",
    title="FlagOS: system and debugging",
    heading="System / Debug",
)

_variable = partial(Variable, section=SECTION, owner="sglang_fl", documents=(FLAGOS,))

VARIABLES = (
    _variable(
        name="SGLANG_FL_CONFIG",
        type=Path(),
        summary="YAML file with the plugin's settings, instead of the platform's own file",
        details=(
            "A mapping with any of prefer, strict, op_backends, oot_blacklist, flagos_blacklist, "
            "deny_vendors and allow_vendors. It takes the place of the file the plugin ships for "
            "the platform, with no merging: on Ascend, Moore Threads and Kunlunxin, copy that "
            "file's lists first. Environment variables win over it, key by key. A path that does "
            "not exist is passed over without a word (~ is not expanded), and the platform's file "
            "is used; a file that is no valid YAML mapping stops the plugin after layer 1. In the "
            "file, write the order in op_backends as a list: vendor|flagos in one string is taken "
            "for a single name. strict there means what SGLANG_FL_STRICT means: true keeps "
            "fallback on."
        ),
        example="/etc/sglang/flagos.yaml",
        relations=(
            OverriddenBy(
                others=(
                    "SGLANG_FL_PREFER",
                    "SGLANG_FL_STRICT",
                    "SGLANG_FL_PER_OP",
                    "SGLANG_FL_OOT_BLACKLIST",
                    "SGLANG_FL_FLAGOS_BLACKLIST",
                    "SGLANG_FL_DENY_VENDORS",
                    "SGLANG_FL_ALLOW_VENDORS",
                ),
                note="each of them wins over its own key in the file; all of them leave it nothing",
            ),
        ),
        reads=(
            Read(
                reader="flagos.config-file",
                where="sglang_fl/dispatch/config/utils.py:203",
                default_rule="the file the plugin ships for the detected platform, if it has one",
            ),
            Read(
                reader="flagos.config-file",
                where="sglang_fl/dispatch/policy.py:299",
                effect="Reads the file once more and drops the result; a broken file raises here",
            ),
        ),
        discrepancies=(
            (
                "The page does not say that a path that does not exist is passed over without a "
                "message."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_PLATFORM",
        type=Choice(
            ("cuda", "ascend"), exact=False, also=("nvidia", "musa", "kunlunxin", "tsingmicro")
        ),
        default=Computed(
            words="(auto)",
            rule="tsingmicro, ascend, musa or nvidia, by the first device found, else unknown",
        ),
        summary="Which of the plugin's platform files to load where no device is found",
        details=(
            "It cannot force anything: the plugin asks torch for TsingMicro, Ascend, MUSA and CUDA "
            "devices first, and looks at the variable only when there is none. It then picks one "
            "of the YAML files that the plugin ships: nvidia, ascend, musa, kunlunxin or "
            "tsingmicro. Another word, the documented cuda among them, loads none, without a "
            "message. It chooses that file and nothing else: device, kernels and communication "
            "follow what FlagGems detects. To apply a file on a machine with a device, name it "
            "with SGLANG_FL_CONFIG."
        ),
        example="ascend",
        relations=(
            OverriddenBy(
                others=("SGLANG_FL_CONFIG",),
                note="as long as that file exists and holds a mapping",
            ),
            Outside(
                needs="a machine on which torch finds no TsingMicro, Ascend, MUSA or CUDA device",
                note="otherwise detection wins",
            ),
        ),
        reads=(
            Read(
                reader="flagos.platform",
                where="sglang_fl/dispatch/config/utils.py:69",
                default="unknown",
                default_rule="the device torch finds, else unknown, which has no file",
            ),
        ),
        discrepancies=(
            (
                "The page says that it overrides detection; in the code detection wins, and the "
                "variable is read only when nothing is detected."
            ),
            "The page lists cuda; no file of that name exists, and the name that works is nvidia.",
            (
                "The page does not list nvidia, musa, kunlunxin and tsingmicro; kunlunxin is never "
                "detected, so only this variable or SGLANG_FL_CONFIG can reach its file."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_LOG_LEVEL",
        type=Choice(("DEBUG", "INFO", "WARNING", "ERROR"), exact=False),
        default="INFO",
        summary="How much the plugin's dispatch of fused operations logs",
        details=(
            "Covers the logger sglang_fl.dispatch only; the banner and the layers' own lines come "
            "from sglang_fl and stay. WARNING hides which implementation an operation got. DEBUG "
            "adds little beyond the vendors that could not be loaded. For the choice of every "
            "operation, SGLANG_FL_DISPATCH_DEBUG=1 says more, and needs INFO here. WARN, CRITICAL "
            "and a level with a blank beside it are taken for INFO without a word."
        ),
        example="WARNING",
        reads=(
            Read(
                reader="flagos.level",
                where="sglang_fl/dispatch/logger_manager.py:39",
                default="INFO",
            ),
        ),
    ),
    _variable(
        name="SGLANG_PLUGINS",
        type=List(),
        owner="sglang",
        default=Computed(words="(all)", rule="every plugin that is installed"),
        summary="The only installed plugins that SGLang loads",
        details=(
            "Names of entry points, compared with case; the FlagOS plugin is sglang_fl. There is "
            "no word for all: all and * load nothing, as does a list of misspelt names, with an "
            "INFO line for each plugin left out. A lone comma or blank also loads nothing, while "
            "the empty text loads everything; to switch plugins off on purpose, write a name that "
            "cannot exist, such as __none__. The list covers platform plugins as well, unless "
            "SGLANG_PLATFORM names one: leaving sglang_fl out takes away its platform along with "
            "its three layers. SGLang reads it from 0.5.11, the diffusion server from 0.5.21; in "
            "0.5.23 a list without nvidia_megakernel keeps a server with "
            "--enable-nvidia-megakernel from starting."
        ),
        example="sglang_fl",
        relations=(
            Outside(
                needs="SGLANG_PLATFORM unset, for platform plugins",
                note="set, it alone chooses the platform plugin, and the list does not apply there",
            ),
        ),
        reads=(
            Read(
                reader="srt.plugins",
                where="sglang/srt/plugins/__init__.py:53",
                since="0.5.11",
                default_rule="every installed plugin",
            ),
            Read(
                reader="srt.plugins",
                where="sglang/multimodal_gen/runtime/platforms/plugins.py:120",
                since="0.5.21",
                default_rule="every installed plugin",
                effect="Filters the diffusion server's general plugins, not its platform plugins",
            ),
            Read(
                reader="srt.plugins",
                where="sglang/srt/kernel_plugins/nvidia/binding.py:295",
                since="0.5.23",
                default_rule="every installed plugin",
                effect="Refuses --enable-nvidia-megakernel when nvidia_megakernel is not listed",
            ),
        ),
        discrepancies=(
            (
                "The page does not say that a text without any name, such as a comma or a blank, "
                "loads no plugin at all."
            ),
            "The page does not say that platform plugins are filtered too.",
        ),
    ),
)
