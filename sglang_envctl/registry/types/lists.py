"""Types that hold several values."""

import re
from typing import NamedTuple

from sglang_envctl.registry.types.base import Complaint, Type, nearest, one_of
from sglang_envctl.registry.types.scalars import Text

_TEXT = Text()


class List(NamedTuple):
    """Items of one type with a separator between them."""

    item: Type = _TEXT
    separator: str = ","
    strips: bool = True
    """Whether the reader strips whitespace around the items."""
    name: str = "list"
    allowed: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return f"{self.item.words}; separate several with {self.separator!r}"

    def complain(self, text: str) -> Complaint | None:
        for item in self._items(text):
            if complaint := self.item.complain(item):
                return Complaint(
                    complaint.kind, f"has an item that {complaint.message}", complaint.help
                )
        return None

    def _items(self, text: str) -> list[str]:
        items = text.split(self.separator)
        return [item.strip() for item in items] if self.strips else items


class Patterns(NamedTuple):
    """Shell-style wildcards (`*`, `?`, `[...]`) separated by commas."""

    name: str = "patterns"
    allowed: tuple[str, ...] = ()
    words: str = "wildcard patterns separated by commas"

    def complain(self, text: str) -> Complaint | None:
        del text
        return None


_BACKEND = r"flagos|vendor|reference|vendor:[\w.-]+|impl:[\w.:-]+"


class OpPriorities(NamedTuple):
    """`op=backend|backend;op=backend`: the backends to try for each operation, in order."""

    name: str = "op priorities"
    allowed: tuple[str, ...] = ()
    words: str = "op=backend|backend;op=backend"

    def complain(self, text: str) -> Complaint | None:
        for item in filter(None, (part.strip() for part in text.split(";"))):
            op, equals, order = item.partition("=")
            if not (op.strip() and equals and order.strip()):
                message = "has an item that is not op=backend, which the plugin silently ignores"
                return Complaint("invalid-value", message)
            tokens = filter(None, (token.strip() for token in order.split("|")))
            wrong = next((token for token in tokens if not re.fullmatch(_BACKEND, token)), None)
            if wrong is not None:
                known = ("flagos", "vendor", "reference")
                guess = nearest(wrong, known)
                message = f"names a backend that is not one of {one_of(known)}"
                fix = (
                    f"did you mean {guess}?"
                    if guess
                    else "separate backends with | and operations with ;"
                )
                return Complaint("invalid-value", message, fix)
        return None


_MODULE = r"(?:[\w:-]+|\[[^\]]*\]){1,2}"
_DIRECTIVE = rf"(?i)(?:{_MODULE}=)?(?:trace|debug|info|warn|error|off|[0-5])"


class LogFilter(NamedTuple):
    """`level` or `target=level`, separated by commas (Rust's tracing)."""

    name: str = "log filter"
    allowed: tuple[str, ...] = ()
    words: str = "trace, debug, info, warn, error or off; or target=level; separated by commas"

    def complain(self, text: str) -> Complaint | None:
        for item in filter(None, text.split(",")):
            if re.fullmatch(_DIRECTIVE, item):
                continue
            guess = nearest(item, ("trace", "debug", "info", "warn", "error", "off"))
            if guess or not re.fullmatch(_MODULE, item):
                message = "has an item that is neither a level nor target=level"
                fix = f"did you mean {guess}?" if guess else ""
                return Complaint("invalid-value", message, fix)
        return None
