"""`export NAME=value` lines for bash, dash, zsh and other POSIX shells, to be sourced or evaluated."""

from __future__ import annotations

import re

from sglang_envctl.exports.payload import Snapshot, not_bytes
from sglang_envctl.text.escape import visible

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Without =, because zsh expands a word that begins with = to the path of a command.
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,-]+")
# Names that bash, dash or zsh refuse, compute, truncate or use for an array.
_RESERVED = """
    ARGV0 BASHOPTS BASHPID BASH_ALIASES BASH_ARGC BASH_ARGV BASH_CMDS BASH_COMMAND BASH_COMPAT
    BASH_LINENO BASH_REMATCH BASH_SOURCE BASH_SUBSHELL BASH_VERSINFO BASH_XTRACEFD DIRSTACK
    EPOCHREALTIME EPOCHSECONDS EUID
    FUNCNAME GROUPS HISTCMD LINENO OPTIND PIPESTATUS PPID RANDOM SECONDS SHELLOPTS SHLVL SRANDOM
    UID _ ARGC EGID ERRNO GID HISTCHARS KEYBOARD_HACK TRY_BLOCK_ERROR TRY_BLOCK_INTERRUPT TTYIDLE
    USERNAME WATCH ZSH_EVAL_CONTEXT ZSH_SUBSHELL aliases argv builtins cdpath commands dirstack
    dis_aliases dis_builtins dis_functions dis_functions_source dis_galiases dis_patchars
    dis_reswords dis_saliases fignore fpath funcfiletrace funcsourcetrace funcstack functions
    functions_source functrace galiases histchars history historywords jobdirs jobstates jobtexts
    keymaps mailpath manpath module_path modules nameddirs options parameters patchars path
    pipestatus psvar reswords saliases signals status termcap terminfo userdirs usergroups watch
    widgets zsh_eval_context zsh_scheduled_events
"""
# zsh evaluates the values of these variables as arithmetic.
_NUMBERS = frozenset(
    ["COLUMNS", "FUNCNEST", "HISTSIZE", "KEYTIMEOUT", "LINES", "LISTMAX", "MAILCHECK", "SAVEHIST"]
)
# An interactive shell runs the values of these variables, or the commands in them.
_RUN = """
    PROMPT PROMPT2 PROMPT3 PROMPT4 PROMPT_COMMAND PS0 PS1 PS2 PS3 PS4 RPROMPT RPROMPT2 RPS1 RPS2
    SPROMPT prompt
"""
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def refusal(name: str, raw: str) -> str:
    """Return why the format cannot represent this assignment; empty if it can."""
    if not _NAME.fullmatch(name):
        return "not a valid shell variable name"
    if name in _RESERVED.split():
        return "bash or zsh reserves this name"
    if why := run_by_a_shell(name):
        return why
    if name in _NUMBERS and not _NUMBER.fullmatch(raw):
        return "zsh allows only a positive number for this name"
    return not_bytes(raw)


def run_by_a_shell(name: str) -> str:
    """Return why a shell does more than store a value under this name; empty if it only stores it."""
    return "an interactive shell would run commands in the value" if name in _RUN.split() else ""


def render(snapshot: Snapshot) -> str:
    """Return one `export` per assignment."""
    return "".join(f"export {a.name}={quoted(a.raw)}\n" for a in snapshot.assignments)


def failure(message: str, code: int) -> str:
    """Return a line that ends a script, or a command typed by a person, with the message."""
    del code
    return f": {failing(message)} && false"


def failing(message: str) -> str:
    """Return an expansion that fails with the message, because its variable is never set."""
    return "${ENVCTL_NOTHING_WRITTEN:?" + quoted(visible(message)) + "}"


def quoted(raw: str) -> str:
    """Return the value as one word that a shell reads literally."""
    if _PLAIN.fullmatch(raw):
        return raw
    inside = raw.replace("'", "'\\''")
    return f"'{inside}'"
