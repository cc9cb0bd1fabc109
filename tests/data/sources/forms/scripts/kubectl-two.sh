#!/bin/bash
NAME=x
kubectl apply -f - <<EOF
apiVersion: v1
kind: Pod
metadata:
  name: ${NAME}
spec:
  containers:
  - name: engine
    image: lmsysorg/sglang:v0.5.20
    command: ["python3", "-m", "sglang.launch_server"]
    env:
    - name: SGLANG_USE_AITERR
      value: "1"
EOF
cat > /tmp/engine.yaml <<EOF
apiVersion: v1
kind: Pod
metadata: {name: ${NAME}}
spec:
  containers:
  - name: engine
    env:
    - name: SGLANG_ENABLE_JIT_DEEPGEM
      value: "1"
EOF
kubectl apply -f /tmp/engine.yaml
