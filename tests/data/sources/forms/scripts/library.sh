#!/bin/bash
export MC_SEGMENT="${MC_SEGMENT:-$((32 << 30))}"
SGLANG_ENABLE_JIT_DEEPGEM=1 python3 -m sglang.bench_one_batch --model-path m --batch 1
docker run --gpus all -e SGL_ENABLE_JIT_DEEPGEMM=1 image:1 python3 offline.py
