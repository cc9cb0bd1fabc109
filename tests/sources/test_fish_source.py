"""Reading scripts of fish, compared with fish."""

from __future__ import annotations

import pytest

from sglang_envctl.environment import Layer
from sglang_envctl.sources import fish
from sglang_envctl.sources.context import Context
from tests.consumers import sourced_by_fish
from tests.harness import Write, run
from tests.tables import table

UNKNOWN = "<computed when it runs>"


def script(text: str) -> Layer:
    (layer,) = fish.layers("x.fish", text.encode(), Context())
    return layer


def environment(layer: Layer) -> dict[str, str]:
    return {a.name: a.text for a in layer.assignments}


# Commands, and what the programs after them get.
COMMANDS: dict[str, dict[str, str]] = {
    "set -gx A 1": {"A": "1"},
    "set -x A 1": {"A": "1"},
    "set --export --global A 1": {"A": "1"},
    "\tset  -g -x   A 1 ": {"A": "1"},
    'set -gx A "two words"': {"A": "two words"},
    "set -gx A one two": {"A": "one two"},
    "set -gx MYPATH a b": {"MYPATH": "a:b"},
    "set -gx A": {"A": ""},
    'set -gx A ""': {"A": ""},
    "set -gx A 'it\\'s'": {"A": "it's"},
    r"set -gx A 'a\nb'": {"A": r"a\nb"},
    r"set -gx A a\nb\ c\x41": {"A": "a\nb cA"},
    r'set -gx A "a\"b\$c\\d\n"': {"A": 'a"b$c\\d\\n'},
    "set -gx B 1\nset -gx A $B/x": {"A": "1/x", "B": "1"},
    'set B 1\nset -gx A "$B x"': {"A": "1 x"},
    "set -gx A 1 # c": {"A": "1"},
    "set -gx A 1#c": {"A": "1#c"},
    "set -gx A 1; set -gx B 2": {"A": "1", "B": "2"},
    "set -gx A 1\nset -e A": {},
    "set -gx A 1\nset -u A x": {},
    "set A 1": {},
    "export A=1": {"A": "1"},
    'export A="x y"': {"A": "x y"},
    "if true\n set -gx A 1\nend": {"A": "1"},
    "set -q A; or set -gx A 1\ntrue": {"A": "1"},
    "set -gx A a\\\nb": {"A": "ab"},
    "set -gx A \\\n  b": {"A": "b"},
    "set -gx A 1\nset -a A 2": {"A": "1 2"},
    "set -gx A 1\nset -p A 2": {"A": "2 1"},
    "set -gx A 1\nset A 2": {"A": "2"},
    'set -gx "A" a=b,c:d@e%f+g': {"A": "a=b,c:d@e%f+g"},
    "set -gx A 1 2>/dev/null": {"A": "1"},
    "set -gx A -- -1": {"A": "-- -1"},
    'set -gx A "a\nb"': {"A": "a\nb"},
    "set -gx A 'a'\"b\"c": {"A": "abc"},
    'echo "set -gx A 1"': {},
    "set -lx A 1": {},
    "set -gx A 1\nbegin\n set -lx A 2\nend": {"A": "1"},
    "function f\n if true\n  set -gx A 1\n end\n set -gx B 1\nend\nset -gx A 2": {"A": "2"},
    "function f\n set -gx A 1\nend\nf": {"A": "1"},
    "# set -gx A 1": {},
    "B=1 true": {},
    "set -gx A ~/x": {"A": UNKNOWN},
    "set -gx A (echo 1)": {"A": UNKNOWN},
    'set -gx A "$(echo 1)"': {"A": UNKNOWN},
    "set -gx A {a,b}": {"A": UNKNOWN},
    "set -gx A $NONE": {"A": UNKNOWN},
    "for i in 1 2\n set -gx A $i\nend": {"A": UNKNOWN},
    "if x\n set -gx A 1\nelse\n set -gx A 2\nend": {"A": "<set under a condition (line 4)>"},
}


@table("text", COMMANDS)
def test_environment(text: str) -> None:
    found = script(f"{text}\n")
    assert (environment(found), found.notes) == (COMMANDS[text], ())


@pytest.mark.real
@table("text", [t for t, e in COMMANDS.items() if not any("<" in v for v in e.values())])
def test_fish_agrees(text: str) -> None:
    got = {k.decode(): v.decode() for k, v in sourced_by_fish(f"{text}\n".encode()).items()}
    assert {n: got[n] for n in ("A", "B", "MYPATH") if n in got} == COMMANDS[text]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("source settings.fish", "not-followed"),
        ("bass source x.sh", "not-followed"),
        ("set -gx $name 1", "not-followed"),
        ("A=1 python -m sglang.launch_server", "not-followed"),
        ("env A=1 sglang serve", "not-followed"),
        ("set -gx A 'x", "unread-line"),
    ],
)
def test_what_is_not_read_is_named(text: str, rule: str) -> None:
    found = script(f"\n{text}\n")
    assert [(n.origin.line, n.rule) for n in found.notes] == [(2, rule)]


def test_a_local_variable_reaches_what_the_script_itself_starts() -> None:
    found = script("set -lx A 1\npython -m sglang.launch_server\n")
    assert environment(found) == {"A": "1"}


@pytest.mark.slow
def test_work_is_bounded() -> None:
    found = script("set -gx A a\n" + 'set -gx A "$A$A"\n' * 200 + "(" * 10_000)
    assert environment(found) == {"A": UNKNOWN}
    assert script("function " * 100_000).assignments == ()
    assert script("if " * 100_000).assignments == ()


@pytest.mark.parametrize(
    ("path", "head", "matches"),
    [("x.fish", "", True), ("x", "#!/usr/bin/env fish\n", True), ("fish", "", False)],
)
def test_matches(path: str, head: str, matches: bool) -> None:
    assert fish.matches(path, head.encode()) is matches


def test_findings(write: Write) -> None:
    write("x.fish", "\nset -gx SGLANG_ENABLE_JIT_DEEPGEM 1\n")
    assert run("check", "-q", "x.fish").out.startswith("x.fish:2: ")
