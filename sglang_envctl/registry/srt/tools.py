"""SGLang: tool calls."""

from __future__ import annotations

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.types import Int
from sglang_envctl.registry.variable import Outside, Section, Variable

SECTION = Section(
    slug="srt-tools", title="SGLang: tool calls", heading="Function Calling / Tool Use"
)

VARIABLES = (
    Variable(
        section=SECTION,
        owner="sglang",
        documents=(SRT_REFERENCE,),
        name="SGLANG_TOOL_STRICT_LEVEL",
        type=Int(minimum=0, thresholds=(0, 1, 2)),
        default="0",
        summary="Strictness of the tool call grammar, from 0 to 2",
        details=(
            "Use 2 for the most reliable JSON, at the cost of the slowest sampling: arguments "
            "must then follow each tool's schema, and a request fails if the grammar backend does "
            "not support a schema. At 0, SGLang enforces the schemas of tools that the request "
            "marks as strict, and a call if its tool_choice requires one. At 1, every call must "
            "have the format that the parser expects and name a tool of the request. With parsers "
            "that support no structural tags, such as pythonic and step3, no level affects "
            "tool_choice auto. A value that is not a number logs a warning and counts as 0."
        ),
        example="1",
        relations=(Outside(needs="--tool-call-parser", note="requests must also declare tools"),),
    ),
)
