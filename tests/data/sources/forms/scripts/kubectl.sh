#!/bin/bash
kubectl set env deployment/engine SGL_ENABLE_JIT_DEEPGEMM=1 NCCL_DEBUG-
kubectl run engine --image=lmsysorg/sglang --env=SGLANG_USE_AITERR=1 -- python -m sglang.launch_server --model-path m
kubectl exec -it engine-0 -- bash -c "export SGLANG_LOG_GC=yes; python -m sglang.launch_server --model-path m"
