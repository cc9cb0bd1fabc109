"""No input is lost: neither -o nor > writes onto a file that envctl reads."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.harness import Write, child, run

UNIT = "[Service]\nEnvironment=SGLANG_CACHE_DIT_FN=2\n"
WITH_ENV_FILE = "services: {s: {env_file: some.env, environment: {A: '1'}}}\n"
EXTENDING = "services: {s: {extends: {file: base.yaml, service: b}, environment: {A: '1'}}}\n"
READ_BESIDES = {
    "a .env that a Compose file interpolates": {
        "compose.yaml": "services: {s: {image: 'x:${TAG}', environment: {A: '${CACHE}'}}}\n",
        ".env": "TAG=v1\nCACHE=/data\nDB_PASSWORD=precious\n",
    },
    "an env_file of comments": {"compose.yaml": WITH_ENV_FILE, "some.env": "# none\n"},
    "a file that a service extends": {
        "compose.yaml": EXTENDING,
        "base.yaml": "services: {b: {image: x}}\n",
    },
    "a script that another one sources": {
        "s.sh": "source ./inc.sh\nexport A=$X\n",
        "inc.sh": "X=1\n",
    },
    "an EnvironmentFile= of comments": {
        "x.service": f"{UNIT}EnvironmentFile=-HERE/some.env\n",
        "some.env": "# none\n",
    },
    "a drop-in without assignments": {
        "x.service": UNIT,
        "x.service.d/a.conf": "[Service]\n",
    },
}


@pytest.mark.parametrize("files", READ_BESIDES.values(), ids=list(READ_BESIDES))
def test_a_file_that_is_read_for_another_is_never_overwritten(
    write: Write, files: dict[str, str]
) -> None:
    for name, text in files.items():
        write(name, text.replace("HERE", os.getcwd()))
    source, other = files
    before = Path(other).read_text(encoding="utf-8")
    result = run("export", "--no-check", "-e", source, "-o", other)

    assert result.code == 2
    assert result.complaint == f"--output: {other} is one of the inputs; name another file"
    assert Path(other).read_text(encoding="utf-8") == before


def test_nor_is_the_file_that_standard_input_comes_from(write: Write) -> None:
    write("in.env", "A=1\n")
    with Path("in.env").open("rb") as stream:
        result = child("export", "-e", "-", "-o", "in.env", stdin=stream)

    assert (result.code, Path("in.env").read_text(encoding="utf-8")) == (2, "A=1\n")


@pytest.mark.parametrize("line", ["export -e .env", "export -e - --no-check", "snapshot .env"])
@pytest.mark.parametrize("mode", ["wb", "ab"])
def test_standard_output_is_none_of_the_inputs(write: Write, line: str, mode: str) -> None:
    write(".env", "SGLANG_CACHE_DIT_FN=2\n")
    with Path(".env").open(mode) as target, Path(".env").open("rb") as source:
        result = child(*line.split(), stdin=source, stdout=target)

    assert result.code == 2
    assert "one of the inputs" in result.complaint
    assert "-o FILE" in result.complaint
    assert Path(".env").read_text(encoding="utf-8") == (
        "" if mode == "wb" else "SGLANG_CACHE_DIT_FN=2\n"
    )


def test_a_pipe_with_a_reader_is_written_to(write: Write) -> None:
    write(".env", "SGLANG_CACHE_DIT_FN=2\n")
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run("export", "-q", "-e", ".env", "-o", "pipe").code == 0
        assert os.read(reader, 100) == b"SGLANG_CACHE_DIT_FN=2\n"
    finally:
        os.close(reader)


@pytest.mark.parametrize("target", [".env", "./.env", "linked", "same"])
@pytest.mark.parametrize(
    "line",
    ["export -e .env -o TARGET", "export -e .env --output=TARGET", "export -e .env -oTARGET",
     "snapshot .env -qo TARGET", "check .env --update-baseline --baseline TARGET"],
)  # fmt: skip
def test_no_option_writes_onto_an_input(write: Write, line: str, target: str) -> None:
    write(".env", "SGLANG_CACHE_DIT_FN=2\n")
    os.symlink(".env", "linked")
    os.link(".env", "same")
    result = run(*line.replace("TARGET", target).split())

    assert result.code == 2
    assert result.complaint.endswith(f"{target} is one of the inputs; name another file")
    assert Path(".env").read_text(encoding="utf-8") == "SGLANG_CACHE_DIT_FN=2\n"


REFUSED = "APP=1\nSGLANG_CACHE_DIT_FN=one\n"


@pytest.mark.parametrize(
    ("args", "mode", "told"),
    [
        ([], "wb", True),
        (["--format", "docker"], "wb", True),
        ([], "ab", False),
        (["-o", "new.env"], "wb", False),
    ],
)
def test_a_refusal_says_that_the_shell_has_emptied_the_file(
    args: list[str], mode: str, told: bool, write: Write
) -> None:
    write("a.env", REFUSED)
    target = write("b.env", "KEPT=1\n")
    with target.open(mode) as stream:
        result = child("export", "-e", "a.env", *args, stdout=stream)

    assert result.code == 1
    assert (
        "use -o FILE: the redirection with > has already emptied the file" in result.err
    ) is told


@pytest.mark.parametrize(
    "args", [["-e", "empty.env"], ["-e", "-"], ["-e", "a.env", "--section", "maca"]]
)
def test_an_export_of_nothing_is_no_success(write: Write, args: list[str]) -> None:
    write("empty.env", "# nothing\n")
    write("a.env", "A=1\n")
    write("kept.env", "B=1\n")
    result = run("export", *args, "-o", "kept.env")

    assert result.code == 3
    assert result.complaint.startswith("nothing written: no variable to write in ")
    assert Path("kept.env").read_text(encoding="utf-8") == "B=1\n"
    assert run("export").code == 0


def test_the_current_environment_goes_into_a_file_that_is_no_input(write: Write) -> None:
    write(".env", "SGLANG_CACHE_DIT_FN=1\n")
    with Path(".env").open("wb") as target:
        assert child("export", env={"SGLANG_CACHE_DIT_FN": "2"}, stdout=target).code == 0

    assert Path(".env").read_text(encoding="utf-8") == "SGLANG_CACHE_DIT_FN=2\n"
