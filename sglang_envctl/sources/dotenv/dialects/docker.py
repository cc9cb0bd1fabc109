"""`docker run --env-file`: the text behind = as it stands, quotes, blanks and comments included."""

from __future__ import annotations

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.collector import Reading, showable
from sglang_envctl.sources.dotenv.keyvalue import assign, lines, refusal


def read(path: str, data: bytes, context: Context) -> Layer:
    """A file as the Docker client takes it; a name alone gets its text from the client's process."""
    reading = Reading(path, "docker")
    for line, text in lines(reading, data):
        reading.silence(line)
        if not text:
            reading.refuse(line, "it is longer than 64 KiB")
            break
        name, equals, value = text.partition("=")
        if why := refusal(name):
            reading.refuse(line, why)
            reading.watch(text)
        elif reading.continues_key(text):
            continue
        elif equals:
            assign(reading, name, value, line)
        elif name in context.process:
            reading.assign(name, context.process[name], line, name)
        else:
            reading.remark("no-value", line, showable(name), "inherited")
    return reading.layer()
