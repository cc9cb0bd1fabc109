"""Find the Python files of a target: a directory, a wheel, one file, or an installed package."""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from sglang_envctl.errors import SourceError, Unreadable
from sglang_envctl.sources.files import files_under

MAX_FILE = 8 * 1024 * 1024
"""The maximum number of bytes of one file; the largest in SGLang has a tenth of this."""
MAX_TOTAL = 160 * 1024 * 1024
"""The maximum number of bytes of all Python files together; those of SGLang have 65 MiB."""
MAX_FILES = 100_000

_WHEEL = re.compile(r"[^-]+-(\d[^-]*)-.*\.whl")
_METADATA = re.compile(r"(.+?)-(\d[^-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info")
_NOWHERE = "is neither a path nor a package installed here; name its directory or its wheel"
_TEST_FOLDERS = {"test", "tests", "testing"}
SKIPPED = {"__pycache__", ".git", ".venv", "venv", "node_modules", "site-packages", ".tox"}
ZIP_FAULTS: tuple[type[Exception], ...] = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError,  # a name that is not UTF-8
    getattr(getattr(zipfile, "lzma", None), "LZMAError", OSError),
)  # fmt: skip
"""The exceptions that reading a broken archive raises."""


class TargetError(SourceError):
    """An error about a target that cannot be audited."""

    def __init__(self, target: object, reason: str) -> None:
        super().__init__(f"{target}: {reason}")
        self.reason = reason


class PythonFiles:
    """The Python files of a target: (path relative to the package's parent, bytes), in a stable
    order.

    Args:
        names: the paths.
        read: returns the bytes of one of the files.
    """

    def __init__(
        self, names: Iterator[str | Unreadable], read: Callable[[str], bytes | Unreadable]
    ) -> None:
        self._names = names
        self._read = read

    def __iter__(self) -> Iterator[tuple[str, bytes] | Unreadable]:
        for name in self._names:
            content = name if isinstance(name, Unreadable) else self._read(name)
            yield content if isinstance(content, Unreadable) else (str(name), content)

    def again(self, name: str) -> bytes:
        """Return the bytes of a file that was read before.

        Raises:
            TargetError: the file can no longer be read.
        """
        content = self._read(name)
        if isinstance(content, Unreadable):
            raise TargetError(*content)
        return content


@contextmanager
def opened(target: Path) -> Iterator[PythonFiles]:
    """Open a target, whose files can be read in any order.

    Raises:
        TargetError: the target is not a directory, a wheel or a Python file.
    """
    # Unlike the methods of Path, these return False for a name that is too long or not accessible.
    is_file = os.path.isfile(target)
    if os.path.isdir(target):
        root = target.resolve()
        # A package's files are named as its imports name them: "sglang/srt/environ.py".
        base = root.parent if (root / "__init__.py").exists() else root
        yield PythonFiles(_in_directory(root, base), lambda file: _bounded(file, base / file))
    elif is_file and zipfile.is_zipfile(target):
        with _archive(target) as archive:
            yield PythonFiles(_in_archive(archive), lambda file: _member(archive, file))
    elif is_file and target.suffix == ".py":
        yield PythonFiles(iter([target.name]), lambda file: _bounded(file, target))
    elif os.path.exists(target):
        raise TargetError(target, "is neither a directory nor a wheel nor a Python file")
    else:
        raise TargetError(target, "no such file or directory")


def _in_directory(root: Path, base: Path) -> Iterator[str | Unreadable]:
    total = 0
    for found in code_under(root):
        path = Path(found if isinstance(found, str) else found.source)
        inside = path.relative_to(base).as_posix()
        if isinstance(found, Unreadable):
            yield found._replace(source=inside)
        elif path.suffix == ".py":
            total += _size(path)
            if total > MAX_TOTAL:
                yield Unreadable(inside, "more files than an audit reads")
                return
            yield inside


def code_under(root: Path) -> Iterator[str | Unreadable]:
    """Return the files under a folder, except in caches, virtual environments and the like."""
    return files_under(str(root), lambda path: os.path.basename(path) in SKIPPED, MAX_FILES)


