"""Read a .env file character by character, and track the position and the line."""

from __future__ import annotations

from sglang_envctl.sources.dotenv.collector import Collector


class Statements(Collector):
    """One pass over the statements of a file."""

    def __init__(self, label: str, dialect: str, text: str) -> None:
        super().__init__(label, dialect)
        self.text = text
        self.at = 0
        self._counted = 0
        self._number = 1

    def line_here(self) -> int:
        """Return the current line; the offsets of successive calls must increase."""
        self._number += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._number

    def line_end(self, at: int = 0) -> int:
        """Return the end of the line at an offset, or of the current line."""
        end = self.text.find("\n", at or self.at)
        return len(self.text) if end < 0 else end

    @property
    def nul_line(self) -> int:
        """The line of the first NUL character; 0 if there is none."""
        at = self.text.find("\0")
        return 0 if at < 0 else self.text.count("\n", 0, at) + 1
