"""Fixes: the finding is gone, no other value has changed, and nothing else in the file is touched."""

from __future__ import annotations

import json
import os
import stat
from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given, settings
from hypothesis import strategies as st

from sglang_envctl.rules import Rule
from sglang_envctl.rules import rules as all_rules
from tests.harness import Write, run

POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    env:\n"
)
CASES: dict[str, tuple[str, str, str, str]] = {
    "a boolean": ("a.env", "USE_FLAGGEMS=on\n", "USE_FLAGGEMS=1\n", "misread"),
    "a boolean in quotes": (
        "a.env", "A=1\nUSE_FLAGGEMS='On' # x\n", "A=1\nUSE_FLAGGEMS='1' # x\n", "misread",
    ),
    "a boolean replaced by the default": (
        "a.env", "SGLANG_USE_MLX=on\n", "SGLANG_USE_MLX=1\n", "defaulted",
    ),
    "a boolean that readers read differently": (
        "a.env", "SGLANG_CACHE_DIT_ENABLED=1\n", "SGLANG_CACHE_DIT_ENABLED=true\n", "readers-disagree",
    ),
    "a name": (
        "a.env", "export SGL_USE_RUNAI_MODEL_STREAMER = 0\n",
        "export SGLANG_USE_RUNAI_MODEL_STREAMER = 0\n", "renamed",
    ),
    "a name on many lines": (
        "a.env", "SGL_USE_RUNAI_MODEL_STREAMER=1\nA=1\nSGL_USE_RUNAI_MODEL_STREAMER=0\n" * 6,
        "SGLANG_USE_RUNAI_MODEL_STREAMER=1\nA=1\nSGLANG_USE_RUNAI_MODEL_STREAMER=0\n" * 6,
        "renamed",
    ),
    "a name and its unit": (
        "a.env", "SGLANG_QUEUED_TIMEOUT_MS=30000\n", "SGLANG_REQ_WAITING_TIMEOUT=30.0\n", "renamed",
    ),
    "a byte order mark": ("a.env", "\ufeffA=1\n", "A=1\n", "byte-order-mark"),
    "line endings": ("a.env", "A=1\r\n# c\r\nB='x'\r\n", "A=1\n# c\nB='x'\n", "carriage-returns"),
    "a non-breaking space": ("a.env", "A=x\u00a0y\n", "A=x y\n", "invisible-character"),
    "a zero-width space": ("a.env", "A=x\u200by\n", "A=xy\n", "invisible-character"),
    "quotes that are kept": (
        "a.env", "SGLANG_DIFFUSION_CACHE_ROOT='\"/d\"'\n", "SGLANG_DIFFUSION_CACHE_ROOT='/d'\n",
        "quotes-kept",
    ),
    "whitespace that is kept": (
        "a.env", "SGLANG_DIFFUSION_CACHE_ROOT='/d '\n", "SGLANG_DIFFUSION_CACHE_ROOT='/d'\n",
        "surrounding-blanks",
    ),
    "a list of a Compose file": (
        "compose.yaml", "services:\n  w:\n    environment: [A=1, USE_FLAGGEMS=on] # on\n",
        "services:\n  w:\n    environment: [A=1, USE_FLAGGEMS=1] # on\n", "misread",
    ),
    "a mapping of a Compose file": (
        "compose.yaml", 'services:\n  w:\n    environment:\n      USE_FLAGGEMS: "on"\n      ON: "on"\n',
        'services:\n  w:\n    environment:\n      USE_FLAGGEMS: "1"\n      ON: "on"\n', "misread",
    ),
    "a manifest": (
        "pod.yaml",
        f"{POD}    - name: USE_FLAGGEMS\n      value: 'on'\n    - {{name: A, value: 'on'}}\n",
        f"{POD}    - name: USE_FLAGGEMS\n      value: '1'\n    - {{name: A, value: 'on'}}\n", "misread",
    ),
    "a manifest whose value comes first": (
        "pod.yaml", f"{POD}    - value: 'on'\n      name: USE_FLAGGEMS\n",
        f"{POD}    - value: '1'\n      name: USE_FLAGGEMS\n", "misread",
    ),
    "a value that is not a string": (
        "pod.yaml",
        f"{POD}    - name: SGLANG_CACHE_DIT_ENABLED\n      value: true # on\n",
        f'{POD}    - name: SGLANG_CACHE_DIT_ENABLED\n      value: "true" # on\n',
        "not-a-string",
    ),
    "two things in one value": (
        "pod.yaml", f"{POD}    - {{name: SGLANG_CACHE_DIT_ENABLED, value: 1}}\n",
        f'{POD}    - {{name: SGLANG_CACHE_DIT_ENABLED, value: "true"}}\n', "not-a-string",
    ),
    "a unit": (
        "x.service", '[Service]\nEnvironment="A=on" USE_FLAGGEMS=on B=2\n',
        '[Service]\nEnvironment="A=on" USE_FLAGGEMS=1 B=2\n', "misread",
    ),
    "a script": (
        "s.sh", "#!/bin/sh\nexport A=on USE_FLAGGEMS=on\npython -m sglang.launch_server\n",
        "#!/bin/sh\nexport A=on USE_FLAGGEMS=1\npython -m sglang.launch_server\n", "misread",
    ),
    "a Dockerfile": (
        "Dockerfile", "FROM scratch\nENV A=on \\\n    USE_FLAGGEMS=on\n",
        "FROM scratch\nENV A=on \\\n    USE_FLAGGEMS=1\n", "misread",
    ),
}  # fmt: skip


