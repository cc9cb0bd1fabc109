"""Readers that have a name of their own: SGLang's descriptors and helper functions.

Each is known by its name *and* by what it does, so that a release in which the same name does
something else is described as what it is.
"""

from __future__ import annotations

from collections.abc import Iterable

_SRT_TRUE = "1|true|y|yes"
_DIFFUSION_TRUE = "1|on|t|true|y|yes"

_LABELS = {
    ("EnvBool", f"raw.lower-in:{_SRT_TRUE}"): "srt.bool",
    ("EnvInt", "raw.int"): "srt.int",
    ("EnvFloat", "raw.float"): "srt.float",
    ("EnvStr", "raw.text"): "srt.text",
    ("EnvTuple", "raw.split:,"): "srt.tuple",
    ("EnvJSON", "raw.json"): "srt.json",
    ("get_bool_env_var", "raw.lower-in:1|true"): "srt.get-bool",
    ("get_int_env_var", "raw.int"): "srt.get-int",
    ("get_bool_env_var", f"raw.strip-lower-in:{_DIFFUSION_TRUE}"): "diffusion.bool",
    ("_lazy_int", "raw.int"): "diffusion.int",
    ("_lazy_float", "raw.float"): "diffusion.float",
    ("_lazy_optional_float", "raw.float"): "diffusion.float",
    ("_lazy_str", "raw.text"): "diffusion.text",
    ("_lazy_path", "raw.path"): "diffusion.path",
}


def label(through: Iterable[str], description: str) -> str:
    """The reader's own name, if it was reached through something known."""
    for name in through:
        known = _LABELS.get((name, description))
        if known is not None:
            return known
    return description
