"""What goes wrong in a Dockerfile before any image exists."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.rules import notes
from sglang_envctl.rules.rule import Finding, Rule, Subject

BUILD_FAILS = Rule(
    slug="build-fails",
    severity="error",
    summary="An instruction that docker build refuses",
    why="The build stops there. The rest of the file is judged all the same.",
    fix="Quote a value that holds blanks, close quotes and braces, write NAME=value.",
    wrong="FROM scratch\nENV SGLANG_CACHE_DIT_ENABLED=true # faster\n",
    right="FROM scratch\n# faster\nENV SGLANG_CACHE_DIT_ENABLED=true\n",
    kind="dockerfile",
)
ENV_WITH_BLANKS = Rule(
    slug="env-with-blanks",
    severity="warning",
    summary="ENV NAME = value makes = a part of the value",
    why=(
        "Without = right behind the name, ENV takes the rest of the line for the value of this name: "
        "the variable becomes '= value'."
    ),
    fix="Write ENV NAME=value, without blanks around =.",
    wrong="FROM scratch\nENV APP_MODE = fast\n",
    right="FROM scratch\nENV APP_MODE=fast\n",
    kind="dockerfile",
)
ARGUMENT_OUT_OF_SCOPE = Rule(
    slug="argument-out-of-scope",
    severity="warning",
    summary="ENV takes an ARG that stands in front of FROM",
    why=(
        "Such an argument is seen by FROM lines alone. Inside a stage it is not set, so the reference "
        "becomes the empty text, unless the base image happens to set the name."
    ),
    fix="Repeat ARG NAME, without a value, behind FROM.",
    wrong="ARG ROOT=/data\nFROM scratch\nENV SGLANG_DIFFUSION_CACHE_ROOT=${ROOT}/cache\n",
    right="ARG ROOT=/data\nFROM scratch\nARG ROOT\nENV SGLANG_DIFFUSION_CACHE_ROOT=${ROOT}/cache\n",
    kind="dockerfile",
)

RULES = (BUILD_FAILS, ENV_WITH_BLANKS, ARGUMENT_OUT_OF_SCOPE)

_MESSAGES = {
    "build-fails": ("docker build stops here: {detail}", ""),
    "env-with-blanks": (
        "the value begins with =, since a blank stands in front of it",
        "write NAME=value",
    ),
    "argument-out-of-scope": (
        "the argument {detail} stands in front of FROM and is not set inside a stage",
        "write ARG {detail} behind FROM",
    ),
}


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about the text of Dockerfiles."""
    yield from notes.findings(subject, RULES, _MESSAGES)