def rules(*args: str) -> list[str]:
    document = json.loads(run("check", *args, "--format", "json").out)
    return [finding["rule"] for finding in document["findings"]]


@pytest.mark.parametrize(("name", "before", "after", "rule"), CASES.values(), ids=CASES)
def test_only_what_is_wrong_changes(
    name: str, before: str, after: str, rule: str, write: Write
) -> None:
    file = write(name, before)
    options = ("--sglang", "0.5.10") if "TIMEOUT" in before else ()
    assert rule in rules(name, *options)

    result = run("check", name, "--fix", *options)

    assert file.read_bytes().decode() == after
    assert rule not in rules(name, *options)
    assert f"envctl: fixed {name}" in result.err


FILE_OF = {
    "dotenv": "a.env", "compose": "compose.yaml", "kubernetes": "pod.yaml", "systemd": "x.service",
    "dockerfile": "Dockerfile", "shell": "s.sh", "quadlet": "x.container", "python": "x.py",
    "snapshot": "node.json",
}  # fmt: skip
FIXABLE = {
    "byte-order-mark", "carriage-returns", "defaulted", "invisible-character", "misread",
    "not-a-string", "quotes-kept", "readers-disagree", "renamed", "surrounding-blanks",
    "unknown-variable",
}  # fmt: skip
"""The rules whose wrong example can be fixed."""


@pytest.mark.parametrize("rule", [r for r in all_rules().values() if r.wrong], ids=lambda r: r.slug)
def test_the_wrong_example_of_a_rule_is_fixed_or_left_alone(rule: Rule, write: Write) -> None:
    name = FILE_OF[rule.kind]
    file = write(name, rule.wrong)
    options = ("--as", rule.dialects[0], "--select", rule.slug)
    before = file.read_bytes()
    run("check", name, "--fix", "--unsafe-fixes", *options)

    assert (file.read_bytes() != before) is (rule.slug in FIXABLE)
    assert (rule.slug in FIXABLE) <= (rules(name, *options) == [])


WRONG_DIALECT = {
    "docker": (
        "A='x y'\nSGLANG_DIFFUSION_CACHE_ROOT='/d'\n",
        "A=x y\nSGLANG_DIFFUSION_CACHE_ROOT=/d\n",
    ),
    "shell": ("A=1\r\nB=2\r\n", "A=1\nB=2\n"),
    "node": ("\ufeffA=1\n", "A=1\n"),
    "kubectl": ('USE_FLAGGEMS="on"\n', "USE_FLAGGEMS=1\n"),
}


@pytest.mark.parametrize("dialect", WRONG_DIALECT)
def test_what_a_dialect_keeps(dialect: str, write: Write) -> None:
    before, after = WRONG_DIALECT[dialect]
    file = write("a.env", before)
    run("check", "a.env", "--as", dialect, "--fix")

    assert file.read_text("utf-8") == after


