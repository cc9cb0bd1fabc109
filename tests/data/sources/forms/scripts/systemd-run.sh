#!/bin/sh
systemd-run --user --unit=engine --setenv=SGLANG_ENABLE_JIT_DEEPGEM=1 -E NCCL_DEBUG=INFO python -m sglang.launch_server --model-path m
