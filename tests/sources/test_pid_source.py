"""The environment of another process, and which processes are SGLang servers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from sglang_envctl.errors import SourceError, UsageError
from sglang_envctl.sources import pid, sglang
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all, read_one
from tests.consumers import library
from tests.harness import Write, run
from tests.tables import table

Start = Callable[..., "subprocess.Popen[bytes]"]
WAIT = "import sys; print(flush=True); sys.stdin.read()"
ENV = {"A": "1", "EMPTY": "", "EQUALS": "a=b", "ODD": "\udcff\x1b[31m\n", "SGLANG_USE_MLX": "on"}


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a program, wait for its first line, and end it with the test."""
    children: list[subprocess.Popen[bytes]] = []

    def start(*command: str, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        child = subprocess.Popen(command, env=ENV if env is None else env, **pipes)
        assert child.stdout
        assert child.stdout.readline()
        children.append(child)
        return child

    yield start
    for child in children:
        child.communicate()


def test_environment_of_a_child_is_what_it_was_started_with(start: Start) -> None:
    program = f"import os; os.environ['A'] = 'changed'; {WAIT}"
    child = start(sys.executable, "-c", program)
    layer = read_one(f"pid:{child.pid}", Context())

    assert {a.name: a.raw for a in layer.assignments} == ENV
    assert {str(a.origin) for a in layer.assignments} == {f"pid:{child.pid} at exec"}
    assert (layer.kind, layer.explicit, layer.selector) == ("pid", False, str(child.pid))


@pytest.mark.parametrize(
    "command", ["show --set -e {}", "check {}", "export --no-check -e {}", "explain PATH -e {}"]
)
def test_output_says_that_later_changes_are_not_seen(start: Start, command: str) -> None:
    source = f"pid:{start(sys.executable, '-c', WAIT).pid}"
    told = f"envctl: {source} is the environment at exec: later changes by the program"
    line = command.format(source).split()

    assert told in run(*line).err
    assert told not in run(*line, "-q").err


def test_layer_and_finding_show_the_process(start: Start) -> None:
    number = start(sys.executable, "-c", WAIT).pid

    assert run("check", "-q", f"pid:{number}").out.startswith(
        f"pid:{number} at exec: error defaulted SGLANG_USE_MLX: "
    )


def test_program_that_wrote_its_title_over_its_environment(start: Start) -> None:
    library("setproctitle")
    program = f"import setproctitle; setproctitle.setproctitle('sglang::scheduler'); {WAIT}"
    child = start(sys.executable, "-c", program)

    with pytest.raises(SourceError, match=rf"no environment: .* started it, pid:{_parent()}$"):
        read_one(f"pid:{child.pid}", Context())


def _parent() -> int:
    return psutil.Process().pid


def test_process_that_has_ended(start: Start) -> None:
    child = start(sys.executable, "-c", WAIT)
    child.kill()
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        pass
    with pytest.raises(SourceError, match=r"has ended \(a zombie\)"):
        read_one(f"pid:{child.pid}", Context())
    child.communicate()
    with pytest.raises(SourceError, match=rf"^pid:{child.pid}: there is no such process$"):
        read_one(f"pid:{child.pid}", Context())


@table("word", ["", "0", "-1", "1x", "1e3", "²", "9" * 30, "\x1b[31m", "self"])
def test_what_is_no_number_of_a_process(word: str) -> None:
    with pytest.raises(UsageError, match=r"give the number of a process") as caught:
        read_one(f"pid:{word}", Context())
    assert str(caught.value).isprintable()


SEEN = """
import ctypes, sys
libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
print(libc.getenv(b"A"), libc.getenv(b"B"), flush=True)
sys.stdin.read()
"""


def test_first_of_two_equal_names_and_what_follows_an_empty_entry(start: Start) -> None:
    # A program with an environment that no shell makes; execve takes any strings.
    raw = (
        "import ctypes, sys; libc = ctypes.CDLL(None)\n"
        "argv = (ctypes.c_char_p * 4)(sys.executable.encode(), b'-c', sys.argv[1].encode(), None)\n"
        "env = (ctypes.c_char_p * 7)(b'A=1', b'novalue', b'=x', b'', b'A=2', b'B=3', None)\n"
        "libc.execve(sys.executable.encode(), argv, env)"
    )
    child = start(sys.executable, "-c", raw, SEEN)
    layer = read_one(f"pid:{child.pid}", Context())

    assert [(a.name, a.raw) for a in layer.assignments] == [("A", "1"), ("B", "3")]
    assert [(n.rule, n.variant, n.facts["count"]) for n in layer.notes] == [
        ("no-value", "process", 2)
    ]
    assert "entries without a name and =" in run("check", "-q", f"pid:{child.pid}").out


def test_command_of_a_server(servers: tuple[int, int]) -> None:
    assert read_one(f"pid:{servers[1]}", Context()).command[1].endswith("sglang/launch_server.py")


def _library(**ends: Exception) -> Any:
    """A stand-in for psutil, in which a process answers as real ones cannot be made to."""

    def answer(call: str, found: object) -> Callable[[], object]:
        def respond() -> object:
            if call in ends:
                raise ends[call]
            return found

        return respond

    calls = {
        "cmdline": ["x"],
        "environ": {"A": "1"},
        "ppid": 1,
        "status": "sleeping",
        "uids": SimpleNamespace(real=1001),
        "username": "eve\x1b[31m",
    }
    process = SimpleNamespace(**{call: answer(call, found) for call, found in calls.items()})
    names = ("Error", "NoSuchProcess", "ZombieProcess", "AccessDenied", "STATUS_ZOMBIE")
    return SimpleNamespace(
        Process=lambda _: process, **{name: getattr(psutil, name) for name in names}
    )


PTRACE = (
    "reading it requires permission to trace it (CAP_SYS_PTRACE; for a container, --cap-add "
    "SYS_PTRACE)"
)


@pytest.fixture
def _no_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A system without /proc, and a user of it."""
    monkeypatch.setattr(pid, "_PROC", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 1000)


@pytest.mark.usefixtures("_no_proc")
@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ({"environ": psutil.NoSuchProcess(7)}, "there is no such process"),
        ({"environ": psutil.ZombieProcess(7)}, "has ended (a zombie) and no longer has an environment"),
        ({"ppid": psutil.NoSuchProcess(7)}, "there is no such process"),
        (
            {"environ": psutil.AccessDenied(7)},
            "may not be read: it belongs to eve\\x1b[31m; run envctl as its owner or as root",
        ),
        (
            {"environ": PermissionError(), "username": psutil.AccessDenied(7)},
            "may not be read: it belongs to another user; run envctl as its owner or as root",
        ),
    ],
)  # fmt: skip
def test_process_that_cannot_be_read(ends: dict[str, Exception], words: str) -> None:
    with pytest.raises(SourceError) as caught:
        pid.layer(7, "pid:7", _library(**ends))
    assert str(caught.value) == f"pid:7: {words}"


@pytest.mark.usefixtures("_no_proc")
@pytest.mark.parametrize("user", [0, 1001])
def test_process_of_ones_own_that_may_not_be_traced(
    monkeypatch: pytest.MonkeyPatch, user: int
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    with pytest.raises(SourceError) as caught:
        pid.layer(7, "pid:7", _library(environ=psutil.AccessDenied(7)))
    assert str(caught.value) == f"pid:7: may not be read: {PTRACE}"


@pytest.mark.usefixtures("_no_proc")
def test_system_without_proc() -> None:
    assert [a.raw for a in pid.layer(7, "pid:7", _library()).assignments] == ["1"]


def test_thread_of_the_kernel() -> None:
    library = _library()
    library.Process(7).cmdline = list
    with pytest.raises(SourceError, match="is a kernel thread"):
        pid.layer(7, "pid:7", library)


def test_library_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    result = run("check", "-q", "pid:1")
    assert result.code == 3
    assert "needs psutil: pip install psutil" in result.out


SERVERS = [
    "python -m sglang.launch_server --model-path x",
    "/opt/venv/bin/python3.12 -u -X dev -m sglang.launch_server",
    "python3 -msglang.launch_server",
    "python3 -m sglang.multimodal_gen.runtime.launch_server",
    "python3 /opt/sglang/python/sglang/launch_server.py",
    "python3 sglang/launch_server.py",
    "/usr/bin/python3 /usr/local/bin/sglang serve --model-path x",
    "sglang serve --model-path x",
    "python3 -m sglang.cli.main serve",
    "python3 -m sglang_router.launch_server",
]
OTHERS = [
    "",
    "python3",
    "python3 -m",
    "python3 -m sglang_router.launch_router",
    "python3 -m sglang.bench_serving",
    "python3 -c sglang.launch_server",
    "python3 -X",
    "python3 train.py -m sglang.launch_server",
    "grep sglang.launch_server",
    "sglang generate --prompt x",
    "sglang version",
    "vim sglang/launch_server.py",
    "docker run x python3 -m sglang.launch_server",
    "bash -c sglang.launch_server",
    "sglang::scheduler",
    "python3 xsglang/launch_server.py",
]


@table("command", SERVERS)
def test_command_line_of_a_server(command: str) -> None:
    assert sglang.serves(command.split())


@table("command", OTHERS)
def test_command_line_of_something_else(command: str) -> None:
    assert not sglang.serves(command.split())


@pytest.fixture
def servers(start: Start, tmp_path: Path) -> tuple[int, int]:
    """The process IDs of two programs that look like servers, the first with a forked copy."""
    package = tmp_path / "sglang"
    package.mkdir()
    fork = "import os, sys\nif len(sys.argv) > 1 and not os.fork(): sys.stdin.read(); os._exit(0)\n"
    (package / "launch_server.py").write_text(f"{fork}{WAIT}")
    script = str(package / "launch_server.py")
    first = start(sys.executable, script, "--fork", env={"RANK": "0"})
    second = start(sys.executable, script, env={"RANK": "1"})
    return first.pid, second.pid


def test_running_servers_are_found(servers: tuple[int, int]) -> None:
    found = {layer.label: layer for layer in read_all("sglang", Context())}

    assert {f"sglang#{number}" for number in servers} <= found.keys()
    assert len(found) == len(list(sglang.servers(psutil)))
    assert found[f"sglang#{servers[1]}"].assignments[0].raw == "1"
    assert read_one(f"sglang#{servers[0]}", Context()).assignments[0].raw == "0"


def test_several_servers_are_no_single_environment(servers: tuple[int, int]) -> None:
    with pytest.raises(
        UsageError, match=rf"sglang contains .*{servers[0]}.*: select one with sglang#NAME"
    ):
        read_one("sglang", Context())
    with pytest.raises(UsageError, match=r"^sglang has no 1: the servers here are "):
        read_one("sglang#1", Context())


def test_no_server_is_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "process_iter", lambda _: iter(()))
    with pytest.raises(SourceError, match=r"^sglang: no SGLang server is running here"):
        read_one("sglang", Context())


def test_file_called_as_a_place(write: Write) -> None:
    write("sglang", "A=1\n")
    assert read_one("./sglang", Context()).kind == "dotenv"


@pytest.mark.parametrize(("source", "code"), [("pid:x", 2), ("pid:2147483647", 3), ("pid", 2)])
def test_exit_code(source: str, code: int) -> None:
    assert run("check", source).code == code
