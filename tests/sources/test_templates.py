"""Templates of scripts, units and .env files: what is filled in is unknown, a block is a condition."""

from __future__ import annotations

import time

import pytest

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all
from tests.harness import Write
from tests.tables import table

FILLED = "<filled in by a template>"
START = "python -m sglang.launch_server"


def condition(line: int) -> str:
    return f"<set under a condition of the template (line {line})>"


def listed(layers: tuple[Layer, ...]) -> list[str]:
    return [f"{a.name}={a.text}" for layer in layers for a in layer.assignments]


BLOCK = "{% if x %}\nexport A=1\n{% else %}\nexport A=2\n{% endif %}\nexport B=1\n"
NAMES = "3 not-followed a template decides which name is set"
READ = {
    "Jinja, without quotes": ("a.sh.j2", "export A={{ x }} B=1", [f"A={FILLED}", "B=1"], []),
    "Jinja, in quotes": ("a.sh.j2", "export A=\"x{{ x | d('y') }}\"", [f"A={FILLED}"], []),
    "without a suffix": ("a.sh", "export A={{ x }} B=1", [f"A={FILLED}", "B=1"], []),
    "a form for another program": (
        "a.sh",
        f"A=1 {START} --x $(docker ps --format '{{{{.ID}}}}')",
        ["A=1"],
        [],
    ),
    "a block": ("a.sh", BLOCK, [f"A={condition(1)}", "B=1"], []),
    "a block that is not closed": ("a.sh", BLOCK[:33], [f"A={condition(1)}"], []),
    "a block within a block": (
        "a.sh",
        "{% for a in b %}\n{% if x %}\n{% endif %}\nexport A=1\n{% endfor %}\nexport B=1",
        [f"A={condition(1)}", "B=1"],
        [],
    ),
    "a block of Go": (
        "a.sh.tmpl",
        "export A={{ .x }}\n{{- if .y }}\nexport B=1\n{{- end }}\nexport C=1",
        [f"A={FILLED}", f"B={condition(2)}", "C=1"],
        [],
    ),
    "a block of ERB": (
        "a.sh.erb",
        "export A=<%= @x %>\n<% if @y -%>\nexport B=1\n<% end -%>\nexport C=1",
        [f"A={FILLED}", f"B={condition(2)}", "C=1"],
        [],
    ),
    "a block of Mustache": (
        "a.env.mustache",
        "A={{x}}\n{{#y}}\nB=1\n{{/y}}\nC=1\n",
        [f"A={FILLED}", f"B={condition(2)}", "C=1"],
        [],
    ),
    "names": (
        "a.sh.j2",
        "\n{% for k, v in x %}\nexport {{ k }}={{ v }}\n{% endfor %}\nexport B=1",
        ["B=1"],
        [NAMES],
    ),
    "tags that print nothing": ("a.sh.j2", "{# x #}\n{%- set x = 1 -%}\nexport B=1", ["B=1"], []),
    "words of a command": ("a.sh.j2", f"A=1 {{{{ x }}}} {START} --y {{{{ y }}}}", ["A=1"], []),
    "a block in a command": (
        "a.sh.j2",
        f"docker run \\\n{{% if x %}}\n-e A=1 \\\n{{% endif %}}\n-e B=1 lmsysorg/sglang {START}",
        [f"A={condition(2)}", "B=1"],
        [],
    ),
    "a .env file": ("a.env.j2", "A={{ x }}\nB=1\n", [f"A={FILLED}", "B=1"], []),
    "a Dockerfile": (
        "Dockerfile.j2",
        "FROM lmsysorg/sglang\n{% if x %}\nENV A=1\n{% endif %}\nENV B={{ y }}\n",
        [f"A={condition(2)}", f"B={FILLED}"],
        [],
    ),
    "a unit": (
        "a.service.j2",
        "[Service]\nEnvironment=A={{ x }}\nEnvironment=B=1\n",
        [f"A={FILLED}", "B=1"],
        [],
    ),
    "a program of supervisord": (
        "a.conf.j2",
        f'[program:a]\ncommand={START}\nenvironment=A="{{{{ x }}}}",B="1"\n',
        [f"A={FILLED}", "B=1"],
        [],
    ),
    "a Compose file": (
        "compose.yaml.j2",
        "services:\n  a:\n    image: x\n    environment:\n      A: {{ x }}\n      B: '1'\n",
        [f"A={FILLED}", "B=1"],
        [],
    ),
    "signs for sed": ("a.sh.in", "export A=@X@ B=__X__ C=%%X%% D=1", [
        f"A={FILLED}", f"B={FILLED}", f"C={FILLED}", "D=1"
    ], []),
    "signs for sed in a .env file": ("a.env.template", "A=@X@\nB=1\n", [f"A={FILLED}", "B=1"], []),
    "a justfile": ("justfile", 'export A := "{{x}}"\n', ["A={{x}}"], []),
}  # fmt: skip


@table(("path", "text", "expected", "noted"), READ.values(), ids=READ)
def test_what_is_read(
    write: Write, path: str, text: str, expected: list[str], noted: list[str]
) -> None:
    write(path, text)
    found = read_all(path, Context())
    notes = [f"{n.origin.line} {n.rule} {n.facts.get('reason', '')}" for n in found[0].notes]

    assert listed(found) == expected
    assert notes == noted


@pytest.mark.parametrize("part", ["{{", "{%", "<%", "{#", "{% if x %}", "A={{ x }}\n"])
def test_time_is_bounded(write: Write, part: str) -> None:
    write("a.env.j2", part * (60_000 // len(part)))
    before = time.process_time()
    read_all("a.env.j2", Context())

    assert time.process_time() - before < 2
