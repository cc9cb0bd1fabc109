"""Read a YAML scalar as Compose and Kubernetes do, where an environment needs a string.

Kubernetes reads YAML 1.1 and accepts only strings; Compose reads YAML 1.2 and writes numbers and
booleans as Go prints them. Both parse numbers as Go's parser does: `0x10`, `017`, `1_000`, `0b1`.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

from sglang_envctl.sources.yaml.tree import ScalarNode

ScalarType: TypeAlias = Literal["string", "boolean", "integer", "float", "infinity", "null", "date"]

IN_WORDS = {
    "boolean": "a boolean",
    "integer": "a number",
    "float": "a number",
    "infinity": "infinity or NaN",
    "null": "null",
    "date": "a date",
}
"""The types other than string, in words for messages."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})
# Booleans of YAML 1.1 only.
_YAML_1_1_BOOLEANS = frozenset(
    {
        "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO",
        "on", "On", "ON", "off", "Off", "OFF",
    }
)  # fmt: skip
_INFINITY = r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
_INTEGER = r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)"
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_TIME = r"(?:[01]?\d|2[0-3]):[0-5]?\d:[0-5]?\d(?:\.\d+)?"
_DATE = rf"(\d{{4}})-(\d\d?)-(\d\d?)(?:[Tt]{_TIME}(?:Z|[-+]\d\d:\d\d)| {_TIME})?"
_NUMBER = frozenset("0123456789+-.")
_LARGEST_INTEGER = 2**64 - 1


class Written(NamedTuple):
    """A scalar in the form that an environment gets."""

    value: str
    type: ScalarType
    """The scalar's type in YAML."""


def scalar_type(scalar: ScalarNode, *, yaml_1_1: bool) -> ScalarType:
    """Return the type of a scalar. `yaml_1_1` also recognizes the booleans of YAML 1.1, such as yes."""
    text = scalar.text
    if not scalar.plain:
        return _tagged(scalar)
    if text in _NULLS:
        return "null"
    if text in _BOOLEANS or (yaml_1_1 and text in _YAML_1_1_BOOLEANS):
        return "boolean"
    return _number(text) if text[0] in _NUMBER else "string"


def by_kubernetes(scalar: ScalarNode) -> Written:
    """Return what Kubernetes reads from a scalar; it rejects every type but string and null."""
    found = scalar_type(scalar, yaml_1_1=True)
    if found in ("string", "date"):
        return Written(_decoded(scalar), "string")
    return Written("" if found == "null" else scalar.text, found)


def by_compose(scalar: ScalarNode) -> Written:
    """Return the value that Compose reads from a scalar; null makes the name a bare name."""
    found = scalar_type(scalar, yaml_1_1=False)
    text = scalar.text
    if found == "boolean":
        return Written(text.lower(), found)
    if found == "integer":
        return Written(_integer(text), found)
    if found == "float":
        return Written(_go_float(float(text.replace("_", ""))), found)
    return Written("" if found == "null" else _decoded(scalar), found)


def _tagged(scalar: ScalarNode) -> ScalarType:
    tag = scalar.tag.rpartition(":")[2]
    if tag == "bool":
        return "boolean"
    if tag == "int":
        return "integer"
    if tag == "float":
        return "float" if _is_finite(scalar.text) else "infinity"
    return "null" if tag == "null" else "string"


def _number(text: str) -> ScalarType:
    if re.fullmatch(_INFINITY, text):
        return "infinity"
    plain = text.replace("_", "")
    if re.fullmatch(_INTEGER, plain) and abs(_value(plain)) <= _LARGEST_INTEGER:
        return "integer"
    if _is_finite(plain):
        return "float"
    return "date" if _is_date(text) else "string"


def _is_date(text: str) -> bool:
    """Return whether a text is a date of the calendar; Go reads any other text as a string."""
    from datetime import date

    found = re.fullmatch(_DATE, text)
    try:
        return bool(found and date(*map(int, found.groups())))
    except ValueError:
        return False


def _is_finite(text: str) -> bool:
    """Return whether a text is a decimal number within the range of a float; Go reads any other
    text as a string.
    """
    return bool(re.fullmatch(_FLOAT, text)) and abs(float(text)) != float("inf")


def _value(plain: str) -> int:
    """Return an integer of any base; a leading 0 means base 8."""
    digits = plain.lstrip("+-")
    if len(digits) > 1 and digits[0] == "0" and digits[1] in "01234567":
        digits = f"0o{digits[1:]}"
    if len(digits) > 100:
        return _LARGEST_INTEGER + 1
    return -int(digits, 0) if plain.startswith("-") else int(digits, 0)


def _integer(text: str) -> str:
    try:
        value = _value(text.replace("_", ""))
    except ValueError:  # an integer only by its tag
        return text
    return "-0" if text.startswith("-") and value == 0 else str(value)


def _go_float(value: float) -> str:
    """Return a number as Go prints it: the shortest digits, in exponent notation if the number is
    below 1e-4 or at least 1e+06.
    """
    from decimal import Decimal

    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits))
    point = len(text) + exponent
    minus = "-" if sign else ""
    if not value:
        return f"{minus}0"
    if not -3 <= point <= 6:
        mantissa = f"{text[0]}.{text[1:]}".rstrip(".")
        return f"{minus}{mantissa}e{point - 1:+03d}"
    if point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    whole = text[:point].ljust(point, "0")
    return f"{minus}{whole}.{text[point:]}".rstrip(".")


def _decoded(scalar: ScalarNode) -> str:
    if scalar.tag.endswith(":binary"):
        import binascii

        try:
            return binascii.a2b_base64("".join(scalar.text.split())).decode("utf-8", "replace")
        except binascii.Error:
            return scalar.text
    return scalar.text
