"""No secret in any output but an export and what --show-secrets asks for, wherever it stands."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.harness import PERSON, run

pytestmark = pytest.mark.slow

# Letters that no message holds by chance: what is left of a secret is found whatever is cut off.
MARK = "Zq"
SECRETS = st.text(string.ascii_letters + string.digits, min_size=8, max_size=40).map(
    lambda text: f"{MARK}{text}{MARK}"
)
PLACES = {
    "value": "API_TOKEN={s}",
    "documented": "SGLANG_S3_SECRET_ACCESS_KEY={s}",
    "quoted": "API_TOKEN='\"{s}\"'",
    "with blanks": "API_TOKEN=' {s} '",
    "with a comment": "export API_TOKEN={s} # {s}",
    "in a comment": "# API_TOKEN={s}",
    "password in an address": "SGLANG_S3_ENDPOINT_URL=https://me:{s}@h.example/",
    "user in an address": "APP=https://{s}@h.example/",
    "password of a database": "APP=postgres://me:{s}@db/x",
    "two addresses": "APP=a://b:{s}@c,d://e:{s}@f",
    "documented, no text": "API_TOKEN={s}\nSGLANG_CACHE_DIT_FN={s}",
    "documented, a word": "API_TOKEN={s}\nSGLANG_CLOUD_STORAGE_TYPE={s}",
    "documented, a path": "API_TOKEN={s}\nSGLANG_DIFFUSION_TORCH_PROFILER_DIR={s}",
    "a list": "API_TOKEN={s}\nSGLANG_FL_OOT_WHITELIST=a,{s},b",
    "priorities": "API_TOKEN={s}\nSGLANG_FL_PER_OP=rms={s}|vendor",
    "equal": "API_TOKEN={s}\nAPP={s}",
    "a part": "API_TOKEN={s}\nAPP=--key={s}!",
    "reference": "API_TOKEN={s}\nAPP=x${{API_TOKEN}}",
    "default of a reference": "API_TOKEN=${{NOT_SET:-{s}}}",
    "twice": "API_TOKEN={s}\nAPI_TOKEN={s}",
    "overwritten": "API_TOKEN={s}\nAPI_TOKEN=other",
    "never closed": "API_TOKEN='{s}",
    "behind a quote": "API_TOKEN='x'{s}",
    "yaml": "API_TOKEN: {s}",
    "yaml list": "- API_TOKEN={s}",
    "no name": "={s}",
    "bare continuation": "API_TOKEN=x\n{s}",
    "lines": 'API_TOKEN="{s}\n{s}"',
    "private key": "KEY=-----BEGIN PRIVATE KEY-----\n{s}\n{s}==\n-----END PRIVATE KEY-----",
    "quoted private key": 'APP="-----BEGIN PRIVATE KEY-----\n{s}\n-----END PRIVATE KEY-----"',
    "placeholder": "API_TOKEN=<{s}>",
    "no utf-8": "API_TOKEN={s}\udce9",
}
COMMANDS = [
    "check FILE",
    "check FILE --format json",
    "show -e FILE",
    "show -e FILE --format json",
    "show -e FILE --format csv",
    "show -e FILE --format markdown",
    "diff FILE defaults --raw",
    "diff defaults FILE --raw --format json",
    "explain SGLANG_S3_SECRET_ACCESS_KEY -e FILE",
    "explain SGLANG_CACHE_DIT_FN -e FILE",
    "explain SGLANG_CACHE_DIT_SECONDARY_FN -e FILE --format json",
    "explain SGLANG_S3_ENDPOINT_URL -e FILE",
    "explain SGLANG_FL_OOT_WHITELIST -e FILE",
    "explain SGLANG_FL_PER_OP -e FILE",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secrets")


def printed(file: Path) -> Iterator[tuple[str, str]]:
    """Everything that envctl prints about a file, by command."""
    for line in COMMANDS:
        args = [str(file) if word == "FILE" else word for word in line.split()]
        result = run(*args)
        assert result.code in (0, 1), (line, result.err)
        yield line, result.out + result.err
        if "--format" not in args:
            drawn = run(*args, env={**PERSON, "COLUMNS": "300"})
            yield f"{line}, drawn", drawn.out + drawn.err
    result = run("export", "-e", str(file))
    yield "export", result.err


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=1, deadline=None, phases=[Phase.generate])
@given(secret=SECRETS)
def test_nothing_of_a_secret_is_printed(folder: Path, place: str, secret: str) -> None:
    file = folder / "secret.env"
    text = PLACES[place].format(s=secret)
    file.write_bytes(
        f"SGLANG_CACHE_DIT_ENABLED=true\n{text}\nLAST=1\n".encode("utf-8", "surrogateescape")
    )

    leaks = [command for command, output in printed(file) if MARK in output]

    assert leaks == []


@settings(max_examples=5, deadline=None, phases=[Phase.generate])
@given(secret=SECRETS)
def test_nothing_of_a_secret_of_this_shell(folder: Path, secret: str) -> None:
    file = folder / "reference.env"
    file.write_text(
        "API_TOKEN=${MY_PASSWORD}\nAPP=x${MY_PASSWORD}\nSGLANG_CACHE_DIT_FN=${MY_PASSWORD}\n",
        "utf-8",
    )
    env = {
        "MY_PASSWORD": secret,
        "SGLANG_S3_SECRET_ACCESS_KEY": secret,
        "SGLANG_CACHE_DIT_BN": secret,
    }
    for args in (
        ["check", str(file)],
        ["check", str(file), "--inherit"],
        ["check"],
        ["show"],
        ["show", "-e", str(file), "--format", "json"],
        ["diff", "process", str(file)],
        ["explain", "SGLANG_CACHE_DIT_BN"],
        ["export", "--format", "shell", "-o", str(folder / "out")],
    ):
        result = run(*args, env=env)
        assert MARK not in result.out + result.err, args


def test_a_name_that_a_registry_declares_secret(folder: Path) -> None:
    toml, file = folder / "acme.toml", folder / "acme.env"
    toml.write_text('[[variable]]\nname = "ACME_PIN"\nsecret = true\n', "utf-8")
    file.write_text("ACME_PIN=Zq12\nAPP=Zq12\nOTHER=x${ACME_PIN}\n", "utf-8")
    options = ("--registry", str(toml))

    for args in (
        ["show", "-e", str(file)],
        ["check", str(file)],
        ["explain", "ACME_PIN", "-e", str(file)],
    ):
        result = run(*args, *options)
        assert result.code == 0
        assert MARK not in result.out + result.err
