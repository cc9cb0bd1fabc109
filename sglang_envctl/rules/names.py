"""Check names that are not documented, and documented names that are not read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import zip_longest

from sglang_envctl.environment import Assignment, Environment
from sglang_envctl.registry.inherited import INHERITED
from sglang_envctl.registry.mistaken import MISTAKEN
from sglang_envctl.releases.renames import OWNED
from sglang_envctl.releases.versions import key
from sglang_envctl.rules.known.command import Command
from sglang_envctl.rules.known.names import PLUGIN_NAMES, known_names
from sglang_envctl.rules.known.use import tests_alone
from sglang_envctl.rules.rule import Finding, Remedy, Rule, Severity, Subject
from sglang_envctl.rules.service_links import is_service_link
from sglang_envctl.settings import Setting, Settings
from sglang_envctl.text.suggest import edits

UNKNOWN_VARIABLE = Rule(
    slug="unknown-variable",
    severity="error",
    summary="A name that no SGLang code reads",
    why=(
        "SGLang never reports an unknown name: the setting is ignored and the server runs with "
        "the default. A name that resembles one that is read is an error; one that spells a "
        "command-line option, such as SGLANG_TP_SIZE, a warning. Any other name is info, because "
        "plugins and forks have their own names; so is any name in a script that starts no "
        "server. Names that Kubernetes injects for Services, and names that the release reads, "
        "are never reported."
    ),
    fix="Use the suggested name or option, or remove the line.",
    wrong="SGLANG_CACHE_DIT_ENABELD=true\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
)
NOT_READ = Rule(
    slug="not-read",
    severity="warning",
    summary="A documented or previously read name that this release does not read",
    why=(
        "The value looks right but has no effect: docs can be outdated, and a release may stop "
        "reading a name."
    ),
    fix="Use the name that replaces it, if there is one; otherwise remove the line.",
    wrong="SGLANG_DIFFUSION_LOGGING_LEVEL=DEBUG\n",
    right="# envctl explain SGLANG_DIFFUSION_LOGGING_LEVEL\n",
)

UNDOCUMENTED = Rule(
    slug="undocumented",
    severity="info",
    summary="A name that the release reads but the docs do not mention",
    why=(
        "The variable has an effect, but it may not exist in the next release. envctl validates "
        "the value as the code reads it; envctl explain NAME shows where it is read."
    ),
    fix=(
        "Keep the variable if you know its effect. Otherwise, see envctl explain NAME, or remove the "
        "variable."
    ),
    wrong="SGLANG_LOG_GC=true\n",
    right="# envctl: ignore[undocumented]\nSGLANG_LOG_GC=true\n",
)

RULES = (UNKNOWN_VARIABLE, NOT_READ, UNDOCUMENTED)

SHORTEST_WORD = 4
"""The minimum length of a word of other software in which one wrong letter counts as a typo; one
letter more if only some of the software's names are documented.
"""
_PROGRAMS = ("python", "shell")
"""The kinds of sources that are general programs, which may have variables of their own."""
_AS_UNDERSCORE = str.maketrans("-. ", "___")


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about names."""
    settings = subject.settings
    for setting in settings:
        if setting.status != "set" or setting.name in settings.rewrites:
            continue
        if is_service_link(setting.name, setting.raw or ""):
            continue  # set by Kubernetes, not by the user
        if setting.not_read:
            if not _known_by_another_name(setting, settings):
                yield _not_read(setting, settings)
        elif (
            setting.name.startswith(OWNED)
            and setting.name in settings.environment.effective
            and not settings.registry.find(setting.name)
        ):
            yield _undocumented(setting, settings.release)
    names, rewrites = _Names(settings), settings.rewrites
    for assignment in settings.unknown():
        if assignment.name in rewrites and _reported_elsewhere(assignment.name, settings):
            continue
        if (found := names.finding(assignment)) and not is_service_link(*assignment[:2]):
            yield found


