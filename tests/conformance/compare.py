"""When our reading of a text and what a release made of it are the same."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import NamedTuple

from sglang_envctl.readers import Reader, Reading, find
from sglang_envctl.registry.variable import Read, Variable
from sglang_envctl.text.truth import truth
from tests.conformance import cases
from tests.conformance.corpus import texts
from tests.conformance.release import Answer, Ask, answers

DEFAULT = "whatever the code uses when the variable is unset"


class Question(NamedTuple):
    """A text, the probe that puts it to the release, and what our reader says."""

    ask: Ask
    reading: Reading
    quiet: bool
    """Falling back to the default is not mentioned in the log."""


def about(variable: Variable, read: Read) -> list[Question]:
    """Every text put to one reader of one variable."""
    ask = Ask(cases.probe(variable, read), variable.name, None, cases.given(variable))
    quiet = read.reader in cases.QUIET
    questions = _questions(ask, texts(variable), find(read.reader), quiet=quiet)
    return [
        q._replace(reading=q.reading._replace(value=shaped(q.reading.value, read.reader)))
        for q in questions
    ]


def about_grammar(grammar: str) -> list[Question]:
    """Every text put to a variable of this class or function."""
    name = f"A_VARIABLE_OF_{grammar}"
    ask = Ask("runtime.grammar", name, None, {"DEFAULT": "true"})
    return _questions(ask, texts(), cases.GRAMMARS[grammar], quiet=grammar in cases.QUIET)


def _questions(
    ask: Ask, corpus: tuple[str, ...], reader: Reader, *, quiet: bool = False
) -> list[Question]:
    tried = [Question(ask._replace(text=text), reader(text, DEFAULT), quiet) for text in corpus]
    return [Question(ask, Reading(DEFAULT), quiet), *tried]


def disagreements(questions: list[Question], wheels: Mapping[str, Path]) -> list[str]:
    """One line for each text that the release takes otherwise than our reader."""
    found: list[str] = []
    unset = Answer(None, None, warned=False)
    asks = [question.ask for question in questions]
    for question, answer in zip(questions, answers(asks, wheels), strict=True):
        ask, reading, _ = question
        unset = answer if ask.text is None else unset
        if reading.outcome != "unverified" and not _agree(question, answer, unset):
            found.append(f"{ask.name}={ask.text!a:.60}: {reading!a:.150}, SGLang {answer!a:.150}")
    return found


def _agree(question: Question, answer: Answer, unset: Answer) -> bool:
    ask, reading, quiet = question
    wanted = unset.value if reading.value == DEFAULT else reading.value
    as_meant = ask.text is not None and truth(ask.text) is answer.value
    fell_back = answer.warned and not as_meant and as_json(answer.value) == as_json(unset.value)
    return (
        (answer.raised is not None) == (reading.outcome == "crash")
        and (not fell_back or reading.outcome in ("defaulted", "misread"))
        and (answer.warned or quiet or reading.outcome != "defaulted")
        and as_json(answer.value) == as_json(wanted)
    )


def as_json(value: object) -> str:
    """JSON as text, so that 1, 1.0 and true are three things; numbers without end are words."""
    text = json.dumps(value)
    return {"NaN": '"nan"', "Infinity": '"inf"', "-Infinity": '"-inf"'}.get(text, text)


def shaped(value: object, reader: str) -> object:
    """Where our reader keeps a text that the code then only rewrites: rewritten as the code does."""
    if isinstance(value, list):
        return list(dict.fromkeys(value)) if reader == "srt.plugins" else value
    if not isinstance(value, str) or value == DEFAULT:
        return value
    if reader in ("diffusion.path", "diffusion.path-or-unset"):
        return os.path.expanduser(value)
    return str(PurePath(value)) if reader == "kernel-api.path" else value
