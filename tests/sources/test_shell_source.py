"""What a script exports, which servers it starts with which environment, and what stays unknown."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Layer
from sglang_envctl.errors import SourceError
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all
from sglang_envctl.sources.shell import layers, matches
from tests.consumers import need
from tests.harness import Write
from tests.tables import table

DATA = Path(__file__).parents[1] / "data" / "sources" / "shell"
OUTER = {"HOME": "/home/me", "FROM_OUTSIDE": "x"}
START = "python -m sglang.launch_server"
BROKEN = "it has a syntax error, or syntax that the parser does not support"
OUTPUT = "the output of a command"


def read(text: str, path: str = "a.sh") -> tuple[Layer, ...]:
    return layers(path, text.encode("utf-8", "surrogateescape"), Context(OUTER))


def listed(layer: Layer) -> list[str]:
    """`LINE NAME=value`, with the file before it if it is not the script."""
    origins = [
        f"{'' if a.origin.file == layer.label else f'{a.origin.file}:'}{a.origin.line}"
        for a in layer.assignments
    ]
    return [f"{o} {a.name}={a.text}" for o, a in zip(origins, layer.assignments, strict=True)]


def notes(layer: Layer) -> list[str]:
    return [
        f"{n.origin.line} {n.rule} {n.name or next(iter(n.facts.values()), '')}"
        for n in layer.notes
    ]


@table(
    ("path", "head", "expected"),
    [
        ("run.sh", b"", True),
        ("run.bash", b"", True),
        ("RUN.SH", b"", True),
        ("job.sbatch", b"", True),
        ("job.slurm", b"", True),
        ("run.zsh", b"", True),
        ("run", b"#!/bin/sh\n", True),
        ("run", b"#!/usr/bin/env -S bash -e\n", True),
        ("run", b"#! /bin/dash", True),
        ("run", b"\xef\xbb\xbf#!/bin/bash", True),
        ("run", b"#!/usr/bin/env python3\n", False),
        ("run", b"#!/usr/bin/fish\n", False),
        ("run", b"# #!/bin/sh\n", False),
        (".env", b"export A=1\n", False),
        ("prod.env", b"A=1\n", False),
    ],
)
def test_is_known_by_its_name_or_first_line(path: str, head: bytes, expected: bool) -> None:
    assert matches(path, head) is expected


# Scripts with one outcome: a test below compares them with what bash exports.
EXPORTED = {
    "nothing": ("", []),
    "not exported": ("A=1\n", []),
    "exported": ("export A=1 B='x y'\n\nexport C", ["1 A=1", "1 B=x y"]),
    "exported later": ("A=1\nB=2\nexport A\n", ["1 A=1"]),
    "exported before it is set": (
        "export A B\nA=1\nB=1\nexport -n B\nexport C\nunset C\nC=1\ndeclare -x D\nD=1\n",
        ["2 A=1", "9 D=1"],
    ),
    "and changed": ("export A=1\nA=2\n", ["2 A=2"]),
    "no longer": ("export A=1 B=1\nexport -n A\nunset B\n", []),
    "set -a": ("set -a\nA=1\nset +a\nB=1\n", ["2 A=1"]),
    "set -o allexport": ("set -eu -o allexport\nA=1\n", ["2 A=1"]),
    "set, other options": ("set -euo pipefail\nA=1\n", []),
    "declare": ("declare -x A=1\ndeclare B=1\ntypeset -rx C=1\nreadonly D=1\n", ["1 A=1", "3 C=1"]),
    "quoted whole": ("export 'A=x y' \"B=$HOME\"\n", ["1 A=x y", "1 B=/home/me"]),
    "what was outside stays exported": ("FROM_OUTSIDE=1\n", ["1 FROM_OUTSIDE=1"]),
    "appended": (
        "A=1\nA+=2\nexport A+=3\nexport FROM_OUTSIDE+=y\n",
        ["3 A=123", "4 FROM_OUTSIDE=xy"],
    ),
    "line continued": (
        "export A=1 \\\n  B=2\nexport C=a\\\nb\nexport D=1\n",
        ["1 A=1", "2 B=2", "3 C=ab", "5 D=1"],
    ),
    "quotes": ("export A='a'\"b\"\\c$'d\\te\\x41\\u00e9'\n", ["1 A=abcd\teAé"]),
    "escapes": (
        r"""export A="a\"b\\c\$d\`e\f" B=a\"b\\c\ d""",
        ['1 A=a"b\\c$d`e\\f', '1 B=a"b\\c d'],
    ),
    "lines in quotes": ("export A='1\n2'\nexport B=\"1\n2\\\n3\"\n", ["1 A=1\n2", "3 B=1\n23"]),
    "comments": (
        "# export A=1\nexport B=1 # c\nexport C=#c D=x#y\n",
        ["2 B=1", "3 C=#c", "3 D=x#y"],
    ),
    "expansions": ("A=1\nexport B=$A${A}\"$A\"'$A'\n", ["2 B=111$A"]),
    "defaults": (
        'export A=${X:-d} B=${X-e} C="${X:-$HOME/f g}"\n',
        ["1 A=d", "1 B=e", "1 C=/home/me/f g"],
    ),
    "of an empty one": (
        "E=\nexport A=${E:-d} B=${E-d} C=${E:+s} D=${E+s}\n",
        ["2 A=d", "2 B=", "2 C=", "2 D=s"],
    ),
    "assigned defaults": (": ${A:=1}\nexport A B=${C:=2}$C\n", ["1 A=1", "2 B=22"]),
    "trimmed": (
        "P=a/b.c.d\nexport A=${P%.*} B=${P%%.*} C=${P##*/} D=${P#a/} E=${#P}\n",
        ["2 A=a/b.c", "2 B=a/b", "2 C=b.c.d", "2 D=b.c.d", "2 E=7"],
    ),
    "no reference": (
        "export A='$HOME' B=\\$HOME C=\"a$\" D=$\n",
        ["1 A=$HOME", "1 B=$HOME", "1 C=a$", "1 D=$"],
    ),
    "home": (
        'export A=~ B=~/x C=a:~/y D="~" E=x~\n',
        ["1 A=/home/me", "1 B=/home/me/x", "1 C=a:/home/me/y", "1 D=~", "1 E=x~"],
    ),
    "arrays": (
        "A=(1 '2 3')\nA+=(4)\nexport B=${A[1]} C=\"${A[@]}\" D=${#A[@]} E=$A\n",
        ["3 B=2 3", "3 C=1 2 3 4", "3 D=3", "3 E=1"],
    ),
    "arrays are not exported": ("export A=(1 2)\n", []),
    "here-documents set nothing": (
        "cat <<X\nexport A=1\nX\ncat <<'Y'\nB=1\nY\nexport C=1\n",
        ["7 C=1"],
    ),
    "a line that begins as the end of a here-document does": (
        "read -d '' A <<END\nENDS=1\nEND=2\n END\nEND\nexport B=1\nX=$(cat <<E\nE1\nE\n)\nexport X\n",
        ["6 B=1", "7 X=E1"],
    ),
    "one after the other": ("export A=1; export B=2 && export C=3\n", ["1 A=1", "1 B=2", "1 C=3"]),
    "never reached": ("export A=1\nexit\nexport B=1\n", ["1 A=1"]),
    "printed": (
        "printf -v A '%s-%s\\n%%' x y\nprintf -v B 1%b, 2 3\nprintf -v C z\nexport A B C\n",
        ["1 A=x-y\n%", "2 B=12,13,", "3 C=z"],
    ),
    "for one command": ("A=1 true\nexport B=1\n", ["2 B=1"]),
    "braces": ("{ export A=1; B=2; }\nexport B\n", ["1 A=1", "1 B=2"]),
    "subshell": ("export A=1\n(export A=2 B=2)\nexport C=3 | cat\nexport D=4 &\nwait\n", ["1 A=1"]),
    "functions": (
        "f() { export A=$1; local B=2; export B; C=$#; }\nexport B=1\nf x\nf y\n",
        ["1 A=y", "2 B=1"],
    ),
    "a function that is not called": ("f() { export A=1; }\n", []),
    "return": ("f() { export A=1; return; export B=1; }\nf\nexport C=1\n", ["1 A=1", "3 C=1"]),
    "recursion": ("f() { export A=1; }\ng() { f; }\ng\n", ["1 A=1"]),
    "positional parameters": (
        "set -- a 'b c'\nexport A=$1 B=\"$2\" C=$#x\nshift\nexport D=$1\n",
        ["2 A=a", "2 B=b c", "2 C=2x", "4 D=b c"],
    ),
    "loop with one round": ("for i in a; do export A=$i; done\n", ["1 A=a"]),
    "eval of what is known": ("X='export A=1'\neval \"$X\"\n", ["2 A=1"]),
    "octal, control and long escapes": (
        "export A=$'\\101\\cA\\U1F600\\xff\\q\\0rest'\n",
        ["1 A=A\x01\U0001f600\udcff\\q"],
    ),
    "a translated string": ('export A=$"x y"\n', ["1 A=x y"]),
    "a default in a default": ("export A=${X:-${Y:-z}} B=${X:-'a b'}c\n", ["1 A=z", "1 B=a bc"]),
    "words of an expansion": (
        "X='A=1 B=2'\nexport $X\nY=' C=3'\nexport D=4$Y\n",
        ["2 A=1", "2 B=2", "4 D=4 C=3"],
    ),
    "parameters that are not there": (
        "set -- a b\nexport A=$10 B=${10} C=$3\n",
        ["2 A=a0", "2 B=", "2 C="],
    ),
    "other separators": (
        'L=(1 2)\nV=A=1,B=2\nIFS=,\nexport $V C="${L[*]}" D="${L[@]}"\nset -- 1 2\nexport E="$*"\n'
        "IFS=\nV='F=1 2'\nexport $V\nunset IFS\nexport $V\n",
        ["4 A=1", "4 B=2", "4 C=1,2", "4 D=1 2", "6 E=1,2", "11 F=1"],
    ),
    "a list as one word": (
        'L=(1 2)\nf() { export A="$1" B=$#; }\nf "${L[*]}"\ng() { export C="$1" D=$#; }\ng ${L[*]}\n',
        ["2 A=1 2", "2 B=1", "4 C=1", "4 D=2"],
    ),
    "a function that a branch replaces": (
        "f() { :; }\ncase x in x) f() { export A=1; set -a; } ;; esac\nf\n",
        ["2 A=1"],
    ),
    "all parameters": (
        'set -- a "b c"\nexport A="$*" B="$@" C=${@}\nset --\nexport D="$*"\n',
        ["2 A=a b c", "2 B=a b c", "2 C=a b c", "4 D="],
    ),
    "parameters without --": (
        "set a -b\nexport A=$1 B=$2\nset - c\nexport C=$1\n",
        ["2 A=a", "2 B=-b", "4 C=c"],
    ),
    "set +o allexport": ("set -o allexport\nset +o allexport\nA=1\n", []),
    "shift by two": ("set -- a b c\nshift 2\nexport A=$1\n", ["3 A=c"]),
    "for one call": ("f() { export A=$B; }\nB=1 f\nexport C=$B\n", ["1 A=1", "3 C="]),
    "for a builtin": ("A=1 :\nexport A\n", []),
    "several in one statement": ("A=1 B=2; export B\n", ["1 B=2"]),
    "unset, quoted": ("export A=1 B=1\n'unset' A\n", ["1 B=1"]),
    "unset of a function": ("f() { :; }\nexport f=1\nunset -f f\n", ["2 f=1"]),
    "not after what succeeds": ("true && export A=1 || export A=2\n", ["1 A=1"]),
    "a local is seen by what is called": (
        "f() { local A=1; g; }\ng() { export B=$A; }\nf\nexport C=$A\n",
        ["2 B=1", "4 C="],
    ),
    "exit in a function": ("f() { exit; }\nexport A=1\nf\nexport B=1\n", ["2 A=1"]),
    "exit in a loop": ("for i in a; do exit; done\nexport A=1\n", []),
    "exit in every branch": ("if x; then exit; else exit; fi\nexport A=1\n", []),
    "exit in every case": ("case x in a) exit ;; *) exit ;; esac\nexport A=1\n", []),
    "exit in eval": ("export A=1\neval exit\nexport B=1\n", ["1 A=1"]),
    "break": (
        "for i in a; do export A=1; break; export B=1; done\nexport C=1\n",
        ["1 A=1", "2 C=1"],
    ),
    "eval of several words": ("eval export A=1 'B=2'\n", ["1 A=1", "1 B=2"]),
    "declared in a function": (
        "f() { declare A=1; typeset B=1; local C=1; declare -g D=1; }\nf\nexport A B C D\n",
        ["1 D=1"],
    ),
    "printed only": ("A=1\nprintf x A\nprintf x\nexport A\n", ["1 A=1"]),
    "set, with the value of an option": (
        "set -e -o pipefail x y\nexport A=$1\nset -o\n",
        ["2 A=x"],
    ),
    "before a command that is empty": ("E=\nA=1 $E\nexport A\n", ["2 A=1"]),
    "exit in a chain": ("export A=1 && exit && export B=1\n", ["1 A=1"]),
    "exit before a chain": ("export A=1\nexit && export B=1\n", ["1 A=1"]),
    "declarations that only print": ("A=1\ndeclare -p A\nexport -p\nexport -f x\n", []),
    "local outside of a function": ("local A=1\nexport A\nexport B=1\n", ["3 B=1"]),
    "functions, again": (
        "f() { return; }\ng() { f; export A=1; }\ng && export B=1\n",
        ["2 A=1"],
    ),
    "not a name": ("1A=1 true\nexport C=1\n", ["2 C=1"]),
    "bytes": ("export A=\udcff\n", ["1 A=\udcff"]),
    "return in every branch": (
        "f() { if x; then return 0; else return 1; fi; }\nf\nexport A=1\n",
        ["3 A=1"],
    ),
    "return in every case": (
        "f() { case $1 in a) export A=1; return ;; *) export A=1; return 1 ;; esac; }\n"
        "f\nexport B=1\n",
        ["1 A=1", "3 B=1"],
    ),
    "exit or return in every branch": (
        "f() { case $1 in a) exit ;; *) export A=1; return ;; esac; }\nf\nexport B=1\n",
        ["1 A=1", "3 B=1"],
    ),
    "break and continue in every branch": (
        "for i in a b; do if x; then break; else continue; fi; done\nexport A=1\n",
        ["2 A=1"],
    ),
    "return from a loop": (
        "f() { for i in a; do export A=1; return; done; export B=1; }\nf\nexport C=1\n",
        ["1 A=1", "3 C=1"],
    ),
    "exit from a subshell": ("(exit)\nexit | cat\nexport A=1\n", ["3 A=1"]),
    "return from a subshell": ("f() { (return); export A=1; }\nf\n", ["1 A=1"]),
    "break outside of a loop": (
        "break\nf() { break; export A=1; }\nfor i in a; do f; done\n",
        ["2 A=1"],
    ),
    "assignments on a line of their own": (
        "A=1 B=2\nexport C=3\nD=1 E=2 # c\nF=1 G='2\n3' >/dev/null\n\nexport A B D F G\n",
        ["1 A=1", "1 B=2", "2 C=3", "3 D=1", "4 F=1", "4 G=2\n3"],
    ),
    "assignments on a line of their own, before a keyword": (
        "A=1 B=2\nfor i in a; do\nC=1 D=2\ndone\nif true; then\nE=1 F=2\nelse\nE=1 F=2\nfi\n"
        "export A B C D\n",
        ["1 A=1", "1 B=2", "3 C=1", "3 D=2"],
    ),
    "counted": (
        'set -- a b\nA=(1 2 3)\nexport B="${#@}" C=$# D=${#*} E=${#} F=${#A[*]} G=${#A}\n',
        ["3 B=2", "3 C=2", "3 D=2", "3 E=2", "3 F=3", "3 G=1"],
    ),
    "quotes within quotes": (
        """export A="${X:-"a b"}" B="${X:-'q'}" C="${X:-a"b  c"$HOME}" D="${X:-\\"}"\n""",
        ["1 A=a b", "1 B='q'", "1 C=ab  c/home/me", '1 D="'],
    ),
    "a here-document that cat prints": (
        """X=a\nexport B="$(cat <<E\n{"b": "$X"}\n\nE\n)"\nexport C=$(cat <<'E'\n$X\nE\n)\n""",
        ['2 B={"b": "a"}', "7 C=$X"],
    ),
    "a here-document for another command": (
        "export A=$(cat <<E | tr a b\na\nE\n) B=1\n",
        ["4 B=1"],
    ),
    "operators and braces in a default": (
        """export A="${X:-{\\"a\\":{\\"b\\":1}}}" B="${X:-x|y;z<1>&}" C='1<>2 $$' D="a\\$$"\n""",
        ['1 A={"a":{"b":1}}', "1 B=x|y;z<1>&", "1 C=1<>2 $$", "1 D=a$$"],
    ),
    "after a shift in a default": ('export A="${X:-$((1 << 30))}"\nexport B=1\n', ["2 B=1"]),
    "after a process number": ("f() {\n local p=$$\n export B=1\n}\nf\n", ["3 B=1"]),
    "after a file opened both ways": ("exec 3<>/dev/null 4<> /dev/null\nexport B=1\n", ["2 B=1"]),
    "before nothing continued": ("export A=1 \\\n\n", ["1 A=1"]),
    "text after two expansions": (
        "D=/a N=n M=m\nA=$D/$N.env\nB=$D/$N/$M.x\nX=($D/$N.a b)\n"
        "export A B C=$D/$M/x$N/$M.y E=$D/$ F=$D/'$'N G=$D/\\$N H=${X[0]} I=${X[1]}\n"
        "set -- p; for i in $D/$1.x; do export J=$i; done\n",
        [
            *("2 A=/a/n.env", "3 B=/a/n/m.x", "5 C=/a/m/xn/m.y", "5 E=/a/$", "5 F=/a/$N"),
            *("5 G=/a/$N", "5 H=/a/n.a", "5 I=b", "6 J=/a/p.x"),
        ],
    ),
    "words of braces": (
        """set -- {1..3} {01..9..4} {c..a} {5..5} {-1..1} a{,x}b{1,2}\nexport A="$*" N="$#"\n""",
        ["2 A=1 2 3 01 05 09 c b a 5 -1 0 1 ab1 ab2 axb1 axb2", "2 N=17"],
    ),
    "braces that make no words": (
        """X={a,b}\nset -- {a} {a.. "{a,b}" '{a,b}' \\{a,b\\} {a b} ${X} {'a,b'} x@{1}\n"""
        """export A="$*"\n""",
        ["3 A={a} {a.. {a,b} {a,b} {a,b} {a b} {a,b} {a,b} x@{1}"],
    ),
    "braces of one round": ("for i in {5..5}; do export A=$i; done\n", ["1 A=5"]),
    "set - keeps the parameters": ("set -- a\nset -\nexport A=$1\n", ["3 A=a"]),
    "declare +x": ("export A=1 B=1\ndeclare +x A\ntypeset +rx B\n", []),
    "here-strings set nothing": ("cat <<<'export A=1' x\nexport B=1\n", ["2 B=1"]),
    "after the line of a here-document": (
        ": <<X >/dev/null && export A=1\nB=1\nX\nexport C=1\n",
        ["1 A=1", "4 C=1"],
    ),
}


