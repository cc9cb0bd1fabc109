"""Types for paths, addresses and interfaces."""

import re
from typing import NamedTuple

from sglang_envctl.registry.types.base import Complaint, one_of


class Path(NamedTuple):
    """A file or directory. Only its form is validated; the disk is not accessed."""

    absolute: bool = False
    directory: bool = False
    expands_home: bool = False
    """Whether the reader expands a leading `~` to the home directory."""
    words_allowed: tuple[str, ...] = ()
    """Words that are accepted instead of a path, such as `stdout`."""
    placeholder: str = ""
    """A placeholder in the path that the reader replaces, such as `%i`."""
    exists: bool = False
    """Whether the path must exist because the reader does not create it."""
    name: str = "path"
    allowed: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        kind = "directory" if self.directory else "file path"
        kind = f"absolute {kind}" if self.absolute else kind
        return " or ".join([", ".join(self.words_allowed), kind] if self.words_allowed else [kind])

    def complain(self, text: str) -> Complaint | None:
        if not text or text in self.words_allowed:
            return None
        if text.startswith("~") and not self.expands_home:
            message = "starts with ~, which is not expanded to the home directory"
            return Complaint("relative-path", message, "write the full path")
        if self.absolute and not text.startswith(("/", "~")):
            message = "is a relative path, but an absolute path is required"
            return Complaint("relative-path", message, "start it with /")
        for word in self.words_allowed:
            if text.strip().lower() == word:
                return Complaint(
                    "invalid-value", f"is read as a file name, not as {word}", f"write {word}"
                )
        return None


class PathList(NamedTuple):
    """Directories separated by colons."""

    name: str = "path list"
    allowed: tuple[str, ...] = ()
    words: str = "directories separated by :"

    def complain(self, text: str) -> Complaint | None:
        del text
        return None


_URL = r"([A-Za-z][A-Za-z0-9+.-]*)://[^\s/?#\"']+[^\s\"']*"


class Url(NamedTuple):
    """A URL with a scheme."""

    schemes: tuple[str, ...] = ("http", "https")
    name: str = "url"
    allowed: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return "URL: " + one_of(tuple(f"{scheme}://..." for scheme in self.schemes))

    def complain(self, text: str) -> Complaint | None:
        match = re.fullmatch(_URL, text)
        if not match:
            return Complaint("invalid-value", "is not a URL", f"start it with {self.schemes[0]}://")
        if match[1].lower() not in self.schemes:
            message = f"does not start with {one_of(tuple(f'{s}://' for s in self.schemes))}"
            return Complaint("invalid-value", message)
        return None


_HTTP = Url()


class UrlList(NamedTuple):
    """URLs separated by commas, without whitespace. `host:port` means http."""

    url: Url = _HTTP
    name: str = "url list"
    allowed: tuple[str, ...] = ()
    words: str = "URLs separated by commas, without whitespace"

    def complain(self, text: str) -> Complaint | None:
        items = (item for item in text.split(",") if HostPort().complain(item))
        return next(filter(None, map(self.url.complain, items)), None)


class HostPort(NamedTuple):
    """`host:port`."""

    name: str = "host:port"
    allowed: tuple[str, ...] = ()
    words: str = "host:port"

    def complain(self, text: str) -> Complaint | None:
        host, colon, port = text.rpartition(":")
        if not colon or not host or re.search(r"\s|://", host):
            return Complaint("invalid-value", "is not host:port")
        if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
            return Complaint("out-of-bounds", "has a port that is not between 1 and 65535")
        return None


class Interface(NamedTuple):
    """The name of a network interface."""

    name: str = "interface"
    allowed: tuple[str, ...] = ()
    words: str = "network interface name"

    def complain(self, text: str) -> Complaint | None:
        if re.search(r"[\s/\"']", text) or not 0 < len(text) < 16:
            return Complaint("invalid-value", "cannot be a network interface name")
        return None
