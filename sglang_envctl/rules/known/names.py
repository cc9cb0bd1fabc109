"""Collect the names that may be meant by an undocumented name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from sglang_envctl.registry.mistaken import MISTAKEN
from sglang_envctl.registry.undescribed import OTHER_PREFIXES, UNDESCRIBED
from sglang_envctl.releases.renames import OWNED
from sglang_envctl.settings import reads_in
from sglang_envctl.text.suggest import SpellingIndex, edits

if TYPE_CHECKING:
    from sglang_envctl.registry import Registry
    from sglang_envctl.releases import ReleaseData
    from sglang_envctl.releases.options import Option

PLUGIN_NAMES = frozenset(
    {
        "SGLANG_FL_DISPATCH_DEBUG",
        "SGLANG_FL_LOG_DIR",
        "SGLANG_FL_STUB_MODULES_EXTRA",
        "SGLANG_FL_TIMER",
        "SGLANG_FL_TIMER_ENABLE",
    }
)
"""The names that the FlagOS plugin reads but its docs do not list."""
_PLUGIN = "SGLANG_FL"
_RELEASED_WITH_SGLANG = ("sglang", "sglang-diffusion", "sglang-kernel")
"""Software whose reads are known for each release."""
_LOST_PREFIX = frozenset({"FLAGGEMS"})
"""The first words of names that exist only after SGLANG_."""


class KnownNames:
    """The names of a registry and a release. Each set is built on first use."""

    def __init__(self, registry: Registry, release: str) -> None:
        self._registry = registry
        self.release = release
        listed = registry.listed
        self.documented = frozenset(name for name, entry in listed.items() if not entry.ambient)
        self.aside = frozenset(n for n in self.documented if listed[n].aside) | UNDESCRIBED.keys()
        """The names of software of which only some names are documented."""

    @cached_property
    def data(self) -> ReleaseData:
        from sglang_envctl.releases import load

        return load(self.release)

    @cached_property
    def read(self) -> frozenset[str]:
        """The names that the release reads."""
        return self.data.read_names(self.release) | PLUGIN_NAMES

    @cached_property
    def ever_read(self) -> frozenset[str]:
        return self.data.names()

    @cached_property
    def similar(self) -> SpellingIndex:
        return SpellingIndex(self.documented | self.aside)

    @cached_property
    def similar_own(self) -> SpellingIndex:
        """SGLang's own names, including the undocumented ones that the release reads."""
        return SpellingIndex(n for n in self.read | self.documented if n.startswith(OWNED))

    def works(self, advice: str) -> bool:
        """Return whether this release knows a name such as X or X=1, or an option such as --x."""
        if advice.startswith("-"):
            return re.split("[ =]", advice)[0] in self._options
        name = advice.partition("=")[0]
        entry = self._registry.find(name)
        if entry and entry.owner in _RELEASED_WITH_SGLANG:
            return any(not read.inert for read in reads_in(entry.reads, self.release))
        return entry is not None or name in self.read or name in UNDESCRIBED

    def own_suggestions(self, name: str) -> tuple[str, ...]:
        """Return names that a name in SGLang's namespace may be a misspelling of, most likely first.

        A name that this release does not read is replaced by its successor. Names of FlagOS's
        plugin are suggested only for names with a similar beginning.
        """
        near = self.similar_own.near(name)
        if not name.startswith(_PLUGIN):
            near = tuple(n for n in near if not n.startswith(_PLUGIN))
        if working := tuple(filter(self.works, near)):
            return working
        replaced = tuple(filter(None, map(self._replacement, near)))
        typos = (n for n in self._similar_options.near(name) if edits(name, n, 2) is not None)
        return replaced or tuple(map(self.option, typos))

    def respelled(self, name: str) -> str:
        """Return the same name with the other prefix, if this release reads that name; otherwise an
        empty string.
        """
        for one, other in (("SGLANG_", "SGL_"), ("SGL_", "SGLANG_")):
            respelled = f"{other}{name.removeprefix(one)}"
            if name.startswith(one) and respelled in self.read:
                return respelled
        return ""

    def option(self, name: str) -> str:
        """Return the server option that a name spells, such as --tp-size; otherwise an empty string."""
        from sglang_envctl.releases.options import option

        found = option(name, self.release)
        return found.flag if found else ""

    def option_words(self, flag: str) -> str:
        """Return the words for an option, with its server if that is not the usual one."""
        found = self._options.get(flag)
        return found.words if found else f"option {flag}"

    def meant(self, name: str) -> str:
        """Return the name or option that the user may mean by a name; an empty string if it is
        unclear.
        """
        folded = name.upper()
        near = (
            self.own_suggestions(folded) if folded.startswith(OWNED) else self.similar.near(folded)
        )
        found = MISTAKEN.get(folded) or self.respelled(folded) or self.option(folded)
        return found or " or ".join(near)

    def instead(self, name: str, replaced_by: Iterable[str]) -> str:
        """Return the advice about a name that this release does not read."""
        working = [text for text in replaced_by if text and self.works(text)]
        found = " or ".join(working) or self.respelled(name) or self.option(name)
        return f"use {found}" if found else "remove it"

    def _replacement(self, name: str) -> str:
        """Return the name or option that works in this release instead of a name; empty if none does."""
        entry = self._registry.find(name)
        replaced_by = entry.replaced_by if entry else ""
        works = replaced_by and self.works(replaced_by)
        return replaced_by if works else self.respelled(name) or self.option(name)

    @cached_property
    def heads(self) -> frozenset[str]:
        """The first words of documented names and of SGLang's namespaces: SGL, NVSHMEM, TRITON, ..."""
        words = {name.partition("_")[0] for name in (*OWNED, *self.documented, *self.aside)}
        return _LOST_PREFIX | words

    def with_other_prefix(self, name: str) -> tuple[str, ...]:
        """Return the likely names that differ only by a typo in the first word."""
        # The likely names are indexed only if needed, because indexing takes long.
        last = name.rstrip("_").rpartition("_")[2] if name.strip("_").count("_") > 1 else None
        near: tuple[str, ...] = ()
        if last in self._last_words or name.replace("_", "").startswith("SGLANG"):
            near = self._likely.with_other_prefix(name)
        if not near and last in self._last_words_aside and not name.startswith(OTHER_PREFIXES):
            near = self.similar.with_other_prefix(name, swapped=True)
        return near

    @cached_property
    def _likely(self) -> SpellingIndex:
        """The names that a typo in the first word may mean: those of software whose names are all
        known.

        NCCL, Hugging Face and others have hundreds of undocumented names, and similar first words
        exist: OMP_AFFINITY and KMP_AFFINITY, HIP_ and ZIP_.
        """
        return SpellingIndex(self.documented - self.aside)

    @cached_property
    def _options(self) -> Mapping[str, Option]:
        """The options of the servers, by flag."""
        from sglang_envctl.releases.options import options

        return options(self.release)

    @cached_property
    def _similar_options(self) -> SpellingIndex:
        """The options of the servers, in the form of variable names, such as SGLANG_TP_SIZE."""
        return SpellingIndex(f"SGLANG{f[1:].upper().replace('-', '_')}" for f in self._options)

    @cached_property
    def _last_words(self) -> frozenset[str]:
        return frozenset(n.rpartition("_")[2] for n in self.documented - self.aside)

    @cached_property
    def _last_words_aside(self) -> frozenset[str]:
        return frozenset(n.rpartition("_")[2] for n in self.aside)


@lru_cache(maxsize=4)
def known_names(registry: Registry, release: str) -> KnownNames:
    """Return the known names of a registry and a release; cached, because every environment uses
    them.
    """
    return KnownNames(registry, release)
