#!/bin/bash
export NCCL_DEBUG=INFO
tmux new-session -d -s engine "SGL_ENABLE_JIT_DEEPGEMM=1 python -m sglang.launch_server --model-path m 2>&1 | tee log"
tmux send-keys -t engine:1 'export SGLANG_USE_AITERR=1; python -m sglang.launch_server --model-path m' C-m
