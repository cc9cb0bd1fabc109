"""Combine the modules of a package: parse them when needed, and resolve the names of one in another."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterator

from sglang_envctl.audit.code.index import Binding, Module, Scope, module_name
from sglang_envctl.audit.code.texts import Texts

_MAX_HOPS = 12


class Program:
    """The modules of one package, by dotted name.

    Args:
        texts: the files of the package.
        packages: the folders that are packages.
        parse: returns a file as a module; None if the file cannot be parsed.
    """

    def __init__(
        self, texts: Texts, packages: Container[str], parse: Callable[[str], Module | None]
    ) -> None:
        self.modules: dict[str, Module] = {}
        self.parse = parse
        self._texts = texts
        self._files = {module_name(file, packages)[0]: file for file in texts}
        self._tried: dict[str, Module | None] = {}
        self._mro: dict[Scope, tuple[Scope, ...]] = {}

    def load(self, file: str) -> None:
        """Add a file, unless it has already been added."""
        if file in self._tried or file not in self._texts:
            return
        self._tried[file] = module = self.parse(file)
        if module is not None:
            # Two folders of examples may contain modules with the same name; imports find the first.
            name = module.name if module.name not in self.modules else module.file
            self.modules[name] = module
            self._mro.clear()  # a base class may be known now that was unknown before

    def ensure(self, word: str) -> None:
        """Add the files that mention a word."""
        for file in self._texts.files_with(word):
            self.load(file)

    def mentioning(self, word: str) -> list[Module]:
        """Return the modules that have been added and mention a word."""
        found = map(self._tried.get, self._texts.files_with(word))
        return [module for module in found if module is not None]

    def module(self, dotted: str) -> Module | None:
        """Return a module of the package, which is parsed on first use."""
        if dotted not in self.modules and dotted in self._files:
            self.load(self._files[dotted])
        return self.modules.get(dotted)

    def lookup(self, scope: Scope, name: str) -> tuple[Scope, list[Binding]] | None:
        """Return the scope that binds a name as seen from another scope, and the bindings."""
        home: Scope | None = scope
        while home is not None:
            # The names of a class are visible in its body, not in its methods.
            visible = home.kind != "class" or home is scope
            if visible and name in home.bindings:
                return home, home.bindings[name]
            home = home.parent
        for star in scope.module.stars:
            found = self.member(star, name)
            if found is not None:
                return found
        return None

    def member(self, dotted: str, name: str, hops: int = 0) -> tuple[Scope, list[Binding]] | None:
        """Return the scope and the bindings of `name` in a module of the package, following star
        imports.
        """
        module = self.module(dotted)
        if module is None or hops > _MAX_HOPS:
            return None
        if name in module.top.bindings:
            return module.top, module.top.bindings[name]
        for star in module.stars:
            found = self.member(star, name, hops + 1)
            if found is not None:
                return found
        return None

    def bases(self, cls: Scope) -> Iterator[Scope]:
        if isinstance(cls.node, ast.ClassDef):
            for base in cls.node.bases:
                node = base.value if isinstance(base, ast.Subscript) else base
                found = self.class_of(node, cls.parent or cls)
                if found is not None:
                    yield found

    def mro(self, cls: Scope) -> tuple[Scope, ...]:
        """Return the class and its bases in the package, nearest first (depth first, which is
        sufficient).
        """
        if cls not in self._mro:
            self._mro[cls] = (cls,)  # for a class that is its own base
            order = [cls]
            for base in self.bases(cls):
                order += [item for item in self.mro(base) if item not in order]
            self._mro[cls] = tuple(order)
        return self._mro[cls]

    def class_of(self, node: ast.expr, scope: Scope) -> Scope | None:
        """Return the class that an expression refers to."""
        found = self.named(node, scope)
        return found if found is not None and found.kind == "class" else None

    def named(self, node: ast.expr, scope: Scope, hops: int = 0) -> Scope | None:
        """Return the class or function of the package that a dotted expression refers to."""
        if hops > _MAX_HOPS:
            return None
        if isinstance(node, ast.Name):
            found = self.lookup(scope, node.id)
            return self.defined(*found, hops=hops) if found else None
        if isinstance(node, ast.Attribute):
            dotted = self.dotted(node.value, scope)
            if dotted is not None and self.module(dotted) is not None:
                member = self.member(dotted, node.attr)
                return self.defined(*member, hops=hops) if member else None
            outer = self.named(node.value, scope, hops + 1)
            if outer is not None and outer.kind == "class":
                for cls in self.mro(outer):
                    if node.attr in cls.bindings:
                        return self.defined(cls, cls.bindings[node.attr], hops=hops)
        return None

    def defined(self, home: Scope, bindings: list[Binding], hops: int = 0) -> Scope | None:
        """Return the class or function that bindings define, following imports and plain aliases."""
        binding = max(bindings, key=lambda item: item.line)
        if binding.kind in {"def", "class"}:
            return home.inner.get(id(binding.node))
        if binding.kind == "import":
            found = self.imported(binding.target)
            if found is not None and hops < _MAX_HOPS:
                return self.defined(*found, hops=hops + 1)
        if binding.kind == "assign" and isinstance(binding.node, (ast.Name, ast.Attribute)):
            return self.named(binding.node, home, hops + 1)
        return None

    def imported(self, target: str) -> tuple[Scope, list[Binding]] | None:
        """Return the scope and the bindings of a dotted import inside the package; None for a module."""
        head, _, last = target.rpartition(".")
        return self.member(head, last) if head and self.module(target) is None else None

    def dotted(self, node: ast.expr, scope: Scope) -> str | None:
        """Return the full dotted name of an expression of imported names: `_os.environ`."""
        if isinstance(node, ast.Attribute):
            base = self.dotted(node.value, scope)
            return f"{base}.{node.attr}" if base else None
        if not isinstance(node, ast.Name):
            return None
        found = self.lookup(scope, node.id)
        if found is None:
            return None
        for binding in found[1]:
            if binding.kind == "import":
                return self._final(binding.target)
        return None

    def _final(self, target: str) -> str:
        """Return the final name after re-exports: `pkg.compat.environ` may be `os.environ`."""
        for _ in range(_MAX_HOPS):
            found = self.imported(target)
            if found is None:
                break
            binding = max(found[1], key=lambda item: item.line)
            if binding.kind != "import":
                break
            target = binding.target
        return target
