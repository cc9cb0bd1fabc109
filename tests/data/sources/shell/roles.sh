#!/bin/bash
# Starts what its first argument names; the settings are in a file next to it.
SCRIPT_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
set -a
source "$SCRIPT_DIR/config/roles.env"
set +a

ARGS=(--model-path /models/large --trust-remote-code)

start() {
    local role=$1 devices=$2
    shift 2
    export CUDA_VISIBLE_DEVICES=$devices
    export SGLANG_ROLE="$role"
    python -m sglang.launch_server "${ARGS[@]}" "$@"
}

case "${1:-all}" in
    prefill) start prefill 0 ;;
    decode) MC_TE_METRIC=true start decode 1 --port 30001 ;;
    *) echo "usage: $0 prefill|decode" >&2; exit 2 ;;
esac
