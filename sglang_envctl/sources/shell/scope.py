"""Where the words of a script find their values."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sglang_envctl.sources.dotenv.collector import showable
from sglang_envctl.sources.shell.grammar import Script
from sglang_envctl.sources.shell.values import State, Text, Variable, join
from sglang_envctl.text.secrets import looks_secret

if TYPE_CHECKING:
    from tree_sitter import Node

    from sglang_envctl.sources.shell.run import Run

DEEPEST = 40
"""Expansions inside each other."""

_OWN = {
    *"#?$!-_", "BASHPID", "BASH_SOURCE", "BASH_VERSION", "EPOCHREALTIME", "EPOCHSECONDS", "EUID",
    "FUNCNAME", "HOSTNAME", "LINENO", "OLDPWD", "PPID", "PWD", "RANDOM", "SECONDS", "SRANDOM", "UID",
}  # fmt: skip
"""Names whose values the shell makes."""

# Ways to ask for the directory of the script itself.
_SELF = r"\"?\$(?:0|\{0\}|BASH_SOURCE|\{BASH_SOURCE(?:\[0\])?(?::-\$0)?\})\"?"
_REAL = rf"\"?\$\(\s*(?:readlink|realpath)[\s\w-]*{_SELF}\s*\)\"?"
_DIRNAME = rf"\$\(\s*dirname\s+(?:--\s+)?(?:{_SELF}|{_REAL})\s*\)"
_QUIET = r"(?:&?>\s*/dev/null\s*(?:2>&1\s*)?)?"
_CD = rf"\$\(\s*cd\s+(?:--\s+)?\"?{_DIRNAME}\"?\s*{_QUIET}&&\s*pwd(?:\s+-P)?\s*\)"
_HERE = rf"(?:{_DIRNAME}|{_CD})"


@dataclass(slots=True)
class Scope:
    """The names that a statement sees."""

    run: Run
    state: State
    script: Script
    node: Node
    target: str = ""
    """The variable that a text is worked out for."""
    depth: int = 0
    """Expansions inside each other."""

    def lookup(self, name: str) -> Text | None:
        """The value of a name, None if it has none."""
        self.run.referenced.add(name)
        if name.isdigit() or name in {"@", "*"}:
            return self._positional(name)
        if name in self.state.variables:
            variable = self.state.variables[name]
            return variable.value if variable else None
        if name in _OWN:
            return Text("", "what the shell itself provides")
        if name in self.run.outer:
            return Text(self.run.outer[name])
        return None

    def _positional(self, name: str) -> Text | None:
        given = self.state.positional
        if name == "0" or given is None:
            return Text("", "an argument that the script is given")
        if name in {"@", "*"}:
            return self.joined(given)
        return given[int(name) - 1] if len(name) < 5 and int(name) <= len(given) else None

    def joined(self, items: tuple[Text, ...]) -> Text | None:
        """Texts with blanks between them; None if there are none."""
        spaced = [part for item in items for part in (Text(" "), item)]
        return join(spaced[1:]) if items else None

    def items(self, name: str) -> tuple[Text, ...] | None:
        """What an array holds; of @, the positional parameters."""
        self.run.referenced.add(name)
        if name == "@":
            return self.state.positional
        variable = self.state.variables.get(name)
        return variable.items if variable else None

    def missing(self, name: str) -> Text:
        """What a name without a value comes to: nothing, or what the start brings."""
        if name in self.state.variables or name.isdigit() or name in {"@", "*"}:
            return Text()
        if self.run.sourced:
            line = self.script.line(self.node)
            place = self.script.label, line
            self.run.remark("undefined-reference", *place, name=self.target, reference=name)
            return Text()
        # What looks like a name may be a piece of a password with a $ in it.
        shown = "" if looks_secret(self.target) else showable(name)
        return Text("", f"dependent on {shown or 'a name'}, which nothing here sets")

    def set_default(self, name: str, value: Text) -> None:
        """Take note of ${NAME:=text}."""
        exported = self.state.exports_all or self.run.is_exported(name, self.state)
        line = self.script.line(self.node)
        self.state.variables[name] = Variable(value, exported, self.script.label, line)

    def appended(self, name: str, value: Text) -> Text:
        """What NAME+=text comes to."""
        before = self.lookup(name)
        return join([self.missing(name) if before is None else before, value])

    def place_of(self, command: str) -> str | None:
        """The directory that a command substitution prints, if it asks for the script's own."""
        if "dirname" in command and re.fullmatch(_HERE, command):
            return os.path.dirname(self.script.label) or "."
        return None
