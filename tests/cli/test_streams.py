"""Real pipes, files and terminals: whatever is at the other end, no traceback and the right code."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.harness import PERSON, ROOT, SGR, Write, child, command, heeding, run, surroundings

SHELL = ("sh", "-c")
GOOD = "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=2\n"
BAD = "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=one\n"

full_disk = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("check big.env", 1),
        ("show -e big.env", 0),
        ("diff big.env defaults", 1),
        ("export --no-check -e big.env", 0),
        ("show -e big.env --format json", 0),
        ("--help", 0),
    ],
)
def test_a_reader_that_goes_away_changes_nothing(write: Write, line: str, code: int) -> None:
    lines = (f"APP_{i}='x'y\nSGLANG_APP_{i}={'v' * 200}\n" for i in range(2_000))
    write("big.env", "".join(lines))
    reading, writing = os.pipe()
    os.close(reading)

    with os.fdopen(writing, "wb") as nobody:
        result = child(*line.split(), "-q" if line != "--help" else "--help", stdout=nobody)

    assert result == (code, "", "")


@pytest.mark.slow
@full_disk
@pytest.mark.parametrize("line", ["check bad.env", "show --all", "export -e good.env", "--help"])
def test_a_full_disk_is_one_line(write: Write, line: str) -> None:
    write("bad.env", BAD)
    write("good.env", GOOD)
    with open("/dev/full", "wb") as full:
        result = child(*line.split(), stdout=full)

    assert result.code == 3
    assert result.complaint == "standard output: no space left on device"


EDITORS = "standard input and output: an editor needs both, but one is closed"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "closed", "code", "complaint"),
    [
        ("check bad.env", ">&-", 3, "envctl: standard output: is closed\n"),
        ("show --all", ">&-", 3, "envctl: standard output: is closed\n"),
        ("check bad.env", "2>&-", 1, ""),
        ("nonsense", "2>&-", 2, ""),
        ("export -e -", "<&-", 3, "envctl: -: standard input: is closed; pipe a file in\n"),
        ("check good.env -q", "<&- >&-", 0, ""),
        ("lsp", "<&-", 3, f"envctl: {EDITORS}\n"),
    ],
)
def test_streams_that_are_closed(
    write: Write, line: str, closed: str, code: int, complaint: str
) -> None:
    write("bad.env", BAD)
    write("good.env", GOOD)
    result = child(*line.split(), wrapper=(*SHELL, f'exec "$0" "$@" {closed}'))

    assert (code, complaint) == (result.code, result.err)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "code"),
    [("check bad.env", 1), ("check missing.env", 3), ("nonsense", 2), ("show -e bad.env", 0)],
)
def test_nobody_reads_either_stream(write: Write, line: str, code: int) -> None:
    write("bad.env", BAD)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        ended = subprocess.run(
            command(*line.split()), env=surroundings(), stdout=nobody, stderr=nobody, check=False
        )

    assert ended.returncode == code


LONG = "export -q -e big.env"
# Nor may Python write a part of a compiled module.
SMALL_FILES = ("bash", "-c", 'ulimit -f 16; PYTHONDONTWRITEBYTECODE=1 exec "$0" "$@"')
UNBUFFERED = [{}, {"PYTHONUNBUFFERED": "1"}]


@pytest.fixture
def big(write: Write) -> str:
    text = "A=" + "x" * 120_000 + "\nB=" + "y" * 120_000 + "\nC=" + "z" * 120_000 + "\n"
    write("big.env", text)
    return text


@pytest.mark.slow
@pytest.mark.parametrize("env", UNBUFFERED)
def test_a_pipe_that_does_not_block_gets_everything(big: str, env: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with subprocess.Popen(
        command(*LONG.split()), env=surroundings(env), stdout=writing, stderr=subprocess.PIPE
    ) as running:
        os.close(writing)
        time.sleep(0.5)  # until the pipe is full
        with os.fdopen(reading, "rb") as stream:
            assert stream.read().decode() == big
        assert running.wait(30) == 0


@pytest.mark.slow
@pytest.mark.parametrize("env", UNBUFFERED)
@pytest.mark.parametrize("line", [LONG, "show -q --all --format json"])
def test_output_that_does_not_fit_is_an_error(big: str, env: dict[str, str], line: str) -> None:
    with Path("target").open("wb") as target:
        result = child(*line.split(), env=env, stdout=target, wrapper=SMALL_FILES)

    assert result.code == 3
    assert result.complaint == "standard output: file too large"


@pytest.mark.slow
@pytest.mark.parametrize("env", UNBUFFERED)
def test_a_file_that_does_not_fit_leaves_the_old_one(big: str, env: dict[str, str]) -> None:
    Path("target").write_text("old\n", encoding="utf-8")
    result = child(*LONG.split(), "-o", "target", env=env, wrapper=SMALL_FILES)

    assert (result.code, result.complaint) == (3, "target: file too large")
    assert Path("target").read_text(encoding="utf-8") == "old\n"
    assert sorted(os.listdir()) == ["big.env", "target"]


STOPPING = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), STOPPING.items())
def test_a_signal_while_it_waits_for_standard_input(number: signal.Signals, code: int) -> None:
    with subprocess.Popen(
        heeding(*command("check", "-")),
        env=surroundings(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as waiting:
        _until_it_reads(waiting.pid)
        waiting.send_signal(number)
        assert waiting.wait(30) == code
        out, err = waiting.communicate()

    assert (out, err) == (b"", b"envctl: interrupted\n")


# The program, with a signal to itself at the moment that is named.
AT_IMPORT = """
import os, sys
from sglang_envctl.__main__ import main
class Finder:
    def find_spec(self, name, *rest):
        if name == "typer":
            os.kill(os.getpid(), NUMBER)
