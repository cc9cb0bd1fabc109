"""Audit a target: read its files, return an `Audit`. No code of the target is ever imported or run."""

from __future__ import annotations

import gc
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from operator import attrgetter
from pathlib import Path

from sglang_envctl.audit.code.files import PythonFiles, TargetError, is_test, opened
from sglang_envctl.audit.code.index import Module, one_line
from sglang_envctl.audit.code.limits import RESERVE, TOO_MUCH, NoRoomError, Room
from sglang_envctl.audit.code.parse import FAULTS, parse
from sglang_envctl.audit.code.program import Program
from sglang_envctl.audit.code.texts import Texts
from sglang_envctl.audit.evaluation.callers import Answer, Callers
from sglang_envctl.audit.evaluation.evaluator import Evaluator
from sglang_envctl.audit.evaluation.expressions import HANDLERS
from sglang_envctl.audit.evaluation.values import Frame
from sglang_envctl.audit.facts import Audit, Dynamic, Forward, Rename, Use, weight
from sglang_envctl.audit.refusals.refine import refined
from sglang_envctl.audit.uses.defaults import default_for
from sglang_envctl.audit.uses.deprecations import blocks, consumed, forwards, renames
from sglang_envctl.audit.uses.environment import Environ, Read
from sglang_envctl.audit.uses.readers import Describer
from sglang_envctl.audit.uses.registries import Registries, Registry
from sglang_envctl.audit.uses.startup import handled
from sglang_envctl.audit.uses.tables import declared
from sglang_envctl.errors import Unreadable

# `from pkg.environ import envs` imports a module, not the environment.
# Two patterns, because a pattern that begins with a word is much faster than one with alternatives.
_IMPORTED_FROM = re.compile(rb"\.environ\s+import\b")
_IMPORTED_MODULE = re.compile(rb"\bimport\s+[\w.]+\.environ\b")
_SURE = (b"getenv", b"os.environ")
_DIRECT = re.compile(rb"\bgetenvb?\b|\benvironb?\b")
_TOO_DEEP = "nested too deeply"
_MAX_STEPS = 100_000
_ORDER_OF_RENAMES = attrgetter("old", "new", "file", "line", "kind", "transform", "note")
_WORDS = 32
"""Bytes of code whose words take as much memory as the tree of one byte."""
_SIZE_OF_READ = 100
"""Bytes of code that take as much memory as a read that is found."""
_STEPS_OF_READ = 20
"""Steps that take about as long as to find the reader and the default of a name."""
MAX_READS = 20_000
"""Maximum number of reads that an audit reports; SGLang has 1,800."""

Progress = Callable[[int, int], None]


