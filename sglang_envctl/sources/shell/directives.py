"""Read the comments in which a script asks a scheduler for an environment."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

from sglang_envctl.sources.shell.values import Value, Variable, marked, unmarked


class Form(NamedTuple):
    """The options of a scheduler for the environment of a job."""

    options: tuple[str, ...]
    separator: str = ","
    only: bool = False
    """Whether the job gets only the variables that the option names, unless one is `all`."""
    steps: str = ""
    """The variable that passes the option on to the steps of the job."""
    files: tuple[str, ...] = ()
    """The options that name a file with variables."""


_FORMS = {
    "#SBATCH": Form(("--export",), only=True, steps="SLURM_EXPORT_ENV", files=("--export-file",)),
    "#BSUB": Form(("-env",), only=True),
    "#PBS": Form(("-v",)),
    "#$": Form(("-v",)),
    "#MSUB": Form(("-v",)),
    "#QSUB": Form(("-v",)),
    "#PJM": Form(("-x",)),
    "#COBALT": Form(("--env",), ":"),
    "#flux:": Form(("--env",), "", files=("--env-file",)),
}
_MARK = re.compile(r"#(?:SBATCH|PBS|BSUB|MSUB|QSUB|PJM|COBALT|\$|[ ]?(?i:flux):)(?=\s)")
_ALL = {"ALL", "all"}
_ITEM = r"(?:[^,'\"]|'[^']*'|\"[^\"]*\")+"
"""An item of a list; a comma inside quotes does not separate items."""
UNREAD = "a file with variables for the job is not read"

_T = TypeVar("_T")


class Submitted(NamedTuple):
    """The environment that a script asks for."""

    names: frozenset[str] | None = None
    """The names that the job gets from where it is submitted; None for all."""
    variables: Mapping[str, Variable] = {}
    unread: tuple[int, ...] = ()
    """The lines that name a file with variables."""

    def passed(self, entries: Mapping[str, _T]) -> dict[str, _T]:
        """Return the variables that the job gets from where it is submitted."""
        return {n: v for n, v in entries.items() if self.names is None or n in self.names}


def submitted(text: Value, file: str) -> Submitted:
    """Return the environment that the comments of a script ask for.

    Args:
        text: the script; its line is that of its first line in the file.
        file: the label of the file.
    """
    source, reasons = marked(text)
    found = Submitted()
    for number, form, option, value in _options(source):
        line = number + max(0, text.line - 1)
        if option in form.files:
            found = found._replace(unread=(*found.unread, line))
            continue
        items = listed(value) if form.separator == "," else value.split(form.separator or None)
        variables = {} if form.only else dict(found.variables)
        if form.steps:
            held = unmarked(value, reasons)._replace(line=line)
            variables[form.steps] = Variable(held, file=file, line=line)
        for name, equals, raw in (unquoted(one).partition("=") for one in items):
            if equals:
                variables[name] = Variable(unmarked(raw, reasons), True, file, line)
        names = frozenset(items) if form.only and not _ALL & {*items} else None
        found = found._replace(names=names, variables=variables)
    return found


def listed(text: str) -> list[str]:
    """Return the items of a list in which commas separate names and assignments."""
    return [*map(str.strip, re.findall(_ITEM, text))]


def unquoted(item: str) -> str:
    """Return an assignment without the quotes around its value."""
    name, equals, text = item.partition("=")
    quoted = len(text) > 1 and text[0] in "'\"" and text[0] == text[-1]
    return f"{name}{equals}{text[1:-1] if quoted else text}"


def _options(text: str) -> Iterator[tuple[int, Form, str, str]]:
    """Yield the options for the environment, each with its line and value."""
    for number, line in enumerate(text.split("\n"), 1):
        if match := _MARK.match(line):
            form = _FORMS["#flux:" if match[0].endswith(":") else match[0]]
            try:
                words = shlex.split(line[match.end() :], comments=True)
            except ValueError:
                continue
            for option, value in _valued(words, form.options + form.files):
                yield number, form, option, value
        elif line.strip() and not line.startswith("#"):
            return


def _valued(words: list[str], options: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for word, following in zip(words, [*words[1:], ""], strict=True):
        for option in options:
            if word == option:
                yield option, following
            elif word.startswith(f"{option}=") or (len(option) == 2 and word.startswith(option)):
                yield option, word[len(option) :].removeprefix("=")