sys.meta_path.insert(0, Finder())
main()
"""
AT_THE_END = """
import os
from sglang_envctl.__main__ import main
from sglang_envctl.cli import outcome
before = outcome.run
def run(*args):
    before(*args)
    os.kill(os.getpid(), NUMBER)
outcome.run = run
main()
"""
AT_WRITE = """
import os
from sglang_envctl.__main__ import main
before = os.MOMENT
def at_the_moment(*args):
    done = before(*args) if AFTER else None
    os.kill(os.getpid(), NUMBER)
    return done if AFTER else before(*args)
os.MOMENT = at_the_moment
main()
"""

IN_A_CALLBACK = """
import os, time, weakref
from sglang_envctl.__main__ import main
class Dying:
    pass
def at_the_end(_):
    os.kill(os.getpid(), NUMBER)
    time.sleep(0)
before = os.open
def opened(*args, **named):
    os.open = before
    one = Dying()
    reference = weakref.ref(one, at_the_end)
    del one
    time.sleep(9)
    return before(*args, **named)
os.open = opened
main()
"""


def _signaled(program: str, *args: str) -> tuple[int, str]:
    ended = subprocess.run(
        heeding(sys.executable, "-c", program, *args),
        env=surroundings(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stderr


@pytest.mark.parametrize(("number", "code"), STOPPING.items())
@pytest.mark.parametrize(
    "program", [AT_IMPORT, IN_A_CALLBACK, AT_THE_END], ids=["import", "callback", "end"]
)
def test_a_signal_during_the_imports_in_a_callback_or_at_the_end(
    write: Write, number: signal.Signals, code: int, program: str
) -> None:
    write("x.env", GOOD)
    program = program.replace("NUMBER", str(int(number)))

    assert _signaled(program, "show", "-q", "-e", "x.env") == (code, "envctl: interrupted\n")


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("moment", ["open", "fsync", "replace"])
@pytest.mark.parametrize(("number", "code"), STOPPING.items())
def test_a_signal_leaves_the_old_file_or_the_new_one_and_nothing_else(
    write: Write, number: signal.Signals, code: int, moment: str, after: bool
) -> None:
    write("in.env", GOOD)
    write("out.env", "old\n")
    program = (
        AT_WRITE.replace("NUMBER", str(int(number)))
        .replace("MOMENT", moment)
        .replace("AFTER", str(after))
    )
    ended = _signaled(program, "export", "-q", "-e", "in.env", "-o", "out.env")

    assert ended == (code, "envctl: interrupted\n")
    assert sorted(os.listdir()) == ["in.env", "out.env"]
    new = moment == "replace" and after
    assert Path("out.env").read_text(encoding="utf-8") == (GOOD if new else "old\n")


def _until_it_reads(pid: int) -> None:
    """Wait until the process sleeps in a read of standard input."""
    for _ in range(600):
        try:
            channel = Path(f"/proc/{pid}/syscall").read_text(encoding="ascii").split()
        except OSError:
            channel = []
        if channel[:2] == ["0", "0x0"]:
            return
        time.sleep(0.05)
    time.sleep(1)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
@pytest.mark.parametrize(
    "line", ["show -e x.env --set", "check x.env", "diff x.env defaults", "explain misread"]
)
def test_any_encoding_of_standard_output(write: Write, encoding: str, line: str) -> None:
    write("x.env", 'APP="snow \u2603, caf\u00e9"\nSGLANG_CACHE_DIT_SCM_POLICY=\u2603\n')
    env = {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": encoding, "PYTHONCOERCECLOCALE": "0"}
    result = subprocess.run(
        command(*line.split()), env=surroundings(env), capture_output=True, timeout=60, check=False
    )

    assert result.returncode in (0, 1)
    assert "Traceback" not in result.stderr.decode(encoding)
    result.stdout.decode(encoding)


def test_bytes_that_are_not_utf8_are_exported_as_they_are(write: Write) -> None:
    write("x.env", "")
    ended = subprocess.run(
        command("export", "--format", "shell"),
        env=surroundings({"SGLANG_S3_BUCKET_NAME": "caf\udce9"}),
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert ended.stdout == b"export SGLANG_S3_BUCKET_NAME='caf\xe9'\n"


def _at_a_terminal(
    *args: str, env: dict[str, str], size: tuple[int, int], ended: int | None = None
) -> str:
    """What a terminal of that many lines and columns is sent."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    running = subprocess.Popen(
        command(*args),
        env=surroundings({"TERM": "xterm-256color", **env}),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    sent = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux, when the last one closes the terminal
            break
        if not piece:
            break
        sent += piece
    os.close(master)
    assert running.wait(30) in ((0, 1) if ended is None else (ended,))
    return sent.decode()


