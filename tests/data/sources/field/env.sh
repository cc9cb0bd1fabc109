#!/bin/bash
set -x
export SGLANG_USE_AITER=1
