"""SGLang: switches for its own tests, and for finding leaks."""

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
    note="For SGLang's own test runs; none of it belongs into production.",
)
DEBUGGING = Section(slug="srt-debugging", title="SGLang: debugging", heading="Debug Mode")

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_IS_IN_CI",
        type=Bool(),
        default="false",
        summary="Tell SGLang that it runs in its own continuous integration",
        details=(
            "Keep it out of production: it deletes shared memory and cached model files that it "
            "takes for left over or broken, as on a machine that runs nothing else, switches on "
            "checks in the scheduler and the prefix cache that cost time and stop the server when "
            "they fail, sets a watchdog, and makes the benchmark flush the server's cache after "
            "its warm-up. Its readers do not agree: yes counts as true in the server, and as false "
            "in the benchmark and the clean-up."
        ),
        example="true",
        reads=(
            declared("bool", 385, False, since="0.5.5.post1"),
            Read(
                reader="srt.get-bool",
                where="sglang/srt/utils/common.py:2823",
                until="0.5.20",
                default=False,
                effect="decides in helpers of the runtime",
            ),
            Read(
                reader="raw.lower-in:1|true",
                where="sglang/benchmark/serving.py:1520",
                default=False,
                effect="cleans shared memory up, and has a benchmark flush the server's cache",
            ),
        ),
    ),
    _variable(
        name="SGLANG_IS_IN_CI_AMD",
        type=Bool(),
        default="false",
        summary="Tell SGLang's tests that they run on AMD's continuous integration",
        details=(
            "Only the helpers of SGLang's own tests look at it, to allow more time and to skip "
            "what fails on AMD hardware. The server declares the name and never reads it. In a "
            "server's environment it is left over from a test run."
        ),
        example="true",
        discrepancies=(
            "The page lists it with the server's variables; only test helpers read it.",
        ),
    ),
    _variable(
        name="SGLANG_TEST_RETRACT",
        type=Bool(),
        default="false",
        summary="Throw running requests out of the batch at intervals, as if memory ran out",
        details=(
            "Every third pass of the scheduler retracts requests, which then have to compute their "
            "cache again (SGLANG_TEST_RETRACT_INTERVAL sets how often). Output stays right and "
            "throughput collapses. There to exercise the path that runs when the KV cache is "
            "full; a server that retracts with no reason in sight is worth a look here."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_TEST_RETRACT_NO_PREFILL_BS",
        type=Int(minimum=0, unit="requests"),
        default=Computed(words="2 ** 31", rule="2147483648, more than any batch holds"),
        summary="While testing retraction, start nothing new above this many running requests",
        details=(
            "Keeps retracted requests waiting long enough for a test to see them. Write the number "
            "out: 2 ** 31, as the page prints its default, is no number to SGLang, which warns and "
            "goes on with just that default."
        ),
        example="8",
        relations=(EffectiveWhen(condition=Condition("SGLANG_TEST_RETRACT", "true")),),
    ),
    _variable(
        name="SGLANG_RECORD_STEP_TIME",
        type=Bool(),
        default="false",
        summary="Keep the time of every decode step, by batch size, for the server's state",
        details=(
            "The times show up as step_time_dict in what get_internal_state answers. They are "
            "kept for as long as the server runs and are never dropped, so the list grows: switch "
            "it on for a measurement and off again."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_TEST_REQUEST_TIME_STATS",
        type=Bool(),
        default="false",
        summary="Fail when the times that a request collected make no sense",
        details=(
            "With it, a duration below zero raises AssertionError where the times of a finished "
            "request are put into words; without it, the odd number is logged. It is read when the "
            "module is imported. Only 1 and true count: yes is false, with a warning."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_DEBUG_SYMM_MEM",
        type=Bool(),
        default="false",
        summary="Warn when a tensor handed to NCCL is not in the symmetric memory pool",
        details=(
            "Such a tensor is sent by the slower path, and nothing else says so. Rank 0 logs name, "
            "address, shape and a stack trace, once for each place in the code. Every collective "
            "call is checked, so leave it off when speed counts."
        ),
        example="1",
        relations=(Outside(needs="--enable-symm-mem"),),
    ),
    _variable(
        name="SGLANG_ENABLE_STRICT_MEM_CHECK_DURING_IDLE",
        section=DEBUGGING,
        documents=(DEBUG_MODE,),
        type=Bool(),
        summary="Stop the server when it finds its KV cache leaking while it is idle",
        details=(
            "When nothing runs, every page has to be free or held by the prefix cache. What is "
            "missing then leaked, and the scheduler raises an error. With 0 it only logs a "
            "warning and counts it, which keeps a server up until its memory is gone: a way to "
            "get through the night, not a repair. Send the log line upstream."
        ),
        example="0",
        discrepancies=(
            "The page has people set it to 1 for hard failures; the code has it on unless it is "
            "switched off.",
        ),
    ),
)
