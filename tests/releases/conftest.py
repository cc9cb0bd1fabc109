"""Published wheels are shared with the comparison of our readers with SGLang's code."""

from __future__ import annotations

from tests.conformance.conftest import download

__all__ = ["download"]
