"""Which module may use what: the data flows one way, and Rich, files and the environment stay out."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import sglang_envctl

PACKAGE = Path(sglang_envctl.__file__).parent
PREFIX = "sglang_envctl."
LARGEST_FOLDER = 37
LONGEST_MODULE = 400
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
BUILDERS = ("audit", "devtools")
"""Parts that read packages and write data: tools, not stages of a check."""

ORDER = (
    "text", "errors", "environment", "readers", "registry", "releases", "redaction", "sources",
    "settings", "selection", "compare", "rules", "explain", "audit", "exports", "reports", "api", "cli",
    "devtools", "__main__",
)  # fmt: skip
"""From the bottom up: no part uses anything of a part after its own."""


def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imports(module: str, *, at_start: bool = False) -> Iterator[str]:
    """The modules that a module imports; `at_start`: not those inside functions or for types."""
    nodes: Iterator[ast.AST] | list[ast.stmt]
    nodes = tree(module).body if at_start else ast.walk(tree(module))
    for node in nodes:
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


@pytest.mark.parametrize("module", MODULES)
def test_only_the_edge_imports_rich_and_typer(module: str) -> None:
    found = {name.split(".")[0] for name in imports(module)} & {
        "rich",
        "typer",
        "pydantic",
        "click",
    }
    allowed = {
        "cli": {"typer", "rich"},
        "reports.terminal": {"rich"},
        "devtools": {"typer"},
    }

    assert found <= allowed.get(module, allowed.get(part(module), set()))


@pytest.mark.parametrize("module", [m for m in MODULES if part(m) not in BUILDERS])
def test_only_sources_open_files_and_start_processes(module: str) -> None:
    opens = {
        ast.unparse(node.func)
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1]
        in {"open", "fdopen", "read_text", "read_bytes", "write_text", "write_bytes", "mkstemp"}
    }
    programs = {"subprocess", "multiprocessing", "socket", "urllib.request"} & set(imports(module))
    allowed = {
        "releases.data": {"PATH.read_bytes"},
        "cli.output": {"os.fdopen", "tempfile.mkstemp"},
        "cli.outcome": {"os.open"},
    }

    # A socket tells which ports and addresses are free, and is how a machine lists its interfaces.
    assert programs == ({"socket"} if module == "sources.host" else set())
    assert part(module) == "sources" or opens <= allowed.get(module, set())


@pytest.mark.parametrize("module", [m for m in MODULES if part(m) not in BUILDERS])
def test_only_the_process_source_looks_at_the_environment(module: str) -> None:
    looked_at = {
        ast.unparse(node)
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"}
    }
    # The terminal's own settings, and a switch for those who mend envctl.
    allowed = {"sources.process", "cli.output", "cli.outcome"}

    assert not looked_at or module in allowed


@pytest.mark.parametrize("module", [m for m in MODULES if m != "__init__"])
def test_no_part_knows_one_after_it(module: str) -> None:
    used = {part(name) for name in imports(module) if name.startswith(PREFIX)}
    stage = ORDER.index(part(module))

    assert [p for p in used if ORDER.index(p) > stage] == []


def test_every_part_has_a_place_in_the_order() -> None:
    assert set(ORDER) == {part(module) for module in MODULES} - {"__init__"}


def test_folders_stay_small_enough_to_list() -> None:
    folders = Counter(path.parent for path in MODULES.values())
    loose = [m for m in MODULES if "." not in m and MODULES[m].name == f"{m}.py"]

    assert {str(folder): count for folder, count in folders.items() if count > LARGEST_FOLDER} == {}
    assert len([m for m in loose if not m.startswith("__")]) <= 7


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


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_called_utils_and_no_module_is_too_long_to_read(module: str) -> None:
    lines = MODULES[module].read_text(encoding="utf-8").count("\n")

    assert "util" not in module
    assert lines <= LONGEST_MODULE or part(module) == "registry"
