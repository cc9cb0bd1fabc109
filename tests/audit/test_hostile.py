"""Nothing in a target can stop an audit, start anything, or fill the memory."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from sglang_envctl.audit import audit, scan
from sglang_envctl.audit.code import files, limits, parse
from sglang_envctl.audit.code.files import TargetError
from sglang_envctl.audit.facts import Audit

GOOD = "import os\nos.getenv('GOOD')\n"


def audited(tmp_path: Path, name: str, content: str | bytes) -> Audit:
    (tmp_path / "good.py").write_text(GOOD, "utf-8")
    data = content.encode() if isinstance(content, str) else content
    (tmp_path / name).write_bytes(data)
    result = audit(tmp_path)
    assert "GOOD" in result.names
    return result


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("import os\nos.getenv('A'\n", "never closed"),
        (b"import os\nos.getenv('A')\0\n", "null bytes"),
        (b"# coding: utf-8\nimport os\nos.getenv('\xff')\n", ""),
        ("# coding: no-such-encoding\nos.environ\n", "unknown encoding"),
        ("import os\nx = os.environ\n" + "(" * 5000, ""),
        ("import os\nx = os.environ\nf = " + "lambda: " * 3000 + "0", "nested too deeply"),
        ("import os\nos.getenv(" + "-" * 50_000 + "1)", ""),
        ("import os\nos.getenv('A', 0x" + "f" * 5000 + ")", "a number of thousands of digits"),
    ],
)
def test_what_cannot_be_parsed_is_an_item(tmp_path: Path, content: str, reason: str) -> None:
    result = audited(tmp_path, "bad.py", content)
    assert [item.source for item in result.unreadable] == ["bad.py"]
    assert reason in result.unreadable[0].reason
    assert result.unreadable[0].reason


@pytest.mark.parametrize(
    "expression",
    [
        "'A' + " * 3000 + "'B'",
        "f(" * 90 + "'A'" + ")" * 90,
        "a" + ".b" * 3000,
        "2 ** 10 ** 10",
        "'x' * 10 ** 10",
        "'%999999999d' % 1",
        "'{:>999999999}'.format(1)",
        "1 << 10 ** 10",
        "str(10 ** 5000)",
    ],
)
def test_names_nobody_can_evaluate_are_dynamic(tmp_path: Path, expression: str) -> None:
    result = audited(tmp_path, "odd.py", f"import os\nos.getenv({expression})\n")
    found = {item.file for item in result.dynamic} | {item.source for item in result.unreadable}
    assert "odd.py" in found


def test_doubling_ends(tmp_path: Path) -> None:
    lines = ["import os", "a0 = ('A', 'B')", "n0 = 1", "t0 = 'ab'"]
    for number in range(60):
        lines += [f"{k}{number + 1} = {k}{number} + {k}{number}" for k in "ant"]
    lines += ["for name in a60:", "    os.getenv(name)", "os.getenv(str(n60))", "os.getenv(t60)"]
    result = audited(tmp_path, "doubling.py", "\n".join(lines))
    assert [item.line for item in result.dynamic if item.file == "doubling.py"]


def test_circles_end(tmp_path: Path) -> None:
    content = """
import os
from circles import a as b, b as a
class A(B): pass
class B(A): pass
x = y
y = x
def f(name): return g(name)
def g(name): return f(os.getenv(name))
f(x)
g(a)
os.getenv(A.x)
"""
    assert audited(tmp_path, "circles.py", content).dynamic


def test_nothing_is_imported_or_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    content = f"import os\nos.getenv('A')\nopen({str(mark)!r}, 'w').close()\n"
    audited(tmp_path, "innocent_bystander.py", content)
    assert not mark.exists()
    assert "innocent_bystander" not in sys.modules


def test_a_file_is_read_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILE", 100)
    result = audited(tmp_path, "big.py", GOOD + "#" * 100)
    assert result.unreadable[0].reason == "larger than 100 bytes"


def test_all_files_are_read_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_TOTAL", 100)
    result = audited(tmp_path, "z.py", GOOD + "#" * 90)
    assert result.unreadable[0].reason == "more files than an audit reads"


def test_all_code_is_parsed_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "MAX_TOKENS", 20)
    result = audited(tmp_path, "z.py", GOOD * 10)
    assert [(item.source, item.reason) for item in result.unreadable] == [
        ("z.py", "more code than an audit reads")
    ]


def test_code_that_finds_no_room_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_MEMORY", -(1 << 40))  # 0 may have memory at hand
    for name in "abc":
        (tmp_path / f"{name}.py").write_text(GOOD + f"x = '{'-' * 20_000}'\n", "utf-8")
    assert [(item.source, item.reason) for item in audit(tmp_path).unreadable] == [
        ("a.py", "more code than an audit reads, in 2 other files too; audit a folder of it")
    ]


def test_so_many_steps_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The products of nested loops, and classes that might all be derived from each other."""
    monkeypatch.setattr(limits, "MAX_STEPS", 1_000)
    letters, classes = list("abcdefgh"), "".join(f"class A{n}: pass\n" for n in range(20))
    loops = "".join(f"{' ' * n}for {name} in {letters}:\n" for n, name in enumerate("klmn"))
    (tmp_path / "loops.py").write_text(f"import os\n{loops}    os.getenv(k + l + m + n)\n", "utf-8")
    for number in range(20):
        made = "class R:\n def __init__(self, n): os.getenv(n)\nR('A')\n"
        (tmp_path / f"{number}.py").write_text(f"import os\n{classes}{made}", "utf-8")
    (found,) = audit(tmp_path).unreadable
    assert found.reason.startswith("more code than an audit reads, in ")


