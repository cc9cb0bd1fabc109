"""The completion script for fish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sglang_envctl.cli.completion.commands import CommandLine, Option, Value, Word

HEAD = """\
# Completion of envctl for fish. Written by `envctl completion fish`.

"""

MACHINERY = r"""# Succeeds if the command is an argument; without arguments, if there is none yet.
function __envctl_in
    set -l given (commandline -opc)
    set -e given[1]
    for word in $given
        if not string match -q -- '-*' $word
            contains -- $word $argv
            return
        end
    end
    test (count $argv) -eq 0
end

# Completes a list that is separated by commas with the words that the list does not have.
function __envctl_more
    set -l token (commandline -ct | string replace -r -- '^--[^=]*=' '')
    set -l given (string replace -r -- '[^,]*$' '' "$token")
    for word in ($argv[1])
        set -l text (string split -m 1 -- \t $word)[1]
        if not string match -q -- "*,$text,*" ",$given"
            printf '%s\n' $given$word
        end
    end
end

complete -c envctl -f
"""


def render(line: CommandLine) -> str:
    """Return the script for fish."""
    lists = {f"{name}_list": words for name, words in line.lists.items()}
    lists["command_list"] = line.commands
    lists |= {value.name: value.words for value in line.values() if value.words}
    functions = (text for name, words in lists.items() for text in _list(name, words))
    completions = (*_commands(line), *_options(line), *_arguments(line))
    lines = (f"{completion}\n" for completion in completions)
    return "".join((HEAD, *functions, MACHINERY, *lines))


def _list(name: str, words: Iterable[Word]) -> Iterator[str]:
    """Yield a function that prints words with their help."""
    yield f"function __envctl_{name}\n    printf '%s\\t%s\\n'"
    yield from (f" \\\n        {word.text} {_quoted(word.help)}" for word in words)
    yield "\nend\n\n"


def _commands(line: CommandLine) -> Iterator[str]:
    yield "complete -c envctl -n __envctl_in -k -a '(__envctl_command_list)'"
    for option in line.options:
        yield f"complete -c envctl -n __envctl_in {_option(option)}"


def _options(line: CommandLine) -> Iterator[str]:
    users: dict[Option, list[str]] = {}
    for form, names in line.forms.items():
        for option in form.options:
            users.setdefault(option, []).extend(names)
    for option, commands in users.items():
        yield f"complete -c envctl {_condition(commands)} {_option(option)}"


def _arguments(line: CommandLine) -> Iterator[str]:
    for form, names in line.forms.items():
        for argument in form.arguments:
            yield f"complete -c envctl {_condition(names)} {_value(argument.value)}"


def _condition(names: Iterable[str]) -> str:
    return f"-n '__envctl_in {' '.join(names)}'"


def _option(option: Option) -> str:
    flags = [f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in option.names]
    if option.value:
        flags += ["-r", _value(option.value)]
    return " ".join((*flags, "-d", _quoted(option.help)))


def _value(value: Value) -> str:
    """Return the flags that offer the completions of a value."""
    kind = "-F" if value.files else "-f"
    names = [f"{name}_list" for name in value.lists]
    if value.words and value.name:
        names.append(value.name)
    calls = [f"(__envctl_{'more __envctl_' if value.commas else ''}{name})" for name in names]
    words = calls or [word.text for word in value.words]
    return f"{kind} -k -a {_quoted(' '.join(words))}" if words else kind


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