@table(("text", "expected"), EXPORTED.values(), ids=EXPORTED)
def test_exports(text: str, expected: list[str]) -> None:
    (found,) = read(text)
    known = [line for line in listed(found) if "=<" not in line]

    assert sorted(expected) == sorted(known)


@pytest.mark.real
@pytest.mark.parametrize("text", [text for text, _ in EXPORTED.values()], ids=EXPORTED)
def test_bash_exports_the_same(text: str, tmp_path: Path) -> None:
    script = tmp_path / "a.sh"
    script.write_bytes(text.encode("utf-8", "surrogateescape"))
    dump = f"trap '/usr/bin/env -0 > {tmp_path}/out' EXIT; . {script}"
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **OUTER}
    subprocess.run(
        [need("bash"), "--norc", "-c", dump], env=env, capture_output=True, check=False, timeout=60
    )
    pairs = (tmp_path / "out").read_text("utf-8", "surrogateescape").split("\0")
    got = dict(pair.split("=", 1) for pair in pairs if pair)
    for name in ("_", "PWD", "OLDPWD", "SHLVL", *(n for n in env if got.get(n) == env[n])):
        got.pop(name, None)
    (found,) = read(text)

    assert sorted(got) == sorted(a.name for a in found.assignments)
    for assignment in found.assignments:
        assert assignment.unknown or got[assignment.name] == assignment.raw


