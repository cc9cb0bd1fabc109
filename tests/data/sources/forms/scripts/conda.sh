#!/bin/bash
source ~/miniconda3/etc/profile.d/conda.sh
conda activate sglang
export SGL_ENABLE_JIT_DEEPGEMM=1
conda run -n sglang --no-capture-output python -m sglang.launch_server --model-path m
