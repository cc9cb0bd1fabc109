"""The functions for launchers. The command line parses options, calls them and prints.

`read` returns an environment, `settle` computes how a release reads it, and `check`, `diff` and
`export` return results about it. `load`, `load_each` and `load_sides` are `read` for many sources,
some of which may be unreadable.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from sglang_envctl.audit.release.chosen import chosen
from sglang_envctl.environment import Environment, Node
from sglang_envctl.errors import SourceError, Unreadable
from sglang_envctl.findings.check import Group, Scope, check_groups, check_settings, unused
from sglang_envctl.redaction import Redactor, redactor
from sglang_envctl.registry import Registry
from sglang_envctl.registry import load as shipped
from sglang_envctl.releases import ChosenRelease
from sglang_envctl.releases.own import OwnRelease
from sglang_envctl.rules import Finding
from sglang_envctl.settings import Settings
from sglang_envctl.settings import settle as settle_release
from sglang_envctl.sources import process
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import OnProgress, Side, Source, load, load_each, load_sides

if TYPE_CHECKING:
    from sglang_envctl.compare import Difference
    from sglang_envctl.exports.payload import Snapshot
    from sglang_envctl.nodes.comparison import Comparison
    from sglang_envctl.nodes.listing import Listing
    from sglang_envctl.selection import Selection

Release: TypeAlias = "str | ChosenRelease | None"
"""A release such as "0.5.23", or the result of `release`; None as in `release`."""

__all__ = [
    "check",
    "check_each",
    "context",
    "diff",
    "diff_nodes",
    "export",
    "list_nodes",
    "load",
    "load_each",
    "load_sides",
    "payload",
    "read",
    "registry",
    "release",
    "settle",
]


def read(*sources: Source, dialect: str = "dotenv") -> Environment:
    """Combine sources into one environment; later sources override earlier ones.

    A source is a file, `-` (standard input), `process` (the current environment), or a mapping such
    as `os.environ` or the `env` argument of `subprocess.run`. The default is `process`.

    Args:
        sources: the sources, in order.
        dialect: the dialect of .env files, such as `docker` or `systemd`.

    Raises:
        SourceError: a source cannot be read.
        UsageError: the name of a source is invalid.
    """
    loaded = load(sources or (process.LABEL,), context(dialect))
    for problem in loaded.unreadable:
        raise SourceError(str(problem))
    return loaded.environment


def context(
    dialect: str = "dotenv", dialects: tuple[str, ...] = (), timeout: float = 30
) -> Context:
    """Return the settings for reading sources: the current environment, dialects and a timeout.

    Args:
        dialect: the dialect of .env files.
        dialects: further dialects, for `check` to compare.
        timeout: the seconds within which the nodes of a cluster must answer.
    """
    return Context(
        process.snapshot(), dialect=dialect, dialects=dialects, timeout=timeout, collect=_collect
    )


def _collect() -> list[str]:
    """Return snapshots of the environments on the cluster node that runs this function."""
    from sglang_envctl.reports.collect import collect

    return collect()


def registry(*files: str) -> Registry:
    """Load the variables that envctl documents and the variables that TOML files declare.

    Raises:
        RegistryError: a file cannot be read or does not declare variables.
    """
    known = shipped()
    for file in files:
        from sglang_envctl.sources.registry_file import read as declared

        known = known.extended(declared(file))
    return known


def release(
    sglang: str | None = None, on_file: Callable[[int, int], None] | None = None
) -> ChosenRelease:
    """Return the release to check against: the named, the installed or the newest known one.

    Code that is not a known published release is scanned once and not imported: a wheel, source
    tree or site-packages folder that `sglang` names, or the installed package.

    Args:
        sglang: a version or a path.
        on_file: called with the number of scanned files and the total.

    Raises:
        ValueError: `sglang` is not a release.
        SourceError: `sglang` is a path without SGLang.
    """
    return chosen(sglang, on_file)


def settle(
    environment: Environment,
    *,
    sglang: Release = None,
    registry: Registry | None = None,
) -> Settings:
    """Compute how an SGLang release reads every documented variable.

    Args:
        environment: the result of `read`.
        sglang: a release such as "0.5.23", or the result of `release`; None as in `release`.
        registry: the documented variables; those that envctl ships, if None.

    Raises:
        ValueError: `sglang` is not a release.
    """
    return settle_release(environment, registry or shipped(), _release(sglang))


def check(
    environment: Environment | Settings,
    *,
    sglang: Release = None,
    registry: Registry | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    host: bool = False,
) -> tuple[Finding, ...]:
    """Return the findings about an environment; none of them contains a secret.

    Args:
        environment: the result of `read` or `settle`.
        sglang: as for `settle`.
        registry: as for `settle`.
        select: the rules to apply; all of them, if empty.
        ignore: the rules to leave out.
        host: whether to inspect this machine too.

    Raises:
        ValueError: `sglang` is not a release.
    """
    if isinstance(environment, Settings):
        settings = environment
    else:
        known = registry or shipped()
        settings = settle_release(environment, known, _release(sglang), every=False)
    hide = hider([settings.environment], settings.registry)
    checked = check_settings(settings, hide, Scope(select, ignore, host=host))
    return (*checked.findings, *unused([checked.comments] if checked.comments else []))


def check_each(
    environments: Sequence[Environment | Unreadable],
    *,
    sglang: Release | Sequence[Release] = None,
    registry: Registry | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    host: bool = False,
    on_environment: OnProgress | None = None,
) -> tuple[Finding, ...]:
    """Return the findings about several environments, each checked on its own.

    A problem in a layer that environments share is reported once, and a secret of one is hidden in all.
    A source that could not be read is a finding. With several releases, each finding is reported once,
    and names its releases if it does not occur in all of them.

    Raises:
        ValueError: `sglang` is not a release.
    """
    group = Group(environments, _releases(sglang))
    scope = Scope(select, ignore, host=host)
    return check_groups([group], registry or shipped(), scope, on_environment)


def hider(
    environments: Iterable[Environment], registry: Registry, *, show: bool = False
) -> Redactor:
    """Return the redactor, which decides which part of a value may be shown.

    Args:
        environments: the environments to show; their secrets and those of this process are hidden.
        registry: the variables, each declared as secret or not.
        show: whether to show secrets anyway.
    """
    return redactor(environments, registry, show=show, process=process.snapshot())


def diff(
    environments: Sequence[Environment],
    *,
    sglang: Release = None,
    releases: Sequence[str | None] = (),
    registry: Registry | None = None,
) -> tuple[Difference, ...]:
    """Return the differences between environments, including those in spelling only.

    Args:
        environments: the environments to compare, as `read` returned them.
        sglang: as for `settle`.
        releases: for each environment, the release to check it against; None means `sglang`.
        registry: as for `settle`.

    Raises:
        ValueError: `sglang` or an item of `releases` is not a release.
    """
    from sglang_envctl.compare import Settling, differences, settled

    common = _release(sglang)
    named = [common if name is None else _release(name) for name in releases]
    chosen = named or [common] * len(environments)
    sides = [Settling(e, release) for e, release in zip(environments, chosen, strict=True)]
    undocumented = any(name is not None for name in releases)
    known = registry or shipped()
    found = differences(settled(sides, known, undocumented=undocumented))
    explicit = frozenset[str]().union(*(environment.explicit for environment in environments))
    # PATH and similar names belong to the machine; no export has them, so no environment would be equal.
    return tuple(one for one in found if one.name in explicit or not known.is_ambient(one.name))


def diff_nodes(
    sides: Iterable[Side | Unreadable],
    *,
    sglang: Release = None,
    registry: Registry | None = None,
    raw: bool = False,
    by_role: bool = False,
    patterns: Mapping[str, str] = MappingProxyType({}),
) -> Comparison:
    """Return the differences between many environments, grouped by meaning.

    Args:
        sides: the environments to compare, as `load_sides` yields them.
        sglang: as for `settle`; None for the release of each node.
        registry: as for `settle`.
        raw: whether spellings of one value, such as 1 and true, count as different.
        by_role: whether to compare the nodes of each role, and then the roles.
        patterns: patterns of node names by role, for `by_role`.

    Raises:
        ValueError: `sglang` is not a release.
    """
    from sglang_envctl.nodes.comparison import compare

    return compare(
        sides,
        registry or shipped(),
        _release_of(sglang),
        raw=raw,
        patterns=dict(patterns) if by_role or patterns else None,
    )


def list_nodes(
    sides: Iterable[Side | Unreadable],
    selection: Selection,
    *,
    sglang: Release = None,
    registry: Registry | None = None,
) -> Listing:
    """Return the variables of many environments, grouped by value; arguments as for `diff_nodes`."""
    from sglang_envctl.nodes.listing import listing

    return listing(sides, registry or shipped(), _release_of(sglang), selection)


def _release_of(sglang: Release) -> Callable[[Node], str]:
    """Return a function that returns a node's release: the given release, or that of the node."""
    release = cache(_release)  # finding the installed release takes longer than settling a node
    return lambda node: release(sglang if sglang or not node.release else node.release)


