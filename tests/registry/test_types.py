"""What a text must look like to be of a type, as the documents mean it."""

from __future__ import annotations

import pytest

from sglang_envctl.registry.types import (
    Bool,
    ByteSize,
    Choice,
    Float,
    HostPort,
    Int,
    Interface,
    List,
    LogFilter,
    OpPriorities,
    Path,
    PathList,
    Patterns,
    Text,
    Type,
    Url,
    UrlList,
    nearest,
    one_of,
)
from tests.tables import table

TYPES: dict[str, Type] = {
    "bool": Bool(),
    "int": Int(),
    "int 1..8": Int(minimum=1, maximum=8, unit="blocks"),
    "int 1 or 2": Int(choices=(1, 2)),
    "int levels": Int(minimum=0, thresholds=(0, 1, 3)),
    "float": Float(),
    "float 0..1": Float(minimum=0.0, maximum=1.0),
    "choice": Choice(("fast", "exact", "none")),
    "choice, any case": Choice(("DEBUG", "INFO"), exact=False),
    "choice, open": Choice(("fa", "sdpa"), open=True),
    "choice, also": Choice(("nccl",), also=("mccl",)),
    "text": Text(),
    "size": ByteSize(),
    "size, small": ByteSize(maximum=1 << 40),
    "path": Path(),
    "path, absolute": Path(absolute=True, directory=True),
    "path, ~": Path(absolute=True, expands_home=True),
    "path or word": Path(words_allowed=("stdout", "stderr")),
    "path list": PathList(),
    "url": Url(),
    "url, nats": Url(("nats",)),
    "url list": UrlList(),
    "host:port": HostPort(),
    "interface": Interface(),
    "list": List(),
    "list of int": List(item=Int(minimum=0)),
    "list, blanks kept": List(item=Interface(), strips=False),
    "list, semicolon": List(item=Choice(("a", "b")), separator=";"),
    "patterns": Patterns(),
    "op priorities": OpPriorities(),
    "log filter": LogFilter(),
}
GOOD = {
    "bool": ["1", "0", "true", "FALSE", "yes", "No", "on", "off", " 1 ", '"1"', "enabled"],
    "int": ["0", "-3", "+3", "1_000", " 7 "],
    "int 1..8": ["1", "8"],
    "int 1 or 2": ["1", "2"],
    "int levels": ["0", "2", "99"],
    "float": ["0", "1.5", "-1e-3", "inf", " 2 "],
    "float 0..1": ["0", "1", "0.24"],
    "choice": ["fast", "exact", "none"],
    "choice, any case": ["DEBUG", "debug", "Info"],
    "choice, open": ["fa", "anything", ""],
    "choice, also": ["nccl", "mccl"],
    "text": ["", "anything", "\n"],
    "size": ["0", "512m", "3g", "3G", "1.5g", ".5g", "3gb", "3GiB", "1e9", " 3g ", "+1k", "7b"],
    "size, small": ["1t", "1023g"],
    "path": ["", "a", "./a", "/a", "a~b", "/a/%i"],
    "path, absolute": ["/", "/a", ""],
    "path, ~": ["~/a", "~", "/a"],
    "path or word": ["stdout", "stderr", "/a", "stdout.log"],
    "path list": ["", "/a:/b", "::"],
    "url": ["http://a", "https://a:1/b?c#d", "HTTP://A", "http://u:p@h"],
    "url, nats": ["nats://a:4222"],
    "url list": ["http://a", "http://a,https://b:2", "etcd-0:2379,etcd-1:2379"],
    "host:port": ["a:1", "127.0.0.1:65535", "[::1]:80"],
    "interface": ["eth0", "bond0.100", "lo", "enp0s31f6", "a" * 15],
    "list": ["", "a,b", ","],
    "list of int": ["8", "8,3", " 8 , 3 "],
    "list, blanks kept": ["eth0,eth1"],
    "list, semicolon": ["a;b"],
    "patterns": ["", "*", "*a*,b?,[c]"],
    "op priorities": ["", ";", "a=vendor", " a = vendor | flagos ; ", "a=vendor:cuda|impl:x.y:z",
                      "a=vendor|", "a=vendor;b=reference"],
    "log filter": ["info", "INFO", "3", "off", "a=debug", "a::b=trace,warn", "info,", "",
                   "info,dynamo_runtime", "[span]=trace", "a[span]=info"],
}  # fmt: skip
BAD = [
    ("bool", "", "invalid-value", "is neither on nor off"),
    ("bool", "2", "invalid-value", "is neither on nor off"),
    ("bool", "maybe", "invalid-value", "is neither on nor off"),
    ("int", "", "invalid-value", "is not a whole number"),
    ("int", "1.0", "invalid-value", "is not a whole number"),
    ("int", "1" * 5000 + "x", "invalid-value", "is not a whole number"),
    ("int 1..8", "0", "out-of-bounds", "is less than 1"),
    ("int 1..8", "9", "out-of-bounds", "is more than 8"),
    ("int 1 or 2", "3", "invalid-value", "is not 1 or 2"),
    ("int levels", "-1", "out-of-bounds", "is less than 0"),
    ("float", "x", "invalid-value", "is not a number"),
    ("float", "0,5", "invalid-value", "is not a number"),
    ("float", "nan", "out-of-bounds", "is not a usable number: all comparisons with it are false"),
    ("float 0..1", "-0.1", "out-of-bounds", "is less than 0.0"),
    ("float 0..1", "inf", "out-of-bounds", "is more than 1.0"),
    ("choice", "Fast", "invalid-value", "is not one of fast, exact or none"),
    ("choice", "", "invalid-value", "is not one of fast, exact or none"),
    ("choice, any case", "WARN", "invalid-value", "is not DEBUG or INFO"),
    ("choice, any case", " INFO", "invalid-value", "is not DEBUG or INFO"),
    ("choice, also", "hccl", "invalid-value", "is not nccl or mccl"),
    ("size", "", "invalid-value", "is not a size"),
    ("size", "3 g", "invalid-value", "is not a size"),
    ("size", "3p", "invalid-value", "is not a size"),
    ("size", "-1", "invalid-value", "is not a size"),
    ("size", "1e999", "out-of-bounds", "is larger than any memory"),
    ("size, small", "1025g", "out-of-bounds", "is more than 1 TiB"),
    ("path", "~/a", "relative-path",
     "starts with ~, which is not expanded to the home directory"),
    ("path, absolute", "a", "relative-path", "is a relative path, but an absolute path is required"),
    ("path, absolute", "./a", "relative-path",
     "is a relative path, but an absolute path is required"),
    ("path, ~", "a", "relative-path", "is a relative path, but an absolute path is required"),
    ("path or word", "STDOUT", "invalid-value", "is read as a file name, not as stdout"),
    ("path or word", "stderr ", "invalid-value", "is read as a file name, not as stderr"),
    ("url", "", "invalid-value", "is not a URL"),
    ("url", "a:1", "invalid-value", "is not a URL"),
    ("url", "http://", "invalid-value", "is not a URL"),
    ("url", "http://a b", "invalid-value", "is not a URL"),
    ("url", "'http://a'", "invalid-value", "is not a URL"),
    ("url", "ftp://a", "invalid-value", "does not start with http:// or https://"),
    ("url, nats", "http://a", "invalid-value", "does not start with nats://"),
    ("url list", "http://a, http://b", "invalid-value", "is not a URL"),
    ("url list", "http://a,", "invalid-value", "is not a URL"),
    ("host:port", "a", "invalid-value", "is not host:port"),
    ("host:port", ":1", "invalid-value", "is not host:port"),
    ("host:port", "http://a:1", "invalid-value", "is not host:port"),
    ("host:port", "a b:1", "invalid-value", "is not host:port"),
    ("host:port", "a:0", "out-of-bounds", "has a port that is not between 1 and 65535"),
    ("host:port", "a:65536", "out-of-bounds", "has a port that is not between 1 and 65535"),
    ("host:port", "a:http", "out-of-bounds", "has a port that is not between 1 and 65535"),
    ("host:port", "a:\uff11", "out-of-bounds", "has a port that is not between 1 and 65535"),
    ("interface", "", "invalid-value", "cannot be a network interface name"),
    ("interface", "a b", "invalid-value", "cannot be a network interface name"),
    ("interface", "a/b", "invalid-value", "cannot be a network interface name"),
    ("interface", "a" * 16, "invalid-value", "cannot be a network interface name"),
    ("list of int", "8,x", "invalid-value", "has an item that is not a whole number"),
    ("list of int", "8,", "invalid-value", "has an item that is not a whole number"),
    ("list of int", "8,-1", "out-of-bounds", "has an item that is less than 0"),
    ("list, blanks kept", "eth0, eth1", "invalid-value",
     "has an item that cannot be a network interface name"),
    ("list, semicolon", "a;c", "invalid-value", "has an item that is not a or b"),
    ("op priorities", "a", "invalid-value",
     "has an item that is not op=backend, which the plugin silently ignores"),
    ("op priorities", "a=", "invalid-value",
     "has an item that is not op=backend, which the plugin silently ignores"),
    ("op priorities", "=vendor", "invalid-value",
     "has an item that is not op=backend, which the plugin silently ignores"),
    ("op priorities", "a=vendr", "invalid-value",
     "names a backend that is not one of flagos, vendor or reference"),
    ("op priorities", "a=vendor,b=flagos", "invalid-value",
     "names a backend that is not one of flagos, vendor or reference"),
    ("log filter", "info,warning", "invalid-value",
     "has an item that is neither a level nor target=level"),
    ("log filter", "a=verbose!", "invalid-value",
     "has an item that is neither a level nor target=level"),
    ("log filter", "info, debug", "invalid-value",
     "has an item that is neither a level nor target=level"),
]  # fmt: skip


