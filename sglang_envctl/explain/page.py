"""Arrange everything about one variable, or one rule, as a page of blocks for a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.readers import grammar
from sglang_envctl.registry.consequences import CONSEQUENCES, Consequence
from sglang_envctl.registry.phrases import wanted, who_reads
from sglang_envctl.registry.scopes import SCOPES
from sglang_envctl.registry.variable import (
    ChangesDefault,
    EffectiveWhen,
    Excludes,
    FallsBackTo,
    Outside,
    OverriddenBy,
    Read,
    Relation,
    Requires,
    SetTogether,
    Variable,
    documented_default,
)
from sglang_envctl.releases.versions import within
from sglang_envctl.settings import reads_in
from sglang_envctl.text.escape import shorten, visible
from sglang_envctl.text.words import words

if TYPE_CHECKING:
    from sglang_envctl.environment import Assignment
    from sglang_envctl.redaction import Redactor
    from sglang_envctl.rules.rule import Finding, Rule
    from sglang_envctl.settings import Setting, Settings


HERE = "In this environment"
"""The heading of the only block that depends on the environment."""


class Facts(NamedTuple):
    """Short facts with their labels."""

    pairs: tuple[tuple[str, str], ...]


class Block(NamedTuple):
    """A heading and its content."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    code: str = ""


class Page(NamedTuple):
    """The page that `envctl explain` prints."""

    title: str
    subtitle: str
    lead: str
    facts: Facts
    blocks: tuple[Block, ...]
    url: str = ""
    """The address of the page in the reference; empty if it is unknown."""

    @property
    def labeled(self) -> tuple[tuple[str, str], ...]:
        """The facts, and the address of the reference page if there is one."""
        return (*self.facts.pairs, ("Reference page", self.url)) if self.url else self.facts.pairs

    @property
    def brief(self) -> Page:
        """The page without the blocks that are rarely needed; only their headings are listed."""
        more = [block.heading.lower() for block in self.blocks if block.heading in _MORE]
        if not more:
            return self
        blocks = (block for block in self.blocks if block.heading not in _MORE)
        return self._replace(blocks=(*blocks, Block("More with --full", (", ".join(more),))))


_MORE = ("In other releases", "History", "Docs")
"""The blocks that are rarely needed."""


def of_list(pattern: str, found: Mapping[str, str]) -> Page:
    """Return a page that lists the names that match `pattern`, each with its summary."""
    items = tuple(f"{name}: {summary}" for name, summary in found.items())
    block = Block("envctl explain NAME says more about", (), items)
    return Page(pattern, f"{len(found)} names", "", Facts(()), (block,))


def of_variable(
    setting: Setting,
    settings: Settings,
    redactor: Redactor,
    *,
    findings: Iterable[Finding] = (),
    history: Iterable[str] = (),
    unknown: Iterable[str] = (),
) -> Page:
    """Return the page of a variable, with its value in an environment or the reason why the value
    is unknown.
    """
    variable = setting.variable
    reads = reads_in(variable.reads, settings.release)
    here = tuple(f"Not known: {reason}." for reason in unknown)
    here = here or tuple(_here(setting, settings, redactor))
    blocks = (
        Block(HERE, here),
        Block("What envctl check says", (), tuple(map(_finding, findings))),
        Block("What it does", tuple(filter(None, _paragraphs(variable.details)))),
        Block("How it is read", tuple(_not_read(variable, reads)), tuple(map(_read, reads))),
        Block("Values to avoid", (), tuple(_consequences(variable.name, settings.release))),
        Block("In other releases", (), tuple(_read(r) for r in variable.reads if r not in reads)),
        Block("History", (), tuple(history)),
        Block("Related settings", (), tuple(map(_relation, variable.relations))),
        Block("Docs and code disagree", (), variable.discrepancies),
        Block("Docs", (), tuple(_documents(variable))),
    )
    return Page(
        variable.name,
        f"{variable.section.title} · read by {variable.owner}",
        f"{variable.summary}." if variable.summary else "",
        Facts(tuple(_facts(variable, setting, redactor))),
        tuple(block for block in blocks if block.paragraphs or block.items),
    )


