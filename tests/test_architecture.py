"""Which module may use what: the data flows one way, and Rich, files and the environment stay out."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import sglang_envctl

PACKAGE = Path(sglang_envctl.__file__).parent
PREFIX = "sglang_envctl."
LARGEST_FOLDER = 26
LONGEST_MODULE = 400
MOST_LOOSE_MODULES = 7
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
BUILDERS = ("audit", "devtools")
"""Parts that read packages and write data: tools, not stages of a check."""

ORDER = (
    "text", "errors", "environment", "readers", "registry", "releases", "redaction", "sources",
    "settings", "selection", "compare", "nodes", "rules", "config", "findings", "schemas", "explain",
    "audit", "exports", "reports", "reference", "api", "lsp", "cli", "devtools", "__main__",
)  # fmt: skip
"""From the bottom up: no part uses anything of a part after its own."""
STAGES_OF_AUDIT = ("facts", "code", "evaluation", "uses", "refusals", "scan", "compare", "release")
"""The same for the parts of the scanner."""


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


@cache
def nodes(module: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree(module)))


def imports(module: str, *, at_start: bool = False) -> Iterator[str]:
    """The modules that a module imports; `at_start`: not those inside functions or for types."""
    for node in tree(module).body if at_start else nodes(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (
                name if name.removeprefix(PREFIX) in MODULES else node.module for name in inside
            )


def part(module: str) -> str:
    """The part of the package that a module belongs to."""
    return module.removeprefix(PREFIX).split(".")[0] if module != "sglang_envctl" else "__init__"


def calls(module: str, names: Collection[str]) -> set[str]:
    """The functions that a module calls by one of these names, spelled as there."""
    called = (node.func for node in nodes(module) if isinstance(node, ast.Call))
    return {ast.unparse(func) for func in called if _last(func) in names}


def _last(func: ast.expr) -> str:
    return getattr(func, "attr", "") or getattr(func, "id", "")


def test_only_the_edge_imports_rich_and_typer() -> None:
    libraries = {"rich", "typer", "pydantic", "click"}
    allowed = {"cli": {"typer", "rich"}, "devtools": {"typer"}}
    allowed |= {f"reports.{name}": {"rich"} for name in ("drawing", "terminal")}
    beyond = {
        module: found - allowed.get(module, allowed.get(part(module), set()))
        for module in MODULES
        if (found := {name.split(".")[0] for name in imports(module)} & libraries)
    }

    assert {module: names for module, names in beyond.items() if names} == {}


def test_only_sources_open_files() -> None:
    openers = {"open", "fdopen", "read_text", "read_bytes", "write_text", "write_bytes", "mkstemp"}
    allowed = {
        "releases.data": {"PATH.read_bytes"},
        "releases.options": {"PATH.read_bytes"},
        "cli.output": {"os.fdopen", "os.open"},
        "cli.outcome": {"os.open"},
        "cli.folder": {"os.fdopen", "os.open", "files.read_bytes"},
    }
    beyond = {
        module: calls(module, openers) - allowed.get(module, set())
        for module in MODULES
        if part(module) not in (*BUILDERS, "sources")
    }

    assert {module: found for module, found in beyond.items() if found} == {}


def test_nothing_starts_a_program() -> None:
    starters = {"subprocess", "multiprocessing", "socket", "urllib.request"}
    found = {m: starters & set(imports(m)) for m in MODULES if part(m) not in BUILDERS}

    # A socket tells which addresses are free or answer, and how a machine lists its interfaces.
    assert {m: names for m, names in found.items() if names} == {
        "sources.host": {"socket"},
        "sources.ray": {"socket"},
    }


def test_only_the_process_source_looks_at_the_environment() -> None:
    looking = {
        module
        for module in MODULES
        if part(module) not in BUILDERS
        for node in nodes(module)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"}
    }

    # Besides: the terminal's own settings, and a switch for those who debug envctl.
    assert looking == {"sources.process", "cli.output", "cli.outcome", "cli.progress"}


def test_every_part_has_a_place_in_the_order() -> None:
    assert set(ORDER) == {part(module) for module in MODULES} - {"__init__"}


def test_no_part_knows_one_after_it() -> None:
    backward = [
        f"{module} -> {name.removeprefix(PREFIX)}"
        for module in MODULES
        if module != "__init__"
        for name in imports(module)
        if name.startswith(PREFIX) and ORDER.index(part(name)) > ORDER.index(part(module))
    ]

    assert backward == []


def test_no_stage_of_the_scanner_knows_one_after_it() -> None:
    stages = {
        module: STAGES_OF_AUDIT.index(module.split(".")[1])
        for module in MODULES
        if module.startswith("audit.")
    }
    backward = [
        f"{module} -> {name}"
        for module, stage in stages.items()
        for name in (name.removeprefix(PREFIX) for name in imports(module))
        if stages.get(name, 0) > stage
    ]

    assert backward == []


def test_no_module_needs_itself_to_be_imported() -> None:
    needs = {
        module: {
            name.removeprefix(PREFIX)
            for name in imports(module, at_start=True)
            if name.startswith(PREFIX)
        }
        & MODULES.keys()
        for module in MODULES
    }
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path, module))
        if module not in done:
            for other in needs[module]:
                visit(other, (*path, module))
            done.add(module)

    for module in needs:
        visit(module, ())


def test_folders_are_small_enough_to_list() -> None:
    folders = Counter(path.parent for path in MODULES.values())
    loose = [m for m, path in MODULES.items() if path.parent == PACKAGE and not m.startswith("__")]

    assert {str(folder): count for folder, count in folders.items() if count > LARGEST_FOLDER} == {}
    assert len(loose) <= MOST_LOOSE_MODULES


def test_no_module_is_too_long_to_read() -> None:
    lines = {m: path.read_text("utf-8").count("\n") for m, path in MODULES.items()}

    assert {
        module: count
        for module, count in lines.items()
        if count > LONGEST_MODULE and part(module) != "registry"
    } == {}


def test_no_module_is_called_utils() -> None:
    assert [module for module in MODULES if "util" in module] == []