ARGUMENT = "an argument that the script is given"
CONDITION = "set under a condition (line 1)"
NOT_WORKED_OUT = "the result of an expansion that envctl does not resolve"
UNKNOWN = {
    "a command": ("export A=$(date) B=x`date`y", {"A": OUTPUT, "B": OUTPUT}),
    "arithmetic": ("export A=$((1 + 1))", {"A": "the result of arithmetic"}),
    "an argument": ("export A=$1 B=${2:-d}", {"A": ARGUMENT, "B": ARGUMENT}),
    "nothing sets it": (
        "export A=x$NO_SUCH",
        {"A": "dependent on NO_SUCH, which nothing here sets"},
    ),
    "demanded": ("export A=${NO_SUCH:?}", {"A": "required from the environment of the script"}),
    "read": ("read -r A\nexport A", {"A": "read when the script runs"}),
    "the shell's own": ("export A=$RANDOM", {"A": "what the shell itself provides"}),
    "if": ("if x; then export A=1; fi", {"A": CONDITION}),
    "if, the same": ("if x; then export A=1; else export A=1; fi", {"A": "1"}),
    "else that ends": ("if x; then export A=1; else exit 1; fi", {"A": "1"}),
    "case": ("case $1 in\na) export A=1;;\n*) export A=2;;\nesac", {"A": CONDITION}),
    "and": ("x && export A=1", {"A": CONDITION}),
    "or": ("x || exit 1\nexport A=1", {"A": "1"}),
    "loop": ("for i in 1 2; do export A=$i; done", {"A": "set in a loop (line 1)"}),
    "while": ("export A=1\nwhile x; do A=2; done", {"A": "set in a loop (line 2)"}),
    "other expansions": ("export A=${HOME:0:2}", {"A": NOT_WORKED_OUT}),
    "braces": ("export A={a,b}", {"A": "one of the words of its brace expansion"}),
    "a loop over braces": (
        "for i in {0..3}; do export A=$i; done\nfor i in {a,b}; do export B=$i; done",
        {"A": "set in a loop (line 1)", "B": "set in a loop (line 2)"},
    ),
    "words of other braces": (
        """Y=1\nset -- {a,{b,c}}\nexport A=$1\nset -- $Y{1,2}\nexport B=$1 C='{a,b}'""",
        {**dict.fromkeys("AB", "one of the words of its brace expansion"), "C": "{a,b}"},
    ),
    "too many words of braces": (
        "set -- {1..999999}\nexport A=$1\nset -- {1..99}{1..99}\nexport B=$1",
        dict.fromkeys("AB", "one of the words of its brace expansion"),
    ),
    "braces in a shell that may keep them": (
        "#!/bin/sh\nset -- {1..3}\nexport A=$1",
        {"A": "one of the words of its brace expansion"},
    ),
    "read, by others": (
        "mapfile -t A; printf -v B %5d x; getopts ab: C; export A B C",
        {
            "A": "read when the script runs",
            "B": OUTPUT,
            "C": "read when the script runs",
        },
    ),
    "read in a loop": (
        "while read -r A; do getopts ab: B; done; export A B",
        {"A": "read when the script runs", "B": "set in a loop (line 1)"},
    ),
    "changed by arithmetic": (
        "A=1; ((A++)); let B=1 C==1; (( D = E == 1 )); export A B C D E",
        dict.fromkeys("ABD", "the result of arithmetic"),
    ),
    "a backtick after other characters": ("export A=a`x`b", {"A": OUTPUT}),
    "homes": (
        "export A=~other\nunset HOME\nexport B=~",
        {
            "A": "the home directory of another user",
            "B": "the home directory of the user who starts it",
        },
    ),
    "either of two": (
        "x && export A=1 || export A=2; export B=$A",
        {"A": CONDITION, "B": CONDITION},
    ),
    "one of them ends": ("x && exit 1 || export A=1", {"A": CONDITION}),
    "a loop that may leave": ("while x; do export A=1; exit; done; export B=1", {"B": "1"}),
    "select": ("select x in a b; do export A=$x; done", {"A": "set in a loop (line 1)"}),
    "parameters under a condition": (
        "set -- a\nif x; then set -- b; fi\nexport A=$1",
        {"A": ARGUMENT},
    ),
    "removed under a condition": (
        "export A=1\nif x; then unset A; fi",
        {"A": CONDITION.replace("1", "2")},
    ),
    "the name of a file": ("export A=<(x)", {"A": OUTPUT}),
    "the length of what is unknown": (
        "X=$(x)\nexport A=${#X} B=${X%a}",
        {"A": NOT_WORKED_OUT, "B": NOT_WORKED_OUT},
    ),
    "too many words": (
        "X='" + "x " * 10_001 + "'\nset -- $X\nexport A=$1",
        {"A": "more words than a command accepts"},
    ),
    "a case without otherwise": ("case $1 in a) export A=1 ;; esac", {"A": CONDITION}),
    "set before one of several returns": (
        "f() { if x; then export A=1; return; fi; export A=2; }\nf",
        {"A": "set under a condition (line 2)"},
    ),
    "set before a break": (
        "for i in 1 2; do\nexport A=1\nif x; then export A=2; break; fi\ndone",
        {"A": "set in a loop (line 1)"},
    ),
    "handed down": ("X=$(date)\nexport A=a$X", {"A": OUTPUT}),
}


@table(("text", "expected"), UNKNOWN.values(), ids=UNKNOWN)
def test_says_why_a_value_is_unknown(text: str, expected: dict[str, str]) -> None:
    (found,) = read(text)

    assert expected == {a.name: a.unknown or a.raw for a in found.assignments}
    assert not [a for a in found.assignments if a.unknown and a.raw]


