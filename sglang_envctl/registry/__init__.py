"""The documented variables, by section, in the order of the docs.

A section module declares `VARIABLES` and is listed in `SECTION_MODULES`. The order of that tuple is
the order in which sections are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from sglang_envctl.registry.model import Section, Variable

SECTION_MODULES = (
    "diffusion_runtime",
    "diffusion_platforms",
    "cache_dit",
    "cache_dit_secondary",
    "cloud_storage",
    "crash_debugging",
    "flagos_fused_ops",
    "flagos_aten",
    "flagos_distributed",
    "flagos_system",
    "maca",
    "srt_general",
    "srt_performance",
    "srt_performance_kernels",
    "srt_deepgemm",
    "srt_deepep",
    "srt_mori",
    "srt_dsa",
    "srt_memory",
    "srt_models",
    "srt_quantization",
    "srt_distributed",
    "srt_tools",
    "srt_staging",
    "srt_disaggregation",
    "srt_profiling",
    "srt_storage",
    "srt_testing",
    "srt_speculative",
    "ascend",
    "ascend_neighbours",
    "srt_platforms",
    "mooncake_store",
    "srt_neighbours",
    "neighbours_nccl",
    "neighbours_networks",
    "neighbours_devices",
    "neighbours_torch",
    "neighbours_huggingface",
    "neighbours_proxies",
    "neighbours_threads",
    "neighbours_aws",
    "neighbours_mooncake",
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
