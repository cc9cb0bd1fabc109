"""What a launcher can call: sources to an environment, then settings, findings or export text."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sglang_envctl.environment import Assignment, Environment, Layer, Origin
from sglang_envctl.errors import SourceError
from sglang_envctl.exports import refusals, render
from sglang_envctl.exports.payload import Snapshot
from sglang_envctl.redaction import redactor
from sglang_envctl.registry import Registry, load
from sglang_envctl.releases import judged_as
from sglang_envctl.rules import Finding, Subject, run
from sglang_envctl.settings import Settings
from sglang_envctl.settings import settle as settle_release
from sglang_envctl.sources import process
from sglang_envctl.sources.load import layers, start

__all__ = ["check", "export", "read", "settle"]


def read(*sources: str | Mapping[str, str]) -> Environment:
    """Put sources on top of each other, the later winning.

    A source is a file, `-`, `process`, or a mapping such as `os.environ` or what is about to be
    handed to `subprocess`. Without any, the environment of this process is read.

    Raises:
        SourceError: a source cannot be read.
        UsageError: the name of a source makes no sense.
    """
    found = (s if isinstance(s, str) else _of_mapping(s) for s in sources or (process.LABEL,))
    loaded = layers(found, context=start())
    for problem in loaded.unreadable:
        raise SourceError(problem.words)
    return loaded.environment


def _of_mapping(values: Mapping[str, str]) -> Layer:
    origin = Origin("mapping")
    return Layer("mapping", "process", tuple(Assignment(*pair, origin) for pair in values.items()))


def settle(
    environment: Environment, *, sglang: str | None = None, registry: Registry | None = None
) -> Settings:
    """What an SGLang release makes of every documented variable.

    Args:
        environment: what `read` returned.
        sglang: a release such as "0.5.23"; the installed one, else the newest known, if None.
        registry: the documented variables; those that envctl ships, if None.

    Raises:
        ValueError: `sglang` is no release.
    """
    return settle_release(environment, registry or load(), judged_as(sglang).release)


def check(
    environment: Environment,
    *,
    sglang: str | None = None,
    registry: Registry | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
) -> tuple[Finding, ...]:
    """The findings about an environment; none of them holds a secret.

    Raises:
        ValueError: `sglang` is no release.
    """
    settled = settle(environment, sglang=sglang, registry=registry)
    subject = Subject(settled, redactor([environment], settled.registry))
    return run(subject, select=select, ignore=ignore)


def export(environment: Environment, form: str) -> str:
    """Every assignment in force as text of a format such as `dotenv`, `shell` or `kubernetes`.

    Raises:
        ValueError: the format cannot carry one of the assignments; the message names it.
    """
    assignments = tuple(environment.effective.values())
    for name, why in refusals(assignments, form).items():
        raise ValueError(f"{name} cannot be written as {form}: {why}")
    known = load()
    return render(
        Snapshot(
            assignments,
            judged_as(None).release,
            secrets=redactor([environment], known).hidden(assignments),
            variables=known.variables,
        ),
        form,
    )
