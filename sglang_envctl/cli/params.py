"""Command-line parameters without pydantic.

Typer 0.29 and later coerces every parameter through pydantic, whose import costs more than all of
envctl. Commands here take only strings, numbers, booleans, fixed words (`Literal`) and lists of
strings, for which a light coercer is enough: `get_params` assigns it to `_runtime_param`, where
Typer would store its own. The attribute is private. If Typer renames it, envctl only becomes
slower, and a test of the modules that `envctl check` imports fails.
"""

from __future__ import annotations

import re
from shutil import get_terminal_size
from typing import Any, Literal, get_args, get_origin

import typer
from typer.core import TyperCommand, TyperGroup

_NARROW = 52


class LightParam:
    """Coercion of one parameter without pydantic."""

    def __init__(self, annotation: Any) -> None:
        self._words = get_args(annotation) if get_origin(annotation) is Literal else ()
        self._number = annotation is int

    def coerce(self, value: Any, param: Any = None, ctx: Any = None, **_: Any) -> Any:
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        if self._words and value not in self._words:
            known = ", ".join(map(str, self._words))
            raise typer.BadParameter(f"{value!r} is not one of {known}", ctx=ctx, param=param)
        if self._number:
            return _number(value, param, ctx)
        return list(value) if isinstance(value, (list, tuple)) else value


def _number(value: Any, param: Any, ctx: Any) -> int:
    try:
        return int(value)
    except ValueError as error:
        raise typer.BadParameter(
            f"{value!r} is not a whole number", ctx=ctx, param=param
        ) from error


def _lighten(params: list[Any]) -> list[Any]:
    for param in params:
        if not hasattr(param, "words"):
            param.words = getattr(getattr(param, "type", None), "choices", ())
        descriptor = getattr(param, "type_descriptor", None)
        if descriptor is not None and getattr(param, "_runtime_param", param) is None:
            annotation = _plain(descriptor.annotation)
            param._runtime_param = LightParam(annotation)  # noqa: SLF001 - see above
            param.words = get_args(annotation)
        if param.param_type_name == "argument":
            param.display_type_rich = _no_type  # otherwise the help would say SOURCE <list[str]>
    return params


def _no_type(ctx: Any) -> None:
    del ctx


def _plain(annotation: Any) -> Any:
    """Return the annotation without `| None`."""
    args = [a for a in get_args(annotation) if a is not type(None)]
    return args[0] if type(None) in get_args(annotation) and len(args) == 1 else annotation


def _fit(ctx: Any) -> None:
    """Make the help fit a narrow terminal; the minimum width of Typer's help is 50 columns."""
    columns = get_terminal_size().columns
    if columns < _NARROW:
        ctx.terminal_width = max(columns - 2, 24)


class _Light:
    """The common part of the commands and their group."""

    epilog: str | None

    def get_help(self, ctx: Any) -> str:
        _fit(ctx)
        return str(super().get_help(ctx))  # type: ignore[misc]

    def get_params(self, ctx: Any) -> list[Any]:
        return _lighten(super().get_params(ctx))  # type: ignore[misc]

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the blocks of `options.epilog`: lists in two columns, and lines as they are."""
        del ctx
        for block in (self.epilog or "").split("\n\n"):
            title, *lines = block.split("\n")
            with formatter.section(title):
                if "\t" in lines[0]:
                    formatter.write_dl([tuple(line.split("\t")) for line in lines])
                else:
                    formatter.write("".join(f"{'':{formatter.current_indent}}{x}\n" for x in lines))


class LightCommand(_Light, TyperCommand):
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reject an empty file name, as in --config "$FILE" if FILE is unset; ignoring it would
        hide the mistake.
        """
        rest = super().parse_args(ctx, args)
        params: list[Any] = list(self.params)
        for param in params:
            value = ctx.params.get(param.name)
            given = value if isinstance(value, (list, tuple)) else (value,)
            if getattr(param, "metavar", None) == "FILE" and "" in given:
                raise typer.BadParameter("is empty; name a file", ctx=ctx, param=param)
        return rest

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the arguments without the braces that Typer 0.29 puts around required arguments."""
        return [re.sub("[{}]", "", piece) for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, then the options by group; Typer shows groups only with Rich."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            if record := param.get_help_record(ctx):
                own = "Arguments" if param.param_type_name == "argument" else "Options"
                group = getattr(param, "rich_help_panel", None) or own
                groups.setdefault(group, []).append(record)
        groups["Options"] = groups.pop("Options")  # options without a group are last
        for group, records in groups.items():
            with formatter.section(group):
                formatter.write_dl(records)


class LightGroup(_Light, TyperGroup):
    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the summary of each command without cutting it."""
        names = self.list_commands(ctx)
        rows = [(name, self.commands[name].get_short_help_str(limit=200)) for name in names]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands in the order in which they were added, the order of use."""
        del ctx
        return list(self.commands)
