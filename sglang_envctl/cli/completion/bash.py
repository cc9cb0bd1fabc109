"""The completion script for bash, which does not show help texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sglang_envctl.cli.completion.commands import CommandLine, Form, Option, Value, Word

HEAD = """\
# Completion of envctl for bash 4.2 and newer. Written by `envctl completion bash`.
# shellcheck shell=bash

"""

MACHINERY = r"""# Offers the `words` that begin with the text, or ignores case if none does.
# Prepends `kept`, because the part of the line that readline replaces may begin before the text.
_envctl_offer() {
    local word
    local -a exact=() folded=()
    # An empty array counts as unset before bash 4.4, which `set -u` shells do not forgive.
    for word in ${words[@]+"${words[@]}"}; do
        if [[ $given == *",$word,"* ]]; then
            continue
        elif [[ $word == "$text"* ]]; then
            exact+=("$kept$word")
        elif [[ ${word,,} == "${text,,}"* ]]; then
            folded+=("$kept$word")
        fi
    done
    if ((${#exact[@]})); then
        COMPREPLY+=("${exact[@]}")
    elif ((${#folded[@]})); then
        COMPREPLY+=("${folded[@]}")
    fi
}

# Completes the last of several words that are separated by commas.
_envctl_offer_more() {
    local last=${text##*,}
    local given=,${text%"$last"}
    kept+=${given#,}
    text=$last
    _envctl_offer
}

# Lets readline complete files, because it handles quotes, ~ and variables, unless a word is offered too.
# The arguments are the words that may come before a file, with a colon between them.
_envctl_files() {
    local file kind
    for kind in "$@"; do
        if [[ $text == "$kind:"* ]]; then
            text=${text#*:}
            # Where COMP_WORDBREAKS has no colon, readline replaces the kind too.
            if [[ $replaced == *"$kind:$text" ]]; then
                kept+=$kind:
            fi
        fi
    done
    if [[ ${#COMPREPLY[@]} == 0 && -z $kept ]]; then
        compopt -o bashdefault -o default 2>/dev/null || :
        return 0
    fi
    compopt -o filenames 2>/dev/null || :
    while IFS= read -r file; do
        if [[ -n $file ]]; then
            COMPREPLY+=("$kept$file")
        fi
    done <<<"$(compgen -f -- "$text")"
}

# Joins --format=json and dotenv:a.env, which COMP_WORDBREAKS splits into three words each.
_envctl_join_words() {
    local piece glued='' index
    for ((index = 1; index <= COMP_CWORD; index++)); do
        piece=${COMP_WORDS[index]}
        if ((${#typed[@]})) && [[ -n $glued || $piece == [=:]* ]]; then
            typed[${#typed[@]} - 1]+=$piece
        else
            typed+=("$piece")
        fi
        glued=''
        if [[ -n $piece && -z ${piece//[=:]/} ]]; then
            glued=yes
        fi
    done
}

# Finds the command, the option whose value is being typed, and the text to complete.
_envctl_look() {
    local index piece last=$((${#typed[@]} - 1))
    for ((index = 0; index < last; index++)); do
        piece=${typed[index]}
        if [[ $piece == -- ]]; then
            ended=yes
        elif [[ -z $command && $piece != -* ]]; then
            command=$piece
        fi
    done
    text=${typed[last]}
    if [[ -z $ended && $text == --*=* ]]; then
        option=${text%%=*}
        text=${text#*=}
    elif [[ -z $ended ]] && ((last)); then
        option=${typed[last - 1]}
    fi
    replaced=${COMP_WORDS[COMP_CWORD]}
    if [[ $text == [\"\']* ]]; then
        text=${text:1} # readline replaces the text after an open quote
    elif [[ -n ${replaced//[=:]/} && $replaced == *"$text" ]]; then
        kept=${replaced%"$text"}
    fi
}

_envctl() {
    local IFS=$' \t\n' command='' option='' text='' kept='' given='' ended='' replaced=''
    local -a typed=() words=()
    COMPREPLY=()
    _envctl_join_words
    _envctl_look
    if ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[COMP_CWORD - 1]} == *[\<\>] ]]; then
        _envctl_files
        return 0
    fi
"""

TAIL = """\
    esac
    return 0
}

complete -F _envctl envctl
"""


def render(line: CommandLine) -> str:
    """Return the script for bash."""
    lists = (text for name, words in line.lists.items() for text in _list(name, words))
    arms = (text for form, names in line.forms.items() for text in _command(form, names))
    top = ("    case $command in\n", "        '')\n", *_top(line), "            ;;\n")
    return "".join((HEAD, *lists, MACHINERY, *top, *arms, TAIL))


def _list(name: str, words: Iterable[Word]) -> Iterator[str]:
    yield f"_envctl_{name}_list() {{\n    words+=(\n"
    yield from (f"        {word.text}\n" for word in words)
    yield "    )\n}\n\n"


def _top(line: CommandLine) -> Iterator[str]:
    yield from _options(line.options)
    yield f"            words=({_texts(line.commands)})\n"
    yield "            _envctl_offer\n"


def _command(form: Form, names: Iterable[str]) -> Iterator[str]:
    yield f"        {' | '.join(names)})\n"
    yield "            case $option in\n"
    for value, options in _by_value(form.options).items():
        yield f"                {' | '.join(options)})\n"
        yield from (f"                    {text}\n" for text in _offers(value))
        yield "                    return 0\n                    ;;\n"
    yield "            esac\n"
    yield from _options(form.options)
    for argument in form.arguments[:1]:
        yield from (f"            {text}\n" for text in _offers(argument.value))
    yield "            ;;\n"


def _options(options: Iterable[Option]) -> Iterator[str]:
    """Yield the lines that offer option names for a word that begins with a dash."""
    names = " ".join(name for option in options for name in option.names)
    yield "            if [[ -z $ended && $text == -* ]]; then\n"
    yield f"                words=({names})\n"
    yield "                _envctl_offer\n"
    yield "                return 0\n"
    yield "            fi\n"


def _by_value(options: Iterable[Option]) -> dict[Value, list[str]]:
    """Group the names of options by the value that each option takes."""
    names: dict[Value, list[str]] = {}
    for option in options:
        if option.value:
            names.setdefault(option.value, []).extend(option.names)
    return names


def _offers(value: Value) -> Iterator[str]:
    """Yield the lines of the script that complete a value."""
    if value.words:
        yield f"words=({_texts(value.words)})"
    yield from (f"_envctl_{name}_list" for name in value.lists)
    if value.words or value.lists:
        yield "_envctl_offer_more" if value.commas else "_envctl_offer"
    if value.files:
        yield " ".join(("_envctl_files", *value.prefixes))


def _texts(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in words)
