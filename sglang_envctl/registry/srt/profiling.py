"""SGLang: profiles and traces."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import PROFILING, REQUEST_TRACING, SRT_REFERENCE
from sglang_envctl.registry.srt import declared
from sglang_envctl.registry.types import Bool, Choice, Int, Path
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(
    slug="srt-profiling", title="SGLang: profiling", heading="Profiling & Benchmarking"
)
TRACING = Section(
    slug="srt-tracing", title="SGLang: request tracing", heading="Production Request Tracing"
)

_TMP = "/tmp"  # noqa: S108
_TRACE = "sglang/srt/observability/trace.py"
_TRACED = Outside(
    needs="--enable-trace and --otlp-traces-endpoint", note="and the opentelemetry packages"
)

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_TORCH_PROFILER_DIR",
        documents=(SRT_REFERENCE, PROFILING),
        type=Path(directory=True, expands_home=True),
        default=_TMP,
        summary="Directory that profiles are written to when a request does not name one",
        details=(
            "The server needs it, not the client: /start_profile writes on the machine where the "
            "workers run, and an output_dir in the request comes first. The diffusion server "
            "falls back to ./logs instead of /tmp, and the offline benchmark refuses to profile "
            "while it is unset. ~ is the home directory for profiles that a request starts; those "
            "of CUDA graph capture and the diffusion server's go to a directory called ~. The "
            "empty text is not unset: it is the working directory."
        ),
        example="/data/profiles",
        reads=(
            Read(
                reader="raw.text",
                where="sglang/srt/managers/scheduler_components/profiler_manager.py:131",
                default=_TMP,
            ),
            declared("text", 471, _TMP, since="0.5.14")._replace(
                effect="the directory of profiles of CUDA graph capture"
            ),
            Read(
                reader="raw.text",
                where="sglang/multimodal_gen/runtime/utils/profiler.py:48",
                since="0.5.11",
                default="./logs",
                effect="the diffusion server's profiles",
            ),
            Read(
                reader="raw.text",
                where="sglang/multimodal_gen/runtime/utils/profiler.py:49",
                since="0.5.9",
                until="0.5.10.post1",
                default_rule="the directory that the profiler was made with",
                effect="the diffusion server's profiles",
            ),
        ),
        discrepancies=(
            "The page gives /tmp as the default; the diffusion server's profiler falls back to "
            "./logs.",
        ),
    ),
    _variable(
        name="SGLANG_PROFILE_WITH_STACK",
        documents=(SRT_REFERENCE, PROFILING),
        type=Bool(),
        default="true",
        summary="Record call stacks in profiles",
        details=(
            "PyTorch's profiler has had faults in this part that end in a crash or in traces that "
            "do not load; false gets round them, and makes traces smaller. A request that asks for "
            "no stacks gets none either way. Write false or 0: every text but true and 1 is false, "
            "yes and on too, with a warning."
        ),
        example="false",
    ),
    _variable(
        name="SGLANG_PROFILE_RECORD_SHAPES",
        type=Bool(),
        default="true",
        summary="Record the shapes of tensors in profiles",
        details=(
            "Shapes tell two calls of the same kernel apart and make traces larger. A request that "
            "asks for no shapes gets none either way. Every text but true and 1 is false, yes and "
            "on too, with a warning."
        ),
        example="false",
    ),
    _variable(
        name="SGLANG_OTLP_EXPORTER_SCHEDULE_DELAY_MILLIS",
        documents=(SRT_REFERENCE, REQUEST_TRACING),
        type=Int(minimum=1, unit="ms"),
        default="500",
        summary="How often finished spans are sent to the trace collector",
        details=(
            "Shorter shows traces sooner and sends more often; longer may fill the exporter's "
            "queue, and what does not fit is dropped. 0 or less stops the server at start, with a "
            "message that blames the endpoint. The exporter's own OTEL_BSP_SCHEDULE_DELAY has no "
            "effect, since SGLang always passes this one."
        ),
        example="500",
        relations=(_TRACED,),
    ),
    _variable(
        name="SGLANG_OTLP_EXPORTER_MAX_EXPORT_BATCH_SIZE",
        documents=(SRT_REFERENCE, REQUEST_TRACING),
        type=Int(minimum=1),
        default="64",
        summary="The most spans that one message to the trace collector holds",
        details=(
            "Every request makes a handful of spans or more, by the trace level. A batch larger "
            "than the exporter's queue (2048, or OTEL_BSP_MAX_QUEUE_SIZE), or smaller than 1, "
            "stops the server at start with a message that blames the endpoint."
        ),
        example="64",
        relations=(_TRACED,),
    ),
    _variable(
        name="OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        section=TRACING,
        owner="opentelemetry",
        documents=(REQUEST_TRACING,),
        type=Choice(("http/protobuf",), also=("grpc",)),
        summary="How spans travel to the collector: gRPC, or protobuf over HTTP",
        details=(
            "SGLang makes the exporter itself and asks this name, with gRPC as its default. The "
            "endpoint has to match: host:4317 for gRPC as a rule, a full "
            "http://host:4318/v1/traces for http/protobuf. The text is compared as it stands, and "
            "http, GRPC or an empty text stop the start of a server that traces. http/json, which "
            "OpenTelemetry knows, is not taken."
        ),
        example="http/protobuf",
        relations=(_TRACED,),
        reads=(
            Read(
                reader="raw.one-of:grpc|http/protobuf",
                where=f"{_TRACE}:282",
                since="0.5.5.post2",
                default="grpc",
            ),
        ),
        discrepancies=(
            "The page names http/protobuf only; the code takes grpc, its default, too.",
        ),
    ),
    _variable(
        name="SGLANG_TRACE_LEVEL",
        section=TRACING,
        documents=(REQUEST_TRACING,),
        type=Int(minimum=0, thresholds=(0, 1, 2, 3)),
        default="3",
        summary="How much detail traces have from the start of the server",
        details=(
            "0 records nothing, and each level up adds spans; above 3 there is nothing more. "
            "While the server runs, /set_trace_level?level=1 changes it, until the next restart. "
            "A text that is no number is 3, in silence, and so is an empty one. Releases before "
            "0.5.12 do not read it."
        ),
        example="1",
        relations=(_TRACED,),
    ),
)
