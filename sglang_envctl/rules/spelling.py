"""The names that an undocumented one is compared with."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from sglang_envctl.releases.renames import OWNED
from sglang_envctl.text.suggest import SpellingIndex

if TYPE_CHECKING:
    from sglang_envctl.registry import Registry
    from sglang_envctl.releases import ReleaseData

PLUGIN_NAMES = frozenset(
    {
        "SGLANG_FL_DISPATCH_DEBUG",
        "SGLANG_FL_LOG_DIR",
        "SGLANG_FL_STUB_MODULES_EXTRA",
        "SGLANG_FL_TIMER",
        "SGLANG_FL_TIMER_ENABLE",
    }
)
"""What the FlagOS plugin reads and its docs do not list."""
_LOST_PREFIX = frozenset({"FLAGGEMS"})
"""First words of names that exist only after SGLANG_."""


class KnownNames:
    """The names of a registry and a release; each set is built on first use."""

    def __init__(self, documented: frozenset[str], aside: frozenset[str], release: str) -> None:
        self.documented = documented
        self.aside = aside
        """Those of software of which only some names are documented."""
        self.release = release

    @cached_property
    def data(self) -> ReleaseData:
        from sglang_envctl.releases import load

        return load()

    @cached_property
    def read(self) -> frozenset[str]:
        """The names that the release reads."""
        return self.data.read_names(self.release) | PLUGIN_NAMES

    @cached_property
    def ever_read(self) -> frozenset[str]:
        return self.data.names()

    @cached_property
    def similar(self) -> SpellingIndex:
        return SpellingIndex(self.documented)

    @cached_property
    def similar_own(self) -> SpellingIndex:
        """Those of SGLang's own namespace, including undocumented names that it reads."""
        return SpellingIndex(n for n in self.read | self.documented if n.startswith(OWNED))

    @cached_property
    def heads(self) -> frozenset[str]:
        """First words of documented names, and of SGLang's namespaces: SGL, NVSHMEM, TRITON, ..."""
        words = {name.partition("_")[0] for name in (*OWNED, *self.documented)}
        return _LOST_PREFIX | words

    def with_other_prefix(self, name: str) -> tuple[str, ...]:
        """The likely names that differ only by a typo in the first word."""
        # Likely names take a while to index, for most files in vain.
        last = name.rstrip("_").rpartition("_")[2]
        if last in self._last_words or name.replace("_", "").startswith("SGLANG"):
            return self._likely.with_other_prefix(name)
        return ()

    @cached_property
    def _likely(self) -> SpellingIndex:
        """Names that a typo in the first word may mean: those of software whose names are all known.

        NCCL, Hugging Face and the like have hundreds more than are documented here, and others that
        begin almost alike: OMP_AFFINITY and KMP_AFFINITY, HIP_ and ZIP_.
        """
        return SpellingIndex(self.documented - self.aside)

    @cached_property
    def _last_words(self) -> frozenset[str]:
        return frozenset(n.rpartition("_")[2] for n in self.documented - self.aside)


def known_names(registry: Registry, release: str) -> KnownNames:
    """What names of an environment are compared with; one index serves all environments."""
    listed = registry.listed
    documented = frozenset(name for name, entry in listed.items() if not entry.ambient)
    return _known(documented, frozenset(n for n in documented if listed[n].aside), release)


_known = lru_cache(maxsize=4)(KnownNames)
