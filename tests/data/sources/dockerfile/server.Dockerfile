# syntax=docker/dockerfile:1
ARG CUDA_VERSION=12.9.1
FROM nvidia/cuda:${CUDA_VERSION}-cudnn-devel-ubuntu24.04 AS base

ARG TARGETARCH
ARG BUILD_TYPE=all
ARG SGL_VERSION
ARG PIP_DEFAULT_INDEX

ENV DEBIAN_FRONTEND=noninteractive \
    CUDA_HOME=/usr/local/cuda \
    GDRCOPY_HOME=/usr/src/gdrdrv-2.5.1/ \
    FLASHINFER_VERSION=0.5.3

# What the wheels of CUDA libraries need to find each other.
ENV PATH="${PATH}:/usr/local/nvidia/bin" \
    LD_LIBRARY_PATH="${LD_LIBRARY_PATH}:/usr/local/nvidia/lib:/usr/local/nvidia/lib64"

RUN --mount=type=cache,target=/var/cache/apt <<EOF
apt-get update
ENV_LIKE=this is no instruction
ENV NOT=either
EOF

FROM base AS framework
ENV SGLANG_CACHE_DIT_ENABLED=true \
    # the bins of a page in the documentation
    SGLANG_CACHE_DIT_FN=1 \
    SGLANG_CACHE_DIT_BN=0 \

    SGLANG_DIFFUSION_CACHE_ROOT=/sgl-workspace/cache
WORKDIR /sgl-workspace/sglang
COPY . .
RUN python3 -m pip install -e "python[${BUILD_TYPE}]"

FROM framework AS runtime
ENV SGLANG_BUILD=${SGL_VERSION:-source} \
    TRITON_CACHE_DIR=/tmp/triton/${TARGETARCH}
CMD ["python3", "-m", "sglang.launch_server"]
