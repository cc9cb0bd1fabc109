"""What is wrong with the text of a Compose file or a Kubernetes manifest, whatever it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sglang_envctl.environment import Assignment, Layer, Note
from sglang_envctl.rules.rule import Finding, Rule, Severity, Subject
from sglang_envctl.text.escape import visible
from sglang_envctl.text.secrets import has_known_form

_POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: sglang\nspec:\n  containers:\n    - name: server\n"
_WEB = "services:\n  sglang:\n    image: lmsysorg/sglang\n"
_S3 = (
    "      SGLANG_CLOUD_STORAGE_TYPE: s3\n"
    "      SGLANG_S3_BUCKET_NAME: media\n"
    "      SGLANG_S3_ACCESS_KEY_ID: ${S3_USER:?}\n"
)
_LEADER = (
    "apiVersion: leaderworkerset.x-k8s.io/v1\nkind: LeaderWorkerSet\nmetadata: {name: engine}\nspec:\n"
    "  leaderWorkerTemplate:\n"
    "    leaderTemplate:\n      spec:\n        containers:\n          - name: leader\n            env:\n"
    "              - {name: SGLANG_USE_MLX, value: '1'}\n"
    "    workerTemplate:\n      spec:\n        containers:\n          - name: worker\n            env:\n"
)

NOT_A_STRING = Rule(
    slug="not-a-string",
    severity="error",
    summary="A value that YAML takes for a number, a boolean or worse",
    why=(
        "Kubernetes takes only texts and refuses the whole object for 1, true, yes or on without "
        "quotes. Compose takes numbers and writes them anew: 017 becomes 15, 1_000 becomes 1000, 1.10 "
        "becomes 1.1, 2026-01-01 gets a time of day; of that there is a warning."
    ),
    fix="Put the value in quotes.",
    wrong=f"{_POD}      env:\n        - name: SGLANG_CACHE_DIT_ENABLED\n          value: true\n",
    right=f'{_POD}      env:\n        - name: SGLANG_CACHE_DIT_ENABLED\n          value: "true"\n',
    kind="kubernetes",
)
REFUSED = Rule(
    slug="refused",
    severity="error",
    summary="A file that Compose or Kubernetes refuses for its environment",
    why=(
        "The mistake is one of form, and the reader does not start anything: a key that stands twice, "
        "an environment that is no list and no mapping, a service that extends itself."
    ),
    fix="Mend the line that is named.",
    wrong=f"{_WEB}    environment:\n",
    right=f"{_WEB}    environment: {{}}\n",
    kind="compose",
)
COLON_IN_LIST = Rule(
    slug="colon-in-list",
    severity="error",
    summary="NAME: value as an entry of a list",
    why=(
        "In the list form of Compose an entry is NAME=value; with a colon it is refused, or, in quotes, "
        "taken for a name that no shell has, so that nothing is set. In a manifest an entry is a name "
        "and a value, each with its key."
    ),
    fix="Write - NAME=value, or leave out the dash; in a manifest write - name: NAME and value: text.",
    wrong=f'{_WEB}    environment:\n      - "SGLANG_CACHE_DIT_ENABLED: true"\n',
    right=f"{_WEB}    environment:\n      - SGLANG_CACHE_DIT_ENABLED=true\n",
    kind="compose",
)
DOLLAR_EATEN = Rule(
    slug="dollar-eaten",
    severity="warning",
    summary="A $ in a value that is lost on the way",
    why=(
        "Compose takes a $ and the letters behind it for a variable and puts nothing in their place "
        "when there is none: half of a password is gone. Kubernetes makes one $ of two."
    ),
    fix="Write $$ for a $ in a Compose file; in a manifest a $ needs nothing, but $$( before a name.",
    wrong=f"{_WEB}    environment:\n      GREETING: rent$money\n",
    right=f"{_WEB}    environment:\n      GREETING: rent$$money\n",
    kind="compose",
)
NEEDS_SHELL = Rule(
    slug="needs-shell",
    severity="info",
    summary="A reference that only the shell that runs Compose can fill",
    why=(
        "The name is neither in the .env file beside the Compose file nor in the environment envctl "
        "runs in. Where Compose does not find it either, the reference becomes the empty text."
    ),
    fix="Define it in the .env file, give a default, ${NAME:-text}, or insist on it: ${NAME:?why}.",
    wrong=f"{_WEB}    environment:\n      HF_HOME: ${{NO_SUCH_NAME}}/huggingface\n",
    right=f"{_WEB}    environment:\n      HF_HOME: ${{NO_SUCH_NAME:?where}}/huggingface\n",
    kind="compose",
)
UNEXPANDED_REFERENCE = Rule(
    slug="unexpanded-reference",
    severity="warning",
    summary="$(NAME) of a name that is not set before it",
    why=(
        "Kubernetes puts in what stands above in the same container; anything else, a command too, "
        "stays in the value as it is written."
    ),
    fix="Set the name above, or write $$(NAME) if the text is meant.",
    wrong=f"{_POD}      env:\n        - name: HF_HOME\n          value: $(CACHE)/huggingface\n",
    right=(
        f"{_POD}      env:\n        - name: CACHE\n          value: /data\n"
        "        - name: HF_HOME\n          value: $(CACHE)/huggingface\n"
    ),
    kind="kubernetes",
)
SERVICE_LINK = Rule(
    slug="service-link",
    severity="warning",
    summary="A Service whose name makes Kubernetes set a variable that SGLang reads",
    why=(
        "For every Service of the namespace Kubernetes sets NAME_PORT, NAME_SERVICE_HOST and more in "
        "every container. A Service called sglang sets SGLANG_PORT to tcp://10.0.0.5:30000, where "
        "SGLang expects a number."
    ),
    fix="Set enableServiceLinks: false in the pod, rename the Service, or set the variable yourself.",
    wrong=(
        f"{_POD}---\napiVersion: v1\nkind: Service\nmetadata:\n  name: sglang\nspec:\n"
        "  ports:\n    - port: 30000\n"
    ),
    right=(
        f"{_POD.replace('spec:', 'spec:' + chr(10) + '  enableServiceLinks: false')}---\n"
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: sglang\nspec:\n  ports:\n    - port: 30000\n"
    ),
    kind="kubernetes",
)
INLINE_CREDENTIAL = Rule(
    slug="inline-credential",
    severity="warning",
    summary="A credential that stands in the file in clear",
    why=(
        "Whoever reads the file, its history or the object in the cluster has it. Of a name that only "
        "sounds like a secret this is information."
    ),
    fix="Hand it on: ${NAME:?} in a Compose file, valueFrom with a secretKeyRef in a manifest.",
    wrong=f"{_WEB}    environment:\n{_S3}      SGLANG_S3_SECRET_ACCESS_KEY: not-a-real-secret\n",
    right=f"{_WEB}    environment:\n{_S3}      SGLANG_S3_SECRET_ACCESS_KEY: ${{S3_SECRET:?}}\n",
    kind="compose",
)
SHADOWED = Rule(
    slug="shadowed",
    severity="info",
    summary="An assignment that another place of the same source replaces",
    why=(
        "What environment says wins over env_file, what env says over envFrom, the later over the "
        "earlier. Whoever edits the one that loses changes nothing."
    ),
    fix="Keep the one that wins.",
    wrong=(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"
        "data:\n  SGLANG_CACHE_DIT_ENABLED: 'true'\n---\n"
        f"{_POD}      envFrom:\n        - configMapRef: {{name: settings}}\n"
        "      env:\n        - {name: SGLANG_CACHE_DIT_ENABLED, value: 'false'}\n"
    ),
    right=(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"
        "data:\n  SGLANG_CACHE_DIT_ENABLED: 'true'\n---\n"
        f"{_POD}      envFrom:\n        - configMapRef: {{name: settings}}\n"
    ),
    kind="kubernetes",
)
ROLE_DRIFT = Rule(
    slug="role-drift",
    severity="info",
    summary="A variable that differs between the leader and the workers of one engine",
    why=(
        "Every rank of an engine reads its own environment. Where they differ by mistake, one node "
        "takes another path than the rest, and the engine hangs or its output is wrong."
    ),
    fix="Give leader and workers the same values, or say in a comment why not.",
    wrong=f"{_LEADER}              - {{name: SGLANG_USE_MLX, value: '0'}}\n",
    right=f"{_LEADER}              - {{name: SGLANG_USE_MLX, value: '1'}}\n",
    kind="kubernetes",
)
MISSING_FILE = Rule(
    slug="missing-file",
    severity="warning",
    summary="An env_file that cannot be read",
    why=(
        "Compose does not start the service without it. Here it may be missing because it is not "
        "committed; what it sets could then not be judged."
    ),
    fix="Put it there, or write required: false if the service can do without it.",
    wrong=f"{_WEB}    env_file: no-such-file.env\n",
    right=f"{_WEB}    env_file:\n      - path: no-such-file.env\n        required: false\n",
    kind="compose",
)

RULES = (
    NOT_A_STRING,
    REFUSED,
    COLON_IN_LIST,
    DOLLAR_EATEN,
    NEEDS_SHELL,
    UNEXPANDED_REFERENCE,
    SERVICE_LINK,
    INLINE_CREDENTIAL,
    SHADOWED,
    ROLE_DRIFT,
    MISSING_FILE,
)
_KINDS = ("compose", "kubernetes")
_INLINE = ("environment", "env")
_SHORTEST = 8
"""Letters of a credential; less is a placeholder or a test."""
# Compiled on first use; few files need it.
_PLACEHOLDER = (
    r"(?i:[<\[{(/.]|.*(?:x{4}|\*{3}|\.{3}|your|change|replace|placeholder|example|dummy|todo"
    r"|not-?needed))"
)
_ROLES = {
    "both": "the leader has another value: both are ranks of one engine",
    "leader": "is set on the leader only, and the workers are ranks of the same engine",
    "worker": "is set on the workers only, and the leader is a rank of the same engine",
}


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about the text of every Compose file and manifest."""
    for layer in subject.settings.environment.layers:
        if layer.kind in _KINDS:
            for note in layer.notes:
                if note.kind in _OF_NOTE and (found := _OF_NOTE[note.kind](note, subject)):
                    yield found
            for assignment in layer.assignments:
                yield from _credential(assignment, layer, subject)
            yield from _shadowed(layer)


