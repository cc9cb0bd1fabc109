"""A folder and the list of what is in it are one thing: a module that nobody listed would be dead."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from sglang_envctl import cli, exports, registry, rules, sources
from sglang_envctl.cli import completion
from sglang_envctl.rules.index import FAMILY_OF
from sglang_envctl.sources.dotenv import dialects


def modules(package: ModuleType, offers: str) -> Iterator[str]:
    """The modules and packages under a package, at any depth, that offer something by this name."""
    folder = Path(str(package.__file__)).parent
    for path in sorted(folder.rglob("*.py")):
        name = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        if name != "__init__" and hasattr(import_module(f"{package.__name__}.{name}"), offers):
            yield name


def names(listed: object) -> list[str]:
    """What a list names: module names, or modules."""
    assert isinstance(listed, tuple)
    return [item if isinstance(item, str) else item.__name__.rpartition(".")[2] for item in listed]


LISTS = {
    "sections of the registry": (registry, "VARIABLES", registry.SECTION_MODULES),
    "families of rules": (rules, "RULES", tuple(set(FAMILY_OF.values()))),
    "kinds of files": (sources, "matches", sources.FILE_KINDS),
    "dialects of .env files": (dialects, "read", dialects.DIALECTS),
    "exports": (exports, "refusal", tuple(f.replace("-", "_") for f in exports.FORMATS)),
    "shells that complete": (completion, "render", completion.SHELLS),
}


@pytest.mark.parametrize("what", LISTS)
def test_the_list_names_every_module(what: str) -> None:
    package, offers, listed = LISTS[what]

    assert sorted(modules(package, offers)) == sorted(names(listed))


def test_every_command_is_a_module() -> None:
    folder = Path(str(cli.__file__)).parent
    found = {path.stem if path.is_file() else path.name for path in folder.iterdir()}

    assert set(cli.COMMANDS) <= found
