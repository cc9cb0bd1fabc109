"""Variables that users declare: what a file may say, and the one line that tells what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from sglang_envctl.environment import stack
from sglang_envctl.errors import RegistryError
from sglang_envctl.redaction import redactor
from sglang_envctl.registry import load, types
from sglang_envctl.rules import Subject, run
from sglang_envctl.settings import settle
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects.dotenv import read as read_dotenv
from sglang_envctl.sources.registry_file import TYPES, read

ALL = """
[[variable]]
name = "ACME_BATCH"
type = "int"
minimum = 1
maximum = 64
unit = "requests"
default = "8"
summary = "Requests that the gateway sends at once"
details = "More is faster. Too much is refused."
section = "gateway"
owner = "acme"
example = "16"

[[variable]]
name = "ACME_TOKEN"
secret = true

[[variable]]
name = "ACME_MODE"
type = "choice"
allowed = ["fast", "exact"]
replaced_by = "ACME_PROFILE"
"""


def _write(folder: Path, text: str | bytes) -> str:
    path = folder / "acme.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_good_file(tmp_path: Path) -> None:
    batch, token, mode = read(_write(tmp_path, ALL))
    assert batch.type == types.Int(minimum=1, maximum=64, unit="requests")
    assert (batch.default, batch.owner, batch.example) == ("8", "acme", "16")
    assert (batch.section.slug, batch.section.title) == ("gateway", "Gateway")
    assert batch.details == "More is faster. Too much is refused."
    assert (token.type, token.secret, token.section.slug) == (types.Text(), True, "user")
    assert mode.type == types.Choice(("fast", "exact"))
    assert (mode.replaced_by, mode.default, mode.secret) == ("ACME_PROFILE", None, False)
    assert {v.documents[0].title for v in (batch, token, mode)} == {str(tmp_path / "acme.toml")}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ('type = "bool"', types.Bool()),
        ('type = "int"\nchoices = [1, 2]', types.Int(choices=(1, 2))),
        ('type = "float"\nminimum = 0\nmaximum = 1.5', types.Float(minimum=0, maximum=1.5)),
        ('type = "choice"\noptions = ["a"]\nexact = false', types.Choice(("a",), exact=False)),
        ('type = "text"', types.Text()),
        ('type = "path"\nabsolute = true\ndirectory = true',
         types.Path(absolute=True, directory=True)),
        ('type = "path-list"', types.PathList()),
        ('type = "url"\nschemes = ["nats"]', types.Url(("nats",))),
        ('type = "url-list"', types.UrlList()),
        ('type = "host-port"', types.HostPort()),
        ('type = "list"\nseparator = ";"', types.List(separator=";")),
        ('type = "patterns"', types.Patterns()),
        ('type = "size"\nmaximum = 1024', types.ByteSize(1024)),
        ('type = "log-filter"', types.LogFilter()),
        ('type = "interface"', types.Interface()),
    ],
)  # fmt: skip
def test_type(fields: str, expected: types.Type, tmp_path: Path) -> None:
    (variable,) = read(_write(tmp_path, f'[[variable]]\nname = "A"\n{fields}\n'))
    assert (variable.type, type(variable.type)) == (expected, type(expected))


def test_every_type_with_a_name_has_been_tried() -> None:
    marks = test_type.pytestmark  # type: ignore[attr-defined]
    tried = {fields.split('"')[1] for fields, _ in marks[0].args[1]}
    assert tried == set(TYPES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must contain only [[variable]] tables"),
        ("variable = 1", "must contain only [[variable]] tables"),
        ('[variable]\nname = "A"', "must contain only [[variable]] tables"),
        ('[[variable]]\nname = "A"\n[other]',
         "must contain only [[variable]] tables"),
        ("[[variable]]", "a [[variable]] table has no name"),
        ('[[variable]]\nname = ""', "a [[variable]] table has no name"),
        ("[[variable]]\nname = 1", "a [[variable]] table has no name"),
        ("variable = [1]", "a [[variable]] table has no name"),
        ('[[variable]]\nname = "A=B"', "A=B: not a valid variable name"),
        ('[[variable]]\nname = "A"\n[[variable]]\nname = "A"', "A is declared twice"),
        ('[[variable]]\nname = "A"\ntype = 1', "A: type must be a string"),
        ('[[variable]]\nname = "A"\nsecret = "yes"', "A: secret must be true or false"),
        ('[[variable]]\nname = "A"\ndefault = 8', "A: default must be a string"),
        ('[[variable]]\nname = "A"\nsummary = ["x"]', "A: summary must be a string"),
        ('[[variable]]\nname = "A"\ntype = "choice"', "A: type choice requires the field allowed"),
        ('[[variable]]\nname = "A"\ntype = "choice"\nallowed = "abc"',
         "A: allowed must be a list of strings"),
        ('[[variable]]\nname = "A"\ntype = "choice"\nallowed = []',
         "A: allowed must be a list of strings"),
        ('[[variable]]\nname = "A"\ntype = "choice"\nallowed = [1]',
         "A: allowed must be a list of strings"),
        ('[[variable]]\nname = "A"\ntype = "int"\nminimum = "1"',
         "A: minimum must be a whole number"),
        ('[[variable]]\nname = "A"\ntype = "int"\nminimum = true',
         "A: minimum must be a whole number"),
        ('[[variable]]\nname = "A"\ntype = "int"\nchoices = ["1"]',
         "A: choices must be a list of whole numbers"),
        ('[[variable]]\nname = "A"\ntype = "float"\nmaximum = nan', "A: maximum must be a number"),
        ('[[variable]]\nname = "A"\ntype = "path"\nabsolute = 1',
         "A: absolute must be true or false"),
        ('[[variable]]\nname = "A"\ntype = "list"\nseparator = ""',
         "A: separator must be a non-empty string"),
        ('[[variable]]\nname = "A"\ntype = "url"\nschemes = []', "A: schemes must be a list of strings"),
        ('[[variable]]\nname = "A"\nminimum = 1',
         "A: unknown field minimum; valid fields: ambient, default, details, example, owner, "
         "replaced_by, required, secret, section, summary, type"),
        ('[[variable]]\nname = "A"\ntype = "size"\nmax = 1',
         "A: unknown field max; valid fields: ambient, default, details, example, maximum, owner, "
         "replaced_by, required, secret, section, summary, type"),
        ('[[variable]]\nname = "A"\n"\\u001b[31m" = 1',
         "A: unknown field \\x1b[31m; valid fields: ambient, default, details, example, owner, "
         "replaced_by, required, secret, section, summary, type"),
        (b"name = \xff", "not a UTF-8 file"),
    ],
)  # fmt: skip
def test_bad_file_gives_one_clear_line(text: str | bytes, message: str, tmp_path: Path) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(RegistryError) as caught:
        read(path)
    assert str(caught.value) == f"{path}: {message}"
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("[[variable", "invalid TOML: "),
        (f"a = {'1' * 5000}", ""),
        (f"a = {'[' * 50_000}", "invalid TOML: "),
        ('[[variable]]\nname = "A', "invalid TOML: "),
        (
            '[[variable]]\nname = "A"\ntype = "number"',
            "A: unknown type 'number'; valid types: bool, ",
        ),
    ],
)
def test_bad_file_says_where(text: str, beginning: str, tmp_path: Path) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(RegistryError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: {beginning}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("missing", ["nowhere.toml", ""])
def test_file_that_cannot_be_read(missing: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"no such file|is a directory"):
        read(str(tmp_path / missing))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ACME_BATCH=8", []),
        ("ACME_BATCH=", []),
        ("ACME_BATCH=many", [("invalid-value", "'many' is not a whole number")]),
        ("ACME_BATCH=65", [("out-of-bounds", "'65' is more than 64")]),
        ("ACME_MODE=Fast", [("invalid-value", "'Fast' is not fast or exact")]),
        (
            "ACME_BACTH=8",
            [
                (
                    "unknown-variable",
                    "unknown variable: no SGLang code reads it; did you mean ACME_BATCH?",
                )
            ],
        ),
    ],
)
def test_declared_variables_are_judged(
    text: str, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    registry = load().extended(read(_write(tmp_path, ALL)))
    environment = stack([read_dotenv("x.env", text.encode(), Context())])
    subject = Subject(settle(environment, registry, "0.5.23"), redactor([environment], registry))
    assert [(f.rule, f.message) for f in run(subject).findings] == expected


def test_declared_secret_is_not_shown(tmp_path: Path) -> None:
    registry = load().extended(read(_write(tmp_path, ALL)))
    environment = stack([read_dotenv("x.env", b"ACME_TOKEN=s3cret-text", Context())])
    assert redactor([environment], registry).raw("ACME_TOKEN", "s3cret-text") == "********"


def test_declared_variable_replaces_a_shipped_one(tmp_path: Path) -> None:
    text = '[[variable]]\nname = "SGLANG_FL_STRICT"\ntype = "int"\n'
    registry = load().extended(read(_write(tmp_path, text)))
    found = registry.find("SGLANG_FL_STRICT")
    assert found
    assert (found.type, len(registry.variables)) == (types.Int(), len(load().variables))
