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
        "The plugin's README asks for SGLang 0.5.11. Its hook no longer reaches SGLang's own fused "
        "operations from 0.5.18 on."
    ),
)

_PLUGIN = "sglang_fl/__init__.py"
_RELEASES = Outside(
    needs="SGLang 0.5.11 to 0.5.17",
    note=(
        "from 0.5.18 SGLang's own operations no longer derive from the class that the plugin "
        "hooks, so they never reach it"
    ),
)
_ONLY_WITH_LAYER_2 = EffectiveWhen(condition=Condition("SGLANG_FL_OOT_ENABLED", "true"))
_NAMES_ARE_CLASSES = (
    "The names are those of SGLang's classes, compared exactly: SiluAndMul, RMSNorm, GemmaRMSNorm, "
    "RotaryEmbedding, MRotaryEmbedding, TopK and UnquantizedFusedMoEMethod, or a subclass of one. "
)
_BOTH_LISTS = (
    "the plugin fails to load with an error in the log, and the server goes on without its layers "
    "2 and 3"
)
_NOT_CUDA = (
    "The page's example says that a skipped operation falls through to SGLang's native CUDA code; "
    "while the plugin's platform is active, SGLang runs its plain PyTorch version instead."
)
_VENDORS = List(Choice(("cuda", "ascend"), open=True))

_variable = partial(Variable, section=SECTION, owner="sglang_fl", documents=(FLAGOS,))

