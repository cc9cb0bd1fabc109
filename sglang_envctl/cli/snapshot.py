"""`envctl snapshot`: save an environment and the identity of its node, for comparison with others."""

from __future__ import annotations

import sys
from typing import Annotated, Optional

import typer

from sglang_envctl import api
from sglang_envctl.cli import options, output
from sglang_envctl.cli.outcome import remark, say
from sglang_envctl.cli.project import project
from sglang_envctl.errors import UnreadableError
from sglang_envctl.releases.choose import installed
from sglang_envctl.reports.snapshot import file_name, take
from sglang_envctl.sources import key_file as key_file_source

Source = Annotated[
    Optional[str],  # noqa: UP045
    typer.Argument(
        metavar="SOURCE",
        help=(
            "What to save: process (the current environment, the default), pid:N, sglang (the "
            "server that runs here), or a file."
        ),
    ),
]
KeyFile = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--key-file",
        metavar="FILE",
        help=(
            "Replace each secret by a fingerprint keyed with the content of FILE. Nodes with the "
            "same FILE can be compared."
        ),
    ),
]


ShowSecrets = Annotated[bool, typer.Option("--show-secrets", help="Save secrets as they are.")]


ONLY_FORM = "json"
"""The form of the output, even if the command fails."""
EPILOG = options.epilog(
    "envctl snapshot -o env/%h.json",
    "envctl diff env/",
)


def snapshot(
    source: Source = None,
    dialect: options.Dialect = "dotenv",
    output_file: options.OutputFile = None,
    key_file: KeyFile = None,
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    show_secrets: ShowSecrets = False,
    config: options.Config = None,
    no_config: options.NoConfig = False,
    quiet: options.Quiet = False,
) -> int:
    """Save an environment and the identity of its node: host, rank, role, release, command line,
    time.

    envctl diff and check read the snapshots of many nodes: envctl diff env/. Secrets are left out
    without --key-file (fingerprints) or --show-secrets. From the current environment and from a
    process, only known names are saved. In the FILE of -o, %h is the host, %r the rank and %p the
    process ID.
    """
    given = project(
        config, no_config=no_config, registries=registry, sglang=[sglang] if sglang else ()
    )
    known, chosen = given.registry, given.release
    loaded = api.load([source or "process"], api.context(dialect))
    if loaded.unreadable:
        raise UnreadableError(loaded.unreadable)
    key = key_file_source.read(key_file) if key_file else b""
    taken = take(
        api.settle(loaded.environment, sglang=chosen, registry=known),
        key=key,
        release=installed(sys.path) or "",
        show_secrets=show_secrets,
    )
    data = f"{taken.text}\n".encode("utf-8", "surrogateescape")
    output.deliver(data, output_file and file_name(output_file, taken))
    if not quiet:
        remark([loaded.environment], given.misspelled([loaded.environment]))
        say(taken.summary)
    return 0