def _not_a_string(note: Note, subject: Subject) -> Finding:
    del subject
    reader, outcome, what = note.detail.split(":")
    who, mend = reader.capitalize(), "put it in quotes"
    if outcome == "rewritten":
        message = f"YAML takes it for {what}, which {who} writes in another way"
        return NOT_A_STRING.at(note.origin, note.name, message, mend, severity="warning")
    message = f"YAML takes it for {what}, and {who} refuses the file: it wants a text"
    return NOT_A_STRING.at(note.origin, note.name, message, mend)


def _refused(note: Note, subject: Subject) -> Finding:
    del subject
    who, _, why = visible(note.detail).partition(": ")
    return REFUSED.at(note.origin, note.name, f"{who} refuses it: {why}")


def _colon_in_list(note: Note, subject: Subject) -> Finding:
    del subject
    in_manifest = note.detail == "kubernetes"
    mend = f"write name: {visible(note.name)} and value:" if in_manifest else "write NAME=value"
    return COLON_IN_LIST.at(note.origin, note.name, "a colon in a list sets nothing", mend)


def _dollar_eaten(note: Note, subject: Subject) -> Finding:
    del subject
    if note.detail == "doubled":
        return DOLLAR_EATEN.at(note.origin, note.name, "Kubernetes makes one $ of $$", "write one")
    message = "a $ in it begins a reference to a name that is not set, so both are lost"
    return DOLLAR_EATEN.at(note.origin, note.name, message, "write $$ for a $")