VARIABLES = (
    _variable(
        name="SGLANG_FL_OOT_ENABLED",
        type=Bool(),
        default="1",
        summary="Route SGLang's fused operations through the FlagOS plugin (layer 2)",
        details=(
            "Switches dispatch of the fused operations (norms, activations, rotary embedding, "
            "top-k, MoE, gated delta rule) on or off; layers 1 and 3 are not touched. Only 1, true "
            "and yes are on, in any case, and so is the empty text; on, y or a typo switches the "
            "layer off without a word. Switched off, the operations do not return to SGLang's CUDA "
            "kernels as long as the plugin's platform is active: SGLang then runs its plain "
            "PyTorch versions. To get the CUDA kernels back, keep the plugin out with "
            "SGLANG_PLUGINS=__none__. From SGLang 0.5.18 the layer is without effect for SGLang's "
            "own operations whatever stands here, and the gated delta rule functions are out of "
            "reach from 0.5.16."
        ),
        example="0",
        relations=(_RELEASES,),
        reads=(Read(reader="flagos.bool", where=f"{_PLUGIN}:781", default=True),),
        discrepancies=(
            (
                "The page says that 0 switches the layer off; the code does so for every text "
                "except 1, true, yes and the empty one."
            ),
            (
                "The page names no SGLang release; the hook reaches SGLang's own operations only "
                "up to 0.5.17, the banner says the layer is on in later ones too, and in 0.5.23 "
                "SGLang logs that the hook cannot be applied."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_PREFER",
        type=Choice(("flagos", "vendor", "reference"), exact=False),
        default="flagos",
        summary="The kind of implementation that every fused operation tries first",
        details=(
            "flagos is FlagGems' Triton code, vendor the chip maker's, reference plain PyTorch for "
            "hunting precision bugs. It is an order, not a ban: flagos goes on to vendor and then "
            "reference, vendor to flagos and reference, reference to flagos and vendor. What has "
            "no implementation of the kind runs another: fused_moe exists for vendors only, and "
            "the gated delta rule has no reference. A word that is none of the three makes the "
            "plugin fail to load: the log has an error, and the server runs without layers 2 and "
            "3. That happens even with SGLANG_FL_OOT_ENABLED=0, because the word is checked first."
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
            "The page gives flagos as the default; prefer in the YAML file comes before it.",
            (
                "The page's example says that reference forces all operations to that back-end; "
                "fused_moe and the gated delta rule operations have none and run flagos or vendor "
                "code."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_PER_OP",
        type=OpPriorities(),
        summary="The order of back-ends to try, operation by operation",
        details=(
            "For the operations it names it replaces the order of SGLANG_FL_PREFER; a back-end "
            "that is not listed is not tried as long as a listed one is available. Semicolons "
            "separate operations and bars separate back-ends; a comma becomes part of a name. "
            "Operations are rms_norm, gemma_rms_norm, silu_and_mul, rotary_embedding, "
            "mrotary_embedding, topk, fused_moe, chunk_gated_delta_rule, "
            "fused_recurrent_gated_delta_rule and fused_recurrent_gated_delta_rule_packed_decode; "
            "SiluAndMul, RMSNorm, RotaryEmbedding, TopK and UnquantizedFusedMoEMethod are "
            "understood too. Nothing reports a misspelt operation. With an order that no available "
            "back-end fits, every available one is tried, in no useful order, while fallback is "
            "on, and RuntimeError is raised at the first call while it is off (see "
            "SGLANG_FL_STRICT). Setting it drops all of op_backends in the YAML file, also for "
            "operations it does not name."
        ),
        example="rms_norm=vendor|flagos;topk=reference",
        relations=(_ONLY_WITH_LAYER_2, _RELEASES),
        reads=(
            Read(
                reader="flagos.per-op",
                where=f"{_PLUGIN}:130",
                default={},
                default_rule="op_backends in the YAML file, else nothing",
            ),
        ),
        discrepancies=(
            (
                "The page does not say that vendor:NAME and impl:ID are accepted beside flagos, "
                "vendor and reference."
            ),
            (
                "The page does not say that class names are accepted; five are, GemmaRMSNorm and "
                "MRotaryEmbedding are not."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_OOT_BLACKLIST",
        type=List(),
        summary="Fused operations that the plugin leaves alone",
        details=(
            f"{_NAMES_ARE_CLASSES}"
            "A class does not stand for its subclasses, so RMSNorm leaves GemmaRMSNorm dispatched, "
            "and a name that fits nothing is not reported. The list replaces oot_blacklist of the "
            "YAML file and is not added to it; a lone comma clears it. The gated delta rule "
            "functions are not classes and cannot be left out."
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
                default_rule="oot_blacklist in the YAML file, else nothing",
            ),
        ),
        discrepancies=(
            _NOT_CUDA,
            "The page does not say that a class name does not cover its subclasses.",
        ),
    ),
    _variable(
        name="SGLANG_FL_OOT_WHITELIST",
        type=List(),
        summary="The only fused operations that the plugin takes over",
        details=(
            f"{_NAMES_ARE_CLASSES}"
            "A class does not stand for its subclasses, and a list of misspelt names switches "
            "dispatch off for all of them without a message. What is not listed runs SGLang's "
            "plain PyTorch version while the plugin's platform is active. The gated delta rule "
            "functions are dispatched whatever stands here. An oot_blacklist in the YAML file "
            "collides with it as much as the variable does: on kunlunxin, whose shipped file has "
            "one, any whitelist keeps the plugin from loading until SGLANG_FL_OOT_BLACKLIST is set "
            "to a lone comma."
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
                "The page calls the two lists mutually exclusive; it does not say that a blacklist "
                "from the YAML file counts, and that the plugin then fails to load."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_STRICT",
        type=Bool(),
        default="0",
        summary="Let the next back-end try when one fails: 1 allows it, against what the page says",
        details=(
            "The name and the page suggest that 1 forbids fallback. In the code it is the other "
            "way round: 1 lets the next back-end try when one raises an exception, which is also "
            "what happens when the variable is unset, and every other text, 0 and true alike, lets "
            "the exception through. To find out which kernel fails, set 0; to keep a server "
            "running, leave it unset. Fallback helps only until the first success: that "
            "implementation is then kept, and a later failure of it is raised. A back-end that is "
            "not available at all is passed over in either case."
        ),
        example="1",
        relations=(_ONLY_WITH_LAYER_2, _RELEASES),
        reads=(
            Read(
                reader="flagos.is-one",
                where=f"{_PLUGIN}:158",
                default=True,
                default_rule="strict in the YAML file, else true",
                effect="True keeps fallback on, false switches it off",
            ),
        ),
        discrepancies=(
            "The page says that 1 disables fallback; in the code 1 enables it and 0 disables it.",
            "The page gives 0 as the default; unset, the code behaves as with 1.",
            (
                "The page speaks of an error when the preferred back-end is unavailable; the code "
                "never raises for that, it takes the next one that is available, whatever the "
                "variable says."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FL_DENY_VENDORS",
        type=_VENDORS,
        summary="Chip makers whose implementations are never chosen",
        details=(
            "The names the plugin knows are ascend, cuda, kunlunxin, mthreads and tsingmicro, in "
            "lower case; another word is accepted and denies nobody. Only vendor code is filtered: "
            "flagos and reference stay. An operation that only the vendor offers then raises "
            "RuntimeError when it is called, and fused_moe is one, so denying cuda breaks "
            "unquantized MoE models on NVIDIA. It wins over SGLANG_FL_ALLOW_VENDORS and replaces "
            "deny_vendors of the YAML file."
        ),
        example="cuda",
        relations=(_ONLY_WITH_LAYER_2, _RELEASES),
        reads=(
            Read(
                reader="flagos.list",
                where=f"{_PLUGIN}:165",
                default=[],
                default_rule="deny_vendors in the YAML file, else nothing",
            ),
        ),
        discrepancies=(
            "The page does not list the vendors, and the code does not check the names.",
        ),
    ),
    _variable(
        name="SGLANG_FL_ALLOW_VENDORS",
        type=_VENDORS,
        summary="The only chip makers whose implementations may be chosen",
        details=(
            "The names are ascend, cuda, kunlunxin, mthreads and tsingmicro, in lower case. They "
            "are not those of SGLANG_FL_PLATFORM: NVIDIA is cuda here and nvidia there, Moore "
            "Threads is mthreads here and musa there. NVIDIA or musa is accepted without a word "
            "and shuts every vendor implementation out, after which operations that only a vendor "
            "offers, such as fused_moe, raise RuntimeError when they are called. flagos and "
            "reference are never filtered, SGLANG_FL_DENY_VENDORS wins over this list, and the "
            "list replaces allow_vendors of the YAML file."
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
            "The page does not list the vendors, and the code does not check the names.",
        ),
    ),
    _variable(
        name="SGLANG_FL_DISPATCH_LOG",
        type=Path(),
        summary="File that records which fused operations the plugin took over, and with what",
        details=(
            "It has two kinds of lines: the class that was intercepted, once for each such module "
            "of the model, and the operation with the implementation tried first, at its first "
            "call. An implementation that only fallback reached is not written here, only to the "
            "log. Lines are appended, by every process of the server, and the file is never "
            "emptied: delete it before a run. The file is opened while the plugin loads; the "
            "directory must exist by then, and ~ is not expanded."
        ),
        example="/var/log/sglang/dispatch.log",
        relations=(
            _ONLY_WITH_LAYER_2,
            Outside(
                needs="an existing, writable directory",
                note="without it the plugin fails to load",
            ),
            _RELEASES,
        ),
        reads=(
            Read(reader="flagos.path", where=f"{_PLUGIN}:181", default=""),
            Read(
                reader="flagos.path",
                where="sglang_fl/dispatch/manager.py:355",
                default="",
                effect="Appends the chosen implementation at the first call; failures are ignored",
            ),
        ),
        discrepancies=(
            (
                "The page does not say that a path that cannot be opened costs the plugin's layers "
                "2 and 3."
            ),
        ),
    ),
)
