"""Reading configurations of supervisord, compared with supervisord itself where it is installed."""

from __future__ import annotations

import io
from unittest.mock import patch

import pytest

from sglang_envctl.environment import Layer
from sglang_envctl.errors import SourceError
from sglang_envctl.sources import supervisord
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all
from tests.consumers import library
from tests.harness import Write, run
from tests.tables import table

OUTER = {"HOME": "/h"}
CONTEXT = Context(process=OUTER)
REFUSED = "file-refused"
HEAD = "[supervisord]\nlogfile=/dev/null\n[program:web]\ncommand=/bin/cat\nenvironment="


def program(text: str) -> Layer:
    (layer,) = supervisord.layers("x.conf", f"{HEAD}{text}\n".encode(), CONTEXT)
    return layer


def environment(layer: Layer) -> dict[str, str]:
    return {a.name: a.text for a in layer.assignments}


# What follows environment=, and what the program gets; None where supervisord does not start.
OPTIONS: dict[str, dict[str, str] | None] = {
    """A="1",B='2'""": {"A": "1", "B": "2"},
    "A=1,B=2": {"A": "1", "B": "2"},
    'A="a,b",B=x/y.z': {"A": "a,b", "B": "x/y.z"},
    "A=1 ; comment": {"A": "1"},
    "A=1 # c": {"A": "1"},
    'A=1,\n  B="two words",\n  C=3': {"A": "1", "B": "two words", "C": "3"},
    'A="100%%"': {"A": "100%"},
    "A=100%%,B=2": None,
    "A=%(program_name)s": {"A": "web"},
    'A="%(ENV_HOME)s/x",B=%(ENV_HOME)s/x': {"A": "/h/x", "B": "/h/x"},
    "A=%(nope)s": None,
    "A=50%": None,
    'A="x': None,
    "A=1,B": None,
    "A": None,
    "": {},
    'A="",B=2': {"A": "", "B": "2"},
    "A=a=b": None,
    "A=a b": {"A": "a"},
    "A=a@b": None,
    """A="it's\"""": {"A": "it's"},
    "A=x,A=y": {"A": "y"},
    "a-b=2": {"a-b": "2"},
    "A=http://h:1/p": {"A": "http://h:1/p"},
    'A = "1" , B= 2': {"A": "1", "B": "2"},
    "A=~/x": {"A": "~"},
    "A=$HOME": {"A": "$"},
}


@table("text", OPTIONS)
def test_environment(text: str) -> None:
    expected, found = OPTIONS[text], program(text)
    rules = [note.rule for note in found.notes]
    assert (rules, environment(found)) == ([], expected) or (
        rules == [REFUSED] and expected is None
    )


@table("text", OPTIONS)
def test_supervisord_agrees(text: str) -> None:
    supervisor = library("supervisor.options")
    with patch.dict("os.environ", OUTER):
        options = supervisor.ServerOptions()
        options.configfile, options.stderr = io.StringIO(f"{HEAD}{text}\n"), io.StringIO()
        try:
            options.realize([])
        except SystemExit:
            found = None
        else:
            found = options.process_group_configs[0].process_configs[0].environment
    assert found == OPTIONS[text]


def test_programs_have_what_supervisord_has(write: Write) -> None:
    write("conf.d/decode.conf", '[program:decode]\ncommand=x\nenvironment=B="3"\n')
    write(
        "supervisord.conf",
        '[supervisord]\nenvironment=A="1",B="1"\n\n'
        "[include]\nfiles = conf.d/*.conf\n\n"
        "[program:prefill]\n"
        "command=python3 -m sglang.launch_server --model-path /m --tp %(ENV_TP)s\n"
        'environment=\n    B="2",  ; mine\n    C="%(ENV_A)s%(host_node_name)s",D=%(ENV_NONE)s\n',
    )
    found = {layer.selector: layer for layer in read_all("supervisord.conf", CONTEXT)}
    assert environment(found["prefill"]) == {
        "A": "1",
        "B": "2",
        "C": "<computed when it runs>",
        "D": "<taken from the environment of supervisord>",
    }
    assert environment(found["decode"]) == {"A": "1", "B": "3"}
    assert [str(a.origin) for a in found["prefill"].assignments][-3:] == [
        "supervisord.conf:10",
        "supervisord.conf:11",
        "supervisord.conf:11",
    ]
    assert str(found["decode"].assignments[-1].origin) == "conf.d/decode.conf:3"
    assert found["prefill"].command == (
        *("python3", "-m", "sglang.launch_server", "--model-path", "/m", "--tp", ""),
    )


def test_include_that_is_not_here(write: Write) -> None:
    write("supervisord.conf", "[include]\nfiles=/no/such/*.conf\n[program:x]\ncommand=x\n")
    (found,) = read_all("supervisord.conf", CONTEXT)
    assert [(n.origin.line, n.rule) for n in found.notes] == [(2, "not-followed")]


@pytest.mark.slow
def test_work_is_bounded() -> None:
    assert environment(program(f"A={'%(ENV_NONE)s' * 200_000}"))["A"].startswith("<taken from")
    names = ",".join(f"A{i}=1" for i in range(1000))
    programs = "".join(f"[program:{i}]\n" for i in range(600))
    with pytest.raises(SourceError, match="expands to more than"):
        supervisord.layers("x", f"[supervisord]\nenvironment={names}\n{programs}".encode(), CONTEXT)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A=1\n[program:x]\n", "line 1 is before any section"),
        ("[program:x]\nsecret words\n", "line 2 is not a line of a configuration"),
    ],
)
def test_what_is_no_configuration(text: str, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        supervisord.layers("x.conf", text.encode(), CONTEXT)
    assert str(caught.value) == f"x.conf: {words}"


@pytest.mark.parametrize(
    ("path", "head", "matches"),
    [
        ("/etc/supervisor/supervisord.conf", "", True),
        ("supervisor.ini", "", True),
        ("x", "[program:web]\n", True),
        ("x.conf", "[Service]\n", False),
    ],
)
def test_matches(path: str, head: str, matches: bool) -> None:
    assert supervisord.matches(path, head.encode()) is matches


def test_findings(write: Write) -> None:
    write(
        "x.conf",
        '[program:web]\nenvironment=SGLANG_USE_AITER="1",\n SGLANG_ENABLE_JIT_DEEPGEM="1"\n',
    )
    assert run("check", "-q", "x.conf").out.startswith("x.conf:3: ")
    write("y.conf", "[program:web]\nenvironment=A=50%\n")
    assert "supervisord refuses the whole file" in run("check", "-q", "y.conf").out
