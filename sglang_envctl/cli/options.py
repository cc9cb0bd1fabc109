"""Options that mean the same in every command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, Optional

import typer


def epilog(*examples: str, formats: Iterable[str] = ()) -> str:
    """What is below the options of a command: command lines to start from, and a long list."""
    listed = f"Formats: {', '.join(formats)}.\n\n" if formats else ""
    lines = "".join(f"\n  {example}" for example in examples)
    return f"{listed}\b\nExamples:{lines}"  # \b: the lines are not joined


Env = Annotated[
    Optional[list[str]],  # noqa: UP045 - Typer reads annotations on Python 3.10
    typer.Option(
        "--env",
        "-e",
        metavar="SOURCE",
        help="A layer of the environment: a file, -, process (the current environment) or pid:N. "
        "Repeatable; later layers win.",
    ),
]
Inherit = Annotated[
    bool, typer.Option("--inherit", help="Put the current environment under the -e layers.")
]
Dialect = Annotated[
    Literal["dotenv", "docker", "compose", "systemd", "shell", "kubectl", "node"],
    typer.Option(
        "--as", metavar="DIALECT", help="The dialect of the .env files; dotenv is python-dotenv's."
    ),
]
Form = Annotated[Literal["text", "json"], typer.Option("--format", help="Output format.")]
RegistryFiles = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--registry", metavar="FILE", help="A TOML file that declares more variables. Repeatable."
    ),
]
Sections = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--section", metavar="SECTION", help="Only this section. Repeatable."),
]
Sglang = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--sglang",
        metavar="RELEASE",
        help="The SGLang release to check against. By default the installed one, else the newest known.",
    ),
]
SglangEach = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--sglang",
        metavar="RELEASE",
        help="The SGLang release to check against; repeat to check against each. By default the "
        "installed one, else the newest known.",
    ),
]
Config = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--config",
        metavar="FILE",
        help="The configuration to use. By default the nearest envctl.toml, or pyproject.toml with "
        "[tool.envctl], from here upwards.",
    ),
]
NoConfig = Annotated[
    bool, typer.Option("--no-config", help="Use no configuration, neither file nor ENVCTL_*.")
]
NoPager = Annotated[
    bool, typer.Option("--no-pager", help="Print long output without a pager, also at a terminal.")
]
Timeout = Annotated[
    int,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        help="How long to wait for the nodes of a Ray cluster.",
    ),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="No summary on standard error, only errors.")
]
ShowSecrets = Annotated[bool, typer.Option("--show-secrets", help="Print secrets unmasked.")]
