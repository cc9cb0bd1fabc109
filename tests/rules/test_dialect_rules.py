"""Findings about a file in the dialect it is meant for, and about where dialects differ."""

from __future__ import annotations

from collections.abc import Callable

from sglang_envctl.environment import Layer
from sglang_envctl.rules import Finding
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv import layers
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
ON = "SGLANG_CACHE_DIT_ENABLED=true"


def said(findings: tuple[Finding, ...]) -> list[str]:
    return [f"{f.origin.line} {f.severity} {f.rule}" for f in findings]


CASES = {
    # what one of them reads as intended, and another does not
    "docker keeps a comment": (
        "docker",
        f"{ON} # c",
        ["1 error inline-comment", "1 error misread"],
    ),
    "systemd too": ("systemd", f"{ON} # c", ["1 error inline-comment", "1 error misread"]),
    "compose does not": ("compose", f"{ON} # c", []),
    "node does not": ("node", f"{ON} # c", []),
    **{
        f"{dialect} takes a comment for an empty value": (
            dialect,
            f"SGLANG_HOST_IP={space}# the node's",
            ["1 error inline-comment"],
        )
        for dialect, space in {
            "dotenv": "",
            "compose": "  ",
            "systemd": "  ",
            "docker": "",
            "kubectl": "",
        }.items()
    },
    "compose takes one without a blank, too": (
        "compose",
        "SGLANG_HOST_IP=# c",
        ["1 error inline-comment"],
    ),
    "systemd takes one without a blank, too": (
        "systemd",
        "SGLANG_HOST_IP=# c",
        ["1 error inline-comment"],
    ),
    "a value that begins with #": ("dotenv", "APP_COLOR=#fff\nAPP_TITLE='# x'", []),
    "a # in a name of one's own": ("docker", "APP=see #5", ["1 info inline-comment"]),
    "docker keeps quotes": ("docker", "APP='x'", ["1 info quotes-kept"]),
    "compose does not keep them": ("compose", "APP='x'", []),
    "docker takes no BOM": ("docker", f"\ufeff{ON}", []),
    "systemd keeps it": ("systemd", f"\ufeff{ON}", ["1 error byte-order-mark"]),
    "docker takes no CR": ("docker", f"{ON}\r\n", []),
    "docker takes nothing": (
        "docker",
        f"{ON}\nexport A=1\nSGLANG_USE_MLX=on",
        ["2 error file-refused"],
    ),
    "docker hands on": ("docker", "NO_SUCH_NAME", ["1 info no-value"]),
    "kubectl sets to nothing": ("kubectl", "NO_SUCH_NAME", ["1 info no-value"]),
    "systemd drops": ("systemd", "NO_SUCH_NAME", ["1 warning no-value"]),
    "compose on bytes": ("compose", "APP=\udcff", ["1 error not-utf8"]),
}


@table(("dialect", "text", "expected"), CASES.values(), ids=CASES)
def test_a_file_is_checked_in_its_dialect(
    judge: Judge, dialect: str, text: str, expected: list[str]
) -> None:
    assert expected == said(judge(text, dialects=(dialect,)))


ALL = ("dotenv", "docker", "compose", "systemd", "kubectl", "node")
DIFFERENT = {
    "nothing": (ALL, f"{ON}\nA=\nB=a=b\n", []),
    "quotes": (("dotenv", "docker"), "A='x'", ["A dotenv: x; docker: 'x'"]),
    "quotes that both take away": (("dotenv", "compose", "systemd", "node"), "A='x'", []),
    "a comment": (("docker", "node"), "A=1 # c", ["A docker: 1 # c; node: 1"]),
    "blanks at the end": (("dotenv", "docker"), "A=1 ", ["A dotenv: 1; docker: '1 '"]),
    "a name that one drops": (("dotenv", "systemd"), "A-B=1", ["A-B dotenv: 1; systemd: not set"]),
    "a file that one refuses": (
        ("dotenv", "docker", "node"),
        "export A=1#\nB=1",
        [
            " docker refuses the whole file: 'export' is shell syntax",
            "A dotenv: 1#; node: 1",
        ],
    ),
    "a secret": (
        ("dotenv", "docker"),
        "API_TOKEN='hunter22'",
        ["API_TOKEN dotenv, docker read this secret differently"],
    ),
    "a secret of one of them": (
        ("dotenv", "docker"),
        "API_TOKEN=hunter22\nA='hunter22'",
        ["A dotenv, docker read this secret differently"],
    ),
    "the last of a name": (("dotenv", "docker"), "A='1'\nA=1", []),
    "control characters": (("dotenv", "docker"), "A='\x1b'", ["A dotenv: \\x1b; docker: '\\x1b'"]),
}


@table(("dialects", "text", "expected"), DIFFERENT.values(), ids=DIFFERENT)
def test_where_dialects_differ(
    judge: Judge, dialects: tuple[str, ...], text: str, expected: list[str]
) -> None:
    found = judge(text, "dialects-disagree", dialects=dialects)

    assert expected == [f"{f.name} {f.message}" for f in found]


def test_dialects_that_nobody_named_are_not_compared(judge: Judge) -> None:
    assert judge("A='x'", "dialects-disagree") == ()


def test_a_comment_silences_it(judge: Judge) -> None:
    text = "# envctl: ignore[dialects-disagree]\nA='x'\nB='x'\n"
    found = judge(text, "dialects-disagree", dialects=("dotenv", "docker"))

    assert [f.name for f in found] == ["B"]


def test_the_environment_is_that_of_the_chosen_dialect() -> None:
    context = Context(dialect="docker", dialects=("dotenv", "systemd"))
    found: tuple[Layer, ...] = layers("a.env", b"A='x'\n", context)

    assert [a.raw for a in found[0].assignments] == ["'x'"]
    assert {k: v.assignments[0].raw for k, v in found[0].by_dialect.items()} == {
        "dotenv": "x",
        "systemd": "x",
    }
