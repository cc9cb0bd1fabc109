"""Reading Python launchers: what each form of giving a program variables comes to."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sglang_envctl.environment import Layer
from sglang_envctl.errors import SourceError
from sglang_envctl.sources import python
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all
from tests.harness import Write, run
from tests.tables import table

DATA = Path(__file__).parents[1] / "data" / "sources" / "python"
COMPUTED = "<computed when the program runs>"


def program(text: str, **outer: str) -> tuple[Layer, ...]:
    return python.layers("launch.py", text.encode(), Context(process=outer))


def values(layer: Layer) -> dict[str, str]:
    return {a.name: a.text for a in layer.assignments}


def notes(layers: tuple[Layer, ...]) -> list[str]:
    found = layers[0].notes if layers else ()
    return [f"{n.origin.line} {n.rule} {n.name}".strip() for n in found]


# Statements after `import os, subprocess`, and what they put into os.environ.
PROCESS: dict[str, tuple[str, dict[str, str]]] = {
    "assigned": ('os.environ["A"] = "1"', {"A": "1"}),
    "the later wins": ('os.environ["A"] = "1"\nos.environ["A"] = "2"', {"A": "2"}),
    "default": ('os.environ.setdefault("A", "1")', {"A": "1"}),
    "default of what is set": ('os.environ["A"] = "1"\nos.environ.setdefault("A", "2")', {"A": "1"}),
    "update": ('os.environ.update({"A": "1"}, B="2")', {"A": "1", "B": "2"}),
    "update with pairs": ('os.environ.update([("A", "1")])', {"A": "1"}),
    "merged": ('os.environ |= {"A": "1"}', {"A": "1"}),
    "putenv": ('os.putenv("A", "1")', {"A": "1"}),
    "imported names": ('from os import environ as e\ne["A"] = "1"', {"A": "1"}),
    "renamed module": ('import os as system\nsystem.environ["A"] = "1"', {"A": "1"}),
    "removed": ('os.environ["A"] = "1"\nos.environ.pop("A")', {}),
    "deleted": ('os.environ["A"] = "1"\ndel os.environ["A"]', {}),
    "constants": ('ROOT = "/d"\nos.environ["A"] = ROOT + "/x"\nos.environ["B"] = f"{ROOT}/{1}"',
                  {"A": "/d/x", "B": "/d/1"}),
    "str of a literal": ('os.environ["A"] = str(8)', {"A": "8"}),
    "computed": ('os.environ["A"] = compute()', {"A": COMPUTED}),
    "format": ('os.environ["A"] = f"{1:>3}"', {"A": COMPUTED}),
    "read with a default": ('os.environ["A"] = os.environ.get("A", "1")', {"A": "1"}),
    "read or a default": ('os.environ["A"] = os.getenv("A") or "1"', {"A": "1"}),
    "one branch": ('if x:\n    os.environ["A"] = "1"', {"A": "1"}),
    "two branches": ('if x:\n    os.environ["A"] = "1"\nelse:\n    os.environ["A"] = "2"',
                     {"A": "<set under a condition (line 5)>"}),
    "branches that agree": ('if x:\n    os.environ["A"] = "1"\nelse:\n    os.environ["A"] = "1"',
                            {"A": "1"}),
    "set after a branch": ('if x:\n    os.environ["A"] = "1"\nos.environ["A"] = "2"', {"A": "2"}),
    "unless it is set": ('if "A" not in os.environ:\n    os.environ["A"] = "1"', {"A": "1"}),
    "as the main program": ('if __name__ == "__main__":\n    os.environ["A"] = "1"', {"A": "1"}),
    "loop over a literal": ('for k, v in {"A": "1", "B": "2"}.items():\n    os.environ[k] = v',
                            {"A": "1", "B": "2"}),
    "function": ('def f(v):\n    os.environ["A"] = v\nf("1")', {"A": "1"}),
    "function that others call": ('def f(v):\n    os.environ["A"] = v\n    os.environ["B"] = "1"',
                                  {"A": "<an argument of its function>", "B": "1"}),
    "method": ('class C:\n    X = "1"\n    def f(self):\n        os.environ["A"] = self.X', {"A": "1"}),
}  # fmt: skip


@table("case", PROCESS)
def test_what_a_program_puts_into_its_environment(case: str) -> None:
    text, expected = PROCESS[case]
    layers = program(f"import os, subprocess\n{text}\n")
    assert [values(layer) for layer in layers] == ([expected] if expected else [])


@pytest.mark.real
@table(
    "case", [c for c, (_, found) in PROCESS.items() if not any("<" in v for v in found.values())]
)
def test_python_agrees(case: str) -> None:
    text, expected = PROCESS[case]
    code = (
        f"import os, subprocess\nx = y = True\n{text}\n"
        "if 'C' in globals(): C().f()\n"
        "import json, sys\njson.dump(dict(os.environ), sys.stdout)"
    )
    done = subprocess.run([sys.executable, "-c", code], env={}, capture_output=True, check=True)
    real = json.loads(done.stdout) if "putenv" not in case else expected
    assert {name: real.get(name) for name in ("A", "B")} == {
        name: expected.get(name) for name in ("A", "B")
    }


# Statements that start something, and its environment.
STARTED: dict[str, tuple[str, dict[str, str]]] = {
    "literal": ('subprocess.run(["x"], env={"A": "1"})', {"A": "1"}),
    "dict of keywords": ('subprocess.Popen("x", env=dict(os.environ, A="1"))', {"A": "1"}),
    "spread": ('subprocess.call("x", env={**os.environ, "A": "1"})', {"A": "1"}),
    "union": ('subprocess.check_call("x", env=os.environ | {"A": "1"})', {"A": "1"}),
    "copy": ('env = os.environ.copy()\nenv["A"] = "1"\nsubprocess.check_output("x", env=env)',
             {"A": "1"}),
    "constant": ('BASE = {"A": "1"}\nenv = {**BASE, "B": "2"}\nsubprocess.run("x", env=env)',
                 {"A": "1", "B": "2"}),
    "returned": ('def make():\n    e = dict(os.environ)\n    e["A"] = "1"\n    return e\n'
                 'subprocess.run("x", env=make())', {"A": "1"}),
    "argument": ('def start(e):\n    subprocess.run("x", env=e)\nstart({"A": "1"})', {"A": "1"}),
    "with that of the program": (
        'os.environ["A"] = "1"\nsubprocess.run("x", env={**os.environ, "B": "2"})',
        {"A": "1", "B": "2"},
    ),
    "what is set later": ('e = {"A": "1"}\nsubprocess.run("x", env=e)\ne["B"] = "2"', {"A": "1"}),
    "asyncio": (
        'async def f():\n    await asyncio.create_subprocess_exec("x", env={"A": "1"})', {"A": "1"}
    ),
    "exec": ('os.execve("/x", ["x"], {"A": "1"})', {"A": "1"}),
    "helper": ('popen_launch_server("model", env={"A": "1"})', {"A": "1"}),
    "shell": (
        'subprocess.Popen(f"A=1 B={x} python -m sglang.launch_server --port {p}", shell=True)',
        {"A": "1", "B": COMPUTED},
    ),
    "script": ('os.system("export A=1; nohup python -m sglang.launch_server &")', {"A": "1"}),
    "a list": ('subprocess.run(["env", "A=1", "sglang", "serve", "--port", p])', {"A": "1"}),
    "a list for a container": (
        'c = ["docker", "run", "-e", f"A={x}$"]\nc += ["-e", "B=\'2 $3", "sglang", "sglang", "serve"]\n'
        "subprocess.run(c)",
        {"A": "<computed when the program runs>", "B": "'2 $3"},
    ),
    "a list that sets nothing": (
        'subprocess.run(["sglang", "serve", "--x=1"], env={"A": "1"})', {"A": "1"}
    ),
    "bash": ('subprocess.run(["bash", "-c", "A=1 sglang serve"], env={"B": "2"})', {"A": "1", "B": "2"}),
    "script of a task": (
        'sky.Task(run="export A=1\\nsglang serve", envs={"B": "2"})', {"A": "1", "B": "2"}
    ),
    "Modal": ('image = modal.Image.debian_slim().env({"A": "1"}).pip_install("x").env({"B": "2"})',
              {"A": "1", "B": "2"}),
    "Modal secret": ('modal.Secret.from_dict({"A": "1"})', {"A": "1"}),
    "SkyPilot": ('task = sky.Task(run="x", envs={"A": "1"})\ntask.update_envs({"B": "2"})',
                 {"A": "1", "B": "2"}),
    "Ray": ('ray.init(runtime_env={"env_vars": {"A": "1"}, "pip": ["x"]})', {"A": "1"}),
    "Ray actor": ('@ray.remote(runtime_env={"env_vars": {"A": "1"}})\nclass C: pass', {"A": "1"}),
    "Ray Serve": ('@serve.deployment(ray_actor_options={"runtime_env": {"env_vars": {"A": "1"}}})\n'
                  'class C: pass', {"A": "1"}),
    "RuntimeEnv": ('RuntimeEnv(env_vars={"A": "1"})', {"A": "1"}),
    "defaults in a comprehension": (
        'E = {k: os.environ.get(k, d) for k, d in {"A": "1", **{"B": "2"}}.items()}\n'
        'Actor.options(runtime_env={"env_vars": E})', {"A": "1", "B": "2"}
    ),
    "a name in lower case among others": ('f(env={"A": "1", "RAY_b": "2"})', {"A": "1", "RAY_b": "2"}),
    "options in a dict": (
        'options = {"num_gpus": 1, "runtime_env": {"env_vars": {"A": "1"}}}\nActor.options(**options)',
        {"A": "1"},
    ),
    "extra variables of a launcher": (
        'U.execute_train(args, extra_env_vars={"A": "1"})', {"A": "1"}
    ),
    "Docker": ('client.containers.run("sglang", environment={"A": "1"})', {"A": "1"}),
}  # fmt: skip


@table("case", STARTED)
def test_what_a_program_hands_over(case: str) -> None:
    text, expected = STARTED[case]
    layers = program(f"import os, subprocess\n{text}\n")
    assert ([values(layer) for layer in layers], notes(layers)) == ([expected], [])


@pytest.mark.parametrize(
    "text",
    [
        "env = gym.make('x')\nAgent(env=env)",
        "Agent(env={'size': 3})",
        "jinja2.Environment(env='x')",
        "print(os.environ['HOME'], os.environ.get('A'))",
        "subprocess.run(['ls'])",
        "environment = 1",
    ],
)
def test_what_is_no_environment(text: str) -> None:
    assert program(f"import os, subprocess\n{text}\n") == ()


@table(
    ("text", "expected"),
    [
        ("os.environ[name()] = '1'", ["2 not-followed"]),
        ("os.environ.update(load())", ["2 not-followed"]),
        ("subprocess.run('x', env=load())", ["2 not-followed"]),
        ("subprocess.run('x', env={**load(), 'A': '1'})", ["2 not-followed"]),
        ("os.environ['A'] = 1", ["2 not-a-string A"]),
        ("os.environ['A'] = None", ["2 not-a-string A"]),
        ("subprocess.run('x', env={'A': 1})", ["2 not-a-string A"]),
        ("sky.Task(envs={'A': 1})", []),
        ("ray.init(runtime_env={'env_vars': {'A': 1}})", ["2 not-a-string A"]),
        ("a = os.environ.get('A')\nif a:\n    os.environ['A'] = a", []),
        ("def f(a=None):\n    subprocess.run('x', env={'A': a})\nf()", []),
        ("x = " + "[" * 120 + "os.environ" + "]" * 120, ["2 not-followed"]),
    ],
)
def test_what_is_told(text: str, expected: list[str]) -> None:
    assert notes(program(f"import os, subprocess\n{text}\n")) == expected


@pytest.mark.parametrize(
    "text", ["os.environ.setdefault('A', '1')", "os.environ['A'] = os.environ.get('A', '1')"]
)
def test_a_default_gives_way_to_what_is_set(text: str) -> None:
    (layer,) = program(f"import os\n{text}", A="0")
    assert [(a.raw, a.references) for a in layer.assignments] == [("0", ("A",))]


def test_each_environment_has_its_line_and_its_command() -> None:
    layers = program(
        "import os, subprocess, sys\n"
        'cmd = [sys.executable, "-m", "sglang.launch_server", "--tp", str(2), "--model-path", path]\n'
        'if multi:\n    cmd += ["--nnodes", "2"]\n'
        'subprocess.Popen(cmd, env={"A": "1"})\n'
        'subprocess.Popen(f"sglang serve --model-path {path} --tp 4", shell=True,\n'
        '                 env={\n    "B": "2",\n})\n'
    )
    assert [(one.selector, one.command) for one in layers] == [
        (
            "5",
            ("", "-m", "sglang.launch_server", "--tp", "2", "--model-path", "", "", ""),
        ),
        ("6", ("sglang", "serve", "--model-path", "", "--tp", "4")),
    ]
    assert [str(a.origin) for one in layers for a in one.assignments] == [
        "launch.py:5",
        "launch.py:8",
    ]


def test_what_is_handed_to_nobody_is_an_environment_of_its_own() -> None:
    layers = program(
        'import os, subprocess\nos.environ["A"] = "1"\nsubprocess.run("x", env={"B": "2"})\n'
    )
    assert [(one.selector, values(one)) for one in layers] == [("3", {"B": "2"}), ("", {"A": "1"})]


def test_a_comment_silences_a_rule() -> None:
    (layer,) = program('import os\nos.environ["A"] = "1"  # envctl: ignore[a]\n')
    assert layer.ignores == {("launch.py", 2): {"a"}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import os\nos.environ[", r"line 2 is not valid Python: '\[' was never closed"),
        ("os.environ\nx = " + "(" * 3000, "is not valid Python: too many nested parentheses"),
        ("os.environ\nx = " + "-" * 50_000 + "1", "nested too deep"),
        ("os.environ\n\0", "NUL|null"),
        ("os.environ\n# " + "x" * (4 << 20), "larger than 4 MiB"),
    ],
)
def test_a_file_that_is_not_read_is_one_line(text: str, words: str) -> None:
    with pytest.raises(SourceError, match=rf"^launch\.py: .*({words})") as caught:
        program(text)
    assert str(caught.value).isprintable()


# Programs that a reader may take forever with, or more memory than there is.
HARD = {
    "calls that double": "".join(f"def f{i}():\n  f{i + 1}();f{i + 1}()\n" for i in range(60))
    + "f0()",
    "calls of itself": "def f():\n  g()\n  return f()\ndef g():\n  f();f()\nf()",
    "text that doubles": "x='a'\n" + "x=x+x\n" * 60 + "os.environ['A']=x",
    "list that doubles": "x=['a','-m']\n" + "x=x+x\n" * 60 + "f(x)",
    "list in itself": "x=[]\nx.append(x)\nx+=x\nd={}\nd['a']=d\nf(x, env=d)\nd.update(d)\n",
    "large dict": "d={"
    + ",".join(f"'A{i}':'1'" for i in range(5000))
    + "}\n"
    + "d=dict(d)\n" * 5000,
    "large environment": "d={"
    + ",".join(f"'A{i}':'1'" for i in range(500))
    + "}\n"
    + "f(env=d)\n" * 5000,
    "long commands": "x='" + "sglang serve " * 500 + "'\n" + "f(x)\n" * 5000,
    "scripts": "os.system('A=1 sglang serve')\n" * 5000,
    "conditions": "".join(f"if a:\n  x='{i}'\n" for i in range(5000)) + "os.environ['A']=x",
}


@pytest.mark.slow
@table("case", HARD)
def test_work_is_bounded(case: str) -> None:
    layers = program(f"import os\n{HARD[case]}\n")
    assert sum(len(layer.assignments) for layer in layers) <= 200_000


_PIECES = st.sampled_from(
    ["os", ".environ", "[", "]", "'A'", "=", "'1'", "(", ")", ".update", ".env", "{", "}", ":", ",",
     "\n", "\n ", "if x", "def f()", "for a in", " ", "**", "f'{x}'", "|", "env=", "f", "x", "return "]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(SourceError):
        program(f"os.environ\n{text}")


@pytest.mark.parametrize("name", sorted(path.stem for path in DATA.glob("*.txt")))
def test_launchers_of_their_kinds(name: str) -> None:
    layers = read_all(f"python:{DATA / name}.txt", Context())
    found = {
        layer.selector: {
            "command": " ".join(word or "?" for word in layer.command),
            "variables": values(layer),
        }
        for layer in layers
    }
    assert found == json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("path", "head", "matches"),
    [
        ("launch.py", "", True),
        ("launch", "#!/usr/bin/env python3\n", True),
        ("launch", "#!/usr/bin/python\n", True),
        ("launch", "#!/bin/sh\n", False),
        ("py", "import os\n", False),
    ],
)
def test_matches(path: str, head: str, matches: bool) -> None:
    assert python.matches(path, head.encode()) is matches


def test_a_program_that_hands_on_nothing_holds_no_environment(write: Write) -> None:
    write("programs/tool.py", "import os\nprint(os.environ['HOME'])\n")
    write("programs/a.env", "A=1\n")
    named, around = run("check", "programs/tool.py"), run("check", "programs")
    assert (named.code, around.code) == (3, 0)
    assert "contains no environment" in named.out


def test_a_misspelled_name_is_found_at_its_line(write: Write) -> None:
    write("launch.py", 'import os\n\nos.environ["SGLANG_ENABLE_JIT_DEEPGEM"] = "1"\n')
    assert run("check", "-q", "launch.py").out.startswith("launch.py:3: ")


UNREAD = {
    "of a class": ('class A:\n    extra_env = {"SGLANG_X": "1", "SGL_Y": "2", "Z": "3"}\n', "2"),
    "returned": ('def env():\n    return {**other, "SGLANG_X": f()}\n', "2"),
    "passed on": ('start(\n    server_env={"SGLANG_X": "1"},\n)\n', ""),
    "of a module": ('ENVS: dict[str, str] = {\n    "SGLANG_X": "1",\n}\n', "1"),
    "read": ('import os\nenv = {"SGLANG_X": "1"}\nos.environ.update(env)\n', ""),
    "of another name": ('NAMES = {"SGLANG_X": "1"}\n', ""),
    "of other variables": ('env = {"A": "1"}\nx = "SGLANG_X:"\n', ""),
    "asked for": ('env = {"A": os.environ["SGLANG_X"], "B": {"SGLANG_X": 1}}\n', ""),
}


@table(("text", "line"), UNREAD.values(), ids=UNREAD)
def test_a_dictionary_that_is_not_followed(text: str, line: str) -> None:
    assert notes(program(text)) == ([f"{line} not-followed"] if line else [])


def test_what_such_a_dictionary_sets() -> None:
    (layer,) = program(UNREAD["of a class"][0])

    assert [note.facts["reason"] for note in layer.notes] == [
        "SGLANG_X and 1 more variable are set where no environment is read"
    ]
