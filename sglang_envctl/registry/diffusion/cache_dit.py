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
    unless="a request that sets enable_cache_dit (0.5.19 and later)",
)
_NO_CUDA_GRAPHS = Outside(
    needs="no --enable-breakable-cuda-graph",
    note="with it, Cache-DiT stays off (from 0.5.16 on; a warning says so from 0.5.18 on)",
)


def _not_in_request(key: str) -> Outside:
    return Outside(
        needs=f"no {key} in the request's cache_dit_params",
        note="a request's own value wins (0.5.19 and later)",
    )


def _number_not_in_request(key: str) -> Outside:
    return Outside(
        needs=f"no {key} in the request's cache_dit_params",
        note=(
            "a request's own value wins, but the text here is read all the same and must be a "
            "number (0.5.19 and later)"
        ),
    )


_variable = partial(
    Variable,
    section=SECTION,
    owner="sglang-diffusion",
    documents=(DIFFUSION, DIFFUSION_SOURCE, DIFFUSION_OLDER),
)

# Bounds: SGLang checks none of these numbers. Where a type has a limit, cache-dit (1.1.8 to 1.5.1,
# the versions that SGLang pins) either fails beyond it or acts as if it stood at the limit.

VARIABLES = (
    _variable(
        name="SGLANG_CACHE_DIT_ENABLED",
        type=Bool(),
        default="false",
        summary="Reuse results between denoising steps with Cache-DiT",
        details=(
            "A step whose first blocks change little takes the rest of its result from an earlier "
            "step, which saves time and costs some fidelity. The cache is mounted by the first "
            "real request, after the server's warm-up (from 0.5.8 on, unless torch.compile is on), "
            "so a bad value in one of the knobs fails that request and not the start. Switched on, "
            "it also stops the server from choosing layerwise offload, FSDP or breakable CUDA "
            "graphs by itself, which can cost GPU memory. In 0.5.9 and 0.5.10 every request after "
            "the first raises ValueError unless SGLANG_CACHE_DIT_SCM_PRESET names a preset. Prefer "
            "the word true: the check for hybrid parallelism knows no other."
        ),
        example="true",
        relations=(
            Outside(
                needs="no enable_cache_dit in the request",
                note="a request's own choice wins; this is the server's default (0.5.19 and later)",
            ),
            Outside(
                needs="the cache-dit package",
                note="missing, the denoising code cannot be imported at all (0.5.9 and later)",
            ),
            Outside(
                needs="SGLang's own model backend",
                note="the diffusers backend looks at --cache-dit-config instead",
            ),
            Outside(
                needs="a transformer that cache-dit or SGLang has block definitions for",
                note=(
                    "others raise ValueError at the first request; LLaDA-Image refuses to start "
                    "(0.5.22 and later); FLUX.3 Image Klein with Ulysses parallelism warns and "
                    "runs without (0.5.23)"
                ),
            ),
            Outside(
                needs="no --use-fsdp-inference",
                note=(
                    "given explicitly, the server does not start (ValueError); chosen by the "
                    "server, it is dropped with a warning (0.5.14 and later)"
                ),
            ),
            Outside(
                needs="no layerwise offload of the DiT in 0.5.7 to 0.5.18",
                note=(
                    "these releases do not start with both (ValueError; 0.5.7 only where the text "
                    "is true); from 0.5.19 on they go together"
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
                    "the server's check for sequence and tensor parallelism at once: a warning, in "
                    "0.5.7 a refusal to start (and there the check for layerwise offload, too)"
                ),
            ),
        ),
        discrepancies=(
            (
                "The page gives one meaning; the code reads it twice: 1, yes and on enable "
                "Cache-DiT but pass by the check for hybrid parallelism, which sees only true."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_FN",
        # cache-dit asserts 1 <= FN <= number of blocks; the upper end depends on the model.
        type=Int(minimum=1, unit="blocks"),
        default="1",
        summary="Number of first transformer blocks that every step computes",
        details=(
            "How far these blocks' output moved since the last computed step decides whether the "
            "step reuses the rest. More blocks judge better and save less. 0 does not mean none: "
            "it fails the request."
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
                "The page names no limits; cache-dit raises AssertionError below 1 and above the "
                "number of the model's blocks."
            ),
            "The page does not say that an empty value raises ValueError.",
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_BN",
        # cache-dit asserts 0 <= BN <= number of blocks; the upper end depends on the model.
        type=Int(minimum=0, unit="blocks"),
        default="0",
        summary="Number of last transformer blocks that every step computes",
        details=(
            "Computing the last blocks even in a step that reuses the middle ones corrects its "
            "result, at the price of their time; 0 leaves that out. Nothing checks the sum with "
            "SGLANG_CACHE_DIT_FN: where it is larger than the number of blocks, the blocks in both "
            "ranges run twice in every step, which spoils the result even where nothing is reused."
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
                "The page names no limits; cache-dit raises AssertionError below 0 and above the "
                "number of the model's blocks."
            ),
            "The page does not say that an empty value raises ValueError.",
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_WARMUP",
        # cache-dit computes the steps of range(0, WARMUP): below 0 there are none, as with 0.
        type=Int(minimum=0, unit="steps"),
        default="4",
        summary="Number of first denoising steps that are computed in full",
        details=(
            "These steps settle the composition, so they reuse nothing. With as many steps as this "
            "or fewer, nothing is ever reused: the default switches caching off for a model "
            "distilled to 4 steps. With a step mask (SGLANG_CACHE_DIT_SCM_PRESET or the bins), it "
            "is cut to the mask's first run of computed steps. It has nothing to do with the "
            "server's own warm-up."
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
            "The page names no limits; the code takes a negative number and acts as with 0.",
            "The page does not say that an empty value raises ValueError.",
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_RDT",
        # 0 and everything below it switch reuse off, so a negative number cannot be meant. No upper
        # limit: from 1 on cache-dit always reuses, which can be wanted together with MC or a mask.
        type=Float(minimum=0.0),
        default="0.24",
        summary="Relative change of the first blocks' output below which a step reuses results",
        details=(
            "Higher is faster and coarser. 0 never reuses; 1 or more always does on a single GPU, "
            "as far as SGLANG_CACHE_DIT_MC allows. The default is bold and leans on that limit: "
            "without it, about half is the more careful choice. With "
            "SGLANG_CACHE_DIT_SCM_POLICY=static and a step mask, it is not looked at."
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
                "The page names no limits; the code takes nan and negative numbers without a word "
                "and then never reuses anything, except under the static policy."
            ),
            "The page does not say that an empty value raises ValueError.",
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_MC",
        # -1 is cache-dit's own word for "no limit"; every number below it acts the same.
        type=Int(minimum=-1, unit="steps"),
        default="3",
        summary="Most steps in a row that may reuse results before one is computed",
        details=(
            "Keeps the error of reused steps from piling up. -1 lifts the limit and 0 forbids "
            "reuse altogether. With SGLANG_CACHE_DIT_SCM_POLICY=static and a step mask, it is not "
            "looked at."
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
            "The page does not say that a negative number means no limit.",
            "The page does not say that an empty value raises ValueError.",
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_TAYLORSEER",
        type=Bool(),
        default="false",
        summary="Forecast a reused result from past steps instead of taking the last one",
        details=(
            "The TaylorSeer calibrator extends the trend of the computed steps to the reused ones, "
            "so that longer runs of reuse stay close to the full computation. It needs several "
            "computed steps to see a trend; for models distilled to a few steps it is the wrong "
            "tool, which is why it is off by default."
        ),
        example="true",
        relations=(
            _ONLY_WHEN_ENABLED,
            _not_in_request("enable_taylorseer"),
            _NO_CUDA_GRAPHS,
            Outside(
                needs="SGLANG_CACHE_DIT_DMD unset or false",
                note=(
                    "with both calibrators on, the first request raises ValueError (0.5.21 and "
                    "later, where DMD appeared)"
                ),
            ),
        ),
        discrepancies=(
            (
                "The page does not mention the DMD calibrator, which cannot run beside this one "
                "(0.5.21 and later)."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_TS_ORDER",
        type=Int(choices=(1, 2)),
        default="1",
        summary="Order of the Taylor expansion that TaylorSeer forecasts with",
        details=(
            "1 follows the slope of the past steps, 2 their curvature as well, which takes one "
            "more computed step to build up and more GPU memory. 0 is accepted and is plain reuse, "
            "as without TaylorSeer."
        ),
        example="2",
        relations=(
            _ONLY_WHEN_ENABLED,
            EffectiveWhen(
                condition=Condition("SGLANG_CACHE_DIT_TAYLORSEER", "true"),
                unless="a request whose cache_dit_params set enable_taylorseer (0.5.19 and later)",
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
                "The page says 1 or 2; the code passes on any whole number: 0, 3 and more run, and "
                "a negative one raises IndexError when TaylorSeer is on."
            ),
            "The page does not say that an empty value raises ValueError.",
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SCM_PRESET",
        type=Choice(("none", "slow", "medium", "fast", "ultra")),
        default="none",
        summary="Ready-made mask of the steps that are computed and the steps that may reuse",
        details=(
            "Of 28 steps, slow computes 18, medium 15, fast 11 and ultra 8; other numbers of steps "
            "get a mask stretched, cut or made for them. Below 8 steps there is a mask for 4 and 6 "
            "only, the same in all four presets, and every other number raises AssertionError; in "
            "a model with two experts, each expert's own share of the steps counts. Bins that "
            "cannot be parsed switch the mask off altogether, this preset included. "
            "HunyuanImage-3, which uses Cache-DiT from 0.5.22 on, takes no mask."
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
                    "in these cases a preset other than none wins over the bins: after a change of "
                    "resolution within a request (0.5.13 and later; not Ideogram 4 from 0.5.15 "
                    "on), and from the second request on in 0.5.9 to 0.5.14, up to 0.5.21 in "
                    "models with one transformer"
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
                "The page does not say that case and blanks matter and that an empty value is an "
                "error: without both bins, anything but the five words raises ValueError at the "
                "first request."
            ),
            "The page does not say that the presets cover 4, 6, 8 and more steps only.",
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SCM_POLICY",
        type=Choice(("dynamic", "static"), open=True),
        default="dynamic",
        summary="Whether the mask's reuse steps may still be computed, or always reuse",
        details=(
            "It counts only with a step mask: SGLANG_CACHE_DIT_SCM_PRESET other than none, or both "
            "bins set. With dynamic, SGLANG_CACHE_DIT_RDT and SGLANG_CACHE_DIT_MC decide about "
            "each step that may reuse; static reuses in all of them and asks neither, so a request "
            "takes the same time whatever its content. A preset turns static back into dynamic "
            "after a change of resolution within a request (0.5.13 and later; not Ideogram 4 from "
            "0.5.15 on). It does so from the second request on in 0.5.9 to 0.5.14, and up to "
            "0.5.21 in models with one transformer. Any other spelling, STATIC included, is "
            "dynamic without a message."
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
                "The page names no value but the default; the code knows static, exactly so, and "
                "acts on everything else as on dynamic."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SCM_COMPUTE_BINS",
        # An item is a number of steps. 0 works: it joins the runs beside it. A negative one adds no
        # step to the mask and is taken off the sum that must cover all steps: never meant.
        type=List(item=Int(minimum=0)),
        summary="Lengths of the runs of computed steps in a step mask of one's own",
        details=(
            "The mask takes turns with SGLANG_CACHE_DIT_SCM_CACHE_BINS, this one first: 8,3 with "
            "1,2 computes 8 steps, may reuse 1, computes 3, may reuse 2. All numbers together must "
            "reach the steps of the request (in a model with two experts, of each expert's share), "
            "or it raises AssertionError; what is too much is cut off. Unlike in the presets, the "
            "last step is not forced to be computed. A 0 at the start leaves the first step "
            "nothing to reuse, and SGLANG_CACHE_DIT_SCM_POLICY=static then raises AssertionError. "
            "One item that is no whole number, or a comma at the end, switches the mask off with a "
            "warning, the preset included."
        ),
        example="8,3,3,2,2",
        relations=(
            _ONLY_WHEN_ENABLED,
            Requires(
                other="SGLANG_CACHE_DIT_SCM_CACHE_BINS",
                consequence=(
                    "alone it is not used: a warning, and SGLANG_CACHE_DIT_SCM_PRESET decides"
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
                "The page does not say that it works only together with "
                "SGLANG_CACHE_DIT_SCM_CACHE_BINS."
            ),
            (
                "The page does not say that one bad item switches the mask off, even where a "
                "preset is set."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CACHE_DIT_SCM_CACHE_BINS",
        type=List(item=Int(minimum=0)),  # as SGLANG_CACHE_DIT_SCM_COMPUTE_BINS
        summary="Lengths of the runs of steps that may reuse in a step mask of one's own",
        details=(
            "Takes turns with SGLANG_CACHE_DIT_SCM_COMPUTE_BINS, which comes first and sets out "
            "the rules for both. Whether a step in these runs does reuse is for "
            "SGLANG_CACHE_DIT_SCM_POLICY to say. The lists need not be of one length: when one is "
            "used up, the mask goes on with the other."
        ),
        example="1,2,2,2,3",
        relations=(
            _ONLY_WHEN_ENABLED,
            Requires(
                other="SGLANG_CACHE_DIT_SCM_COMPUTE_BINS",
                consequence=(
                    "alone it is not used: a warning, and SGLANG_CACHE_DIT_SCM_PRESET decides"
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
                "The page does not say that it works only together with "
                "SGLANG_CACHE_DIT_SCM_COMPUTE_BINS."
            ),
            (
                "The page does not say that one bad item switches the mask off, even where a "
                "preset is set."
            ),
        ),
    ),
)
