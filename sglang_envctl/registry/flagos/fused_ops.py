"""FlagOS plugin, layer 2: which implementation runs SGLang's fused operations."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import FLAGOS
from sglang_envctl.registry.types import Bool, Choice, List, OpPriorities, Path
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
    slug="flagos-fused-ops",
    title="FlagOS layer 2: fused operations",
    heading="Layer 2 — Fused Op Dispatch",
    note=(
        "The plugin's README requires SGLang 0.5.11. Since 0.5.18 the plugin's hook no longer "
        "reaches SGLang's own fused operations."
    ),
)

_PLUGIN = "sglang_fl/__init__.py"
_RELEASES = Outside(
    needs="SGLang 0.5.11 to 0.5.17",
    note=(
        "since 0.5.18 SGLang's own operations no longer derive from the class that the plugin "
        "hooks, so the plugin does not see them"
    ),
)
_ONLY_WITH_LAYER_2 = EffectiveWhen(condition=Condition("SGLANG_FL_OOT_ENABLED", "true"))
_NAMES_ARE_CLASSES = (
    "Give exact names of SGLang classes: SiluAndMul, RMSNorm, GemmaRMSNorm, "
    "RotaryEmbedding, MRotaryEmbedding, TopK and UnquantizedFusedMoEMethod, or their subclasses. "
)
_BOTH_LISTS = (
    "the plugin fails to load with an error in the log, and the server runs without its layers 2 "
    "and 3"
)
_NOT_CUDA = (
    "The docs' example says that a skipped operation runs SGLang's native CUDA code; while the "
    "plugin's platform is active, the code runs SGLang's plain PyTorch version instead."
)
_VENDORS = List(Choice(("cuda", "ascend"), open=True))

_variable = partial(Variable, section=SECTION, owner="sglang_fl", documents=(FLAGOS,))

VARIABLES = (
    _variable(
        name="SGLANG_FL_OOT_ENABLED",
        type=Bool(),
        default="1",
        summary="Route SGLang's fused operations through the FlagOS plugin",
        details=(
            "The variable controls the plugin's dispatch of fused operations (norms, activations,"
            " rotary embedding, top-k, MoE, gated delta rule), not the plugin's layers 1 and 3. "
            "If it is off while the plugin's platform is active, SGLang runs plain PyTorch code "
            "for these operations; to get SGLang's CUDA kernels back, disable the plugin with "
            "SGLANG_PLUGINS=__none__. True: 1, true, yes (case-insensitive) or empty; anything "
            "else, including on and y, silently counts as false. The dispatch has no effect on "
            "the gated delta rule functions since SGLang 0.5.16, and none on SGLang's own "
            "operations since 0.5.18."
        ),
        example="0",
        relations=(_RELEASES,),
        reads=(Read(reader="flagos.bool", where=f"{_PLUGIN}:781", default=True),),
        discrepancies=(
            (
                "The docs say that 0 switches the layer off; the code does so for every value "
                "except 1, true, yes and an empty string."
            ),
            (
                "The docs name no SGLang release; the hook reaches SGLang's own operations only up "
                "to 0.5.17. Later releases still show the layer as on in the banner, and 0.5.23 "
                "logs that the hook cannot be applied."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_PREFER",
        type=Choice(("flagos", "vendor", "reference"), exact=False),
        default="flagos",
        summary="Kind of implementation that every fused operation tries first",
        details=(
            "Use flagos for FlagGems' Triton code, vendor for the chip maker's code, or reference "
            "(plain PyTorch) to debug precision. The other two kinds remain as fallbacks, in the "
            "order flagos, vendor, reference. An operation without an implementation of the "
            "preferred kind runs another: fused_moe exists for vendors only, and the gated delta "
            "rule has no reference implementation. An unknown value makes the plugin fail to load "
            "with an error in the log, and the server runs without layers 2 and 3. This happens "
            "even with SGLANG_FL_OOT_ENABLED=0, because the value is checked first."
        ),
        example="reference",
        relations=(
            EffectiveWhen(condition=Condition("SGLANG_FL_OOT_ENABLED", "true"), still_parsed=True),
            _RELEASES,
        ),
        reads=(
            Read(
                reader="flagos.prefer",
                where=f"{_PLUGIN}:124",
                default="flagos",
                default_rule="prefer in the YAML file, else flagos",
            ),
        ),
        discrepancies=(
            (
                "The docs give flagos as the default; if the variable is unset, the code "
                "first uses the key prefer of the YAML file."
            ),
            (
                "The docs' example says that SGLANG_FL_PREFER=reference makes all operations "
                "use the reference backend; in the code, fused_moe and the gated delta rule "
                "operations have no reference implementation and run flagos or vendor code."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_PER_OP",
        type=OpPriorities(),
        summary="Order of backends to try, per operation",
        details=(
            "Separate operations with semicolons and backends with bars (|); a comma becomes part"
            " of a name. For the operations that are named, the list replaces the order of "
            "SGLANG_FL_PREFER. If no listed backend is available, every available one is tried in"
            " arbitrary order, or the first call raises RuntimeError if fallback is off (see "
            "SGLANG_FL_STRICT). Operations are rms_norm, gemma_rms_norm, silu_and_mul, "
            "rotary_embedding, mrotary_embedding, topk, fused_moe, chunk_gated_delta_rule, "
            "fused_recurrent_gated_delta_rule and fused_recurrent_gated_delta_rule_packed_decode,"
            " or the classes SiluAndMul, RMSNorm, RotaryEmbedding, TopK and "
            "UnquantizedFusedMoEMethod; a misspelled one is silently ignored. Setting this "
            "variable discards all of op_backends in the YAML file, even for operations not named"
            " here."
        ),
        example="rms_norm=vendor|flagos;topk=reference",
        relations=(_ONLY_WITH_LAYER_2, _RELEASES),
        reads=(
            Read(
                reader="flagos.per-op",
                where=f"{_PLUGIN}:130",
                default={},
                default_rule="op_backends in the YAML file, else empty",
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that vendor:NAME and impl:ID are accepted besides flagos, "
                "vendor and reference."
            ),
            (
                "The docs do not mention that the code also accepts five class names, but not "
                "GemmaRMSNorm and MRotaryEmbedding."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_OOT_BLACKLIST",
        type=List(),
        summary="Fused operations that the plugin does not take over",
        details=(
            "Give exact names of SGLang classes: SiluAndMul, RMSNorm, GemmaRMSNorm, "
            "RotaryEmbedding, MRotaryEmbedding, TopK and UnquantizedFusedMoEMethod, or their "
            "subclasses. A class does not include its subclasses, so listing RMSNorm does not "
            "exclude GemmaRMSNorm; an unknown name is silently ignored. The list replaces "
            "oot_blacklist in the YAML file instead of extending it; to clear the file's list, "
            "set the variable to a single comma. The gated delta rule functions are not classes "
            "and cannot be excluded."
        ),
        example="RotaryEmbedding,MRotaryEmbedding",
        relations=(
            Excludes(other="SGLANG_FL_OOT_WHITELIST", consequence=_BOTH_LISTS, truthy=True),
            _ONLY_WITH_LAYER_2,
            _RELEASES,
        ),
        reads=(
            Read(
                reader="flagos.list",
                where=f"{_PLUGIN}:142",
                default=[],
                default_rule="oot_blacklist in the YAML file, else empty",
            ),
        ),
        discrepancies=(
            _NOT_CUDA,
            "The docs do not mention that a class name does not cover its subclasses.",
        ),
    ),
    _variable(
        name="SGLANG_FL_OOT_WHITELIST",
        type=List(),
        summary="The only fused operations that the plugin takes over",
        details=(
            f"{_NAMES_ARE_CLASSES}"
            "A class does not include its subclasses, and a list of misspelled names silently "
            "disables dispatch for all classes. Unlisted classes run SGLang's plain PyTorch "
            "version while the plugin's platform is active; the gated delta rule functions are "
            "always dispatched. The plugin fails to load if SGLANG_FL_OOT_BLACKLIST or oot_blacklist "
            "in the YAML file also lists any class. On kunlunxin, whose shipped file has an "
            "oot_blacklist, set SGLANG_FL_OOT_BLACKLIST to a single comma."
        ),
        example="RMSNorm,SiluAndMul",
        relations=(
            Excludes(other="SGLANG_FL_OOT_BLACKLIST", consequence=_BOTH_LISTS, truthy=True),
            _ONLY_WITH_LAYER_2,
            _RELEASES,
        ),
        reads=(Read(reader="flagos.whitelist", where=f"{_PLUGIN}:148", default=[]),),
        discrepancies=(
            (
                "The docs call this list and SGLANG_FL_OOT_BLACKLIST mutually exclusive but "
                "do not mention that a blacklist in the YAML file counts too and makes the "
                "plugin fail to load."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_STRICT",
        type=Bool(),
        default="0",
        summary="Fall back to the next backend when one fails",
        details=(
            "Contrary to the name and the docs, 1 enables fallback and is also the default; any "
            "other value, including 0 and true, raises the backend's exception instead. Set it to "
            "0 to find out which kernel fails; leave it unset to keep a server running. Fallback "
            "applies only until the first success: the implementation that succeeded is then "
            "kept, and its later failures are raised. A backend that is not available at all is "
            "skipped in either case."
        ),
        example="1",
        relations=(_ONLY_WITH_LAYER_2, _RELEASES),
        reads=(
            Read(
                reader="flagos.is-one",
                where=f"{_PLUGIN}:158",
                default=True,
                default_rule="strict in the YAML file, else true",
                effect="true enables fallback, false disables it",
            ),
        ),
        discrepancies=(
            (
                "The docs say that 1 disables fallback; the code enables it for 1 and disables it "
                "for 0."
            ),
            "The docs give 0 as the default; the code treats unset as 1.",
            (
                "The docs mention an error if the preferred backend is unavailable; the code "
                "raises no error and uses the next available backend, regardless of this "
                "variable."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_DENY_VENDORS",
        type=_VENDORS,
        summary="Vendors whose implementations are never chosen",
        details=(
            "Give names from ascend, cuda, kunlunxin, mthreads and tsingmicro, in lowercase; any "
            "other name is silently accepted and has no effect. Only vendor code is filtered, not"
            " flagos and reference. An operation without any other implementation raises "
            "RuntimeError when it is called: denying cuda breaks unquantized MoE models on "
            "NVIDIA, because fused_moe has only vendor code. The list takes precedence over "
            "SGLANG_FL_ALLOW_VENDORS and replaces deny_vendors in the YAML file."
        ),
        example="cuda",
        relations=(_ONLY_WITH_LAYER_2, _RELEASES),
        reads=(
            Read(
                reader="flagos.list",
                where=f"{_PLUGIN}:165",
                default=[],
                default_rule="deny_vendors in the YAML file, else empty",
            ),
        ),
        discrepancies=(
            "The docs do not list the vendors, nor do they mention that the code does "
            "not check the names.",
        ),
    ),
    _variable(
        name="SGLANG_FL_ALLOW_VENDORS",
        type=_VENDORS,
        summary="The only vendors whose implementations may be chosen",
        details=(
            "Give names from ascend, cuda, kunlunxin, mthreads and tsingmicro, in lowercase. They "
            "differ from those of SGLANG_FL_PLATFORM: NVIDIA is cuda here and nvidia there, Moore "
            "Threads is mthreads here and musa there. A wrong name such as nvidia or musa "
            "silently excludes every vendor implementation, and operations that only a vendor "
            "offers, such as fused_moe, raise RuntimeError when they are called. flagos and "
            "reference are never filtered. SGLANG_FL_DENY_VENDORS takes precedence over this "
            "list, and the list replaces allow_vendors in the YAML file."
        ),
        example="ascend",
        relations=(_ONLY_WITH_LAYER_2, _RELEASES),
        reads=(
            Read(
                reader="flagos.list",
                where=f"{_PLUGIN}:173",
                default=None,
                default_rule="allow_vendors in the YAML file, else every vendor",
            ),
        ),
        discrepancies=(
            "The docs do not list the vendors, nor do they mention that the code does "
            "not check the names.",
        ),
    ),
    _variable(
        name="SGLANG_FL_DISPATCH_LOG",
        type=Path(),
        summary="File that records which fused operations the plugin took over",
        details=(
            "Delete the file before a run: every process of the server appends to it, and it is "
            "never emptied. A line records either an intercepted class, once for each such module"
            " of the model, or an operation and the implementation tried first, at the "
            "operation's first call. An implementation reached only by fallback is written to the"
            " regular log instead. The plugin opens the file while it loads; the directory must "
            "exist by then, and ~ is not expanded."
        ),
        example="/var/log/sglang/dispatch.log",
        relations=(
            _ONLY_WITH_LAYER_2,
            Outside(
                needs="an existing, writable directory",
                note="without it, the plugin fails to load",
            ),
            _RELEASES,
        ),
        reads=(
            Read(reader="flagos.path", where=f"{_PLUGIN}:181", default=""),
            Read(
                reader="flagos.path",
                where="sglang_fl/dispatch/manager.py:355",
                default="",
                effect="appends the chosen implementation at the first call; failures are ignored",
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that a path that cannot be opened disables the plugin's "
                "layers 2 and 3."
            ),
        ),
    ),
)
