"""Forms of Makefiles, Dockerfiles and scripts of other shells that are told, or are read as they run."""

from __future__ import annotations

from typing import NamedTuple

from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all
from tests.harness import Write
from tests.tables import table

START = "python -m sglang.launch_server"


class Case(NamedTuple):
    """A file, the variables that are read, and the lines and reasons of its notes."""

    path: str
    text: str
    variables: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


RECIPE = "a recipe is a shell script, which is not read"
FUNCTION = "what a function of make sets is not read"
BLOCK = "a variable that is exported only inside a block is not read"
PROGRAM = "what a program does with a variable in its arguments is not known"
MAKE = (
    Case("Makefile", ".EXPORT_ALL_VARIABLES:\nA = 1\n", ("2 A=1",)),
    Case("Makefile", "A := 1\n.EXPORT_ALL_VARIABLES : ;\n", ("1 A=1",)),
    Case("Makefile", "A = 1\n.EXPORT_ALL: ;\n"),
    Case("Makefile", "export override A = 1\noverride export B = 2\n", ("1 A=1", "2 B=2")),
    Case("Makefile", f"serve: x ; A=1 {START}\n", (), (f"1 {RECIPE}",)),
    Case("Makefile", "serve: ; @echo x\n"),
    Case("Makefile", f".RECIPEPREFIX = >\nserve:\n> A=1 {START}\n", (), (f"3 {RECIPE}",)),
    Case("Makefile", "serve:\n\tdocker run --env-file .env x\n", (), (f"2 {RECIPE}",)),
    Case("Makefile", "$(eval export A = 1)\n", (), (f"1 {FUNCTION}",)),
    Case("Makefile", "$(foreach v,A B,$(eval export $v))\n", (), (f"1 {FUNCTION}",)),
    Case("Makefile", "$(info $(A))\n$(foreach v,A B,$(info $v))\n"),
    Case("justfile", "serve:\n  docker run --env-file .env x\n", (), (
        "2 a recipe is a script, which is not read",
    )),
)  # fmt: skip
FROM = "FROM lmsysorg/sglang\n"
DOCKERFILE = (
    Case("Dockerfile", f"{FROM}ONBUILD ENV SGLANG_A=1\n", (), (
        "2 what ONBUILD sets in images built on this one is not read",
    )),
    Case("Dockerfile", f"{FROM}ONBUILD RUN x SGLANG_A=1\n"),
    Case("Dockerfile", f"{FROM}COPY <<E /run.sh\nexport SGLANG_A=1\nE\nENV B=1\n", ("5 B=1",), (
        "2 what COPY writes is not read",
    )),
    Case("Dockerfile", f"{FROM}COPY <<E /x\nSGLANG\nE\n"),
    Case("Dockerfile", f'{FROM}RUN echo "export SGLANG_A=1" >> ~/.bashrc\n', (), (
        "2 what RUN writes is not read",
    )),
    Case("Dockerfile", f"{FROM}RUN echo SGLANG_A=1 | tee -a /etc/environment\n", (), (
        "2 what RUN writes is not read",
    )),
    Case("Dockerfile", f"{FROM}RUN <<E\ncat > /x <<F\nexport SGLANG_A=1\nF\nE\n", (), (
        "2 what RUN writes is not read",
    )),
    Case("Dockerfile", f'{FROM}RUN SGLANG_A=1 pip install "torch>=2" >/dev/null 2>&1\n'),
    Case("Dockerfile", f"{FROM}RUN echo A=1 >> /etc/environment\n"),
)  # fmt: skip
OTHERS = (
    Case("a.fish", f"begin\nset -lx A 1\n{START}\nend\n", (), (f"2 {BLOCK}",)),
    Case("a.fish", f"function f\nset -lx A 1\n{START}\nend\nf\n", (), (f"2 {BLOCK}",)),
    Case("a.fish", f"begin\nset -l A 1\nend\n{START}\n"),
    Case("a.fish", "docker run -e SGLANG_A=1 x\n", (), (f"1 {PROGRAM}",)),
    Case("a.fish", f'ssh n "SGLANG_A=1 {START}"\n', (), (f"1 {PROGRAM}",)),
    Case("a.fish", "echo SGLANG_A=1\n"),
    Case("a.ps1", "docker run -e SGLANG_A=1 x\n", (), (f"1 {PROGRAM}",)),
    Case("a.ps1", f'wsl bash -c "SGLANG_A=1 {START}"\n', (), (f"1 {PROGRAM}",)),
    Case("a.ps1", "Start-Process python -Environment @{SGLANG_A='1'}\n", (), (f"1 {PROGRAM}",)),
    Case("a.ps1", 'Write-Host "SGLANG_A=1"\n'),
)
CASES = (*MAKE, *DOCKERFILE, *OTHERS)


@table("case", CASES, ids=lambda case: f"{case.path}: {case.text}")
def test_what_is_read_and_told(write: Write, case: Case) -> None:
    write(case.path, case.text)
    (found,) = read_all(case.path, Context())
    variables = tuple(f"{a.origin.line} {a.name}={a.text}" for a in found.assignments)
    notes = tuple(f"{n.origin.line} {n.facts.get('reason', n.rule)}" for n in found.notes)

    assert variables == case.variables
    assert notes == case.notes
