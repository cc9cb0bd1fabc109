"""Describe the words that can follow `envctl` on a command line, as plain data.

Commands, options, help texts and fixed choices come from the command tree. `VALUES` says how to
complete any other value; `read()` rejects an option or argument that `VALUES` lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

import typer

from sglang_envctl import registry, rules
from sglang_envctl.cli import ALIASES, application
from sglang_envctl.releases import RELEASES
from sglang_envctl.sources import FILE_KINDS, process
from sglang_envctl.sources.dotenv.dialects import DIALECTS
from sglang_envctl.sources.load import DEFAULTS, RELEASE


@dataclass(frozen=True, slots=True)
class Word:
    """One completion. Its text needs no quotes in any shell."""

    text: str
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The completion of a value: by named lists of words, by words of its own, or by files."""

    name: str = ""
    """The name in the scripts; empty for the choices of one option."""
    lists: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    files: bool = False
    prefixes: tuple[str, ...] = ()
    """Words that may come before a file, with a colon between them."""
    commas: bool = False
    """Whether several words are possible, with commas between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option; one without a value is a switch."""

    names: tuple[str, ...]
    help: str
    value: Value | None
    metavar: str
    repeatable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    value: Value
    metavar: str
    many: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The words that may follow a command; an alias shares the form of its command."""

    options: tuple[Option, ...]
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """The data for the completion scripts."""

    options: tuple[Option, ...]
    """The switches of envctl itself."""
    commands: tuple[Word, ...]
    forms: Mapping[Form, tuple[str, ...]]
    """The commands that share each form."""
    lists: Mapping[str, tuple[Word, ...]]

    def values(self) -> tuple[Value, ...]:
        """Return every named value, without repetition."""
        found = (
            value
            for form in self.forms
            for value in (
                *(option.value for option in form.options),
                *(argument.value for argument in form.arguments),
            )
        )
        return tuple(dict.fromkeys(value for value in found if value and value.name))


_PROCESS = Word(process.LABEL, "The current environment")
_SERVERS = Word("sglang", "The SGLang servers on this machine")
_SOURCE = Value(name="source", words=(_PROCESS, _SERVERS), files=True, prefixes=FILE_KINDS)
_SIDE = Value(
    name="side",
    words=(
        _PROCESS,
        _SERVERS,
        Word(DEFAULTS, "Nothing set"),
        *(
            Word(RELEASE + release, "No variables set, for this release")
            for release in reversed(RELEASES)
        ),
    ),
    files=True,
    prefixes=FILE_KINDS,
)
_FILE = Value(name="file", files=True)
_RULES = Value(name="rules", lists=("rule",), commas=True)

_VARIABLES = Value(name="variables", lists=("variable",))

VALUES: Mapping[str, Value] = {
    "--baseline": _FILE,
    "--config": _FILE,
    "--env": _SOURCE,
    "--ignore": _RULES,
    "--name": Value(name="new_name"),
    "--output": _FILE,
    "--dialects": Value(name="dialects", lists=("dialect",), commas=True),
    "--for": Value(name="dialects", lists=("dialect",)),
    "--group": Value(name="pattern"),
    "--key-file": _FILE,
    "--registry": _FILE,
    "--require": _VARIABLES,
    "--owner": Value(name="owners", lists=("owner",)),
    "--search": Value(name="words"),
    "--section": Value(name="sections", lists=("section",)),
    "--select": _RULES,
    "--set": Value(name="assignment"),
    "--sglang": Value(name="releases", lists=("release",)),
    "--timeout": Value(name="seconds"),
    "--url-base": Value(name="address"),
    "audit names": _VARIABLES,
    "audit target": _FILE,
    "check sources": _SOURCE,
    "diff sources": _SIDE,
    "explain names": Value(name="variable_or_rule", lists=("variable", "rule")),
    "export names": _VARIABLES,
    "run command": _FILE,
    "show names": _VARIABLES,
    "snapshot source": _SOURCE,
}
"""The completion of a value that is not a fixed choice, by option, or by command and argument."""


class UndeclaredValueError(LookupError):
    """`VALUES` does not say how to complete an option or argument."""


def read(app: typer.Typer | None = None) -> CommandLine:
    """Return the commands and options of envctl.

    Raises:
        UndeclaredValueError: `VALUES` lacks an option or argument.
    """
    tree: Any = typer.main.get_command(app or application())
    context = typer.Context(tree, **tree.context_settings)
    forms: dict[Form, tuple[str, ...]] = {}
    commands = []
    for name, command in tree.commands.items():
        if not command.hidden:
            commands.append(Word(name, command.get_short_help_str(limit=200).rstrip(".")))
            form = _form(command, typer.Context(command, parent=context, info_name=name))
            forms[form] = (*forms.get(form, ()), name)
    own = _form(tree, context)
    if any(option.value for option in own.options):
        # The scripts read the first word that is not an option as the command.
        raise UndeclaredValueError("an option of envctl itself takes a value")
    return CommandLine(options=own.options, commands=tuple(commands), forms=forms, lists=_lists())


def _form(command: Any, context: Any) -> Form:
    name = ALIASES.get(context.info_name, context.info_name)
    params = [param for param in command.get_params(context) if not getattr(param, "hidden", False)]
    hints = get_type_hints(command.callback)
    options = [p for p in params if p.param_type_name == "option"]
    arguments = [p for p in params if p.param_type_name == "argument"]
    return Form(
        options=tuple(_option(param, hints) for param in options),
        arguments=tuple(
            Argument(
                value=_value(f"{name} {param.name}", param, hints),
                metavar=param.metavar or param.name.upper(),
                many=param.nargs == -1,
            )
            for param in arguments
        ),
    )


def _option(param: Any, hints: Mapping[str, Any]) -> Option:
    # Sorted: click keeps the names of --help in a set, whose order differs from run to run.
    names = sorted((*param.opts, *param.secondary_opts), key=lambda n: (not n.startswith("--"), n))
    long = names[0]
    return Option(
        names=tuple(names),
        help=(param.help or "").rstrip("."),
        value=None if param.is_flag else _value(long, param, hints),
        metavar=param.metavar or long.lstrip("-").upper(),
        repeatable=param.multiple,
    )


def _value(key: str, param: Any, hints: Mapping[str, Any]) -> Value:
    choices = tuple(_choices(hints.get(param.name)))
    if choices:
        return Value(words=tuple(map(Word, choices)))
    if key not in VALUES:
        raise UndeclaredValueError(f"VALUES in {__file__} does not say what completes {key!r}")
    return VALUES[key]


def _choices(annotation: Any) -> Iterator[str]:
    """Yield the words of a Literal, wherever it is in an annotation."""
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
    else:
        for part in get_args(annotation):
            yield from _choices(part)


def _lists() -> dict[str, tuple[Word, ...]]:
    known = registry.load()
    other = Word("other", "Names that are not documented")
    return {
        "variable": tuple(Word(v.name, v.summary) for v in known.variables),
        "rule": tuple(Word(rule.slug, rule.summary) for rule in rules.rules().values()),
        "section": (*(Word(section.slug, section.title) for section in known.sections), other),
        "owner": tuple(Word(owner) for owner in known.owners),
        "dialect": tuple(map(Word, DIALECTS)),
        "release": tuple(Word(release) for release in reversed(RELEASES)),
    }
