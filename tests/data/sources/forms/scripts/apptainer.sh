#!/bin/bash
apptainer exec --nv --env SGLANG_ENABLE_JIT_DEEPGEM=1 sglang.sif python -m sglang.launch_server --model-path m
export SINGULARITYENV_SGL_ENABLE_JIT_DEEPGEMM=1
singularity run --nv --cleanenv sglang.sif python -m sglang.launch_server --model-path m
