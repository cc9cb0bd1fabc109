"""`envctl config`: show the configuration in force, and where each value comes from."""

from __future__ import annotations

from sglang_envctl import config as configuration
from sglang_envctl import reports
from sglang_envctl.cli import options, output
from sglang_envctl.cli.outcome import say
from sglang_envctl.config import Config
from sglang_envctl.sources import process

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
    """Show the configuration in force, and where each value comes from.

    The configuration is in [tool.envctl] of the nearest pyproject.toml, or in the nearest envctl.toml.
    Variables such as ENVCTL_SGLANG override it; the options of a command override both.
    """
    found = configuration.load(process.snapshot(), file=file, search=not no_config)
    output.present(found, output_format, FORMS, draw=lambda: reports.terminal.config)
    if not quiet:
        say(f"read {found.file}" if found.file else "no configuration file here or above")
    return 0
