"""The texts that both sides read: what people write into an environment, and what goes wrong there."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.registry.types import Choice
from sglang_envctl.registry.variable import Variable

# fmt: off
_SWITCHES = (
    "1", "0", "2", "-1", "01", "00", "1.0",
    "true", "TRUE", "True", "tRuE", " true", "true ", "\ttrue", "true\n", "\xa0true", "\u3000on",
    "false", "FALSE", "False", " false ",
    "yes", "YES", "y", "Y", "on", "ON", "On", "t", "T", "enable", "enabled",
    "no", "NO", "n", "N", "off", "OFF", "f", "F", "disable", "disabled",
    '"1"', "'1'", '"true"', "'0'",
)
_NUMBERS = (
    "+1", "-0", "--1", "+-1", "3", "7", "10", "1_000", "1__0", "_1", "1_", " 5", "5 ", "5\n",
    "5\t",
    "\xa05\xa0", "\u200b5", "\uff15", "\uff11_\uff10", "\u0665", "\xb2", "\xbd",
    "1.5", ".5", "5.", "1e3", "1E-3", "1e400", "-1e400", "1_0.5_0", "0.24", "-0.5", "0x10", "0b1",
    "0o7",
    "nan", "NaN", "-nan", "inf", "INF", "+inf", "-inf", "Infinity", "1,5", "1 000", "9" * 400,
    "9" * 5000,
)
_WORDS = (
    "", " ", "\t", "\n", "\xa0", ",", ";", "=", "-", "none", "None", "NONE", "null", "nil",
    "auto", "default",
    "junk", "two words", "a=b", "#", "\\", "$HOME", "${HOME}", "%(x)s", "%s", "{}", "\U0001f600",
    "\udcff",
    "e\u0301", "\xe9", "\u0130", "\xdf", "x" * 300, "long " * 2000,
)
_LISTS = (
    "a,b", " a , b ", "a,,b", ",a", "a,", ",,", " , ", "a;b", "a|b", "*", "all",
    "*rms*,diffusion.*", "[a-c]",
    "1,2,3", " 1 , 2 ,3 ", "1,,2", "1,2,", ",1", "1,x", "1;2", "1,2.0", "+1,-2,0", "1_0,\uff12",
    "8,3,3,2,2",
    '"a,b"', "a,b\n", "a,a", "a\xa0,\xa0b",
)
_PATHS = (
    "~", "~/", "~/x", "~root/x", "~nobody-of-that-name/x", " ~/x", "x/~", "./x", "../x", "x/",
    "x//y", ".", "..",
    "/", "//", "/x/", "x/..", "x/../..", "/nonexistent-for-envctl/x.log", "x-%i.log", "%i/%i",
    "%I", "$HOME/x",
    "stdout", "stderr", "STDOUT", "Stderr", " stdout", "stdout ", '"stdout"', "file:///x", "x\ty",
    "C:\\x",
)
_ADDRESSES = (
    "http://minio:9000", "https://s3.example.com", "HTTP://Minio:9000/", "minio:9000",
    "localhost", "//minio",
    "http://", "http:///x", "http://user:pw@minio:9000", "https://x.example/a?b=c#d",
    "ftp://minio", "s3://bucket",
    "http://[::1]:9000", "http://[::1", "::1", "http://minio:port", "http://mi nio",
    "http://minio ", " http://minio",
    "http://-minio", "http://min_io:9000", "http://minio.", "http://" + "a" * 64,
    '"http://minio"', "http://min\nio",
    "http://10.0.0.1:9000", "http://minio:99999", "http://caf\xe9", "https://?x",
    "us-east-1", "eu-west-1", "US-EAST-1", "us_east_1", "us-east-1 ", "-us", "us-", "a" * 63,
    "a" * 64, "us-east-1\n",
    "us.east.1", "\uff55s", "123", "1a", "us/east", "aws-global",
)
_CHOICES = (
    "s3", "S3", " s3", "s3 ", "s3\n", "gcs", "oss",
    "slow", "medium", "Medium", " medium", "fast", "ultra", "ULTRA",
    "static", "STATIC", "static ", "dynamic", "Dynamic",
    "cudnn", "CUDNN", "cutlass", "trtllm", "flashinfer_cudnn", "flashinfer_cutlass",
    "flashinfer_trtllm",
    "Flashinfer_TRTLLM", "flashinfer_auto", "flashinfer_", " auto", "auto ", "cudnn\n",
    "flashinfer-cudnn",
    "DEBUG", "debug", "INFO", "WARN", "CRITICAL", "fa", "cuda",
)
# fmt: on


def texts(variable: Variable | None = None) -> tuple[str, ...]:
    """What a reader is tried with: everything, and the variable's own words in several forms."""
    everything = (
        *(_SWITCHES + _NUMBERS + _WORDS + _LISTS),
        *(_PATHS + _ADDRESSES + _CHOICES),
        *(_own_words(variable) if variable else ()),
    )
    return tuple(dict.fromkeys(everything))


def _own_words(variable: Variable) -> Iterator[str]:
    words = variable.type.options if isinstance(variable.type, Choice) else ()
    for word in filter(None, (*words, variable.example)):
        yield from (word, word.upper(), f" {word}", f"{word} ", f'"{word}"', f"{word}x", word[:-1])
