"""Files as people launch SGLang from them, after public ones, and the right word about each."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.harness import run
from tests.tables import table

DATA = Path(__file__).parents[1] / "data" / "sources" / "field"


class Case(NamedTuple):
    """A file, how many variables are read from it, and what is found."""

    file: str
    variables: int
    findings: tuple[str, ...] = ()
    """Severity, rule and name of each."""
    code: int = 0


UNKNOWN = "error unknown-variable SGLANG_ENABLE_JIT_DEEPGEM"
RENAMED = "warning renamed SGL_ENABLE_JIT_DEEPGEMM"
UNFOLLOWED = "info not-followed cannot"
GLOO = "warning gloo-interface NCCL_SOCKET_IFNAME"
LOOPBACK = tuple(
    f"warning loopback-interface {name}" for name in ("HCCL_SOCKET_IFNAME", "GLOO_SOCKET_IFNAME")
)
CASES = (
    Case("recipe.yaml", 2),
    Case("play.yml", 2),
    Case("values.yaml", 1, (UNKNOWN,), 1),
    Case("dgdr.yaml", 1),
    Case("graph-v1beta1.yaml", 2),
    Case("runtime-block.yaml", 1, (UNKNOWN,), 1),
    Case("runtime-flow.yaml", 1, (UNKNOWN,), 1),
    Case("pods.json", 2, (UNKNOWN,), 1),
    Case("entrypoint.yml", 1, ("info needs-shell HF_TOKEN",)),
    Case("environ", 1, (UNKNOWN,), 1),
    Case("sts.yaml", 1, (RENAMED,)),
    Case("x.container", 1),
    Case("unit.service", 1, ("warning several-in-quotes HF_HOME",)),
    Case("ascend.sh", 2, LOOPBACK),
    Case("ascend.yaml", 2, LOOPBACK),
    Case("env.sh", 1),
    Case("ssh.sh", 1, (RENAMED,)),
    Case("submit.sh", 2, (UNKNOWN,), 1),
    Case("sky.yaml", 4),
    Case("two-nodes.yaml", 3),
    Case("one-gpu.yml", 2, ("info needs-shell HF_TOKEN",)),
    Case("workflow.yml", 2, ("info test-only SGLANG_IS_IN_CI",)),
    Case("job.sbatch", 1, (UNFOLLOWED,)),
    Case("wrapper.sh", 6, (GLOO, GLOO)),
)


@table("case", CASES, ids=lambda case: case.file)
@table("piped", [False, True])
def test_what_is_read_and_found(case: Case, piped: bool) -> None:
    path = DATA / case.file
    source = "-" if piped else str(path)
    result = run("check", source, "--sglang", "0.5.20", stdin=path.read_bytes())
    rows = (line.split(": ", 1)[1].replace(":", "").split() for line in result.out.splitlines())
    found = tuple(" ".join(row[:3]) for row in rows)
    plural = "s" if case.variables != 1 else ""

    assert (result.code, found) == (case.code, case.findings)
    assert f"({case.variables} variable{plural} checked against SGLang 0.5.20" in result.err
