#!/bin/bash
runai training standard submit bench \
  --image lmsysorg/sglang:v0.5.20 --gpu-devices-request 1 \
  --environment-variable SGL_ENABLE_JIT_DEEPGEMM=1 \
  --command -- bash -c "SGLANG_USE_AITERR=1 python3 -m sglang.launch_server --model-path m"
