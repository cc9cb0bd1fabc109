"""`envctl run`: checks, then becomes a command with exactly that environment."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import Result, Write, child, command, run, surroundings

GOOD = "SGLANG_CACHE_DIT_ENABLED=true\nAPP='a b'\n"
BAD = "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=one\n"
DUMP = [sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"]


def environment(*options: str, env: dict[str, str] | None = None) -> dict[str, str]:
    """What the command finds in its environment."""
    result = child("run", *options, "--", *DUMP, env=env)
    assert result.code == 0, result.err
    found: dict[str, str] = json.loads(result.out)
    found.pop("LC_CTYPE", None)  # Python adds it where the locale is C
    return found


def test_the_command_gets_what_the_layers_set_and_nothing_else(write: Write) -> None:
    write("a.env", GOOD)
    write("b.env", "APP=\n")

    assert environment("-e", "a.env") == {"SGLANG_CACHE_DIT_ENABLED": "true", "APP": "a b"}
    assert environment("-e", "a.env", "-e", "b.env")["APP"] == ""


def test_inherit_puts_the_current_environment_underneath(write: Write) -> None:
    write("a.env", GOOD)
    current = {"APP": "mine", "OTHER": "1"}
    found = environment("-e", "a.env", "--inherit", env=current)

    assert found == {**surroundings(current), "SGLANG_CACHE_DIT_ENABLED": "true", "APP": "a b"}


def test_without_layers_it_is_the_current_environment() -> None:
    assert environment(env={"OTHER": "1"}) == surroundings({"OTHER": "1"})


@pytest.mark.slow
@pytest.mark.parametrize(
    "raw", ["a\nb", "$HOME", "'\"\\", "\u00e9\U0001f600", " padded ", "\udce9"]
)
def test_values_arrive_byte_for_byte(raw: str, write: Write) -> None:
    write("a.env", GOOD)

    assert environment("-e", "a.env", "--inherit", env={"RAW": raw})["RAW"] == raw


def test_errors_keep_the_command_from_starting(write: Write) -> None:
    write("a.env", BAD)
    refused = child("run", "-e", "a.env", "--", *DUMP)

    assert (refused.code, refused.out) == (1, "")
    assert "a.env:2: error crashes SGLANG_CACHE_DIT_FN" in refused.err
    assert refused.err.endswith("fix them, or run it anyway with --no-check\n")
    assert environment("-e", "a.env", "--no-check")["SGLANG_CACHE_DIT_FN"] == "one"


def test_warnings_are_said_and_information_is_not(write: Write) -> None:
    write("a.env", "SGLANG_CACHE_DIT_ENABLED=1\nSGLANG_DIFFUSION_TORCH_PROFILER_DIR=traces\n")
    loud = child("run", "-e", "a.env", "--", "true")

    assert (loud.code, loud.out) == (0, "")
    assert loud.err.startswith("a.env:2: warning relative-path")
    assert loud.err.count("\n") == 1
    assert child("run", "-q", "-e", "a.env", "--", "true") == Result(0, "", "")


POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    env:\n"
    "    - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}\n"
)


def test_a_value_that_no_environment_can_contain_is_refused_by_name(write: Write) -> None:
    write("x.json", '{"env": {"A": "\\ud800", "B": "1"}}')
    refused = child("run", "-e", "x.json", "--no-check", "--", *DUMP)

    assert refused.code == 1
    assert refused.complaint == (
        "not started: A contains half of a surrogate pair, which no environment can contain"
    )


def test_a_value_that_only_the_start_knows_is_refused_by_name(write: Write) -> None:
    write("pod.yaml", POD)
    refused = child("run", "-e", "pod.yaml", "--no-check", "--", *DUMP)

    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(
        "envctl: not started: the value of POD_IP is known only at startup"
    )


def test_a_source_that_cannot_be_read_starts_nothing() -> None:
    assert child("run", "-e", "missing.env", "--", "true") == Result(
        3, "", "envctl: missing.env: no such file\n"
    )


ENDS = {
    "its exit code": (["sh", "-c", "exit 7"], 7),
    "killed": (["sh", "-c", "kill -TERM $$"], -signal.SIGTERM),
    "not found": (["no-such-command"], 127),
    "not found by path": (["./no-such-command"], 127),
    "a source in place of a command": (["./a.env"], 126),
    "an empty name": ([""], 127),
    "a directory": (["/"], 126),
    "not executable": (["./plain"], 126),
    "without an interpreter": (["./dangling"], 126),
    "not a program": (["./text"], 126),
}


@pytest.mark.parametrize(("line", "code"), ENDS.values(), ids=ENDS)
def test_how_it_ends_is_how_the_command_ends(line: list[str], code: int, write: Write) -> None:
    write("a.env", GOOD)
    write("plain", "#!/bin/sh\n")
    write("dangling", "#!/no/such/interpreter\n").chmod(0o755)
    write("text", "no program\n").chmod(0o755)
    result = child("run", "-e", "a.env", "--", *line)

    assert result.code == code
    assert result.err.count("\n") == (code in (126, 127))


def test_a_command_is_found_on_the_path_of_its_environment(write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "mine").write_text("#!/bin/sh\necho found\n", "utf-8")
    (folder / "mine").chmod(0o755)
    write("a.env", f"PATH={folder}\n")

    assert child("run", "-e", "a.env", "--", "mine").out == "found\n"


def test_options_after_the_command_are_its_own(write: Write) -> None:
    write("a.env", GOOD)

    for dashes in ([], ["--"]):
        result = child("run", "-e", "a.env", *dashes, "printf", "%s|", "-e", "--help", "--", "")
        assert result.out == "-e|--help|--||"


def test_it_is_the_same_process_and_no_signal_is_ignored(write: Write) -> None:
    write("a.env", GOOD)
    started = subprocess.Popen(
        command("run", "-e", "a.env", "--", "sh", "-c", "grep SigIgn /proc/self/status; echo $$"),
        stdout=subprocess.PIPE, env=surroundings(), text=True,
    )  # fmt: skip
    out, _ = started.communicate(timeout=60)
    ignored, pid = out.split()[1:]

    assert int(pid) == started.pid
    assert int(ignored, 16) & (1 << signal.SIGPIPE - 1) == 0


def test_no_value_is_on_a_command_line(write: Write) -> None:
    write("a.env", "HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyz\n")
    result = child("run", "-e", "a.env", "--", "sh", "-c", "tr '\\0' ' ' </proc/$$/cmdline")

    assert "sh -c" in result.out
    assert "hf_" not in result.out


def test_a_command_is_required() -> None:
    assert run("run").complaint.startswith("missing argument '-- COMMAND'")
