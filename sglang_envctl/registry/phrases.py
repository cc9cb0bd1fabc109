"""Phrases that findings and pages share."""

from __future__ import annotations

from sglang_envctl.registry.variable import Condition, Variable

_READER_NAMES = {
    "sglang": "SGLang",
    "sglang-diffusion": "SGLang",
    "sglang-kernel": "SGLang's kernel package",
    "sglang_fl": "the plugin",
    "torch": "PyTorch",
    "nvshmem": "NVSHMEM",
    "dynamo": "Dynamo",
}


def who_reads(variable: Variable) -> str:
    """The software that reads a variable, for a sentence."""
    return _READER_NAMES.get(variable.owner, "its reader")


def wanted(condition: Condition) -> str:
    """A condition in words: `X is on`."""
    name, value = condition.name, condition.value
    return {
        "true": f"{name} is on",
        "not empty": f"{name} is set",
        "equals": f"{name} is {value}",
        "at least": f"{name} is {value} or more",
        "not zero": f"{name} is not 0",
    }[condition.test]
