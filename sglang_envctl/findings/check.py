"""Check environments, each on its own, for each release of its group."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.environment import Environment, Note
from sglang_envctl.errors import Unreadable
from sglang_envctl.redaction import Redactor, redactor
from sglang_envctl.registry import Registry
from sglang_envctl.rules.rule import Finding, Subject
from sglang_envctl.rules.run import Checked, in_releases, run, unreadable
from sglang_envctl.settings import Settings, settle
from sglang_envctl.sources import process

if TYPE_CHECKING:
    from sglang_envctl.nodes.fleet import Fleet
    from sglang_envctl.rules.suppressions import Comments
    from sglang_envctl.sources.host import Host


class Group(NamedTuple):
    """Environments with the same releases to check against and the same required names."""

    environments: Sequence[Environment | Unreadable]
    releases: tuple[str, ...]
    required: frozenset[str] = frozenset()
    fleet: Fleet | None = None
    """The nodes, if the sources contain snapshots of nodes."""

    @property
    def all(self) -> Iterator[Environment | Unreadable]:
        """Every environment, once for all nodes that share it, and every source that could not be
        read.
        """
        yield from self.environments
        if self.fleet:
            yield from (one.environment for one in self.fleet.groups)
            yield from self.fleet.unreadable


class Scope(NamedTuple):
    """The rules and options of a check, the same for every environment."""

    select: Collection[str] = ()
    """The rules to apply; empty means all."""
    ignore: Collection[str] = ()
    """The rules to leave out."""
    host: bool = False
    """Whether to inspect this machine too."""


def check_groups(
    groups: Sequence[Group],
    registry: Registry,
    scope: Scope,
    on_environment: Callable[[int, int], None] | None = None,
) -> tuple[Finding, ...]:
    """Return the findings about every environment.

    A problem in a layer that several environments share is reported once, and a secret of one
    environment is hidden in all.
    """
    several = [(group, environment) for group in groups for environment in group.environments]
    fleets = [group.fleet for group in groups if group.fleet]
    snapshots = [one.environment for fleet in fleets for one in fleet.groups]
    read = [e for _, e in several if isinstance(e, Environment)]
    hide = redactor([*read, *snapshots], registry, process=process.snapshot())
    ranks = {
        number: settle(one, registry, group.releases[0], every=False)
        for number, (group, one) in enumerate(several, 1)
        if isinstance(one, Environment) and one.node and one.node.engine
    }
    notes = _drift(ranks)
    found: dict[Finding, Finding] = {}
    comments: list[Comments] = []
    for number, (group, environment) in enumerate(several, 1):
        if isinstance(environment, Unreadable):
            finding = unreadable(environment.source, environment.reason)
            found[finding] = finding
        else:
            settings = ranks.get(number) or settle(
                environment, registry, group.releases[0], every=False
            )
            checked = _in_each(settings, group, hide, scope, notes.get(number, ()))
            for finding in in_releases({r: each.findings for r, each in checked.items()}):
                found.setdefault(_place(finding) if len(several) > 1 else finding, finding)
            comments += (each.comments for each in checked.values() if each.comments)
        if on_environment:
            on_environment(number, len(several))
    of_nodes = [
        finding
        for group in groups
        if group.fleet
        for finding in _of_nodes(group.fleet, group, registry, hide, scope)
    ]
    return (*of_nodes, *found.values(), *unused(comments))


def _of_nodes(
    fleet: Fleet, group: Group, registry: Registry, hide: Redactor, scope: Scope
) -> Iterator[Finding]:
    from sglang_envctl.findings.nodes import check_fleet

    yield from (unreadable(problem.source, problem.reason) for problem in fleet.unreadable)

    def settled(environment: Environment) -> Settings:
        return settle(environment, registry, group.releases[0], every=False)

    def check_one(settings: Settings, notes: tuple[Note, ...]) -> tuple[Finding, ...]:
        found = _in_each(settings, group, hide, scope, notes)
        return tuple(in_releases({release: each.findings for release, each in found.items()}))

    yield from check_fleet(fleet, settled, check_one)


def _in_each(
    settings: Settings, group: Group, hide: Redactor, scope: Scope, notes: tuple[Note, ...]
) -> dict[str, Checked]:
    """Return the result of the check for each release of the group; `settings` are those for the
    first release.
    """
    first, *others = group.releases
    again = (
        settle(settings.environment, settings.registry, release, every=False) for release in others
    )
    each = zip((first, *others), (settings, *again), strict=True)
    return {
        release: check_settings(one, hide, scope, group.required, notes) for release, one in each
    }


def check_settings(
    settings: Settings,
    hide: Redactor,
    scope: Scope,
    required: frozenset[str] = frozenset(),
    notes: tuple[Note, ...] = (),
) -> Checked:
    """Apply the rules to the settings of one environment in one release."""
    declared = (v.name for v in settings.registry.added.values() if v.required)
    host = _host(settings) if scope.host else None
    subject = Subject(settings, hide, host, required.union(declared), notes)
    return run(subject, select=scope.select, ignore=scope.ignore)


def _drift(ranks: Mapping[int, Settings]) -> Mapping[int, tuple[Note, ...]]:
    """Return the notes about differing ranks of one engine, by the same keys as `ranks`."""
    if len(ranks) < 2:
        return {}
    from sglang_envctl.nodes.drift import drift
    from sglang_envctl.nodes.fleet import alone

    settled = list(ranks.values())
    found = drift([alone(settings.environment) for settings in settled], settled)
    return {number: found.get(position, ()) for position, number in enumerate(ranks)}


def unused(comments: Collection[Comments]) -> Iterator[Finding]:
    """Yield the findings about comments that silence nothing."""
    if comments:
        from sglang_envctl.rules.suppressions import unused as found

        yield from found(comments)


def _host(settings: Settings) -> Host:
    """Inspect this machine, as far as the settings mention it."""
    from sglang_envctl.rules.host import named
    from sglang_envctl.sources.host import look

    return look(*named(settings))


def _place(finding: Finding) -> Finding:
    """Return a copy of a finding without the name of its source, so that findings about one place are
    equal.
    """
    origin = finding.origin
    return finding._replace(origin=origin._replace(source=origin.file or origin.source, key=""))
