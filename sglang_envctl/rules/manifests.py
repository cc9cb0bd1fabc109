"""Report problems in the form of a Compose file, a Kubernetes manifest or a Dockerfile."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sglang_envctl.environment import Assignment, Layer
from sglang_envctl.rules.files import hide_reference
from sglang_envctl.rules.rule import Finding, Remedy, Rule, Severity, Subject, Variant
from sglang_envctl.text.escape import visible
from sglang_envctl.text.secrets import has_known_form

_POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: sglang\nspec:\n  containers:\n    - name: server\n"
_WEB = "services:\n  sglang:\n    image: lmsysorg/sglang\n"
_S3 = (
    "      SGLANG_CLOUD_STORAGE_TYPE: s3\n"
    "      SGLANG_S3_BUCKET_NAME: media\n"
    "      SGLANG_S3_ACCESS_KEY_ID: ${S3_USER:?}\n"
)
NOT_A_STRING = Rule(
    slug="not-a-string",
    severity="error",
    summary="A value that YAML reads as a number, a boolean or something else",
    why=(
        "Kubernetes accepts only strings and rejects the whole object for 1, true, yes or on "
        "without quotes. Python raises TypeError for anything but a string in an environment, and "
        "so does Ray for a runtime environment. Compose accepts numbers but reformats them: 017 "
        "becomes 15, 1_000 becomes 1000, and 1.10 becomes 1.1; the severity is then warning. It "
        "refuses a date such as 2026-01-01, to which older versions add a time of day."
    ),
    fix="Put the value in quotes.",
    wrong=f"{_POD}      env:\n        - name: SGLANG_CACHE_DIT_ENABLED\n          value: true\n",
    right=f'{_POD}      env:\n        - name: SGLANG_CACHE_DIT_ENABLED\n          value: "true"\n',
    kind="kubernetes",
    message="YAML reads the value as {what}, so {who} refuses the file",
    help="put it in quotes",
    remedy=Remedy(quoted=True),
    variants={
        "rewritten": Variant(
            "YAML reads the value as {what}, which {who} writes in another form",
            "put it in quotes",
            "warning",
        ),
        "python": Variant(
            "this value is not a string, and Python raises TypeError here", "put it in quotes"
        ),
        "ray": Variant(
            "this value is not a string, and Ray refuses the job with a TypeError",
            "put it in quotes",
        ),
    },
)
REFUSED = Rule(
    slug="refused",
    severity="error",
    summary="A file that Compose or Kubernetes rejects because of its environment",
    why=(
        "Nothing is started, because the file is malformed: a key appears twice, an environment "
        "is neither a list nor a mapping, or a service extends itself."
    ),
    fix="Fix the line that the message names.",
    wrong=f"{_WEB}    environment:\n",
    right=f"{_WEB}    environment: {{}}\n",
    kind="compose",
    message="{who} refuses the file: {reason}",
)
COLON_IN_LIST = Rule(
    slug="colon-in-list",
    severity="error",
    summary="NAME: value as an item of a list",
    why=(
        "In the list form of Compose, an item is NAME=value. An item with a colon is rejected or, "
        "in quotes, read as one long name, so nothing is set. In a manifest, an item is a mapping "
        "with name and value."
    ),
    fix=(
        "Write - NAME=value, or remove the dash; in a manifest, write name: NAME and value: VALUE."
    ),
    wrong=f'{_WEB}    environment:\n      - "SGLANG_CACHE_DIT_ENABLED: true"\n',
    right=f"{_WEB}    environment:\n      - SGLANG_CACHE_DIT_ENABLED=true\n",
    kind="compose",
    message="a list entry with a colon sets nothing",
    help="write NAME=value",
    variants={
        "manifest": Variant("an entry with a colon sets nothing", "write name: {name} and value:")
    },
)
DOLLAR_EATEN = Rule(
    slug="dollar-eaten",
    severity="warning",
    summary="A value that loses a $, or a $ and the text after it",
    why=(
        "Compose reads a $ and the letters after it as a reference and replaces an unset name by "
        "an empty string, so half of a password is lost. Kubernetes turns $$ into one $."
    ),
    fix=(
        "In a Compose file, write $$ for $. In a manifest, write $$$$ for $$, $$( for a literal "
        "$(, and any other $ as it is."
    ),
    wrong=f"{_WEB}    environment:\n      GREETING: rent$money\n",
    right=f"{_WEB}    environment:\n      GREETING: rent$$money\n",
    kind="compose",
    message=(
        "contains a $ that is read as a reference to an unset variable, so part of the value is "
        "lost"
    ),
    help="write $$ for a $",
    variants={"doubled": Variant("Kubernetes turns $$ into one $", "write one")},
)
NEEDS_SHELL = Rule(
    slug="needs-shell",
    severity="info",
    summary="A reference that is resolved only in the shell that runs Compose",
    why=(
        "The name is neither in the .env file next to the Compose file nor in the environment of "
        "envctl. If Compose does not find the name either, the reference becomes an empty string."
    ),
    fix=(
        "Define the name in the .env file, give a default, ${NAME:-value}, or require it: "
        "${NAME:?reason}."
    ),
    wrong=f"{_WEB}    environment:\n      HF_HOME: ${{NO_SUCH_NAME}}/huggingface\n",
    right=f"{_WEB}    environment:\n      HF_HOME: ${{NO_SUCH_NAME:?where}}/huggingface\n",
    kind="compose",
    message="${{{reference}}} comes from the shell that runs Compose, or is an empty string",
    variants={
        "hidden": Variant(
            "a ${{...}} comes from the shell that runs Compose, or is an empty string"
        )
    },
    decide=hide_reference,
)
UNEXPANDED_REFERENCE = Rule(
    slug="unexpanded-reference",
    severity="warning",
    summary="$(NAME) where the name is not set before the reference",
    why=(
        "Kubernetes resolves only names that are set earlier in the same container; anything "
        "else, such as a command, stays in the value literally."
    ),
    fix="Set the name earlier, or write $$(NAME) if it is meant literally.",
    wrong=f"{_POD}      env:\n        - name: HF_HOME\n          value: $(CACHE)/huggingface\n",
    right=(
        f"{_POD}      env:\n        - name: CACHE\n          value: /data\n"
        "        - name: HF_HOME\n          value: $(CACHE)/huggingface\n"
    ),
    kind="kubernetes",
    message="$({reference}) is not set earlier, so Kubernetes leaves it as it is",
    variants={"hidden": Variant("a $(...) is not set earlier, so Kubernetes leaves it as it is")},
    decide=hide_reference,
)
INLINE_CREDENTIAL = Rule(
    slug="inline-credential",
    severity="warning",
    summary="A credential in clear text",
    why=(
        "Anyone who can read the file, its history or the object in the cluster can read the "
        "credential. If only the name suggests a secret, the severity is only info."
    ),
    fix=(
        "In a Compose file, write ${NAME:?}; in a manifest, use valueFrom with a secretKeyRef; in "
        "a unit, use an EnvironmentFile= that only root can read."
    ),
    wrong=f"{_WEB}    environment:\n{_S3}      SGLANG_S3_SECRET_ACCESS_KEY: not-a-real-secret\n",
    right=f"{_WEB}    environment:\n{_S3}      SGLANG_S3_SECRET_ACCESS_KEY: ${{S3_SECRET:?}}\n",
    kind="compose",
)
SHADOWED = Rule(
    slug="shadowed",
    severity="info",
    summary="An assignment that is overridden elsewhere in the same source",
    why=(
        "environment overrides env_file, env overrides envFrom, and a later entry overrides an "
        "earlier one. Editing the overridden assignment changes nothing."
    ),
    fix="Keep only the assignment that takes effect.",
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
MISSING_FILE = Rule(
    slug="missing-file",
    severity="warning",
    summary="An env_file that cannot be read",
    why=(
        "Compose does not start the service without the file. If the file exists only elsewhere, "
        "because it is not committed, its variables are not checked."
    ),
    fix="Create the file, or write required: false if the service works without it.",
    wrong=f"{_WEB}    env_file: no-such-file.env\n",
    right=f"{_WEB}    env_file:\n      - path: no-such-file.env\n        required: false\n",
    kind="compose",
    message="the env_file cannot be read: {reason}",
)
BUILD_FAILS = Rule(
    slug="build-fails",
    severity="error",
    summary="An instruction that docker build rejects",
    why="The build stops at this instruction. envctl still checks the rest of the file.",
    fix=(
        "Put comments on their own lines, quote values with spaces, close quotes and braces, and "
        "write NAME=value."
    ),
    wrong="FROM scratch\nENV SGLANG_CACHE_DIT_ENABLED=true # faster\n",
    right="FROM scratch\n# faster\nENV SGLANG_CACHE_DIT_ENABLED=true\n",
    kind="dockerfile",
    message="docker build stops here: {reason}",
)
ENV_WITH_BLANKS = Rule(
    slug="env-with-blanks",
    severity="warning",
    summary="ENV NAME = value, which makes = a part of the value",
    why=(
        "If = does not directly follow the name, ENV reads the rest of the line as the value, so "
        "the value becomes '= value'."
    ),
    fix="Write ENV NAME=value, without spaces around =.",
    wrong="FROM scratch\nENV APP_MODE = fast\n",
    right="FROM scratch\nENV APP_MODE=fast\n",
    kind="dockerfile",
    message="the value begins with =, because there is a space before the =",
    help="write NAME=value",
)
ARGUMENT_OUT_OF_SCOPE = Rule(
    slug="argument-out-of-scope",
    severity="warning",
    summary="ENV uses an ARG from before the first FROM",
    why=(
        "An ARG before the first FROM is visible only to FROM lines. Inside a stage it is not "
        "set, so the reference becomes an empty string, unless the base image happens to set the "
        "name."
    ),
    fix="Repeat ARG NAME, without a value, after FROM.",
    wrong="ARG ROOT=/data\nFROM scratch\nENV SGLANG_DIFFUSION_CACHE_ROOT=${ROOT}/cache\n",
    right="ARG ROOT=/data\nFROM scratch\nARG ROOT\nENV SGLANG_DIFFUSION_CACHE_ROOT=${ROOT}/cache\n",
    kind="dockerfile",
    message="the argument {argument} is declared before the first FROM and not set inside a stage",
    help="write ARG {argument} after FROM",
)

RULES = (
    NOT_A_STRING,
    REFUSED,
    COLON_IN_LIST,
    DOLLAR_EATEN,
    NEEDS_SHELL,
    UNEXPANDED_REFERENCE,
    INLINE_CREDENTIAL,
    SHADOWED,
    MISSING_FILE,
    BUILD_FAILS,
    ENV_WITH_BLANKS,
    ARGUMENT_OUT_OF_SCOPE,
)
_SHADOWING = ("compose", "kubernetes")
_HELP = {
    "kubernetes": "use a secretKeyRef",
    "mappings": "keep the credential out of the file",
    "quadlet": "use a Podman secret: Secret=NAME,type=env",
    "systemd": "put it in an EnvironmentFile= that only root can read",
}
LOOKS_AT = ("kind:compose", "kind:kubernetes", "kind:mappings", "kind:quadlet", "kind:systemd")

_INLINE = ("environment", "env", "Environment")
_SHORTEST = 8
"""The minimum length of a credential; a shorter one is a placeholder or a test."""
# Compiled on first use; few files need it.
_PLACEHOLDER = (
    r"(?i:[<\[{(/.]|\$\w+$|.*(?:x{4}|\*{3}|\.{3}|your|change|replace|placeholder|example|dummy|todo"
    r"|not-?needed))"
)


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about the assignments of Compose files, manifests and units."""
    for layer in subject.settings.environment.layers:
        if f"kind:{layer.kind}" in LOOKS_AT:
            for assignment in layer.assignments:
                yield from _credential(assignment, layer, subject)
            if layer.kind in _SHADOWING:
                yield from _shadowed(layer)