def export(
    environment: Environment | Settings,
    form: str,
    *,
    sglang: Release = None,
    registry: Registry | None = None,
    names: Collection[str] = (),
    sections: Collection[str] = (),
) -> str:
    """Return an environment as text in a format such as `dotenv`, `shell` or `kubernetes`.

    Every assignment of files and mappings is written; of the current environment, only names that
    envctl knows. System variables such as PATH are written only if they match `names`. Nothing is
    checked.

    Args:
        environment: the result of `read` or `settle`.
        form: one of `exports.FORMATS`.
        sglang: as for `settle`.
        registry: as for `settle`.
        names: the names to write, or patterns with * and ?; all of them, if empty.
        sections: the slugs of the sections to write; all of them, if empty.

    Raises:
        ExportError: a ValueError; the format cannot represent some of the assignments.
        UsageError: nothing matches one of the names.
        ValueError: `sglang` is not a release.
    """
    from sglang_envctl.exports import write

    settings = _settled(environment, sglang, registry)
    return write(payload(settings, form, names=names, sections=sections), form)


def payload(
    settings: Settings,
    form: str,
    *,
    names: Collection[str] = (),
    sections: Collection[str] = (),
    defaults: bool = False,
    called: str = "",
    dialects: Collection[str] = (),
) -> Snapshot:
    """Return the assignments that `export` writes in a format.

    Args:
        settings: the result of `settle`.
        form: one of `exports.FORMATS`.
        names: as for `export`.
        sections: as for `export`.
        defaults: whether to write the defaults of variables that are not set.
        called: the name of the objects in the text, such as a ConfigMap.
        dialects: the dialects that must read a .env file in the same way.

    Raises:
        UsageError: nothing matches one of the names.
    """
    from sglang_envctl.exports import documents, written
    from sglang_envctl.exports.payload import NAME, Snapshot
    from sglang_envctl.exports.wanted import Wanted, assignments

    wanted = Wanted(tuple(names), frozenset(sections))
    found = tuple(assignments(settings, wanted, defaults=defaults))
    variables = tuple(filter(wanted.documented, settings.registry.variables))
    hide = redactor([settings.environment], settings.registry)
    snapshot = Snapshot(
        found, settings.release, hide.hidden(found), variables, called or NAME, tuple(dialects)
    )
    quality = "documented" if documents(form) else "set"
    wanted.refuse_unmatched(written(snapshot, form), quality)
    return snapshot


def _settled(
    environment: Environment | Settings,
    sglang: str | ChosenRelease | None,
    registry: Registry | None,
) -> Settings:
    if isinstance(environment, Settings):
        return environment
    return settle(environment, sglang=sglang, registry=registry)


def _releases(sglang: Release | Sequence[Release]) -> tuple[str, ...]:
    named = [sglang] if sglang is None or isinstance(sglang, (str, ChosenRelease)) else sglang
    return tuple(dict.fromkeys(map(_release, named)))


def _release(sglang: Release) -> str:
    if isinstance(sglang, OwnRelease):
        return sglang
    return sglang.release if isinstance(sglang, ChosenRelease) else release(sglang).release
