"""What envctl costs, as ratios to a lower bound: `python -m tests.bench`.

Both sides of a ratio run in turn, so that a busy machine slows both, and the median of the pairs is
printed. Nothing here is asserted: a bound that is missed is marked, for a person to look at.
"""

from __future__ import annotations

import argparse
import ast
import gc
import io
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout, suppress
from functools import partial
from itertools import chain, cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import yaml
from dotenv import dotenv_values
from lsprotocol.types import Position, Range
from pygls.workspace import PositionCodec

from sglang_envctl.cli import main as envctl
from sglang_envctl.cli.project import project
from sglang_envctl.lsp import completion, diagnostics, fixes, hover
from sglang_envctl.lsp.analysis import analyze
from sglang_envctl.lsp.documents import Document
from sglang_envctl.registry import load
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import load_each
from tests.bench import mixed

ROOT = Path(__file__).parents[2]
MINIMAL = """\
import typer

app = typer.Typer()


@app.command()
def main(name: str) -> None:
    print(name)


app()
"""
PARSE = (
    "import sys; from dotenv import dotenv_values; dotenv_values(sys.argv[1], interpolate=False)"
)
PARSE_WHEEL = """\
import ast, sys, warnings, zipfile
warnings.simplefilter("ignore")
with zipfile.ZipFile(sys.argv[1]) as wheel:
    for name in wheel.namelist():
        if name.endswith(".py"):
            ast.parse(wheel.read(name))
"""
PEAK = """\
import contextlib, gc, resource, sys
gc.disable()
with contextlib.suppress(SystemExit):
    {code}
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
"""
AUDIT = "from pathlib import Path; from sglang_envctl.audit import audit; audit(Path(sys.argv[1]))"
CHECK = "from sglang_envctl.cli import main; main(['check', sys.argv[1], '-q'])"
DRAWN = "import typer; from rich.console import Console; from rich.table import Table"


class Case(NamedTuple):
    """Two things to run in turn."""

    title: str
    run: Callable[[], object]
    base: Callable[[], object]
    bound: str
    limit: float | None
    most: float | None = None
    """Milliseconds that it may take."""


def small() -> Iterator[str]:
    """Twenty lines such as a deployment has."""
    yield "# diffusion server"
    yield "SGLANG_CACHE_DIT_ENABLED=true"
    yield from (f"SGLANG_CACHE_DIT_{name}={i}" for i, name in enumerate(("FN", "MC", "WARMUP"), 2))
    yield ""
    yield "SGLANG_CLOUD_STORAGE_TYPE=s3"
    yield "SGLANG_S3_BUCKET_NAME=media"
    yield "ROOT=/srv"
    yield "SGLANG_DIFFUSION_CACHE_ROOT=${ROOT}/cache"
    yield from (f'APP_SETTING_{i}="value {i}"' for i in range(10))


def large(lines: int) -> Iterator[str]:
    """A file larger than any real one, with everything that real ones contain."""
    chance = random.Random(7)  # noqa: S311 - the same file in every run
    documented = [v for v in load().variables if v.example is not None and not v.secret]
    for i in range(lines):
        kind = chance.random()
        if kind < 0.06:
            yield f"# setting {i}"
        elif kind < 0.1:
            yield ""
        elif kind < 0.15:
            variable = documented[i % len(documented)]
            yield f"{variable.name}={variable.example}"
        elif kind < 0.155:
            yield f"SGLANG_SETTING_OF_A_FORK_{i}=1"
        elif kind < 0.255:
            yield f"APP_SETTING_{i}=${{ROOT}}/${{APP_SETTING_{i - 3}:-none}}"
        else:
            yield f"APP_SETTING_{i}=" + chance.choice(("1", "true", f"'text {i}'", f'"/srv/{i}"'))


