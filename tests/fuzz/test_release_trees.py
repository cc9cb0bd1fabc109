"""Wheels and source trees that mean harm: a documented exit code, soon, and nothing outside is read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.conftest import Tally, explored
from tests.fuzz.inputs import changed, kind
from tests.fuzz.test_fuzz_kinds import LONGEST
from tests.harness import run

pytestmark = pytest.mark.slow

READS = b"import os\nos.getenv('SGLANG_PORT', '1')\n"
NAMES = st.sampled_from(
    ["sglang/__init__.py", "sglang/a.py", "sglang/environ.py", "sglang/version.py", "/etc/x.py",
     "../x.py", "sglang/../../x.py", "a\\b.py", "C:/x.py", "x.so", "sglang/x.so.1", "x.cu", "x.txt",
     "::error::.py", "\x1b[2J.py", "sglang/\u202e.py", "sglang-1.dist-info/METADATA", ".py", "a.py/",
     "d/" * 200 + "x.py"]
)  # fmt: skip
CONTENTS = st.sampled_from(
    [b"", READS, READS + b"\0", b"\xef\xbb\xbf" + READS, READS.decode().encode("utf-16"),
     *(b"# coding: %b\n" % coding + READS for coding in (b"latin-1", b"utf-16", b"rot13", b"zlib",
       b"unicode_escape", b"../x", b"x" * 300)),
     b"import os\nos.getenv('\\ud800', '\\udfff')\n",
     b"import os\nos.getenv('A', 0x" + b"f" * 5000 + b")",
     b"import os\nos.getenv('A', 1e400)\n", b"import os\nx = os.getenv(" + b"(" * 5000,
     b"import os\nx = os.environ, " + b"lambda: " * 95 + b"0\n",
     b"import os\nx = os.getenv('A', " + b"1 + " * 400_000 + b"1)\n", READS + b"#" * 9_000_000,
     b"import os\n" + b"os.getenv('A')\n" * 9_000, b"import os\nos.getenv('::error::')\n",
     b"SGLANG_A\0" * 90_000, b"__version__ = '" + b"9" * 5000 + b"'\n"]
)  # fmt: skip
MEMBERS = st.lists(
    st.tuples(NAMES, CONTENTS, st.sampled_from([0, 8, 12, 14]), st.sampled_from([0o644, 0o120777])),
    max_size=6,
)
DAMAGE = st.lists(
    st.tuples(st.integers(0, 1 << 16), st.integers(0, 12), st.binary(max_size=4)), max_size=3
)


def archive(members: list[tuple[str, bytes, int, int]]) -> bytes:
    """A wheel; members may have one name, and may be links."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as written:
        for name, content, method, mode in members:
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = method, mode << 16
            written.writestr(info, content)
    return stream.getvalue()


def survives(*args: str) -> None:
    start = process_time()
    result = run(*args, env={"XDG_CACHE_HOME": "/dev/null"}, stdin=b"SGLANG_PORT=1\n")
    assert result.code in (0, 1, 2, 3), (args, result.err)
    assert process_time() - start < LONGEST, args


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # of older Hypothesis
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_no_wheel_is_a_fault(tmp_path: Path, budget: int, tally: Tally) -> None:
    path = tmp_path / "sglang-0.5.9-py3-none-any.whl"

    @explored(budget)
    @given(MEMBERS, DAMAGE)
    def explore(
        members: list[tuple[str, bytes, int, int]], damage: list[tuple[int, int, bytes]]
    ) -> None:
        data = archive(members)
        for place, length, piece in damage:
            start = place % (len(data) + 1)
            data = data[:start] + piece + data[start + length :]
        path.write_bytes(data)
        with tally.one("wheels"):
            survives("audit", str(path))
            survives("check", "-", "--sglang", str(path))

    explore()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_no_source_tree_is_a_fault(tmp_path: Path, budget: int, tally: Tally) -> None:
    code = tmp_path / "sglang"
    code.mkdir()
    (code / "__init__.py").write_bytes(b"")
    (code / "good.py").write_bytes(READS)
    (code / "up").symlink_to("..")
    (code / "endless.py").symlink_to("/dev/zero")
    of = kind("audit")
    sources = CONTENTS | st.sampled_from(of.seeds)

    @explored(budget)
    @given(sources, st.sampled_from(of.tokens), st.integers(0, 400))
    def explore(content: bytes, token: bytes, start: int) -> None:
        (code / "x.py").write_bytes(changed(content, "put in", (start, start), token))
        with tally.one("source trees"):
            survives("audit", str(code), "--format", "json")
            survives("check", "-", "--sglang", str(tmp_path))

    explore()
