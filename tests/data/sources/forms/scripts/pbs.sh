#!/bin/bash
#PBS -l select=1:ngpus=4
#PBS -v SGLANG_USE_AITERR=1
cat > node.sh <<'END'
export SGL_ENABLE_JIT_DEEPGEMM=1
exec python -m sglang.launch_server --model-path "$1"
END
pbsdsh -- bash node.sh example/small