@table(("kind", "text"), [(k, text) for k, texts in GOOD.items() for text in texts])
def test_good_text(kind: str, text: str) -> None:
    assert TYPES[kind].complain(text) is None


@table(("kind", "text", "rule", "message"), BAD)
def test_bad_text(kind: str, text: str, rule: str, message: str) -> None:
    complaint = TYPES[kind].complain(text)
    assert complaint is not None
    assert (complaint.kind, complaint.message) == (rule, message)


def test_every_type_has_good_texts() -> None:
    assert GOOD.keys() == TYPES.keys()


@table(
    ("kind", "text", "mend"),
    [
        ("bool", "maybe", "write 1 or 0"),
        ("int 1 or 2", "3", "write 1 or 2"),
        ("choice", "Fast", "did you mean fast?"),
        ("choice", "exakt", "did you mean exact?"),
        ("choice", "whatever", ""),
        ("choice", "exact,fast", "write only one of them"),
        ("size", "3 g", "write a size such as 512m or 3g"),
        ("path", "~/a", "write the full path"),
        ("path, absolute", "a", "start it with /"),
        ("path or word", "STDOUT", "write stdout"),
        ("url, nats", "a:1", "start it with nats://"),
        ("op priorities", "a=vendr", "did you mean vendor?"),
        ("op priorities", "a=b,c", "separate backends with | and operations with ;"),
        ("log filter", "info,warning", "did you mean warn?"),
        ("log filter", "info,a b", ""),
    ],
)
def test_mend(kind: str, text: str, mend: str) -> None:
    complaint = TYPES[kind].complain(text)
    assert complaint is not None
    assert complaint.help == mend


