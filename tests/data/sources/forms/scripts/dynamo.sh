#!/bin/bash
trap 'kill 0' EXIT
OTEL_SERVICE_NAME=frontend python3 -m dynamo.frontend --http-port=8000 &
DYN_SYSTEM_PORT=${DYN_SYSTEM_PORT:-8081} SGL_ENABLE_JIT_DEEPGEMM=1 \
python3 -m dynamo.sglang --model-path m --disaggregation-mode prefill &
CUDA_VISIBLE_DEVICES=1 SGLANG_USE_AITERR=1 python3 -m dynamo.sglang --disaggregation-mode decode
