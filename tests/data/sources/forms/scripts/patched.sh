#!/bin/bash
# The settings come from the example, with the address of this machine.
cp serve.env.example serve.env
sed -i "s/HOST_IP=.*/HOST_IP=$(hostname -i)/" serve.env
set -a; . ./serve.env; set +a

settings=(
  # the old name
  SGL_ENABLE_JIT_DEEPGEMM=0
  SGLANG_USE_AITERR=1  # misspelled
)
env "${settings[@]}" python3 -m sglang.launch_server --model-path "$MODEL"
