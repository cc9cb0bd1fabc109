"""Reading systemd units, compared with systemd itself."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Layer
from sglang_envctl.errors import SourceError
from sglang_envctl.sources import systemd
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects import read_as
from sglang_envctl.sources.load import read_one
from tests.consumers import by_systemd, missing, need
from tests.harness import Write, run
from tests.tables import table

DATA = Path(__file__).parents[1] / "data" / "sources" / "systemd"
CONTEXT = Context()
SPECIFIER = "<contains a %-specifier that systemd resolves>"
INHERITED = "<inherited from the service manager, if set there>"
NOBODY = 65534


def unit(text: str) -> Layer:
    data = text.encode("utf-8", "surrogateescape")
    (layer,) = systemd.layers("x.service", data, CONTEXT)
    return layer


def lines(layer: Layer) -> list[str]:
    return [f"{a.origin.line} {a.name}={a.text}" for a in layer.assignments]


def environment(layer: Layer) -> dict[str, str]:
    return {a.name: a.text for a in layer.assignments}


def notes(layer: Layer) -> list[str]:
    found = (
        f"{n.origin.line} {n.rule} {n.name} {next(iter(n.facts.values()), '')}" for n in layer.notes
    )
    return [" ".join(note.split()) for note in found]


# The lines after [Service], the environment that systemd gets from them, and the notes.
UNITS: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "several": ("Environment=A=1 B=2\nEnvironment=C=3", {"A": "1", "B": "2", "C": "3"}, []),
    "quotes": (
        """Environment="A=two words" 'B=x y' C=a"b c"d "D=1"E=2 F='it"s'""",
        {"A": "two words", "B": "x y", "C": "ab cd", "D": "1E=2", "F": 'it"s'},
        [],
    ),
    "escapes": (
        r"""Environment=A=a\x20b B=\u00e9\102 "C=\s.\\." D=\xe2\x98\x83 'E=\t'""",
        {"A": "a b", "B": "éB", "C": r" .\.", "D": "☃", "E": "\t"},
        [],
    ),
    "bad escape": (r"Environment=A=1 B=a\qb C=2", {"A": "1"}, ["2 unit-syntax"]),
    "escaped NUL": (r"Environment=A=\x00 B=1", {}, ["2 unit-syntax"]),
    "escape that is not UTF-8": (r"Environment=A=\xff B=1", {"B": "1"}, ["2 dropped-word"]),
    "backslash at the end": (r"Environment=A=x\\", {"A": "x\\"}, []),
    "open quote": ("Environment=A=1 'B=2", {"A": "1"}, ["2 unit-syntax"]),
    "open double quote": ('Environment="A=1 B=2', {}, ["2 unit-syntax"]),
    "trailing comment": ("Environment=A=b # c", {"A": "b"}, ["2 dropped-word A", "2 dropped-word A"]),
    "value with a space": ("Environment=A=/my models", {"A": "/my"}, ["2 dropped-word A"]),
    "export": ("Environment=export A=1", {"A": "1"}, ["2 dropped-word"]),
    "invalid names": ("Environment=1X=1 a-b=2 =3 A", {}, ["2 dropped-word"] * 4),
    "nothing expands": ("Environment=A=${B} C=$D E=~", {"A": "${B}", "C": "$D", "E": "~"}, []),
    "empty, and = in a value": ("Environment=A= B=c=d C=", {"A": "", "B": "c=d", "C": ""}, []),
    "the later wins": ("Environment=A=1 A=2 B=1\nEnvironment=B=2", {"A": "2", "B": "2"}, []),
    "reset": ("Environment=A=1\nEnvironment=\nEnvironment=B=2", {"B": "2"}, []),
    "continued": ("Environment=A=1 \\\n  B=2 \\\n# no\n; no\n  C=3", {"A": "1", "B": "2", "C": "3"}, []),
    "continued inside quotes": ('Environment="A=x\\\ny"', {"A": "x y"}, []),
    "continued to the end": ("Environment=A=1 \\", {"A": "1"}, []),
    "spaces around =": ("  Environment = A=1  ", {"A": "1"}, []),
    "percent": ("Environment=A=%% B=100% C=%-x", {"A": "%", "B": "100%", "C": "%-x"}, []),
    "invalid specifier": ("Environment=A=%z B=1", {"B": "1"}, ["2 unknown-specifier A %z"]),
    "CRLF": ("Environment=A=1\r\nEnvironment=B=2\r", {"A": "1", "B": "2"}, []),
    "control characters": ("Environment=A=\x01", {"A": "\x01"}, []),
    "other keys": ("environment=A=1\nEnvironments=B=1\nExecStart=/bin/true", {}, []),
    "other sections": (
        "[Unit]\nEnvironment=A=1\n[X-Own]\nEnvironment=B=1\n[Service]\nEnvironment=C=1",
        {"C": "1"},
        ["3 outside-service-section in [Unit]", "5 outside-service-section in [X-Own]"],
    ),
    "all in one pair of quotes": (
        'Environment="A=1 B=2" "C=x b=2"',
        {"A": "1 B=2", "C": "x b=2"},
        ["2 several-in-quotes A B"],
    ),
    "open header": ("Environment=A=1\n[Unit\nEnvironment=B=1", {"A": "1"}, ["3 section-header"]),
}  # fmt: skip


def test_an_expression_of_a_template_is_one_word() -> None:
    found = unit("[Service]\nEnvironment=A={{ a | default(1) }} B=2 C={{ c }}/x\n")
    expected = {"A": "{{ a | default(1) }}", "B": "2", "C": "{{ c }}/x"}
    assert (environment(found), notes(found)) == (expected, [])


@table("case", UNITS)
def test_environment(case: str) -> None:
    body, expected, noticed = UNITS[case]
    found = unit(f"[Service]\n{body}\n")
    assert (environment(found), notes(found)) == (expected, noticed)


@pytest.fixture(scope="module")
def systemd_has() -> Iterator[dict[str, dict[str, str]]]:
    """The environment of each unit in systemd itself, from a dry run of its manager."""
    manager = "/lib/systemd/systemd"
    if not os.access(manager, os.X_OK):
        missing("systemd")
    with TemporaryDirectory() as folder:  # readable by others
        yield _dry_run(manager, Path(folder))


def _dry_run(manager: str, folder: Path) -> dict[str, dict[str, str]]:
    names = {f"c{i}.service": case for i, case in enumerate(UNITS)}
    for name, case in names.items():
        text = f"[Service]\n{UNITS[case][0]}\n[Service]\nExecStart=/bin/true\n"
        (folder / name).write_bytes(text.encode())
    (folder / "all.target").write_text(f"[Unit]\nWants={' '.join(names)}\n")
    runtime = folder / "runtime"
    runtime.mkdir()
    user: dict[str, int] = {}
    if os.geteuid() == 0:  # which the manager of a user refuses
        user = {"user": NOBODY, "group": NOBODY}
        os.chown(runtime, NOBODY, NOBODY)
        folder.chmod(0o755)
    done = subprocess.run(
        [manager, "--test", "--user", "--unit=all.target"],
        env={
            "HOME": "/",
            "XDG_RUNTIME_DIR": str(runtime),
            "SYSTEMD_UNIT_PATH": f"{folder}:",
            "SYSTEMD_LOG_TARGET": "console",
        },
        capture_output=True,
        check=False,
        timeout=60,
        **user,  # type: ignore[call-overload]
    )
    if b"-> Unit c0.service:" not in done.stdout:
        pytest.skip("systemd gives no dry run here")
    found = {}
    for block in done.stdout.decode().split("\n\t-> Unit ")[1:]:
        name = block.partition(":")[0]
        pairs = re.findall(r"\n\t\tEnvironment: ((?s:.*?))(?=\n\t+[A-Z][A-Za-z ]+:|\Z)", block)
        if name in names:
            found[names[name]] = dict(pair.split("=", 1) for pair in pairs)
    return found


@pytest.mark.real
@pytest.mark.parametrize("case", [case for case in UNITS if case != "open header"])
def test_systemd_agrees(systemd_has: dict[str, dict[str, str]], case: str) -> None:
    assert systemd_has[case] == UNITS[case][1]


@table(
    ("text", "expected"),
    [
        ("[Service]\nEnvironment=A=%h B=%i%%", [f"2 A={SPECIFIER}", f"2 B={SPECIFIER}"]),
        ("[Service]\nPassEnvironment=A 'B'", [f"2 A={INHERITED}", f"2 B={INHERITED}"]),
        ("[Service]\nEnvironment=A=1\nPassEnvironment=A", [f"3 A={INHERITED}", "2 A=1"]),
        ("[Service]\nPassEnvironment=A\nPassEnvironment=\nPassEnvironment=B", [f"4 B={INHERITED}"]),
        ("[Service]\nEnvironment=A=1 B=2\nUnsetEnvironment=A", ["2 B=2"]),
        ("[Service]\nUnsetEnvironment=A=1 B=1\nEnvironment=A=1 B=2", ["3 B=2"]),
        ("[Service]\nUnsetEnvironment=A=1\nEnvironment=A=1 A=2", ["3 A=1", "3 A=2"]),
        ("[Service]\nUnsetEnvironment=A\nUnsetEnvironment=\nEnvironment=A=1", ["4 A=1"]),
        ("[Service]\nPassEnvironment=A B\nUnsetEnvironment=A B=1", [f"2 B={INHERITED}"]),
        ("[Service]\nEnvironment=A=1 \\\n B=2 \\\n # c\n C=3", ["2 A=1", "3 B=2", "5 C=3"]),
        ("\ufeff[Service]\nEnvironment=A=1", ["2 A=1"]),
    ],
)  # fmt: skip
def test_values_and_lines(text: str, expected: list[str]) -> None:
    assert lines(unit(text)) == expected


def test_section_of_another_kind_of_unit() -> None:
    for name, section in (
        ("x.socket", "Socket"),
        ("x.socket.d/a.conf", "Socket"),
        ("y", "Service"),
    ):
        data = f"[{section}]\nEnvironment=A=1\n".encode()
        (layer,) = systemd.layers(name, data, CONTEXT)
        assert lines(layer) == ["2 A=1"]


SHOWN = """# /etc/systemd/system/x.service
[Unit]
Description=x

