"""Reading scripts of PowerShell, by its documented grammar."""

from __future__ import annotations

import pytest

from sglang_envctl.environment import Layer
from sglang_envctl.sources import powershell
from sglang_envctl.sources.context import Context
from tests.harness import Write, run
from tests.tables import table

UNKNOWN = "<computed when it runs>"


def script(text: str) -> Layer:
    (layer,) = powershell.layers("x.ps1", text.encode(), Context(process={"HOME": "/h"}))
    return layer


def environment(layer: Layer) -> dict[str, str]:
    return {a.name: a.text for a in layer.assignments}


@table(
    ("text", "expected"),
    [
        ('$env:A = "1"', {"A": "1"}),
        ("$Env:A=\"1\"; $env:B='2'", {"A": "1", "B": "2"}),
        ("$env:A='it''s'", {"A": "it's"}),
        ('$env:A = "a""b`n`$x"', {"A": 'a"b\n$x'}),
        ('$env:A = "$env:HOME/x"', {"A": "/h/x"}),
        ('$x = "d"\n$env:A = "$x/${x}" + "z"', {"A": "d/dz"}),
        ("$env:A = 1", {"A": "1"}),
        ("$env:A = 0.5", {"A": "0.5"}),
        ("$env:A = $true", {"A": "True"}),
        ('$env:A = "1"\n$env:A = $null', {}),
        ('$env:A = "#x" # c', {"A": "#x"}),
        ('<# $env:A = "1" #>', {}),
        ('${env:A} = "1"', {"A": "1"}),
        ('$env:A = "1" `\n  + "2"', {"A": "12"}),
        ('[Environment]::SetEnvironmentVariable("A", "1")', {"A": "1"}),
        ("[System.Environment]::SetEnvironmentVariable('A','1','Process')", {"A": "1"}),
        ('Set-Item -Path Env:A -Value "1"', {"A": "1"}),
        ('$env:A = "1"\nRemove-Item Env:\\A', {}),
        (
            'if ($x) { $env:A = "1" } else { $env:A = "2" }',
            {"A": "<set under a condition (line 1)>"},
        ),
        ("$env:A = Get-X", {"A": UNKNOWN}),
        ('$env:A = "$(date)"', {"A": UNKNOWN}),
        ('$env:A = @"\n$env:B = 1\n"@', {"A": UNKNOWN}),
        ('if ($env:A -eq "1") { }', {}),
        ('$h = @{ A = "1" }', {}),
    ],
)
def test_environment(text: str, expected: dict[str, str]) -> None:
    found = script(f"{text}\n")
    assert (environment(found), found.notes) == (expected, ())


@pytest.mark.parametrize(
    "text",
    [
        ". ./settings.ps1",
        'Invoke-Expression "`$env:A = 1"',
        "[Environment]::SetEnvironmentVariable($name, '1')",
        "[Environment]::SetEnvironmentVariable('A', '1', 'User')",
        'foreach ($k in $d.Keys) { Set-Item "env:$k" $d[$k] }',
        "Get-Content .env | ForEach-Object { [Environment]::SetEnvironmentVariable($_, '1') }",
    ],
)
def test_what_is_not_read_is_named(text: str) -> None:
    found = script(f"\n{text}\n")
    assert {(n.origin.line, n.rule) for n in found.notes} == {(2, "not-followed")}
    assert environment(found) == {}


def test_work_is_bounded() -> None:
    found = script("$x = 'a'\n" + '$x = "$x$x"\n' * 200 + "$env:A = $x\n" + "{ ( [ @" * 1000)
    assert environment(found) == {"A": UNKNOWN}


@pytest.mark.parametrize(
    ("path", "head", "matches"),
    [
        ("x.ps1", "", True),
        ("X.PS1", "", True),
        ("x", "#!/usr/bin/env pwsh\n", True),
        ("x.ps", "", False),
    ],
)
def test_matches(path: str, head: str, matches: bool) -> None:
    assert powershell.matches(path, head.encode()) is matches


def test_findings(write: Write) -> None:
    write("x.ps1", '\n$env:SGLANG_ENABLE_JIT_DEEPGEM = "1"\n')
    assert run("check", "-q", "x.ps1").out.startswith("x.ps1:2: ")
