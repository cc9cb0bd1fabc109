"""Reading Dockerfiles, compared with docker build."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sglang_envctl.environment import Layer
from sglang_envctl.errors import SourceError, UsageError
from sglang_envctl.sources import dockerfile
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all, read_one
from tests.tables import table

DATA = Path(__file__).parents[1] / "data" / "sources" / "dockerfile"
CONTEXT = Context()
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
BASE = "<depends on the base image>"
NO_DEFAULT = "<depends on a build argument without a default>"


def last(text: str) -> Layer:
    """The last stage, which docker build builds."""
    found = dockerfile.layers("Dockerfile", text.encode("utf-8", "surrogateescape"), CONTEXT)
    (layer,) = (layer for layer in found if not layer.aside)
    return layer


def lines(layer: Layer) -> list[str]:
    return [f"{a.origin.line} {a.name}={a.text}" for a in layer.assignments]


def environment(layer: Layer) -> dict[str, str]:
    return {a.name: a.text for a in layer.assignments}


def notes(layer: Layer) -> list[str]:
    return [f"{n.origin.line} {n.rule} {n.name}".rstrip() for n in layer.notes]


BUILT = {
    # Dockerfiles from `scratch` and the environments of their images, all checked with docker build.
    "both forms": (
        'ENV A=1 B="x y" C=$A D=${E:-d}\nENV OLD value here',
        {"A": "1", "B": "x y", "C": "", "D": "d", "OLD": "value here"},
    ),
    "a reference sees the instructions above": (
        "ENV A=1\nENV A=2 B=$A C=${A:+yes} D=${Z:+no}",
        {"A": "2", "B": "1", "C": "yes", "D": ""},
    ),
    "quotes": (
        "ENV A=1\nENV E=\"$A\" F='$A' G=a\"b c\"d H='x'\"y\"z I=  J=\"\" K=a=b=c",
        {"A": "1", "E": "1", "F": "$A", "G": "ab cd", "H": "xyz", "I": "", "J": "", "K": "a=b=c"},
    ),
    "escapes": (
        r"""ENV A=1\ B=2 C=x\\y D="a\\b" E='a\b' F=\$A G="\$A" H="\x" I=\x J="\"" """,
        {"A": "1 B=2", "C": r"x\y", "D": r"a\b", "E": r"a\b", "F": "$A", "G": "$A", "H": r"\x",
         "I": "x", "J": '"'},
    ),
    "the old form": (
        "ENV A = 1\nENV B \"x y\"\nENV C x  y \nENV D \"q\" and 'r'\nENV E $B${C}\nENV F \\\n  val",
        {"A": "= 1", "B": "x y", "C": "x  y", "D": "q and r", "E": "x yx  y", "F": "val"},
    ),
    "continued": (
        "ENV A=1 \\\n  # comment\n  B=2 \\\n\n  C=3 \\  \n  D=x\\\ny E='p\\\n  q'\nENV F=6",
        {"A": "1", "B": "2", "C": "3", "D": "xy", "E": "p  q", "F": "6"},
    ),
    "names from references": ("ENV N=KEY\nENV ${N}1=v X$N=w", {"N": "KEY", "KEY1": "v", "XKEY": "w"}),
    "dollars": (
        "ENV A=$1 B=$$ C=$ D=$- E=a$ F=$A_B G=$a-b H=<<x I=a<b",
        {"A": "", "B": "", "C": "$", "D": "", "E": "a$", "F": "", "G": "-b", "H": "<<x", "I": "a<b"},
    ),
    "defaults": (
        "ENV A=${B:-${C:-deep}} D=${B:-'q r'} F=''\nENV G=${F:-d} H=${F:+s}",
        {"A": "deep", "D": "q r", "F": "", "G": "d", "H": ""},
    ),
    "PATH": ("ENV P=$PATH:/x", {"P": f"{PATH}:/x"}),
    "an argument": ("ARG X=1\nARG Y=$X-2\nENV A=$X B=$Y", {"A": "1", "B": "1-2"}),
    "the later of ARG and ENV wins": ("ARG A=1\nENV A=2\nENV B=$A\nARG A=3\nENV C=$A",
                                      {"A": "2", "B": "2", "C": "3"}),
    "stages": ("ENV A=1\nARG X=5\nFROM first AS second\nENV B=$A C=$X", {"A": "1", "B": "1", "C": "5"}),
    "a stage apart": ("ENV A=1\nFROM scratch AS b\nENV B=$A", {"B": ""}),
    "any case, indented": ("env a=1\n  Env B=2\nOnBuild ENV C=3", {"a": "1", "B": "2"}),
    "Unicode": ("ENV A=é☃ é=1\u00a0B=2\nENV C=$é", {"A": "é☃", "é": "1", "B": "2", "C": "1"}),
    "other instructions": ("LABEL A=1 B=2\nUSER me\nENV A=3", {"A": "3"}),
}  # fmt: skip
FAILING = {
    "no value": "ENV A",
    "nothing": "ENV",
    "a word without =": "ENV A=1 B",
    "a trailing comment": "ENV A=1 # b",
    "no closing quote": 'ENV A="x',
    "no closing single quote": "ENV A='x",
    "no closing brace": "ENV A=${B",
    "no name in braces": "ENV A=${}",
    "a form that sh has": "ENV A=${B:=x}",
    "a name that has to be set": "ENV A=${B:?no}",
    "a space between quotes in quotes": 'ENV A="${B:-"x y"}"',
    "before FROM": "",
}


def _file(body: str) -> str:
    return f"FROM scratch AS First\n{body}\n"


@table("case", BUILT)
def test_environment(case: str) -> None:
    body, expected = BUILT[case]
    found = last(_file(body))
    assert environment(found) == expected
    assert [n for n in notes(found) if "env-with-blanks" not in n] == []


@table("case", FAILING)
def test_instruction_that_stops_the_build(case: str) -> None:
    text = _file(f"ENV Z=1\n{FAILING[case]}\nENV Y=2") if FAILING[case] else f"ENV A=1\n{_file('')}"
    found = last(text)
    assert notes(found) == [f"{3 if FAILING[case] else 1} build-fails"]
    assert environment(found).keys() == ({"Z", "Y"} if FAILING[case] else set())


@pytest.fixture(scope="module")
def engine() -> str:
    """The docker client, if it reaches an engine."""
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "info"], capture_output=True, check=False).returncode:
        pytest.skip("no docker engine is reachable")
    return docker


def build(docker: str, text: str, folder: Path) -> dict[str, str] | None:
    """The environment of the image that docker build creates; None if it fails."""
    (folder / "Dockerfile").write_text(text, encoding="utf-8")
    command = [docker, "build", "-q", str(folder)]
    env = {**os.environ, "DOCKER_BUILDKIT": "1"}
    built = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if built.returncode:
        return None
    inspect = [docker, "inspect", built.stdout.strip()]
    found = subprocess.run(inspect, capture_output=True, text=True, check=True)
    pairs = json.loads(found.stdout)[0]["Config"]["Env"] or []
    values = dict(pair.split("=", 1) for pair in pairs)
    return {name: raw for name, raw in values.items() if (name, raw) != ("PATH", PATH)}


@pytest.mark.real
@pytest.mark.parametrize("case", BUILT)
def test_docker_build_agrees(engine: str, tmp_path: Path, case: str) -> None:
    text = _file(BUILT[case][0])
    assert build(engine, text, tmp_path) == environment(last(text))


@pytest.mark.real
@pytest.mark.parametrize("case", FAILING)
def test_docker_build_fails_too(engine: str, tmp_path: Path, case: str) -> None:
    text = _file(FAILING[case]) if FAILING[case] else f"ENV A=1\n{_file('')}"
    assert build(engine, text, tmp_path) is None


@table(
    ("text", "expected"),
    [
        ("FROM img\nENV A=$PATH:/x", [f"2 A={BASE}"]),
        ("FROM img\nENV A=${X:-d} B='$X' C=\\$X", [f"2 A={BASE}", "2 B=$X", "2 C=$X"]),
        ("FROM img\nENV A=1\nENV B=$A", ["2 A=1", "3 B=1"]),
        ("FROM img\nENV P=x:$P\nENV Q=$P", [f"2 P={BASE}", f"3 Q={BASE}"]),
        ("ARG X\nFROM scratch\nARG X\nENV A=$X", [f"4 A={NO_DEFAULT}"]),
        ("FROM scratch\nARG X\nENV A=${X:-d} B=${X:+s}", [f"3 A={NO_DEFAULT}", f"3 B={NO_DEFAULT}"]),
        ("ARG X=1\nFROM scratch\nARG X\nENV A=$X", ["4 A=1"]),
        ("ARG X=1\nFROM scratch\nARG X=2\nENV A=$X", ["4 A=2"]),
        ("FROM scratch\nENV X=1\nARG X\nENV A=$X", ["2 X=1", "4 A=1"]),
        ("FROM scratch\nARG TARGETARCH\nENV A=$TARGETARCH", [f"3 A={NO_DEFAULT}"]),
        ("ARG V=1\nFROM --platform=linux/amd64 i:$V AS x\nENV A=1\nFROM x\nENV B=1", ["3 A=1", "5 B=1"]),
        ("ARG B=base\nFROM scratch AS base\nENV A=1\nFROM ${B}", ["3 A=1"]),
        ("FROM scratch\nENV A=abc\nENV B=${A%c} C=${A/b/x}",
         ["2 A=abc", *[f"3 {n}=<cut from another value by a pattern>" for n in "BC"]]),
        ("FROM scratch\nRUN <<EOF\nENV A=in\nEOF\nENV B=1", ["5 B=1"]),
        ("FROM scratch\nCOPY <<-'A B' <<C /\nENV A=in\n\tA B\nENV A=in\nC\nENV B=1", ["7 B=1"]),
        ("FROM scratch\nRUN cat << EOF > x && y\nENV A=in\nEOF\nENV B=1", ["5 B=1"]),
        ('FROM scratch\nRUN echo "<<EOF"\nENV B=1', ["3 B=1"]),
        ("FROM scratch\nRUN cat <<EOF\nENV A=in", []),
        ("#escape=`\nFROM scratch\nENV A=C:\\x `\n  B=a` b", ["3 A=C:\\x", "4 B=a b"]),
        ("# x\n# escape=`\nFROM scratch\nENV A=1 \\\n  B=2", ["4 A=1", "5 B=2"]),
        ("\ufeffFROM scratch\r\nENV A=1 \\\r\n  B=2\r\n", ["2 A=1", "3 B=2"]),
        ("FROM scratch\nENV A=\\", ["2 A="]),
    ],
)  # fmt: skip
def test_values_and_lines(text: str, expected: list[str]) -> None:
    assert lines(last(text)) == expected


def test_references_are_kept_so_that_secrets_stay_hidden() -> None:
    (a, b) = last("FROM scratch\nENV TOKEN=x\nENV B=${Q:-${TOKEN}}${TOKEN:+y}").assignments
    assert (a.references, b.references) == ((), ("TOKEN", "Q"))


@table(
    ("text", "expected"),
    [
        ("", ["1 build-fails"]),
        ("# nothing\n", ["1 build-fails"]),
        ("FROM\nENV A=1", ["1 build-fails", "2 build-fails", "1 build-fails"]),
        ("FROM scratch\nENV A = 1", ["2 env-with-blanks A"]),
        ("ARG X=1\nFROM img\nENV A=$X", ["3 argument-out-of-scope A"]),
        ("ARG X=1\nFROM img\nENV X=2\nENV A=$X", []),
        ("FROM scratch AS a\nENV A = 1\nFROM scratch\nENV B=1", []),
        ("FROM scratch AS a\nENV A = 1\nFROM a\nENV B=1", ["2 env-with-blanks A"]),
        (f"FROM scratch\nENV A={'${B:-' * 2000}", ["2 build-fails"]),
    ],
)
def test_notes(text: str, expected: list[str]) -> None:
    assert notes(last(text)) == expected


def test_comment_silences_a_rule_on_the_lines_below() -> None:
    found = last(
        "FROM scratch\n# envctl: ignore[a]\nENV A=1 \\\n  B=2 \\\n# envctl: ignore[b, c]\n  C=3\nENV D=1"
    )
    assert {line: set(rules) for (_, line), rules in found.ignores.items()} == {
        3: {"a"},
        4: {"a"},
        6: {"a", "b", "c"},
    }


def test_stages_are_selected_by_name_or_number() -> None:
    path = str(DATA / "server.Dockerfile")
    found = read_all(path, CONTEXT)

    assert [layer.selector for layer in found] == ["runtime"]
    assert read_one(path, CONTEXT).assignments == found[0].assignments
    assert "SGLANG_BUILD" not in environment(read_one(f"{path}#framework", CONTEXT))
    with pytest.raises(UsageError, match=r"has no builder: it contains base, framework, runtime$"):
        read_one(f"{path}#builder", CONTEXT)
    assert dockerfile.layers("x", b"FROM a\nFROM b\n", CONTEXT)[1].selector == "1"


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "server.Dockerfile",
            [
                "10 DEBIAN_FRONTEND=noninteractive",
                "11 CUDA_HOME=/usr/local/cuda",
                "12 GDRCOPY_HOME=/usr/src/gdrdrv-2.5.1/",
                "13 FLASHINFER_VERSION=0.5.3",
                f"16 PATH={BASE}",
                f"17 LD_LIBRARY_PATH={BASE}",
                "26 SGLANG_CACHE_DIT_ENABLED=true",
                "28 SGLANG_CACHE_DIT_FN=1",
                "29 SGLANG_CACHE_DIT_BN=0",
                "31 SGLANG_DIFFUSION_CACHE_ROOT=/sgl-workspace/cache",
                f"37 SGLANG_BUILD={NO_DEFAULT}",
                f"38 TRITON_CACHE_DIR={NO_DEFAULT}",
            ],
        ),
        (
            "Containerfile",
            [
                "3 HF_HUB_OFFLINE=1",
                "4 SGLANG_DIFFUSION_STAGE_LOGGING=true",
                "5 SGLANG_DIFFUSION_CACHE_ROOT=/models/sgl diffusion",
            ],
        ),
        (
            "maca.dockerfile",
            [
                "6 MACA_PATH=/opt/maca",
                "7 CUCC_PATH=/opt/maca/tools/cu-bridge",
                "8 USE_FLAGGEMS=1",
                "9 SGLANG_FL_PREFER=vendor",
                "9 FLAGCX_PATH=/opt/maca/flagcx",
            ],
        ),
    ],
)
def test_file(file: str, expected: list[str]) -> None:
    layer = read_one(str(DATA / file), CONTEXT)
    assert (layer.kind, lines(layer), notes(layer)) == ("dockerfile", expected, [])


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("Dockerfile", ""),
        ("docker/Dockerfile.rocm", ""),
        ("a/containerfile", ""),
        ("x.Dockerfile", ""),
        ("-", "# syntax=x\n\nARG A=1\nFROM scratch\n"),
        ("-", "\ufeffFROM x\r\n"),
    ],
)
def test_matches(path: str, head: str) -> None:
    assert dockerfile.matches(path, head.encode())


@pytest.mark.parametrize(
    ("path", "head"),
    [("a.env", ""), ("a.env", "FROM=1\n"), ("a.env", "A=1\nFROM x\n"), ("a.py", "from os import x\n")],
)  # fmt: skip
def test_does_not_match(path: str, head: str) -> None:
    assert not dockerfile.matches(path, head.encode())


_PIECES = st.sampled_from(
    ["ENV ", "ARG ", "FROM ", "RUN ", "A", "B=", "=", "${", "}", "$", ":-", ":+", "'", '"', "\\", "\n",
     " ", "#", "<<E", "E\n", "AS ", "\t", "`", "é", "\udcff", "%", "/"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_any_text_ends_in_assignments_and_notes(text: str) -> None:
    found = last(f"FROM scratch\n{text}")
    count = text.count("\n") + 2
    assert all(1 <= (a.origin.line or 0) <= count for a in found.assignments)
    assert all(str(n.facts["reason"]).isprintable() for n in found.notes if n.rule == "build-fails")


def test_values_that_multiply_are_refused() -> None:
    doubled = last("FROM scratch\nENV A=xx\n" + "ENV A=$A$A\n" * 60)
    assert set(notes(doubled)[1:]) == {f"{line} build-fails" for line in range(23, 63)}
    many = f"FROM a\nENV A={'x' * 9_999}\n" + "ENV B=$A.\n" * 2_000
    for text in ("FROM a\n" * 101, "#" * (1 << 20) + "\n", many):
        with pytest.raises(SourceError, match=r"^Dockerfile: (larger|has more|its values add up)"):
            last(text)


@pytest.mark.slow
def test_large_file_is_read_in_one_pass() -> None:
    many = "".join(f"ENV A{i}=x \\\n  B{i}=${{A{i}:-y}}\n" for i in range(5_000))
    assert len(last(f"FROM scratch\n{many}").assignments) == 10_000
