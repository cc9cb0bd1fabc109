"""`envctl config`: show the effective configuration, and where each value comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sglang_envctl import config as configuration
from sglang_envctl import reports
from sglang_envctl.cli import options, output
from sglang_envctl.cli.outcome import say
from sglang_envctl.config import Config
from sglang_envctl.redaction import MASK
from sglang_envctl.sources import process
from sglang_envctl.text.secrets import has_known_form, without_userinfo

FORMS: output.Forms[Config] = {
    "text": lambda: reports.text.config,
    "json": lambda: reports.json.config,
    "tsv": lambda: reports.tsv.config,
}


EPILOG = options.epilog(
    "envctl config",
    "envctl config --format json",
)


def config(
    file: options.Config = None,
    no_config: options.NoConfig = False,
    output_format: options.Form = "text",
    quiet: options.Quiet = False,
) -> int:
    """Show the effective configuration, and where each value comes from.

    The configuration is in [tool.envctl] of the nearest pyproject.toml, or in the nearest
    envctl.toml. Variables such as ENVCTL_SGLANG override it; the options of a command override
    both.
    """
    found = configuration.load(process.snapshot(), file=file, search=not no_config)
    output.present(_public(found), output_format, FORMS, draw=lambda: reports.terminal.config)
    if not quiet:
        say(f"read {found.file}" if found.file else "no configuration file in this folder or above")
    return 0


def _public(value: Any) -> Any:
    """Return a value with the credentials in addresses and all known tokens masked."""
    if isinstance(value, str):
        return MASK if has_known_form(value) else without_userinfo(value, MASK)
    if isinstance(value, tuple):
        parts = tuple(map(_public, value))
        return type(value)(*parts) if hasattr(value, "_fields") else parts
    return {k: _public(v) for k, v in value.items()} if isinstance(value, Mapping) else value
