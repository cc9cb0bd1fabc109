"""Names that a release reads and no page documents, as variables made from the release data."""

from __future__ import annotations

from sglang_envctl.registry import types
from sglang_envctl.registry.variable import Section, Variable
from sglang_envctl.releases.data import ReleaseData
from sglang_envctl.releases.reads import read_of
from sglang_envctl.releases.spans import Span
from sglang_envctl.text.secrets import looks_secret

SECTION = Section(
    slug="undocumented",
    title="SGLang: read, and not documented",
    heading="",
    note="What the code of the releases reads, and no page that envctl knows speaks of.",
)


def variable(name: str, data: ReleaseData) -> Variable | None:
    """A variable for a name that some release reads or copies; None for one that none knows."""
    runs, rename = data.runs(name), data.last_rename(name)
    if not runs and not rename:
        return None
    newest = runs[-1] if runs else None
    return Variable(
        name=name,
        type=_type(newest.reader if newest else ""),
        section=SECTION,
        owner="sglang-diffusion" if newest and "/multimodal_gen/" in newest.file else "sglang",
        documents=(),
        summary="Known to SGLang, and documented on no page that envctl knows",
        details=_what(newest),
        secret=looks_secret(name),
        reads=tuple(read_of(run, data) for run in reversed(runs)),
        replaced_by=(rename.new or " or ".join(rename.instead)) if rename else "",
    )


def _what(newest: Span | None) -> str:
    if newest is None:
        return "An old name, which no code reads itself."
    if newest.tests_only:
        return "Only SGLang's own tests look at it."
    return (
        "It is written down nowhere but in the code that reads it. envctl judges its text by the way "
        "that code takes it."
    )


def _type(reader: str) -> types.Type:
    """The type that a reader's results have."""
    last = reader.rpartition(".")[2].partition(":")[0].rpartition("-")[2]
    found: dict[str, types.Type] = {
        "bool": types.Bool(),
        "int": types.Int(),
        "float": types.Float(),
    }
    return found.get(last, types.Text())
