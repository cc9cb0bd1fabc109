# Completion of envctl for bash 4.2 and newer: the installed envctl prints the script.
# shellcheck shell=bash
if command -v envctl >/dev/null; then
    eval "$(command envctl completion bash)"
fi
