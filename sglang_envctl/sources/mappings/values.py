"""Convert a scalar of YAML, JSON or TOML to a value, regardless of the program that reads it."""

from __future__ import annotations

import re

from sglang_envctl.sources.yaml.scalars import scalar_type
from sglang_envctl.sources.yaml.tree import ScalarNode

# Compiled on first use.
_REFERENCE = r"\{\{|\{%|\$\{|\$\(|\$[A-Za-z_]|\$\$"
_PLAIN_NUMBER = r"-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?"


def value_of(scalar: ScalarNode) -> tuple[str, str]:
    """Return the value, and the reason why it is known only later; one of them is empty."""
    text = scalar.text
    if scalar.tag and not scalar.tag.endswith((":str", ":int", ":float", ":bool")):
        return "", f"made by {scalar.tag.rpartition(':')[2] or scalar.tag}"
    if ("$" in text or "{" in text) and re.search(_REFERENCE, text):
        return "", "holds a reference that is resolved later"
    found = scalar_type(scalar, yaml_1_1=True)
    if found == "null":
        return "", "no value in this file"
    if found == "boolean":
        if text.lower() not in ("true", "false"):
            return "", "a boolean to YAML 1.1 and a string to YAML 1.2"
        return text.lower(), ""
    if found in ("integer", "float", "infinity") and not re.fullmatch(_PLAIN_NUMBER, text):
        return "", "a number that programs write in different ways"
    return text, ""
