"""Forms of scripts: other shells than bash, wrappers that add variables, and less common launchers."""

from __future__ import annotations

from typing import NamedTuple

from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all
from sglang_envctl.sources.shell import matches
from tests.harness import Write
from tests.tables import table

START = "python -m sglang.launch_server"


class Case(NamedTuple):
    """A script, the variables of all that it starts, and its notes."""

    text: str
    variables: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def added(name: str, line: int = 1) -> tuple[str, ...]:
    return (f"{line} what {name} adds to the environment is not read",)


ZSH = {
    "typeset -x": Case(f"typeset -x A=1\ntypeset -gx B=2\n{START}", ("1 A=1", "2 B=2")),
    "an option of zsh": Case(
        f"setopt all_export\nA=1\nunsetopt AllExport\nB=1\necho $B\n{START}", ("2 A=1",)
    ),
    "the same with set": Case(f"set -o ALLEXPORT\nA=1\n{START}", ("2 A=1",)),
    "another option": Case(f"setopt nullglob\nA=1\necho $A\n{START}"),
    "words of a value": Case(f"V='A=1 B=2'\nenv $=V {START}", ("2 A=1", "2 B=2")),
    "words of a value in braces": Case(f"V='A=1 B=2'\nenv ${{=V}} {START}", ("2 A=1", "2 B=2")),
    "a function without a name": Case(f"() {{\nexport A=1\n{START}\n}}", ("2 A=1",)),
    "the same with its keyword": Case(f"function {{\nexport A=1\n{START}\n}}", ("2 A=1",)),
}
WRAPPERS = {
    "dotenv set": Case("dotenv -f a.env set SGLANG_A 1", ("1 SGLANG_A=1",)),
    "dotenv -v": Case(f"dotenv -v A=1 -- {START}", ("1 A=1",), added("dotenv")),
    "dotenv run": Case(f"A=1 dotenv -f a.env run -- {START}", ("1 A=1",), added("dotenv")),
    "npx dotenv": Case(f"npx dotenv -e a.env -- {START}", (), added("dotenv")),
    "npx dotenv-cli": Case(f"npx dotenv-cli -e a.env -- {START}", (), added("dotenv-cli")),
    "mise set": Case("mise set SGLANG_A=1", ("1 SGLANG_A=1",)),
    "mise exec": Case(f"export A=1\nmise exec -- {START}", ("1 A=1",), added("mise", 2)),
    "mise run": Case("mise run serve", (), ("1 what mise runs is not read",)),
    "infisical": Case("infisical secrets set SGLANG_A=1 --env=x", ("1 SGLANG_A=1",)),
    "doppler": Case(f"doppler run -- {START}", (), added("doppler")),
    **{
        name: Case(f"{command} {START}", (), added(name))
        for name, command in {
            "berglas": "berglas exec --",
            "bws": "bws run --",
            "envchain": "envchain x",
            "envkey-source": "envkey-source --",
            "fnox": "fnox exec --",
            "gopass": "gopass env x",
            "s6-envdir": "s6-envdir /run/env",
            "vault": "vault agent -config=a.hcl",
            "vault-env": "vault-env",
            "with-contenv": "with-contenv",
        }.items()
    },
}
OTHERS = {
    "an array with comments": Case(
        f'E=(\n# one\nA=1\nB=2 # two\n)\nenv "${{E[@]}}" {START}', ("6 A=1", "6 B=2")
    ),
    "commands for parallel": Case(f"parallel <<E\nA=1 {START}\nE", ("2 A=1",)),
    "a variable for Compose": Case("SGLANG_A=1 docker compose up -d", ("1 SGLANG_A=1",)),
    "another variable for Compose": Case("TAG=1 docker compose up -d"),
    "a file for a unit": Case(
        f"systemd-run -p EnvironmentFile=/x --setenv=A=1 {START}",
        ("1 A=1",),
        ("1 the file given with EnvironmentFile= is not read",),
    ),
    "a variable for screen": Case(
        f"screen -S x -X setenv A 1\nscreen -S x -X stuff '{START}^M'",
        (),
        ("1 what screen sets for its terminals is not read",),
    ),
    "a script of another shell": Case(
        "./b.sh", (), ("1 the script that it runs is for another interpreter",)
    ),
}
FILES = {
    "a file that is here": Case("[ -f c.sh ] && . ./c.sh", ("c.sh:1 A=1",)),
    "the same with if": Case("if [[ -f ./c.sh ]]; then\n. ./c.sh\nfi", ("c.sh:1 A=1",)),
    "the same with test": Case("test -e c.sh && . ./c.sh", ("c.sh:1 A=1",)),
    "a file that is not here": Case("[ -f no.sh ] || A=1\nexport A", ("1 A=<unknown>",)),
    "a file that the script writes": Case(
        "echo 'export A=2' > w.sh\nif [ -s w.sh ]; then . ./w.sh; fi", ("1 A=2",)
    ),
    "a file that must not be here": Case("[ ! -f c.sh ] && export A=2", ("1 A=<unknown>",)),
    "another condition too": Case(
        'if [ -f c.sh ] && [ -n "$X" ]; then export A=2; fi', ("1 A=<unknown>",)
    ),
    "a file, or the end": Case("[ -f c.sh ] || exit 1\nexport A=2", ("2 A=2",)),
}
CASES = {**FILES, **ZSH, **WRAPPERS, **OTHERS}


@table("case", CASES.values(), ids=CASES)
def test_what_is_read(write: Write, case: Case) -> None:
    write("b.sh", "#!/bin/csh -f\nsetenv SGLANG_A 1\n")
    write("c.sh", "export A=1\n")
    write("a.zsh", f"{case.text}\n")
    found = read_all("a.zsh", Context())
    own = [
        f"{'' if a.origin.file == 'a.zsh' else f'{a.origin.file}:'}{a.origin.line} "
        f"{a.name}={'<unknown>' if a.unknown else a.raw}"
        for layer in found
        for a in layer.assignments
    ]
    notes = [f"{n.origin.line} {n.facts.get('reason', n.rule)}" for n in found[0].notes]

    assert own == list(case.variables)
    assert notes == list(case.notes)


@table(
    ("line", "expected"),
    [
        ("#!/bin/csh -f", False),
        ("#!/usr/bin/env fish", False),
        ("#! /usr/bin/env -S python3 -u", False),
        ("#!/usr/bin/perl", False),
        ("#!/bin/mksh", True),
        ("#!/bin/sh", True),
        ("#!/opt/x", True),
        ("# /bin/csh", True),
    ],
)
def test_a_script_of_another_interpreter_is_no_shell_script(line: str, expected: bool) -> None:
    assert matches("a.sh", f"{line}\n".encode()) is expected
