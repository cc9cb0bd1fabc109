"""Readers that a name spells out give what the code with these steps gives."""

from __future__ import annotations

from collections.abc import Callable

from sglang_envctl.readers import find, grammar
from sglang_envctl.releases import load
from tests.tables import table

TEXTS = (
    "", " ", "0", "1", "2", "-1", "01", " 1", "1 ", "\uff11", "1_000", "1.0", "1e3", "nan", "inf",
    "true", "True", "TRUE", " true ", "false", "False", "yes", "Yes", "y", "no", "n", "on", "ON", "off",
    "none", "None", "auto", "a,b", "a, b,", ",", ";", "x=y", "/srv/x", "~/x", "%i", "\u00a01", "\u00a0",
    "is\u0307", "s3", "S3", "nightly", "junk", "0x10", "1\n", "default",
)  # fmt: skip


def _raise() -> object:
    raise ValueError


CODE: dict[str, Callable[[str], object]] = {
    "raw.text": lambda text: text,
    "raw.setdefault": lambda text: text,
    "raw.path": lambda text: text,
    "raw.required": lambda text: text,
    "raw.required-path": lambda text: text,
    "raw.text-or-unset": lambda text: text or None,
    "raw.lower-text-or-unset": lambda text: text.lower() or None,
    "raw.strip-text": lambda text: text.strip(),
    "raw.strip-lower-text": lambda text: text.strip().lower(),
    "raw.upper-text": lambda text: text.upper(),
    "raw.lower-one-of:device_rdma|sdma": lambda text: text.lower(),
    "raw.equals:default": lambda text: text,
    "raw.float-int": lambda text: int(float(text)),
    "raw.lower-only:s3": lambda text: _raise() if text.lower() != "s3" else "s3",
    "raw.int": int,
    "raw.required-int": int,
    "raw.float": float,
    "raw.int-bool": lambda text: bool(int(text)),
    "raw.is-one": lambda text: text == "1",
    "raw.truthy": bool,
    "raw.strip-truthy": lambda text: bool(text.strip()),
    "raw.presence": lambda _text: True,
    "raw.lower-equals:true": lambda text: text.lower() == "true",
    # Which branch comes first says nothing: the code asks for 1, and 1 is what it does then.
    "raw.not-equals:1": lambda text: text == "1",
    "raw.equals:0": lambda text: text != "0",
    "raw.lower-in:0|false": lambda text: text.lower() not in ("0", "false"),
    "raw.lower-in:1|on|true|yes": lambda text: text.lower() in ("1", "on", "true", "yes"),
    "raw.strip-lower-in:1|on|true|yes": lambda text: (
        text.strip().lower() in ("1", "on", "true", "yes")
    ),
    "raw.strip-lower-not-in:|0|false|no|off": lambda text: (
        text.strip().lower() not in ("", "0", "false", "no", "off")
    ),
    "raw.split:,": lambda text: text.split(","),
    "raw.contains:night": lambda text: "night" in text,
    "raw.startswith:/": lambda text: text.startswith("/"),
}


@table("name", CODE)
def test_reader_gives_what_its_steps_give(name: str) -> None:
    def run(text: str) -> object:
        try:
            return repr(CODE[name](text))
        except (ValueError, OverflowError):
            return "crash"

    def read(text: str) -> object:
        reading = find(name)(text, None)
        return "crash" if reading.outcome == "crash" else repr(reading.value)

    assert {text: read(text) for text in TEXTS} == {text: run(text) for text in TEXTS}


@table(
    ("name", "text", "outcome"),
    [
        ("raw.lower-equals:true", "1", "misread"),
        ("raw.lower-equals:true", "TRUE", "accepted"),
        ("raw.lower-equals:true", "no", "accepted"),
        ("raw.truthy", "0", "misread"),
        ("raw.truthy", "false", "misread"),
        ("raw.presence", "off", "misread"),
        ("raw.is-one", "yes", "misread"),
        ("raw.not-equals:1", "1", "accepted"),
        ("raw.not-equals:1", "0", "accepted"),
        ("raw.not-equals:1", "true", "misread"),
        ("raw.equals:0", "false", "misread"),
        ("raw.equals:s3", "1", "unverified"),
        ("raw.strip-lower-one-of:0|1", "yes", "unverified"),
        ("raw.only:grpc", "http", "crash"),
        ("diffusion.bool unless raw.strip-lower-equals:auto", " Auto", "accepted"),
        ("diffusion.bool unless raw.strip-lower-equals:auto", "maybe", "misread"),
        ("raw.int", "", "crash"),
        ("raw.text", "no", "accepted"),
        ("raw.try-int", "1", "accepted"),
        ("raw.try-int", "abc", "unverified"),
        ("raw.float-int", "inf", "crash"),
        ("srt.int only >0 <=1024", "1024", "accepted"),
        ("srt.int only >0 <=1024", "0", "crash"),
        ("srt.int only >0 <=1024", "abc", "defaulted"),
        ("srt.float only >=0.5", "0.4", "crash"),
        ("srt.float perhaps <1", "0.4", "accepted"),
        ("srt.float perhaps <1", "1", "unverified"),
        ("srt.int only 0|1|2", "2", "accepted"),
        ("srt.int only 0|1|2", "7", "crash"),
        ("srt.int only >0 perhaps ?", "0", "crash"),
        ("srt.int only >0 perhaps ?", "8", "unverified"),
        ("srt.text only ~{gpu}", "/run/{gpu}.sock", "accepted"),
        ("srt.text only ~{gpu}", "/run/gpu.sock", "crash"),
        ("srt.tuple perhaps ?", "a, b", "unverified"),
        # What the scanner could not make out is said to be so.
        ("raw.in:?", "1", "unverified"),
        ("raw.json", "{}", "unverified"),
        ("nobody.knows", "1", "unverified"),
    ],
)
def test_outcome(name: str, text: str, outcome: str) -> None:
    assert find(name)(text, None).outcome == outcome


def test_every_reader_of_the_release_data_has_its_words() -> None:
    data = load()
    keys = {span.reader for name in data.names() for span in data.history(name)}
    assert [key for key in sorted(keys) if not grammar(key)] == []
    unknown = {key for key in keys if find(key) is find("unknown")}
    assert unknown == {
        "raw.in:?", "raw.json", "raw.not-equals:?", "raw.one-of:?", "raw.one-of:?|all",
        "raw.required-equals:?",
        "raw.startswith:?",
    }  # fmt: skip