def test_so_many_reads_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MAX_READS", 5)
    (tmp_path / "z.py").write_text(GOOD * 10, "utf-8")
    found = audit(tmp_path)
    assert len(found.uses) == 5
    assert [item.source for item in found.unreadable] == ["z.py"]


@pytest.mark.slow
def test_a_file_of_reads_takes_time_in_proportion(tmp_path: Path) -> None:
    """Looking for each from the top of the file would take a minute."""
    result = audited(tmp_path, "many.py", "import os\n" + "os.getenv('A')\n" * 15_000)
    assert len(result.names["A"]) == 15_000


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "missing.py").symlink_to(tmp_path / "nowhere")
    (tmp_path / "endless.py").symlink_to("/dev/zero")
    result = audited(tmp_path, "other.py", "")
    assert [item.reason for item in result.unreadable] == ["not a regular file"] * 2


def wheel(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_wheel_is_read_as_its_directory(tmp_path: Path) -> None:
    path = wheel(tmp_path / "pkg-1.whl", {"pkg/__init__.py": b"", "pkg/a.py": GOOD.encode()})
    result = audit(path)
    assert [(use.name, use.file, use.line) for use in result.uses] == [("GOOD", "pkg/a.py", 2)]


def test_of_two_members_with_one_name_the_last_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.py", GOOD.replace("GOOD", "FIRST"))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.py", GOOD)
    assert list(audit(path).names) == ["GOOD"]


def test_a_zip_can_name_no_file_outside(tmp_path: Path) -> None:
    content = GOOD.encode()
    names = ["/etc/a.py", "../a.py", "a/../../b.py", "c\\..\\d.py"]
    result = audit(wheel(tmp_path / "a.whl", {"ok.py": content, **dict.fromkeys(names, content)}))
    assert [use.file for use in result.uses] == ["ok.py"]
    assert {item.reason for item in result.unreadable} == {"a path outside the package"}
    assert len(result.unreadable) == 4


def test_a_zip_bomb_is_read_up_to_a_bound(tmp_path: Path) -> None:
    bomb = GOOD.encode() + b"#" * (files.MAX_FILE + 1)
    path = wheel(tmp_path / "bomb.whl", {"bomb.py": bomb, "good.py": GOOD.encode()})
    assert path.stat().st_size < 100_000
    result = audit(path)
    assert [use.file for use in result.uses] == ["good.py"]
    assert "larger than" in result.unreadable[0].reason


def test_a_broken_member_is_an_item(tmp_path: Path) -> None:
    path = wheel(tmp_path / "a.whl", {"bad.py": GOOD.encode() * 50, "good.py": GOOD.encode()})
    content = bytearray(path.read_bytes())
    start = content.index(b"bad.py") + len(b"bad.py")
    content[start : start + 8] = b"\xff" * 8
    path.write_bytes(bytes(content))
    result = audit(path)
    assert [use.file for use in result.uses] == ["good.py"]
    assert result.unreadable[0].source == "bad.py"


def test_a_broken_member_of_any_method_is_an_item(tmp_path: Path) -> None:
    path = tmp_path / "a.whl"
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("bad.py", GOOD * 50)
            archive.writestr("good.py", GOOD)
        content = bytearray(path.read_bytes())
        start = content.index(b"bad.py") + len(b"bad.py") + 9
        content[start : start + 12] = b"\xff" * 12
        path.write_bytes(bytes(content))

        found = audit(path)
        assert [use.file for use in found.uses] == ["good.py"]
        assert [item.source for item in found.unreadable] == ["bad.py"]


def test_a_name_that_is_no_text_makes_a_broken_zip(tmp_path: Path) -> None:
    path = wheel(tmp_path / "a.whl", {"é.py": GOOD.encode()})
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xff\xff"))
    with pytest.raises(TargetError, match="is a broken zip"):
        audit(path)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 10])
def test_what_is_no_package_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "thing.whl"
    path.write_bytes(content)
    with pytest.raises(TargetError, match="neither a directory nor a wheel"):
        audit(path)


def test_a_broken_zip_and_a_directory_without_python_are_refused(tmp_path: Path) -> None:
    path = wheel(tmp_path / "a.whl", {"a.py": b""})
    path.write_bytes(path.read_bytes().replace(b"PK\x01\x02", b"PK\x01\x03"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(TargetError, match="is a broken zip"):
        audit(path)
    with pytest.raises(TargetError, match="contains no Python file"):
        audit(tmp_path / "empty")


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="no such file"):
        audit(tmp_path / "nowhere")


def test_progress_ends_at_the_total(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    (tmp_path / "a.py").write_text(GOOD, "utf-8")
    (tmp_path / "b.py").write_text("x = 1\n", "utf-8")
    audit(tmp_path, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (2, 2)
    assert seen == sorted(seen)


def test_one_file_can_be_audited(tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_text(GOOD, "utf-8")
    assert [use.file for use in audit(path).uses] == ["script.py"]
