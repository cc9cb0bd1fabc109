"""What an editor offers while a name or a value is typed; | is the cursor."""

from __future__ import annotations

import pytest
from lsprotocol.types import CompletionItem, CompletionItemTag, TextEdit

from tests.editor import Editor, edited

SERVICE = "services:\n  a:\n    image: x\n    environment:\n      "
POD = """apiVersion: v1
kind: Pod
metadata:
  name: p
spec:
  containers:
  - name: c
    env:
    - """


def complete(editor: Editor, name: str, text: str) -> dict[str, CompletionItem]:
    """What is offered at the cursor, by label, in order."""
    before, _, after = text.partition("|")
    editor.open(name, before + after)
    line = before.count("\n")
    column = len(before.rpartition("\n")[2])
    return {item.label: item for item in editor.complete(name, line, column)}


def accepted(editor: Editor, name: str, item: CompletionItem) -> str:
    assert isinstance(item.text_edit, TextEdit)
    return edited(editor.texts[name], [item.text_edit])


NAMES = {
    "a line of a .env file": ("prod.env", "A=1\nSGLANG_CACHE_DIT_EN|\n", "A=1\nWANTED\n"),
    "nothing typed yet": ("prod.env", "|\n", "WANTED\n"),
    "the end of a name": ("prod.env", "SGLANG_CACHE_DIT_|FN=1\n", "WANTED=1\n"),
    "a part of a name": ("prod.env", "DIT_ENAB|\n", "WANTED\n"),
    "lowercase": ("prod.env", "sglang_cache_dit_en|\n", "WANTED\n"),
    "a key in Compose": ("compose.yaml", f"{SERVICE}SGLANG_C|\n", f"{SERVICE}WANTED\n"),
    "an entry in Compose": ("compose.yaml", f"{SERVICE}- SGLANG_C|\n", f"{SERVICE}- WANTED\n"),
    "a manifest": ("pod.yaml", f"{POD}name: SGL|\n", f"{POD}name: WANTED\n"),
    "a manifest, nothing typed yet": (
        "pod.yaml", f"{POD}name: |\n      value: x\n", f"{POD}name: WANTED\n      value: x\n"
    ),
    "a unit": ("x.service", "[Service]\nEnvironment=|\n", "[Service]\nEnvironment=WANTED\n"),
    "a unit, in quotes": (
        "x.service", '[Service]\nEnvironment="SGL|"\n', '[Service]\nEnvironment="WANTED"\n'
    ),
    "a Dockerfile": ("Dockerfile", "FROM x\nENV |\n", "FROM x\nENV WANTED\n"),
    "a script": ("run.sh", "#!/bin/sh\nexport |\n", "#!/bin/sh\nexport WANTED\n"),
    "a reference": ("run.sh", "#!/bin/sh\necho ${SGL|}\n", "#!/bin/sh\necho ${WANTED}\n"),
    "docker run": ("run.sh", "#!/bin/sh\ndocker run -e |\n", "#!/bin/sh\ndocker run -e WANTED\n"),
}  # fmt: skip


@pytest.mark.parametrize("where", NAMES)
def test_names_are_offered(editor: Editor, where: str) -> None:
    name, text, wanted = NAMES[where]
    found = complete(editor, name, text)
    item = found["SGLANG_CACHE_DIT_ENABLED"]

    assert accepted(editor, name, item) == wanted.replace("WANTED", "SGLANG_CACHE_DIT_ENABLED")
    assert item.detail == "Reuse results between denoising steps with Cache-DiT"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("run.sh", "#!/bin/sh\nec|\n"),
        ("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: |\nspec: {}\n"),
        ("prod.env", "APP=|\n"),
        ("prod.env", "# What a |\n"),
    ],
)
def test_nothing_is_offered_elsewhere(editor: Editor, name: str, text: str) -> None:
    assert complete(editor, name, text) == {}


VALUES = {
    ".env": ("prod.env", "SGLANG_CACHE_DIT_ENABLED=|\n", "SGLANG_CACHE_DIT_ENABLED=true\n"),
    "export": ("run.sh", "#!/bin/sh\nexport SGLANG_CACHE_DIT_ENABLED=t|\n", "=true\n"),
    "a mapping": ("compose.yaml", f"{SERVICE}SGLANG_CACHE_DIT_ENABLED: |\n", ': "true"\n'),
    "a mapping, in quotes": (
        "compose.yaml", f"{SERVICE}SGLANG_CACHE_DIT_ENABLED: 't|'\n", ": 'true'\n"
    ),
    "an entry": ("compose.yaml", f"{SERVICE}- SGLANG_CACHE_DIT_ENABLED=|\n", "=true\n"),
    "a manifest": (
        "pod.yaml", f"{POD}name: SGLANG_CACHE_DIT_ENABLED\n      value: |\n", ' "true"\n'
    ),
    "a unit": ("x.service", '[Service]\nEnvironment="SGLANG_CACHE_DIT_ENABLED=|"\n', '=true"\n'),
    "a Dockerfile": ("Dockerfile", "FROM x\nENV SGLANG_CACHE_DIT_ENABLED=|\n", "=true\n"),
}  # fmt: skip


@pytest.mark.parametrize("where", VALUES)
def test_values_are_offered(editor: Editor, where: str) -> None:
    name, text, end = VALUES[where]
    found = complete(editor, name, text)

    assert list(found) == ["true", "false", "1", "0"]
    assert accepted(editor, name, found["true"]).endswith(end)
    assert found["1"].detail == "read as true"


def test_items_of_a_list_are_offered(editor: Editor) -> None:
    found = complete(editor, "prod.env", "NCCL_DEBUG_SUBSYS=INIT,|\n")

    assert accepted(editor, "prod.env", found["NET"]) == "NCCL_DEBUG_SUBSYS=INIT,NET\n"


def test_only_what_the_release_accepts_is_offered(editor: Editor) -> None:
    found = complete(editor, "prod.env", "SGLANG_DIFFUSION_WORKER_MULTIPROC_METHOD=|\n")

    assert list(found) == ["fork", "spawn"]


def test_documented_names_come_first_and_others_when_more_is_typed(editor: Editor) -> None:
    few = complete(editor, "a.env", "SGLANG_|\n")
    more = complete(editor, "b.env", "SGLANG_DEBUG|\n")
    undocumented = [n for n, i in more.items() if i.detail == "Undocumented SGLang variable"]

    assert all(item.detail != "Undocumented SGLang variable" for item in few.values())
    assert undocumented
    assert list(more)[-len(undocumented) :] == undocumented


def test_a_deprecated_name_looks_so_and_comes_last(editor: Editor) -> None:
    found = complete(editor, "prod.env", "SGLANG_DIFFUSION_|\n")
    old = [
        name for name, item in found.items() if CompletionItemTag.Deprecated in (item.tags or ())
    ]

    assert "SGLANG_DIFFUSION_LOGGING_LEVEL" in old
    assert next(iter(found)) not in old
    assert list(found)[-1] in old
