"""A .env text judged by one or all rules."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from itertools import chain
from typing import cast

import pytest

from sglang_envctl.environment import Layer, Note, stack
from sglang_envctl.nodes.drift import drift
from sglang_envctl.nodes.fleet import alone
from sglang_envctl.redaction import redactor
from sglang_envctl.registry import load
from sglang_envctl.rules import Finding, Subject, run
from sglang_envctl.rules.suppressions import unused
from sglang_envctl.settings import settle
from sglang_envctl.sources import FileKind
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.host import Host

Judge = Callable[..., tuple[Finding, ...]]


def judge(
    text: str,
    *rules: str,
    release: str = "0.5.23",
    ignore: str = "",
    kind: str = "dotenv",
    dialects: tuple[str, ...] = ("dotenv",),
    host: Host | None = None,
    required: tuple[str, ...] = (),
) -> tuple[Finding, ...]:
    """The findings about a text, of the rules named or of all, each environment on its own."""
    source = cast("FileKind", import_module(f"sglang_envctl.sources.{kind}"))
    name = "test.yaml" if kind in ("compose", "kubernetes") else "test.env"
    context = Context(dialect=dialects[0], dialects=dialects if len(dialects) > 1 else ())
    layers = source.layers(name, text.encode("utf-8", "surrogateescape"), context)
    meant = [layer for layer in layers if not layer.aside]
    environments = [stack([layer]) for layer in meant]
    notes = drift(
        [alone(environment) for environment in environments],
        [settle(environment, load(), release, every=False) for environment in environments],
    )
    found = (
        judge_layers(
            layer,
            rules=rules,
            release=release,
            ignore=ignore,
            host=host,
            required=required,
            notes=notes.get(number, ()),
        )
        for number, layer in enumerate(meant)
    )
    return tuple(dict.fromkeys(chain.from_iterable(found)))


def judge_layers(
    *layers: Layer,
    rules: tuple[str, ...] = (),
    release: str = "0.5.23",
    ignore: str = "",
    host: Host | None = None,
    required: tuple[str, ...] = (),
    notes: tuple[Note, ...] = (),
) -> tuple[Finding, ...]:
    environment = stack(layers)
    subject = Subject(
        settle(environment, load(), release, every=False),
        redactor([environment], load()),
        host,
        frozenset(required),
        notes,
    )
    checked = run(subject, select=rules, ignore=ignore.split())
    comments = [checked.comments] if checked.comments else []
    return (*checked.findings, *unused(comments))


@pytest.fixture(name="judge", scope="session")
def judge_fixture() -> Judge:
    return judge


@pytest.fixture(name="judge_layers", scope="session")
def judge_layers_fixture() -> Judge:
    return judge_layers
