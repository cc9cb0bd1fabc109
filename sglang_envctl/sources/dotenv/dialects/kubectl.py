"""`kubectl create configmap --from-env-file`: as Docker, with names that Kubernetes takes as keys."""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.collector import Reading, showable
from sglang_envctl.sources.dotenv.keyvalue import assign, lines, refusal

_NAME = r"[-._a-zA-Z][-._a-zA-Z0-9]{0,252}"


def read(path: str, data: bytes, context: Context) -> Layer:
    """A file as kubectl takes it; a name alone gets its text from kubectl's process, or none."""
    reading = Reading(path, "kubectl")
    for line, text in lines(reading, data):
        reading.silence(line)
        if not text:
            reading.remark("rest-lost", line, reason="a line of more than 64 KiB")
            break
        name, equals, value = text.partition("=")
        if why := refusal(name) or _refusal(name):
            reading.refuse(line, why)
            reading.watch(text)
        elif reading.continues_key(text):
            continue
        elif name in reading.seen:
            shown = name if equals else showable(name)
            first = reading.seen[name].origin.line
            reading.refuse(line, f"the name stands on line {first} already", shown)
        elif equals:
            assign(reading, name, value, line)
        else:
            reading.assign(name, context.process.get(name, ""), line, name)
            if name not in context.process:
                reading.remark("no-value", line, showable(name), "inherited-or-empty")
    return reading.layer()


def _refusal(name: str) -> str:
    if re.fullmatch(_NAME, name) and name != "." and not name.startswith(".."):
        return ""
    return "a name is not of letters, digits, _, - and ., or begins with a digit"
