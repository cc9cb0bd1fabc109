#!/bin/bash
NAME=${NAME:-chat}
runai submit "$NAME" -i lmsysorg/sglang:v0.5.20 -g 4 --large-shm \
  -e SGLANG_ENABLE_JIT_DEEPGEM=1 --environment HF_HOME=/models \
  --command -- python3 -m sglang.launch_server --model-path m --tp 4
