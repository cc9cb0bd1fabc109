"""Names that nothing documents, and documented names that nothing reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING

from sglang_envctl.environment import Assignment
from sglang_envctl.releases.renames import OWNED
from sglang_envctl.releases.versions import key
from sglang_envctl.rules.manifests import SERVICE_LINK
from sglang_envctl.rules.rule import Finding, Rule, Severity, Subject
from sglang_envctl.settings import Setting, Settings
from sglang_envctl.text.suggest import Namesakes, edits

if TYPE_CHECKING:
    from sglang_envctl.releases import ReleaseData, RenameSpan

UNKNOWN_VARIABLE = Rule(
    slug="unknown-variable",
    severity="error",
    summary="A name that nothing reads, and that looks like one that is read",
    why=(
        "SGLang never complains about a name it does not know: the setting is ignored and the server "
        "runs with the default. A name in SGLang's own namespace that resembles no known one is "
        "reported as information only, since plugins and forks have names of their own. Names that "
        "Kubernetes injects for services, and undocumented names that the release reads, are never "
        "reported."
    ),
    fix="Use the name offered, or remove the line.",
    wrong="SGLANG_CACHE_DIT_ENABELD=true\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
)
NOT_READ = Rule(
    slug="not-read",
    severity="warning",
    summary="A name that is documented, or was once read, and that this release does not read",
    why=(
        "Documents outlive code. The name is on a page, the value looks right, and no line of the "
        "release looks at it."
    ),
    fix="Use what replaces it, or remove the line.",
    wrong="SGLANG_DIFFUSION_LOGGING_LEVEL=DEBUG\n",
    right="# envctl explain SGLANG_DIFFUSION_LOGGING_LEVEL\n",
)

UNDOCUMENTED = Rule(
    slug="undocumented",
    severity="info",
    summary="A name that the release reads and no page documents",
    why=(
        "It has an effect, and nothing promises that the next release has it too. envctl judges its "
        "text by the way the code reads it; envctl explain NAME shows where that is."
    ),
    fix="Nothing, if you know what it does.",
    wrong="SGLANG_LOG_GC=true\n",
    right="# envctl: ignore[undocumented]\nSGLANG_LOG_GC=true\n",
)

RULES = (UNKNOWN_VARIABLE, NOT_READ, UNDOCUMENTED)

NEIGHBOURS = frozenset({"FLAGGEMS"})
"""First words of names that are none, but come from losing the SGLANG_ in front."""
SHORTEST_WORD = 4
"""Letters of a word of other software in which a wrong letter is taken for a slip; one more where
only some of its names are documented."""
PLUGIN_NAMES = frozenset(
    {
        "SGLANG_FL_DISPATCH_DEBUG",
        "SGLANG_FL_LOG_DIR",
        "SGLANG_FL_STUB_MODULES_EXTRA",
        "SGLANG_FL_TIMER",
        "SGLANG_FL_TIMER_ENABLE",
    }
)
"""What the FlagOS plugin reads and its page does not list."""

_LINK_PART = r"(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:ADDR|PORT|PROTO))?)"
_SERVICE_LINK = (
    rf"[A-Z_][A-Z0-9_]*(?:_SERVICE_HOST|_SERVICE_PORT(?:_[A-Z0-9_]+)?|_PORT{_LINK_PART})"
)
_AS_UNDERSCORE = str.maketrans("-. ", "___")
_LINK_VALUE = r"(?:tcp|udp|sctp)://"


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about names."""
    settings = subject.settings
    for setting in settings:
        if setting.status != "set" or setting.name in settings.rewrites:
            continue
        if is_service_link(setting.name, setting.raw or ""):
            yield _service_link(setting)
        elif setting.unread:
            if not _known_by_another_name(setting, settings):
                yield _not_read(setting, settings.release)
        elif setting.name in settings.environment.effective and not settings.registry.find(
            setting.name
        ):
            yield _undocumented(setting, settings.release)
    judge, rewrites = _Judge(settings), settings.rewrites
    for assignment in settings.unread():
        if assignment.name in rewrites and _told_already(assignment.name, settings):
            continue
        if (found := judge.finding(assignment)) and not is_service_link(*assignment[:2]):
            yield found


