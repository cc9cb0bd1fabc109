"""SGLang: variables for its own tests and for finding leaks."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import DEBUG_MODE, SRT_REFERENCE
from sglang_envctl.registry.srt import declared
from sglang_envctl.registry.types import Bool, Int
from sglang_envctl.registry.variable import (
    Computed,
    Condition,
    EffectiveWhen,
    Outside,
    Read,
    Section,
    Variable,
)

SECTION = Section(
    slug="srt-testing",
    title="SGLang: tests",
    heading="Testing & Debugging (Internal/CI)",
    note="For SGLang's own test runs; do not use these variables in production.",
)
DEBUGGING = Section(slug="srt-debugging", title="SGLang: debugging", heading="Debug Mode")

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_IS_IN_CI",
        type=Bool(),
        default="false",
        summary="Mark the environment as SGLang's own continuous integration",
        details=(
            "Do not set it in production: SGLang then deletes cached model files that it considers "
            "broken and accepts a --context-length above the model's. The variable also sets a "
            "watchdog, makes the benchmark flush the server's cache after warmup, and enables "
            "checks in the scheduler and the prefix cache that cost time and stop the server if "
            "they fail. SGLang's script for its CI machines then deletes shared memory, as if "
            "nothing else ran on the host. In CI, write true or 1, because the benchmark and that "
            "script read yes as false, although the server reads it as true."
        ),
        example="true",
        reads=(
            declared("bool", 385, False, since="0.5.5.post1"),
            Read(
                reader="srt.get-bool",
                where="sglang/srt/utils/common.py:2823",
                since="0.4.5.post3",
                until="0.5.20",
                default=False,
                effect="enables CI behavior in helpers of the runtime",
            ),
            Read(
                reader="raw.lower-in:1|true",
                where="sglang/benchmark/serving.py:1520",
                since="0.4.4.post4",
                default=False,
                effect="makes the benchmark flush the server's cache",
            ),
        ),
    ),
    _variable(
        name="SGLANG_IS_IN_CI_AMD",
        type=Bool(),
        default="false",
        summary="Mark the environment as AMD's continuous integration, for SGLang's tests",
        details=(
            "Remove it from a server's environment: the server declares the name but does not "
            "read it, so it is probably left over from a test run. Only the helpers of SGLang's "
            "own tests read it, to allow more time and to skip tests that fail on AMD hardware."
        ),
        example="true",
        discrepancies=("The docs list it with the server's variables; only test helpers read it.",),
    ),
    _variable(
        name="SGLANG_TEST_RETRACT",
        type=Bool(),
        default="false",
        summary="Retract running requests at intervals, as if memory ran out",
        details=(
            "Do not set it in production. If it is on, every third pass of the scheduler (see "
            "SGLANG_TEST_RETRACT_INTERVAL) retracts requests, to test the code that runs when the"
            " KV cache is full. Retracted requests must recompute their cache, so throughput "
            "drops sharply, although output stays correct. Check this variable if a server "
            "retracts requests for no visible reason."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_TEST_RETRACT_NO_PREFILL_BS",
        type=Int(minimum=0, unit="requests"),
        default=Computed(words="2 ** 31", rule="2147483648, more than any batch size"),
        summary="Number of running requests above which a retraction test starts no new prefill",
        details=(
            "Write the number in digits: SGLang does not evaluate the documented 2 ** 31, but "
            "logs a warning and uses the default, the same number. The limit keeps retracted "
            "requests waiting long enough for a test to observe them."
        ),
        example="8",
        relations=(EffectiveWhen(condition=Condition("SGLANG_TEST_RETRACT", "true")),),
    ),
    _variable(
        name="SGLANG_RECORD_STEP_TIME",
        type=Bool(),
        default="false",
        summary="Record the average time of decode steps by batch size",
        details=(
            "Enable it only for a measurement: the times are kept in memory until the server "
            "stops, so the list keeps growing. Every --decode-log-interval decode steps, SGLang "
            "adds their average for the current batch size. The times appear as step_time_dict in "
            "the result of get_internal_state."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_TEST_REQUEST_TIME_STATS",
        type=Bool(),
        default="false",
        summary="Fail on impossible times in a request's statistics",
        details=(
            "Use it in tests: if it is on, a negative duration of a finished request raises an "
            "AssertionError instead of only being logged. Write 1 or true; yes counts as false, "
            "with a warning. The value is read at import."
        ),
        example="1",
        relations=(Outside(needs="--enable-request-time-stats-logging"),),
    ),
    _variable(
        name="SGLANG_DEBUG_SYMM_MEM",
        type=Bool(),
        default="false",
        summary="Warn if a tensor passed to NCCL is not in the symmetric memory pool",
        details=(
            "Use it to find tensors outside symmetric memory: their collectives are slower, and "
            "no other log reports them. Rank 0 logs the name, address, shape and stack trace once "
            "per place in the code. Leave it off if speed matters: every collective call is "
            "checked."
        ),
        example="1",
        relations=(Outside(needs="--enable-symm-mem"),),
    ),
    _variable(
        name="SGLANG_ENABLE_STRICT_MEM_CHECK_DURING_IDLE",
        section=DEBUGGING,
        documents=(DEBUG_MODE,),
        type=Bool(),
        summary="Stop the server if it detects a KV cache leak while idle",
        details=(
            "Set it to 0 only as a temporary workaround: the server then logs a warning and "
            "counts the leak, and keeps running until its memory is exhausted. Report the log "
            "line to SGLang. When nothing runs, every page must be free or held by the prefix "
            "cache; if pages are missing, the scheduler raises an error."
        ),
        example="0",
        discrepancies=(
            "The docs say to set it to 1 for hard failures; in the code it is on by default.",
        ),
    ),
)
