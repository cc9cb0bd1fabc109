#!/usr/bin/env bash
set -euo pipefail
ARGS="${ARGS:---model-path m}"
EXTRA="${EXTRA:-{\"a\": 1}}"
exec 9<>/tmp/serve.lock
SGLANG_ENABLE_JIT_DEEPGEM=1 sglang serve $ARGS --json-model-override-args "$EXTRA"