class _Judge:
    """Judges undocumented names; builds and reads what it needs when the first asks for it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._release = settings.release
        listed = settings.registry.listed
        self._documented = {name for name, entry in listed.items() if not entry.ambient}
        self._aside = frozenset(name for name in self._documented if listed[name].aside)

    @cached_property
    def _data(self) -> ReleaseData:
        from sglang_envctl.releases import load

        return load()

    @cached_property
    def _read(self) -> frozenset[str]:
        return self._data.read_names(self._release) | PLUGIN_NAMES

    @cached_property
    def _ever_read(self) -> frozenset[str]:
        return self._data.names()

    @cached_property
    def _namesakes(self) -> Namesakes:
        return Namesakes(self._documented)

    @cached_property
    def _likely(self) -> Namesakes:
        """Names that a slip in the first word may mean: those of software whose names are all known.

        NCCL, Hugging Face and the like have hundreds more than are documented here, and others that
        begin almost alike: OMP_AFFINITY and KMP_AFFINITY, HIP_ and ZIP_.
        """
        return Namesakes(self._documented - self._aside)

    @cached_property
    def _own_namesakes(self) -> Namesakes:
        """Those of SGLang's own namespace, with the names that it reads and no page documents."""
        return Namesakes(n for n in self._read | self._documented if n.startswith(OWNED))

    @cached_property
    def _heads(self) -> frozenset[str]:
        """First words of documented names, and of SGLang's namespaces: SGL, NVSHMEM, TRITON, ..."""
        words = {name.partition("_")[0] for name in (*OWNED, *self._documented)}
        return NEIGHBOURS | words

    def finding(self, assignment: Assignment) -> Finding | None:
        """What there is to say about a name. A large file asks this a hundred thousand times."""
        name = assignment.name
        folded = name.upper()
        if not folded.isidentifier():
            folded = folded.translate(_AS_UNDERSCORE)
        if folded.partition("_")[0] in self._heads:
            if folded.startswith(OWNED):
                return self._owned(assignment, folded)
            return self._foreign_name(assignment, folded)
        if near := self._likely.with_other_prefix(folded):
            severity: Severity = "error" if near[0].startswith(OWNED) else "warning"
            return _misspelt(assignment, near, severity)
        return None

    def _foreign_name(self, assignment: Assignment, folded: str) -> Finding | None:
        near = tuple(n for n in self._namesakes.near(folded) if self._is_slip(folded, n))
        if (whole := f"SGLANG_{folded}") in self._documented:
            near = (whole,)
        if near and assignment.name not in self._ever_read:
            return _misspelt(assignment, near, "warning")
        return None

    def _is_slip(self, name: str, meant: str) -> bool:
        """Whether a name of other software can hardly be one of its own that we do not know.

        Where only some of its names are documented, one letter has to explain the difference, and
        no plural: AWS_REGIONS is somebody's own. A short word is another word, as NPU and XPU are.
        """
        aside = meant in self._aside
        if edits(name, meant, 1 if aside else 2) is None or (aside and name == f"{meant}S"):
            return False
        words = zip_longest(name.split("_"), meant.split("_"), fillvalue="")
        differ = [pair for pair in words if pair[0] != pair[1]]
        shortest = SHORTEST_WORD + aside
        return len(differ) != 1 or max(map(len, differ[0])) >= shortest

    def _owned(self, assignment: Assignment, folded: str) -> Finding | None:
        name, at = assignment.name, assignment.origin
        if name in PLUGIN_NAMES:
            return None
        if name in self._ever_read or self._data.last_rename(name):
            return self._retired(assignment)
        if near := self._own_namesakes.near(name):
            sure = near[0] in self._documented or _slip(folded, near[0])
            return _misspelt(assignment, near, "error" if sure else "warning")
        message = "is not documented, and resembles no name that SGLang reads"
        return UNKNOWN_VARIABLE.at(at, name, message, severity="info")

    def _retired(self, assignment: Assignment) -> Finding:
        """About a name that some release knows, and this one does not read."""
        rename = self._data.last_rename(assignment.name)
        span = self._data.first_last(assignment.name)
        message = f"has no effect: SGLang {self._release} does not read it"
        if span:
            message += f"; {_span(*span)} do{'es' * (span[0] == span[1])}"
        elif rename and rename.new:
            how = f", {rename.transform}" if rename.transform else ""
            message += f"; up to {rename.until} it was copied to {rename.new}{how}"
        return NOT_READ.at(assignment.origin, assignment.name, message, _instead(rename))