@table(
    ("kind", "name", "allowed", "words"),
    [
        ("bool", "bool", (), "on or off"),
        ("int", "int", (), "whole number"),
        ("int 1..8", "int", (), "whole number (at least 1, at most 8, in blocks)"),
        ("int 1 or 2", "int", ("1", "2"), "whole number: 1 or 2"),
        ("int levels", "int", ("0", "1", "3"), "whole number: 0, 1 or 3"),
        ("float 0..1", "float", (), "number (at least 0.0, at most 1.0)"),
        ("choice", "choice", ("fast", "exact", "none"), "fast, exact or none"),
        ("choice, open", "choice", (), "for example fa, sdpa"),
        ("choice, also", "choice", ("nccl",), "nccl or mccl"),
        ("text", "text", (), "any value"),
        ("size", "size", (), "number of bytes, optionally with a suffix: 512m, 3g"),
        ("path", "path", (), "file path"),
        ("path, absolute", "path", (), "absolute directory"),
        ("path or word", "path", (), "stdout, stderr or file path"),
        ("path list", "path list", (), "directories separated by :"),
        ("url", "url", (), "URL: http://... or https://..."),
        ("url list", "url list", (), "URLs separated by commas, without whitespace"),
        ("host:port", "host:port", (), "host:port"),
        ("interface", "interface", (), "network interface name"),
        ("list of int", "list", (), "whole number (at least 0); separate several with ','"),
        ("patterns", "patterns", (), "wildcard patterns separated by commas"),
        ("op priorities", "op priorities", (), "op=backend|backend;op=backend"),
        ("log filter", "log filter", (),
         "trace, debug, info, warn, error or off; or target=level; separated by commas"),
    ],
)  # fmt: skip
def test_what_people_are_told(kind: str, name: str, allowed: tuple[str, ...], words: str) -> None:
    type_ = TYPES[kind]
    assert (type_.name, type_.allowed, type_.words) == (name, allowed, words)


@table(
    ("text", "expected"),
    [
        ("medum", "medium"),
        ("MEDIUM", "medium"),
        ("'medium'", "medium"),
        (" medium ", "medium"),
        ("slwo", "slow"),
        ("", ""),
        ("xyz", ""),
        ("medium" * 5000, ""),
    ],
)
def test_nearest_word(text: str, expected: str) -> None:
    assert nearest(text, ("slow", "medium", "fast")) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [((), ""), (("a",), "a"), (("a", "b"), "a or b"), (("a", "b", "c"), "a, b or c")],
)
def test_one_of(words: tuple[str, ...], expected: str) -> None:
    assert one_of(words) == expected
