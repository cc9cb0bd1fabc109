#!/bin/bash
export NCCL_DEBUG=INFO
mpirun -np 2 -H a,b -x NCCL_DEBUG -x SGLANG_ENABLE_JIT_DEEPGEM=1 python -m sglang.launch_server --model-path m
mpiexec -n 2 -genv SGL_ENABLE_JIT_DEEPGEMM 1 python -m sglang.launch_server --model-path m