LEFT_ALONE = {
    "another value refers to it": "USE_FLAGGEMS=on\nB=${USE_FLAGGEMS}\n",
    "another value refers to one of its lines": (
        "SGL_USE_RUNAI_MODEL_STREAMER=1\nSGL_USE_RUNAI_MODEL_STREAMER=0\n"
        "B=${SGL_USE_RUNAI_MODEL_STREAMER}\n"
    ),
    "one of its lines is silenced": (
        "SGL_USE_RUNAI_MODEL_STREAMER=1 # envctl: ignore[renamed]\nSGL_USE_RUNAI_MODEL_STREAMER=0\n"
    ),
    "one of its lines has another unit": (
        "SGLANG_QUEUED_TIMEOUT_MS=30000\nSGLANG_QUEUED_TIMEOUT_MS=60000\n"
    ),
    "it stands in a reference": "ON=on\nUSE_FLAGGEMS=${ON}\n",
    "the new name is set too": (
        "SGLANG_USE_RUNAI_MODEL_STREAMER=1\nSGL_USE_RUNAI_MODEL_STREAMER=0\n"
    ),
    "nobody knows what is meant": "SGLANG_USE_MLX=perhaps\n",
    "it is silenced": "USE_FLAGGEMS=on # envctl: ignore[misread]\n",
}


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_cannot_be_proved_is_left_alone(text: str, write: Write) -> None:
    file = write("a.env", text)
    options = ("--sglang", "0.5.10") if "TIMEOUT" in text else ()
    result = run("check", "a.env", "--fix", *options)

    assert file.read_text("utf-8") == text
    assert "fixed" not in result.err


def test_a_file_that_another_includes_is_fixed_in_its_own_dialect(write: Write) -> None:
    write("compose.yaml", "services: {w: {image: x, env_file: w.env}}\n")
    file = write("w.env", "A: 1\nUSE_FLAGGEMS: on\n")
    run("check", "compose.yaml", "--fix")

    assert file.read_text("utf-8") == "A: 1\nUSE_FLAGGEMS: 1\n"


def test_a_record_of_what_was_is_left_alone(write: Write) -> None:
    file = write("node.json", run("snapshot", env={"USE_FLAGGEMS": "on"}).out)
    before = file.read_bytes()
    result = run("check", "node.json", "--fix")

    assert " misread " in result.out
    assert file.read_bytes() == before


def test_what_is_only_likely_needs_to_be_asked_for(write: Write) -> None:
    file = write("a.env", wrong := "SGLANG_CACHE_DIT_ENABELD=true\n" * 12)

    assert run("check", "a.env", "--fix").code == 1
    assert file.read_text("utf-8") == wrong
    assert run("check", "a.env", "--fix", "--unsafe-fixes").code == 0
    assert file.read_text("utf-8") == "SGLANG_CACHE_DIT_ENABLED=true\n" * 12


def test_what_a_fix_brings_to_light_is_fixed_too(write: Write) -> None:
    file = write("a.env", "SGL_USE_RUNAI_MODEL_STREAMER='\"0\"'\n")
    result = run("check", "a.env", "--fix")

    assert file.read_text("utf-8") == "SGLANG_USE_RUNAI_MODEL_STREAMER='0'\n"
    assert result.code == 0


def test_a_name_that_one_of_two_releases_needs_stays(write: Write) -> None:
    file = write("a.env", "SGLANG_QUEUED_TIMEOUT_MS=30000\n")
    run("check", "a.env", "--fix", "--sglang", "0.5.10", "--sglang", "0.5.23")

    assert file.read_text("utf-8") == "SGLANG_QUEUED_TIMEOUT_MS=30000\n"


def test_mode_link_and_encoding_stay(write: Write, tmp_path: Path) -> None:
    file = write("real.env", b"# \xe9\nUSE_FLAGGEMS=on\n")
    file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(file, 1234, 1234)
    owner = file.stat().st_uid
    os.symlink(file, tmp_path / "a.env")
    run("check", "a.env", "--fix")

    assert file.read_bytes() == b"# \xe9\nUSE_FLAGGEMS=1\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert file.stat().st_uid == owner
    assert (tmp_path / "a.env").is_symlink()


def test_a_file_that_cannot_be_written_is_an_error(write: Write, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    file = write("a.env", "USE_FLAGGEMS=on\n")
    tmp_path.chmod(0o500)
    result = run("check", "a.env", "--fix")
    tmp_path.chmod(0o700)

    assert result.code == 3
    assert file.read_text("utf-8") == "USE_FLAGGEMS=on\n"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ("- --fix", "--fix changes files"),
        ("a.env --unsafe-fixes", "--unsafe-fixes needs --fix or --diff"),
    ],
)
def test_options_that_make_no_sense_together(options: str, complaint: str, write: Write) -> None:
    file = write("a.env", "USE_FLAGGEMS=on\n")
    result = run("check", *options.split(), stdin=b"USE_FLAGGEMS=on\n")

    assert (result.code, result.out) == (2, "")
    assert result.complaint.startswith(complaint)
    assert file.read_text("utf-8") == "USE_FLAGGEMS=on\n"