@pytest.mark.slow
def test_a_terminal_gets_colours_and_its_width(write: Write) -> None:
    write("bad.env", BAD)
    sent = _at_a_terminal("check", "bad.env", env={}, size=(40, 80))
    plain = _at_a_terminal("check", "bad.env", env={"NO_COLOR": "1"}, size=(40, 80))

    assert "\x1b[1;31merror" in sent
    assert "\x1b[1;31m" not in plain
    assert max(map(len, SGR.sub("", sent).split("\r\n")[:-2])) <= 80


def test_a_terminal_gets_its_messages_broken_between_words(write: Write) -> None:
    write("bad.env", BAD)
    sent = _at_a_terminal("check", "bad.env", "-q", "--nonsense", env={}, size=(40, 30), ended=2)
    lines = [line.strip() for line in sent.replace("\r\n", "\n").splitlines()]
    plain = child("check", "bad.env", "-q", "--nonsense").err

    assert " ".join(lines) == plain.rstrip("\n")
    assert max(map(len, lines)) <= 30
    assert len(lines) > 1


@pytest.mark.slow
@pytest.mark.parametrize("line", ["export -e bad.env", "run -e bad.env -- true"])
def test_what_keeps_it_from_going_on_is_broken_between_words_too(line: str, write: Write) -> None:
    write("bad.env", BAD)
    sent = _at_a_terminal(*line.split(), env={}, size=(40, 60), ended=1).splitlines()
    plain = child(*line.split()).err.split()

    assert " ".join(sent).split() == plain
    assert max(map(len, sent)) <= 60


