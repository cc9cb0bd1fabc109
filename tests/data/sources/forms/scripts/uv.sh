#!/usr/bin/env bash
SGLANG_ENABLE_JIT_DEEPGEM=1 uv run --env-file=missing.env python -m sglang.launch_server --model-path m
uv run --with sglang sglang serve --model-path m
