"""Phrases used in both findings and pages."""

from __future__ import annotations

from sglang_envctl.registry.variable import Condition, Variable

_READER_NAMES = {
    "cann": "CANN",
    "cuda": "CUDA",
    "huggingface": "Hugging Face's client",
    "mooncake": "Mooncake",
    "nccl": "NCCL",
    "rustup": "rustup",
    "sglang": "SGLang",
    "sglang-diffusion": "SGLang",
    "sglang-kernel": "SGLang's kernel package",
    "sglang_fl": "the plugin",
    "torch": "PyTorch",
    "nvshmem": "NVSHMEM",
    "dynamo": "Dynamo",
}


def who_reads(variable: Variable) -> str:
    """Return the software that reads a variable, as the subject of a sentence."""
    return _READER_NAMES.get(variable.owner, "the software that reads it")


def wanted(condition: Condition) -> str:
    """Describe a condition, such as `X is on`."""
    name, value = condition.name, condition.value
    return {
        "true": f"{name} is on",
        "not empty": f"{name} is set",
        "equals": f"{name} is {value}",
        "at least": f"{name} is {value} or more",
        "not zero": f"{name} is not 0",
    }[condition.test]