@pytest.mark.slow
def test_no_summary_is_drawn_over_a_pager() -> None:
    master, slave = pty.openpty()
    for args, told in ((["show"], False), (["check"], True)):
        ended = subprocess.run(
            command(*args), env=surroundings(), stdout=subprocess.PIPE, stderr=slave, check=False
        )
        assert ended.returncode == 0
        os.write(slave, b"|")
        assert (len(os.read(master, 4096)) > 1) is told
    os.close(master)
    os.close(slave)


@pytest.mark.slow
def test_no_line_is_padded(write: Write) -> None:
    write("good.env", GOOD)
    for args in (["show", "-e", "good.env", "--all"], ["explain", "--rules"], ["config"]):
        for columns in ("40", "80", "140"):
            drawn = run(*args, env={**PERSON, "COLUMNS": columns}).out
            assert [line for line in SGR.sub("", drawn).splitlines() if line != line.rstrip()] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "colored"),
    [("0", False), ("false", False), ("", False), ("1", True), ("true", True), ("3", True)],
)
def test_force_color_in_a_pipe(write: Write, said: str, colored: bool) -> None:
    write("bad.env", BAD)
    plain = child("check", "bad.env").out
    out = child("check", "bad.env", env={"FORCE_COLOR": said}).out

    assert ("\x1b[" in out) is colored
    assert SGR.sub("", out) == plain


def test_force_color_0_at_a_terminal(write: Write) -> None:
    write("bad.env", BAD)

    assert "\x1b[1;31m" not in _at_a_terminal(
        "check", "bad.env", env={"FORCE_COLOR": "0"}, size=(40, 80)
    )


@pytest.mark.slow
def test_color_and_pager_are_those_of_envctl(write: Write) -> None:
    write("x.env", "FORCE_COLOR=1\nPAGER=false\nNO_COLOR=1\nTTY_COMPATIBLE=1\nCOLUMNS=20\n")

    assert "\x1b" not in child("show", "-e", "x.env").out
    assert child("show", "--set", "-e", "x.env").out.count("\n") == 5


@pytest.mark.slow
@pytest.mark.parametrize(("lines", "paged"), [(10, True), (4000, False)])
def test_only_what_is_longer_than_the_screen_goes_through_the_pager(
    tmp_path: Path, lines: int, paged: bool
) -> None:
    pager = tmp_path / "pager"
    pager.write_text(f"#!{sys.executable}\nimport sys\nprint('PAGED', len(sys.stdin.read()))\n")
    pager.chmod(0o755)
    sent = _at_a_terminal("show", "--all", env={"PAGER": str(pager)}, size=(lines, 80))

    assert paged == ("PAGED" in sent)
    assert paged != ("SGLANG_CACHE_DIT_FN" in sent)
    sent = _at_a_terminal(
        "show", "--all", "--no-pager", env={"PAGER": str(pager)}, size=(lines, 80)
    )
    assert "SGLANG_CACHE_DIT_FN" in sent


def test_a_pipe_is_never_paged_nor_coloured() -> None:
    result = child("show", "--all", env={"PAGER": "false", "TERM": "xterm"})

    assert result.code == 0
    assert "\x1b" not in result.out
    assert result.out.count("\n") >= 91


def test_the_module_is_the_program(write: Write) -> None:
    write("bad.env", BAD)

    assert child("check", "-", stdin=BAD.encode(), env={"PYTHONPATH": str(ROOT)}).code == 1
    assert child("check", "bad.env").out.startswith("bad.env:2: error crashes")


@pytest.mark.parametrize("columns", ["0", "-5", "²", "9" * 50])
@pytest.mark.parametrize("line", ["check bad.env", "explain SGLANG_PORT"])
def test_a_width_that_no_screen_has(write: Write, line: str, columns: str) -> None:
    write("bad.env", "SGLANG_PORT=x\n")
    result = run(*line.split(), env={**PERSON, "COLUMNS": columns, "LINES": columns})
    assert (result.code in (0, 1), "SGLANG" in result.out) == (True, True), result.err
