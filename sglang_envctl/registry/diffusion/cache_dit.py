"""SGLang Diffusion: caching between denoising steps with Cache-DiT."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import DIFFUSION, DIFFUSION_OLDER, DIFFUSION_SOURCE
from sglang_envctl.registry.types import Bool, Choice, Float, Int, List
from sglang_envctl.registry.variable import (
    Condition,
    EffectiveWhen,
    Outside,
    OverriddenBy,
    Read,
    Requires,
    Section,
    Variable,
)

SECTION = Section(
    slug="cache-dit",
    title="Diffusion: Cache-DiT",
    heading="Caching Acceleration / Cache-DiT Configuration",
)

_ENVS = "sglang/multimodal_gen/envs.py"
_SERVER_ARGS = "sglang/multimodal_gen/runtime/server_args/server_args.py"

_ONLY_WHEN_ENABLED = EffectiveWhen(
    condition=Condition("SGLANG_CACHE_DIT_ENABLED", "true"),
    unless="a request that sets enable_cache_dit (since 0.5.19)",
)
_NO_CUDA_GRAPHS = Outside(
    needs="no --enable-breakable-cuda-graph",
    note="Cache-DiT then stays off since 0.5.16, with a warning since 0.5.18",
)


def _not_in_request(key: str) -> Outside:
    return Outside(
        needs=f"no {key} in the request's cache_dit_params",
        note="the request's value takes precedence (since 0.5.19)",
    )


def _number_not_in_request(key: str) -> Outside:
    return Outside(
        needs=f"no {key} in the request's cache_dit_params",
        note=(
            "the request's value takes precedence, but the value here is still parsed and must be "
            "a number (since 0.5.19)"
        ),
    )


_variable = partial(
    Variable,
    section=SECTION,
    owner="sglang-diffusion",
    documents=(DIFFUSION, DIFFUSION_SOURCE, DIFFUSION_OLDER),
)

# Bounds: SGLang checks none of these numbers. Where a type has a limit, cache-dit (1.1.8 to 1.5.1,
# the versions that SGLang pins) either fails beyond it or treats the value as the limit.

VARIABLES = (
    _variable(
        name="SGLANG_CACHE_DIT_ENABLED",
        type=Bool(),
        default="false",
        summary="Reuse results between denoising steps with Cache-DiT",
        details=(
            "Set it to true; with 1, yes or on, the check for hybrid parallelism is skipped. If "
            "the first blocks of a step change little, the step reuses an earlier step's result "
            "for the other blocks, which saves time and costs some fidelity. The first request "
            "enables the cache (since 0.5.8 the first after the server's warmup, unless "
            "torch.compile is on), so an invalid value in another Cache-DiT variable fails at "
            "that request, not at startup. While Cache-DiT is on, the server no longer enables "
            "layerwise offload, FSDP or breakable CUDA graphs on its own, which can cost GPU "
            "memory. In 0.5.9 to 0.5.10.post1 every request after the first raises ValueError unless "
            "SGLANG_CACHE_DIT_SCM_PRESET names a preset."
        ),
        example="true",
        relations=(
            Outside(
                needs="no enable_cache_dit in the request",
                note=(
                    "the request's choice takes precedence; this variable is the server's default "
                    "(since 0.5.19; not for HunyuanImage-3, which ignores the request's choice; "
                    "for MiniMax-H3, a quality in the request takes precedence as well)"
                ),
            ),
            Outside(
                needs="the cache-dit package",
                note="without it, the denoising code cannot be imported (since 0.5.9)",
            ),
            Outside(
                needs="SGLang's own model backend",
                note="the diffusers backend reads --cache-dit-config instead",
            ),
            Outside(
                needs="a transformer for which cache-dit or SGLang has block definitions",
                note=(
                    "others raise ValueError at the first request; LLaDA-Image does not start "
                    "(since 0.5.22); FLUX.3 Image Klein with Ulysses parallelism logs a "
                    "warning and runs without Cache-DiT (0.5.23)"
                ),
            ),
            Outside(
                needs="no --use-fsdp-inference",
                note=(
                    "if you pass it, the server does not start (ValueError); if the server chose "
                    "FSDP itself, it disables FSDP with a warning (since 0.5.14)"
                ),
            ),
            Outside(
                needs="no layerwise offload of the DiT in 0.5.7 to 0.5.18",
                note=(
                    "these releases do not start with both (ValueError; 0.5.7 only where the value "
                    "is true); since 0.5.19 they can be combined"
                ),
            ),
            _NO_CUDA_GRAPHS,
        ),
        reads=(
            Read(
                reader="diffusion.bool",
                where=f"{_ENVS}:393",
                since="0.5.6.post1",
                default=False,
            ),
            Read(
                reader="diffusion.true-only",
                where=f"{_SERVER_ARGS}:4179",
                since="0.5.7",
                default=False,
                effect=(
                    "warns about combined sequence and tensor parallelism; 0.5.7 does not start "
                    "with that combination, nor with layerwise offload"
                ),
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that 1, yes and on enable Cache-DiT but skip the check "
                "for hybrid parallelism, which recognizes only true."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_FN",
        # cache-dit asserts 1 <= FN <= number of blocks; the upper end depends on the model.
        type=Int(minimum=1, unit="blocks"),
        default="1",
        summary="Number of leading transformer blocks that every step computes",
        details=(
            "Raise it to make the decision to reuse more reliable; lower it to save more time. A "
            "step reuses the results of the remaining blocks if the output of the leading blocks "
            "changed little since the last computed step. With 0, the request fails."
        ),
        example="8",
        relations=(
            _ONLY_WHEN_ENABLED,
            _number_not_in_request("Fn_compute_blocks"),
            _NO_CUDA_GRAPHS,
        ),
        reads=(
            Read(
                reader="diffusion.int",
                where=f"{_ENVS}:395",
                since="0.5.6.post1",
                default=1,
            ),
        ),
        discrepancies=(
            (
                "The docs name no limits; cache-dit raises AssertionError below 1 and above the "
                "number of the model's blocks."
            ),
            "The docs do not mention that an empty string raises ValueError.",
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_BN",
        # cache-dit asserts 0 <= BN <= number of blocks; the upper end depends on the model.
        type=Int(minimum=0, unit="blocks"),
        default="0",
        summary="Number of trailing transformer blocks that every step computes",
        details=(
            "In a step that reuses the middle blocks, computing the trailing blocks corrects the "
            "result but takes time; with 0, none are computed. Keep the sum of this variable and "
            "SGLANG_CACHE_DIT_FN within the number of blocks, which nothing checks. If the sum is"
            " larger, the blocks that both numbers cover run twice in every step, which corrupts "
            "the result even if nothing is reused."
        ),
        example="8",
        relations=(
            _ONLY_WHEN_ENABLED,
            _number_not_in_request("Bn_compute_blocks"),
            _NO_CUDA_GRAPHS,
        ),
        reads=(
            Read(
                reader="diffusion.int",
                where=f"{_ENVS}:397",
                since="0.5.6.post1",
                default=0,
            ),
        ),
        discrepancies=(
            (
                "The docs name no limits; cache-dit raises AssertionError below 0 and above the "
                "number of the model's blocks."
            ),
            "The docs do not mention that an empty string raises ValueError.",
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_WARMUP",
        # cache-dit computes the steps of range(0, WARMUP): below 0 there are none, as with 0.
        type=Int(unit="steps"),
        default="4",
        summary="Number of initial denoising steps that are computed in full",
        details=(
            "Set it below the number of steps: a request with this many steps or fewer reuses "
            "nothing, so the default, 4, disables caching for a model distilled to 4 steps. The "
            "first steps determine the composition of the image, so they are always computed. "
            "With a step mask (SGLANG_CACHE_DIT_SCM_PRESET or SGLANG_CACHE_DIT_SCM_COMPUTE_BINS),"
            " the value is limited to the length of the mask's first run of computed steps. It is"
            " unrelated to the server's own warmup."
        ),
        example="8",
        relations=(_ONLY_WHEN_ENABLED, _number_not_in_request("max_warmup_steps"), _NO_CUDA_GRAPHS),
        reads=(
            Read(
                reader="diffusion.int",
                where=f"{_ENVS}:399",
                since="0.5.6.post1",
                default=4,
            ),
        ),
        discrepancies=(
            "The docs do not mention that a negative number counts as 0.",
            "The docs do not mention that an empty string raises ValueError.",
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_RDT",
        # 0 and below disable reuse, so a negative number is a mistake. No upper limit: from 1 on
        # cache-dit always reuses, which can be useful together with MC or a mask.
        type=Float(minimum=0.0),
        default="0.24",
        summary="Relative change of the leading blocks' output below which a step reuses results",
        details=(
            "A higher value is faster and less accurate. The default, 0.24, is aggressive and "
            "relies on the limit of SGLANG_CACHE_DIT_MC: without that limit, about 0.12 is safer."
            " With 0, no step reuses results; on a single GPU, 1 or more makes every step reuse "
            "them, up to that limit. With SGLANG_CACHE_DIT_SCM_POLICY=static and a step mask, the"
            " value is ignored."
        ),
        example="0.12",
        relations=(
            _ONLY_WHEN_ENABLED,
            _number_not_in_request("residual_diff_threshold"),
            _NO_CUDA_GRAPHS,
        ),
        reads=(
            Read(
                reader="diffusion.float",
                where=f"{_ENVS}:401",
                since="0.5.6.post1",
                default=0.24,
            ),
        ),
        discrepancies=(
            (
                "The docs name no limits; the code silently accepts nan and negative numbers and "
                "then never reuses anything, except with SGLANG_CACHE_DIT_SCM_POLICY=static."
            ),
            "The docs do not mention that an empty string raises ValueError.",
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_MC",
        # cache-dit documents -1 as "no limit"; every number below it has the same effect.
        type=Int(minimum=-1, unit="steps"),
        default="3",
        summary="Maximum number of consecutive steps that reuse results",
        details=(
            "Lower it to limit the error that accumulates over reused steps; -1 removes the limit "
            "and 0 disables reuse. With SGLANG_CACHE_DIT_SCM_POLICY=static and a step mask, the "
            "value is ignored."
        ),
        example="2",
        relations=(
            _ONLY_WHEN_ENABLED,
            _number_not_in_request("max_continuous_cached_steps"),
            _NO_CUDA_GRAPHS,
        ),
        reads=(
            Read(
                reader="diffusion.int",
                where=f"{_ENVS}:403",
                since="0.5.6.post1",
                default=3,
            ),
        ),
        discrepancies=(
            "The docs do not mention that a negative number means no limit.",
            "The docs do not mention that an empty string raises ValueError.",
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_TAYLORSEER",
        type=Bool(),
        default="false",
        summary="Extrapolate a reused result from past steps instead of repeating the last one",
        details=(
            "If it is on, reused results follow the trend of the computed steps, so that longer "
            "runs of reuse stay close to the full computation. Leave it off for models distilled "
            "to a few steps, because TaylorSeer needs several computed steps to extrapolate from."
        ),
        example="true",
        relations=(
            _ONLY_WHEN_ENABLED,
            _not_in_request("enable_taylorseer"),
            _NO_CUDA_GRAPHS,
            Outside(
                needs="SGLANG_CACHE_DIT_DMD unset or false",
                note=(
                    "with both on, the first request raises ValueError (since 0.5.21, which adds "
                    "DMD)"
                ),
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that TaylorSeer cannot be combined with DMD, a "
                "calibrator that 0.5.21 adds."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_TS_ORDER",
        type=Int(choices=(1, 2)),
        default="1",
        summary="Order of TaylorSeer's Taylor expansion",
        details=(
            "Use 1 to extrapolate from the slope of past steps. With 2, TaylorSeer also uses "
            "their curvature, which takes more GPU memory and one more computed step. 0 is "
            "accepted and means plain reuse, as without TaylorSeer."
        ),
        example="2",
        relations=(
            _ONLY_WHEN_ENABLED,
            EffectiveWhen(
                condition=Condition("SGLANG_CACHE_DIT_TAYLORSEER", "true"),
                unless="a request whose cache_dit_params set enable_taylorseer (since 0.5.19)",
            ),
            _number_not_in_request("taylorseer_order"),
            _NO_CUDA_GRAPHS,
        ),
        reads=(
            Read(
                reader="diffusion.int",
                where=f"{_ENVS}:407",
                since="0.5.6.post1",
                default=1,
            ),
        ),
        discrepancies=(
            (
                "The docs say 1 or 2; the code accepts any whole number: 0, 3 and larger numbers "
                "work, and a negative one raises IndexError when TaylorSeer is on."
            ),
            "The docs do not mention that an empty string raises ValueError.",
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SCM_PRESET",
        type=Choice(("none", "slow", "medium", "fast", "ultra")),
        default="none",
        summary="Predefined mask of computed and cached steps",
        details=(
            "Choose a preset by how many steps it computes: of 28 steps, slow computes 18, medium"
            " 15, fast 11 and ultra 8. For other step counts the mask is stretched, cut or "
            "generated, but below 8 steps only 4 and 6 have a mask (the same in all four "
            "presets), and every other count raises AssertionError. In a model with two experts, "
            "each expert's own share of the steps counts. A custom mask "
            "(SGLANG_CACHE_DIT_SCM_COMPUTE_BINS) that cannot be parsed disables the preset too. "
            "HunyuanImage-3, which uses Cache-DiT since 0.5.22, supports no mask."
        ),
        example="medium",
        relations=(
            _ONLY_WHEN_ENABLED,
            OverriddenBy(
                others=(
                    "SGLANG_CACHE_DIT_SCM_COMPUTE_BINS",
                    "SGLANG_CACHE_DIT_SCM_CACHE_BINS",
                ),
                note=(
                    "but a preset other than none takes precedence over the bins after a change "
                    "of resolution within a request (since 0.5.13; not in Ideogram 4 since "
                    "0.5.15), and from the second request on in 0.5.9 to 0.5.14 (up to 0.5.21 in "
                    "models with one transformer)"
                ),
            ),
            _not_in_request("scm_preset"),
            _NO_CUDA_GRAPHS,
        ),
        reads=(
            Read(
                reader="diffusion.scm-preset",
                where=f"{_ENVS}:422",
                since="0.5.6.post1",
                default="none",
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that every value except none, slow, medium, fast and"
                " ultra, even an empty string, raises ValueError at the first request, unless"
                " SGLANG_CACHE_DIT_SCM_COMPUTE_BINS and SGLANG_CACHE_DIT_SCM_CACHE_BINS are "
                "both set."
            ),
            "The docs do not mention that the presets cover only 4, 6, and 8 or more steps.",
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SCM_POLICY",
        type=Choice(("dynamic", "static"), open=True),
        default="dynamic",
        summary="Policy for the cached steps of a mask: always reuse results, or decide per step",
        details=(
            "Set it to static if requests must take the same time regardless of content: all "
            "cached steps of the mask then reuse results; with dynamic, SGLANG_CACHE_DIT_RDT and "
            "SGLANG_CACHE_DIT_MC decide for each step. The policy has an effect only with a step "
            "mask: SGLANG_CACHE_DIT_SCM_PRESET other than none, or "
            "SGLANG_CACHE_DIT_SCM_COMPUTE_BINS with SGLANG_CACHE_DIT_SCM_CACHE_BINS. With a "
            "preset, static becomes dynamic after a change of resolution within a request (since "
            "0.5.13, but since 0.5.15 no longer in Ideogram 4). In 0.5.9 to 0.5.14 (to 0.5.21 in "
            "models with one transformer), it also does from the second request on. Any other "
            "value, including STATIC, is silently read as dynamic."
        ),
        example="static",
        relations=(_ONLY_WHEN_ENABLED, _not_in_request("scm_policy"), _NO_CUDA_GRAPHS),
        reads=(
            Read(
                reader="diffusion.scm-policy",
                where=f"{_ENVS}:428",
                since="0.5.6.post1",
                default="dynamic",
            ),
        ),
        discrepancies=(
            (
                "The docs name only the default; the code reads every value except static, in"
                " lowercase, as dynamic."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SCM_COMPUTE_BINS",
        # An item is a number of steps. 0 works: it joins the adjacent runs. A negative one adds no
        # step to the mask and reduces the sum that must cover all steps: always a mistake.
        type=List(item=Int(minimum=0)),
        summary="Custom step mask: lengths of the runs of computed steps",
        details=(
            "Set it together with SGLANG_CACHE_DIT_SCM_CACHE_BINS: the mask alternates between "
            "the two lists, beginning with this one (8,3 with 1,2 computes 8 steps, may reuse 1, "
            "computes 3, may reuse 2). All numbers together must cover the steps of the request "
            "(in a model with two experts, each expert's share), or the request fails with "
            "AssertionError; a longer mask is cut off. Unlike in a preset, the last step may be a"
            " cached one. If the list begins with 0, the first step has nothing to reuse, and "
            "SGLANG_CACHE_DIT_SCM_POLICY=static raises AssertionError. An item that is not a "
            "whole number, or a trailing comma, disables the mask with a warning, even if a "
            "preset is set."
        ),
        example="8,3,3,2,2",
        relations=(
            _ONLY_WHEN_ENABLED,
            Requires(
                other="SGLANG_CACHE_DIT_SCM_CACHE_BINS",
                consequence=(
                    "the mask is ignored with a warning, and SGLANG_CACHE_DIT_SCM_PRESET applies"
                ),
            ),
            _not_in_request("scm_compute_bins or scm_cache_bins"),
            _NO_CUDA_GRAPHS,
        ),
        reads=(
            Read(
                reader="diffusion.scm-bins",
                where=f"{_ENVS}:424",
                since="0.5.6.post1",
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that it works only together with "
                "SGLANG_CACHE_DIT_SCM_CACHE_BINS."
            ),
            (
                "The docs do not mention that a single invalid item disables the mask, even if a "
                "preset is set."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SCM_CACHE_BINS",
        type=List(item=Int(minimum=0)),  # as SGLANG_CACHE_DIT_SCM_COMPUTE_BINS
        summary="Custom step mask: lengths of the runs of cached steps",
        details=(
            "Set it together with SGLANG_CACHE_DIT_SCM_COMPUTE_BINS, whose rules apply to both "
            "lists. Each number is the length of a run of steps. The mask takes runs from the two"
            " lists in turn, beginning with SGLANG_CACHE_DIT_SCM_COMPUTE_BINS; if one list is "
            "longer, its remaining runs follow. SGLANG_CACHE_DIT_SCM_POLICY decides whether a "
            "step in a cached run actually reuses results."
        ),
        example="1,2,2,2,3",
        relations=(
            _ONLY_WHEN_ENABLED,
            Requires(
                other="SGLANG_CACHE_DIT_SCM_COMPUTE_BINS",
                consequence=(
                    "the mask is ignored with a warning, and SGLANG_CACHE_DIT_SCM_PRESET applies"
                ),
            ),
            _not_in_request("scm_compute_bins or scm_cache_bins"),
            _NO_CUDA_GRAPHS,
        ),
        reads=(
            Read(
                reader="diffusion.scm-bins",
                where=f"{_ENVS}:426",
                since="0.5.6.post1",
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that it works only together with "
                "SGLANG_CACHE_DIT_SCM_COMPUTE_BINS."
            ),
            (
                "The docs do not mention that a single invalid item disables the mask, even if a "
                "preset is set."
            ),
        ),
    ),
)