def _size(path: Path) -> int:
    """Return the number of bytes that an audit would read of a file."""
    try:
        return min(path.stat().st_size, MAX_FILE)
    except OSError:
        return 0


def _bounded(name: str, path: Path) -> bytes | Unreadable:
    try:
        if not path.is_file():
            return Unreadable(name, "not a regular file")
        if path.stat().st_size > MAX_FILE:
            return Unreadable(name, f"larger than {MAX_FILE} bytes")
        with path.open("rb") as stream:
            content = stream.read(MAX_FILE + 1)
    except OSError as error:
        return Unreadable(name, (error.strerror or str(error)).lower())
    if len(content) > MAX_FILE:
        return Unreadable(name, f"larger than {MAX_FILE} bytes")
    return content


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except ZIP_FAULTS as error:
        raise TargetError(path, f"is a broken zip: {error}") from error
    with archive:
        yield archive


def _in_archive(archive: zipfile.ZipFile) -> Iterator[str | Unreadable]:
    # Of two members with one name, Python imports the last.
    sizes = {item.filename: item.file_size for item in archive.infolist()}
    files = sorted(name for name in sizes if name.endswith(".py"))
    total = 0
    for name in files[:MAX_FILES]:
        total += min(sizes[name], MAX_FILE)
        if total > MAX_TOTAL:
            yield Unreadable(name, "more files than an audit reads")
            return
        yield name
    if len(files) > MAX_FILES:
        yield Unreadable(os.path.basename(archive.filename or ""), f"more than {MAX_FILES} files")


def _member(archive: zipfile.ZipFile, name: str) -> bytes | Unreadable:
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name:
        return Unreadable(name, "a path outside the package")
    item = archive.getinfo(name)
    if item.file_size > MAX_FILE:
        return Unreadable(name, f"larger than {MAX_FILE} bytes")
    # The declared size may be wrong, so no more bytes than that are extracted.
    try:
        with archive.open(item) as stream:
            return stream.read(item.file_size)
    except ZIP_FAULTS as error:
        return Unreadable(name, f"broken zip member: {error}")


@cache
def is_test(file: str) -> bool:
    """Return whether the folder or the name of a file shows that it belongs to tests.

    Benchmarks do not: users run them, with an environment (`python -m sglang.bench_serving`).
    """
    *folders, name = file.split("/")
    if _TEST_FOLDERS & set(folders):
        return True
    return name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"


def locate(target: str) -> Path:
    """Return a path unchanged; for anything else, return the package of that name that Python would
    import.

    Raises:
        TargetError: neither the path nor the package exists.
    """
    path = Path(target)
    here = target and (os.path.exists(path) or not _name(target).isidentifier())
    return path if here else installed(target)


def installed(package: str) -> Path:
    """Return the directory or the file of an installed package; a dash in the name is an
    underscore.

    Raises:
        TargetError: the package is not installed, or its Python code is not in one place.
    """
    spec = _spec(_name(package))
    places = list(spec.submodule_search_locations or ()) if spec else []
    if len(places) > 1:
        raise TargetError(package, f"is spread over {len(places)} directories; name one of them")
    if places:
        return Path(places[0])
    if spec and spec.origin and spec.origin.endswith(".py"):
        return Path(spec.origin)
    if spec:
        raise TargetError(package, "has no Python code to read")
    raise TargetError(package, _NOWHERE)


def release_of(path: Path) -> str | None:
    """Return the version, from a wheel's name or from the metadata folder next to a package."""
    if wheel := _WHEEL.fullmatch(path.name):
        return wheel[1]
    place = path.resolve()
    try:
        entries = sorted(entry.name for entry in place.parent.iterdir())
    except OSError:
        return None
    found = filter(None, map(_METADATA.fullmatch, entries))
    named = (match[2] for match in found if _name(match[1]).lower() == place.stem.lower())
    return next(named, None)


def _name(text: str) -> str:
    """Return the name of a distribution in the spelling of an import."""
    return text.replace("-", "_")


def _spec(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name)
    except (ImportError, ValueError):  # such as __main__
        return None
