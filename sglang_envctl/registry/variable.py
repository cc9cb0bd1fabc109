"""What a registry entry is made of: declared facts, nothing that looks at an environment.

Records here are named tuples, except the variable itself: every command defines all of these
classes, and a frozen dataclass takes seven times as long to define (0.45 ms against 0.06 ms).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from sglang_envctl.registry.types import Type

Level: TypeAlias = Literal["error", "warning", "info"]
"""How much it hurts when a relation is broken; the same words as a finding's severity."""


class Document(NamedTuple):
    """A public page that documents variables."""

    id: str
    title: str
    url: str | None
    """Where it can be read; None where the address could not be established."""
    note: str = ""


class Section(NamedTuple):
    """A group of variables, as the documents group them."""

    slug: str
    """What `--section` takes."""
    title: str
    heading: str
    """The heading in the document."""
    note: str = ""
    aside: bool = False
    """Names of other software, which `show` lists only where they are set or asked for."""


class FromVariable(NamedTuple):
    """A default that is the value of another variable."""

    name: str
    words: str
    """What the document prints in its default column."""


class Computed(NamedTuple):
    """A default that code works out when it runs."""

    words: str
    """What the document prints in its default column."""
    rule: str
    """How it is worked out, in words."""


Default: TypeAlias = str | None | FromVariable | Computed
"""The documented default: text as one would write it, None for "not set", or a rule."""


class Read(NamedTuple):
    """One place in running code that reads the variable, and by which grammar.

    `since` and `until` are SGLang releases, both included; empty means open-ended. Software that
    is not SGLang has its own releases, so its reads leave both empty, except where each release of
    SGLang pins one of that software.
    """

    reader: str
    """What `sglang_envctl.readers.find` knows: a key of READERS, or "raw." and the steps."""
    where: str
    """File and line, in the newest release that this entry covers."""
    since: str = ""
    until: str = ""
    default: object = None
    """What the code uses when the variable is unset."""
    default_rule: str = ""
    """The same in words, where the code works it out."""
    inert: bool = False
    """The text is fetched, but nothing acts on it."""
    effect: str = ""
    """What this reading does, where it is not the variable's main purpose."""


class Condition(NamedTuple):
    """A test on another variable's effective value."""

    name: str
    test: Literal["true", "not empty", "equals", "at least", "not zero"]
    value: str | int | None = None


class FallsBackTo(NamedTuple):
    """Unset, the variable takes the value of `other`."""

    other: str
    note: str = ""


class Requires(NamedTuple):
    """Setting this without `other` breaks something.

    With `value`, only that effective value asks for the companion; with `truthy`,
    only a value that reads as true.
    """

    other: str
    consequence: str
    level: Level = "warning"
    value: str | None = None
    truthy: bool = False


class Excludes(NamedTuple):
    """This and `other` must not both be set (`truthy`: must not both read as something true)."""

    other: str
    consequence: str
    level: Level = "error"
    truthy: bool = False


class EffectiveWhen(NamedTuple):
    """The variable is looked at only while `condition` holds.

    `unless` names something outside the environment (a request field, a flag) that can take the
    condition's place; the finding is then only information.
    """

    condition: Condition
    unless: str = ""
    note: str = ""
    still_parsed: bool = False
    """The text is parsed all the same, so that one which raises still does."""


class OverriddenBy(NamedTuple):
    """While all of `others` are set, this variable is not looked at."""

    others: tuple[str, ...]
    note: str = ""


class ChangesDefault(NamedTuple):
    """Setting this changes the default of `other` to `to`."""

    other: str
    to: str
    note: str = ""


class SetTogether(NamedTuple):
    """This and `other` belong together; one alone is unusual."""

    other: str
    note: str = ""


class Outside(NamedTuple):
    """Depends on something that no environment shows: a flag, a package, hardware."""

    needs: str
    note: str = ""


Relation: TypeAlias = (
    FallsBackTo
    | Requires
    | Excludes
    | EffectiveWhen
    | OverriddenBy
    | ChangesDefault
    | SetTogether
    | Outside
)


def others(relation: Relation) -> tuple[str, ...]:
    """The names of the other variables that a relation is about."""
    if isinstance(relation, Outside):
        return ()
    if isinstance(relation, OverriddenBy):
        return relation.others
    return (relation.condition.name if isinstance(relation, EffectiveWhen) else relation.other,)


class Listed(NamedTuple):
    """What the index says of a variable, so that its section need not be loaded."""

    module: str
    """The module of its section; empty for a variable that envctl does not ship."""
    secret: bool = False
    ambient: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One documented environment variable."""

    name: str
    type: Type
    section: Section
    owner: str
    """The software that reads it: sglang, sglang-diffusion, sglang_fl, maca, nvshmem, torch, ..."""
    documents: tuple[Document, ...]
    default: Default = None
    summary: str
    """One line: what setting it does."""
    details: str
    """What it does, when to use it, what surprises."""
    example: str | None = None
    secret: bool = False
    ambient: bool = False
    """The operating system's own (PATH, ...): exported only when named."""
    guess: bool = False
    """The document itself only guesses what the variable does."""
    relations: tuple[Relation, ...] = ()
    reads: tuple[Read, ...] = ()
    """Who reads it. An entry declares none where the release data says the same: when the section is
    loaded they come from `registry.reads`. Empty then: no code was found that reads it."""
    discrepancies: tuple[str, ...] = ()
    """Where the running code does something other than the document says."""
    replaced_by: str = ""
    """The name or flag to use instead, where nothing reads this one."""


def documented_default(variable: Variable) -> str | None:
    """The text of the document's default column, or None for "not set"."""
    default = variable.default
    return default.words if isinstance(default, FromVariable | Computed) else default
