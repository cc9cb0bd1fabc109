#!/bin/sh
# The server in a container; the token comes from whoever starts it.
: "${HF_TOKEN:?set HF_TOKEN first}"
export SGLANG_CACHE_DIT_ENABLED=true  # stays outside of the container
export SGLANG_S3_BUCKET_NAME=media

IMAGE=${IMAGE:-lmsysorg/sglang:latest}

docker pull "$IMAGE"
docker run --rm --gpus all -itd \
    --shm-size 32g \
    --ipc=host \
    -p 30000:30000 \
    -v ~/.cache/huggingface:/root/.cache/huggingface \
    --env-file config/server.env \
    -e HF_TOKEN \
    -e SGLANG_S3_BUCKET_NAME \
    --env "SGLANG_DIFFUSION_CACHE_ROOT=/root/.cache/sgl" \
    --env=SGLANG_S3_REGION_NAME="us-east-1" \
    "$IMAGE" \
    sglang serve --model-path /models/large --host 0.0.0.0 --port 30000