[Service]
Environment=A=1 B=1
ExecStart=/bin/x \\

# /usr/lib/systemd/system/service.d/10-all.conf
[Service]
Environment=B=2

# /etc/systemd/system/x.service.d/override.conf
Environment=C=0
[Service]
Environment=C=3
"""


def test_what_systemctl_cat_shows() -> None:
    (layer,) = systemd.layers("-", SHOWN.encode(), CONTEXT)
    assert lines(layer) == ["6 A=1", "6 B=1", "11 B=2", "16 C=3"]
    assert notes(layer) == ["14 outside-service-section before any section"]


def test_several_units_of_systemctl_cat() -> None:
    other = SHOWN.replace("/x.service", "/y.service").replace("A=1", "A=7")
    layers = systemd.layers("-", (SHOWN + other).encode(), CONTEXT)
    assert {layer.selector: environment(layer) for layer in layers} == {
        "x.service": {"A": "1", "B": "2", "C": "3"},
        "y.service": {"A": "7", "B": "2", "C": "3"},
    }
    assert lines(layers[1])[0] == f"{6 + SHOWN.count(chr(10))} A=7"


@pytest.mark.parametrize(
    ("start", "command"),
    [
        (
            "/opt/v/bin/python3 -m sglang.launch_server --tp 2 --host %H",
            ("/opt/v/bin/python3", "-m", "sglang.launch_server", "--tp", "2", "--host", ""),
        ),
        (
            "-/usr/bin/sglang serve \\\n  --model-path '${MODEL}' 'a b'",
            ("/usr/bin/sglang", "serve", "--model-path", "", "a b"),
        ),
        ("/usr/bin/env true", ()),
    ],
)
def test_command_of_a_server(start: str, command: tuple[str, ...]) -> None:
    assert unit(f"[Service]\nExecStart={start}\n").command == command


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        ('"HF_HOME=/d SGLANG_ENABLE_JIT_DEEPGEMM=1"', ["several-in-quotes"]),
        ('"APP_ARGS=-x FOO=1"', []),
        ("HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyzabcdefgh", ["inline-credential"]),
        ("HF_TOKEN=%d/token", []),
    ],
)
def test_findings(write: Write, line: str, rules: list[str]) -> None:
    write("x.service", f"[Service]\nEnvironment={line}\n")
    found = run("check", "-q", "x.service").out
    assert [line.split(":")[2].split()[1] for line in found.splitlines()] == rules


@pytest.mark.parametrize("sign", ["#", ";", "# x #"])
def test_comment_silences_a_rule(sign: str) -> None:
    found = unit(f"[Service]\n{sign} envctl: ignore[a]\nEnvironment=A=1 \\\n B=2\nEnvironment=C=3")
    assert found.ignores == {("x.service", line): {"a"} for line in (3, 4)}


def test_files_win_over_the_unit_and_the_later_over_the_earlier(write: Write) -> None:
    first, second = (
        write("1.env", "A=file\nB=file # c\nexport C=1\n"),
        write("2.env", "\nB='two'\n"),
    )
    text = f"""[Service]
