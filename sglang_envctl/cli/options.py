"""Options that have the same meaning in every command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Literal, Optional

import typer


def epilog(*examples: str, lists: Mapping[str, Mapping[str, str]] = MappingProxyType({})) -> str:
    """Return the text below the options of a command: lists of words, and examples of command lines."""
    blocks = {title: tuple(map("\t".join, words.items())) for title, words in lists.items()}
    return blocks_below({**blocks, "Examples": examples})


def blocks_below(blocks: Mapping[str, Iterable[str]]) -> str:
    """Return titles with their lines; a tab separates a word from its meaning."""
    return "\n\n".join("\n".join((title, *lines)) for title, lines in blocks.items())


# The groups of options in a help.
ENVIRONMENT = "Environment"
SELECTION = "Selection"
PROJECT = "Release and configuration"
OUTPUT = "Output"


KINDS_OF_SOURCE = {
    "Sources": {
        "process": "the current environment",
        "pid:N": "a running process, as it was started",
        "sglang": "each SGLang server on this machine; sglang#PID is a single one",
        "ray:ADDRESS": "each SGLang server of a Ray cluster",
        "-": "standard input",
        "DIRECTORY": "each source in the directory",
        "FILE": "a file of any kind below; content and name tell the kind",
        "KIND:FILE": "a file of this kind; KIND:- is standard input",
        "FILE#PART": "one environment of it: a service, a container, a stage, a line",
    },
    "Kinds of files": {
        "dotenv": "a .env file",
        "compose": "Compose: an environment for each service",
        "kubernetes": "Kubernetes manifests: an environment for each container",
        "mappings": "env and environment in YAML, JSON, TOML: Helm values, CI jobs",
        "docker": "docker inspect, docker compose config --format json",
        "dockerfile": "a Dockerfile or Containerfile: the last stage, or #STAGE",
        "quadlet": "a Podman .container file",
        "systemd": "a unit with its drop-ins, or a drop-in",
        "supervisord": "supervisord.conf: an environment for each program",
        "shell": "a script: an environment for each server that it starts",
        "fish": "a fish script",
        "powershell": "a PowerShell script",
        "python": "a launcher: an environment for each program that it starts",
        "make": "a Makefile",
        "just": "a justfile",
        "direnv": "an .envrc",
        "environ": "entries that end with NUL, such as /proc/1/environ",
        "snapshot": "a file from envctl snapshot or export --format json",
    },
}
Env = Annotated[
    Optional[list[str]],  # noqa: UP045 - Typer reads annotations on Python 3.10
    typer.Option(
        "--env",
        "-e",
        metavar="SOURCE",
        help=(
            "Read variables from a file, - (standard input), process (the current environment) or "
            "pid:N; envctl check --help lists all. Repeat to combine sources; later ones override "
            "earlier ones."
        ),
        rich_help_panel=ENVIRONMENT,
    ),
]
Inherit = Annotated[
    bool,
    typer.Option(
        "--inherit",
        help="Use the current environment as the lowest layer, below the -e layers.",
        rich_help_panel=ENVIRONMENT,
    ),
]
Dialect = Annotated[
    Literal["dotenv", "docker", "compose", "systemd", "shell", "kubectl", "node"],
    typer.Option(
        "--as",
        metavar="DIALECT",
        help=(
            "Read .env files as this program does: dotenv (python-dotenv), docker, compose, systemd, "
            "shell, kubectl or node."
        ),
        rich_help_panel=ENVIRONMENT,
    ),
]
Form = Annotated[
    Literal["text", "json", "tsv"],
    typer.Option(
        "--format",
        help="Print in this format. tsv has a header, and tabs between the columns.",
        rich_help_panel=OUTPUT,
    ),
]
RegistryFiles = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--registry",
        metavar="FILE",
        help=(
            "Read declarations of more variables from this TOML file. Repeat to read several files."
        ),
        rich_help_panel=PROJECT,
    ),
]
Sections = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--section",
        metavar="SECTION",
        help="Include only variables of this section. Repeat to include several sections.",
        rich_help_panel=SELECTION,
    ),
]
Sglang = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--sglang",
        metavar="RELEASE",
        help=(
            "Use this SGLang release. The default is the installed release, or else "
            "the newest known."
        ),
        rich_help_panel=PROJECT,
    ),
]
SglangEach = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--sglang",
        metavar="RELEASE",
        help=(
            "Check against this SGLang release; repeat to check against several. The default is "
            "the installed release, or else the newest known."
        ),
        rich_help_panel=PROJECT,
    ),
]


def config_file(folder: str) -> object:
    """Return the option for the configuration file, which is searched for from a folder upward."""
    return typer.Option(
        "--config",
        metavar="FILE",
        help=(
            "Use this configuration file. The default is the nearest envctl.toml, or "
            f"pyproject.toml with [tool.envctl], in {folder} or above."
        ),
        rich_help_panel=PROJECT,
    )


Config = Annotated[Optional[str], config_file("this folder")]  # noqa: UP045
NoConfig = Annotated[
    bool,
    typer.Option(
        "--no-config",
        help="Use no configuration: ignore configuration files and ENVCTL_* variables.",
        rich_help_panel=PROJECT,
    ),
]
NoPager = Annotated[
    bool,
    typer.Option(
        "--no-pager",
        help="Print long output without a pager, even in a terminal.",
        rich_help_panel=OUTPUT,
    ),
]
Timeout = Annotated[
    int,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        help="Wait this many seconds for the nodes of a Ray cluster.",
        rich_help_panel=ENVIRONMENT,
    ),
]
OutputFile = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to FILE, readable only by you.",
        rich_help_panel=OUTPUT,
    ),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet",
        "-q",
        help="Print no summary; on standard error, print only errors.",
        rich_help_panel=OUTPUT,
    ),
]
ShowSecrets = Annotated[
    bool,
    typer.Option(
        "--show-secrets",
        help="Print secrets unmasked.",
        rich_help_panel=OUTPUT,
    ),
]
UrlBase = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--url-base",
        metavar="URL",
        help="Link to the pages of envctl reference that are published at this URL.",
        rich_help_panel=OUTPUT,
    ),
]
