"""What people type in their first hours with envctl, and what has to come of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

import pytest

from tests.harness import PERSON, SGR, Write, run

FILES = {
    "good.env": "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=2\n",
    "prod.env": "SGLANG_CACHE_DIT_FN=one\nNCCL_DEBG=INFO\n",
    "typos.env": "CUDA_VISIBLE_DEVICE=0\nNCCL_DEBG=INFO\n",
    "timeout.env": "SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT=10m\n",
    "all.env": "USE_FLAGGEMS=on # envctl: ignore\n",
    "unused.env": "SGLANG_PORT=3 # envctl: ignore[misread]\n",
    "spaced.env": "SGLANG_CACHE_DIT_ENABLED = true\n",
    "broken.env": "SGLANG_LOG_GC=1\nno assignment\n",
    "fixable.env": "SGLANG_USE_MLX=on\n",
    "old.env": "SGLANG_NSA_FUSE_TOPK=false\n",
    "x.service": "[Service]\nExecStart=/bin/sh\nEnvironment=HF_TOKEN=hf_abcdefghijklmnopqrstuvwx\n",
    "pods.yaml": "".join(
        f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\n"
        f"spec: {{containers: [{{name: sglang-{name}, "
        f"env: [{{name: SGLANG_USE_MLX, value: '{value}'}}]}}]}}\n"
        for name, value in (("leader", 0), ("worker", 1))
    ),
    **{f"node{i}.env": f"SGLANG_REQ_WAITING_TIMEOUT={90 if i == 5 else 60}\n" for i in range(1, 9)},
}
NODES = " ".join(f"node{i}.env" for i in range(1, 9))


class Typed(NamedTuple):
    """A command line, and what its output has or does not have."""

    line: str
    code: int
    has: tuple[str, ...]
    lacks: tuple[str, ...] = ()
    env: Mapping[str, str] = {}


TABLE = {
    "one advice for one value": Typed(
        "check", 1, ("misread SGLANG_USE_MODELSCOPE", "(write 1)"), ("readers-disagree",),
        {"SGLANG_USE_MODELSCOPE": "yes"},
    ),
    "a suggestion is never a name without effect": Typed(
        "check", 0, ("--log-level",), ("did you mean",), {"SGLANG_LOGGING_LEVEL": "debug"}
    ),
    "a file in place of a name": Typed("show prod.env", 2, ("envctl show -e prod.env",)),
    "an unknown release": Typed("diff release:9 good.env", 2, ("no data about this release",)),
    "names after releases": Typed(
        "diff release:0.5.20 release:0.5.23 SGLANG_ZMQ_*", 1, ("SGLANG_ZMQ_SOURCE_IP",), ("_OPT_",)
    ),
    "a comment that silences everything on its line": Typed("check all.env", 0, ("no problems",)),
    "a comment that silences nothing": Typed("check unused.env", 0, ("unused-suppression",)),
    "an empty environment is not green in silence": Typed(
        "check", 0, ("nothing to check", "0 variables checked")
    ),
    "a name that must be set": Typed("check --require HF_TOKEN", 1, ("missing-required HF_TOKEN",)),
    "warnings fail on request": Typed("check typos.env --fail-on warning", 1, ("2 warnings",)),
    "information never fails": Typed("check spaced.env --strict", 0, ("spaced-assignment",)),
    "the machine's own names": Typed(
        "show --set", 0, ("SGLANG_PORT",), ("PATH",),
        {"PATH": "/usr/bin", "LD_LIBRARY_PATH": "/lib", "SGLANG_PORT": "3000"},
    ),
    "words in any order": Typed(
        "show --search level --search log", 0, ("SGLANG_KERNEL_API_LOGLEVEL",)
    ),
    "a search without a result": Typed("show --search qqqqqq", 1, ("nothing mentions qqqqqq",)),
    "a part of a name": Typed("explain cache_dit_ts", 0, ("SGLANG_CACHE_DIT_TS_ORDER",)),
    "a pattern": Typed("explain SGLANG_S3_*", 0, ("SGLANG_S3_BUCKET_NAME", "SGLANG_S3_ENDPOINT_URL")),
    "a variable of other software": Typed(
        "explain OMP_NUM_THREADS", 0, ("envctl does not validate this value",), ("History",)
    ),
    "several at once": Typed("explain HF_TOKEN misread", 0, ("Access token", "misread")),
    "any part of a container's path": Typed("show --set -e pods.yaml#leader", 0, ("SGLANG_USE_MLX",)),
    "many nodes are grouped": Typed(
        f"diff {NODES}", 1, ("node[1-4,6-8].env: 60", "node5.env: 90"), ("added",)
    ),
    "two releases of a rollout": Typed(
        "check old.env --sglang 0.5.12 --sglang 0.5.23", 0, ("only in SGLang 0.5.23",)
    ),
    "an error that happens to mean the default": Typed(
        "diff timeout.env defaults", 0, ("1 more in values without effect",), ("in spelling only",)
    ),
    "a credential in a unit": Typed("check x.service", 0, ("inline-credential HF_TOKEN",), ("hf_a",)),
    "a file that is not read as written": Typed(
        "show -e broken.env", 0, ("some lines are not read as written; envctl check says why",)
    ),
    "nor are its sides": Typed("diff broken.env good.env", 1, ("some lines are not read as written",)),
    "what a dialect reads is no error": Typed("show -e spaced.env", 0, (), ("as written;",)),
    "a command after a file": Typed("run good.env", 127, ("envctl run -e good.env -- COMMAND",)),
    "what can be fixed": Typed("check fixable.env", 1, ("--fix may fix 1 line;",)),
    "what would be fixed": Typed("check fixable.env --diff", 1, ("+SGLANG_USE_MLX=1", "would fix 1 ")),
    "--diff beside --fix": Typed("check fixable.env --fix --diff", 1, ("+SGLANG_USE_MLX=1",)),
    "a diff is no JSON": Typed("check fixable.env --diff --format json", 2, ('"error"',), ("+SGL",)),
    "nothing to fix": Typed("check good.env --diff", 0, ("nothing to fix",), ("--fix",)),
    "an alias of validate": Typed("validate good.env", 0, ("no problems",)),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _files(write: Write) -> None:
    for name, text in FILES.items():
        write(name, text)


@pytest.mark.parametrize("case", TABLE)
def test_what_people_type(case: str) -> None:
    typed = TABLE[case]
    result = run(*typed.line.split(), env=typed.env)
    said = result.out + result.err

    assert result.code == typed.code
    assert [words for words in typed.has if words not in said] == []
    assert [words for words in typed.lacks if words in said] == []


def test_both_spellings_of_a_word_find_the_same() -> None:
    found = [run("show", "--search", word).out for word in ("quantization", "quantisation")]

    assert found[0] == found[1] != ""


def test_what_was_exported_does_not_differ(write: Write) -> None:
    env = {"PATH": "/usr/bin", "SGLANG_PORT": "3000", "AWS_CA_BUNDLE": "/ca.pem"}
    run("export", "-o", "new.env", env=env)

    assert run("diff", "process", "new.env", env=env).code == 0


def test_what_a_person_sees_is_what_a_pipe_gets() -> None:
    env = {"SGLANG_PORT": "3000", "HF_HOME": "/models"}
    piped = [line.split("\t")[0] for line in run("show", env=env).out.splitlines()]
    drawn = SGR.sub("", run("show", env={**PERSON, **env}).out).partition("Not set")[0]

    assert piped == re.findall(r"^\* (\w+)", drawn, re.MULTILINE)


def test_a_page_as_data() -> None:
    document = json.loads(run("explain", "SGLANG_REQ_WAITING_TIMEOUT", "--format", "json").out)

    assert document["setting"]["type"] == "float"
    assert {"allowed", "default", "value"} <= document["setting"].keys()
    assert document["reads"]


@pytest.mark.parametrize("columns", ["40", "60", "80", "140"])
@pytest.mark.parametrize(
    "line", ["show --set -e good.env", "check prod.env", "diff good.env prod.env"]
)
def test_no_word_is_broken_in_two_where_it_fits(line: str, columns: str) -> None:
    """Below 60 columns a cell has a line of its own, so that no column is a few letters wide."""
    drawn = SGR.sub("", run(*line.split(), env={**PERSON, "COLUMNS": columns}).out)
    lines = drawn.splitlines()
    names = re.findall(r"SGLANG_\w+|NCCL_\w+", "".join(FILES.values()))

    assert max(map(len, lines)) <= int(columns)
    assert set(re.findall(r"SGLANG_\w+|NCCL_\w+", drawn)) <= {
        *names, "SGLANG_CACHE_DIT_SECONDARY_FN", "NCCL_DEBUG",
    }  # fmt: skip