def _needs_shell(note: Note, subject: Subject) -> Finding:
    shown = _reference(note, subject, "${", "}")
    message = f"{shown} takes its value from the shell that runs Compose, or is the empty text"
    return NEEDS_SHELL.at(note.origin, note.name, message)


def _unexpanded(note: Note, subject: Subject) -> Finding:
    shown = _reference(note, subject, "$(", ")")
    message = f"{shown} is not set above it, so Kubernetes leaves it as it stands"
    return UNEXPANDED_REFERENCE.at(note.origin, note.name, message)


def _reference(note: Note, subject: Subject, begin: str, end: str) -> str:
    """A reference as it stands, but for one in a secret: it may be a piece of it."""
    hidden = not note.detail or note.name in subject.redactor.names
    return f"{begin}{'...' if hidden else visible(note.detail)}{end}"


def _missing_file(note: Note, subject: Subject) -> Finding:
    del subject
    message = f"the env_file cannot be read: {visible(note.detail)}"
    return MISSING_FILE.at(note.origin, note.name, message)


def _service_link(note: Note, subject: Subject) -> Finding | None:
    from sglang_envctl.releases import load

    release = subject.settings.release
    if note.name not in load().read_names(release):
        return None
    message = (
        f"Kubernetes sets it in every container for Service {visible(note.detail)}, and SGLang "
        f"{release} reads it"
    )
    return SERVICE_LINK.at(note.origin, note.name, message, "set enableServiceLinks: false")


def _role_drift(note: Note, subject: Subject) -> Finding | None:
    if not note.name.startswith("SGL") and not subject.settings.get(note.name):
        return None
    return ROLE_DRIFT.at(note.origin, note.name, _ROLES[note.detail])


_OF_NOTE: dict[str, Callable[[Note, Subject], Finding | None]] = {
    "not-a-string": _not_a_string,
    "refused": _refused,
    "colon-in-list": _colon_in_list,
    "dollar-eaten": _dollar_eaten,
    "needs-shell": _needs_shell,
    "unexpanded-reference": _unexpanded,
    "missing-file": _missing_file,
    "service-link": _service_link,
    "role-drift": _role_drift,
}


def _credential(assignment: Assignment, layer: Layer, subject: Subject) -> Iterator[Finding]:
    name, raw = assignment.name, assignment.raw
    if (
        name not in subject.redactor.names
        or assignment.origin.key not in _INLINE
        or assignment.references
        or assignment.confidential
        or len(raw) < _SHORTEST
        or re.match(_PLACEHOLDER, raw)
    ):
        return
    setting = subject.settings.get(name)
    certain = has_known_form(raw) or (setting is not None and setting.variable.secret)
    severity: Severity | None = None if certain else "info"
    mend = "use a secretKeyRef" if layer.kind == "kubernetes" else "hand it on with ${NAME:?}"
    message = "a credential stands here in clear"
    yield INLINE_CREDENTIAL.at(assignment.origin, name, message, mend, severity=severity)


def _shadowed(layer: Layer) -> Iterator[Finding]:
    winners = {a.name: a for a in layer.assignments}
    for assignment in layer.assignments:
        winner = winners[assignment.name]
        apart = (
            winner.origin.key != assignment.origin.key
            or winner.origin.file != assignment.origin.file
        )
        if apart and winner.text != assignment.text:
            message = f"is set again at {visible(str(winner.origin))}, and that one wins"
            yield SHADOWED.at(assignment.origin, assignment.name, message)
