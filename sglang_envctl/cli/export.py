"""`envctl export`: write the effective environment in a format that a launcher reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, NoReturn, Optional

import typer

from sglang_envctl import api, reports
from sglang_envctl.cli import choices, options, output
from sglang_envctl.cli.outcome import records, remark, say
from sglang_envctl.cli.project import project
from sglang_envctl.errors import CheckFailedError, EmptyError, UnreadableError, UsageError
from sglang_envctl.exports import Format, divergent, documents, write, written
from sglang_envctl.exports.payload import NAME
from sglang_envctl.registry import Registry
from sglang_envctl.reports.findings import CheckReport
from sglang_envctl.text.escape import shorten, visible

Names = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(
        metavar="NAME|PATTERN",
        help=(
            "Export only these names; * and ? are wildcards. PATH, HTTP_PROXY and other system "
            "variables are exported only if one of these matches."
        ),
    ),
]
Form = Annotated[
    Format,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="Write in the format that the launcher reads; see the list below.",
        rich_help_panel=options.OUTPUT,
    ),
]
EPILOG = options.epilog(
    "envctl export -o .env",
    "envctl export -e prod.env --format kubernetes --name sglang",
    'eval "docker run $(envctl export -e prod.env --format docker-args) IMAGE"',
    lists={
        "Formats": {
            "dotenv": "for python-dotenv; where possible, also for shells, Compose and Node",
            "shell": 'eval "$(envctl export --format shell)" in bash, dash and zsh',
            "fish": "envctl export --format fish | source",
            "powershell": "envctl export ... | Out-String | Invoke-Expression",
            "docker": "docker run --env-file FILE",
            "docker-args": 'eval "docker run $(envctl export --format docker-args) IMAGE"',
            "compose": "docker compose -f compose.yaml -f FILE up, for service --name",
            "systemd": "EnvironmentFile=FILE in a unit",
            "kubernetes": "kubectl apply -f FILE: a ConfigMap, and a Secret for secrets",
            "github": 'envctl export ... >> "$GITHUB_ENV" in GitHub Actions',
            "slurm": "sbatch --export-file=FILE; the job gets nothing else, so export PATH too",
            "json": "programs and envctl itself: every value with its origin",
            "yaml": "a mapping of names to strings, such as Helm values",
            "template": ".env.example: the documented variables, each in a comment",
        },
    },
)
ObjectName = Annotated[
    str,
    typer.Option(
        "--name",
        metavar="NAME",
        help="Give the ConfigMap, Secret or Compose service this name.",
        rich_help_panel=options.OUTPUT,
    ),
]
Defaults = Annotated[
    bool,
    typer.Option(
        "--all",
        help="Include the defaults of variables that are not set.",
        rich_help_panel=options.SELECTION,
    ),
]
SkipUnknown = Annotated[
    bool,
    typer.Option(
        "--skip-unknown",
        help="Leave out variables whose value is known only at startup, instead of failing.",
        rich_help_panel=options.SELECTION,
    ),
]
NoCheck = Annotated[bool, typer.Option("--no-check", help="Export even if the check finds errors.")]


For = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--for",
        metavar="DIALECT",
        help=(
            "Refuse values that these dialects would read differently from python-dotenv. "
            "Separate several by commas, or repeat the option."
        ),
        rich_help_panel=options.OUTPUT,
    ),
]


def export(
    names: Names = None,
    env: options.Env = None,
    inherit: options.Inherit = False,
    section: options.Sections = None,
    dialect: options.Dialect = "dotenv",
    output_format: Form = "dotenv",
    for_: For = None,
    object_name: ObjectName = NAME,
    output_file: options.OutputFile = None,
    all_: Defaults = False,
    skip_unknown: SkipUnknown = False,
    no_check: NoCheck = False,
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    config: options.Config = None,
    no_config: options.NoConfig = False,
    quiet: options.Quiet = False,
) -> int:
    """Write the environment in a format that a launcher reads, secrets included.

    Every assignment of the -e layers is written, but only known names of the current environment,
    and no system variables such as PATH. The environment is checked first: if there are errors,
    nothing is written and the exit code is 1. A template lists the documented variables, set or
    not, without their values.
    """
    _refuse_name(object_name)
    choices.refuse_files(names, "export")
    if for_ and output_format != "dotenv":
        raise UsageError("--for applies only to .env files: use it with --format dotenv")
    given = project(
        config, no_config=no_config, registries=registry, sglang=[sglang] if sglang else ()
    )
    known, chosen = given.registry, given.release
    loaded = api.load(env or (), api.context(dialect), inherit=inherit or not env)
    if loaded.unreadable:
        raise UnreadableError(loaded.unreadable)
    output.refuse_input(output_file)
    environment = loaded.environment
    settings = api.settle(environment, sglang=chosen, registry=known)
    if not (no_check or documents(output_format)):
        errors = tuple(f for f in given.check(environment) if f.severity == "error")
        if errors:
            sources = tuple(layer.label for layer in environment.layers)
            _refuse(CheckReport(chosen, sources, errors))
    found = api.payload(
        settings,
        output_format,
        names=names or (),
        sections=choices.sections(section, known),
        defaults=all_,
        called=object_name,
        dialects=choices.dialects(for_, "--for"),
    )
    left_out = [one.name for one in found.assignments if one.unknown] if skip_unknown else []
    kept = tuple(one for one in found.assignments if one.name not in left_out)
    found = found._replace(assignments=kept)
    data = write(found, output_format).encode("utf-8", "surrogateescape")
    names_written = written(found, output_format)
    number = len(names_written)
    if env and not number:
        raise EmptyError(f"nothing written: no variable to write in {', '.join(map(visible, env))}")
    output.deliver(data, output_file)
    _caution(divergent(found, output_format))
    if left_out:
        say(f"left out, known only at startup: {', '.join(map(visible, left_out))}")
    if not quiet:
        remark([environment])
        say(f"{number} variable{'s' * (number != 1)} written as {output_format}")
        if not (names or section):
            _say_hosts(environment.explicit.difference(names_written), known)
    return 0


def _say_hosts(names: Iterable[str], known: Registry) -> None:
    """Print the system variables, such as PATH, that a source sets and that the export leaves out."""
    if ambient := sorted(filter(known.is_ambient, names)):
        say(f"left out, as system variables: {', '.join(ambient)}; export them with NAME or '*'")


def _caution(differing: Mapping[str, tuple[str, ...]]) -> None:
    """Print the names of variables that some programs read differently."""
    readers: dict[tuple[str, ...], list[str]] = {}
    for name, dialects in differing.items():
        readers.setdefault(dialects, []).append(visible(name))
    for dialects, names in readers.items():
        say(
            f"{' and '.join(dialects)} would read this file differently from python-dotenv: "
            f"{', '.join(names)}; --for refuses that"
        )


def _refuse(report: CheckReport) -> NoReturn:
    """Raise an error that says why an environment cannot be exported."""
    records(reports.text.check(report))
    raise CheckFailedError(
        f"nothing written: {report.counted}; fix them, or export anyway with --no-check"
    )


def _refuse_name(name: str) -> None:
    """Reject a name that Kubernetes, the strictest format with a name, does not allow."""
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", name):
        raise UsageError(
            f"--name: {shorten(visible(name))} is not a valid name of a Kubernetes object: "
            "use up to 63 of a-z, 0-9 and -, without - at either end"
        )
