"""The child process: asks one release's own code about many texts.

stdin holds {"wheels": {package: path}, "asks": [[probe, name, text or null, {name: text}], ...]};
stdout gets one [value, exception or null, warned] for each ask, in order.
"""

from __future__ import annotations

import json
import logging
import math
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import PurePath

from tests.conformance.child.diffusion import Diffusion
from tests.conformance.child.plain import Plain
from tests.conformance.child.runtime import Runtime
from tests.conformance.child.storage import Storage
from tests.conformance.child.wheel import Importer, Wheel

_REAL = {
    "sglang.srt.environ": "sglang/srt/environ.py",
    "sglang.multimodal_gen.envs": "sglang/multimodal_gen/envs.py",
    "sglang.multimodal_gen.runtime.utils.common": "sglang/multimodal_gen/runtime/utils/common.py",
}
_UNCHANGED = {"HOME": "/home/somebody", "PATH": "/usr/bin:/bin"}


class _Warned(logging.Handler):
    """Notes that something was logged that a person should see."""

    seen = False

    def emit(self, record: logging.LogRecord) -> None:
        self.seen = self.seen or record.levelno >= logging.WARNING


def _fresh_loggers(handler: logging.Handler) -> None:
    """Undo what a module did to its logger, so that every text is as the first."""
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            for opened in logger.handlers:
                opened.close()
            logger.handlers.clear()
            logger.propagate = True
            logger.setLevel(logging.NOTSET)
    logging.root.handlers[:] = [handler]


def _plain(value: object) -> object:
    """The value as JSON has it."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    return str(value) if isinstance(value, PurePath) else value


def _ask(probe: Callable[[str], object], name: str, environment: dict[str, str]) -> list[object]:
    handler = _Warned()
    _fresh_loggers(handler)
    os.environ.clear()
    os.environ.update(environment)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            value, raised = probe(name), None
        except (ValueError, OSError) as error:  # any other is the probe's own fault: the child ends
            value, raised = None, type(error).__name__
    return [_plain(value), raised, handler.seen or bool(said)]


def _forget_warnings() -> None:
    """Have the code warn again: it remembers which names or values it has warned about."""
    for module in _REAL:
        for name, value in vars(sys.modules.get(module, object)).items():
            if name.startswith("_warned") and isinstance(value, set):
                value.clear()


def _families(wheels: dict[str, str]) -> dict[str, object]:
    """The objects whose methods are the probes, by the name that stands before a probe's dot."""
    sglang = Wheel(wheels["sglang"])
    sys.meta_path.insert(0, Importer(sglang, _REAL))
    cache_dit = Wheel(wheels["cache-dit"]) if "cache-dit" in wheels else None
    return {
        "diffusion": Diffusion(sglang, cache_dit),
        "storage": Storage(sglang, Wheel(wheels["botocore"])),
        "runtime": Runtime(sglang),
        "plain": Plain(sglang),
    }


def main() -> None:
    task = json.load(sys.stdin)
    answers, sys.stdout = sys.stdout, sys.stderr
    os.environ.clear()
    os.environ.update(_UNCHANGED)
    families = _families(task["wheels"])
    results = []
    for probe, name, text, given in task["asks"]:
        family, _, method = probe.partition(".")
        environment = _UNCHANGED | given | ({} if text is None else {name: text})
        _forget_warnings()
        results.append(_ask(getattr(families[family], method), name, environment))
    json.dump(results, answers)


if __name__ == "__main__":
    main()
