"""The diffusion server's own variables."""

from __future__ import annotations

import ast
import importlib
import logging
import os
from collections.abc import Callable
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from tests.conformance.child.wheel import Wheel, define, mentions

_RUNTIME = "sglang/multimodal_gen/runtime"
_BINS = "SGLANG_CACHE_DIT_SCM_COMPUTE_BINS"
_PRESET = "SGLANG_CACHE_DIT_SCM_PRESET"


class Diffusion:
    """Probes of the variables that `sglang/multimodal_gen` reads."""

    def __init__(self, sglang: Wheel, cache_dit: Wheel | None) -> None:
        self._sglang = sglang
        self._cache_dit = cache_dit
        self._logger = logging.getLogger("probe")

    @property
    def _envs(self) -> Any:
        return importlib.import_module("sglang.multimodal_gen.envs")

    def table(self, name: str) -> object:
        """An attribute of the lazy table in envs.py."""
        return getattr(self._envs, name)

    def cache_root(self, _name: str) -> object:
        """The directory above materialized model overlays."""
        path = f"{_RUNTIME}/utils/model_overlay.py"
        return self._sglang.function(path, "get_diffusion_cache_root", {"os": os})()

    def profiler(self, _name: str) -> object:
        """The directory that traces go to."""
        given = {"os": os, "envs": self._envs}
        path = f"{_RUNTIME}/utils/profiler.py"
        return self._sglang.function(path, "_resolve_profiler_log_dir", given)(None)

    def true_only(self, name: str) -> object:
        """The server's comparisons with a word; all of them have to agree."""
        path = self._sglang.first(
            (f"{_RUNTIME}/server_args/server_args.py", f"{_RUNTIME}/server_args.py")
        )
        (value,) = {eval(code, {"os": os}) for code in self._sglang.comparisons(path, name)}  # noqa: S307
        return value

    def fp4(self, name: str, *, blackwell: bool = False) -> object:
        """FlashInfer's backend on an older GPU."""
        del name
        given = {"envs": self._envs, "logger": self._logger}
        path = f"{_RUNTIME}/platforms/cuda.py"
        function = self._sglang.function(path, "get_modelopt_flashinfer_fp4_backend", given)
        return function(SimpleNamespace(is_sm120=lambda: blackwell, is_blackwell=lambda: blackwell))

    def fp4_blackwell(self, name: str) -> object:
        """The same on a GPU of every newer kind."""
        return self.fp4(name, blackwell=True)

    def scm_bins(self, name: str) -> object:
        """Both lists get the same text, since one alone is not looked at."""
        if name in os.environ:
            twin = name.replace("COMPUTE", "CACHE") if "COMPUTE" in name else _BINS
            os.environ[twin] = os.environ[name]
        found = self._parse_bins()
        key = "compute_bins" if "COMPUTE" in name else "cache_bins"
        return found[key] if key in found else found[f"scm_{key}"]

    @cached_property
    def _parse_bins(self) -> Callable[[], dict[str, object]]:
        """The statements from the look at the preset to the end of the parsing, and their variables."""
        path = f"{_RUNTIME}/pipelines_core/stages/denoising.py"
        body = self._sglang.function_with(path, _BINS).body
        start = next(i for i, step in enumerate(body) if _assigns(step, _PRESET))
        end = next(i for i, step in enumerate(body) if i > start and _parses(step))
        steps = [*body[start : end + 1], ast.Return(ast.parse("locals()", mode="eval").body)]
        given = {"envs": self._envs, "logger": self._logger, "overrides": {}}
        return define(steps, "parse", given)

    def scm_preset(self, name: str) -> object:
        """The word, as long as cache-dit makes a mask of it."""
        assert self._cache_dit
        given: dict[str, Any] = {"logger": self._logger}
        for function in ("_steps_mask", "steps_mask"):
            path = "cache_dit/caching/cache_interface.py"
            given[function] = self._cache_dit.function(path, function, given)
        places = (f"{_RUNTIME}/{folder}/cache_dit_integration.py" for folder in ("cache", "utils"))
        preset = self.table(name)
        self._sglang.function(self._sglang.first(places), "get_scm_mask", given)(preset, 28)
        return preset

    def scm_policy(self, name: str) -> object:
        """What cache-dit does with the word: it compares it, once."""
        assert self._cache_dit
        policy = self.table(name)
        context = SimpleNamespace(get_steps_computation_policy=lambda: policy)
        path = "cache_dit/caching/cache_contexts/cache_manager.py"
        (code,) = self._cache_dit.comparisons(path, "get_steps_computation_policy")
        return "static" if eval(code, {"self": context}) else "dynamic"  # noqa: S307


def _assigns(step: ast.stmt, word: str) -> bool:
    return isinstance(step, ast.Assign) and mentions(step, word)


def _parses(step: ast.stmt) -> bool:
    """An `if` with a `try` in it."""
    return isinstance(step, ast.If) and any(isinstance(node, ast.Try) for node in ast.walk(step))
