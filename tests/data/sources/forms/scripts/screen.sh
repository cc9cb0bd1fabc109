#!/bin/bash
screen -dmS engine bash -c 'export SGL_ENABLE_JIT_DEEPGEMM=1; python -m sglang.launch_server --model-path m; exec bash'
screen -dmS other env SGLANG_USE_AITERR=1 python -m sglang.launch_server --model-path m
