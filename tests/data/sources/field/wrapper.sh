#!/bin/bash
NCCL_SOCKET_IFNAME=bond0 NCCL_DEBUG=WARN NCCL_IB_HCA=mlx5_0,mlx5_3 \
/opt/libs/run-with-libstdc.sh \
/app/bin/python3 -m sglang.launch_server --tp-size 16 --nnodes 2 --node-rank 0 \
  --disaggregation-mode prefill

NCCL_SOCKET_IFNAME=bond0 NCCL_DEBUG=WARN NCCL_IB_HCA=mlx5_0,mlx5_3 \
/opt/libs/run-with-libstdc.sh \
/app/bin/python3 -m sglang.launch_server --tp-size 16 --nnodes 2 --node-rank 1 \
  --disaggregation-mode prefill
