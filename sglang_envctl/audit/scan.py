"""Audit a package: files in, an `Audit` out. Nothing of it is ever imported or run."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sglang_envctl.audit import known
from sglang_envctl.audit.callers import Callers
from sglang_envctl.audit.defaults import Defaults
from sglang_envctl.audit.deprecations import Deprecations
from sglang_envctl.audit.describe import Describer
from sglang_envctl.audit.environ import Environ, Read
from sglang_envctl.audit.evaluate import Evaluator
from sglang_envctl.audit.expand import Answer, Expander
from sglang_envctl.audit.facts import Audit, Dynamic, Forward, Rename, Use
from sglang_envctl.audit.files import TargetError, python_files
from sglang_envctl.audit.index import Module, module_name
from sglang_envctl.audit.mentions import Mentions
from sglang_envctl.audit.paths import is_test
from sglang_envctl.audit.program import Program
from sglang_envctl.audit.registries import Registries, Registry
from sglang_envctl.audit.rows import finished
from sglang_envctl.audit.text import one_line
from sglang_envctl.audit.walk import parse
from sglang_envctl.errors import Unreadable

# `from pkg.environ import envs` names a module, not the environment.
_IMPORTED_MODULE = re.compile(rb"\.environ\s+import\b|\bimport\s+[\w.]+\.environ\b")
_DIRECT = re.compile(rb"\bgetenvb?\b|\benvironb?\b")
_TOKEN = re.compile(rb"\w+|[\[({]")
MAX_TOKENS = 6_000_000
"""Words and brackets of all files that are parsed; SGLang has 2.5 million, and a tree takes up to a
kilobyte for each."""
_MAX_STEPS = 100_000
_PARSE_FAULTS = (SyntaxError, ValueError, RecursionError, MemoryError)

Progress = Callable[[int, int], None]


def scan(target: Path, on_file: Progress | None = None) -> Audit:
    """Every environment variable that the Python code of a target reads."""
    with _no_garbage_collection():
        return _Scan(target, on_file or (lambda _done, _total: None)).run()


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Millions of nodes that all stay: collecting them costs a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Scan:
    def __init__(self, target: Path, on_file: Progress) -> None:
        self.contents: dict[str, bytes] = {}
        self.unreadable: list[Unreadable] = []
        for found in python_files(target):
            if isinstance(found, Unreadable):
                self.unreadable.append(found)
            else:
                self.contents[found[0]] = found[1]
        if not (self.contents or self.unreadable):
            raise TargetError(target, "holds no Python file")
        self.packages = {
            file.rpartition("/")[0] for file in self.contents if file.endswith("/__init__.py")
        }
        self.left = dict(self.contents)
        self.mentions = Mentions(self.contents)
        self.files = {module_name(file, self.packages)[0]: file for file in self.contents}
        self.on_file = on_file
        self.program = Program(self._load)
        self.environ = Environ(self.program)
        self.evaluator = Evaluator(self.program)
        self.callers = Callers(self.evaluator, self.ensure, self._parse)
        self.expander = Expander(self.evaluator, self.callers)
        self.describer = Describer(self.evaluator)
        self.defaults = Defaults(self.evaluator, self.describer)
        self.registries = Registries(self.expander, self.callers)
        self.uses: list[tuple[Use, Registry | None, str]] = []
        self.renames: list[Rename] = []
        self.forwards: list[Forward] = []
        self.dynamic: list[Dynamic] = []
        self.tokens = 0

    def run(self) -> Audit:
        reading = [file for file, content in self.contents.items() if _reads(content)]
        for number, file in enumerate(reading, 1):
            self._parse(file)
            self.on_file(number, 2 * len(reading))
        for module in list(self.program.modules.values()):
            self.environ.hand_over(module)
        modules = list(self.program.modules.values())
        for number, module in enumerate(modules, len(reading) + 1):
            self._guarded(module)
            self.on_file(number, len(reading) + len(modules))
        self.registries.look(self._mentioning)
        for module in self.program.modules.values():
            module.forget()  # else the garbage collector has to find out, which takes seconds
        return Audit(
            uses=finished(self.uses),
            renames=tuple(sorted(set(self.renames), key=lambda item: (item.old, item.new))),
            forwards=tuple(dict.fromkeys(self.forwards)),
            dynamic=tuple(sorted(set(self.dynamic), key=lambda item: (item.file, item.line))),
            unreadable=tuple(self.unreadable),
            files=len(self.contents),
            packages=tuple(sorted(map(_last, filter(self._is_outermost, self.packages)))),
        )

    def _is_outermost(self, folder: str) -> bool:
        parts = folder.split("/")
        return not any("/".join(parts[:count]) in self.packages for count in range(1, len(parts)))

    def _parse(self, file: str) -> None:
        content = self.left.pop(file, None)
        if content is None:
            return
        self.tokens += len(_TOKEN.findall(content))
        if self.tokens > MAX_TOKENS:
            self.unreadable.append(Unreadable(file, "more code than an audit reads"))
            return
        try:
            module = parse(file, content, self.packages)
        except _PARSE_FAULTS as error:
            reason = error.msg if isinstance(error, SyntaxError) else one_line(error)
            self.unreadable.append(Unreadable(file, reason or type(error).__name__))
        else:
            self.program.add(module)

    def _load(self, dotted: str) -> None:
        file = self.files.get(dotted)
        if file in self.left:
            self._parse(file)

    def ensure(self, word: str) -> None:
        """Parse the files that mention a word and were not needed so far."""
        for file in self.mentions.of(word):
            self._parse(file)

    def _mentioning(self, word: str) -> Iterator[tuple[str, bytes]]:
        for file in self.mentions.of(word):
            yield file, self.contents[file]

    def _guarded(self, module: Module) -> None:
        try:
            self._module(module)
        except RecursionError:
            self.unreadable.append(Unreadable(module.file, "nested too deeply"))

    def _module(self, module: Module) -> None:
        reads = list(self.environ.reads(module))
        writes = list(self.environ.writes(module))
        deprecations = Deprecations(self.expander, self.environ)
        blocks = deprecations.blocks(module, reads, writes)
        for block in blocks:
            with self.evaluator.budget(_MAX_STEPS):
                self.renames += deprecations.renames(block, reads, writes)
        self.forwards += deprecations.forwards(module, writes)
        consumed = deprecations.consumed(blocks, reads)
        for read in reads:
            if id(read.node) not in consumed:
                self._read(read)
        for node in self.environ.walks(module):
            self.dynamic.append(Dynamic("a loop over all variables", module.file, node.lineno))

    def _read(self, read: Read) -> None:
        for answer in self.expander.expand(read.name, read.scope):
            place = answer.place
            if not answer.name:
                text = one_line(read.node)
                self.dynamic.append(Dynamic(text, place.module.file, place.line))
                continue
            self.uses.append(self._use(read, answer))

    def _use(self, read: Read, answer: Answer) -> tuple[Use, Registry | None, str]:
        place = answer.place
        through = [scope.name for scope in answer.context.calls]
        for made in answer.context.instances:
            through += [cls.name for cls in self.program.mro(made.cls)]
        with self.evaluator.budget(_MAX_STEPS):
            reader = known.label(through, self.describer.describe(read, answer.context))
            default, rule = self.defaults.default(read, reader, answer.context)
        file = place.module.file
        use = Use(answer.name, reader, default, rule, file, place.line, is_test(file))
        instance = place.instance
        if instance is not None and instance.target:
            registry = self.registries.of_class(instance.scope)
            registry.names.add(instance.target)
            return use, registry, instance.target
        table = self.registries.of_module(place.module)
        entry = self.registries.entry(table, use.name, use.line) if table else ""
        return (use, table, entry) if entry else (use, None, "")


def _last(folder: str) -> str:
    return folder.rpartition("/")[2]


def _reads(content: bytes) -> bool:
    if not _DIRECT.search(content):
        return False
    return _DIRECT.search(_IMPORTED_MODULE.sub(b"", content)) is not None
