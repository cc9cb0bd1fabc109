"""Files that once took quadratic time, or a gigabyte: each is read, judged and shown in seconds."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest

from tests.harness import Write, run

pytestmark = pytest.mark.slow


def lines(number: int, line: Callable[[int], str]) -> str:
    return "".join(map(line, range(number)))


LONG = "x" * 64_000
SERVE = "python -m sglang.launch_server\n"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: x, env: [{name: SGLANG_A, """
GROWTH = {
    "a chain of variables": ("x.sh", "export A0=x\n", 4_000, lambda i: f"export A{i + 1}=$A{i}\n"),
    "long values": ("x.sh", f"A={LONG}\n", 4_000, lambda i: f"export B{i}=$A$A\n"),
    "devices": ("x.sh", "export CUDA_VISIBLE_DEVICES=0", 30_000, lambda i: f",{i + 1}"),
    "a value of long ones": ("Makefile", f"A={LONG}\nexport B=", 16_000, lambda _: "$(A)"),
    "long values of make": ("Makefile", f"A={LONG}\n", 4_000, lambda i: f"export B{i}=$(A)\n"),
    "a file in itself": ("Makefile", "export A=1\n", 8_000, lambda _: "include Makefile\n"),
    "doubled values": ("justfile", "", 60, lambda i: f"export A{i} := A{i + 1} + A{i + 1}\n"),
    "stages": ("Dockerfile", "", 16_000, lambda _: "FROM x\nENV A=1\n"),
    "names that are removed": (
        "x.service",
        "[Service]\n",
        4_000,
        lambda i: f"Environment=A{i}=1\nUnsetEnvironment=B{i}\n",
    ),
    "units": (
        "x.service",
        "",
        1_000,
        lambda i: f"# /etc/x{i}.service\n[Service]\nEnvironment=SGLANG_FOO_{i}=1\n",
    ),
    "comments of the whole file": (
        ".envrc",
        "export A=1\n",
        8_000,
        lambda _: "# envctl: file-ignore[unknown]\n",
    ),
    "values that grow": ("x.env", "A0=x\n", 30_000, lambda i: f"A{i + 1}=${{A{i}}}y\n"),
    "a key of many parts": ("x.toml", "[env]\nA = '1'\n[x", 60_000, lambda _: ".a"),
    "keys that appear twice": (
        "compose.yaml",
        "services:\n  a:\n    environment:\n",
        16_000,
        lambda _: "      A: 1\n",
    ),
    "a string without an end": ("x.json", '{"env": {"A": "', 60_000, lambda _: r"\""),
    "a string of PowerShell without an end": ("x.ps1", '$env:A = "', 60_000, lambda _: '`"'),
    "defaults that are escaped": ("x.sh", "export A=", 30_000, lambda _: r"\${A:-"),
    "references without an end": (
        "pod.yaml",
        f"{POD}value: '",
        60_000,
        lambda _: "$(",
    ),
    "a template without an end": (
        "compose.yaml",
        "services:\n  a:\n    image: x\n    environment:\n      A: '{{",
        40_000,
        lambda _: ".Node.",
    ),
    "braces without an end": ("x.sh", "export A={", 60_000, lambda _: "a,"),
    "a variable of PowerShell without an end": ("x.ps1", '$env:A = "', 100_000, lambda _: "${"),
    "lines that are no options": (
        "supervisord.conf",
        "[program:a]\ncommand=x\n",
        100_000,
        lambda _: "x\n",
    ),
    "what begins comments": ("x.env", "A=1 # envctl: file-ignore", 100_000, lambda _: " #"),
}  # fmt: skip


@pytest.mark.parametrize("case", GROWTH)
def test_time_is_bounded(write: Write, case: str) -> None:
    name, first, number, line = GROWTH[case]
    ends = {
        "Makefile": f"\nserve:\n\t{SERVE}",
        "compose.yaml": "'\n" if "'" in first else "\n",
        "pod.yaml": "'}]}]}\n",
        "x.ps1": '"\n',
        "x.sh": f"\n{SERVE}",
        "x.toml": "]\n",
    }
    write(name, first + lines(number, line) + ends.get(name, "\n"))
    start = process_time()
    for args in (["show", "-e", name], ["check", name, "--diff"]):
        assert run(*args).code in (0, 1, 3)

    assert process_time() - start < 10
