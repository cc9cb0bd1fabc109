"""`kubectl create configmap --from-env-file`: like Docker, with names that are valid as keys."""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.collector import Collector, showable
from sglang_envctl.sources.dotenv.keyvalue import assign, lines, refusal

_NAME = r"[-._a-zA-Z][-._a-zA-Z0-9]{0,252}"


def read(path: str, data: bytes, context: Context) -> Layer:
    """Return the variables of a file as kubectl reads it; a bare name gets its value from kubectl's
    environment, or is empty.
    """
    collector = Collector(path, "kubectl")
    for line, text in lines(collector, data):
        collector.silence(line)
        if not text:
            collector.remark("rest-lost", line, reason="the line is longer than 64 KiB")
            break
        name, equals, value = text.partition("=")
        if why := refusal(name) or _refusal(name):
            collector.refuse(line, why)
            collector.watch(text)
        elif collector.continues_key(text):
            continue
        elif name in collector.seen:
            shown = name if equals else showable(name)
            first = collector.seen[name].origin.line
            collector.refuse(line, f"the name is already set on line {first}", shown)
        elif equals:
            assign(collector, name, value, line)
        else:
            collector.assign(name, context.process.get(name, ""), line, name)
            if name not in context.process:
                collector.remark("no-value", line, showable(name), "inherited-or-empty")
    return collector.layer()


def _refusal(name: str) -> str:
    if re.fullmatch(_NAME, name) and name != "." and not name.startswith(".."):
        return ""
    return "names have only letters, digits, _, - and ., and do not begin with a digit"