def scan(target: Path, on_file: Progress | None = None) -> Audit:
    """Return every environment variable that the Python code of a target reads."""
    room = Room()  # before the list of an archive takes memory
    with opened(target) as files, _no_garbage_collection(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in other people's code
        parts = _Scan(files, room)
        if not (parts.texts or parts.unreadable):
            raise TargetError(target, "contains no Python file")
        result = parts.run(on_file or (lambda _done, _total: None))
        vars(parts).clear()  # they refer to each other, and the next step needs the memory
    return result


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Turn garbage collection off, because millions of nodes are kept and collecting takes a third
    of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Scan:
    """The state of one audit: the parsed files, and the findings."""

    def __init__(self, files: PythonFiles, room: Room) -> None:
        self.room = room
        self.unreadable: list[Unreadable] = []
        self.texts = texts = Texts(files.again)
        self.reading = [found for found in map(self._added, files) if found]
        self.left_out: dict[str, None] = {}
        self.packages = {file.rpartition("/")[0] for file in texts if file.endswith("/__init__.py")}
        self.program = Program(texts, self.packages, self._parsed)
        self.environ = Environ(self.program)
        self.evaluator = Evaluator(self.program, HANDLERS, self.room)
        self.callers = Callers(self.evaluator)
        self.describer = Describer(self.evaluator)
        self.registries = Registries(self.callers, texts)
        self.uses: list[tuple[Use, Registry | None, str]] = []
        self.renames: set[Rename] = set()
        self.forwards: list[Forward] = []
        self.dynamic: set[Dynamic] = set()

    def _added(self, found: tuple[str, bytes] | Unreadable) -> str:
        """Record the words of a file; return its name if it mentions the environment."""
        if isinstance(found, Unreadable):
            self.unreadable.append(found)
            return ""
        file, content = found
        try:
            self.room.take(len(content) // _WORDS)
        except NoRoomError as error:
            self._fault(file, error)
            return ""
        self.texts.add(file, content)
        if not (_mentions(self.texts.words(file)) and _may_read(content)):
            return ""
        self.texts.keep(file, content)
        return file

    def run(self, on_file: Progress) -> Audit:
        reading = self.reading
        for number, file in enumerate(reading, 1):
            self.program.load(file)
            on_file(number, 2 * len(reading))
        for module in [*self.program.modules.values()]:  # which grow on the way
            self.environ.hand_over(module)
        modules = [*self.program.modules.values()]
        for number, module in enumerate(modules, len(reading) + 1):
            try:
                self._module(module)
            except (RecursionError, NoRoomError) as error:
                self._fault(module.file, error)
            module.parents.clear()
            on_file(number, len(reading) + len(modules))
        try:
            self.registries.search()
        except NoRoomError as error:
            self._fault(modules[0].file, error)
        for module in self.program.modules.values():
            module.forget()  # the garbage collector would take seconds to find this
        return Audit(
            uses=_rows(refined((_with_registry(*found) for found in self.uses), self.texts)),
            renames=tuple(sorted({*self.renames, *handled(self.texts)}, key=_ORDER_OF_RENAMES)),
            forwards=tuple(dict.fromkeys(self.forwards)),
            dynamic=tuple(sorted(self.dynamic, key=attrgetter("file", "line", "text"))),
            unreadable=(*self.unreadable, *self._left_out()),
            files=len(self.texts),
            packages=_outermost(self.packages),
        )

    def _parsed(self, file: str) -> Module | None:
        try:
            return parse(file, self.texts[file], self.room, _mentions, self.packages, self._fault)
        except FAULTS as error:
            self._fault(file, error)
            return None

    def _fault(self, file: str, error: Exception) -> None:
        if isinstance(error, NoRoomError):
            self.left_out[file] = None
            return
        reason = error.msg if isinstance(error, SyntaxError) else one_line(error)
        if isinstance(error, (MemoryError, RecursionError)):
            reason = _TOO_DEEP  # the messages of Python's parser do not help the user
        self.unreadable.append(Unreadable(file, reason or type(error).__name__))

    def _left_out(self) -> Iterator[Unreadable]:
        """Yield one error for all files that are left out, because there may be thousands."""
        for file in islice(self.left_out, 1):
            others = len(self.left_out) - 1
            rest = f", in {others:,} other files too" if others else ""
            yield Unreadable(file, f"{TOO_MUCH}{rest}; audit a folder of it")

    def _module(self, module: Module) -> None:
        reads = list(self.environ.reads(module))
        writes = list(self.environ.writes(module))
        found = blocks(module, reads, writes)
        for block in found:
            with self.evaluator.budget(_MAX_STEPS):
                self.renames.update(renames(block, self.callers, reads, writes))
        self.forwards += forwards(self.environ, module, writes)
        serving = consumed(found, reads)
        for read in reads:
            if id(read.node) not in serving:
                self._read(read)
        for node in self.environ.loops(module):
            self.dynamic.add(Dynamic("a loop over all variables", module.file, node.lineno))

    def _read(self, read: Read) -> None:
        for answer in self.callers.expand(read.name, Frame(read.scope)):
            if len(self.uses) + len(self.dynamic) >= MAX_READS:
                raise NoRoomError
            self.room.spend(_STEPS_OF_READ)
            self.room.take(_SIZE_OF_READ, RESERVE)
            if answer.name:
                self.uses.append(self._use(read, answer))
            else:
                place = answer.place
                self.dynamic.add(Dynamic(one_line(read.node), place.module.file, place.line))

    def _use(self, read: Read, answer: Answer) -> tuple[Use, Registry | None, str]:
        """Return a use of one name, with the registry and the entry that declare it."""
        place = answer.place
        with self.evaluator.budget(_MAX_STEPS):
            reader = self.describer.reader(read, answer.frame)
            default, rule = default_for(self.evaluator, read, reader, answer.frame)
            if reader == "raw.text" and default is None and not rule:
                reader, default = declared(self.describer, read, answer.frame)
        file = place.module.file
        use = Use(answer.name, reader, default, rule, file, place.line, is_test(file))
        made = place.instance
        if made is not None and made.target:
            registry = self.registries.of_class(made.scope)
            registry.names.add(made.target)
            return use, registry, made.target
        table = self.registries.of_module(place.module)
        return use, table, self.registries.entry(table, use.name, use.line) if table else ""


def _may_read(content: bytes) -> bool:
    """Return whether a file that mentions the environment may read it."""
    if any(word in content for word in _SURE):
        return True
    rest = _IMPORTED_FROM.sub(b"", content)
    return _mentions(rest) and _mentions(_IMPORTED_MODULE.sub(b"", rest))


def _mentions(content: bytes) -> bool:
    # The plain search is fifty times faster than the pattern, and sufficient for most files.
    return (b"getenv" in content or b"environ" in content) and bool(_DIRECT.search(content))


def _with_registry(use: Use, registry: Registry | None, entry: str) -> Use:
    """Return a use of a declared name, completed with the files that read it from the registry."""
    if registry is None or not entry:
        return use
    files = registry.asked.get(entry, set())
    tests = use.tests_only or (bool(files) and all(is_test(file) for file in files))
    return replace(use, tests_only=tests, declared_only=not files)


def _rows(found: Iterator[Use]) -> tuple[Use, ...]:
    """Return the uses, one row per place, sorted by name, the most informative first."""
    best: dict[tuple[str, str, int], Use] = {}
    for use in found:
        key = (use.name, use.file, use.line)
        if key not in best or weight(use.reader) < weight(best[key].reader):
            best[key] = use
    by_name: dict[str, list[Use]] = {}
    for use in best.values():
        by_name.setdefault(use.name, []).append(use)
    return tuple(row for name in sorted(by_name) for row in _of_name(by_name[name]))


def _of_name(uses: list[Use]) -> list[Use]:
    """Return the uses of a name, marked as `tests_only` if nothing but tests reads the name."""
    read = [use for use in uses if not use.declared_only] or uses
    tests = all(use.tests_only for use in read)
    return [replace(use, tests_only=tests) for use in sorted(uses, key=_order_of_use)]


def _order_of_use(use: Use) -> tuple[bool | int | str, ...]:
    return use.declared_only, use.tests_only, weight(use.reader), use.file, use.line


def _outermost(packages: set[str]) -> tuple[str, ...]:
    """Return the folder name of each package that is not inside another package."""
    found = []
    for folder in packages:
        parts = folder.split("/")
        if not any("/".join(parts[:count]) in packages for count in range(1, len(parts))):
            found.append(parts[-1])
    return tuple(sorted(found))
