"""The variables of the serving runtime: MLX, plugins, the log of kernel calls."""

from __future__ import annotations

import importlib
import logging
import os
import tempfile
from collections import Counter
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from tests.conformance.child.wheel import Standin, Wheel

_KERNEL_LOG = ("sglang/kernels/kernel_api_logging.py", "sglang/kernel_api_logging.py")
_LEVEL = "SGLANG_KERNEL_API_LOGLEVEL"
_KERNEL_NAMES = {
    _LEVEL: "_KERNEL_API_LOG_LEVEL",
    "SGLANG_KERNEL_API_LOGDEST": "_KERNEL_API_LOG_DEST",
    "SGLANG_KERNEL_API_DUMP_DIR": "_DUMP_DIR",
    "SGLANG_KERNEL_API_DUMP_INCLUDE": "_DUMP_INCLUDE_PATTERNS",
    "SGLANG_KERNEL_API_DUMP_EXCLUDE": "_DUMP_EXCLUDE_PATTERNS",
}
_PREFIX = "A_VARIABLE_OF_"
_COMMON = "sglang/srt/utils/common.py"
_BYSTANDER = "a plugin that no text names"


class Runtime:
    """Probes of `SGLANG_USE_MLX`, `SGLANG_PLUGINS` and `SGLANG_KERNEL_API_*`."""

    def __init__(self, sglang: Wheel) -> None:
        self._sglang = sglang
        self._logger = logging.getLogger("probe")

    @property
    def _environ(self) -> Any:
        return importlib.import_module("sglang.srt.environ")

    def grammar(self, name: str) -> object:
        """A variable declared with the class, or read by the function, that its name ends with."""
        grammar, default = name.removeprefix(_PREFIX), os.environ["DEFAULT"]
        if not grammar.startswith("Env"):
            given = {"os": os, "logger": self._logger, "_warned_bool_env_var_keys": set()}
            return self._sglang.function(_COMMON, grammar, given)(name, default)
        field = getattr(self._environ, grammar)(default)
        field.name = name
        return field.get()

    def declared(self, name: str) -> object:
        """A variable that the runtime's registry declares."""
        return getattr(self._environ.envs, name).get()

    def mlx(self, _name: str) -> object:
        """With an MLX stack that is complete."""
        path = self._sglang.first(
            ("sglang/srt/hardware_backend/mlx/runtime.py", "sglang/srt/utils/tensor_bridge.py")
        )
        given = {
            "envs": self._environ.envs,
            "_MLX_AVAILABLE": True,
            "_validate_runtime": lambda: None,
        }
        return self._sglang.function(path, "use_mlx", given)()

    def kernel_log(self, name: str) -> object:
        """What the module holds after it was imported; a process id shows as %i."""
        with patch.object(os, "getpid", lambda: "%i"):
            return self._sglang.run(self._sglang.first(_KERNEL_LOG))[_KERNEL_NAMES[name]]

    def kernel_log_file(self, name: str) -> object:
        """The same with logging on, where every directory exists but one that is called ~something.

        The file is opened below a folder of its own, as if that were the root of the file system.
        """
        os.environ[_LEVEL] = "1"
        text = os.environ.get(name, "")

        def open_below(path: str, *arguments: Any, **named: Any) -> object:
            os.makedirs(f"{root}{os.getcwd()}")
            if not text.startswith("~"):
                os.makedirs(os.path.dirname(f"{root}{path}"), exist_ok=True)
            return open(f"{root}{path}", *arguments, **named)

        below = patch.object(logging, "open", open_below, create=True)
        with tempfile.TemporaryDirectory() as root, below:
            return self.kernel_log(name)

    def plugins(self, name: str) -> object:
        """The server's general plugins."""
        return self._loaded(
            name, "sglang/srt/plugins/__init__.py", "load_plugins_by_group", "group"
        )

    def diffusion_plugins(self, name: str) -> object:
        """The diffusion server's."""
        path = "sglang/multimodal_gen/runtime/platforms/plugins.py"
        return self._loaded(name, path, "_discover")

    def nvidia_plugin(self, name: str) -> object:
        """NVIDIA's kernel plugin, as if it had each of the names in turn."""
        path = "sglang/srt/kernel_plugins/nvidia/binding.py"
        loaded = []
        for plugin in self._candidates(name):
            given = self._given(name) | {"ENTRY_POINT": plugin}
            if not self._sglang.function(path, "plugin_reasons", given)():
                loaded.append(plugin)
        return _all_or(loaded)

    def _loaded(self, name: str, path: str, function: str, *arguments: str) -> object:
        call = self._sglang.function(path, function, self._given(name))
        return _all_or(list(call(*arguments)))

    def _given(self, name: str) -> dict[str, Any]:
        """A machine that has every plugin the text may name, and one that it does not."""
        installed = [
            SimpleNamespace(name=plugin, value="module:call", dist=None, load=lambda: print)
            for plugin in self._candidates(name)
        ]
        standins = (
            *("GENERAL_PLUGINS_GROUP", "PLUGIN_URL", "logger", "HookSource"),
            *("_current_plugin_source", "_discard_hooks_from_source"),
        )
        return dict.fromkeys(standins, Standin()) | {
            "envs": self._environ.envs,
            "entry_points": lambda **_: installed,
            "Counter": Counter,
            "_get_excluded_dists": set,
            "get_selected_platform_dist": lambda: None,
        }

    def _candidates(self, name: str) -> list[str]:
        text = os.environ.get(name, "")
        named = (text, text.strip(), *text.split(","), *map(str.strip, text.split(",")))
        return [*dict.fromkeys(filter(None, named)), _BYSTANDER]


def _all_or(loaded: list[str]) -> list[str] | None:
    """None where everything is loaded."""
    return None if _BYSTANDER in loaded else loaded
