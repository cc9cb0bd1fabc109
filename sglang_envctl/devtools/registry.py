"""Rewrite the files that are derived from the registry's entries and the release data.

    python -m sglang_envctl.devtools.registry

`registry/index.py` maps each name to its section, so that a command loads only the sections that it
needs. `registry/reads.py` is a copy of the reads that entries do not declare themselves, because
the release data is slower to load than any section. If an entry declares some reads, only the reads
of older releases are copied. Run this module after adding an entry, and after `devtools.releases`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from sglang_envctl import registry
from sglang_envctl.registry.variable import FallsBackTo, Listed, Read, Variable
from sglang_envctl.releases import RELEASES, load
from sglang_envctl.releases.reads import reads_of

FOLDER = Path(registry.__file__).parent
OWNERS = frozenset({"sglang", "sglang-diffusion"})
"""The software whose reads are in the release data."""
BY_HAND = "0.5.5"
"""The first release from which an entry's reads are complete, if the entry declares any reads."""
WIDTH = 91
"""The maximum length of the line of a read, without its indentation."""

_INDEX = '''"""The index entry of every documented name, for use before its section is loaded.

Written by `python -m sglang_envctl.devtools.registry`.
"""

from __future__ import annotations

from sglang_envctl.registry.variable import Listed

'''
_READS = '''"""The reads of variables whose entries leave them to the release data.

Written by `python -m sglang_envctl.devtools.registry`.
"""

from __future__ import annotations

from sglang_envctl.registry.variable import Read

# fmt: off
'''


def declared() -> Iterator[tuple[str, Variable]]:
    """Yield every entry as it is declared, with its section module, in order."""
    for module in registry.SECTION_MODULES:
        for variable in import_module(f"{registry.__name__}.{module}").VARIABLES:
            yield module, variable


def listed() -> dict[str, Listed]:
    """Return the index entry of every name."""
    return {variable.name: registry.listed(variable, module) for module, variable in declared()}


def fallbacks() -> dict[str, tuple[str, ...]]:
    """Return the names that fall back to a name, by that name."""
    found: dict[str, tuple[str, ...]] = {}
    for _, variable in declared():
        for relation in variable.relations:
            if isinstance(relation, FallsBackTo):
                found[relation.other] = (*found.get(relation.other, ()), variable.name)
    return found


def reads() -> dict[str, tuple[Read, ...]]:
    """Return the reads that the registry's entries leave to the release data, by variable name."""
    own = [variable for _, variable in declared() if variable.owner in OWNERS]
    return {v.name: found for v in own if (found := tuple(_left_to_the_data(v)))}


def _left_to_the_data(variable: Variable) -> Iterator[Read]:
    """Yield all reads or, if an entry declares some, the reads of older releases."""
    begins = [_number(read.since) for read in variable.reads]
    first = min(*begins, _number(BY_HAND)) if begins else len(RELEASES)
    for read in reads_of(variable.name, load()):
        if _number(read.since) < first:
            covered = begins and (not read.until or _number(read.until) >= first)
            yield read._replace(until=RELEASES[first - 1]) if covered else read


def _number(release: str) -> int:
    """Return the position of a release, oldest first; 0 for an empty string."""
    return RELEASES.index(release) if release else 0


def index() -> str:
    """Return the text of `registry/index.py`."""
    names = "".join(f"    {_text(name)}: {_listed(entry)},\n" for name, entry in listed().items())
    others = "".join(
        f"    {_text(name)}: {_names(found)},\n" for name, found in fallbacks().items()
    )
    return (
        f"{_INDEX}LISTED: dict[str, Listed] = {{\n{names}}}\n\n"
        f"FALLBACKS: dict[str, tuple[str, ...]] = {{\n{others}}}\n"
        '"""The names that fall back to a name, by that name."""\n'
    )


def read_table() -> str:
    """Return the text of `registry/reads.py`."""
    rows = "".join(
        f"    {_text(name)}: (\n{''.join(map(_read, found))}    ),\n"
        for name, found in reads().items()
    )
    return f"{_READS}READS: dict[str, tuple[Read, ...]] = {{\n{rows}}}\n"


def _listed(entry: Listed) -> str:
    flags = "".join(f", {flag}=True" for flag in Listed._field_defaults if getattr(entry, flag))
    return f"Listed({_text(entry.module)}{flags})"


def _read(read: Read) -> str:
    given = [_text(read.reader), _text(read.where)]
    for field, default in Read._field_defaults.items():
        value = getattr(read, field)
        if value != default or type(value) is not type(default):
            given.append(f"{field}={_text(value) if isinstance(value, str) else repr(value)}")
    line = f"Read({', '.join(given)})"
    if len(line) > WIDTH:
        line = "Read(\n" + "".join(f"            {item},\n" for item in given) + "        )"
    return f"        {line},\n"


def _names(names: tuple[str, ...]) -> str:
    return "(" + ", ".join(map(_text, names)) + ("," * (len(names) == 1)) + ")"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    (FOLDER / "index.py").write_text(index(), "utf-8")
    (FOLDER / "reads.py").write_text(read_table(), "utf-8")
