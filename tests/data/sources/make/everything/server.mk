# After a Makefile that hands on all of its variables
SHELL := /bin/bash
export
CACHE ?= /scratch/$(USER)/hf
HF_HUB_CACHE := $(CACHE)/hub
HF_HUB_DISABLE_XET := 1
CUDA_VISIBLE_DEVICES := ""
unexport CACHE
