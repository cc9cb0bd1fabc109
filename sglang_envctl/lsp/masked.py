"""Mask the tokens in what an editor shows, even where a token is a name."""

from __future__ import annotations

from sglang_envctl.redaction import MASK
from sglang_envctl.text.escape import visible
from sglang_envctl.text.secrets import without_tokens


def masked(text: str) -> str:
    """Return a message or a page without tokens."""
    return without_tokens(text, MASK)


def name(text: str) -> str:
    """Return a name as it is shown: without tokens and control characters."""
    return masked(visible(text))
