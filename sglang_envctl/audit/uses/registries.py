"""Find the names that a class or a table declares, and the files that read them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from sglang_envctl.audit.code.files import is_test
from sglang_envctl.audit.code.index import Module, Scope, nodes_of
from sglang_envctl.audit.code.texts import Texts
from sglang_envctl.audit.evaluation.callers import Callers
from sglang_envctl.audit.evaluation.values import ClassRef, Frame, Instance, ModuleRef

_NAME = re.compile(rb"\b_*[A-Z][A-Z0-9_]+\b")
_NOT_READ = {"set", "override", "clear", "default", "name", "unset"}
"""The attributes of a descriptor that do not read its value."""
NAMED = {
    ("EnvBool", "raw.lower-in:1|true|y|yes"): "srt.bool",
    ("EnvInt", "raw.int"): "srt.int",
    ("EnvFloat", "raw.float"): "srt.float",
    ("EnvStr", "raw.text"): "srt.text",
    ("EnvTuple", "raw.split:,"): "srt.tuple",
    ("EnvJSON", "raw.json"): "srt.json",
    ("get_bool_env_var", "raw.lower-in:1|true"): "srt.get-bool",
    ("get_int_env_var", "raw.int"): "srt.get-int",
    ("get_bool_env_var", "raw.strip-lower-in:1|on|t|true|y|yes"): "diffusion.bool",
    ("_lazy_int", "raw.int"): "diffusion.int",
    ("_lazy_float", "raw.float"): "diffusion.float",
    ("_lazy_optional_float", "raw.float"): "diffusion.float",
    ("_lazy_str", "raw.text"): "diffusion.text",
    ("_lazy_path", "raw.path"): "diffusion.path",
}
"""The readers of SGLang's descriptors and helper functions, by name and behavior; with another
behavior, the behavior itself is the reader.
"""


@dataclass(slots=True, eq=False)
class Registry:
    """A class of descriptors, or a module whose `__getattr__` uses a table."""

    home: Scope
    names: set[str] = field(default_factory=set)
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    """For a table: the lines of each entry."""
    asked: dict[str, set[str]] = field(default_factory=dict)
    """The files whose code reads each name."""
    words: set[str] = field(default_factory=set)
    open_ended: bool = False
    """Whether some code reads names that are known only at run time."""


class Registries:
    """The registries of one program, and the files that use them."""

    def __init__(self, callers: Callers, texts: Texts) -> None:
        self.callers = callers
        self.program = callers.program
        self.texts = texts
        self.found: dict[Scope, Registry] = {}
        self._searched: set[str] = set()
        self._names: dict[str, set[str]] = {}
        self._declared: set[str] = set()

    def of_class(self, cls: Scope) -> Registry:
        """Return the registry of a class whose body declares names."""
        if cls not in self.found:
            registry = self.found[cls] = Registry(cls, words={cls.name})
            for instance in self.callers.instances(cls):
                for name, bindings in instance.scope.bindings.items():
                    if any(item.node is instance.call for item in bindings):
                        registry.words.add(name)
        return self.found[cls]

    def of_module(self, module: Module) -> Registry | None:
        """Return the registry of a module that looks up attributes in a table."""
        if module.top in self.found:
            return self.found[module.top]
        tables = _tables(module)
        if not tables:
            return None
        registry = self.found[module.top] = Registry(module.top)
        registry.words.add(module.name.rpartition(".")[2])
        for table in tables.values():
            for key, value in zip(table.keys, table.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    registry.names.add(key.value)
                    registry.spans.append((key.lineno, value.end_lineno or value.lineno, key.value))
        for node, scope in module.subscripts:
            stored = isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)
            if stored and isinstance(node.value, ast.Name) and node.value.id in tables:
                answers = self.callers.expand(node.slice, Frame(scope))
                registry.names |= {answer.name for answer in answers if answer.name}
        return registry

    def entry(self, registry: Registry, name: str, line: int) -> str:
        """Return the key of the table entry that reads a variable; empty if there is none."""
        for first, last, key in registry.spans:
            if first <= line <= last:
                return key
        return name if name in registry.names else ""

    def search(self) -> None:
        """Search for the files that read the names of the registries."""
        self._declared = {name for registry in self.found.values() for name in registry.names}
        for module in [*self.program.modules.values()]:
            self._searched.add(module.file)
            self._search_in(module)
        for word in sorted({word for item in self.found.values() for word in item.words}):
            self._search_further(word)
        for registry in self.found.values():
            if registry.open_ended:
                self._quoted(registry)

    def _search_in(self, module: Module) -> None:
        """Search a module and, separately, its functions that are not parsed."""
        parsed = -1
        while parsed < (
            parsed := len(module.late)
        ):  # a search may cause more of the module to be parsed
            self._ask(module)
        if apart := self._apart(module):
            self._ask(apart)
            apart.forget()

    def _ask(self, module: Module) -> None:
        self._attributes(module)
        self._imports(module)
        self._getattr(module)

    def _search_further(self, word: str) -> None:
        """Search more files as long as one may read a name that no runtime code reads.

        Test files come last, because they matter only for names that no other code reads. A file is
        released after it was searched.
        """
        waiting = {
            file: self._written(file)
            for file in self.texts.files_with(word)
            if file not in self._searched
        }
        for file in sorted(waiting, key=lambda file: (is_test(file), -len(waiting[file]), file)):
            if self._unasked(waiting[file]):
                self._searched.add(file)
                module = self.program.parse(file)
                if module is not None:
                    self._search_in(module)
                    module.forget()

    def _apart(self, module: Module) -> Module | None:
        """Return the deferred functions that may read a name that no runtime code reads.

        Most files read only a few names, and nothing else in them is needed.
        """
        words = {word for registry in self.found.values() for word in registry.words}
        aliases = {alias for word in words for alias in module.aliases.get(word, ())}
        names = self._unasked(self._written(module.file))
        return module.deferred.apart(names, words | aliases, "getattr")

    def _written(self, file: str) -> set[str]:
        """Return the names that a file may read."""
        if file not in self._names:
            written = (found[0].decode() for found in _NAME.finditer(self.texts.words(file)))
            self._names[file] = {name for name in written if name in self._declared}
        return self._names[file]

    def _unasked(self, names: set[str]) -> set[str]:
        """Return the names that no runtime code is known to read."""
        return {
            name
            for registry in self.found.values()
            for name in registry.names & names
            if all(is_test(file) for file in registry.asked.get(name, ()))
        }

    def _attributes(self, module: Module) -> None:
        for name in self._declared & module.attributes.keys():
            for node, scope in module.attributes[name]:
                if module.asked.get(id(node)) not in _NOT_READ:
                    base = self.callers.first(node.value, scope)
                    for registry in self._meant(base, name):
                        registry.asked.setdefault(name, set()).add(module.file)

    def _meant(self, base: object, name: str) -> list[Registry]:
        """Return the registries that an expression may be; all that declare the name, if unknown."""
        if isinstance(base, Instance):
            family: tuple[Scope, ...] = self.program.mro(base.cls)
        elif isinstance(base, ClassRef):
            family = self.program.mro(base.scope)
        elif isinstance(base, ModuleRef):
            family = (base.module.top,)
        elif base is None:
            family = tuple(self.found)
        else:
            return []
        return [
            self.found[home]
            for home in family
            if home in self.found and name in self.found[home].names
        ]

    def _imports(self, module: Module) -> None:
        for registry in self.found.values():
            if registry.home.kind == "module" and registry.home.module is not module:
                for name in registry.names & module.aliases.keys():
                    registry.asked.setdefault(name, set()).add(module.file)

    def _getattr(self, module: Module) -> None:
        for node, scope in module.calls.get("getattr", []):
            if len(node.args) < 2:
                continue
            base = self.callers.first(node.args[0], scope)
            homes = {base.cls} if isinstance(base, Instance) else set()
            homes |= {base.module.top} if isinstance(base, ModuleRef) else set()
            for registry in (self.found[home] for home in homes if home in self.found):
                for answer in self.callers.expand(node.args[1], Frame(scope)):
                    if answer.name:
                        registry.asked.setdefault(answer.name, set()).add(module.file)
                    else:
                        registry.open_ended = True

    def _quoted(self, registry: Registry) -> None:
        """Add the names that a file mentions in quotes, for lookups that are computed at run time."""
        for name in registry.names - registry.asked.keys():
            quoted = re.compile(rb"[\"']" + re.escape(name.encode()) + rb"[\"']")
            for file in self.texts.files_with(name):
                outside = file != registry.home.module.file and not is_test(file)
                if outside and quoted.search(self.texts[file]):
                    registry.asked.setdefault(name, set()).add(file)


def _tables(module: Module) -> dict[str, ast.Dict]:
    """Return the dicts in which a module's `__getattr__` looks up names."""
    getter = module.top.bindings.get("__getattr__")
    if not getter:
        return {}
    node = getter[-1].node
    function = module.top.inner.get(id(node))
    body = function.node if function else node
    used = {item.id for item in nodes_of(body) if isinstance(item, ast.Name)}
    return {
        name: binding.node
        for name in sorted(used)
        for binding in module.top.bindings.get(name, [])
        if binding.kind == "assign" and isinstance(binding.node, ast.Dict)
    }
