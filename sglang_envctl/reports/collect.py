"""Collect snapshots of the SGLang servers on one node of a cluster. This code runs on that node."""

from __future__ import annotations

import sys

from sglang_envctl.environment import stack
from sglang_envctl.errors import SourceError
from sglang_envctl.registry import load
from sglang_envctl.releases import choose_release
from sglang_envctl.releases.choose import installed
from sglang_envctl.reports.snapshot import take
from sglang_envctl.settings import settle
from sglang_envctl.sources import process, sglang
from sglang_envctl.sources.context import Context


def collect() -> list[str]:
    """Return the environment of every SGLang server on this machine, or of this process if none runs.

    Secrets are left out.
    """
    context = Context(process.snapshot())
    try:
        layers = sglang.layers("", context)
    except SourceError:
        layers = process.layers("", context)
    release = choose_release(None).release
    here = installed(sys.path) or ""
    return [take(settle(stack([one]), load(), release), release=here).text for one in layers]
