"""The parts of a registry entry: declared facts, without access to any environment.

All records except `Variable` are named tuples, because every command defines these classes, and a
frozen dataclass takes seven times as long to define (0.45 ms compared with 0.06 ms). For the same
reason, annotations are not postponed here and in `types`: a named tuple would compile each of them.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from sglang_envctl.registry.types import Type

Level: TypeAlias = Literal["error", "warning", "info"]
"""Severity of a finding about a broken relation."""


class Document(NamedTuple):
    """A public page that documents variables."""

    id: str
    title: str
    url: str | None
    """Address of the page; None if it is unknown."""
    note: str = ""


class Section(NamedTuple):
    """A group of variables, as the docs group them."""

    slug: str
    """The value for `--section`."""
    title: str
    heading: str
    """The heading in the docs."""
    note: str = ""
    aside: bool = False
    """Variables of other software, which `show` lists only if they are set or requested."""


class FromVariable(NamedTuple):
    """A default that is the value of another variable."""

    name: str
    words: str
    """The default column in the docs."""


class Computed(NamedTuple):
    """A default that code computes at run time."""

    words: str
    """The default column in the docs."""
    rule: str
    """How the code computes it, in words."""


Default: TypeAlias = str | None | FromVariable | Computed
"""The documented default: a value as a user would write it, None for "not set", or a rule."""


class Read(NamedTuple):
    """One place in running code that reads the variable, and the grammar it uses.

    `since` and `until` are SGLang releases, both inclusive; empty means open-ended. Other software
    has its own releases, so its reads leave both empty, unless each SGLang release pins a version
    of that software.
    """

    reader: str
    """Argument of `sglang_envctl.readers.find`: a key of READERS, or "raw." and the steps."""
    where: str
    """File and line in the newest release that this entry covers."""
    since: str = ""
    until: str = ""
    default: object = None
    """The value that the code uses if the variable is unset."""
    default_rule: str = ""
    """A description of the default, if the code computes it."""
    inert: bool = False
    """Whether the code reads the value but does not use it."""
    effect: str = ""
    """The effect of this read, if it is not the variable's main purpose."""


class Condition(NamedTuple):
    """A test on another variable's effective value."""

    name: str
    test: Literal["true", "not empty", "equals", "at least", "not zero"]
    value: str | int | None = None


class FallsBackTo(NamedTuple):
    """If unset, the variable has the value of `other`."""

    other: str
    note: str = ""


class Requires(NamedTuple):
    """Setting this variable without `other` breaks something.

    With `value`, only that effective value needs `other`; with `truthy`, only a value that is read
    as true.
    """

    other: str
    consequence: str
    level: Level = "warning"
    value: str | None = None
    truthy: bool = False


class Excludes(NamedTuple):
    """This variable and `other` must not both be set (`truthy`: must not both be true)."""

    other: str
    consequence: str
    level: Level = "error"
    truthy: bool = False


class EffectiveWhen(NamedTuple):
    """The variable is read only while `condition` holds.

    `unless` names something outside the environment (a request field, a flag) that can replace
    the condition; the severity of the finding is then `info`.
    """

    condition: Condition
    unless: str = ""
    note: str = ""
    still_parsed: bool = False
    """Whether the value is parsed even if the condition does not hold, so that an invalid value is
    an error.
    """


class OverriddenBy(NamedTuple):
    """While all of `others` are set, this variable is not read."""

    others: tuple[str, ...]
    note: str = ""


class ChangesDefault(NamedTuple):
    """Setting this variable changes the default of `other` to `to`."""

    other: str
    to: str
    note: str = ""


class SetTogether(NamedTuple):
    """This variable and `other` are usually set together."""

    other: str
    note: str = ""


class Outside(NamedTuple):
    """A dependency on something outside the environment: a flag, a package, hardware."""

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
    """Return the names of the other variables in a relation."""
    if isinstance(relation, Outside):
        return ()
    if isinstance(relation, OverriddenBy):
        return relation.others
    return (relation.condition.name if isinstance(relation, EffectiveWhen) else relation.other,)


class Listed(NamedTuple):
    """The index entry of a variable, for use without loading its section."""

    module: str
    """The module of its section; empty for a variable that envctl does not ship."""
    secret: bool = False
    ambient: bool = False
    aside: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
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
    """What the variable does, on one line."""
    details: str
    """Advice, limits and consequences, in two to five sentences."""
    example: str | None = None
    secret: bool = False
    ambient: bool = False
    """Whether it belongs to the operating system (PATH, ...), and is exported only if named
    explicitly.
    """
    required: bool = False
    """Whether it must be set; declared only in users' registry files."""
    guess: bool = False
    """Whether the docs themselves only guess the effect of the variable."""
    relations: tuple[Relation, ...] = ()
    reads: tuple[Read, ...] = ()
    """The code that reads it. If the release data has the same reads, they are not declared here,
    but added from `registry.reads` when the section is loaded. Empty if no code was found that
    reads it.
    """
    discrepancies: tuple[str, ...] = ()
    """Differences between the docs and the running code."""
    replaced_by: str = ""
    """The name or flag to use instead, if no code reads this one."""


def documented_default(variable: Variable) -> str | None:
    """Return the default column in the docs; None for "not set"."""
    default = variable.default
    return default.words if isinstance(default, FromVariable | Computed) else default
