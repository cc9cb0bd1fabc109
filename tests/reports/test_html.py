"""Reports as a page: complete in itself, whatever happened, and nothing in it is alive."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from hashlib import sha256
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest

from sglang_envctl import reports
from tests.harness import Write, child, run, surroundings
from tests.pages import Reader

pytest.importorskip("jinja2", reason="Jinja2 is not installed")

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</code></pre></title><svg/onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "</script><script>alert(1)//",
    "</style><style>*{display:none}",
    "<!--",
    "\u202eevil\u2028x\x1b[31m",
)
NODES = 5


def read(*args: str, code: int = 1) -> Reader:
    """The page that a command prints; its scripts and styles are those that its policy names."""
    result = run(*args, "--format", "html", "--no-config")
    assert result.code == code, result.err
    assert result.out.isascii()
    page = Reader(result.out)
    for kind in ("script", "style"):
        texts = re.findall(rf"<{kind}>(.*?)</{kind}>", result.out, re.DOTALL)
        hashes = [base64.b64encode(sha256(text.encode()).digest()).decode() for text in texts]
        assert re.findall(rf"{kind}-src 'sha256-([^']+)'", page.policy) == hashes
    assert page.policy.startswith("default-src 'none'")
    for tag in page.tags:
        assert not any(name.startswith("on") or name in ("style", "src") for name in tag.attributes)
        assert tag.name not in ("iframe", "img", "svg", "object", "embed", "base")
        assert not urlsplit(tag.attributes.get("href", "")).scheme.replace("data", "")
    return page


def hostile_files(write: Write) -> list[str]:
    """Files whose names, variables and values are all hostile, as far as files can have such names."""
    lines = "".join(f"SGLANG_H{n}='{text}'\n{text}=1\n" for n, text in enumerate(HOSTILE))
    names = [f"{n} {text.replace('/', '-')}.env" for n, text in enumerate(HOSTILE)]
    return [
        str(write(name, f"{lines}SGLANG_USE_MLX='{HOSTILE[n]}'\n")) for n, name in enumerate(names)
    ]


def node(write: Write, number: int, **values: str) -> None:
    settings = [{"name": name, "raw": raw} for name, raw in values.items()]
    own = {"host": f"gpu{number}", "role": "decode" if number % 2 else "prefill", "engine": "e"}
    write(f"nodes/{number}.json", json.dumps({"schema": 1, "node": own, "settings": settings}))


def test_findings_are_by_file_with_the_lines_around_them(write: Write) -> None:
    lines = [f"A{number}=1\n" for number in range(1, 10)]
    lines[4] = "SGLANG_USE_MLX=maybe\n"
    write("a.env", "".join(lines))
    write("b.env", "SGLANG_LOG_MS=ja\n")
    page = read("check", "a.env", "b.env")

    assert "2 errors, 1 info in 2 sources" in page.text
    assert page.text.index("a.env (1)") < page.text.index("b.env (2)")
    assert "3A3=1 4A4=1 5SGLANG_USE_MLX=maybe 6A6=1 7A7=1" in page.text
    assert "A2=1" not in page.text
    assert "help: write 1 or 0" in page.text
    rules = {
        tag.attributes["id"] for tag in page.tags if tag.attributes.get("id", "")[:5] == "rule-"
    }
    links = {
        tag.attributes["href"] for tag in page.tags if tag.attributes.get("href", "")[:1] == "#"
    }
    assert rules == {"rule-defaulted", "rule-undocumented"}
    assert {f"#{rule}" for rule in rules} <= links


def test_it_says_what_was_read(write: Write) -> None:
    write("a.env", "SGLANG_USE_MLX=1\n")
    write("b.env", b"\xff\xfeA\0")
    assert "a.env: 1 variable" in read("check", "a.env", code=0).text
    assert "no problems in a.env" in read("check", "a.env", code=0).text
    page = read("check", "a.env", "missing.env", code=3)
    assert "missing.env: could not be read" in page.text
    assert "no such file" in page.text
    assert "not read missing.env: no such file" in read("show", "-e", "missing.env", code=3).text
    assert "missing.env: no such file" in read("diff", "a.env", "missing.env", code=3).text


def test_what_is_set_comes_with_all_that_is_not(write: Write) -> None:
    write("a.env", "SGLANG_USE_MLX=maybe\nSGLANG_PORT=1\n")
    page = read("show", "-e", "a.env", code=0)

    assert "SGLANG_USE_MLX false (replaced by the default; written as maybe)" in page.text
    assert "a.env:1" in page.text
    listed = json.loads(run("show", "-e", "a.env", "--format", "json").out)["settings"]
    rows = [tag for tag in page.tags if "data-row" in tag.attributes]
    assert len(rows) == len(listed)
    assert [row.attributes["data-set"] for row in rows].count("yes") == 2


def test_what_differs_from_the_first_is_marked(write: Write) -> None:
    write("a.env", "NCCL_DEBUG=INFO\nHF_TOKEN=abcdefghijkl\nSGLANG_USE_MLX=1\n")
    write("b.env", "NCCL_DEBUG=WARN\nHF_TOKEN=abcdefghijkm\nSGLANG_USE_MLX=1\n")
    page = read("diff", "a.env", "b.env", "a.env")
    cells = [tag.attributes for tag in page.tags if tag.name == "td" and "class" in tag.attributes]

    assert [cell["class"] for cell in cells] == ["set", "set differs", "set"] * 2
    assert [cell["data-label"] for cell in cells] == ["a.env", "b.env", "a.env"] * 2
    assert "abcdef" not in page.text


def test_nodes_are_columns_of_groups(write: Write) -> None:
    for number in range(1, 10):
        odd = {"NCCL_DEBUG": "INFO"} if number == 7 else {}
        node(write, number, SGLANG_HEALTH_CHECK_TIMEOUT="3" if number in (2, 5) else "2", **odd)
    page = read("diff", "nodes")

    assert "2 differences between 9 nodes" in page.text
    assert "Variable 6 nodes most 1 node gpu7 2 nodes gpu[2,5]" in page.text
    assert "NCCL_DEBUG info · added on 1 node unset INFO unset" in page.text
    assert "SGLANG_HEALTH_CHECK_TIMEOUT info · changed on 2 nodes 2 2 3" in page.text
    assert "6 nodes, decode, prefill: gpu[1,3-4,6,8-9]" in page.text
    marked = [tag for tag in page.tags if "outlier" in tag.attributes.get("class", "")]
    assert len(marked) == 2


def test_roles_have_a_matrix_each_and_one_between_them(write: Write) -> None:
    for number in range(1, 9):
        timeout = "9" if number == 8 else "2" if number % 2 else "4"
        node(write, number, SGLANG_HEALTH_CHECK_TIMEOUT=timeout)
    page = read("diff", "nodes", "--by", "role")
    titles = [tag.attributes["aria-label"] for tag in page.tags if tag.name == "div"]

    assert titles == ["prefill", "between roles"]
    assert "Variable 3 nodes most 1 node gpu8" in page.text
    assert "Variable decode most prefill" in page.text


def test_ranks_that_must_agree_are_an_error(write: Write) -> None:
    for number in range(1, 6):
        layers = "7,9" if number == 1 else "8,8"
        node(write, number, NCCL_DEBUG=f"I{number % 2}", SGLANG_PP_LAYER_PARTITION=layers)
    severities = [
        (tag.attributes["data-row"], tag.attributes["data-severity"])
        for tag in read("diff", "nodes").tags
        if "data-severity" in tag.attributes
    ]

    assert dict(severities) == {"NCCL_DEBUG": "info", "SGLANG_PP_LAYER_PARTITION": "error"}


def test_a_variable_with_a_value_for_each_node_makes_no_groups(write: Write) -> None:
    for number in range(1, 60):
        node(write, number, SGLANG_PORT="2" if number == 1 else "1", ACME_SERIAL=f"s{number}")
    page = read("diff", "nodes")

    assert "Variable 58 nodes most 1 node gpu1" in page.text
    assert "ACME_SERIAL info · changed on 58 nodes 58 values" in page.text
    assert "s17: gpu17" in page.text


def test_more_groups_than_a_screen_has_columns_share_one(write: Write) -> None:
    for number in range(1, 41):
        bits = {f"ACME_{bit}": str(number >> bit & 1) for bit in range(6)}
        node(write, number, **bits)
    page = read("diff", "nodes")
    heads = [tag for tag in page.tags if "data-roles" in tag.attributes]

    assert len(heads) == 25
    assert "in 16 more groups" in page.text


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", ["check", "show -e", "diff defaults", "diff defaults defaults defaults"]
)
def test_hostile_texts_are_text(write: Write, command: str) -> None:
    for file in hostile_files(write):
        args = [*command.split(), file]
        page = read(
            *args, *(["--raw"] if "diff" in command else []), code=0 if "show" in command else 1
        )
        visible = page.text.replace("\\\\", "\\")
        assert sum(text in visible for text in HOSTILE) >= len(HOSTILE) - 3, visible[:2000]
        assert not re.search("[\u202e\u2028\x1b]", visible)


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("check", "--nope"), 2, "no such option"),
        (("check", "<b>.env", "--select", "<b>"), 2, "unknown rule '<b>'"),
        (("show", "--sglang", "<i>"), 2, "<i>"),
        (("diff", "defaults"), 2, "two environments"),
        (("show", "--config", "no.toml"), 3, "no.toml: no such file"),
    ],
)
def test_an_error_is_a_page(args: tuple[str, ...], code: int, words: str) -> None:
    result = run(*args, "--format", "html")
    page = Reader(result.out)

    assert result.code == code
    assert page.policy == "default-src 'none'"
    assert f"envctl failed with exit code {code}" in page.text
    assert words in page.text
    assert not any(tag.name in ("b", "i", "script") for tag in page.tags)


def test_without_jinja2_a_page_says_how_to_get_it(write: Write) -> None:
    write("a.env", "A=1\n")
    loaded = [name for name in sys.modules if name.startswith("sglang_envctl.reports.html")]
    with patch.dict("sys.modules", {"jinja2": None}), patch.dict(vars(reports)):
        vars(reports).pop("html", None)
        for name in loaded:
            del sys.modules[name]
        result = run("check", "a.env", "--format", "html")

    assert result.code == 2
    assert "pip install 'sglang-envctl[html]'" in result.complaint
    assert "pip install 'sglang-envctl[html]'" in Reader(result.out).text


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_a_page_is_the_same_in_every_encoding(write: Write, encoding: str) -> None:
    write("ä.env", "SGLANG_USE_MLX=größer\n")
    args = ("check", "ä.env", "--format", "html", "--no-config", "-q")

    assert "größer" in Reader(run(*args, encoding=encoding).out).text


def test_nothing_of_it_is_loaded_without_asking(write: Write) -> None:
    write("a.env", "A=1\n")
    program = """
import sys
from sglang_envctl.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    assert not {"jinja2", "sglang_envctl.reports.html"} & set(sys.modules)
"""
    write("p.py", program)

    done = subprocess.run(
        [sys.executable, "p.py", "check", "a.env"], env=surroundings(), check=False
    )
    assert done.returncode == 0


@pytest.mark.slow
def test_thousands_of_nodes_are_a_small_page(write: Write) -> None:
    for number in range(2_000):
        odd = {"NCCL_DEBUG": "INFO"} if number % 1_000 == 5 else {}
        node(write, number, SGLANG_HEALTH_CHECK_TIMEOUT="3", ACME_SERIAL=f"s{number}", **odd)
    result = child("diff", "nodes", "--format", "html")

    assert "1,998 nodes" in result.out
    assert len(result.out) < 100_000
