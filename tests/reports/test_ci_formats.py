"""The formats that CI services read: valid and complete in every outcome, and nothing in them acts."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

from tests.consumers import need
from tests.harness import PERSON, SGR, Write, run

FILES: dict[str, str] = {
    "good.env": "SGLANG_CACHE_DIT_ENABLED=true\n",
    "bad.env": "SGLANG_CACHE_DIT_ENABLED=on\nSGLANG_CACHE_DIT_FN=one\nbroken line\n",
    "empty.env": "",
    "a b,c:d%.env": "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=one\n",
    "hostile.env": (
        "SGLANG_CACHE_DIT_ENABLED=true\n"
        "SGLANG_CACHE_DIT_FN='%0A::error::x ]]> <b>&amp; | `x` [a](http://b) \x1b[31m \udce9'\n"
        "SGLANG_USE_MLX='::stop-commands::x'\n"
    ),
}
OUTCOMES = {
    "nothing wrong": ("good.env", 0),
    "findings": ("bad.env", 1),
    "nothing in it": ("empty.env", 0),
    "a source missing": ("good.env missing.env bad.env", 3),
    "a name to escape": ("./*%.env", 1),
    "hostile values": ("hostile.env", 1),
    "no file": ("", 1),
    "several": ("bad.env hostile.env good.env", 1),
}
ENV = {"SGLANG_CACHE_DIT_ENABLED": "true", "SGLANG_CACHE_DIT_FN": "one"}


class Record(NamedTuple):
    """What every format says about a finding."""

    rule: str
    severity: str
    file: str | None
    line: int | None


@pytest.fixture(autouse=True)
def _files(write: Write) -> None:
    for name, text in FILES.items():
        write(name, text)


def check(outcome: str, form: str, *options: str) -> str:
    """What a check prints in a format."""
    sources, code = OUTCOMES[outcome]
    args = [
        path for word in sources.split() for path in (sorted(map(str, Path().glob(word))) or [word])
    ]
    result = run("check", *args, "--format", form, *options, env=ENV)
    assert result.code == code, result.err
    assert [c for c in result.out if not (c.isprintable() or c == "\n")] == []
    return result.out


def github(text: str) -> list[Record]:
    found = []
    for line in text.splitlines():
        match = re.fullmatch(r"::(error|warning|notice) ([^:]+)::(.+)", line)
        assert match, line
        properties = dict(word.split("=", 1) for word in match[2].split(","))
        values = {key: unquote(value) for key, value in properties.items()}
        severity = {"notice": "info"}.get(match[1], match[1])
        at = int(values["line"]) if "line" in values else None
        found.append(Record(values["title"].split()[0], severity, values.get("file"), at))
    return found


def gitlab(text: str) -> list[Record]:
    document = json.loads(text)
    severities = {"critical": "error", "minor": "warning", "info": "info"}
    marks = [issue["fingerprint"] for issue in document]
    assert len(set(marks)) == len(marks)
    found = []
    for issue in document:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        path, at = issue["location"]["path"], issue["location"]["lines"]["begin"]
        severity = severities[issue["severity"]]
        known = Path(path).is_file()
        found.append(
            Record(issue["check_name"], severity, path if known else None, at if known else None)
        )
    return found


def sarif(text: str) -> list[Record]:
    document = json.loads(text)
    (one,) = document["runs"]
    assert document["version"] == "2.1.0"
    rules = one["tool"]["driver"]["rules"]
    assert all(rule["help"]["text"] and rule["fullDescription"]["text"] for rule in rules)
    unread = any(result["ruleId"] == "unreadable" for result in one["results"])
    assert one["invocations"] == [{"executionSuccessful": not unread}]
    found = []
    for result in one["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["partialFingerprints"]["envctl/v1"]
        assert not re.search(r"(?<!\\)\[[^\]]*\]\(", result["message"]["text"])
        (location,) = result["locations"]
        place: dict[str, Any] = location.get("physicalLocation", {})
        file = unquote(place["artifactLocation"]["uri"]) if place else None
        severity = {"note": "info"}.get(result["level"], result["level"])
        found.append(
            Record(result["ruleId"], severity, file, place.get("region", {}).get("startLine"))
        )
    return found


def junit(text: str) -> list[Record]:
    root = ET.fromstring(text)  # noqa: S314 - our own
    cases = root.findall("testsuite/testcase")
    for suite in (root, *root.findall("testsuite")):
        for kind, path in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            assert suite.get(kind) == str(len(list(suite.iter(path))))
    found = []
    for case in cases:
        for outcome in case:
            match = re.match(r"(.*?)(?::(\d+))?: ", outcome.text or "")
            assert match
            known = Path(match[1]).is_file()
            rule = str(case.get("name")).split()[0]
            severity = outcome.get("type", "info" if outcome.tag == "system-out" else "error")
            found.append(
                Record(rule, severity, match[1] if known else None, int(match[2] or 0) or None)
            )
    return found


def markdown(text: str) -> list[Record]:
    lines = text.splitlines()
    assert lines[0] == "## envctl check"
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines if line.startswith("| ")][1:]
    assert all(len(row) == 6 for row in rows)
    found = []
    for severity, where, rule, *_ in ([cell.strip() for cell in row] for row in rows):
        file, _, at = re.sub(r"\\(.)", r"\1", where).rpartition(":")
        known = bool(file) and Path(file).is_file()
        found.append(Record(rule, severity, file if known else None, int(at) if known else None))
    return found


READ: dict[str, Callable[[str], list[Record]]] = {
    "github": github,
    "gitlab": gitlab,
    "sarif": sarif,
    "junit": junit,
    "markdown": markdown,
}


def expected(outcome: str) -> list[Record]:
    document = json.loads(check(outcome, "json"))
    origins = ((f, f["origin"]) for f in document["findings"])
    return [Record(f["rule"], f["severity"], o["file"], o["line"]) for f, o in origins]


def without_warnings(records: list[Record]) -> list[tuple[str, str | None, int | None]]:
    """JUnit has no word for the severity of what passes."""
    return [(r.rule, r.file and os.path.normpath(r.file), r.line) for r in records]


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("form", READ)
def test_every_finding_is_in_every_format(form: str, outcome: str) -> None:
    found = READ[form](check(outcome, form))

    assert without_warnings(found) == without_warnings(expected(outcome))
    if form != "junit":
        assert [r.severity for r in found] == [r.severity for r in expected(outcome)]


@pytest.mark.parametrize("form", READ)
def test_no_format_shows_a_secret(form: str, write: Write) -> None:
    write(
        "s.env",
        "A_TOKEN=hunter22h\nSGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=hunter22h\n",
    )

    result = run("check", "s.env", "--format", form)

    assert "crashes" in result.out
    assert "hunter22" not in result.out


def test_failures_of_junit_are_what_fails_the_check() -> None:
    for options, failures in (((), 2), (("--fail-on", "info"), 3)):
        root = ET.fromstring(check("findings", "junit", *options))  # noqa: S314
        assert root.get("failures") == str(failures)


def test_a_fingerprint_outlives_an_edit_above(write: Write) -> None:
    before = {issue["fingerprint"] for issue in json.loads(check("findings", "gitlab"))}
    write("bad.env", "# a comment\n\nLATER=1\n" + FILES["bad.env"])

    assert {issue["fingerprint"] for issue in json.loads(check("findings", "gitlab"))} == before


def test_paths_are_those_of_the_repository(tmp_path: Path) -> None:
    for path in (tmp_path / "bad.env", "./bad.env", "../" + tmp_path.name + "/bad.env"):
        found = github(run("check", str(path), "--format", "github").out)
        assert {record.file for record in found} == {"bad.env"}


def test_full_has_the_help_on_a_line_of_its_own() -> None:
    lines = check("findings", "full").splitlines()

    assert "bad.env:2: error crashes SGLANG_CACHE_DIT_FN" in lines
    assert "    help: write NAME=value" in lines


def test_color_does_not_change_the_record() -> None:
    plain = run("check", "bad.env", "hostile.env", env=ENV)
    colored = run(
        "check", "bad.env", "hostile.env", env={**ENV, "FORCE_COLOR": "1", "COLUMNS": "40"}
    )

    assert colored.out != plain.out
    assert SGR.sub("", colored.out) == plain.out


def test_at_a_terminal_text_and_full_are_drawn() -> None:
    text, full = (run("check", "bad.env", "--format", f, env=PERSON) for f in ("text", "full"))

    assert text == full
    assert "help: " in SGR.sub("", text.out)


@pytest.mark.real
def test_microsofts_validator_accepts_it(tmp_path: Path) -> None:
    validator = need("sarif-multitool")  # npm install -g @microsoft/sarif-multitool
    files = [f"{outcome.replace(' ', '-')}.sarif" for outcome in OUTCOMES]
    for outcome, file in zip(OUTCOMES, files, strict=True):
        (tmp_path / file).write_text(check(outcome, "sarif"), "utf-8")
    command = [need("node"), validator, "validate", *files, "--output", "verdict.sarif"]
    env = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run(command, check=True, capture_output=True, timeout=120, env=env)
    verdict = json.loads((tmp_path / "verdict.sarif").read_text("utf-8-sig"))

    assert f"{len(files)} files scanned" in done.stdout.decode()
    assert [r for r in verdict["runs"][0]["results"] if r.get("level") == "error"] == []