SILENT = ["cat", "echo", "grep", "kill", "killall", "pgrep", "pkill", "printf", "ps", "sed", "tee"]
SUDO_OPTIONS = ["-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "--user", "--group"]
# As `docker run --help` lists them; --tls-verify is podman's.
DOCKER_SWITCHES = [
    *("-d", "-i", "-t", "-P", "-q", "-it", "-dit", "--detach", "--disable-content-trust", "--help"),
    *("--init", "--interactive", "--no-healthcheck", "--oom-kill-disable", "--privileged"),
    *("--publish-all", "--quiet", "--read-only", "--rm", "--sig-proxy", "--tls-verify", "--tty"),
    "--use-api-socket",
]

DOCKER_OPTIONS = ["--rm", "--cap-add X", "--group-add=video", "--log-driver x", "-w /x", "--init"]


def each(lines: Iterable[str], *expected: str) -> tuple[str, dict[str, list[str]]]:
    """A script of lines that each start a server with the same variables."""
    lines = list(lines)
    found = {str(n): [f"{n} {pair}" for pair in expected] for n in range(1, len(lines) + 1)}
    return "\n".join([*lines, ""]), found


STARTED = {
    "a server": (f"export A=1\n{START} --tp 8\nexport B=1\n", {"2": ["1 A=1"]}),
    "two": (f"export A=1\n{START} &\nexport A=2\n{START}\n", {"2": ["1 A=1"], "4": ["3 A=2"]}),
    "sglang serve": ("A=1 sglang serve --tp 8\n", {"1": ["1 A=1"]}),
    "a file": ("A=1 python /opt/sglang/launch_server.py\n", {"1": ["1 A=1"]}),
    "diffusion": ("A=1 python3 -m sglang.multimodal_gen.runtime.launch_server\n", {"1": ["1 A=1"]}),
    "not a server": (
        "A=1 python -m sglang.bench_serving\nexport B=1\npython x.py\n",
        {"": ["2 B=1"], "1": ["1 A=1"]},
    ),
    "programs with an engine inside": (
        "export A=1\nB=2 python3 x.py\nmake\nenv C=3 torchrun --nproc-per-node 8 y.py\n",
        {"2": ["1 A=1", "2 B=2"], "4": ["1 A=1", "4 C=3"]},
    ),
    "scripts that get variables for a time": (
        "f() { bash x.sh; }\nSGLANG_A=1 f\n(export SGLANG_B=1; ./y.sh)\nexport SGLANG_C=1\n"
        "bash z.sh\nbash z.sh\nunset SGLANG_C\ng() { local -x SGLANG_D=1; python a.py; }\ng\n",
        {
            "1": ["2 SGLANG_A=1"],
            "3": ["3 SGLANG_B=1"],
            "5": ["4 SGLANG_C=1"],
            "8": ["8 SGLANG_D=1"],
        },
    ),
    "a script before another value": (
        "export SGLANG_A=1 B=1\nbash x.sh\nexport SGLANG_A=2\nbash x.sh\n",
        {"": ["3 SGLANG_A=2", "1 B=1"], "2": ["1 SGLANG_A=1", "1 B=1"]},
    ),
    "files at unknown paths": (
        f'D=$(mktemp -d)\ncat > $D/x.sh <<E\nexport A=1\n{START}\nE\nbash "$D"/x.sh\n'
        f"echo B=2 > $D/$N.env\ndocker run --env-file $D/$N.env i {START}\n"
        f"echo C=3 > $1\ndocker run --env-file $2 i {START}\n",
        {"4": ["3 A=1"], "8": ["7 B=2"], "10": []},
    ),
    "no script beside a server": (
        f"export SGLANG_A=1\nbash x.sh\nexport SGLANG_A=2\n{START}\n",
        {"4": ["3 SGLANG_A=2"]},
    ),
    "a container that runs already": (
        "docker exec sglang-1 ls\ndocker exec -e A=1 sglang-1 ./x\ndocker run -e B=1 $IMAGE\n",
        {"2": ["2 A=1"], "3": ["3 B=1"]},
    ),
    "unknown options before others": each(
        (f"docker run $X {option} -e A=1 $IMAGE" for option in DOCKER_OPTIONS), "A=1"
    ),
    "a script for another program": (
        f"""export A=1\nsu x -c 'B=2 {START}'\ngcloud compute ssh n --command="C=3 {START}"\n""",
        {"2": ["1 A=1", "2 B=2"], "3": ["3 C=3"]},
    ),
    "sbatch with a here-document": (
        f"sbatch <<E\nexport A=1\n{START}\nE\ncat <<E | sbatch\nB=2 {START}\nE\n",
        {"3": ["2 A=1"], "6": ["6 B=2"]},
    ),
    "enroot": (
        f"export A=1 B=1\nenroot start --rw -e A -e C='x y' -m /m:/m img {START}\n",
        {"2": ["1 A=1", "2 C=x y"]},
    ),
    "micromamba": (
        f"export A=1\nmicromamba run -n e -e B=2 {START}\nmamba run --clean-env --env C=3 {START}\n",
        {"2": ["1 A=1", "2 B=2"], "3": ["3 C=3"]},
    ),
    "sky": (
        "export A=1 B=1\nsky launch -c x --env A --env C=2 --secret D=3 task.yaml\nsky status\n",
        {"2": ["1 A=1", "2 C=2", "2 D=3"]},
    ),
    "exec with a variable": (f"A=1 exec {START}\n", {"1": ["1 A=1"]}),
    "a program beside a server": (f"A=1 python x.py\nB=2 {START}\n", {"2": ["2 B=2"]}),
    "only named": (f"echo {START}\npkill -f sglang.launch_server\n", {"": []}),
    "after others": (f"A=1 nohup numactl -N 0 {START}\nexec {START}\n", {"1": ["1 A=1"], "2": []}),
    "env": (
        f"export A=1 B=1\nenv -u A C='x y' {START}\nenv -i D=1 {START}\n",
        {"2": ["1 B=1", "2 C=x y"], "3": ["3 D=1"]},
    ),
    "on several lines": (
        f"A=1 \\\n  env B=2 \\\n  C=3 \\\n  {START}\n",
        {"1": ["1 A=1", "2 B=2", "3 C=3"]},
    ),
    "sudo": (
        f"export A=1\nsudo B=1 {START}\nsudo -E {START}\nsudo --preserve-env {START}\n",
        {"2": ["2 B=1"], "3": ["1 A=1"], "4": ["1 A=1"]},
    ),
    "sudo, by name": (
        f"export A=1 B=1\nsudo --preserve-env=A,C -u me {START}\nsudo -nE -- C=1 {START}\n",
        {"2": ["1 A=1"], "3": ["1 A=1", "1 B=1", "3 C=1"]},
    ),
    "env, long options": (
        f"export A=1 B=1 C=1\nenv --unset=A -uB -C / D=1 {START}\nenv - {START}\n"
        f"env --ignore-environment -- E=1 {START}\n",
        {"2": ["1 C=1", "2 D=1"], "3": [], "4": ["4 E=1"]},
    ),
    "options without a value": ("env -u\nsudo -u\nmpirun -x\nmpirun -genv A\nsh -c\n", {"": []}),
    "after a value with a backtick": (f"A=a`x` {START}\n", {"1": [f"1 A=<{OUTPUT}>"]}),
    "after a value that the parser splits": (f"A={{\\x[ {START}\n", {"1": ["1 A={x["]}),
    "in a function, for one call": (f"f() {{ A=$A {START}; }}\nA=1 f\n", {"1": ["1 A=1"]}),
    "sudo, every option with a value": each(
        (f"sudo {option} x A=1 {START}" for option in SUDO_OPTIONS), "A=1"
    ),
    "env, every option with a value": each(
        (f"env {option} x A=1 {START}" for option in ["-u", "-C", "--unset", "--chdir"]), "A=1"
    ),
    "not by what names it": (
        "".join(f"A=1 {name} {START}\nenv {name} {START}\n" for name in SILENT),
        {"": []},
    ),
    "from a variable": ("C='python -m'\n$C sglang.launch_server\n", {"2": []}),
    "from an array": (f'C=(env A=1 {START})\n"${{C[@]}}"\n', {"2": ["2 A=1"]}),
    "in a pipeline": (f"export A=1\n{START} 2>&1 | tee log\n", {"2": ["1 A=1"]}),
    "after branches that all return": (
        f"f() {{ if x; then return 0; else return 1; fi; }}\nf\nexport A=1\n{START}\n",
        {"4": ["3 A=1"]},
    ),
    "after assignments on a line of their own": (f"A=1 B=2\n{START}\n", {"2": []}),
    "after an assignment that the parser does not know": (
        f"export A={{\\x[ B=2\nexport C=3\n{START}\n",
        {"3": ["2 C=3"]},
    ),
    "with placeholders": (
        f"export A=<your key>\n{START} --model-path <model> --host <HOST>:<PORT>\nB=2 {START}\n",
        {"2": ["1 A=<your key>"], "3": ["1 A=<your key>", "3 B=2"]},
    ),
    "with redirections between its words": (
        f"A=1 python >log -m sglang.launch_server 2>&1 --tp 8\n>log B=2 {START}\n",
        {"1": ["1 A=1"], "2": ["2 B=2"]},
    ),
    "a shell that is fed, at the line in the document": (
        f"bash <<'X'\n\nexport A=1\n{START}\nX\n",
        {"4": ["3 A=1"]},
    ),
    "a shell that is fed a string": (f"bash <<< 'A=1 {START}'\n", {"1": ["1 A=1"]}),
    "assignments after what is unknown": (
        f'C="A=1 $X B=2 $(x) $Y C=$Z {START}"\nif [ $1 ]; then C="$C --x"; fi\nbash -c "$C"\n',
        {"3": ["3 A=1", "3 B=2", "3 C=<dependent on Z, which nothing here sets>"]},
    ),
    "words that all branches add to": (
        f"A=(-e A=1)\nB='-e B=1'\nif x; then A+=(-e C=1); B=\"$B -e C=1\"; fi\n"
        f"docker run ${{A[@]}} $B img {START}\nfor i in 1 2; do A+=(-v $i); done\n"
        f'docker run "${{A[@]}}" x/y {START}\nB+=" -e D=$(x) -e E=1"\n'
        f"docker run $B -e F=1 img:1 {START}\n",
        {
            "4": ["4 A=1", "4 B=1"],
            "6": ["6 A=1"],
            "8": ["8 B=1", f"8 D=<{OUTPUT}>", "8 E=1", "8 F=1"],
        },
    ),
    "an array that a loop replaces": (
        f'A=(-e A=1)\nfor i in 1 2; do A=(-e B=$i); done\ndocker run "${{A[@]}}" x/y {START}\n',
        {"3": []},
    ),
    "a text of which a part is unknown": (
        f"ssh h \"export A=1 B=$(x) C='$(x) y'; {START} --node-rank $i\"\n"
        f'eval "export D=$(date)z"\n{START}\n',
        {
            "1": ["1 A=1", f"1 B=<{OUTPUT}>", f"1 C=<{OUTPUT}>"],
            "3": [f"2 D=<{OUTPUT}>"],
        },
    ),
    "in a branch": (
        f"if x; then\n export A=1\n {START}\nelse\n export A=2\n {START}\nfi\n",
        {"3": ["2 A=1"], "6": ["5 A=2"]},
    ),
    "after &&": (f"x && export A=1 && {START}\n", {"1": ["1 A=1"]}),
    "in a function": (f"f() {{\n A=$1 {START}\n}}\nf 1\nf 2\n", {"2": ["2 A=1"], "2.2": ["2 A=2"]}),
    "a shell in the shell": (
        f"export A=1\nbash -c 'export B=$A; {START}'\n",
        {"2": ["1 A=1", "2 B=1"]},
    ),
    "a shell that is fed": (f"export A=1\nbash <<'X'\nB=1 {START}\nX\n", {"3": ["1 A=1", "3 B=1"]}),
    "a shell with options": (
        f"bash +e -x -lc 'A=1 {START}' name\nbash -x {START}\n",
        {"1": ["1 A=1"], "2": []},
    ),
    "a here-document with expansions": (
        f"bash <<X\nA=$HOME {START}\nX\n",
        {"2": ["2 A=/home/me"]},
    ),
    "another machine": (f"export A=1\nssh -p 22 me@host 'B=1 {START}'\n", {"2": ["2 B=1"]}),
    "srun": (
        f"export A=1 B=1\nsrun -N 2 --export=ALL,C=2 {START}\nsrun --export A {START}\n",
        {"2": ["1 A=1", "1 B=1", "2 C=2"], "3": ["1 A=1"]},
    ),
    "srun, nothing": (f"export A=1\nsrun --export=NONE {START}\n", {"2": []}),
    "srun, by any word for nothing": (
        f"export A=1 NIL=1 NONE=1\nsrun --export=NIL {START}\nsrun --export=NIL,B=2 {START}\n"
        f"salloc --export=NONE {START}\n",
        {"2": [], "3": ["3 B=2"], "4": []},
    ),
    "srun, quoted commas": (
        f"srun --export=\"A='x,y',B=2\" {START}\n",
        {"1": ["1 A=x,y", "1 B=2"]},
    ),
    "srun, from outside": (
        f"srun --export=FROM_OUTSIDE,NO_SUCH {START}\n",
        {"1": ["1 FROM_OUTSIDE=x"]},
    ),
    "srun, unknown": (
        f"export A=1\nsrun --export=B=$(x),A {START}\nsrun --export=$(x) {START}\n",
        {"2": [f"2 B=<{OUTPUT}>", "1 A=1"], "3": ["1 A=1"]},
    ),
    "sbatch, nothing": (
        f"export A=1\nsbatch --export=NIL job\nsbatch --wrap 'B=2 {START}' --export=NIL\n"
        "sbatch --wrap\nsbatch job\n",
        {"2": [], "3": ["3 B=2"]},
    ),
    "sbatch": (
        f"export A=1\nsbatch --export=ALL,B=1 --wrap='{START}'\nsbatch --export=C=1 job\n",
        {"2": ["1 A=1", "2 B=1"], "3": ["3 C=1"]},
    ),
    "#SBATCH": (
        "#!/bin/bash\n#SBATCH --export=FROM_OUTSIDE,A=1\n"
        f"export B=$FROM_OUTSIDE C=${{HOME-none}}\n{START}\n",
        {"4": ["2 A=1", "3 B=x", "3 C=none"]},
    ),
    "#SBATCH, nothing": (
        f"#!/bin/bash\n#SBATCH --export=NIL\nexport A=${{HOME-none}}\n{START}\n",
        {"4": ["3 A=none"]},
    ),
    "#SBATCH, not closed": (
        f"#!/bin/bash\n#SBATCH --export 'A=1\n#SBATCH --nodes=2\nexport B=$HOME\n{START}\n",
        {"5": ["4 B=/home/me"]},
    ),
    "mpiexec": (
        f"mpiexec -env A 1 --env B 2 -x NO_SUCH {START}\n",
        {"1": ["1 A=1", "1 B=2"]},
    ),
    "mpirun": (
        f"export A=1\nmpirun -np 2 -x A -x B=2 -genv C 3 {START}\n",
        {"2": ["1 A=1", "2 C=3", "2 B=2"]},
    ),
    "mpirun, several programs": (
        f"export A=1\nmpirun -x B=2 {START} : -x C=3 {START}\n"
        f"mpiexec -genvnone -genv B=2 -genv C 3 {START} : -env D 4 {START}\n"
        f"mpiexec -envlist A,X -n 1 {START} : hostname\n"
        f"mpirun --mca mca_base_env_list 'A;B=2' x : {START}\n",
        {
            "2": ["1 A=1", "2 B=2"],
            "2.2": ["1 A=1", "2 C=3"],
            "3": ["3 B=2", "3 C=3"],
            "3.2": ["1 A=1", "3 B=2", "3 C=3", "3 D=4"],
            "4": ["1 A=1"],
            "5": ["1 A=1", "5 B=2"],
        },
    ),
    "srun, by default": (
        f"export A=1 SLURM_EXPORT_ENV=NONE\nsrun {START}\nsrun --export=ALL {START}\n"
        f"unset SLURM_EXPORT_ENV\nsrun {START} : --export=ALL,B=2 {START}\n",
        {
            "2": [],
            "3": ["1 A=1", "1 SLURM_EXPORT_ENV=NONE"],
            "5": ["1 A=1"],
            "5.2": ["1 A=1", "5 B=2"],
        },
    ),
    "the steps of a job": (
        f"#SBATCH -N 2 --export NONE\nexport A=1\nsrun {START}\n{START}\n",
        {"3": [], "4": ["2 A=1"]},
    ),
    "a job that is submitted with comments": (
        f"export A=1\nX=2\nsbatch <<E\n#!/bin/sh\n#SBATCH --export=B=$X\n{START}\nE\n"
        f"cat > j <<'E'\n#PBS -l x=1 -v C=3\nD=4 {START}\nE\nqsub -V j\nsbatch --export=ALL j\n",
        {"6": ["5 B=2"], "10": ["1 A=1", "9 C=3", "10 D=4"], "10.2": ["1 A=1", "10 D=4"]},
    ),
    "other clients": (
        f"finch run -e A=1 i {START}\nlxc exec c --env A=1 -- {START}\nfly deploy -e A=1\n"
        f"torchx run utils.sh --env A=1,B=2\nkubectl set env d/x -e A=1 --env B=2\n"
        f"kubectl debug p --env=A=1 --image=sglang\nlxc config set c environment.A 1\n"
        "incus launch x c -c environment.A=1\n",
        {
            **{str(n): [f"{n} A=1"] for n in (1, 2, 3, 6, 7, 8)},
            **{str(n): [f"{n} A=1", f"{n} B=2"] for n in (4, 5)},
        },
    ),
    "kubectl": (
        "kubectl -n x set env deployment/a A=1 B- -c main C='x y'\n",
        {"1": ["1 A=1", "1 C=x y"]},
    ),
    "docker": (
        "export A=1\nB=2\ndocker run --rm -it --gpus all -e A -e B -e FROM_OUTSIDE -e C=3 "
        f"--env D=4 --env=E=5 -eF=6 --name a image {START}\n",
        {"3": ["1 A=1", "3 FROM_OUTSIDE=x", "3 C=3", "3 D=4", "3 E=5", "3 F=6"]},
    ),
    "docker, every switch": each(
        (f"docker run {switch} -e A=1 i {START}" for switch in DOCKER_SWITCHES), "A=1"
    ),
    "docker, any other option": each(
        (
            f"docker run {option} x -e A=1 i {START}"
            for option in ["-v", "-itv", "--name", "--gpus"]
        ),
        "A=1",
    ),
    "docker, other forms": (
        f"docker ps\ndocker run -v\ndocker run -itdeA=1 -- i {START}\ndocker run -dit -eB=1 i {START}\n",
        {"3": ["3 A=1"], "4": ["4 B=1"]},
    ),
    "docker, after others": (
        f"export A=1\nsudo -E docker run -e A i {START}\nssh h 'docker run -e B=1 i {START}'\n",
        {"2": ["1 A=1"], "3": ["3 B=1"]},
    ),
    "another machine that is fed": (f"ssh -v h <<'X'\nA=1 {START}\nX\nssh h\n", {"2": ["2 A=1"]}),
    "kubectl, something else": ("kubectl get pods\nkubectl set env deployment/a B-\n", {"": []}),
    "docker with the image's command": (
        "docker run -e A=1 lmsysorg/sglang:latest\n",
        {"1": ["1 A=1"]},
    ),
    "another container": ("docker run -e A=1 postgres\n", {"": []}),
    "a shell in a container": (
        f"docker run -e A=1 i bash -c 'B=2 {START}'\n",
        {"1": ["1 A=1", "1 B=2"]},
    ),
    "docker exec": (f"docker exec -e A=1 c {START}\n", {"1": ["1 A=1"]}),
    "apptainer": (
        "export A=1 APPTAINERENV_B=2 SINGULARITYENV_C=3\n"
        f"apptainer exec --nv --env D=4,E='x y' -B /a:/b i.sif {START}\n"
        "singularity run --cleanenv --bind /a sglang.sif\n"
        f"singularity exec -e i.sif bash -c 'F=1 {START}'\n"
        "apptainer run other.sif\n",
        {
            "2": ["1 A=1", "1 B=2", "1 C=3", "2 D=4", "2 E=x y"],
            "3": ["1 B=2", "1 C=3"],
            "4": ["1 B=2", "1 C=3", "4 F=1"],
        },
    ),
    "tmux": (
        f"export A=1\ntmux new-session -d -s x '{START}'\ntmux new -ds y -e B=1 {START}\n"
        f"tmux -L s new -d -s z \\; send-keys 'C=1 {START}' C-m\ntmux ls\n",
        {"2": ["1 A=1"], "3": ["1 A=1", "3 B=1"], "4": ["1 A=1", "4 C=1"]},
    ),
    "typed into a terminal": (
        "tmux new -d -s x\ntmux send-keys -t x 'export A=1' C-m\n"
        f"tmux send-keys -t y 'B=1 {START}' Enter\ntmux send-keys -t x C-c '{START}' Enter\n"
        f"screen -S z -X stuff 'export C=1\\n'\nscreen -S z -X stuff $'{START}\\n'\n",
        {"3": ["3 B=1"], "4": ["2 A=1"], "6": ["5 C=1"]},
    ),
    "screen": (
        f"export A=1\nscreen -dmS x {START}\nscreen -dmS y bash -c 'B=1 {START}'\nscreen -ls\n",
        {"2": ["1 A=1"], "3": ["1 A=1", "3 B=1"]},
    ),
    "a Ray job": (
        'X="{\n  \\"env_vars\\": {\\"A\\": \\"1\\", \\"B\\": \\"${C}x\\"}\n}"\nexport D=1\n'
        'ray job submit --address=a --runtime-env-json="$X" --no-wait -- python3 train.py\n'
        'ray job submit --runtime-env-json \'{"env_vars": {"E": "1"}}\' -- x\n',
        {
            "5": ["5 A=1", "5 B=<dependent on C, which nothing here sets>"],
            "6": ["6 E=1"],
        },
    ),
    "the workers of Ray": (
        "export A=1\nray stop\nray start --head\nexport B=1\n",
        {"3": ["1 A=1"]},
    ),
    "kubectl exec and run": (
        f"export A=1\nkubectl exec -it pod -c main -- env B=1 {START}\n"
        f"kubectl run x --image=i --env=C=1 --env D=2 -- {START}\n"
        "kubectl -n x run y --image=lmsysorg/sglang --env E=1\n",
        {"2": ["2 B=1"], "3": ["3 C=1", "3 D=2"], "4": ["4 E=1"]},
    ),
    "systemd-run": (
        "export A=1 Z=1\n"
        f"systemd-run --user --setenv=B=1 -E A --unit x -p Environment=C=1 {START}\n"
        f"systemd-run --scope {START}\n",
        {"2": ["2 B=1", "1 A=1", "2 C=1"], "3": ["1 A=1", "1 Z=1"]},
    ),
    "programs that hand on everything": each(
        (
            f"A=1 {program}"
            for program in [
                "python -m dynamo.sglang --model m",
                "python3 -m dynamo.sglang.worker",
                f"torchrun --nproc-per-node 2 {START.removeprefix('python ')}",
                f"uv run --python 3.12 {START}",
                f"conda run -n x --no-capture-output {START}",
                f"/usr/bin/env {START}",
                f"mpirun -np 2 {START}",
                f"timeout 10 taskset -c 0 {START}",
                f"sudo -E {START}",
            ]
        ),
        "A=1",
    ),
    "a shell on another machine that is fed": (
        f"ssh h bash -s <<'X'\nexport A=1\n{START}\nX\npdsh -w a,b 'B=1 {START}'\n",
        {"3": ["2 A=1"], "5": ["5 B=1"]},
    ),
    "env, and its options": (
        f"export A=1 B=1\nenv -S 'C=1 D=\"x y\"' {START}\nenv -iu X C=1 {START}\n"
        f"env -vS'-i C=$A' -- {START}\nenv -uA --unset=B -C /x {START}\nenv - {START}\n"
        f"env -S 'C=\"1' {START}\n",
        {
            "2": ["1 A=1", "1 B=1", "2 C=1", "2 D=x y"],
            "3": ["3 C=1"],
            "4": ["4 C=<a value that env -S resolves>"],
            "5": [],
            "6": [],
            "7": ["1 A=1", "1 B=1"],
        },
    ),
    "as another user": (
        f"export A=1 B=1 HOME=/x\nsu u -c 'C=1 {START}'\nsu - u -c 'C=1 {START}'\n"
        f"su -lw B u --command='C=1 {START}'\nsu -m u <<E\nC=1 {START}\nE\n"
        f"runuser -u u -- {START}\nrunuser -l u -c '{START}'\nsg g -c 'C=1 {START}'\n"
        f"newgrp g <<E\nC=1 {START}\nE\ndoas -u u {START}\n",
        {
            "2": ["1 A=1", "1 B=1", "2 C=1"],
            "3": ["3 C=1"],
            "4": ["1 B=1", "4 C=1"],
            "6": ["1 A=1", "1 B=1", "1 HOME=/x", "6 C=1"],
            "8": ["1 A=1", "1 B=1", "1 HOME=/x"],
            "9": [],
            "10": ["1 A=1", "1 B=1", "1 HOME=/x", "10 C=1"],
            "12": ["1 A=1", "1 B=1", "1 HOME=/x", "12 C=1"],
            "14": [],
        },
    ),
    "the shell's own": (
        f"export A=1\ncommand export B=1\nbuiltin exec -a x {START}\n",
        {"3": ["1 A=1", "2 B=1"]},
    ),
    "exec without an environment": (f"export A=1\nexec -c env B=1 {START}\n", {"2": ["2 B=1"]}),
    "jobs of Flux": (
        "export A=1 B=1 BC=1\n"
        f"flux run -n 4 --env C=1 --env=-B* {START}\nflux submit --env=-* --env=A {START}\n"
        f"flux run --env-remove=/^B/ --env='D=$A:x' {START}\nflux jobs\n",
        {
            "2": ["1 A=1", "2 C=1"],
            "3": ["1 A=1"],
            "4": ["1 A=1", "4 D=<a value that Flux replaces>"],
        },
    ),
    "jobs of LSF and PBS": (
        f"export A=1 B=1\nbsub -q q -env 'all, ~A, C=1' {START}\nbsub -env 'none' {START}\n"
        f"bsub <<E\n{START}\nE\nqsub -v C=1,A -- {START}\nqsub -V <<E\nC=1 {START}\nE\n"
        f"jsrun -n1 -E C=1 -D A {START}\naprun -n 1 -e C=1 {START}\n",
        {
            "2": ["1 B=1", "2 C=1"],
            "3": [],
            "5": ["1 A=1", "1 B=1"],
            "7": ["7 C=1", "1 A=1"],
            "9": ["1 A=1", "1 B=1", "9 C=1"],
            "11": ["1 B=1", "11 C=1"],
            "12": ["1 A=1", "1 B=1", "12 C=1"],
        },
    ),
    "programs that change a variable": (
        f"export A=1\nstrace -f -E B=1 -E A -o x {START}\nnsys profile -t cuda -e B=1,C=2 {START}\n"
        f"gdb -ex 'set env B=1' -ex 'unset environment A' --args {START}\n"
        f"setpriv --reuid 1 --reset-env {START}\nshifter --image=i --env=B=1 {START}\n"
        f"ch-run --set-env=B=1 i -- {START}\nmpirun -genvnone -genv B 1 {START}\n",
        {
            "2": ["2 B=1"],
            "3": ["1 A=1", "3 B=1", "3 C=2"],
            "4": ["4 B=1"],
            "5": [],
            "6": ["1 A=1", "6 B=1"],
            "7": ["1 A=1", "7 B=1"],
            "8": ["8 B=1"],
        },
    ),
    "programs that put arguments in": (
        f"export A=1 B=1\nx | xargs -I % env C=% {START}\nparallel -j 2 'C={{}} {START}' ::: 0 1\n"
        f"parallel -S h --env A C={{1}} {START} ::: 0\nwatch -n 1 'C=1 {START}'\n"
        f"watch -x env C=1 {START}\n",
        {
            "2": ["1 A=1", "1 B=1", "2 C=<an argument from xargs>"],
            "3": ["1 A=1", "1 B=1", "3 C=<an argument from parallel>"],
            "4": ["1 A=1", "4 C=<an argument from parallel>"],
            "5": ["1 A=1", "1 B=1", "5 C=1"],
            "6": ["1 A=1", "1 B=1", "6 C=1"],
        },
    ),
    "a script that is printed": (
        f"echo 'A=1 {START}' | bash\nprintf '%s\\n' 'A=2 {START}' | ssh h\n",
        {"1": ["1 A=1"], "2": ["2 A=2"]},
    ),
    "containers, more forms": (
        f"export A=1 AB=1\ndocker run -e=B=1 --entrypoint bash i -c 'C=1 {START}'\n"
        f"podman run --env-host -e B=1 i {START}\npodman run -e 'A*' i {START}\n"
        f"docker compose run --rm -T -e B=1 s {START}\ndocker service update --env-add B=1 s\n",
        {
            "2": ["2 B=1", "2 C=1"],
            "3": ["1 A=1", "1 AB=1", "3 B=1"],
            "4": ["1 A=1", "1 AB=1"],
            "5": ["5 B=1"],
            "6": ["6 B=1"],
        },
    ),
    "data for containers": (
        "kubectl create configmap c --from-literal=A=1 --from-literal B=2\n"
        "kubectl create secret generic s --from-literal=C=1\n",
        {"1": ["1 A=1", "1 B=2"], "2": ["2 C=1"]},
    ),
    "helm": (
        "helm install x c --set env.A=1,image.tag=x,args={a,b} --set-string 'extraEnv[0].name=B,"
        "extraEnv[0].value=x\\,y'\nhelm upgrade -i x c --set server.envVars.A=1\n"
        "helm install x c --set a.b=1\nhelm list\n",
        {"1": ["1 A=1", "1 B=x,y"], "2": ["2 A=1"]},
    ),
    "clouds": (
        "gcloud run deploy x --image i --set-env-vars A=1,B=2 --update-env-vars=^@^C=x,y@D=1\n"
        "az container create --environment-variables A=1 B=2 --cpu 1\n"
        f"runai submit x -i i -e A=1 --environment B=2 -- bash -c 'C=1 {START}'\n",
        {
            "1": ["1 A=1", "1 B=2", "1 C=x,y", "1 D=1"],
            "2": ["2 A=1", "2 B=2"],
            "3": ["3 A=1", "3 B=2", "3 C=1"],
        },
    ),
    "what an object gets, beside what the script exports": (
        "export A=1\nkubectl set env deployment/d B=1\nhelm install x c --set env.C=1\n",
        {"": ["1 A=1"], "2": ["2 B=1"], "3": ["3 C=1"]},
    ),
    "what a program keeps for later": (
        f"conda env config vars set -n x A=1 B=2\nconda run -n x env C=1 {START}\n",
        {"1": ["1 A=1", "1 B=2"], "2": ["2 C=1"]},
    ),
    "what an object gets, beside a server": (
        f"export A=1\nkubectl set env deployment/d B=1\n{START}\n",
        {"2": ["2 B=1"], "3": ["1 A=1"]},
    ),
    "a container of an unknown image that runs a shell": (
        "docker run -e A=1 $X $Y bash -c 'export B=1; ls'\n",
        {"1": ["1 A=1", "1 B=1"]},
    ),
    "a Ray job that starts a server": (
        f"ray job submit --working-dir . -- bash -c 'A=1 {START}'\n",
        {"1": ["1 A=1"]},
    ),
    "a file that the script writes": (
        f"cat > run.sh <<'E'\nexport A=$1\n{START}\nE\nbash run.sh 1\n"
        f"{{ echo A=1\necho B=$X\n}} > x.env\ndocker run --env-file x.env i {START}\n"
        f"echo C=1 | tee -a x.env\n(set -a; . ./x.env; {START})\n"
        f"\necho 'A=1 {START}' >> other.sh\n./other.sh\n"
        "echo -e 'D=1\\nE=2' > y.env; printf '%s=%s\\n' F 3 >> y.env\n"
        f"docker run --env-file y.env i {START}\n",
        {
            "3": ["2 A=1"],
            "9": ["6 A=1", "7 B=<dependent on X, which nothing here sets>"],
            "11": ["6 A=1", "7 B=<dependent on X, which nothing here sets>", "10 C=1"],
            "13": ["13 A=1"],
            "16": ["15 D=1", "15 E=2", "15 F=3"],
        },
    ),
    **{
        f"comments for {directive[:7]}": (f"{directive}\n{START}\n", {"2": ["1 A=1"]})
        for directive in (
            *("#PBS -v A=1", "#$ -cwd -v A=1", '#BSUB -q q -env "all, A=1"', "#COBALT --env A=1"),
            *("# flux: -N2 --env=A=1", "#MSUB -vA=1", "#PJM -x A=1", "#QSUB -v A=1"),
        )
    },
    "words that are not known": (
        f"env $(cat x) A=1 {START}\ndocker run $X -e A=1 i {START}\ndocker run -e A=1 $X --tp 8\n",
        {"1": ["1 A=1"], "2": ["2 A=1"]},
    ),
    "a container of which only the environment is known": (
        "docker run -e A=1 $X --tp 8\n",
        {"1": ["1 A=1"]},
    ),
    "a command in its words": (
        f"flock x env A=1 {START}\npm2 start env -- A=2 {START}\n",
        {"1": ["1 A=1"], "2": ["2 A=2"]},
    ),
    "for later": (
        'echo "A=1" >> $GITHUB_ENV\ncat <<E >> "$GITHUB_ENV"\nB<<X\n1\n2\nX\nE\n'
        f"echo C=1 | tee -a ${{GITHUB_ENV}}\nD=1 {START}\nsystemctl --user set-environment E=1\n",
        {"9": ["9 D=1"], "10": ["10 E=1"], "1": ["1 A=1", "3 B=1\n2", "8 C=1"]},
    ),
    "a program of which nothing is known": (
        "export A=1\nSGLANG_B=2 ./x\nsudo SGLANG_C=3 SGL_E=1 y\ndocker run -e SGLANG_D=4 i\nSGL_F=1 y\n",
        {"2": ["1 A=1", "2 SGLANG_B=2"], "3": ["3 SGLANG_C=3", "3 SGL_E=1"], "4": ["4 SGLANG_D=4"]},
    ),
    "a program of which nothing is known, beside a server": (
        f"SGLANG_A=1 ./x\nB=1 ./x\nC=1 {START}\n",
        {"1": ["1 SGLANG_A=1"], "3": ["3 C=1"]},
    ),
    "in the words of a command": each(
        (
            f"x=$(A=1 {START})",
            f"readonly X=`A=1 {START}`",
            f'[ "$(A=1 {START})" = x ] && true',
            f"for x in $(A=1 {START}); do true; done",
            f"case $(A=1 {START}) in x) ;; esac",
            f"y < <(A=1 {START})",
        ),
        "A=1",
    ),
    "a helper in the words of a command": ("export A=1\nx=$(B=2 python x.py)\n", {"": ["1 A=1"]}),
    "a shell that starts another program too": (
        "docker run i sh -c 'export A=1; B=2 python x; export C=3'\n",
        {"1": ["1 A=1", "1 B=2"], "1.2": ["1 A=1", "1 C=3"]},
    ),
    "a shell in an image that is not known": (
        """docker run -e A=1 "$IMAGE" sh -c 'export B=2; torchrun x'\n""",
        {"1": ["1 A=1", "1 B=2"]},
    ),
    "after time": (f"time A=1 {START}\n", {"1": ["1 A=1"]}),
    "when it exits": (f"trap 'A=1 {START}' EXIT\n", {"1": ["1 A=1"]}),
    "a library of functions": (
        f"A=1\ng() {{ A=$A {START}; }}\nf() {{\nA=2 {START}\n}}\n",
        {"4": ["4 A=2"], "2": ["2 A=1"]},
    ),
    "exports of functions that nothing calls": (
        "export A=1\nf() {\nexport SGLANG_B=2\n}\ng() { export C=3; }\n",
        {"2": ["1 A=1", "3 SGLANG_B=2"]},
    ),
    "an alias": (
        f"#!/bin/sh\nalias s='A=1 {START}' r='env '\nB=2 s --x\nr s >log &\nalias {START[:6]}=x\n",
        {"3": ["3 B=2", "3 A=1"], "2": ["2 A=1"]},
    ),
    "an alias of bash": (
        f"#!/bin/bash\nshopt -s expand_aliases\nalias s='A=1 s'\ns() {{ B=2 {START}; }}\ns\n",
        {"4": ["3 A=1", "4 B=2"]},
    ),
    "aliases that nothing uses": (f"#!/bin/bash\nalias s='A=1 {START}'\n", {"2": ["2 A=1"]}),
    "an alias that bash does not replace": (f"#!/bin/bash\nalias s='A=1 {START}'\ns\n", {"": []}),
    "a function that nothing calls": (f"f() {{ A=1 {START}; }}\nA=2 {START}\n", {"2": ["2 A=2"]}),
    "unknown in a container": (
        f"docker run -e A=$(date) -e B=x$NO_SUCH i {START}\n",
        {
            "1": [
                "1 A=<the output of a command>",
                "1 B=<dependent on NO_SUCH, which nothing here sets>",
            ]
        },
    ),
}


@table(("text", "expected"), STARTED.values(), ids=STARTED)
def test_starts(text: str, expected: dict[str, list[str]]) -> None:
    assert expected == {layer.selector: listed(layer) for layer in read(text)}


NOTED = {
    "nothing": (f"export A=1\n{START}\n", []),
    "set and not handed on": (f"A=1\nB=1\necho $B\n{START}\n", ["1 not-exported A"]),
    "a function that calls itself": (
        f"f() {{ for x in $(f $1); do f $x; done; }}\nf 1\n{START}\n",
        [],
    ),
    "arguments of a program of which nothing is known": (
        "x --env SGLANG_A=1\necho SGLANG_A=1\ndocker build --build-arg SGLANG_VERSION=1 .\nx A=1\n",
        ["1 not-followed what the program does with its argument SGLANG_A is not known"],
    ),
    "what a program of which nothing is known is given": (
        "x --env '{\"SGLANG_A\": 1}'\nx set SGLANG_B 1\nx <<E\nSGLANG_C=1\nE\n$X -e SGLANG_D=1\n"
        "python -c \"os.environ['SGLANG_E'] = '1'\"\nsystemctl set-property x Environment=SGLANG_F=1\n"
        "x use-SGLANG_G $SGLANG_H /SGLANG_I=1\ngit commit -m SGLANG_J=1\n"
        "systemctl status SGLANG_K\ndocker run -e SGLANG_L=1 i python x.py\n",
        [
            f"{line} not-followed what the program does with its argument SGLANG_{name} is not known"
            for line, name in [(1, "A"), (2, "B"), (6, "D"), (8, "F"), (3, "C")]
        ],
    ),
    "options of a program of which nothing is known, before a server": (
        f"x -e A1=1 -- {START}\nx --env=SGLANG_B=1 sh -c '{START}'\n$X A2=1 {START}\n"
        f"x --size=1 -e a=1 {START} --x C3=1\n",
        [
            f"{line} not-followed what the program does with its argument {name} is not known"
            for line, name in [(1, "A1"), (2, "SGLANG_B"), (3, "A2")]
        ],
    ),
    "an alias that bash does not replace": (
        "#!/bin/bash\nalias s=x\ns\n",
        ["3 not-followed bash replaces an alias in a script only after shopt -s expand_aliases"],
    ),
    "a server in a text": (
        f"x 'cd y && {START}'\nx <<E\n{START}\nE\necho '{START}'\nx sglang-serve\n",
        [
            f"{line} not-followed what the program does with the command in its arguments is not known"
            for line in (1, 2)
        ],
    ),
    "a file that it writes and does not use": (
        "echo SGLANG_A=1 > a.env\necho A=1 > b.env\nprintf '%s: 1\\n' SGLANG_B >> c.yaml\n"
        f"echo 'setenv SGLANG_C 1' > d.csh\necho 'a SGLANG_D' > e\n{START}\n",
        [
            f"{line} not-followed what it writes to {name} is not read"
            for line, name in [(1, "a.env"), (3, "c.yaml"), (4, "d.csh")]
        ],
    ),
    "not handed to the container": (
        f"export A=1 B=1\ndocker run -e B i {START}\n",
        ["1 not-exported A"],
    ),
    "taken away": (f"export A=1\nenv -u A {START}\n", []),
    "handed to one of them": (f"A=1\nA=1 {START}\n", []),
    "exported without a server": ("A=1\n", []),
    "another file": (
        ". /etc/profile\nsource $X\nsource no-such-file\n",
        [
            f"{line} not-followed the file that it reads cannot be found from here"
            for line in (1, 2, 3)
        ],
    ),
    "a text that is put together": (
        'eval "$(x)"\nexport "$(x)"\nexport $(x)',
        [
            "1 not-followed a command that it runs is known only when the script runs",
            "2 not-followed which name it sets is known only when the script runs",
            "3 not-followed what it exports is the output of a command",
        ],
    ),
    "a command that is put together": (
        f'srun --export=$X {START}\nssh h "A=$(x) {START}"\nbash -c "A=$(x) {START}"\n',
        ["1 not-followed the environment of the job is computed when the script runs"],
    ),
    "a text of which a part is known": (
        f'ssh h "$(x); {START}"\nbash -c "$X"\nbash -c "A=1; (\necho $X"\n',
        [
            "1 not-followed a command that it runs is known only when the script runs",
            "2 not-followed a command that it runs is known only when the script runs",
            "4 not-followed part of the text that it runs is known only when the script runs",
        ],
    ),
    "a file that is not here": (
        f"docker run --env-file no-such-file i {START}\n",
        ["1 not-followed --env-file names a file that cannot be read from here"],
    ),
    "a ConfigMap": (
        "kubectl set env deployment/a --from=configmap/x A=1\n",
        ["1 not-followed the variables that kubectl takes from a ConfigMap or Secret are not read"],
    ),
    "a Ray job of which nothing is known": (
        'ray job submit --runtime-env-json="$(x)" -- y\n',
        ["1 not-followed the runtime environment of the job is not known JSON"],
    ),
    "a manifest for kubectl": (
        "cat <<E | kubectl apply -f -\nE\nkubectl apply -f - <<E\nE\n",
        [
            "1 not-followed a manifest that kubectl gets from the script is not read",
            "3 not-followed a manifest that kubectl gets from the script is not read",
        ],
    ),
    "programs that add to the environment": (
        f"dotenv -f x run -- {START}\ndirenv allow\nenvdir x {START}\nmise x -- {START}\n"
        f"honcho -e x run {START}\nforeman start -e x\n",
        [
            "1 not-followed what dotenv adds to the environment is not read",
            "3 not-followed what envdir adds to the environment is not read",
            "4 not-followed what mise adds to the environment is not read",
            "5 not-followed what honcho adds to the environment is not read",
            "6 not-followed what is listed in a Procfile is not read",
        ],
    ),
    "what is known only when the script runs": (
        f"env $(cat x) {START}\ndocker run $X -e A=1 i {START}\ndocker run -e $X i x\n"
        "curl x >> $GITHUB_ENV\ntmux setenv A 1\n",
        [
            "1 not-followed a part of what env sets is known only when the script runs",
            "2 not-followed a part of its options is known only when the script runs",
            "3 not-followed a variable that it passes on is known only when the script runs",
            "5 not-followed what tmux sets for its terminals is not read",
            "4 not-followed what it sets for later steps is known only when it runs",
        ],
    ),
    "variables that ssh sends": (
        f"ssh -o SendEnv=A h {START}\n",
        [
            "1 not-followed whether the other machine accepts the variables that ssh sends is unknown"
        ],
    ),
    "a file with the variables of a job": (
        f"#SBATCH --export-file=x.env\nsrun --export-file=x.env {START}\n",
        [f"{line} not-followed a file with variables for the job is not read" for line in (1, 2)],
    ),
    "a shell of another language": (
        f"fish -c 'set -x A 1; {START}'\npwsh -c ls\ncrontab - <<E\n* * * * * {START}\nE\n"
        f"(crontab -l; echo '@reboot {START}') | crontab -\n",
        [
            "1 not-followed a script for fish is not read",
            "3 not-followed a script for crontab is not read",
            "6 not-followed a script for crontab is not read",
        ],
    ),
    "a job whose script is not here": (
        "qsub -v A=1 job.pbs\nbsub < job\ncurl x | bash\n",
        [
            f"{line} not-followed the script that it runs cannot be read from here"
            for line in (1, 2, 3)
        ],
    ),
    "values and manifests that are not in the command": (
        "helm install x c -f v.yaml\nhelm install x c --values - <<E\nE\n"
        "kubectl patch x --patch '{\"env\": []}'\nkubectl patch x -p '{}'\n"
        "podman kube play - <<E\nx\nE\n"
        "flux run --env=^x y\nhelm template x c --set-json 'env=[]'\n"
        "gcloud run deploy x --env-vars-file=x\n",
        [
            "1 not-followed the values that helm gets from a file are not read with the script",
            "4 not-followed a manifest that kubectl gets from the script is not read",
            "9 not-followed a file with rules for the environment is not read",
            "10 not-followed what helm gets with --set-json or --set-file is not read",
            "11 not-followed the file given with --env-vars-file is not read",
            "2 not-followed the values that helm gets from the script are not read",
            "6 not-followed a manifest that the container engine gets from the script is not read",
        ],
    ),
    "a Ray job whose variables are no strings": (
        """ray job submit --runtime-env-json '{"env_vars": {"A": 1}}' -- y\n""",
        ["1 not-a-string A"],
    ),
    "broken grammar": (
        "export A=1\n)\nexport B=1\n",
        [f"2 unread-line {BROKEN}"],
    ),
    "CRLF": ("\nexport A=1\r\n", ["2 carriage-returns 1"]),
    "exported twice": ("export A=1 B=1\nexport B=1\nexport A=2\n", ["3 duplicate-name A"]),
    "exported twice, and used between": (f"export A=1\n{START}\nexport A=2\n{START}\n", []),
    "exported twice, from itself": ("export A=1\nexport A=$A:2\n", []),
    "exported again under a condition": (
        "export A=1\nif x; then export A=2; fi\nexport A=3\n[ x ] && export A=4\n",
        [],
    ),
    "an invisible character": ("export A=x\u200by\n", ["1 invisible-character A"]),
    "words of a container that are known in part": (
        f'A=(-e A=1)\nx && A+=(-e B=1)\ndocker run "${{A[@]}}" x/y {START}\n'
        f"docker run $X $I {START}\ndocker run $I x/y.py\ndocker run --secret s,type=env x/y {START}\n"
        f"srun --multi-prog x\n",
        [
            "3 not-followed a part of its options is known only when the script runs",
            "4 not-followed a part of its options is known only when the script runs",
            "6 not-followed the values of secrets are not read",
            "7 not-followed the file that lists the programs of the job is not read",
        ],
    ),
    "the name of a name": (
        "declare -n a=B\nreadonly A\nexport -n A\n",
        ["1 not-followed a name that stands for another variable is not followed"],
    ),
    "quotes of bash in sh": ("#!/bin/sh\nexport A=$'1'\n", ["2 bash-quotes A"]),
    "quotes of bash": ("#!/bin/bash\nexport A=$'1'\n", []),
    "a script that is not here, with a server": (f"bash x.sh\n{START}\n", []),
    "a script that is not here": (
        "srun -N 2 ./x.sh\n",
        ["1 not-followed the script that it runs cannot be read from here"],
    ),
    "a virtual environment": (f"source ~/x/bin/activate\n. $V/bin/activate\n{START}\n", []),
    "a script that is not run": ("chmod +x x.sh\ncp x.sh y.sh\n", []),
}


@table(("text", "expected"), NOTED.values(), ids=NOTED)
def test_notes(text: str, expected: list[str]) -> None:
    assert expected == notes(read(text)[0])


MANIFEST = """\
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: c
    env: [{name: A, value: "1"}, {name: B, value: "$X"}]
    command: [python, -m, sglang.launch_server]
"""
HELD = {
    "a manifest for kubectl": (f"kubectl apply -f - <<E\n{MANIFEST}E\n", "1/pod/p/c"),
    "a manifest that is printed": (
        f"\ncat <<E | ssh h kubectl apply -f -\n{MANIFEST}E\n",
        "2/pod/p/c",
    ),
    "a manifest that is written": (
        f"cat > p.yaml <<E\n{MANIFEST}E\nkubectl apply -f p.yaml\n",
        "1/pod/p/c",
    ),
    "a manifest for podman": (f"podman kube play - <<'E'\n{MANIFEST}E\n", "1/pod/p/c"),
    "a Compose file": (
        "docker compose -f - up <<E\nservices:\n  s:\n    image: sglang\n"
        "    environment: {A: '1', B: $X}\nE\n",
        "1/s",
    ),
    "values of helm": (
        "helm install x c -f - <<E\nsglang: {env: {A: '1', B: $X}}\nE\n",
        "1/sglang/env",
    ),
    "a unit": (
        f"sudo tee /x <<X\n[Service]\nEnvironment=A=1 B=$X\nExecStart=/usr/bin/{START}\nX\n",
        "1",
    ),
    "a program": (
        "python3 - <<E\nimport os, sglang\nos.environ['A'] = '1'\nos.environ['B'] = '$X'\n"
        "os.environ['SGLANG_C'] = '1'\nE\n",
        "1",
    ),
}


HOLDING = {
    "nothing uses it": ('export FLAGS="A=1 SGLANG_X=1"\n', ["1 FLAGS"]),
    "only itself": ('FLAGS="SGLANG_X=1"\nexport FLAGS="$FLAGS A=1"\n', ["2 FLAGS"]),
    "an array": ("FLAGS=(-e SGLANG_X=1)\n", ["1 FLAGS"]),
    "a name that may be secret": ('F1="SGLANG_X=1"\n', ["1 a variable"]),
    "used": (f'FLAGS="SGLANG_X=1"\nenv $FLAGS {START}\n', []),
    "printed": ('USAGE="SGLANG_X=1 run"\necho "$USAGE"\n', []),
    "a part of another name": ("export FLAGS='--x=MY_SGLANG_X=1 $SGLANG_X'\n", []),
}


@table(("text", "expected"), HOLDING.values(), ids=HOLDING)
def test_a_value_that_holds_assignments(text: str, expected: list[str]) -> None:
    reasons = [
        (str(note.origin.line), str(note.facts["reason"]))
        for layer in read(text)
        for note in layer.notes
    ]
    say = "SGLANG_X is set in the text of {}, which the script does not use"

    assert reasons == [
        (line, say.format(name)) for line, name in (e.split(" ", 1) for e in expected)
    ]


def test_an_object_whose_name_is_unknown() -> None:
    (layer,) = read(f"kubectl apply -f - <<E\n{MANIFEST.replace('name: p', 'name: $P')}E\n")
    places = {layer.label, layer.selector, *(a.origin.source for a in layer.assignments)}

    assert places == {"a.sh", "a.sh#pod/-/c", "1/pod/-/c"}


def test_what_a_script_holds_beside_its_own() -> None:
    text = f"A=1 {START}\nkubectl apply -f - <<E\n{MANIFEST}E\n"

    assert [layer.selector for layer in read(text)] == ["1", "2/pod/p/c"]


@table(("text", "selector"), HELD.values(), ids=HELD)
def test_files_of_other_kinds_that_a_script_holds(text: str, selector: str) -> None:
    (found,) = read(text)
    assert found.selector == selector
    later = "<filled in before Kubernetes reads the file>"
    unknown = later if "'E'" in text else "<dependent on X, which nothing here sets>"

    assert {a.name: a.text for a in found.assignments if a.name != "SGLANG_C"} == {
        "A": "1",
        "B": unknown,
    }
    for assignment in found.assignments:
        assert assignment.name in text.split("\n")[(assignment.origin.line or 0) - 1]
    assert not notes(found)


def test_the_command_line_of_a_server() -> None:
    (found,) = read(f"M=m\nA=1 nohup {START} --model-path $M >log --tp $N --host <host>\n")

    options = ("--model-path", "m", "--tp", "", "--host", "<host>")
    assert found.command == ("nohup", *START.split(), *options)


EXPECTED_TO_SUCCEED = (
    *(":", "cd", "echo", "mkdir", "module", "popd", "printf", "pushd", "set", "shopt", "sleep"),
    *(".", "source", "true", "ulimit", "umask", "export", "B=1", "export B=1"),
)


def test_suppressions() -> None:
    text = (
        "# envctl: ignore[x]\nexport A=1\n\nexport B=1 # envctl: ignore[y]\n"
        "echo '# envctl: ignore[z]'\n"
    )

    assert read(text)[0].ignores == {("a.sh", 2): {"x"}, ("a.sh", 4): {"y"}}


def test_a_reason_holds_no_part_of_a_value() -> None:
    text = 'export API_TOKEN="abc$HUNTER_TWO" A=$hunter2 B=$HUNTER2\n'
    (found,) = read(text)

    assert {a.unknown for a in found.assignments} == {
        "dependent on a name, which nothing here sets"
    }


def test_what_a_loop_sets_keeps_its_order() -> None:
    (found,) = read("for i in 1 2; do export E=$i D=$i C=$i B=$i A=$i; done\n")

    assert [a.name for a in found.assignments] == ["E", "D", "C", "B", "A"]


@table("command", EXPECTED_TO_SUCCEED)
def test_what_follows_a_command_that_is_expected_to_succeed_is_certain(command: str) -> None:
    (found,) = read(f"{command} && export A=1\n")

    assert {a.name: a.raw for a in found.assignments}["A"] == "1"


def test_references_are_kept() -> None:
    (found,) = read("API_TOKEN=hunter22\nexport A=x$API_TOKEN\nexport B=$A\n")

    assert [a.references for a in found.assignments] == [("API_TOKEN",), ("API_TOKEN", "A")]


BESIDE = {
    "source": ("source x.env", ["x.env:1 A=1"]),
    "dot": (". ./x.env", ["x.env:1 A=1"]),
    "exports what it sets": ("set -a; . x.env", ["x.env:1 A=1", "x.env:2 B=x y"]),
    "by the script's directory": ('D=$(dirname "$0")\n. "$D/x.env"', ["x.env:1 A=1"]),
    "by its full path": (
        '. "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/x.env"',
        ["x.env:1 A=1"],
    ),
    "not from elsewhere": ("cd /tmp\n. x.env", []),
    "from its own directory": ('cd "$(dirname "$0")"\n. x.env', ["x.env:1 A=1"]),
    "no cycle": (". z.sh", ["z.sh:2 D=1"]),
    "in turn": (". y.sh", ["x.env:1 A=1", "y.sh:2 C=1"]),
    "itself, through another": (". b.sh\nexport A=1", ["b.sh:2 B=1", "2 A=1"]),
    "with parameters": (". p.sh x", ["p.sh:1 P=x"]),
    "up to its return": (". p.sh x; export C=$P", ["p.sh:1 P=x", "1 C=x"]),
    "and it ends the script": (". e.sh\nexport B=1", ["e.sh:1 E=1"]),
    "no name": ("source\nexport A=1", ["2 A=1"]),
    "words of a file that is not closed": (
        "export $(cat q.env | xargs) $(cat no-such-file)",
        ["q.env:1 A=1", "q.env:1 B=2"],
    ),
    "itself": (". a.sh\nexport A=1", ["2 A=1"]),
    "words of a file": ("export $(cat x.env)", ["x.env:1 A=1", "x.env:2 B='x"]),
    "words of a file, less comments": (
        "export $(grep -v '^#' x.env | xargs)",
        ["x.env:1 A=1", "x.env:2 B=x"],
    ),
    "uv's env-file": (f"uv run --env-file x.env {START}", ["x.env:1 A=1", "x.env:2 B=x y"]),
    "a Ray job's file": (
        "ray job submit --runtime-env r.json -- x",
        ["1 A=1"],
    ),
    "a script that is run": ("export A=1\nB=2 bash -x s.sh 3", ["1 A=1", "2 B=2", "s.sh:1 C=3"]),
    "a script that is run by its name": ("nohup ./s.sh 3 &", ["s.sh:1 C=3"]),
    "a script on its input": ("export A=1\nbash < s.sh", ["1 A=1", "s.sh:1 C="]),
    "a script that is submitted": (
        "export A=1\nsbatch --export=B=2 s.sh 3",
        ["2 B=2", "s.sh:1 C=3"],
    ),
    "data from a file": (
        "kubectl create cm c --from-env-file=q.env",
        ["q.env:1 A=1 'B=2'", "q.env:2 C='"],
    ),
    "a script that is run elsewhere": ("srun -n 2 env B=2 ./s.sh", ["1 B=2", "s.sh:1 C="]),
    "a script that runs itself": ("B=2 bash ./a.sh", []),
    "env-file": (f"docker run --env-file x.env -e C=1 i {START}", ["x.env:2 B='x y'", "1 C=1"]),
}


@pytest.mark.parametrize(("text", "expected"), BESIDE.values(), ids=BESIDE)
def test_files_beside_the_script_are_read(write: Write, text: str, expected: list[str]) -> None:
    first = "A=1" if "docker" in text else "export A=1"
    write("x.env", f"{first}\nB='x y'\n" if "docker" not in text else "\nB='x y'\n")
    write("r.json", '{"env_vars": {"A": "1"}}')
    write("y.sh", ". x.env\nexport C=1\n")
    write("z.sh", ". z.sh; . ./a.sh\nexport D=1\n")
    write("b.sh", ". a.sh; . b.sh\nexport B=1\n")
    write("p.sh", "export P=$1; return\nexport Q=1\n")
    write("e.sh", "export E=1; exit\n")
    write("q.env", "A=1 'B=2'\nC='\n")
    write("s.sh", f"export C=$1\n{START}\nexport D=4\n")
    write("a.sh", text)
    (found,) = read_all("a.sh", Context(OUTER))

    assert expected == listed(found)


def test_one_of_several_is_picked_by_its_line(write: Write) -> None:
    write("a.sh", f"A=1 {START}\nA=2 {START}\n")
    (found,) = read_all("a.sh#2", Context())

    assert listed(found) == ["2 A=2"]


@pytest.mark.parametrize("path", sorted(DATA.glob("*.s*")), ids=lambda path: path.name)
def test_a_real_script(path: Path, regen: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The expected result is in a file next to it."""
    monkeypatch.chdir(DATA)
    found = read_all(path.name, Context(OUTER))
    lines = [line for layer in found for line in (f"[{layer.selector}]", *listed(layer))]
    text = "\n".join([*lines, "[notes]", *notes(found[0]), ""])
    expected = DATA / "expected" / f"{path.stem}.txt"
    if regen:
        expected.write_text(text, "utf-8")
        pytest.skip("rewritten")

    assert expected.read_text("utf-8") == text


HOSTILE = {
    "parentheses": ")" * 200_000,
    "pipes": "a | " * 50_000,
    "arrays": "A=(" * 50_000,
    "substitutions": "$(" * 50_000,
    "quotes": '"' * 200_001,
    "expansions": "export A=" + "${x:-" * 50_000 + "}" * 50_000,
    "in quotes": 'export A="' + "${x:-" * 20_000 + "}" * 20_000 + '"',
    "blocks": "{ " * 50_000 + "x; " + "} " * 50_000,
    "conditions": "if x; then\n" * 20_000 + "fi\n" * 20_000,
    "lines": "export A=1\n" * 90_000,
    "names": "".join(f"export A{i}=1\n" for i in range(60_000)),
    "branches": "".join(f"export A{i}=1; x && B=1\n" for i in range(20_000)),
    "chain": "x && " * 50_000 + "y",
    "calls": "f() { f; f; }\nf\n",
    "functions": "".join(f"f{i}() {{ f{i + 1}; f{i + 1}; }}\n" for i in range(50)) + "f0\n",
    "growth": "A=xxxxxxxx\n" + "A=$A$A\n" * 60 + "export A\n",
    "fields": "A=" + "'" + "x " * 400_000 + "'\nf $A $A $A\n",
    "here-documents": "cat <<A <<B\n" * 20_000,
    "loops": "for i in 1 2; do\n" * 5_000 + "done\n" * 5_000,
    "shells in shells": "bash -c '" * 5_000,
    "launchers": "env " * 20_000 + "x",
    "files": "".join(f"echo A >> f{i}; x && echo B >> g{i}\n" for i in range(20_000)),
    "lines of a file": "echo $(x) A=1 >> f\n" * 30_000,
    "patterns": f"A={'a' * 4000}\nexport B=${{A%%*a*b}}\n",
    "2 MiB": "#" * 2_000_000,
    "bytes": "".join(map(chr, range(1, 256))) * 2_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_time_is_bounded(text: str) -> None:
    start = time.process_time()
    read(text)

    assert time.process_time() - start < 20


@pytest.mark.slow
@given(
    st.binary(max_size=100)
    | st.text("AB=$(){}[]'\"`\\ \n|&;<>#!ifthendo", max_size=60).map(str.encode)
)
@settings(max_examples=500, deadline=None, derandomize=True)
def test_any_bytes_make_layers(data: bytes) -> None:
    for layer in layers("a.sh", data, Context(OUTER)):
        assert all(0 < (a.origin.line or 0) <= data.count(b"\n") + 1 for a in layer.assignments)


def test_nothing_is_run(tmp_path: Path) -> None:
    for way in (
        "touch {}",
        "$(touch {})",
        "`touch {}`",
        "export A=$(touch {})",
        "eval touch {}",
        "bash -c 'touch {}'",
    ):
        read(way.format(tmp_path / "made"))

    assert os.listdir(tmp_path) == []


def test_without_the_parser_the_fix_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tree_sitter_bash", None)
    with pytest.raises(
        SourceError,
        match=r"^a\.sh: reading a shell script needs.*pip install tree-sitter tree-sitter-bash$",
    ):
        read("export A=1\n")