def _instead(rename: RenameSpan | None) -> str:
    words = (rename.new,) if rename and rename.new else rename.instead if rename else ()
    return f"use {' or '.join(words)}" if words else "remove it"


def _told_already(name: str, settings: Settings) -> bool:
    """Whether a finding about the name that its text goes to speaks of it, or `rules.legacy` does."""
    rewrite = settings.rewrites.get(name)
    return bool(rewrite and settings.get(rewrite.new)) or rewritten(name, settings)


def rewritten(name: str, settings: Settings) -> bool:
    """Whether an old name's text goes to a name that means something."""
    rewrite = settings.rewrites.get(name)
    if rewrite is None:
        return False
    new = settings.get(rewrite.new)
    return rewrite.fate in ("late", "crash") or (new is not None and not new.unread)


def _misspelt(assignment: Assignment, near: tuple[str, ...], severity: Severity) -> Finding:
    also = f" (or {', '.join(near[1:])})" if len(near) > 1 else ""
    message = f"nothing reads this name; did you mean {near[0]}{also}?"
    return UNKNOWN_VARIABLE.at(assignment.origin, assignment.name, message, severity=severity)


def _slip(name: str, meant: str) -> bool:
    """Whether a slip of the fingers explains the difference, rather than another word."""
    return edits(name, meant, 3) is not None or sorted(name.split("_")) == sorted(meant.split("_"))


def is_service_link(name: str, raw: str) -> bool:
    """Whether Kubernetes injected this for a service of the namespace (enableServiceLinks)."""
    if name.endswith("_PORT") and re.match(_LINK_VALUE, raw):
        return True
    return bool(re.fullmatch(_SERVICE_LINK, name))


def _not_read(setting: Setting, release: str) -> Finding:
    assert setting.assignment
    variable = setting.variable
    message = f"has no effect: SGLang {release} {setting.note}"
    acting = [read for read in variable.reads if not read.inert]
    if acting:
        sinces, untils = {read.since for read in acting}, {read.until for read in acting}
        since = "" if "" in sinces else min(sinces, key=key)
        until = "" if "" in untils else max(untils, key=key)
        message += f"; {_reading_releases(since, until)}"
    help_ = f"use {variable.replaced_by}" if variable.replaced_by else "remove it"
    return NOT_READ.at(setting.assignment.origin, setting.assignment.name, message, help_)


def _known_by_another_name(setting: Setting, settings: Settings) -> bool:
    """Whether the text came from an old name that is read itself, or whose text goes further."""
    assert setting.assignment
    name = setting.assignment.name
    own = settings.get(name)
    return name != setting.name and (
        rewritten(name, settings) or (own is not None and not own.unread)
    )


def _reading_releases(since: str, until: str) -> str:
    """Which releases read a name; empty is open-ended."""
    if not until:
        return f"{since} and later do"
    if not since:
        return f"releases up to {until} do"
    return f"{_span(since, until)} do{'es' * (since == until)}"


def _service_link(setting: Setting) -> Finding:
    assert setting.assignment
    message = "comes from a Service of this namespace; SGLang takes it for its own setting"
    help_ = "set enableServiceLinks: false in the pod, or give the Service another name"
    at = setting.assignment.origin
    return SERVICE_LINK.at(at, setting.name, message, help_, severity="info")


def _undocumented(setting: Setting, release: str) -> Finding:
    assert setting.assignment
    (read, *_) = (
        (read for read, _ in setting.readings) if setting.readings else setting.variable.reads
    )
    message = f"is documented nowhere; SGLang {release} reads it ({read.where})"
    return UNDOCUMENTED.at(setting.assignment.origin, setting.name, message)


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"
