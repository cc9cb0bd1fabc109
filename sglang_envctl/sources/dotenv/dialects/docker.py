"""`docker run --env-file`: everything after = is the value, with quotes, spaces and comments."""

from __future__ import annotations

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.collector import Collector, showable
from sglang_envctl.sources.dotenv.keyvalue import assign, lines, refusal


def read(path: str, data: bytes, context: Context) -> Layer:
    """Return the variables of a file as the Docker client reads it; a bare name gets its value from
    the client's environment.
    """
    collector = Collector(path, "docker")
    for line, text in lines(collector, data):
        collector.silence(line)
        if not text:
            collector.refuse(line, "the line is longer than 64 KiB")
            break
        name, equals, value = text.partition("=")
        if why := refusal(name):
            collector.refuse(line, why)
            collector.watch(text)
        elif collector.continues_key(text):
            continue
        elif equals:
            assign(collector, name, value, line)
        elif name in context.process:
            collector.assign(name, context.process[name], line, name)
        else:
            collector.remark("no-value", line, showable(name), "inherited")
    return collector.layer()
