"""The documented variables, by section, in the order of the docs.

A section module declares `VARIABLES` and is listed in `SECTION_MODULES`. The order of that tuple is
the order in which sections are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from sglang_envctl.registry.variable import Section, Variable

SECTION_MODULES = (
    "diffusion.runtime",
    "diffusion.platforms",
    "diffusion.cache_dit",
    "diffusion.cache_dit_secondary",
    "diffusion.cloud_storage",
    "srt.crash_debugging",
    "flagos.fused_ops",
    "flagos.aten",
    "flagos.distributed",
    "flagos.system",
    "metax.maca",
    "srt.general",
    "srt.performance",
    "srt.performance_kernels",
    "srt.deepgemm",
    "srt.deepep",
    "srt.mori",
    "srt.dsa",
    "srt.memory",
    "srt.models",
    "srt.quantization",
    "srt.distributed",
    "srt.tools",
    "srt.staging",
    "srt.disaggregation",
    "srt.profiling",
    "srt.storage",
    "srt.testing",
    "srt.speculative",
    "ascend.runtime",
    "ascend.libraries",
    "srt.platforms",
    "srt.mooncake_store",
    "neighbors.serving",
    "neighbors.nccl",
    "neighbors.networks",
    "neighbors.devices",
    "neighbors.torch",
    "neighbors.huggingface",
    "neighbors.proxies",
    "neighbors.threads",
    "neighbors.aws",
    "neighbors.mooncake",
)


@dataclass(frozen=True, slots=True)
class Registry:
    """The documented variables."""

    variables: tuple[Variable, ...]
    by_name: Mapping[str, Variable]

    def find(self, name: str) -> Variable | None:
        """The entry with exactly this name, or None."""
        return self.by_name.get(name)

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every section, in order."""
        return tuple(dict.fromkeys(variable.section for variable in self.variables))

    @property
    def owners(self) -> tuple[str, ...]:
        """The software that reads the variables, in the order of the variables."""
        return tuple(dict.fromkeys(variable.owner for variable in self.variables))

    def extended(self, variables: Iterable[Variable]) -> Registry:
        """This registry with added variables; an entry with the same name is replaced."""
        return _registry((*self.variables, *variables))


@cache
def load() -> Registry:
    """The registry shipped with envctl."""
    modules = (import_module(f"{__name__}.{module}") for module in SECTION_MODULES)
    return _registry(variable for module in modules for variable in module.VARIABLES)


def _registry(variables: Iterable[Variable]) -> Registry:
    by_name = {variable.name: variable for variable in variables}
    return Registry(tuple(by_name.values()), by_name)
