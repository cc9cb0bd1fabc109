"""What other software is given: PyTorch's allocator, and tokens that become HTTP headers."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.rules.rule import Finding, Rule, Severity, Subject

ALLOCATOR_NAMES = Rule(
    slug="allocator-names",
    severity="warning",
    summary="The old and the new name of PyTorch's allocator settings, which differ",
    why=(
        "PyTorch 2.9 renamed PYTORCH_CUDA_ALLOC_CONF to PYTORCH_ALLOC_CONF. Older ones do not look at "
        "the new name; newer ones take it first. An image's setting is then lost without a word, or "
        "takes the place of yours."
    ),
    fix="Set one of them, or both to the same text.",
    wrong=(
        "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True\n"
        "PYTORCH_ALLOC_CONF=max_split_size_mb:512\n"
    ),
    right=(
        "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True\n"
        "PYTORCH_ALLOC_CONF=expandable_segments:True\n"
    ),
)
TOKEN_LINE_END = Rule(
    slug="token-line-end",
    severity="warning",
    summary="A token or key that ends with a line end",
    why=(
        "It comes from echo without -n, or from a Secret made of a file. An HTTP header cannot hold it: "
        "requests raises InvalidHeader, and a server that compares keys refuses the right one."
    ),
    fix="Remove the line end; printf %s writes none.",
    wrong='API_TOKEN="not-a-real-one\\n"\n',
    right="API_TOKEN=not-a-real-one\n",
)

RULES = (ALLOCATOR_NAMES, TOKEN_LINE_END)

_NEW = "PYTORCH_ALLOC_CONF"
_OLD = ("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF")
_HUB_TOKENS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
_LINE_ENDS = "\r\n"


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about the texts that other software is given."""
    yield from _allocator(subject)
    yield from _tokens(subject)


def _allocator(subject: Subject) -> Iterator[Finding]:
    new = subject.known(_NEW)
    for old in subject.given(*_OLD):
        if new and new.raw.strip() and _keys(new.raw) != _keys(old.raw):
            message = f"differs from {_NEW}, which PyTorch 2.9 and newer take first"
            mend = "set one of the two, or both to the same"
            yield ALLOCATOR_NAMES.at(old.origin, old.name, message, mend)


def _keys(text: str) -> list[str]:
    """The settings in any order; brackets hold commas, and are left as they come."""
    return sorted("".join(text.split()).split(","))


def _tokens(subject: Subject) -> Iterator[Finding]:
    effective = subject.settings.environment.effective
    for name in sorted(subject.redactor.names & effective.keys()):
        assignment = effective[name]
        text = assignment.raw.rstrip(_LINE_ENDS)
        # A text of several lines is a key or a certificate, and ends as it should.
        if assignment.unknown or text == assignment.raw or any(c in text for c in _LINE_ENDS):
            continue
        message = "ends with a line end, which no HTTP header can hold"
        severity: Severity | None = None
        if name in _HUB_TOKENS:
            message = "ends with a line end: huggingface_hub drops it, other programs do not"
            severity = "info"
        mend = "remove it; printf %s writes none"
        yield TOKEN_LINE_END.at(assignment.origin, name, message, mend, severity=severity)
