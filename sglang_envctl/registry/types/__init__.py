"""The types of documented variables, and validation of values against them.

A type validates a value as the *docs* define it. How running code parses the same value is defined
in `sglang_envctl.readers`; if the two disagree, envctl reports it.
"""

from sglang_envctl.registry.types.base import Complaint, Type, nearest, one_of
from sglang_envctl.registry.types.lists import List, LogFilter, OpPriorities, Patterns
from sglang_envctl.registry.types.places import HostPort, Interface, Path, PathList, Url, UrlList
from sglang_envctl.registry.types.scalars import Bool, ByteSize, Choice, Float, Int, Text

__all__ = [
    "Bool",
    "ByteSize",
    "Choice",
    "Complaint",
    "Float",
    "HostPort",
    "Int",
    "Interface",
    "List",
    "LogFilter",
    "OpPriorities",
    "Path",
    "PathList",
    "Patterns",
    "Text",
    "Type",
    "Url",
    "UrlList",
    "nearest",
    "one_of",
]
