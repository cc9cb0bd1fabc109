"""The types a document gives its variables, and what a text must look like to be of each.

A type judges the text as the *document* means it. What running code makes of the same text is
the business of `sglang_envctl.readers`; where the two disagree the user is told.
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
