#!/bin/bash
set -e
helm upgrade --install chat charts/engine \
  --set image.tag=v0.5.20,env.SGLANG_ENABLE_JIT_DEEPGEM=1 \
  --set 'extraEnv[0].name=NCCL_DEBUG,extraEnv[0].value=INFO' \
  -f values.yaml
