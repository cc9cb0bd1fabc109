#!/bin/bash
for i in 0 1; do
  ssh -o StrictHostKeyChecking=no "${NODES[$i]}" "cd /w && SGL_ENABLE_JIT_DEEPGEMM=1 nohup python -m sglang.launch_server --model-path m --node-rank $i > log 2>&1 &"
done
ssh node2 'bash -s' <<'EOF'
export SGLANG_USE_AITERR=1
python -m sglang.launch_server --model-path m
EOF
