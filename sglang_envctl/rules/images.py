"""What goes wrong in a Dockerfile before any image exists."""

from __future__ import annotations

from sglang_envctl.rules.rule import Rule

BUILD_FAILS = Rule(
    slug="build-fails",
    severity="error",
    summary="An instruction that docker build refuses",
    why="The build stops there. The rest of the file is checked all the same.",
    fix="Quote a value that contains spaces, close quotes and braces, write NAME=value.",
    wrong="FROM scratch\nENV SGLANG_CACHE_DIT_ENABLED=true # faster\n",
    right="FROM scratch\n# faster\nENV SGLANG_CACHE_DIT_ENABLED=true\n",
    kind="dockerfile",
    message="docker build stops here: {reason}",
)
ENV_WITH_BLANKS = Rule(
    slug="env-with-blanks",
    severity="warning",
    summary="ENV NAME = value makes = a part of the value",
    why=(
        "If = does not directly follow the name, ENV reads the rest of the line as the value: the "
        "variable becomes '= value'."
    ),
    fix="Write ENV NAME=value, without spaces around =.",
    wrong="FROM scratch\nENV APP_MODE = fast\n",
    right="FROM scratch\nENV APP_MODE=fast\n",
    kind="dockerfile",
    message="the value begins with =, because there is a space before it",
    help="write NAME=value",
)
ARGUMENT_OUT_OF_SCOPE = Rule(
    slug="argument-out-of-scope",
    severity="warning",
    summary="ENV uses an ARG from before the first FROM",
    why=(
        "Such an argument is visible to FROM lines only. Inside a stage it is not set, so the "
        "reference becomes an empty string, unless the base image happens to set the name."
    ),
    fix="Repeat ARG NAME, without a value, after FROM.",
    wrong="ARG ROOT=/data\nFROM scratch\nENV SGLANG_DIFFUSION_CACHE_ROOT=${ROOT}/cache\n",
    right="ARG ROOT=/data\nFROM scratch\nARG ROOT\nENV SGLANG_DIFFUSION_CACHE_ROOT=${ROOT}/cache\n",
    kind="dockerfile",
    message="the argument {argument} is declared before the first FROM and not set inside a stage",
    help="write ARG {argument} after FROM",
)

RULES = (BUILD_FAILS, ENV_WITH_BLANKS, ARGUMENT_OUT_OF_SCOPE)
