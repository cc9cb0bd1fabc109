"""The options of a server, by what its modules declare, against the parser that they build."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from sglang_envctl.audit.code.options import declared, options

BY_HAND = """
def add_cli_args(parser):
    parser.add_argument("--model-path", "--model", type=str, help="weights")
    group = parser.add_argument_group("parallel")
    group.add_argument("--tp-size", "--tensor-parallel-size", dest="tp_size", type=int)
    parser.add_argument("-q", "--quiet", action="store_true")
"""
BY_FIELD = b"""
class Parallel(msgspec.Struct):
    nnodes: A[int, "The number of nodes."] = 1
    tp_size: A[int, Arg(help="Size.", aliases=["--tensor-parallel-size"])] = 1
    fp8_backend: typing.Annotated[str, Arg(help="Back-end.", cli_name="--fp8-gemm-backend")] = "a"
    rank: A[int, Derived(doc="set at run time")] = 0
    inner: A[int, Arg(help="Not for users.", no_cli=True)] = 0
    plain: int = 0
    joined: A[str, f"Help with {BRACES}."] = ""
"""


def test_options_that_are_added_by_hand() -> None:
    parser = argparse.ArgumentParser(add_help=False)
    names: dict[str, Callable[[argparse.ArgumentParser], None]] = {}
    exec(BY_HAND, names)  # noqa: S102 - the sample, by the library that it is for
    names["add_cli_args"](parser)
    expected = {flag for flag in parser._option_string_actions if flag.startswith("--")}
    assert set(declared(BY_HAND.encode())) == expected


def test_options_that_are_annotated_fields() -> None:
    assert sorted(declared(BY_FIELD)) == [
        "--fp8-gemm-backend", "--joined", "--nnodes", "--tensor-parallel-size", "--tp-size",
    ]  # fmt: skip


def test_options_are_those_of_the_servers_alone(tmp_path: Path) -> None:
    for name in ("srt/server_args.py", "srt/bench.py", "multimodal_gen/runtime/server_args.py"):
        path = tmp_path / "sglang" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'p.add_argument("--{path.parent.name}-{path.stem}")')
    (tmp_path / "sglang" / "__init__.py").write_text("")
    assert options(tmp_path / "sglang") == {
        "srt": {"--srt-server_args"},
        "diffusion": {"--runtime-server_args"},
    }
