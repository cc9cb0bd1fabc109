"""The completion script for zsh: a file for a folder in $fpath."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sglang_envctl.cli.completion.commands import (
    Argument,
    CommandLine,
    Form,
    Option,
    Value,
    Word,
)

HEAD = """\
#compdef envctl
# Completion of envctl for zsh. Written by `envctl completion zsh`.

"""

FILES = """\
# Without globdots, zsh would not offer .env.
_envctl_files() {
    setopt localoptions globdots
    _files "$@"
}

"""

# In $fpath, the file is the body of a function that the first TAB runs; sourced, it registers itself.
TAIL = """
    esac
    return ret
}

if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
    _envctl "$@"
else
    compdef _envctl envctl
fi
"""


def render(line: CommandLine) -> str:
    """Return the script for zsh."""
    lists = (text for name, words in line.lists.items() for text in _list(name, words))
    values = (text for value in line.values() for text in _value(value))
    arms = (text for form, names in line.forms.items() for text in _command(form, names))
    parts = (*lists, *_list("command", line.commands), FILES, *values, *_top(line), *arms)
    return "".join((HEAD, *parts)).rstrip() + TAIL


def _list(name: str, words: Iterable[Word]) -> Iterator[str]:
    """Yield a function that offers a list of words, case-insensitively."""
    yield f"_envctl_{name}_list() {{\n    local -a items=(\n"
    yield from (f"        {_quoted(_described(word))}\n" for word in words)
    yield "    )\n"
    yield f"    _describe -t {name}s {name} items -M 'm:{{a-zA-Z}}={{A-Za-z}}' \"$@\"\n}}\n\n"


def _value(value: Value) -> Iterator[str]:
    """Yield a function that offers the completions of a named value."""
    if value.words:
        yield from _list(f"{value.name}_word", value.words)
    yield f"_envctl_{value.name}() {{\n"
    if value.prefixes:
        yield f"    if compset -P '({'|'.join(value.prefixes)}):'; then\n"
        yield "        _envctl_files\n        return\n    fi\n"
    yield f"    {_body(value)}\n}}\n\n"


def _body(value: Value) -> str:
    kinds = [f"{name}s:{name}:_envctl_{name}_list" for name in value.lists]
    if value.words:
        kinds.append(f"words:word:_envctl_{value.name}_word_list")
    if value.files:
        kinds.append("files:file:_envctl_files")
    if value.commas:
        return f'_sequence -s , _envctl_{value.lists[0]}_list "$@"'
    if len(kinds) == 1:
        return f'{kinds[0].rpartition(":")[2]} "$@"'
    return f"_alternative {' '.join(map(_quoted, kinds))}"


def _top(line: CommandLine) -> Iterator[str]:
    yield "_envctl() {\n"
    yield "    local curcontext=$curcontext ret=1 state state_descr\n"
    yield "    local -a line\n    local -A opt_args\n"
    yield from _arguments(
        "-s -S -C", line.options, ("'1:command:_envctl_command_list'", "'*::argument:->argument'")
    )
    yield "    [[ $state == argument ]] || return ret\n"
    yield "    curcontext=${curcontext%:*:*}:envctl-${words[1]}:\n"
    yield "    case ${words[1]} in\n"


def _command(form: Form, names: Iterable[str]) -> Iterator[str]:
    yield f"    ({'|'.join(names)})\n"
    arguments = map(_argument, form.arguments)
    yield from (f"    {text}" for text in _arguments("-s -S", form.options, arguments))
    yield "        ;;\n"


def _arguments(flags: str, options: Iterable[Option], rest: Iterable[str]) -> Iterator[str]:
    specs = [*(spec for option in options for spec in _option(option)), *rest]
    yield f"    _arguments {flags} \\\n"
    yield from (f"        {spec} \\\n" for spec in specs)
    yield "        && ret=0\n"


def _option(option: Option) -> Iterator[str]:
    """Yield one specification for each name of an option."""
    help_ = option.help.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    for name in option.names:
        long = name.startswith("--")
        before = "*" if option.repeatable else f"({' '.join(_excluded(option))})"
        joint = ("=" if long else "+") if option.value else ""
        after = f":{_plain(option.metavar)}:{_action(option.value)}" if option.value else ""
        yield _quoted(f"{before}{name}{joint}[{help_}]{after}")


def _excluded(option: Option) -> tuple[str, ...]:
    """Return the names that exclude each other: the option's own, or all if it only prints
    information.
    """
    return ("-", "*") if {"--help", "--version"} & {*option.names} else option.names


def _argument(argument: Argument) -> str:
    start = "*" if argument.many else "1"
    return _quoted(f"{start}:{_plain(argument.metavar)}:{_action(argument.value)}")


def _action(value: Value) -> str:
    if value.name:
        return f"_envctl_{value.name}"
    return f"({' '.join(word.text for word in value.words)})"


def _described(word: Word) -> str:
    """Return a word and its help in the format of `_describe`."""
    help_ = word.help.replace("\\", "\\\\")
    return f"{_plain(word.text)}:{help_}" if help_ else _plain(word.text)


def _plain(text: str) -> str:
    return text.replace(":", "\\:")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