def of_rule(rule: Rule) -> Page:
    """Return the page of a rule."""
    blocks = [Block("Why it matters", (rule.why,)), Block("What to do", (rule.fix,))]
    if rule.wrong:
        dialects = (
            "" if rule.dialects == ("dotenv",) else f" (dialect {' or '.join(rule.dialects)})"
        )
        blocks.append(Block(f"Wrong{dialects}", code=_example(rule.wrong)))
        blocks.append(Block("Right", code=_example(rule.right)))
    blocks.append(
        Block(
            "To silence it",
            (
                f"Pass --ignore {rule.slug}, or add this comment at the end of the line "
                "or on the line above it (file-ignore instead of ignore is for the whole file):",
            ),
            code=f"# envctl: ignore[{rule.slug}]",
        )
    )
    lead = f"{rule.summary}."
    return Page(rule.slug, f"rule · {rule.severity}", lead, Facts(()), tuple(blocks))


def _finding(finding: Finding) -> str:
    help_ = f" ({finding.help})" if finding.help else ""
    return f"{finding.severity} {finding.rule}: {finding.message}{help_}"


def _consequences(name: str, release: str) -> Iterator[str]:
    """Describe the consequences of some values that the code accepts."""
    for one in CONSEQUENCES.get(name, ()):
        if within(release, one.since, one.until):
            needs = f" (with {one.needs})" if one.needs else ""
            help_ = f": {one.help}" if one.help else ""
            yield f"{_values(one)}{needs}: {one.says}{help_}"


def _values(one: Consequence) -> str:
    options = one.operand if isinstance(one.operand, tuple) else (one.operand,)
    listed = " or ".join(dict.fromkeys(words(option) for option in options))
    return {
        "set": "any value",
        "true": "on",
        "equals": listed,
        "below": f"below {listed}",
        "above": f"above {listed}",
        "not one of": f"other than {listed}",
        "has word": listed,
        "within": f"a path in {listed}",
    }[one.test]


def _facts(variable: Variable, setting: Setting, redactor: Redactor) -> Iterator[tuple[str, str]]:
    yield "Type", variable.type.words
    documented = redactor.default(variable.name, documented_default(variable))
    if variable.documents:
        yield "Documented default", "not set" if documented is None else words(documented)
    if setting.default is not None:
        yield "Default in the code", _default(setting, redactor)
    elif setting.variable.reads and (rule := _default_rule(setting)):
        yield "Default in the code", rule
    if variable.example is not None:
        example = words(redactor.default(variable.name, variable.example))
        yield "Example", f"{variable.name}={example}"
    if who := SCOPES.get(variable.name):
        yield "Between nodes", _BETWEEN_NODES[who]
    if variable.secret:
        yield "Secret", "never shown, except by export and --show-secrets"
    if variable.replaced_by:
        yield "Use instead", variable.replaced_by
    if variable.guess:
        yield "Certainty", "the docs only guess what it does"


_BETWEEN_NODES = {
    "engine": "all ranks of an engine need the same value",
    "role": "prefill and decode servers may have different values",
    "node": "differs by nature",
    "network": "the kind of network has to be the same, not its name",
}


def _default(setting: Setting, redactor: Redactor) -> str:
    return words(redactor.default(setting.name, setting.default))


def _default_rule(setting: Setting) -> str:
    return next((read.default_rule for read in setting.variable.reads if read.default_rule), "")


def _here(setting: Setting, settings: Settings, redactor: Redactor) -> Iterator[str]:
    """Yield the value in this environment, and where it comes from."""
    name, own = setting.name, setting.assignment
    if setting.status == "set" and own:
        by = "" if own.name == name else f", by its deprecated name {own.name}"
        yield f"Set to {_text(own, name, redactor)} {_place(own)}{by}."
        yield from _taken(setting, own, redactor)
        shadowed = settings.environment.chain(own.name)[1:]
        if own.name != name:
            shadowed += settings.environment.chain(name)
        for loser in shadowed:
            yield f"It overrides {_text(loser, name, redactor)}, set {_place(loser)}."
        if not shadowed and setting.default is not None:
            yield f"The default is {_default(setting, redactor)}."
    elif setting.status == "fallback" and own:
        text = _text(own, setting.source, redactor)
        yield f"Not set. It falls back to {setting.source}, set to {text} {_place(own)}."
        yield from _taken(setting, own, redactor)
    elif setting.status == "implied":
        yield f"Not set. {setting.source} changes its default to {words(setting.value)}."
    elif setting.status == "default":
        yield f"Not set. The default is {_default(setting, redactor)}."
    else:
        yield "Not set."


