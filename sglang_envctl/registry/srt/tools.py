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
        summary="How far the grammar holds a model to the tools it was offered",
        details=(
            "At 0 only tools that the request itself marks strict are enforced. At 1 every call "
            "has to be framed as the parser expects and name a tool of the request. At 2 the "
            "arguments have to follow each tool's schema as well, as if every tool were strict: "
            "the surest JSON and the slowest sampling, and a schema that the grammar back-end "
            "does not support becomes a failed request. A word in place of a number warns and is 0."
        ),
        example="1",
        relations=(Outside(needs="--tool-call-parser", note="and requests that offer tools"),),
    ),
)
