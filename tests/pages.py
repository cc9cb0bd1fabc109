"""Pages as tests read them: their tags, and their text."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

VOID = {"meta", "link", "input", "br", "hr", "img", "wbr"}


class Tag(NamedTuple):
    name: str
    attributes: dict[str, str]


class Reader(HTMLParser):
    """A page as its tags and its text; every tag that is opened has to be closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    @property
    def policy(self) -> str:
        """What the page may run and load."""
        policies = [
            tag.attributes["content"]
            for tag in self.tags
            if tag.attributes.get("http-equiv") == "Content-Security-Policy"
        ]
        assert len(policies) == 1
        return policies[0]
