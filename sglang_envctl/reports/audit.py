"""The findings of `envctl audit`, as rows for every report format."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Literal, NamedTuple, TypeAlias

from sglang_envctl.audit.compare import Comparison, Differing, Unread, is_live
from sglang_envctl.audit.facts import Audit, Dynamic, Forward, Rename, Use
from sglang_envctl.errors import Unreadable
from sglang_envctl.redaction import MASK, Redactor
from sglang_envctl.registry.variable import Variable, documented_default
from sglang_envctl.text.secrets import without_odd_words
from sglang_envctl.text.words import words

Kind: TypeAlias = Literal["undocumented", "unread", "differing"]
"""The kinds of mismatch between docs and code: the values of `--only`."""


class Row(NamedTuple):
    """One line of the report, with each cell as text for users."""

    name: str
    reader: str
    default: str
    place: str
    remark: str


class AuditReport(NamedTuple):
    """The reads of a package, and how they differ from the docs."""

    target: str
    release: str | None
    files: int
    total: int
    """The number of names that the package reads, listed or not."""
    names: Mapping[str, tuple[Use, ...]]
    comparison: Comparison
    renames: tuple[Rename, ...]
    forwards: tuple[Forward, ...]
    dynamic: tuple[Dynamic, ...]
    unreadable: tuple[Unreadable, ...]

    @property
    def differs(self) -> bool:
        """Whether docs and code differ on a listed name."""
        return any(self.comparison)

    @property
    def known(self) -> frozenset[str]:
        """Every name in the report."""
        unread = (item.variable.name for item in self.comparison.unread)
        return frozenset((*self.names, *unread, *(rename.old for rename in self.renames)))

    @property
    def summary(self) -> str:
        """One line for the end of a run."""
        listed = "" if len(self.names) == self.total else f"{len(self.names):,} of "
        unread, undocumented, differing = map(len, self.comparison)
        return (
            f"{listed}{self.total:,} name{'s' * (self.total != 1)} read in {self.files:,} "
            f"file{'s' * (self.files != 1)} of {self.title}; {undocumented:,} not documented, "
            f"{unread:,} documented and not read, {differing:,} with a different default"
        )

    @property
    def title(self) -> str:
        """The target, with its release if that is known and not part of the name."""
        complete = self.release is None or self.release in self.target
        return self.target if complete else f"{self.target} ({self.release})"

    def of(self, kind: Kind) -> frozenset[str]:
        """Return the names with one kind of mismatch."""
        found: Mapping[Kind, Iterable[str]] = {
            "unread": (item.variable.name for item in self.comparison.unread),
            "undocumented": (use.name for use in self.comparison.undocumented),
            "differing": (item.variable.name for item in self.comparison.differing),
        }
        return frozenset(found[kind])

    def groups(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield all rows by kind: the names that are read, then the mismatches."""
        undocumented = self.of("undocumented")
        read: dict[str, list[Row]] = {
            title: [] for title in ("documented", "not documented", "tests only", "declared only")
        }
        for name, uses in self.names.items():
            read[_title(uses, documented=name not in undocumented)] += map(_read, uses)
        yield from read.items()
        yield "name not known", list(map(_dynamic, self.dynamic))
        yield "deprecated", [*map(_rename, self.renames), *map(_forward, self.forwards)]
        yield "documented, not read", list(map(_unread, self.comparison.unread))
        yield "default differs", list(map(_differing, self.comparison.differing))

    def only(self, kept: Collection[str]) -> AuditReport:
        """Return the report on these names alone; reads whose name is unknown are left out."""
        unread, undocumented, differing = self.comparison
        return self._replace(
            names={name: uses for name, uses in self.names.items() if name in kept},
            comparison=Comparison(
                tuple(item for item in unread if item.variable.name in kept),
                tuple(use for use in undocumented if use.name in kept),
                tuple(item for item in differing if item.variable.name in kept),
            ),
            renames=tuple(rename for rename in self.renames if rename.old in kept),
            forwards=(),
            dynamic=(),
        )


