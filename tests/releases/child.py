"""The child process: what is left in the environment when a release's own code is through with it.

stdin holds {"wheel": path, "environments": [{name: text}, ...]}; stdout gets for each one the
environment after the code was imported and every alias was asked for, or the exception's name.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from typing import Any

from tests.conformance.child.wheel import Importer, Wheel


def _after(wheel: Wheel, given: dict[str, str]) -> dict[str, str] | str:
    os.environ.clear()
    os.environ.update(given)
    try:
        envs: Any = wheel.run("sglang/srt/environ.py")["envs"]
    except ValueError as error:  # any other is a fault of this child: it ends
        return type(error).__name__
    for field in list(vars(type(envs)).values()):
        if hasattr(field, "deprecated_name"):
            field.get()
    return dict(os.environ)


def main() -> None:
    task = json.load(sys.stdin)
    wheel = Wheel(task["wheel"])
    sys.meta_path.insert(0, Importer(wheel, {}))
    warnings.simplefilter("ignore")
    answers = [_after(wheel, given) for given in task["environments"]]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
