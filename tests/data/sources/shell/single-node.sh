#!/usr/bin/env bash
# One node, two servers: a prefill and a decode engine side by side.
set -euo pipefail

MODEL=${MODEL:-/models/large}
LOG_DIR=${LOG_DIR:-/var/log/sglang}

export SGLANG_CACHE_DIT_ENABLED=true
export SGLANG_DIFFUSION_CACHE_ROOT="/scratch/cache"
export NCCL_DEBUG=WARN NCCL_IB_HCA='mlx5_0,mlx5_1'
export HOST_IP=$(hostname -I | awk '{print $1}')
SGLANG_KERNEL_API_LOGLEVEL=3   # never exported

mkdir -p "$LOG_DIR"

CUDA_VISIBLE_DEVICES=0,1 nohup python3 -m sglang.launch_server \
    --model-path "$MODEL" \
    --disaggregation-mode prefill \
    --host "$HOST_IP" > "$LOG_DIR/prefill.log" 2>&1 &

CUDA_VISIBLE_DEVICES=2,3 nohup env -u NCCL_DEBUG SGLANG_KERNEL_API_DUMP_DIR="$LOG_DIR/dumps" \
    python3 -m sglang.launch_server --model-path "$MODEL" --disaggregation-mode decode \
    > "$LOG_DIR/decode.log" 2>&1 &

wait
