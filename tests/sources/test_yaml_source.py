"""YAML as a tree with lines, and one clear line for every file that is invalid or too large."""

from __future__ import annotations

import tracemalloc

import pytest
import yaml

from sglang_envctl.errors import SourceError
from sglang_envctl.sources.yaml import tree
from sglang_envctl.sources.yaml.tree import ScalarNode, items, load, pairs, text_of, within

LAUGHS = b"a0: &a0 [x, x]\n" + b"".join(
    b"a%d: &a%d [*a%d, *a%d, *a%d]\n" % (i, i, i - 1, i - 1, i - 1) for i in range(1, 40)
)
MERGED_LAUGHS = b"a0: &a0 {x: 1}\n" + b"".join(
    b"a%d: &a%d\n  <<: [*a%d, *a%d, *a%d]\n" % (i, i, i - 1, i - 1, i - 1) for i in range(1, 40)
)


@pytest.fixture(params=["C", "Python"], autouse=True)
def _both_parsers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "Python":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)


def test_every_scalar_keeps_its_line_and_how_it_was_written() -> None:
    data = b"# one\na: plain\nb:\n  - 'quoted'\n  - !!str 1\nc: |\n  block\n"
    (root,) = load(data, "x.yaml").documents

    assert within(root, "a") == ScalarNode("plain", 2, plain=True)
    assert items(within(root, "b")) == (
        ScalarNode("quoted", 4),
        ScalarNode("1", 5, tag="tag:yaml.org,2002:str"),
    )
    assert (text_of(within(root, "c")), [pair.key.line for pair in pairs(root)]) == (
        "block\n",
        [2, 3, 6],
    )


def test_documents_and_missing_nodes() -> None:
    assert len(load(b"a: 1\n---\nb: 1\n---\n", "x").documents) == 3
    assert load(b"", "x").documents == ()
    (root,) = load(b"a: [1]", "x").documents
    assert (within(root, "a", "b"), within(root, "b"), text_of(within(root, "a"))) == (
        None,
        None,
        "",
    )
    assert (items(root), tuple(pairs(within(root, "a")))) == ((), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x: &x {a: 1, b: 1}\ny: {<<: *x, b: 2}", {"a": "1", "b": "2"}),
        ("x: &x {a: 1, b: 1}\ny: {b: 2, <<: *x}", {"a": "1", "b": "2"}),
        ("x: &x {a: 1}\nz: &z {a: 2, c: 3}\ny: {<<: [*x, *z]}", {"a": "1", "c": "3"}),
        ("x: &x {a: 1}\nz: &z {<<: *x}\ny: *z", {"a": "1"}),
        ("y: {'<<': a}", {"<<": "a"}),
        ("y: {<<: a, b: 1}", {"b": "1"}),
    ],
)
def test_merge_keys(text: str, expected: dict[str, str]) -> None:
    (root,) = load(text.encode(), "x").documents
    assert {p.key.text: text_of(p.value) for p in pairs(within(root, "y"))} == expected


def test_a_repeated_key_is_reported_where_it_is_repeated() -> None:
    stream = load(b"a:\n  b: 1\n  b: 2\nc: {d: 1}\ne: {d: 1}\n", "x")
    assert [(one.key.text, one.key.line) for one in stream.repeated] == [("b", 3)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (LAUGHS, "line 12: expands to more than 500,000 nodes, aliases included"),
        (MERGED_LAUGHS, "line 23: expands to more than 500,000 nodes, aliases included"),
        (b"a: &a [*a]",
         "line 1: an alias (*) refers to a node that contains it; quote a string that starts with *"),
        (b"a: *hunter2", "line 1: an alias (*) refers to no anchor; quote a string that starts with *"),
        (b"[" * 100_000, "line 1: nested deeper than 100 levels"),
        (b"- " * 100_000, "line 1: nested deeper than 100 levels"),
        (b"a: 1\nb: " + b"[" * 1_001, "line 2: nested deeper than 100 levels"),
        (b"{a: " * 1_001, "line 1: nested deeper than 100 levels"),
        (b"x" * (tree.LARGEST + 1), "larger than 16 MiB, so it is not a manifest"),
        (b"a: \xff", "line 1: not UTF-8 (byte 0xff), so no program accepts it"),
        ("a: 1".encode("utf-16"), "line 1: not UTF-8 (UTF-16), so no program accepts it"),
        (b"a: 1\nb: \0", "line 2: binary (a NUL character), so no program accepts it"),
        (b"a: 1\nb: \x1b[31m", "line 2: invalid YAML: a control character"),
        (b"a: 1\n<<<<<<< HEAD\nb: 1\n=======\n", "line 2: an unresolved merge conflict"),
        (b"a:\n{{- if .Values.x }}\n  b: 1\n", "line 2: a Helm template; check the output of helm"),
        (b"a: {{ .Values.x }}", "line 1: a Helm template; check the output of helm template"),
        (b'a: {{ include "x" . }}', "line 1: a Helm template; check the output of helm template"),
        (b"a: 'hunter2", "line 1: invalid YAML: "),
        (b"a: !hunter2!x 1", "line 1: invalid YAML: "),
        (b"a: hunter2: 1", "line 1: invalid YAML: "),
    ],
)  # fmt: skip
def test_one_clear_line_without_any_part_of_a_value(data: bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        load(data, "x.yaml")
    text = str(caught.value)

    assert text.startswith("x.yaml: ")
    assert message in text
    assert ("\n" in text, "hunter" in text, len(text) < 160) == (False, False, True)


@pytest.mark.parametrize("data", [b'a: "{{ job.name }}"', b"a: '{{.Node.Hostname}}'"])
def test_templates_of_other_programs_are_plain_strings(data: bytes) -> None:
    assert load(data, "x").documents


def test_aliases_are_counted_and_not_expanded() -> None:
    tracemalloc.start()
    with pytest.raises(SourceError):
        load(LAUGHS, "x")
    assert tracemalloc.get_traced_memory()[1] < 10 << 20
    tracemalloc.stop()


@pytest.mark.parametrize("data", [b"---\na\n" * 101, b"- a\n" * 100, b"{" + b"a: 1, " * 51 + b"}"])
def test_the_number_of_nodes_is_bounded(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "NODES", 100)
    with pytest.raises(SourceError, match="expands to more than 100 nodes"):
        load(data, "x")