def _taken(setting: Setting, own: Assignment, redactor: Redactor) -> Iterator[str]:
    """Describe how the value in force is read, and whether it has an effect."""
    if setting.outcome == "accepted":
        value = words(redactor.json(setting.name, own.raw, setting.value))
        yield f"It is read as {shorten(visible(value)) or 'not set'}."
    elif setting.outcome == "unverified":
        yield "envctl does not validate this value."
    elif setting.switched_off:
        yield f"No effect here: {_switched_off(setting)}."
    else:
        who = who_reads(setting.variable)
        yield f"{who[:1].upper()}{who[1:]} {setting.note}."


def _text(assignment: Assignment, name: str, redactor: Redactor) -> str:
    text = shorten(visible(redactor.of(assignment, name)))
    if assignment.unknown:
        return text
    return f"`{text}`" if text else "an empty string"


def _place(assignment: Assignment) -> str:
    """Return the place of an assignment as part of a sentence."""
    origin = assignment.origin
    if origin.file is not None:
        return f"at {origin}"
    return "in the current environment" if str(origin) == "process" else f"in {origin}"


def _switched_off(setting: Setting) -> str:
    """Explain why the value is not read."""
    for relation in setting.variable.relations:
        when = relation.condition if isinstance(relation, EffectiveWhen) else None
        if when and when.name == setting.switched_off:
            return f"it is only read while {wanted(when)}"
    several = " and " in setting.switched_off
    return (
        f"{setting.switched_off} {'are set and take' if several else 'is set and takes'} precedence"
    )


def _paragraphs(text: str) -> Iterator[str]:
    return (" ".join(part.split()) for part in text.split("\n\n"))


def _not_read(variable: Variable, reads: tuple[Read, ...]) -> Iterator[str]:
    if not variable.reads:
        yield "No code was found that reads this variable."
    elif not reads:
        yield "This release does not read it."
    elif all(read.inert for read in reads):
        yield "The code reads the value but does not use it."


def _read(read: Read) -> str:
    span = f"{_span(read)}, " if read.since or read.until else ""
    effect = f" Effect: {read.effect}." if read.effect else ""
    return f"{grammar(read.reader)}{effect} ({span}{read.where})"


def _span(read: Read) -> str:
    """Return the releases of a read: `up to 0.5.7`, `since 0.5.8`, `0.5.7`, `0.5.7 to 0.5.9`."""
    if not read.since:
        return f"up to {read.until}"
    if not read.until:
        return f"since {read.since}"
    return read.since if read.since == read.until else f"{read.since} to {read.until}"


def _relation(relation: Relation) -> str:
    text = getattr(relation, "note", "")
    note = f": {text}" if text else ""
    if isinstance(relation, FallsBackTo):
        return f"Falls back to {relation.other} if unset{note}"
    if isinstance(relation, Requires):
        return f"Requires {relation.other}: {relation.consequence}"
    if isinstance(relation, Excludes):
        return f"Conflicts with {relation.other}: {relation.consequence}"
    if isinstance(relation, EffectiveWhen):
        unless = f", or with {relation.unless}" if relation.unless else ""
        return f"Has an effect only while {wanted(relation.condition)}{unless}{note}"
    if isinstance(relation, OverriddenBy):
        verb = "are" if len(relation.others) > 1 else "is"
        return f"Ignored while {' and '.join(relation.others)} {verb} set{note}"
    if isinstance(relation, ChangesDefault):
        return f"Changes the default of {relation.other} to {relation.to}{note}"
    if isinstance(relation, SetTogether):
        return f"Usually set together with {relation.other}{note}"
    assert isinstance(relation, Outside)
    if relation.needs.startswith("no "):
        return f"Conflicts with {relation.needs.removeprefix('no ')}{note}"
    return f"Requires {relation.needs}{f'; {text}' if text else ''}"


def _documents(variable: Variable) -> Iterator[str]:
    for page in variable.documents:
        yield f"{page.title}: {page.url}" if page.url else page.title


def _example(text: str) -> str:
    return "\n".join(shorten(visible(line), 76) for line in text.split("\n")).rstrip()
