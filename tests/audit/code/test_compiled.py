"""Names in shared objects and in C++, CUDA and Rust code are evidence that a package reads them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from sglang_envctl.audit import audit
from sglang_envctl.audit.code.compiled import certain, mentions, named
from sglang_envctl.audit.compare import compare
from sglang_envctl.audit.release.build import Builder
from sglang_envctl.registry import load
from sglang_envctl.releases.data import ReleaseData

FILES = {
    "mooncake/__init__.py": b"",
    "mooncake/engine.so": b"\x7fELF\0\x01MC_FORCE_TCP\0MC_GID_INDEX_OLD\0",
    "mooncake/libx.so.1.2": b"invalidSGLANG_FIRSTSGLANG_SECONDTrailing SGLANG_READX\0",
    "mooncake/kernel.cuh": b'#define SGLANG_GUARD\nstatic auto v = getenv("SGLANG_KERNEL");\n',
    "mooncake/notes.txt": b'"SGLANG_IN_A_TEXT"',
}


@pytest.fixture(params=("folder", "wheel"))
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "wheel":
        path = tmp_path / "mooncake-1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in FILES.items():
                archive.writestr(name, content)
        return path
    for name, content in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    return tmp_path / "mooncake"


def test_a_name_is_mentioned_in_its_exact_form(target: Path) -> None:
    asked = ("MC_FORCE_TCP", "MC_GID_INDEX", "SGLANG_KERNEL", "SGLANG_GUARD")
    assert mentions(target, asked) == {
        "MC_FORCE_TCP": "mooncake/engine.so",
        "SGLANG_KERNEL": "mooncake/kernel.cuh",
    }


def test_names_next_to_each_other_are_told_apart(target: Path) -> None:
    found = named(target, ("SGLANG_", "SGL_"))
    assert set(found) == {"SGLANG_FIRST", "SGLANG_SECONDT", "SGLANG_READX", "SGLANG_KERNEL"}
    known = {"SGLANG_SECOND", "SGLANG_READ"}
    assert set(certain(found, known)) == {"SGLANG_FIRST", "SGLANG_KERNEL"}


def test_a_name_across_two_pieces_of_a_file_is_found(tmp_path: Path) -> None:
    name = "SGLANG_ACROSS"
    (tmp_path / "big.so").write_bytes(b"\0" * ((1 << 20) - 5) + name.encode() + b"\0")
    assert set(mentions(tmp_path, (name,))) == {name}


def test_what_a_compiled_part_mentions_is_not_called_unread(target: Path) -> None:
    found = audit(target)
    unread = {item.variable.name for item in compare(found, load(), target).unread}
    without = {item.variable.name for item in compare(found, load()).unread}
    assert without - unread == {"MC_FORCE_TCP"}


def test_the_release_data_holds_it_as_weaker_evidence(target: Path) -> None:
    builder = Builder()
    builder.add("0.5.23", audit(target), named(target, ("SGLANG_", "SGL_")))
    (use,) = ReleaseData(builder.data()).uses("SGLANG_KERNEL", "0.5.23")
    assert (use.reader, use.where) == ("compiled", "mooncake/kernel.cuh")


def test_what_is_broken_or_a_bomb_is_no_evidence(tmp_path: Path) -> None:
    path = tmp_path / "a.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/bomb.so", b"SGLANG_BOMB" + b"\0" * 10_000_000)
        archive.writestr("a/broken.so", bytes(range(256)) * 9)
        archive.writestr("a/good.so", b"\0SGLANG_GOOD\0")
    data = bytearray(path.read_bytes())
    start = data.index(b"a/broken.so") + len(b"a/broken.so")
    data[start : start + 9] = b"\xff" * 9
    path.write_bytes(bytes(data))

    assert named(path, ["SGLANG_"]) == {"SGLANG_GOOD": "a/good.so"}
