"""What takes long to build and no test changes: built once in a run, by the worker that is first."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sglang_envctl.releases import RELEASES
from tests.harness import run

Build = Callable[[Path], None]


def once(factory: pytest.TempPathFactory, build: Build) -> Path:
    """A folder with what a function builds, the same for all workers of a run."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / f"shared-{build.__name__}"
    with open(f"{folder}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "built").exists():
            folder.mkdir()
            build(folder)
            (folder / "built").touch()
    return folder


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</code></title><svg/onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "</script><script>alert(1)//",
    "javascript:alert(1)",
    "../../../evil",
    "\u202eevil\u2028x",
)
"""Texts of a registry file that must stay texts in a page."""
OWNING = (
    "<img src=x onerror=document.title='owned'>",
    "<script>document.title='owned'</script>",
    "\"><svg onload=document.title='owned'>",
)
"""The same, with an effect that a browser can be asked for."""
ODD = ("Http_Proxy", "a/../b", "A B", "x" * 300, "<b>", "\u00e4")
"""Names that no file can have as they are, or that differ from another only in case."""


def reference(folder: Path) -> None:
    """The whole reference in `in/a/html`, with variables of strangers from `own.toml`."""
    entries = [_entry(text.replace("=", ":"), text) for text in HOSTILE]
    entries += [
        _entry(f"HOSTILE_{n} {text}".replace("=", ":"), text) for n, text in enumerate(OWNING)
    ]
    replaced = [
        (f"ACME_{n}", f"replaced_by = {json.dumps(text)}\n") for n, text in enumerate(HOSTILE)
    ]
    for name, more in (*replaced, *((name, "") for name in ODD)):
        entries.append(f"[[variable]]\nname = {json.dumps(name)}\n{more}")
    (folder / "own.toml").write_text("\n".join(entries), "utf-8")
    options = ("--registry", str(folder / "own.toml"), "--no-config", "--sglang", RELEASES[-1])
    result = run("reference", "-o", str(folder / "in" / "a" / "html"), *options)
    assert result.code == 0, result.err


def _entry(name: str, text: str) -> str:
    fields = ("section", "summary", "details", "example", "owner", "default")
    values = "".join(f"{field} = {json.dumps(text)}\n" for field in fields)
    return f"[[variable]]\nname = {json.dumps(name)}\n{values}"
