#!/bin/bash
# flux: --nodes=2
# flux: --env=NCCL_DEBUG=INFO
flux run -N 2 --env=-SGLANG_* --env=SGL_ENABLE_JIT_DEEPGEMM=1 \
  python -m sglang.launch_server --model-path example/big --nnodes 2