class _Names:
    """The findings about undocumented names of one environment."""

    def __init__(self, settings: Settings) -> None:
        self._known = known_names(settings.registry, settings.release)
        self._environment = settings.environment

    @cached_property
    def _referenced(self) -> frozenset[str]:
        """The names that values in the environment reference; they are probably the user's own."""
        layers = self._environment.layers
        return frozenset(r for layer in layers for a in layer.assignments for r in a.references)

    @cached_property
    def _command(self) -> Command:
        return Command(self._environment)

    @cached_property
    def _starts_server(self) -> bool:
        return starts_server(self._environment)

    def finding(self, assignment: Assignment) -> Finding | None:
        """Return the finding about a name, if any. A large file calls this a hundred thousand times."""
        name = assignment.name
        folded = name.upper()
        if not folded.isidentifier():
            folded = folded.translate(_AS_UNDERSCORE)
        if folded in MISTAKEN:
            return self._misnamed(assignment, (MISTAKEN[folded],), "warning")
        if folded.partition("_")[0] in self._known.heads:
            if folded.startswith(OWNED):
                return self._owned(assignment, folded)
            return self._foreign_name(assignment, folded)
        near = tuple(filter(self._known.works, self._known.with_other_prefix(folded)))
        if near:
            severity: Severity = "error" if near[0].startswith(OWNED) else "warning"
            return self._guess(assignment, near, severity)
        return None

    def _foreign_name(self, assignment: Assignment, folded: str) -> Finding | None:
        near = tuple(n for n in self._known.similar.near(folded) if self._is_slip(folded, n))
        if (whole := f"SGLANG_{folded}") in self._known.documented:
            near = (whole,)
        near = tuple(filter(self._known.works, near))
        if near and assignment.name not in self._known.ever_read:
            return self._guess(assignment, near, "warning")
        return None

    def _is_slip(self, name: str, meant: str) -> bool:
        """Return whether a name of other software is a typo, rather than an undocumented name of
        that software.

        If only some of the names are documented, a single letter must explain the difference, and
        not a plural: AWS_REGIONS is a different name. Names that differ in a short word, such as
        NPU and XPU, are different names too.
        """
        aside = meant in self._known.aside
        if edits(name, meant, 1 if aside else 2) is None or (aside and name == f"{meant}S"):
            return False
        words = zip_longest(name.split("_"), meant.split("_"), fillvalue="")
        differ = [pair for pair in words if pair[0] != pair[1]]
        shortest = SHORTEST_WORD + aside
        return len(differ) != 1 or max(map(len, differ[0])) >= shortest

    def _owned(self, assignment: Assignment, folded: str) -> Finding | None:
        name, known = assignment.name, self._known
        if name in PLUGIN_NAMES:
            return None
        if name in known.ever_read or known.data.last_rename(name) or known.respelled(name):
            return self._retired(assignment)
        if named := known.option(folded):
            return self._guess(assignment, (named,), "warning")
        if near := known.own_suggestions(name):
            typo = near[0] in known.documented or _slip(folded, near[0])
            sure = typo and not near[0].startswith("-")
            return self._guess(assignment, near, "error" if sure else "warning")
        message = "unknown variable: not documented, and similar to no name that SGLang reads"
        return UNKNOWN_VARIABLE.at(assignment.origin, name, message, severity="info")

    def _guess(self, assignment: Assignment, meant: tuple[str, ...], severity: Severity) -> Finding:
        """Report a name that resembles another; only with severity info if a script may use the
        name itself.
        """
        own = assignment.name in self._referenced or self._command.has(meant[0])
        if own or not self._starts_server:
            severity = "info"
        return self._misnamed(assignment, meant, severity)

    def _misnamed(
        self, assignment: Assignment, meant: tuple[str, ...], severity: Severity
    ) -> Finding:
        """Report a name that nothing reads, and what its author probably meant."""
        message, help_ = "unknown variable: no SGLang code reads it", ""
        remedy = None
        if meant[0].startswith("-"):
            message += f"; it is the {self._known.option_words(meant[0])}"
            help_ = f"pass {meant[0]} to the server"
        elif meant[0]:
            also = f" (or {', '.join(meant[1:])})" if len(meant) > 1 else ""
            message += f"; did you mean {meant[0]}{also}?"
            remedy = Remedy(name=meant[0], safe=False)
        else:
            help_ = "remove it"
        return UNKNOWN_VARIABLE.at(
            assignment.origin, assignment.name, message, help_, severity=severity, remedy=remedy
        )

    def _retired(self, assignment: Assignment) -> Finding:
        """Report a name that another release reads, or that this release reads with the prefix SGL_."""
        data, release = self._known.data, self._known.release
        rename, span = data.last_rename(assignment.name), data.first_last(assignment.name)
        message = f"has no effect: SGLang {release} does not read it"
        if span:
            first, last = span
            until = "" if last == data.releases[-1] else last
            message += f"; {_reading_releases(first, until)}"
        elif rename and rename.new:
            how = f" (value {rename.transform})" if rename.transform else ""
            message += f"; up to {rename.until} it was copied to {rename.new}{how}"
        words = (rename.new,) if rename and rename.new else rename.instead if rename else ()
        help_ = self._known.instead(assignment.name, words)
        severity: Severity | None = "info" if assignment.name in INHERITED else None
        return NOT_READ.at(assignment.origin, assignment.name, message, help_, severity=severity)


