"""The documented variables, by section, in the order of the docs.

A section module declares `VARIABLES` and is listed in `SECTION_MODULES`, in the order in which
sections are shown. `python -m sglang_envctl.devtools.registry` writes `index.py`, so that a section
that no command needs is not loaded, and `reads.py`, with the reads that no entry declares.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import import_module

from sglang_envctl.registry.index import FALLBACKS, LISTED
from sglang_envctl.registry.variable import Listed, Section, Variable, others

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


@dataclass(frozen=True, eq=False)
class Registry:
    """The documented variables. A section is loaded when one of its variables is looked up.

    A registry equals only itself, so that data computed from all its names can be cached.
    """

    listed: Mapping[str, Listed]
    """The index entry of every name, in order."""
    added: Mapping[str, Variable]
    """The entries that envctl does not ship."""

    def find(self, name: str) -> Variable | None:
        """Return the entry with exactly this name; None if there is none."""
        if name in self.added:
            return self.added[name]
        return _section(self.listed[name].module)[name] if name in self.listed else None

    def is_ambient(self, name: str) -> bool:
        """Return whether a name belongs to the operating system, such as PATH."""
        return name in self.listed and self.listed[name].ambient

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Every entry, in order."""
        return self._entries(self.listed)

    def around(self, names: Collection[str]) -> tuple[Variable, ...]:
        """Return the entries of these names, and of those related to them, in order."""
        wanted = {name for name in names if name in self.listed}
        for variable in self._entries(tuple(wanted)):
            wanted.update(FALLBACKS.get(variable.name, ()))
            for relation in variable.relations:
                wanted.update(others(relation))
        return self._entries(sorted(wanted, key=self._order.__getitem__))

    @cached_property
    def _order(self) -> Mapping[str, int]:
        """The position of every name."""
        return {name: place for place, name in enumerate(self.listed)}

    def _entries(self, names: Iterable[str]) -> tuple[Variable, ...]:
        found = (self.find(name) for name in names)
        return tuple(variable for variable in found if variable)

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every section, in order."""
        return tuple(dict.fromkeys(variable.section for variable in self.variables))

    @property
    def owners(self) -> tuple[str, ...]:
        """The software that reads the variables, in the order of the variables."""
        return tuple(dict.fromkeys(variable.owner for variable in self.variables))

    def extended(self, variables: Iterable[Variable]) -> Registry:
        """Return this registry with added variables; an entry with the same name is replaced."""
        more = {variable.name: variable for variable in variables}
        names = {name: listed(variable) for name, variable in more.items()}
        return Registry({**self.listed, **names}, {**self.added, **more})


@cache
def load() -> Registry:
    """Load the registry shipped with envctl."""
    return Registry(LISTED, {})


def listed(variable: Variable, module: str = "") -> Listed:
    """Return the index entry of a variable."""
    return Listed(module, variable.secret, variable.ambient, variable.section.aside)


@cache
def _section(module: str) -> Mapping[str, Variable]:
    """Return the entries of a section module, with the reads of the release data."""
    from sglang_envctl.registry.reads import READS

    declared: tuple[Variable, ...] = import_module(f"{__name__}.{module}").VARIABLES
    return {
        variable.name: replace(variable, reads=(*variable.reads, *READS[variable.name]))
        if variable.name in READS
        else variable
        for variable in declared
    }
