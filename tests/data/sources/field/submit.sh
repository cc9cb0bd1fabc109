#!/bin/bash
RUNTIME='{"env_vars": {"NVSHMEM_DISABLE_NCCL": "1", "SGLANG_ENABLE_JIT_DEEPGEM": "1"}}'
ray job submit --runtime-env-json="$RUNTIME" -- python3 train.py
