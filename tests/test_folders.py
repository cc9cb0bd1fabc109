"""A folder and the list of what is in it are one thing: a module that nobody listed would be dead.

Sections, rules, kinds of sources, exports and reports are compared in the tests of their own folders.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from sglang_envctl import cli
from sglang_envctl.cli import completion
from sglang_envctl.sources.dotenv import dialects


def modules(package: ModuleType, offers: str) -> Iterator[str]:
    """The modules and packages under a package, at any depth, that offer something by this name."""
    folder = Path(str(package.__file__)).parent
    for path in sorted(folder.rglob("*.py")):
        name = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        if name != "__init__" and hasattr(import_module(f"{package.__name__}.{name}"), offers):
            yield name


LISTS = {
    "dialects of .env files": (dialects, "read", dialects.DIALECTS),
    "shells that complete": (completion, "render", completion.SHELLS),
}


@pytest.mark.parametrize("what", LISTS)
def test_the_list_names_every_module(what: str) -> None:
    package, offers, listed = LISTS[what]

    assert sorted(modules(package, offers)) == sorted(listed)


def test_every_command_is_a_module() -> None:
    folder = Path(str(cli.__file__)).parent
    found = {path.stem if path.is_file() else path.name for path in folder.iterdir()}

    assert set(cli.COMMANDS) <= found
