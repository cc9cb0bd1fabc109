#!/bin/bash
export SGL_ENABLE_JIT_DEEPGEMM=1
sudo -E python -m sglang.launch_server --model-path m
sudo HF_HOME=/srv/hf python -m sglang.launch_server --model-path m
sudo -u llm --preserve-env=SGL_ENABLE_JIT_DEEPGEMM bash -c "python -m sglang.launch_server --model-path m"