def report(
    target: str, release: str | None, found: Audit, comparison: Comparison, redactor: Redactor
) -> AuditReport:
    """Return the report of an audit, without the secrets in the code."""
    use = partial(_without_secrets, redactor)
    unread, undocumented, differing = comparison
    return AuditReport(
        target,
        release,
        found.files,
        len(found.names),
        {name: tuple(map(use, uses)) for name, uses in found.names.items()},
        Comparison(
            tuple(
                item._replace(
                    variable=_bare_variable(redactor, item.variable),
                    note=redactor.raw("", item.note),
                )
                for item in unread
            ),
            tuple(map(use, undocumented)),
            tuple(
                item._replace(variable=_bare_variable(redactor, item.variable), use=use(item.use))
                for item in differing
            ),
        ),
        tuple(
            replace(
                rename,
                transform=redactor.raw("", rename.transform),
                note=redactor.raw("", rename.note),
            )
            for rename in found.renames
        ),
        found.forwards,
        tuple(replace(item, text=_STRING.sub(_bare, item.text)) for item in found.dynamic),
        found.unreadable,
    )


def _without_secrets(redactor: Redactor, use: Use) -> Use:
    secret = redactor.is_secret(use.name)
    rule = _STRING.sub(lambda string: without_odd_words(string[0]), use.default_rule)
    return replace(
        use,
        # A string that a value is compared with.
        reader=use.reader.partition(":")[0] if secret else use.reader,
        default=redactor.default(use.name, use.default),
        default_rule=MASK if rule and secret else redactor.raw("", rule),
    )


def _bare_variable(redactor: Redactor, variable: Variable) -> Variable:
    if not isinstance(variable.default, str):
        return variable
    return replace(variable, default=str(redactor.default(variable.name, variable.default)))


_STRING = re.compile(r"""(["'])(.*?)\1""")
# A part of a name, rather than of a value: in one case, without digits among lowercase letters.
_NAME_PART = re.compile(r"[A-Z0-9_.%*-]*|[a-z_]*")


def _bare(string: re.Match[str]) -> str:
    """Return a string literal in which parts that cannot belong to a name are replaced by `...`."""
    quote, inside = string.groups()
    parts = re.split(r"(\{[^{}]*\})", inside)
    kept = (p if p.startswith("{") or _NAME_PART.fullmatch(p) else "..." for p in parts)
    return f"{quote}{''.join(kept)}{quote}"


def _title(uses: tuple[Use, ...], *, documented: bool) -> str:
    if is_live(uses):
        return "documented" if documented else "not documented"
    return "declared only" if all(use.declared_only for use in uses) else "tests only"


def _read(use: Use) -> Row:
    default = f"computed: {use.default_rule}" if use.default_rule else words(use.default)
    return Row(use.name, use.reader, default, use.where, "")


def _dynamic(item: Dynamic) -> Row:
    return Row("", "", "", item.where, item.text)


def _rename(item: Rename) -> Row:
    became = f"now {item.new}" if item.new else "removed"
    remark = "; ".join(filter(None, (became, item.transform, "" if item.new else item.note)))
    return Row(item.old, "", "", item.where, remark)


def _forward(item: Forward) -> Row:
    wins = "even over" if item.old_wins else "but not over"
    remark = f"copied to {item.new_prefix}*, {wins} a value that is set"
    return Row(f"{item.old_prefix}*", "", "", item.where, remark)


def _unread(item: Unread) -> Row:
    remark = "; ".join(filter(None, (f"use {item.instead}" if item.instead else "", item.note)))
    return Row(item.variable.name, "", documented_default(item.variable) or "", "", remark)


def _differing(item: Differing) -> Row:
    documented = documented_default(item.variable)
    remark = f"documented: {'not set' if documented is None else words(documented)}"
    return _read(item.use)._replace(remark=remark)
