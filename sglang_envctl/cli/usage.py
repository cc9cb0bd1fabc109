"""Explain an error in a command line, and suggest what the user may have meant."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from sglang_envctl.text.escape import visible

COMMANDS = {
    "compare": "diff",
    "env": "show",
    "exec": "run",
    "fix": "check --fix",
    "get": "show",
    "lint": "check",
    "list": "show",
    "ls": "show",
    "rule": "explain",
    "rules": "explain --rules",
    "start": "run",
}
"""The commands that users of other programs try, with the matching command of envctl."""
OPTIONS = {
    "--color": "FORCE_COLOR=1",
    "--colour": "FORCE_COLOR=1",
    "--disable": "--ignore",
    "--dry-run": "--diff",
    "--enable": "--select",
    "--env-file": "--env",
    "--exclude": "ENVCTL_EXCLUDE=PATTERN",
    "--file": "--env",
    "--level": "--fail-on",
    "--min-severity": "--fail-on",
    "--no-color": "NO_COLOR=1",
    "--no-colour": "NO_COLOR=1",
    "--release": "--sglang",
    "--skip": "--ignore",
}
"""The options that users of other programs try, with the matching option or variable of envctl."""


def wrong_usage(error: Any, args: list[str]) -> str:
    """Return one line about an error that Typer found in a command line, in envctl's own style."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else " ".join(["envctl", *args[:1]])
    commands = getattr(context.command, "commands", ()) if context else ()
    option = getattr(error, "option_name", None)
    if option and hasattr(error, "possibilities"):
        named = next((word for word in args if word in commands), None)
        hint = f"options come after the command: envctl {named} {option}"
        hint = hint if named else _instead(option, context)
        message = f"no such option: {option}{f'; {hint}' if hint else ''}"
    else:
        message = _message(error)
        if "did you mean" not in message and commands:
            message += _other_command(args[0])
    return f"{message} (see '{path} --help')"


def _message(error: Any) -> str:
    """Return Typer's message, in the same words for all versions of Typer."""
    message = " ".join(str(error.format_message()).split()).rstrip(".")
    message = re.sub(r"\. Did you mean ('.*?').*$", r"; did you mean \1?", message)
    message = message.partition(". Choose from")[0]
    before, one_of, choices = message.partition(" is not one of ")
    return f"{before[:1].lower()}{before[1:]}{one_of}{choices.replace(chr(39), '')}"


def _other_command(word: str) -> str:
    """Return the suggestion for a word that is not a command."""
    if word in COMMANDS:
        return f"; did you mean '{COMMANDS[word]}'?"
    return f"; to check a file: envctl check {visible(word)}" if os.path.exists(word) else ""


def _instead(option: str, context: Any) -> str:
    """Return the suggestion for an option that a command does not have."""
    by_name = {name: one for one in context.command.get_params(context) for name in one.opts}
    guess = OPTIONS.get(option, "")
    if guess.startswith("-") and guess not in by_name:
        guess = ""
    if "--format" in by_name and option.strip("-") in by_name["--format"].words:
        guess = f"--format {option.strip('-')}"
    guess = guess or _most_like(option, by_name)
    return f"did you mean {guess}?" if guess else ""


def _most_like(option: str, options: Iterable[str]) -> str:
    """Return the option with the most similar spelling; an empty string if none is similar."""
    words = {one.strip("-"): one for one in options}
    return words.get(next(iter(get_close_matches(option.strip("-"), words, 1)), ""), "")