def starts_server(environment: Environment) -> bool:
    """Return whether a server may get this environment: false for a script that starts no server."""
    return any(
        layer.kind not in _PROGRAMS or layer.selector or layer.command
        for layer in environment.layers
    )


def _reported_elsewhere(name: str, settings: Settings) -> bool:
    """Return whether `rules.renames` reports the name, or another rule reports the new name that
    gets its value.
    """
    rewrite = settings.rewrites.get(name)
    return bool(rewrite and settings.get(rewrite.new)) or rewritten(name, settings)


def rewritten(name: str, settings: Settings) -> bool:
    """Return whether the value of a deprecated name is copied to a name that is read."""
    rewrite = settings.rewrites.get(name)
    if rewrite is None:
        return False
    new = settings.get(rewrite.new)
    return rewrite.fate in ("late", "crash") or (new is not None and not new.not_read)


def _slip(name: str, meant: str) -> bool:
    """Return whether the names differ by typos or word order, rather than by a different word."""
    return edits(name, meant, 3) is not None or sorted(name.split("_")) == sorted(meant.split("_"))


def _not_read(setting: Setting, settings: Settings) -> Finding:
    assert setting.assignment
    variable, release = setting.variable, settings.release
    place = setting.assignment.origin, setting.assignment.name
    if tests_alone(variable.name, release):
        message = "has no effect on a server: only SGLang's own tests read it"
        help_ = "remove it from the server's environment"
        return NOT_READ.at(*place, message, help_, severity="info")
    message = f"has no effect: SGLang {release} {setting.note}"
    acting = [read for read in variable.reads if not read.inert]
    if acting:
        from sglang_envctl.releases import load

        sinces, untils = ({read.since for read in acting}, {read.until for read in acting})
        since = "" if "" in sinces else min(sinces, key=key)
        until = "" if "" in untils else max(untils, key=key)
        deprecated = load(release).last_rename(variable.name)
        if deprecated and deprecated.new and until:
            until = max(until, deprecated.until, key=key) if deprecated.until else ""
        message += f"; {_reading_releases(since, until)}"
    known = known_names(settings.registry, release)
    help_ = known.instead(variable.name, (variable.replaced_by,))
    return NOT_READ.at(*place, message, help_)


def _known_by_another_name(setting: Setting, settings: Settings) -> bool:
    """Return whether the value came from a deprecated name that is read or copied."""
    assert setting.assignment
    name = setting.assignment.name
    own = settings.get(name)
    return name != setting.name and (
        rewritten(name, settings) or (own is not None and not own.not_read)
    )


def _reading_releases(since: str, until: str) -> str:
    """Name the releases that read a name; an empty release is open-ended."""
    if not until:
        return f"read since {since}"
    if not since:
        return f"read up to {until}"
    return f"read in {since}" if since == until else f"read from {since} to {until}"


def _undocumented(setting: Setting, release: str) -> Finding:
    assert setting.assignment
    (read, *_) = (
        (read for read, _ in setting.readings) if setting.readings else setting.variable.reads
    )
    reads = f"SGLang {release} reads it"
    if read.reader == "compiled":
        reads = f"a compiled part of SGLang {release} mentions it"
    message = f"not documented, but {reads} ({read.where})"
    return UNDOCUMENTED.at(setting.assignment.origin, setting.name, message)