EnvironmentFile={first}
EnvironmentFile=-{second.parent}/2*.env
EnvironmentFile=-{second.parent}/none.env
Environment=A=unit D=unit
"""
    found = unit(text)
    assert environment(found) == {"A": "file", "B": "two", "D": "unit"}
    assert [str(a.origin) for a in found.assignments if a.name == "B"] == [
        f"{first}:2",
        f"{second}:2",
    ]
    assert [str(n.origin) for n in found.notes if n.rule == "name-dropped"] == [f"{first}:3"]


@table(
    ("line", "expected"),
    [
        ("EnvironmentFile=-/no/such/file", []),
        ("EnvironmentFile=-/no/such/*", []),
        (
            "EnvironmentFile=/no/such/file",
            ["2 environment-file-unread /no/such/file: no such file"],
        ),
        ("EnvironmentFile=/no/such\nEnvironmentFile=", []),
        ("EnvironmentFile=x.env", ["2 relative-environment-file"]),
        ("EnvironmentFile=-~/x.env", ["2 relative-environment-file"]),
        ("EnvironmentFile=/etc/%p.env", [f"2 environment-file-unread {SPECIFIER[1:-1]}"]),
        ("EnvironmentFile=-/", ["2 environment-file-unread /: is a directory; name a file in it"]),
    ],
)
def test_file_that_is_not_read(line: str, expected: list[str]) -> None:
    assert notes(unit(f"[Service]\n{line}\n")) == expected


@pytest.mark.parametrize("data", [b"A=\xe9\n", b"A=1\nB=\0\n"])
def test_file_that_systemd_refuses(write: Write, data: bytes) -> None:
    found = unit(f"[Service]\nEnvironmentFile={write('x.env', data)}\n")
    assert (found.assignments, [n.rule for n in found.notes]) == ((), ["file-refused"])


def test_drop_ins_next_to_a_unit_override_it(write: Write) -> None:
    write("x.service", "[Service]\nEnvironment=A=unit B=unit\n")
    folder = Path("x.service.d")
    folder.mkdir()
    (folder / "20.conf").write_text("[Service]\nEnvironment=A=20\n")
    (folder / "10.conf").write_text("[Service]\nEnvironment=\nEnvironment=A=10 C=10\n")
    (folder / "30.conf").symlink_to(os.devnull)
    (folder / "40.bak").write_text("[Service]\nEnvironment=A=40\n")

    found = read_one("x.service", CONTEXT)
    assert environment(found) == {"A": "20", "C": "10"}
    assert [str(a.origin) for a in found.assignments][-1] == "x.service.d/20.conf:2"
    assert lines(read_one("x.service.d/10.conf", CONTEXT)) == ["3 A=10", "3 C=10"]

    os.mkfifo(folder / "50.conf")
    with pytest.raises(SourceError, match=r"^x\.service\.d/50\.conf: is not a regular file"):
        read_one("x.service", CONTEXT)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "sglang.service",
            {
                "http_proxy": INHERITED,
                "https_proxy": INHERITED,
                "CUDA_VISIBLE_DEVICES": "2,3",
                "HF_HOME": "/srv/models/hugging face",
                "HF_HUB_OFFLINE": "1",
                "SGLANG_CACHE_DIT_ENABLED": "true",
                "SGLANG_CACHE_DIT_FN": "2",
                "SGLANG_CACHE_DIT_WARMUP": "4",
            },
        ),
        (
            "sglang@.service",
            {
                "SGLANG_DIFFUSION_CACHE_ROOT": SPECIFIER,
                "SGLANG_DIFFUSION_STAGE_LOGGING": "true",
                "APP_BANNER": "100% ready",
            },
        ),
        ("override.conf", {}),
        ("sglang.service.d/20-gpus.conf", {"CUDA_VISIBLE_DEVICES": "2,3"}),
    ],
)
def test_file(file: str, expected: dict[str, str]) -> None:
    layer = read_one(str(DATA / file), CONTEXT)
    told = {"override.conf": ["outside-service-section"] * 2}.get(file, [])
    assert (layer.kind, environment(layer)) == ("systemd", expected)
    assert [note.rule for note in layer.notes] == told


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("x.service", ""),
        ("/etc/systemd/system/x@.service", ""),
        ("x.service.d/a.conf", ""),
        ("-", "# /etc/systemd/system/x.service\n[Unit]\nDescription=x\n"),
        ("-", "[Service]\r\n"),
    ],
)
def test_matches(path: str, head: str) -> None:
    assert systemd.matches(path, head.encode())


@pytest.mark.parametrize(
    ("path", "head"),
    [("a.env", "A=[Service]\n"), ("a.conf", "A=1\n"), ("service", ""), ("x.d/a.conf", "")],
)  # fmt: skip
def test_does_not_match(path: str, head: str) -> None:
    assert not systemd.matches(path, head.encode())


FILES = {
    "plain": ("A=1\n B = 2 \nC=", {"A": "1", "B": "2", "C": ""}),
    "comments": ("# A=1\n ; B=1\nC=1 # kept\nD=1#2\n", {"C": "1 # kept", "D": "1#2"}),
    "no assignment": ("A\nB=1\nexport C=1\n1D=1\n=E\n", {"B": "1"}),
    "single quotes": (
        "A='x\n\\y' \nB='a''b' 'c'\nC=x'y'\n",
        {"A": "x\n\\y", "B": "abc", "C": "x'y'"},
    ),
    "double quotes": (
        'A="x\ny"\nB="\\"\\\\\\n\\$\\`\\\nz" # c\n',
        {"A": "x\ny", "B": '"\\\\n$`z# c'},
    ),
    "escapes": ("A=a\\b\\ \nB=x\\\ny\nC=\\'d'\n", {"A": "ab ", "B": "xy", "C": "'d'"}),
    "an unclosed quote takes the rest": ("A='x\nB=1\n", {"A": "x\nB=1\n"}),
    "the later wins": ("A=1\nA=2", {"A": "2"}),
    "nothing expands": ("A=$B ${C} %h ~", {"A": "$B ${C} %h ~"}),
    "CR ends a line": ("A=1\rB=2\r\nC=3", {"A": "1", "B": "2", "C": "3"}),
}


def file_environment(text: str) -> dict[str, str]:
    return {a.name: a.raw for a in read_as("systemd", "a.env", text.encode(), CONTEXT).assignments}


@table("case", FILES)
def test_environment_file(case: str) -> None:
    text, expected = FILES[case]
    assert file_environment(text) == expected


def test_lines_of_an_environment_file() -> None:
    text = b"\n# c\nA='x\ny'\n\n  B=1\\\n2\nC\nD=4\n"
    found = read_as("systemd", "a.env", text, CONTEXT).assignments
    assert [(a.name, a.origin.line) for a in found] == [("A", 3), ("B", 6), ("D", 9)]


_TEXT = st.lists(st.sampled_from(list("AB==\n\n \t'\"\\$x#;\r`")), max_size=30).map("".join)


@pytest.mark.slow
@given(_TEXT)
@settings(max_examples=300, deadline=None)
def test_any_environment_file_is_read_as_systemd_reads_it(text: str) -> None:
    # systemd before 254 goes on with a comment that ends in a backslash.
    assume(not re.search(r"(?:\A|[\n\r])[ \t]*[#;][^\n\r]*\\(?:[\n\r]|\Z)", text))
    real = {k.decode(): v.decode() for k, v in by_systemd(text.encode()).items()}
    assert file_environment(text) == real


@given(_TEXT.map(lambda text: f"[Service]\nEnvironment={text}"))
def test_any_unit_ends(text: str) -> None:
    found = unit(text)
    lines = len(re.split("[\n\r]", text))
    assert all(1 <= (n.origin.line or 0) <= lines for n in found.notes)


@pytest.mark.slow
def test_large_unit_is_read_in_one_pass() -> None:
    text = "[Service]\n" + "Environment=A=1 \\\n B=2\n" * 50_000
    assert len(unit(text).assignments) == 100_000


def test_systemd_analyze_accepts_the_sample_files(tmp_path: Path) -> None:
    analyze = need("systemd-analyze")
    for name in ("sglang.service", "sglang@.service"):
        text = (DATA / name).read_text(encoding="utf-8")
        text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text)
        (tmp_path / name.replace("@", "@x")).write_text(text, encoding="utf-8")
        command = [analyze, "verify", str(tmp_path / name.replace("@", "@x"))]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert [line for line in done.stderr.splitlines() if str(tmp_path) in line] == []
