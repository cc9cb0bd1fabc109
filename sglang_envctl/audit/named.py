"""SGLang's descriptors and helper functions, identified by name and behavior."""

from __future__ import annotations

NAMED = {
    ("EnvBool", "raw.lower-in:1|true|y|yes"): "srt.bool",
    ("EnvInt", "raw.int"): "srt.int",
    ("EnvFloat", "raw.float"): "srt.float",
    ("EnvStr", "raw.text"): "srt.text",
    ("EnvTuple", "raw.split:,"): "srt.tuple",
    ("EnvJSON", "raw.json"): "srt.json",
    ("get_bool_env_var", "raw.lower-in:1|true"): "srt.get-bool",
    ("get_int_env_var", "raw.int"): "srt.get-int",
    ("get_bool_env_var", "raw.strip-lower-in:1|on|t|true|y|yes"): "diffusion.bool",
    ("_lazy_int", "raw.int"): "diffusion.int",
    ("_lazy_float", "raw.float"): "diffusion.float",
    ("_lazy_optional_float", "raw.float"): "diffusion.float",
    ("_lazy_str", "raw.text"): "diffusion.text",
    ("_lazy_path", "raw.path"): "diffusion.path",
}
"""The reader for each name and behavior; if a release has another behavior, the behavior is
described instead.
"""
