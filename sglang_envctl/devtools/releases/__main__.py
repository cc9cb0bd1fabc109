"""Rebuild or extend the release data.

    python -m sglang_envctl.devtools.releases [--fresh] [--into FOLDER] WHEEL_OR_DIR...

Each target is a published wheel of sglang or the package's directory, unpacked or installed.
What the file knows of other releases stays, unless --fresh is given.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from sglang_envctl.audit import Audit, audit
from sglang_envctl.devtools.releases.build import Builder
from sglang_envctl.releases import data
from sglang_envctl.releases.choose import installed
from sglang_envctl.releases.versions import key

_WHEEL = re.compile(r"sglang-([^-]+)-.*\.whl")
_VERSION_LINE = re.compile(
    r"^(?:__version__|version)\b[^=\n]*=[^\n]*?[\"'](\d[^\"']*)[\"']", re.MULTILINE
)
_HEADER = '"""The releases that the data knows, oldest first. Written by `devtools.releases`."""\n'


def version_of(target: Path) -> str:
    """The version of a wheel or of a package's directory."""
    found = _WHEEL.fullmatch(target.name)
    version = found[1] if found else installed([str(target.resolve().parent)])
    for name in ("_version.py", "version.py"):
        if version is None and (target / name).is_file():
            written = _VERSION_LINE.search((target / name).read_text("utf-8"))
            version = written[1] if written else None
    if version is None:
        raise SystemExit(f"{target}: cannot tell which release this is")
    key(version)
    return version


def write(builder: Builder, folder: Path) -> None:
    """Write the data and the list of releases."""
    content = builder.data()
    # One table, one rename and one name a line: a new release is a diff that people can read.
    renames = ",\n".join(_compact(row) for row in content.pop("renames"))
    names = ",\n".join(
        f"{_compact(name)}:{_compact(rows)}" for name, rows in content.pop("names").items()
    )
    head = ",\n".join(f"{_compact(key)}:{_compact(value)}" for key, value in content.items())
    text = f'{{{head},\n"renames":[\n{renames}\n],\n"names":{{\n{names}\n}}}}\n'
    (folder / "data.json").write_text(text, "utf-8")
    lines = "".join(f'    "{release}",\n' for release in content["releases"])
    text = f"{_HEADER}\nRELEASES: tuple[str, ...] = (\n{lines})\n"
    (folder / "published.py").write_text(text, "utf-8")


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m sglang_envctl.devtools.releases", description=__doc__
    )
    parser.add_argument("targets", nargs="+", type=Path, metavar="WHEEL_OR_DIR")
    parser.add_argument("--fresh", action="store_true", help="forget what the file knows")
    parser.add_argument("--into", type=Path, default=data.PATH.parent, metavar="FOLDER")
    parser.add_argument("--jobs", type=int, default=2, help="releases audited at a time")
    options = parser.parse_args(arguments)
    builder = Builder()
    old = options.into / "data.json"
    if old.exists() and not options.fresh:
        builder.keep(data.ReleaseData(json.loads(old.read_bytes())))
    versions = [version_of(target) for target in options.targets]
    for version, result in zip(versions, _audits(options.targets, options.jobs), strict=True):
        builder.add(version, result)
        print(f"{version}: {len(result.names)} names", file=sys.stderr)  # noqa: T201
    write(builder, options.into)
    return 0


def _audits(targets: list[Path], jobs: int) -> list[Audit]:
    if jobs < 2 or len(targets) < 2:
        return [audit(target) for target in targets]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(audit, targets))


if __name__ == "__main__":
    raise SystemExit(main())
