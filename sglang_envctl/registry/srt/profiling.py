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
    needs="--enable-trace",
    note=(
        "spans go to --otlp-traces-endpoint, by default localhost:4317; tracing also requires the "
        "opentelemetry packages"
    ),
)

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_TORCH_PROFILER_DIR",
        documents=(SRT_REFERENCE, PROFILING),
        type=Path(directory=True, expands_home=True),
        default=_TMP,
        summary="Default output directory for profiles",
        details=(
            "The server writes profiles on the host where the workers run; output_dir in a request "
            "takes precedence, and sglang.profiler and the serving benchmark always send it, from "
            "their own environment. If it is unset, the diffusion server uses ./logs instead of "
            "/tmp, and the offline benchmark refuses to profile. The server expands a leading ~ "
            "for profiles that a request starts; CUDA graph capture, the diffusion server and the "
            "clients use a directory named ~. An empty string does not count as unset: the server "
            "writes to the working directory, and the diffusion server loses the trace."
        ),
        example="/data/profiles",
        reads=(
            Read(
                reader="raw.text",
                where="sglang/srt/managers/scheduler_components/profiler_manager.py:131",
                since="0.4.3.post3",
                default=_TMP,
            ),
            declared("text", 471, _TMP, since="0.5.14")._replace(
                effect="sets the directory for profiles of CUDA graph capture"
            ),
            Read(
                reader="raw.text",
                where="sglang/multimodal_gen/runtime/utils/profiler.py:48",
                since="0.5.9",
                default="./logs",
                effect="sets the directory for the diffusion server's profiles",
            ),
        ),
        discrepancies=(
            "The docs give /tmp as the default; the diffusion server's profiler uses ./logs.",
        ),
    ),
    _variable(
        name="SGLANG_PROFILE_WITH_STACK",
        documents=(SRT_REFERENCE, PROFILING),
        type=Bool(),
        default="true",
        summary="Record call stacks in profiles",
        details=(
            "Set it to false to work around bugs in PyTorch's profiler that cause crashes or "
            "unreadable traces; traces also become smaller. Every value except true and 1 counts "
            "as false, including yes and on, which also log a warning. A request that disables "
            "stacks never records them."
        ),
        example="false",
    ),
    _variable(
        name="SGLANG_PROFILE_RECORD_SHAPES",
        type=Bool(),
        default="true",
        summary="Record tensor shapes in profiles",
        details=(
            "Set it to false for smaller traces, but note that shapes distinguish calls to the "
            "same kernel. Every value except true and 1 counts as false, including yes and on, "
            "which also log a warning. A request that disables shapes never records them."
        ),
        example="false",
    ),
    _variable(
        name="SGLANG_OTLP_EXPORTER_SCHEDULE_DELAY_MILLIS",
        documents=(SRT_REFERENCE, REQUEST_TRACING),
        type=Int(minimum=1, unit="ms"),
        default="500",
        summary="Milliseconds between exports of finished spans to the trace collector",
        details=(
            "Lower it to see traces sooner; a longer interval can fill the exporter's queue, and "
            "spans that do not fit are dropped. A value of zero or less stops the server at "
            "startup with an error about the endpoint. OpenTelemetry's own "
            "OTEL_BSP_SCHEDULE_DELAY has no effect, because SGLang always passes this value."
        ),
        example="500",
        relations=(_TRACED,),
    ),
    _variable(
        name="SGLANG_OTLP_EXPORTER_MAX_EXPORT_BATCH_SIZE",
        documents=(SRT_REFERENCE, REQUEST_TRACING),
        type=Int(minimum=1),
        default="64",
        summary="Maximum spans per message to the trace collector",
        details=(
            "Keep it between 1 and the size of the exporter's queue (2048, or "
            "OTEL_BSP_MAX_QUEUE_SIZE): any other value stops the server at startup with an error "
            "about the endpoint. Every request creates at least several spans, and more at higher "
            "trace levels."
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
        summary="Protocol for sending spans to the collector: gRPC, or protobuf over HTTP",
        details=(
            "Use a matching endpoint: usually host:4317 for grpc, which is the default, or the "
            "full http://host:4318/v1/traces for http/protobuf. The value is case-sensitive: "
            "with tracing enabled, http, GRPC or an empty string stops the server at startup. "
            "OpenTelemetry's http/json is not supported, because SGLang creates the exporter "
            "itself."
        ),
        example="http/protobuf",
        relations=(_TRACED,),
        reads=(
            Read(
                reader="raw.only:grpc|http/protobuf",
                where=f"{_TRACE}:282",
                since="0.5.5.post2",
                default="grpc",
            ),
        ),
        discrepancies=(
            "The docs list only http/protobuf; the code also accepts grpc, its default.",
        ),
    ),
    _variable(
        name="SGLANG_TRACE_LEVEL",
        section=TRACING,
        documents=(REQUEST_TRACING,),
        type=Int(minimum=0, thresholds=(0, 1, 2, 3)),
        default="3",
        summary="Detail level of traces at server startup, from 0 (none) to 3",
        details=(
            "Use a lower level for fewer spans; levels above 3 add nothing. To change the level "
            "until the next restart, call /set_trace_level?level=1. An empty string or a value "
            "that is not a number silently counts as 3. Releases before 0.5.12 do not read it."
        ),
        example="1",
        relations=(_TRACED,),
    ),
)
