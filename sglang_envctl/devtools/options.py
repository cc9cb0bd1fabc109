"""Rebuild or extend `releases/options.json`, the options of SGLang's servers by release.

    python -m sglang_envctl.devtools.options WHEEL...

The data of other releases is kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from sglang_envctl.audit.code.options import DECLARING, options
from sglang_envctl.devtools.releases.target import release_of
from sglang_envctl.releases.options import PATH
from sglang_envctl.releases.versions import key, within

Known: TypeAlias = Mapping[str, Mapping[str, frozenset[str]]]
"""The options of each server, by release."""


def known(data: Mapping[str, Any]) -> dict[str, Mapping[str, frozenset[str]]]:
    """Return the options in a file, by release."""
    return {
        release: {
            server: frozenset(
                flag for flag, spans in flags.items() if any(within(release, *s) for s in spans)
            )
            for server, flags in data["servers"].items()
        }
        for release in data["releases"]
    }


def content(found: Known) -> dict[str, Any]:
    """Return the content of the file: for each option, the runs of releases that have it.

    The last release of a run is empty if the newest release has the option, and the first is empty
    if the oldest release has it.
    """
    releases = sorted(found, key=key)
    servers = {
        server: {
            flag: list(_runs([flag in found[r][server] for r in releases], releases))
            for flag in sorted({flag for r in releases for flag in found[r][server]})
        }
        for server in DECLARING
    }
    return {"schema": 1, "releases": releases, "servers": servers}


def _runs(has: Sequence[bool], releases: Sequence[str]) -> Iterator[tuple[str, str]]:
    since: str | None = None
    for number, there in enumerate(has):
        if there and since is None:
            since = releases[number] if number else ""
        elif not there and since is not None:
            yield since, releases[number - 1]
            since = None
    if since is not None:
        yield since, ""


def text(data: Mapping[str, Any]) -> str:
    """Return the text of the file, with one option per line, so that the diff of a new release is
    readable.
    """
    servers = (
        f'"{server}":{{\n' + ",\n".join(f"{_row(k)}:{_row(v)}" for k, v in flags.items()) + "\n}"
        for server, flags in data["servers"].items()
    )
    head = f'{{"schema":{data["schema"]},\n"releases":{_row(data["releases"])},\n"servers":{{\n'
    return head + ",\n".join(servers) + "\n}}\n"


def _row(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def main(arguments: list[str] | None = None) -> int:
    """Run the command, and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m sglang_envctl.devtools.options", description=__doc__
    )
    parser.add_argument("targets", nargs="+", type=Path, metavar="WHEEL_OR_DIR")
    parser.add_argument("--into", type=Path, default=PATH, metavar="FILE")
    given = parser.parse_args(arguments)
    found = known(json.loads(given.into.read_bytes())) if given.into.exists() else {}
    for target in given.targets:
        release = release_of(target)
        found[release] = options(target)
        count = sum(map(len, found[release].values()))
        print(f"{release}: {count} options", file=sys.stderr)  # noqa: T201
    given.into.write_text(text(content(found)), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
