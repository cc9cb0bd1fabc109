"""Where an export fails, what evaluates its output fails too; every other format stays valid."""

from __future__ import annotations

import csv
import json
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.consumers import need
from tests.harness import Write, command, run, surroundings

FAILURES = {
    "an error in the environment": ("-e", "bad.env"),
    "a file that does not exist": ("-e", "none.env"),
    "a registry that does not exist": ("-e", "good.env", "--registry", "none.toml"),
    "a wrong option": ("-e", "good.env", "--nonsense"),
    "a file with nothing in it": ("-e", "empty.env"),
    "a pattern that matches nothing": ("-e", "good.env", "NO_SUCH_*"),
    "an assignment that does not fit": ("-e", "odd.env"),
    "a hostile name": ("-e", "'$(touch pwned)`touch pwned`\"}.env"),
}
CONSUMERS = [
    ("shell", ["bash", "-c"], 'eval "$(ENVCTL)" && echo STARTED'),
    ("shell", ["bash", "-c"], 'eval "$(ENVCTL)"; echo STARTED'),
    ("shell", ["bash", "-ec"], 'eval "$(ENVCTL)"\necho STARTED'),
    ("shell", ["bash", "-c"], ". <(ENVCTL) && echo STARTED"),
    ("shell", ["dash", "-c"], 'eval "$(ENVCTL)"; echo STARTED'),
    ("shell", ["zsh", "-c"], 'eval "$(ENVCTL)"; echo STARTED'),
    ("shell", ["bash", "-c"], 'ENVCTL_NOTHING_WRITTEN=1; eval "$(ENVCTL)" && echo STARTED'),
    ("docker-args", ["bash", "-c"], 'eval "echo STARTED $(ENVCTL) image"'),
    ("docker-args", ["dash", "-c"], 'eval "echo STARTED $(ENVCTL) image"'),
    ("docker-args", ["zsh", "-c"], 'eval "echo STARTED $(ENVCTL) image"'),
    ("fish", ["fish", "-c"], "ENVCTL | source; and echo STARTED"),
    ("fish", ["fish", "-c"], "eval (ENVCTL | string collect); and echo STARTED"),
]


@pytest.fixture(autouse=True)
def _files(write: Write) -> None:
    write("good.env", "SGLANG_CACHE_DIT_FN=2\n")
    write("bad.env", "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=one\n")
    write("empty.env", "")
    write("odd.env", "A.B=1\n")


@pytest.mark.real
@pytest.mark.parametrize("failure", FAILURES.values(), ids=list(FAILURES))
@pytest.mark.parametrize(("form", "shell", "script"), CONSUMERS)
def test_nothing_goes_on_without_its_environment(
    write: Write, form: str, shell: list[str], script: str, failure: tuple[str, ...]
) -> None:
    need(shell[0])
    failed = run("export", *failure, "--format", form)
    if failed.code == 0:
        pytest.skip("this format carries it")
    write("output", failed.out)
    ended = subprocess.run(
        [*shell, script.replace("ENVCTL", "cat output")],
        env=surroundings(),
        capture_output=True,
        timeout=30,
        check=False,
    )

    assert b"STARTED" not in ended.stdout
    assert ended.returncode != 0
    assert b"nothing" in ended.stderr.lower() or failed.err.encode()[8:40] in ended.stderr
    assert not Path("pwned").exists()


@pytest.mark.parametrize("form", ["dotenv", "docker", "compose", "kubernetes", "github", "yaml"])
def test_what_is_not_evaluated_stays_empty(form: str) -> None:
    assert run("export", "-e", "bad.env", "--format", form).out == ""


def test_powershell_stops() -> None:
    assert run("export", "-e", "none.env", "--format", "powershell").out == (
        "throw 'none.env: no such file'\n"
    )


@pytest.mark.parametrize(
    "output", ["-o x.sh", "-ox.sh", "-qo x.sh", "-qox.sh", "--output x.sh", "--output=x.sh"]
)
def test_what_goes_into_a_file_leaves_standard_output_empty(output: str) -> None:
    assert run("export", "-e", "bad.env", "--format", "shell", *output.split()).out == ""
    assert run("snapshot", "none.env", *output.split()).out == ""


@pytest.mark.parametrize("output", ["-o -", "-o-", "--output=-", "-o /dev/stdout"])
def test_standard_output_has_other_names(output: str) -> None:
    failed = run("export", "-e", "bad.env", "--format", "shell", *output.split())
    assert failed.out == run("export", "-e", "bad.env", "--format", "shell").out != ""


@pytest.mark.parametrize(
    "line", ["snapshot none.env", "snapshot --nonsense", "snapshot pid:0", "schema none", "schema"]
)
def test_what_always_prints_json_fails_in_json(line: str) -> None:
    failed = run(*line.split())
    found = json.loads(failed.out)["error"]

    assert failed.code == found["exit_code"] != 0
    assert found["message"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [("--registry none.toml", 3), ("--nonsense", 2), ("--sglang nonsense", 2)],
)
@pytest.mark.parametrize(
    "line",
    [
        "check good.env --format json",
        "validate good.env --format=json",
        "show -e good.env --format json",
        "diff good.env defaults --format json",
        "explain HF_TOKEN --format json",
        "audit --format json",
        "export -e good.env --format json",
        "check good.env --format github",
        "check good.env --format gitlab",
        "check good.env --format sarif",
        "check good.env --format junit",
        "check good.env --format markdown",
        "show -e good.env --format csv",
        "show -e good.env --format markdown",
    ],
)
def test_every_format_is_valid_in_every_outcome(line: str, wrong: str, code: int) -> None:
    if "audit" in line and "sglang" in wrong:
        code = 2  # it has no such option
    result = run(*line.split(), *wrong.split())

    assert result.code == code
    message = result.complaint
    form = line.split("--format")[1].strip(" =")
    if form == "json":
        assert json.loads(result.out) == {
            "schema": 1,
            "error": {"message": message, "exit_code": code},
        }
    elif form == "gitlab":
        assert message in json.loads(result.out)[0]["description"]
    elif form == "sarif":
        invocation = json.loads(result.out)["runs"][0]["invocations"][0]
        assert invocation["executionSuccessful"] is False
        assert invocation["toolExecutionNotifications"][0]["message"]["text"] == message
    elif form == "junit":
        error = ET.fromstring(result.out).find("testsuite/testcase/error")  # noqa: S314 - our own
        assert error is not None
        assert error.get("message") == message
    elif form == "csv":
        assert [row[:2] for row in csv.reader(result.out.splitlines())] == [["section", "name"]]
    else:
        assert result.out.count("\n") == 1


def test_text_for_people_is_not_repeated_on_standard_output() -> None:
    assert run("check", "good.env", "--registry", "none.toml").out == ""


def test_a_command_line_of_another_program_is_none_of_its_own() -> None:
    assert run("run", "--nonsense", "--", "jq", "--format", "json").out == ""


def test_the_line_in_a_real_pipe() -> None:
    ended = subprocess.run(
        [
            "sh",
            "-c",
            f'eval "$({" ".join(command("export"))} -e bad.env --format shell)"; echo STARTED',
        ],
        env=surroundings(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "STARTED" not in ended.stdout
    assert "nothing written: 1 error in bad.env" in ended.stderr
