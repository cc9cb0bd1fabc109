# escape=`
ARG BASE=registry/maca:latest
ARG ROOT=/opt/maca
FROM ${BASE}
ARG ROOT
ENV MACA_PATH=${ROOT} `
    CUCC_PATH=${ROOT}/tools/cu-bridge `
    USE_FLAGGEMS=1
ENV SGLANG_FL_PREFER='vendor' FLAGCX_PATH="${ROOT:-/usr}/flagcx"
