"""Real shells that complete a line, each in a folder with some files.

bash and zsh sit at a pseudo-terminal, as for a person: the key that inserts all completions is
pressed, then the line is run, and a function called envctl prints the words it was given.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sglang_envctl.cli.completion import script
from tests.consumers import missing, need

SCRIPTS = {"bash": "envctl.bash", "zsh": "_envctl", "fish": "envctl.fish"}
"""The file that each shell looks for."""
BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")
FILES = ("prod.env", ".env", "my file.env", "models.toml", "conf/staging.env")
PATIENCE = 20
PROMPT = "ready>"

SPY = r"""envctl() { printf '\nword(%s)' "$@"; printf '\n'; }"""
IN_BASH = {
    "plain": "",
    "bash-completion": f". {BASH_COMPLETION}",
    "set -eu": "set -eu",
    "posix": "set -o posix",
    "no breaks at = and :": "COMP_WORDBREAKS=${COMP_WORDBREAKS//[=:]/}",
}
IN_ZSH = {
    "autoloaded": "",
    "sourced": ". $SCRIPTS/_envctl",
    "KSH_ARRAYS NO_UNSET": "setopt KSH_ARRAYS NO_UNSET",
}
INSERT_ALL = r"""
unsetopt prompt_sp
autoload -Uz compinit && compinit -u -D
_insert_all() { _main_complete; compstate[insert]=all; }
zle -C insert-all complete-word _insert_all
bindkey '\e*' insert-all
"""

Complete = Callable[[str], set[str]]


@pytest.fixture(scope="session")
def shell() -> Callable[[str], str]:
    """The path of a shell by its name."""
    return need


class Terminal:
    """A shell at a pseudo-terminal."""

    def __init__(self, command: list[str], folder: Path, *setup: str) -> None:
        pid, self._tty = pty.fork()
        if pid == 0:
            os.chdir(folder)
            os.execve(command[0], command, environment(folder))  # noqa: S606 - the test's own
        # Wide enough for every name on one line, so that nothing is wrapped or asked about.
        fcntl.ioctl(self._tty, termios.TIOCSWINSZ, struct.pack("HHHH", 200, 9999, 0, 0))
        self._pid = pid
        for line in (*filter(None, setup), SPY, f"PS1='{PROMPT[:-1]}''{PROMPT[-1]}'"):
            self._type(line + "\n")
        self._answer()

    def complete(self, line: str) -> set[str]:
        """The words that one TAB could have put in the place of the last one."""
        return {re.sub(r"^--[\w-]+=", "", w).rstrip("/") for w in self.typed(f"{line}\x1b*")}

    def typed(self, keys: str) -> list[str]:
        """The words that envctl is given when these keys and Enter are pressed."""
        self._type(f"{keys}\n")
        return re.findall(r"^word\((.*)\)\r$", self._answer(), re.MULTILINE)

    def screen(self, keys: str) -> str:
        """What the terminal shows after some keys; the line is then thrown away."""
        self._type(f"{keys}\x15\n")
        return self._answer()

    def close(self) -> None:
        # A hang-up would not do: shells started later hold this terminal open too.
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._tty)

    def _type(self, text: str) -> None:
        os.write(self._tty, text.encode())

    def _answer(self) -> str:
        """All that is printed until the next prompt."""
        read, end = "", time.monotonic() + PATIENCE
        while not re.search(rf"{PROMPT}[^\n]*$", read) or "\n" not in read:
            if not select.select([self._tty], [], [], end - time.monotonic())[0]:
                pytest.fail(f"the shell did not answer; its screen: {read!r}")
            read += os.read(self._tty, 65536).decode(errors="replace")
        return read


def environment(folder: Path) -> dict[str, str]:
    """An environment in which no file of the user's is read."""
    names = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm", "INPUTRC": os.devnull}
    home = str(folder.parent)
    return {**names, "HOME": home, "XDG_DATA_HOME": home, "SCRIPTS": str(folder.parent / "scripts")}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the shells are started; the scripts lie beside it."""
    path = tmp_path_factory.mktemp("completion") / "work"
    for name in FILES:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).touch()
    scripts = path.parent / "scripts"
    scripts.mkdir()
    for shell, file in SCRIPTS.items():
        (scripts / file).write_text(script(shell), encoding="utf-8")
    return path


@pytest.fixture(scope="session", params=IN_BASH)
def bash(
    request: pytest.FixtureRequest, shell: Callable[[str], str], folder: Path
) -> Iterator[Terminal]:
    if request.param == "bash-completion" and not BASH_COMPLETION.exists():
        missing("bash-completion")
    command = [shell("bash"), "--norc", "--noprofile", "-i"]
    terminal = Terminal(command, folder, IN_BASH[request.param], ". $SCRIPTS/envctl.bash")
    yield terminal
    terminal.close()


@pytest.fixture(scope="session")
def zsh_terminal(shell: Callable[[str], str], folder: Path) -> Iterator[Callable[..., Terminal]]:
    """Starts zsh with some lines of set-up, the first of them before its completion system."""
    started = []

    def start(before: str, after: str) -> Terminal:
        started.append(Terminal([shell("zsh"), "-f", "-i"], folder, before, INSERT_ALL, after))
        return started[-1]

    yield start
    for terminal in started:
        terminal.close()


@pytest.fixture(scope="session", params=IN_ZSH)
def zsh(request: pytest.FixtureRequest, zsh_terminal: Callable[..., Terminal]) -> Terminal:
    path = "" if request.param == "sourced" else "fpath=($SCRIPTS $fpath)"
    return zsh_terminal(path, IN_ZSH[request.param])


@pytest.fixture(scope="session")
def describe_in_fish(shell: Callable[[str], str], folder: Path) -> Callable[[str], dict[str, str]]:
    """What fish offers for a line, with its helps."""

    def describe(line: str) -> dict[str, str]:
        code = "source $SCRIPTS/envctl.fish; complete -C $argv[1]"
        command = [shell("fish"), "--no-config", "-c", code, line]
        run = subprocess.run(
            command,
            cwd=folder,
            env=environment(folder),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        assert run.stderr == ""
        rows = (row.partition("\t") for row in run.stdout.splitlines())
        return {re.sub(r"^--[\w-]+=", "", word).rstrip("/"): text for word, _, text in rows}

    return describe