def test_diff_shows_what_fix_would_do(write: Write) -> None:
    file = write("a.env", "\ufeffA=1\r\nUSE_FLAGGEMS=on\r\n")
    result = run("check", "a.env", "--diff")

    assert result.code == 1
    assert result.out.splitlines() == [
        "# a.env: CRLF line endings become LF", "--- a.env", "+++ a.env", "@@ -1,2 +1,2 @@",
        r"-\ufeffA=1", "-USE_FLAGGEMS=on", "+A=1", "+USE_FLAGGEMS=1",
    ]  # fmt: skip
    assert file.read_bytes().startswith(b"\xef\xbb\xbfA=1\r\n")
    write("good.env", "A=1\n")
    assert run("check", "good.env", "--diff")[:2] == (0, "")


def test_no_fix_shows_a_secret(write: Write) -> None:
    secret = "hf_" + "abcdefghijklmnopqrstuvwxyz"
    write("a.env", f"HF_TOKEN='\"{secret}\"'\r\nAPI_KEY=\"'abc'\"\r\nCOPY={secret}\u00a0\r\n")

    for options in ("--diff", "--format json", "--format sarif", "--fix"):
        result = run("check", "a.env", *options.split())
        assert "hf_abc" not in result.out + result.err
        assert "abc'" not in result.out + result.err


def test_json_has_the_place_of_each_edit(write: Write) -> None:
    text = "A=1\nUSE_FLAGGEMS=on\nSGLANG_CACHE_DIT_ENABELD=true\n"
    write("a.env", text)
    document = json.loads(run("check", "a.env", "--format", "json").out)
    fixes = {finding["rule"]: finding["fix"] for finding in document["findings"]}
    place = {"file": "a.env", "line": 2, "column": 14, "end_line": 2, "end_column": 16}

    assert fixes["misread"] == {"safe": True, "edits": [{**place, "text": "1"}]}
    assert fixes["unknown-variable"]["safe"] is False
    sarif = json.loads(run("check", "a.env", "--format", "sarif").out)
    changes = [r["fixes"] for r in sarif["runs"][0]["results"] if r["ruleId"] == "misread"]
    region = {"startLine": 2, "startColumn": 14, "endLine": 2, "endColumn": 16}
    (replacement,) = changes[0][0]["artifactChanges"][0]["replacements"]
    assert replacement == {"deletedRegion": region, "insertedContent": {"text": "1"}}


LINES = st.sampled_from(
    [
        "USE_FLAGGEMS=on", "SGLANG_USE_MLX='yes '", "SGLANG_CACHE_DIT_ENABLED=1", "A=on", "B='on' # on",
        "SGL_USE_RUNAI_MODEL_STREAMER=0", "C=x\u00a0y", "D='\"q\"'", "# USE_FLAGGEMS=on", "",
        "SGLANG_DIFFUSION_CACHE_ROOT='/d '", "E=${USE_FLAGGEMS}", "export F=on", "broken line", "G",
        "H='two\nlines'", "USE_FLAGGEMS=off", "SGLANG_CACHE_DIT_ENABELD=1", "I=\u200b",
    ]
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=8), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_no_other_value_changes(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], mark: bool, end: str
) -> None:
    file = tmp_path_factory.mktemp("fix") / "a.env"
    text = ("\ufeff" if mark else "") + "".join(line.replace("\n", end) + end for line in lines)
    file.write_bytes(text.encode())
    found = json.loads(run("check", str(file), "--format", "json").out)["findings"]
    fixable = {f["name"] for f in found if f["fix"]}
    before = _values(text)

    run("check", str(file), "--fix")

    after = _values(file.read_bytes().decode())
    changed = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    assert changed <= fixable
    assert set(before) - set(after) <= {"SGL_USE_RUNAI_MODEL_STREAMER"}
    assert set(after) - set(before) <= {"SGLANG_USE_RUNAI_MODEL_STREAMER"}
    again = file.read_bytes()
    assert "fixed" not in run("check", str(file), "--fix").err
    assert file.read_bytes() == again


def _values(text: str) -> dict[str, str | None]:
    """What python-dotenv reads, without the mark that older releases of it keep."""
    normal = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return dotenv_values(stream=StringIO(normal), interpolate=True)
