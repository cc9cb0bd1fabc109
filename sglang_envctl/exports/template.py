"""A .env.example of the documented variables. Every line is a comment, so the file sets nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sglang_envctl.environment import stack
from sglang_envctl.exports.dotenv import quoted
from sglang_envctl.exports.dotenv import refusal as dotenv_refusal
from sglang_envctl.exports.payload import Snapshot
from sglang_envctl.registry import load
from sglang_envctl.registry.variable import Variable, documented_default
from sglang_envctl.settings import Setting, settle, spelled_default
from sglang_envctl.text.escape import visible

DOCUMENTS = True
ANY_LENGTH = True


def refusal(name: str, raw: str) -> str:
    """Return an empty string, because no assignment of the environment is written."""
    del name, raw
    return ""


def render(snapshot: Snapshot) -> str:
    """Return, by section, the description of each variable, its allowed values, and a line to
    uncomment.
    """
    settings = settle(stack(()), load().extended(snapshot.variables), snapshot.release)
    lines = [
        f"# Variables of SGLang {snapshot.release} with their defaults, or with examples if they have",
        "# none. Remove the # before a name to set it.",
    ]
    for section, variables in groupby(snapshot.variables, key=lambda v: v.section):
        lines += ["", f"## {_line(section.title)}"]
        for variable in variables:
            setting = settings.get(variable.name)
            assert setting
            lines += ["", *_entry(setting, snapshot.release)]
    return "".join(f"{line}\n" for line in lines)


def _entry(setting: Setting, release: str) -> Iterator[str]:
    variable = setting.variable
    spelled = spelled_default(setting, release)
    yield f"# {_line(variable.summary)}"
    yield f"# Allowed: {_line(variable.type.words)}"
    yield f"# Default: {_line(_default(variable, spelled))}"
    if variable.replaced_by:
        yield f"# Use instead: {_line(variable.replaced_by)}"
    yield f"#{visible(variable.name)}={_value(variable, spelled)}"


def _default(variable: Variable, spelled: str | None) -> str:
    if variable.secret:
        return "not shown"
    documented = documented_default(variable)
    if spelled is None:
        return "not set" if documented is None else documented
    return spelled or "empty"


def _value(variable: Variable, spelled: str | None) -> str:
    """Return a value that is valid after the line is uncommented; empty for a secret."""
    text = spelled if spelled is not None else variable.example
    if variable.secret or text is None or dotenv_refusal(variable.name, text):
        return ""
    return "" if len(text.splitlines()) > 1 else quoted(text)


def _line(text: str) -> str:
    return visible(" ".join(text.split()))
