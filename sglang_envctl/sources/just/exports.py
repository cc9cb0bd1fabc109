"""Read the plain assignments of a justfile, and which of them it exports."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sglang_envctl.environment import Layer
from sglang_envctl.sources.assigned import IN_RECIPE, UNKNOWN, Assigned, Value, joined
from sglang_envctl.sources.comments import in_lines
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.decode import decode

_ASSIGNMENT = r"(?P<export>export\s+)?(?P<name>[A-Za-z_][\w-]*)\s*:=\s*(?P<value>.*)"
_EXPORT_ALL = r"set\s+export\s*(?::=\s*(true|false)\s*)?(?:#.*)?"
_UNREAD = {
    r"set\s+dotenv-(?:load|filename|path|required)\b(?!\s*:=\s*false)": (
        "the .env file that just loads is not read"
    ),
    r"(?:import|mod)\??\s": "the imported justfile is not read",
    rf"\s.*(?:{IN_RECIPE})": "a recipe is a script, which is not read",
}
_PLAIN = r"""(?P<raw>'[^']*')|(?P<cooked>"(?:[^"\\]|\\.)*")|(?P<name>[A-Za-z_][\w-]*)"""
_SEVERAL_LINES = "("
"""The marker of a value that spans several lines, which is not read."""
_UNEXPORT = r"unexport\s+([A-Za-z_][\w-]*)\s*(?:#.*)?"
_ESCAPE = r"(?s)\\(?:u\{([0-9A-Fa-f]{1,6})\}|(.))"
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def read(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the variables that a justfile exports, which are all that a recipe gets from it."""
    del context
    decoded = decode(data, path)
    reader = _Reader(Assigned(path, "just"))
    found = reader.found
    found.notes += (note for note in decoded.notes if note.rule != "carriage-returns")
    for number, line in enumerate(decoded.text.split("\n"), 1):
        if reader.open_quote:
            reader.open_quote = "" if reader.open_quote in line else reader.open_quote
        else:
            reader.follow(line, number)
    for name in reader.texts:
        found.values[name] = reader.value(name, ())
    kept = tuple(a for a in found.assignments() if reader.exports(a.name))
    ignores = in_lines(decoded.text, path)
    return (Layer(path, "just", kept, tuple(found.notes), ignores, unseen=found.unseen),)


@dataclass(slots=True)
class _Reader:
    """One pass over a justfile."""

    found: Assigned
    texts: dict[str, str] = field(default_factory=dict)
    """The text after := of each variable."""
    exported: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    exports_all: bool = False
    open_quote: str = ""
    known: dict[str, Value] = field(default_factory=dict)
    """The values that have already been read."""

    def exports(self, name: str) -> bool:
        """Return whether recipes get a variable."""
        return (self.exports_all or name in self.exported) and name not in self.hidden

    def follow(self, line: str, number: int) -> None:
        """Apply the effect of a line."""
        if match := re.fullmatch(_ASSIGNMENT, line):
            name = match["name"]
            self.open_quote = _opened(match["value"])
            self.texts[name] = _SEVERAL_LINES if self.open_quote else match["value"]
            self.found.put(name, UNKNOWN, number)
            if match["export"]:
                self.exported.add(name)
        elif match := re.fullmatch(_EXPORT_ALL, line):
            self.exports_all = match[1] != "false"
        elif match := re.fullmatch(_UNEXPORT, line):
            self.hidden.add(match[1])
        else:
            reason = next((why for form, why in _UNREAD.items() if re.match(form, line)), "")
            if reason:
                self.found.unfollowed(number, reason)

    def value(self, name: str, above: tuple[str, ...]) -> Value:
        """Return a variable's value: a literal, another variable, or several of these joined by +."""
        if name in self.known:
            return self.known[name]
        if name not in self.texts or name in above or len(above) > 20:
            return UNKNOWN
        text, at, parts = _without_comment(self.texts[name]), 0, list[Value]()
        while match := re.compile(rf"\s*(?:{_PLAIN})\s*(?P<more>\+|$)").match(text, at):
            at = match.end()
            if match["name"]:
                inner = self.value(match["name"], (*above, name))
                if inner.unknown:
                    return inner
                parts.append(self.found.spent(inner, match["name"]))
            elif match["raw"] is not None:
                parts.append(Value(match["raw"][1:-1]))
            else:
                parts.append(Value(re.sub(_ESCAPE, _escaped, match["cooked"][1:-1])))
            if not match["more"]:
                return self.known.setdefault(name, joined(parts))
        return UNKNOWN


def _escaped(match: re.Match[str]) -> str:
    if match[1]:
        return chr(min(int(match[1], 16), 0x10FFFF))
    return _ESCAPES.get(match[2], match[0])


def _without_comment(text: str) -> str:
    match = re.match(r"""(?:[^'"#`]|'[^']*'|"(?:[^"\\]|\\.)*"|`[^`]*`)*""", text)
    return match[0].rstrip() if match else text


def _opened(text: str) -> str:
    """Return the quotes that a text leaves open at its end; empty if it leaves none."""
    for quotes in ("'''", '"""'):
        if quotes in text:
            return quotes if text.count(quotes) % 2 else ""
    rest = _without_comment(text)
    after = text[len(rest) :].lstrip()
    return after[0] if after[:1] in {"'", '"', "`"} else ""
