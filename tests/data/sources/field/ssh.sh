#!/bin/bash
for i in 1 2; do
  ssh node$i "export SGL_ENABLE_JIT_DEEPGEMM=1; python -m sglang.launch_server --node-rank $i"
done