def _credential(assignment: Assignment, layer: Layer, subject: Subject) -> Iterator[Finding]:
    name, raw = assignment.name, assignment.raw
    if (
        name not in subject.redactor.names
        or not _is_inline(assignment, layer)
        or assignment.references
        or assignment.confidential
        or len(raw) < _SHORTEST
        or re.match(_PLACEHOLDER, raw)
    ):
        return
    setting = subject.settings.get(name)
    certain = has_known_form(raw) or (setting is not None and setting.variable.secret)
    severity: Severity | None = None if certain else "info"
    help_ = _HELP.get(layer.kind, "write ${NAME:?} instead")
    message = "a credential in clear text"
    yield INLINE_CREDENTIAL.at(assignment.origin, name, message, help_, severity=severity)


def _is_inline(assignment: Assignment, layer: Layer) -> bool:
    """Return whether a value is among other content; a file of only variables may be kept secret as
    a whole.
    """
    key = assignment.origin.key
    return bool(key) if layer.kind == "mappings" else key in _INLINE


def _shadowed(layer: Layer) -> Iterator[Finding]:
    winners = {a.name: a for a in layer.assignments}
    for assignment in layer.assignments:
        winner = winners[assignment.name]
        apart = (
            winner.origin.key != assignment.origin.key
            or winner.origin.file != assignment.origin.file
        )
        if apart and winner.text != assignment.text:
            message = f"overridden by the assignment at {visible(str(winner.origin))}"
            yield SHADOWED.at(assignment.origin, assignment.name, message)
