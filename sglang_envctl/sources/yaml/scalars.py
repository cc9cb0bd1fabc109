"""What readers make of a YAML scalar where an environment wants a text.

Kubernetes reads YAML 1.1 and takes nothing but a string; Compose reads YAML 1.2 and writes numbers and
booleans as Go prints them. Both take numbers as Go's parser does: `0x10`, `017`, `1_000`, `0b1`.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

from sglang_envctl.sources.yaml.tree import Scalar

Kind: TypeAlias = Literal["string", "boolean", "integer", "float", "infinity", "null", "date"]

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})
# Words that YAML 1.2 took out of the booleans.
_OLD_BOOLEANS = frozenset(
    {
        "y",
        "Y",
        "yes",
        "Yes",
        "YES",
        "n",
        "N",
        "no",
        "No",
        "NO",
        "on",
        "On",
        "ON",
        "off",
        "Off",
        "OFF",
    }
)
_INFINITY = r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
_INTEGER = r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)"
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_DATE = r"\d{4}-\d\d?-\d\d?(?:[Tt ].*)?"
_NUMBER = frozenset("0123456789+-.")
_LARGEST_INTEGER = 2**64 - 1


class Written(NamedTuple):
    """A scalar as text."""

    text: str
    kind: Kind
    """What the reader takes it for."""


def kind(scalar: Scalar, *, old: bool) -> Kind:
    """What a scalar is to a reader; `old`: by the booleans of YAML 1.1."""
    text = scalar.text
    if not scalar.plain:
        return _tagged(scalar)
    if text in _NULLS:
        return "null"
    if text in _BOOLEANS or (old and text in _OLD_BOOLEANS):
        return "boolean"
    return _number(text) if text[0] in _NUMBER else "string"


def by_kubernetes(scalar: Scalar) -> Written:
    """A scalar as Kubernetes reads it; where its kind is no string, the object is refused."""
    found = kind(scalar, old=True)
    if found in ("string", "date"):
        return Written(_decoded(scalar), "string")
    return Written("" if found == "null" else scalar.text, found)


def by_compose(scalar: Scalar) -> Written:
    """A scalar as Compose writes it into an environment; a null is no text at all."""
    found = kind(scalar, old=False)
    text = scalar.text
    if found == "boolean":
        return Written(text.lower(), found)
    if found == "integer":
        return Written(_integer(text), found)
    if found == "float":
        return Written(_go_float(float(text.replace("_", ""))), found)
    if found == "date" and re.fullmatch(r"[\d-]+", text):
        year, month, day = text.split("-")
        return Written(f"{year}-{month:0>2}-{day:0>2} 00:00:00 +0000 UTC", found)
    return Written("" if found == "null" else _decoded(scalar), found)


def _tagged(scalar: Scalar) -> Kind:
    tag = scalar.tag.rpartition(":")[2]
    if tag == "bool":
        return "boolean"
    if tag == "int":
        return "integer"
    if tag == "float":
        return "float" if re.fullmatch(_FLOAT, scalar.text) else "infinity"
    return "null" if tag == "null" else "string"


def _number(text: str) -> Kind:
    if re.fullmatch(_INFINITY, text):
        return "infinity"
    plain = text.replace("_", "")
    if re.fullmatch(_INTEGER, plain):
        return "integer" if abs(_value(plain)) <= _LARGEST_INTEGER else "float"
    if re.fullmatch(_FLOAT, plain):
        return "float" if abs(float(plain)) != float("inf") else "string"
    return "date" if re.fullmatch(_DATE, text) else "string"


def _value(plain: str) -> int:
    """An integer of any base; a 0 in front means base 8."""
    digits = plain.lstrip("+-")
    if len(digits) > 1 and digits[0] == "0" and digits[1] in "01234567":
        digits = f"0o{digits[1:]}"
    if len(digits) > 100:
        return _LARGEST_INTEGER + 1
    return -int(digits, 0) if plain.startswith("-") else int(digits, 0)


def _integer(text: str) -> str:
    try:
        value = _value(text.replace("_", ""))
    except ValueError:  # by its tag only
        return text
    return "-0" if text.startswith("-") and value == 0 else str(value)


def _go_float(value: float) -> str:
    """As Go prints it: the shortest digits, with an exponent below 1e-4 and from 1e+06 on."""
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


def _decoded(scalar: Scalar) -> str:
    if scalar.tag.endswith(":binary"):
        import binascii

        try:
            return binascii.a2b_base64("".join(scalar.text.split())).decode("utf-8", "replace")
        except binascii.Error:
            return scalar.text
    return scalar.text
