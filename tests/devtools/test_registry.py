"""What `python -m sglang_envctl.devtools.registry` has written is what it would write now."""

from __future__ import annotations

import subprocess
import sys

from sglang_envctl.devtools import registry as written
from sglang_envctl.readers import find
from sglang_envctl.registry import load
from sglang_envctl.releases import load as load_data
from sglang_envctl.releases.reads import reads_of


def test_the_index_is_what_the_sections_declare() -> None:
    assert (written.FOLDER / "index.py").read_text("utf-8") == written.index()


def test_the_reads_are_what_the_release_data_says() -> None:
    assert (written.FOLDER / "reads.py").read_text("utf-8") == written.read_table()


def test_an_entry_declares_no_read_that_the_release_data_has() -> None:
    """One that does more than read the value as the data says is declared, with what it does."""
    data = load_data()
    again = [
        variable.name
        for _, variable in written.declared()
        if variable.owner in ("sglang", "sglang-diffusion")
        and variable.reads == reads_of(variable.name, data) != ()
    ]
    assert again == []


def test_the_index_names_secrets_without_their_sections() -> None:
    code = (
        "import sys; from sglang_envctl.registry import load; "
        "print(*[n for n, e in load().listed.items() if e.secret]); "
        "print(*[m for m in sys.modules if 'registry.neighbors' in m])"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    names, modules = run.stdout.split("\n")[:2]
    assert set(names.split()) == {v.name for v in load().variables if v.secret}
    assert modules == ""


def test_a_section_is_loaded_when_its_variable_is_asked_for() -> None:
    found = load().find("SGLANG_TOOL_STRICT_LEVEL")
    assert found is not None
    assert find(found.reads[0].reader)("2", None).value == 2
