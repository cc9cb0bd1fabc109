"""`envctl audit`, from targets to exit codes."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from sglang_envctl.text.escape import short_words
from tests.harness import PERSON, SGR, Result, Write, run
from tests.tables import table

DATA = Path(__file__).parents[1] / "data"
GATEWAY = (str(DATA / "gateway"), "--registry", str(DATA / "gateway.toml"))
READS = "import os\nos.getenv('ACME_A')\n"
NOT_HERE = "is neither a path nor a package installed here; name its directory or its wheel"


def listed(result: Result) -> list[tuple[str, str]]:
    """Name and kind of every line."""
    lines = (line.split("\t") for line in result.out.splitlines())
    return [(name, kind) for name, kind, *_ in lines]


def document(*args: str) -> dict[str, Any]:
    """The JSON of an audit of the sample package."""
    found: dict[str, Any] = json.loads(run("audit", *GATEWAY, *args, "--format", "json").out)
    return found


DIFFERING = [("GATEWAY_PORT", "documented"), ("GATEWAY_PORT", "default differs")]
UNDOCUMENTED = [("GATEWAY_PASS", "not documented"), ("GATEWAY_TIMEOUT", "not documented")]
TESTS_ONLY = ("GATEWAY_TEST_ADDRESS", "tests only")
DEPRECATED = ("GATEWAY_THREADS", "deprecated")
UNREAD = [("GATEWAY_LOG_LEVEL", "documented, not read")]


@table(
    ("args", "expected"),
    [
        ("--only differing", DIFFERING),
        ("--only undocumented", UNDOCUMENTED),
        ("--only unread", UNREAD),
        ("port", DIFFERING),
        ("GATEWAY_PASS log", [UNDOCUMENTED[0], *UNREAD]),
        ("*_T*", [UNDOCUMENTED[1], TESTS_ONLY, DEPRECATED]),
        ("GATEWAY_T* --only undocumented", UNDOCUMENTED[1:]),
        ("GATEWAY_W* --only undocumented", []),
    ],
)
def test_names_and_differences_narrow_the_list(args: str, expected: list[tuple[str, str]]) -> None:
    assert listed(run("audit", *GATEWAY, *args.split())) == expected


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ("", 0),
        ("--strict", 1),
        ("--strict --only differing", 1),
        ("--strict --only unread --format json", 1),
        ("GATEWAY_WORKERS --strict", 0),
        ("GATEWAY_WORKERS PORT --strict", 1),
        ("GATEWAY_TEST_ADDRESS GATEWAY_THREADS --strict", 0),
    ],
)
def test_a_listing_is_fine_unless_it_must_not_differ(args: str, code: int) -> None:
    assert run("audit", *GATEWAY, *args.split()).code == code


def test_json_says_everything() -> None:
    found = document()
    uses = {entry["name"]: entry for entry in found["names"]}
    port = {
        "reader": "raw.int",
        "default": 8080,
        "default_rule": None,
        "where": "gateway/settings.py:17",
        "tests_only": False,
        "declared_only": False,
    }

    assert uses["GATEWAY_PORT"] == {"name": "GATEWAY_PORT", **port, "uses": [port]}
    assert [name for name, use in uses.items() if use["tests_only"]] == ["GATEWAY_TEST_ADDRESS"]
    assert (found["schema"], found["release"], found["files"]) == (1, None, 3)
    assert [entry["name"] for entry in found["undocumented"]] == [n for n, _ in UNDOCUMENTED]
    assert found["unread"] == [
        {
            "name": "GATEWAY_LOG_LEVEL",
            "owner": "gateway",
            "documented_default": "info",
            "replaced_by": "--log-level",
            "note": None,
        }
    ]
    assert found["differing"] == [
        {
            "name": "GATEWAY_PORT",
            "documented_default": "8000",
            "default": 8080,
            "where": "gateway/settings.py:17",
        }
    ]
    assert [(item["old"], item["new"]) for item in found["renames"]] == [
        ("GATEWAY_THREADS", "GATEWAY_WORKERS")
    ]
    assert [item["text"] for item in found["dynamic"]] == ["os.getenv(name)"]
    assert found["forwards"] == found["unreadable"] == []


def test_json_has_the_same_keys_when_nothing_could_be_read() -> None:
    result = run("audit", "nowhere", "--format", "json")
    found = json.loads(result.out)

    assert result.code == 3
    assert found.keys() == document().keys()
    assert found["unreadable"] == [{"source": "nowhere", "reason": NOT_HERE}]


def test_an_installed_package_is_audited_without_being_imported(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("acme_envctl_probe.py", READS + "raise SystemExit\n").parent.joinpath("site").mkdir()
    Path("acme_envctl_probe.py").rename("site/acme_envctl_probe.py")
    monkeypatch.syspath_prepend("site")

    assert listed(run("audit", "acme-envctl-probe")) == [("ACME_A", "not documented")]
    assert "acme_envctl_probe" not in sys.modules


def test_without_a_target_it_is_the_installed_sglang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    copytree(DATA / "gateway", site / "sglang")
    (site / "sglang-0.5.7.dist-info").mkdir()
    (tmp_path / "sglang").mkdir()  # a clone in the current folder is not what is installed
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(site))
    result = run("audit", "--only", "unread")

    assert ("SGLANG_USE_MLX", "documented, not read") in listed(result)
    assert "of sglang (0.5.7);" in result.complaint


def _broken(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.py", READS)
    path.write_bytes(path.read_bytes().replace(b"PK\x01\x02", b"PK\x01\x03"))


def test_what_is_no_target_is_one_line(write: Write) -> None:
    write("text.txt", READS)
    _broken(Path("broken.whl"))
    Path("empty").mkdir()
    Path("loop").symlink_to("loop")
    os.mkfifo("pipe")
    os.mkfifo("pipe.py")
    no_target = "is neither a directory nor a wheel nor a Python file"
    table = {
        "nowhere": NOT_HERE,
        "no/where": "no such file or directory",
        "text.txt": no_target,
        "pipe": no_target,
        "pipe.py": no_target,
        "/dev/zero": no_target,
        "loop": NOT_HERE,
        "empty": "contains no Python file",
        "broken.whl": "is a broken zip: Bad magic number for central directory",
        "x" * 5000: NOT_HERE,
        "no/" + "x" * 5000: "no such file or directory",
        "a\x1b[31m": "no such file or directory",
    }
    for target, reason in table.items():
        result = run("audit", target)
        assert (result.code, result.out) == (3, "")
        said = f"{target}: {reason}".replace("\x1b", "\\x1b")
        assert result.complaint == short_words(said)


def test_a_file_that_cannot_be_judged_is_named_and_the_rest_is_listed(write: Write) -> None:
    write("good.py", READS)
    write("syntax.py", "import os\nos.getenv('B'\n")
    write("latin.py", b"import os\nos.getenv('\xe9')\n")
    write("huge.py", b"import os\nos.getenv('B')\n" + b"#" * (100 << 20))
    os.mkfifo("pipe.py")
    Path("loop").symlink_to(".")
    result = run("audit", ".")

    assert result.code == 3
    assert listed(result) == [("ACME_A", "not documented")]
    assert result.err.splitlines() == [
        "envctl: huge.py: larger than 8388608 bytes",
        "envctl: pipe.py: not a regular file",
        *sorted(line for line in result.err.splitlines() if "latin.py: " in line),
        "envctl: syntax.py: '(' was never closed",
        "envctl: 1 name read in 3 files of .; 1 not documented, 0 documented and not read, "
        "0 with a different default",
    ]
    assert "latin.py: " in result.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list everything")
def test_a_folder_that_cannot_be_listed_is_named(write: Write) -> None:
    write("good.py", READS)
    Path("closed").mkdir(mode=0o000)
    result = run("audit", ".", "-q")

    assert (result.code, result.complaint) == (3, "closed: permission denied")


@pytest.mark.parametrize("env", [{}, {**PERSON, "COLUMNS": "80"}, {**PERSON, "COLUMNS": "140"}])
def test_nothing_in_a_package_reaches_the_terminal_alive(write: Write, env: dict[str, str]) -> None:
    evil = "\\x1b]0;owned\\x07\\u202e[red]"
    write(
        "a\x1b[31m.py", f"import os\nos.getenv('A{evil}', 'B{evil}')\nos.getenv(f'{evil}{{x}}')\n"
    )
    write("b\x1b[31m.py", "import os\nos.getenv(\n")
    result = run("audit", ".", env=env)

    shown = SGR.sub("", result.out + result.err) if env else result.out + result.err
    assert result.code == 3
    assert "[red]" in shown
    assert not {c for c in shown if not c.isprintable()} - {"\n", "\t"}


def test_a_pattern_that_means_nothing_is_wrong_usage() -> None:
    result = run("audit", *GATEWAY, "GATEWAY_PROT")

    assert (result.code, result.out) == (2, "")
    assert result.complaint == "no variable here is called GATEWAY_PROT; did you mean GATEWAY_PORT?"


def test_quiet_leaves_the_summary_out() -> None:
    assert run("audit", *GATEWAY, "-q").err == ""