def child(*args: str, **env: str) -> Callable[[], object]:
    """Run a program to its end; its bytecode is cached, as that of installed programs is."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **env}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def run() -> None:
        subprocess.run(args, env=environment, capture_output=True, check=False)

    return run


def in_process(*args: str) -> Callable[[], object]:
    """Run envctl here, with the garbage collector off as it is in the program."""

    def run() -> None:
        gc.disable()
        with redirect_stdout(io.TextIOWrapper(io.BytesIO())), suppress(SystemExit):
            envctl([*args, "--quiet"])
        gc.enable()

    return run


def cases(folder: Path, lines: int, wheel: Path | None) -> Iterator[Case]:
    """Everything that is measured."""
    (folder / "minimal.py").write_text(MINIMAL, "utf-8")
    few, many = folder / "few.env", folder / "many.env"
    few.write_text("\n".join(small()) + "\n", "utf-8")
    many.write_text("\n".join(large(lines)) + "\n", "utf-8")
    cache = {"PYTHONPYCACHEPREFIX": str(folder / "cache")}
    python = sys.executable

    def command(*args: str, **env: str) -> Callable[[], object]:
        return child(python, "-m", "sglang_envctl", *args, **cache, **env)

    code = folder / "package"
    code.mkdir()
    for name, content in package(500):
        (code / name).write_text(content, "utf-8")

    def parse_all() -> None:
        for file in code.iterdir():
            ast.parse(file.read_bytes())

    minimal = child(python, str(folder / "minimal.py"), "x", **cache)
    typer = child(python, "-c", "import typer", **cache)
    drawn = child(python, "-c", DRAWN, **cache)
    parse = child(python, "-c", PARSE, str(many), **cache)
    check = command("check", str(few))

    yield Case("check, 20 lines / smallest Typer command", check, minimal, "1.25", 1.25)
    yield Case("check, 20 lines / import typer", check, typer, "1.45", 1.45)
    yield Case("show, piped / smallest Typer command", command("show"), minimal, "", None)
    person = {"TTY_COMPATIBLE": "1", "FORCE_COLOR": "1", "TERM": "xterm", "COLUMNS": "140"}
    yield Case("show, drawn / import typer and rich", command("show", **person), drawn, "", None)
    yield Case("explain / import typer", command("explain", "crashes"), typer, "", None)
    yield Case("--help / import typer", command("--help"), typer, "", None)
    yield Case(
        f"check, {lines:,} lines in process / dotenv_values",
        in_process("check", str(many)),
        lambda: dotenv_values(many, interpolate=False),
        "1.5",
        1.5,
    )
    yield Case(
        f"check, {lines:,} lines, command / dotenv_values",
        command("check", str(many), "--quiet"),
        parse,
        "1.5",
        1.5,
    )
    audit = in_process("audit", str(code))
    yield Case("audit, 500 modules in process / ast.parse of all", audit, parse_all, "", None)
    if wheel is not None:
        yield Case(
            "audit of a wheel, command / ast.parse of all",
            command("audit", str(wheel), "--quiet"),
            child(python, "-c", PARSE_WHEEL, str(wheel)),
            "0.6",
            0.6,
        )

    files = folder / "files"
    files.mkdir()
    mixed.write(files, 1000)
    yield Case(
        "reading of 1,000 mixed files / their parsers",
        lambda: load_each([str(files)], Context()),
        lambda: mixed.parse(files),
        "1.5",
        1.5,
    )
    yield Case(
        "check, 1,000 mixed files in process / their parsers",
        in_process("check", str(files)),
        lambda: mixed.parse(files),
        "",
        None,
    )

    pages = command("reference", "-o", str(folder / "pages"))
    yield Case("reference, all pages / import typer", pages, typer, "20 s", None, 20_000)
    yield from editing(folder)


def of_nodes(folder: Path, number: int) -> Iterator[Case]:
    """What is measured on many snapshots."""

    def nodes(*args: str) -> Callable[[], object]:
        def run() -> None:
            in_process(*args, str(fleet(folder, number)))()

        return run

    def load_all() -> None:
        for entry in os.scandir(fleet(folder, number)):
            with open(entry.path, encoding="utf-8") as stream:
                json.load(stream)

    count = f"{number:,} nodes in process / json.load"
    yield Case(f"diff, {count}", nodes("diff"), load_all, "2", 2)
    yield Case(f"check, {count}", nodes("check"), load_all, "3", 3)
    yield Case(f"show, {count}", nodes("show", "-e"), load_all, "", None)


def fleet(folder: Path, number: int) -> Path:
    """A folder with the snapshots of nodes, written when it is needed."""
    found = folder / f"{number}-nodes"
    if not found.exists():
        found.mkdir()
        for node in range(number):
            (found / f"{node}.json").write_text(snapshot(node), "utf-8")
    return found


def editing(folder: Path) -> Iterator[Case]:
    """What an editor waits for in a file of 1,000 lines."""
    entries = [v for v in load().variables if v.example is not None and not v.secret]
    lines = [line for line in large(1000) if "$" not in line]
    services = ["services:", "  web:", "    image: any", "    environment:"]
    services += [f"      {v.name}: {v.example!r}" for v in entries]
    services += [f"      APP_SETTING_{i}: 'text {i}'" for i in range(1000 - len(services))]
    texts = {"edited.env": lines, "compose.yaml": services}
    bases: dict[str, Callable[[str], object]] = {
        "edited.env": lambda text: dotenv_values(stream=io.StringIO(text), interpolate=False),
        "compose.yaml": lambda text: yaml.load(text, yaml.CSafeLoader),
    }
    opened = project(None, no_config=True)
    for name, written in texts.items():
        text = "\n".join(written)
        document = Document(str(folder), str(folder / name), 1, text, PositionCodec())
        found = analyze(document, opened, {document.path: document.data}, "dotenv")
        numbers = (number for number, line in enumerate(written) if "SGLANG_" in line)
        place = Position(max(numbers), 8)
        fixes.prepare(found)
        starts = [Position((finding.origin.line or 1) - 1, 0) for finding in found.here]
        wrong = cycle([Range(start, start) for start in starts])

        def diagnose(document: Document = document) -> object:
            texts = {document.path: document.data}
            return diagnostics.of(analyze(document, opened, texts, "dotenv"))

        answers: dict[str, Callable[[], object]] = {
            "diagnostics": diagnose,
            "hover": partial(hover.at, found, place),
            "completion": partial(completion.at, document, opened, place),
            "fixes": partial(lambda *args: [*fixes.of(args[0], next(args[1]))], found, wrong),
        }
        for title, answer in answers.items():
            base = partial(bases[name], text)
            yield Case(
                f"lsp: {title}, 1,000 lines of {name} / parse", answer, base, "50 ms", None, 50
            )


def snapshot(node: int) -> str:
    """The snapshot of a node: 300 variables, of which three are its own; one node is wrong."""
    values = {f"APP_SETTING_{i}": f"value {i}" for i in range(290)}
    values |= {f"SGLANG_CACHE_DIT_{what}": "2" for what in ("FN", "BN", "MC", "WARMUP")}
    values |= {"SGLANG_HEALTH_CHECK_TIMEOUT": "soon" if node == 500 else "30", "NCCL_DEBUG": "WARN"}
    values |= {"SGLANG_CACHE_DIT_ENABLED": "1"}
    values |= {"HOSTNAME": f"gpu{node}", "LWS_WORKER_INDEX": f"{node}", "POD_IP": f"10.0.{node}"}
    settings = [{"name": name, "raw": raw} for name, raw in values.items()]
    identity = {"host": f"gpu{node}", "rank": str(node)}
    return json.dumps({"schema": 1, "node": identity, "settings": settings}, indent=2)


def package(modules: int) -> Iterator[tuple[str, str]]:
    """The files of a package, each with code enough around what it reads."""
    for number in range(modules):
        lines = ["import os"]
        for i in range(20):
            lines += [
                f'VALUE_{i} = int(os.environ.get("APP_{number}_{i}", "{i}"))',
                f"def function_{i}(a, b=VALUE_{i}):",
                "    total = [x * b + len(str(x)) for x in range(a) if x % 2]",
                "    return {'total': sum(total), 'mean': sum(total) / max(len(total), 1)}",
            ]
        yield f"module_{number}.py", "\n".join(lines) + "\n"


def seconds(run: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def measure(case: Case, pairs: int) -> tuple[float, float, float]:
    """Median ratio, and the median milliseconds of both sides."""
    case.run()
    case.base()
    taken = [(seconds(case.run), seconds(case.base)) for _ in range(pairs)]
    ratio = median(one / other for one, other in taken)
    one, other = (median(side) * 1000 for side in zip(*taken, strict=True))
    return ratio, one, other


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--pairs", type=int, default=15, help="runs of each side (15)")
    parser.add_argument("--lines", type=int, default=100_000, help="lines of the large file")
    parser.add_argument("--nodes", type=int, nargs="+", default=(1_000, 10_000), help="snapshots")
    parser.add_argument("--only", default="", help="only rows with this text")
    parser.add_argument("--wheel", type=Path, help="a wheel of SGLang, to measure its audit")
    options = parser.parse_args()
    gc.disable()  # as the program does, for both sides
    _line(f"{'':52}  {'ratio':>6}  {'bound':<10}{'ms':>8}{'ms':>8}")
    with TemporaryDirectory() as folder:
        fleets = (of_nodes(Path(folder), number) for number in options.nodes)
        rows = cases(Path(folder), options.lines, options.wheel)
        for case in chain(rows, chain.from_iterable(fleets)):
            if options.only in case.title:
                ratio, one, other = measure(case, options.pairs)
                late = (case.limit and ratio > case.limit) or (case.most and one > case.most)
                missed = "  <- missed" if late else ""
                _line(
                    f"{case.title:52}  {ratio:6.2f}  {case.bound:<10}{one:8.0f}{other:8.0f}{missed}"
                )
        for number in options.nodes:
            if options.only in (title := f"check, {number:,} nodes"):
                _peak(title, CHECK, fleet(Path(folder), number), 500)
        if options.wheel and options.only in "audit of a wheel":
            _peak("audit of a wheel", AUDIT, options.wheel, 300)


def _peak(title: str, code: str, path: Path, limit: int) -> None:
    """Print the most memory that some code takes, in MiB."""
    program = PEAK.format(code=code)
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=ROOT, capture_output=True, check=True
    )
    taken = int(done.stderr)
    _line(f"{title}, peak MiB {taken} ({limit}){'  <- missed' if taken > limit else ''}")


def _line(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
