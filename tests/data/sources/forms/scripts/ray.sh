#!/bin/bash
PORTS=${PORTS:-$((20000 + $$ % 1000))}
RUNTIME_ENV_JSON="{
  \"env_vars\": {
    \"PYTHONPATH\": \"/root/Megatron-LM/:${SCRIPT_DIR}\",
    \"SGLANG_ENABLE_JIT_DEEPGEM\": \"1\",
    \"NCCL_NVLS_ENABLE\": 0
  }
}"
ray start --head --num-gpus 8
ray job submit --address=http://127.0.0.1:8265 --runtime-env-json="$RUNTIME_ENV_JSON" -- python3 train.py
