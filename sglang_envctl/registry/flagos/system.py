"""FlagOS plugin: configuration file, platform and log, and the plugins that SGLang loads."""

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
        summary="YAML file with the plugin's settings, used instead of the platform's own file",
        details=(
            "On Ascend, Moore Threads and Kunlunxin, first copy the lists of the file that the "
            "plugin ships for the platform: your file replaces it, without merging. The file may "
            "contain the keys prefer, strict, op_backends, oot_blacklist, flagos_blacklist, "
            "deny_vendors and allow_vendors; each environment variable takes precedence over its "
            "key. A path that does not exist (~ is not expanded) and an empty file are silently "
            "ignored and the platform's file is used; a file that contains anything other than a "
            "YAML mapping makes the plugin load only layer 1. Write each order in op_backends as a "
            "list: vendor|flagos in one string is read as a single name. The key strict is "
            "inverted, as SGLANG_FL_STRICT is: true enables fallback."
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
                note=(
                    "each of them takes precedence over its own key; with all of them set, the "
                    "file has no effect"
                ),
            ),
        ),
        reads=(
            Read(
                reader="flagos.config-file",
                where="sglang_fl/dispatch/config/utils.py:203",
                default_rule="the file that the plugin ships for the detected platform, if any",
            ),
            Read(
                reader="flagos.config-file",
                where="sglang_fl/dispatch/policy.py:299",
                effect="reads the file again and discards the result; an invalid file raises here",
            ),
        ),
        discrepancies=(
            "The docs do not mention that a path that does not exist is silently ignored.",
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
        summary="Platform whose configuration file the plugin loads if it detects no device",
        details=(
            "To choose the file on a host with a device, set SGLANG_FL_CONFIG instead. The "
            "plugin first asks torch for TsingMicro, Ascend, MUSA and CUDA devices, and reads "
            "this variable only if there is none. Accepted values are nvidia, ascend, musa, "
            "kunlunxin and tsingmicro, one for each YAML file that the plugin ships; any other "
            "value, including the documented cuda, silently loads no file. Only the file depends "
            "on this variable: device, kernels and communication follow what FlagGems detects."
        ),
        example="ascend",
        relations=(
            OverriddenBy(
                others=("SGLANG_FL_CONFIG",),
                note="if that file exists and contains a mapping",
            ),
            Outside(
                needs="a host on which torch finds no TsingMicro, Ascend, MUSA or CUDA device",
                note="otherwise, the detected device takes precedence",
            ),
        ),
        reads=(
            Read(
                reader="flagos.platform",
                where="sglang_fl/dispatch/config/utils.py:69",
                default="unknown",
                default_rule="the device that torch finds, else unknown, which has no file",
            ),
        ),
        discrepancies=(
            "The docs say it overrides detection; the code reads it only when nothing is detected.",
            "The docs list cuda; the code has no file of that name and recognizes nvidia.",
            (
                "The docs do not list nvidia, musa, kunlunxin and tsingmicro; kunlunxin is never "
                "detected, so only this variable or SGLANG_FL_CONFIG selects its file."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_LOG_LEVEL",
        type=Choice(("DEBUG", "INFO", "WARNING", "ERROR"), exact=False),
        default="INFO",
        summary="Log level of the plugin's dispatch of fused operations",
        details=(
            "To see the backend of every operation, set SGLANG_FL_DISPATCH_DEBUG=1 and keep INFO "
            "in this variable; DEBUG adds little except the vendors that could not be loaded. "
            "WARNING hides which implementation an operation uses. The level applies to the "
            "logger sglang_fl.dispatch only, not to the banner and the layers' own lines, which "
            "come from sglang_fl. WARN, CRITICAL and values with surrounding whitespace are "
            "silently read as INFO."
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
            "Give the case-sensitive names of entry points; the FlagOS plugin is sglang_fl. To "
            "load no plugin, write a name that cannot exist, such as __none__; a single comma or "
            "space also loads none, but an empty string loads every plugin. The values all and * "
            "do not mean every plugin: like misspelled names, they load nothing, with an INFO "
            "line for each excluded plugin. Platform plugins are filtered too, unless "
            "SGLANG_PLATFORM names one: without sglang_fl in the list, the FlagOS platform is "
            "disabled along with the plugin's three layers. SGLang reads the list since 0.5.11 "
            "and the diffusion server since 0.5.21; in 0.5.23 a list without nvidia_megakernel "
            "keeps a server with --enable-nvidia-megakernel from starting."
        ),
        example="sglang_fl",
        relations=(
            Outside(
                needs="SGLANG_PLATFORM unset, for platform plugins",
                note=(
                    "if set, it alone selects the platform plugin, and the list does not apply to "
                    "it"
                ),
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
                effect="filters the diffusion server's general plugins, not its platform plugins",
            ),
            Read(
                reader="srt.plugins",
                where="sglang/srt/kernel_plugins/nvidia/binding.py:295",
                since="0.5.23",
                default_rule="every installed plugin",
                effect="rejects --enable-nvidia-megakernel if nvidia_megakernel is not listed",
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that a value without any name, such as a comma or a "
                "space, loads no plugin."
            ),
            "The docs do not mention that platform plugins are filtered too.",
        ),
    ),
)
