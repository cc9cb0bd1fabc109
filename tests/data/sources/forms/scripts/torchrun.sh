#!/bin/bash
export SGL_ENABLE_JIT_DEEPGEMM=1
SGLANG_USE_AITERR=1 torchrun --nproc-per-node=8 --nnodes "${NNODES:-1}" train.py \
