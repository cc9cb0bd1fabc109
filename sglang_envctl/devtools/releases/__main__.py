"""Rebuild or extend the release data.

    python -m sglang_envctl.devtools.releases [--fresh] [--into FOLDER] [WHEEL_OR_DIR...]

Each target is a published wheel of sglang or the package's directory, unpacked or installed.
Without targets, the releases that are in the package index but not in the data are downloaded, one
at a time. The data of other releases is kept, unless --fresh is given. At the end, the registry's
reads are rewritten.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent
from typing import Any

from sglang_envctl.audit import audit
from sglang_envctl.audit.code.compiled import named
from sglang_envctl.audit.code.options import options as audit_options
from sglang_envctl.audit.facts import weight
from sglang_envctl.audit.release.build import Builder
from sglang_envctl.devtools import options as flags
from sglang_envctl.devtools.releases.fetch import download, missing
from sglang_envctl.devtools.releases.target import release_of
from sglang_envctl.releases import data, options
from sglang_envctl.releases.renames import OWNED

_UNPREFIXED = (
    '"""Names without SGLang\'s prefixes that more than its tests parse; '
    'none is a single word."""\n'
)
_HANDLED_AS = ("refused", "overwritten")
_WEAK = 2
"""The weight of a use that accepts any value as it is."""
_HEADER = (
    '"""Known releases, oldest first. Written by `python -m sglang_envctl.devtools.releases`."""\n'
)


def write(builder: Builder, folder: Path) -> None:
    """Write the data and the list of releases."""
    content = builder.data()
    # One table, rename or name per line, so that the diff of a new release is readable.
    handled = _lines(sorted({row[2] for row in content["renames"] if row[4] in _HANDLED_AS}))
    renames = ",\n".join(_compact(row) for row in content.pop("renames"))
    rows = content.pop("names")
    readers = content["readers"]
    names = ",\n".join(f"{_compact(name)}:{_compact(ways)}" for name, ways in rows.items())
    head = ",\n".join(f"{_compact(key)}:{_compact(value)}" for key, value in content.items())
    text = f'{{{head},\n"renames":[\n{renames}\n],\n"names":{{\n{names}\n}}}}\n'
    (folder / "data.json").write_text(text, "utf-8")
    releases = _lines(content["releases"])
    unprefixed = _lines(name for name in sorted(rows) if _is_unprefixed(name, rows[name], readers))
    text = (
        f"{_HEADER}\nRELEASES: tuple[str, ...] = (\n{releases})\n"
        f"UNPREFIXED: frozenset[str] = frozenset(\n    (\n{indent(unprefixed, '    ')}    )\n)\n"
        f"{_UNPREFIXED}"
        f"HANDLED: frozenset[str] = frozenset(\n    (\n{indent(handled, '    ')}    )\n)\n"
        '"""Names that some release refuses at startup, or overwrites."""\n'
    )
    (folder / "published.py").write_text(text, "utf-8")


def _lines(items: Iterable[str]) -> str:
    return "".join(f'    "{item}",\n' for item in items)


def _is_unprefixed(name: str, ways: list[list[Any]], readers: list[str]) -> bool:
    unread = data.TESTS_ONLY | data.DECLARED_ONLY
    parsed = any(
        not flags & unread and _parses(readers[reader]) for _, _, reader, _, _, flags, *_ in ways
    )
    return parsed and "_" in name.strip("_") and not name.startswith(OWNED)


def _parses(reader: str) -> bool:
    """Return whether a reader can reject a value; strings, paths and tests for presence accept all."""
    steps = reader.removesuffix("-or-unset")
    return weight(reader) < _WEAK and not steps.endswith(("text", "path"))


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def main(arguments: list[str] | None = None) -> int:
    """Run the command, and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m sglang_envctl.devtools.releases", description=__doc__
    )
    parser.add_argument("targets", nargs="*", type=Path, metavar="WHEEL_OR_DIR")
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="discard the recorded releases and build all of them again",
    )
    parser.add_argument("--into", type=Path, default=data.PATH.parent, metavar="FOLDER")
    given = parser.parse_args(arguments)
    builder, servers = Builder(), dict[str, Mapping[str, frozenset[str]]]()
    old, old_options = given.into / data.PATH.name, given.into / options.PATH.name
    if old.exists() and not given.fresh:
        builder.keep(data.ReleaseData(json.loads(old.read_bytes())))
    if old_options.exists() and not given.fresh:
        servers = flags.known(json.loads(old_options.read_bytes()))
    for target in given.targets or _published(builder.spans):
        version, found = release_of(target), audit(target)
        builder.add(version, found, named(target, OWNED))
        servers[version] = audit_options(target)
        print(f"{version}: {len(found.names)} names", file=sys.stderr)  # noqa: T201
    write(builder, given.into)
    old_options.write_text(flags.text(flags.content(servers)), "utf-8")
    if given.into == data.PATH.parent:
        # In a new process, because this one has already loaded the old data.
        subprocess.run([sys.executable, "-m", "sglang_envctl.devtools.registry"], check=True)
    return 0


def _published(have: Collection[str]) -> Iterator[Path]:
    """Yield the wheels of the missing releases; each is deleted before the next is downloaded."""
    for version in missing(have):
        with TemporaryDirectory() as folder:
            yield download(version, Path(folder))


if __name__ == "__main__":
    raise SystemExit(main())
