"""One grammar of references, for the values of Compose files and for `env_file`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sglang_envctl.sources.compose.interpolation import LONGEST, interpolate
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects import read_as
from sglang_envctl.sources.load import read_all

VALUES = {"S": "shell", "EMPTY": "", "S_": "", "low": "l"}

RESOLVED = {
    "": "",
    "plain {text} }": "plain {text} }",
    "$S ${S} ${S:-x} ${S-x}": "shell shell shell shell",
    "$S-$S.x$S_|$low": "shell-shell.x|l",
    "$$S $${S} $$$S $$$$": "$S ${S} $shell $$",
    "a$ $1 $é $-": "a$ $1 $é $-",
    "${NO:-d} ${NO-d} ${NO:-} ${NO-}": "d d  ",
    "${EMPTY:-d} ${EMPTY-d}": "d ",
    "${S:+a} ${S+a} ${EMPTY:+a} ${EMPTY+a} ${NO:+a} ${NO+a}": "a a  a  ",
    "${S?m} ${S:?m} ${EMPTY?m}": "shell shell ",
    "${NO:-${S}} ${NO:-${NO:-x}y} ${NO:-$S}": "shell xy shell",
    "${S:+${NO:-${EMPTY:-deep}}}": "deep",
    "${S:-${NO}} ${EMPTY:+${NO}}": "shell ",
    "${NO:-x}y} ${NO:-a-b} ${NO-b:-c}": "xy} a-b b:-c",
    "${NO:-x} and ${S:-y}": "x and shell",
    "${NO:-$$S} ${NO:-a$}": "$S a$",
    "${NO:-{}} x}": "{}} x",
    "${NO:-{x} y}": "{x} y",
    "${NO:-{}": "{",
    "${NO:-{a}\nb}": "{a\nb}",
    "${NO:-a}\n${S}": "a\nshell",
    "${S}\n}": "shell\n}",
    "${NO:-?} ${NO:--} ${NO-:+}": "? - :+",
}
INVALID = [
    "${", "${}", "${1}", "${ S}", "${S", "${S }", "${S!}", "${S:}", "${S:x}", "${a.b}", "${é}",
    "${-x}", "${$S}", "${S:-a", "${S:-a\nb}", "${NO:-${1}}", "x$${S}${",
]  # fmt: skip
UNDEFINED = {
    "$NO": ["NO"],
    "${NO}": ["NO"],
    "pa$word": ["word"],
    "${S}$NO ${NO2}": ["NO", "NO2"],
    "${NO:-$NO2}": ["NO2"],
    "${S:+$NO}${EMPTY:-$NO2}": ["NO", "NO2"],
}
REQUIRED = ["${NO:?m}", "${NO?m}", "${EMPTY:?}", "${NO:-${NO:?m}}", "${NO?}${S}"]


def in_compose_file(here: Path, template: str) -> tuple[str | None, bool]:
    """The value that a service gets, None if refused; and whether it depends on the shell."""
    text = f'services: {{web: {{environment: {{"A": {json.dumps(template)}}}}}}}'
    (here / "compose.yaml").write_text(text, encoding="utf-8")
    (layer,) = read_all(str(here / "compose.yaml"), Context(VALUES))
    if "refused" in {note.rule for note in layer.notes}:
        return None, False
    (assignment,) = layer.assignments
    return assignment.raw, bool(assignment.unknown)


def in_env_file(template: str) -> tuple[str | None, list[str]]:
    """The value that a variable gets, None if refused; and the undefined names."""
    layer = read_as("compose", "a.env", f'A="{template}"\n'.encode(), Context(VALUES))
    undefined = [note.facts["reference"] for note in layer.notes if "reference" in note.facts]
    if "file-refused" in {note.rule for note in layer.notes}:
        return None, undefined  # type: ignore[return-value]
    (assignment,) = layer.assignments
    return assignment.raw, undefined  # type: ignore[return-value]


@pytest.mark.parametrize(("template", "value"), RESOLVED.items())
def test_references_are_resolved(tmp_path: Path, template: str, value: str) -> None:
    found = interpolate(template, VALUES.get)

    assert (found.value, found.undefined, found.problem) == (value, (), "")
    assert in_compose_file(tmp_path, template) == (value, False)
    assert in_env_file(template) == (value, [])


@pytest.mark.parametrize("template", INVALID)
def test_invalid_braces_are_refused(tmp_path: Path, template: str) -> None:
    found = interpolate(template, VALUES.get)

    assert found.problem
    assert found.value == template
    assert in_compose_file(tmp_path, template) == (None, False)
    assert in_env_file(template)[0] is None


@pytest.mark.parametrize(("template", "names"), UNDEFINED.items())
def test_undefined_names_are_reported(tmp_path: Path, template: str, names: list[str]) -> None:
    found = interpolate(template, VALUES.get)

    assert [undefined.name for undefined in found.undefined] == names
    assert in_compose_file(tmp_path, template) == ("", True)
    assert in_env_file(template) == (found.value, names)


@pytest.mark.parametrize("template", REQUIRED)
def test_a_required_name_is_left_to_the_shell_by_a_compose_file_and_refused_in_an_env_file(
    tmp_path: Path, template: str
) -> None:
    assert [u.form for u in interpolate(template, VALUES.get).undefined] == ["required"]
    assert in_compose_file(tmp_path, template) == ("", True)
    assert in_env_file(template)[0] is None


@pytest.mark.parametrize(
    ("template", "form"),
    [
        ("$NO", "variable"), ("x $NO", "variable"), ("x$NO", "literal"), ("$no", "literal"),
        ("x${NO}", "variable"), ("${no}", "variable"),
    ],
)  # fmt: skip
def test_a_dollar_that_is_probably_literal(template: str, form: str) -> None:
    assert [u.form for u in interpolate(template, VALUES.get).undefined] == [form]


def test_references_are_listed_as_they_are_looked_up() -> None:
    found = interpolate("$S ${NO:-$EMPTY} ${S:-$NO} ${S:?}", VALUES.get)
    assert found.references == ("S", "NO", "EMPTY", "S", "S")


def test_the_length_of_a_value_is_bounded() -> None:
    values = {"A": "x" * (LONGEST // 2), "B": "x"}

    longest = interpolate("$A$A", values.get)
    assert (len(longest.value), longest.too_long) == (LONGEST, 0)
    longer = interpolate("$A$A${NO:-$B}", values.get)
    assert (longer.value, longer.too_long) == ("$A$A${NO:-$B}", LONGEST + 1)


@pytest.mark.parametrize(("depth", "refused"), [(50, False), (51, True)])
def test_the_nesting_of_defaults_is_bounded(depth: int, refused: bool) -> None:
    found = interpolate("${A:-" * depth + "x" + "}" * depth, lambda _: None)
    assert bool(found.problem) == refused
    assert refused or found.value == "x"
