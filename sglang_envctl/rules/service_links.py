"""Report variables that Kubernetes sets for a Service but that SGLang reads as settings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sglang_envctl.environment import Note
from sglang_envctl.rules.rule import Finding, Rule, Subject

_POD = (
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: sglang\nspec:\n%s"
    "  containers:\n    - name: server\n"
)
_SERVICE = (
    "---\napiVersion: v1\nkind: Service\nmetadata:\n  name: sglang\n"
    "spec:\n  ports:\n    - port: 30000\n"
)
_LINK_PART = r"(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:ADDR|PORT|PROTO))?)"
_SERVICE_LINK = (
    rf"[A-Z_][A-Z0-9_]*(?:_SERVICE_HOST|_SERVICE_PORT(?:_[A-Z0-9_]+)?|_PORT{_LINK_PART})"
)
_LINK_VALUE = r"(?:tcp|udp|sctp)://"


def _if_read(note: Note, subject: Subject) -> Note | None:
    from sglang_envctl.releases import load

    release = subject.settings.release
    if note.name not in load(release).read_names(release):
        return None
    return note._replace(facts={**note.facts, "release": release})


SERVICE_LINK = Rule(
    slug="service-link",
    severity="warning",
    summary="A Service whose name makes Kubernetes set a variable that SGLang reads",
    why=(
        "For every Service of the namespace, Kubernetes sets NAME_PORT, NAME_SERVICE_HOST and "
        "more in every container. A Service named sglang sets SGLANG_PORT to "
        "tcp://10.0.0.5:30000, but SGLang expects a number."
    ),
    fix=(
        "Set enableServiceLinks: false in the pod, rename the Service, or set the variable "
        "yourself."
    ),
    wrong=_POD % "" + _SERVICE,
    right=_POD % "  enableServiceLinks: false\n" + _SERVICE,
    kind="kubernetes",
    message=(
        "Kubernetes sets it in every container for Service {service}; SGLang {release} reads it"
    ),
    help="set enableServiceLinks: false",
    decide=_if_read,
)

RULES = (SERVICE_LINK,)


def is_service_link(name: str, raw: str) -> bool:
    """Return whether Kubernetes injected a variable for a Service of the namespace
    (enableServiceLinks).
    """
    if "_PORT" not in name and "_SERVICE_HOST" not in name:
        return False
    if name.endswith("_PORT") and re.match(_LINK_VALUE, raw):
        return True
    return bool(re.fullmatch(_SERVICE_LINK, name))


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about variables that a running container got for a Service."""
    settings = subject.settings
    for setting in settings:
        if setting.status != "set" or not setting.assignment or setting.name in settings.rewrites:
            continue
        if is_service_link(setting.name, setting.raw or ""):
            message = "comes from a Service of this namespace; SGLang reads it as its own setting"
            help_ = "set enableServiceLinks: false in the pod, or rename the Service"
            at = setting.assignment.origin
            yield SERVICE_LINK.at(at, setting.name, message, help_, severity="info")
