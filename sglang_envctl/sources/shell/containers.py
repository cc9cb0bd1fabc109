"""`docker run` and its like: a container has the variables that are given to it, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sglang_envctl.sources.shell.programs import Entries, Launch, Site, Words, launches
from sglang_envctl.sources.shell.values import Text

_SWITCHES = {
    "--detach", "--disable-content-trust", "--help", "--init", "--interactive", "--no-healthcheck",
    "--oom-kill-disable", "--privileged", "--publish-all", "--quiet", "--read-only", "--rm",
    "--sig-proxy", "--tls-verify", "--tty", "--use-api-socket",
}  # fmt: skip
"""Options that take no value. All others do."""
_SHORT_SWITCHES = "ditPq"


def launched(words: Words, entries: Entries, site: Site) -> Iterator[Launch]:
    """The server that a container runs, with what `-e` and `--env-file` give it."""
    at = next((i for i, word in enumerate(words) if word.text in {"run", "create", "exec"}), None)
    if at is None:
        return
    given: Entries = {}
    from_files: Entries = {}
    rest = list(words[at + 1 :])
    for option, value in _options(rest):
        if option == "-e":
            given.update(_given(value, entries, site))
        else:
            read = site.read(value)
            if read is None:
                site.unfollowed("--env-file names a file that cannot be read from here")
            from_files.update(read or {})
    given = {**from_files, **given}
    outside = replace(site, hidden={**site.hidden, **entries})
    inside = list(launches(rest[1:], given, outside))
    yield from inside
    if not inside and rest and "sglang" in rest[0].text.lower():
        yield Launch(site.file, site.line, given, outside.hidden)


def _given(value: Text, entries: Entries, site: Site) -> Entries:
    """`-e NAME=text`, or `-e NAME` for what the client has itself."""
    if found := site.assigned(value):
        return dict([found])
    inherited = None if value.unknown else site.inherited(value, entries)
    return {value.text: inherited} if inherited else {}


def _options(rest: Words) -> Iterator[tuple[str, Text]]:
    """The values of `-e` and `--env-file`; what is left of `rest` begins with the image."""
    while rest and rest[0].text.startswith("-"):
        word = rest.pop(0)
        option, equals, text = word.text.partition("=")
        short = option[1:2] != "-"
        if option == "--":
            return
        if option in _SWITCHES or (short and set(option[1:]) <= set(_SHORT_SWITCHES)):
            continue
        letters = re.match(rf"-[{_SHORT_SWITCHES}]*(.)", option) if short else None
        if letters and letters.end() < len(word.text):  # -eNAME=text
            option, value = f"-{letters[1]}", word._replace(text=word.text[letters.end() :])
        elif equals:
            value = word._replace(text=text)
        elif rest:
            option, value = f"-{letters[1]}" if letters else option, rest.pop(0)
        else:
            return
        if option in {"-e", "--env"}:
            yield "-e", value
        elif option == "--env-file":
            yield option, value
