"""What a launcher can call, and that the command line gives the same."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping

import pytest

import sglang_envctl as envctl
from sglang_envctl import api
from sglang_envctl.environment import Environment
from sglang_envctl.errors import ExportError, SourceError, Unreadable, UsageError
from sglang_envctl.exports import FORMATS, documents
from tests.harness import Write, run

CRASH = "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=one\n"
OWN = '[[variable]]\nname = "ACME_BATCH"\ntype = "int"\nminimum = 1\nsummary = "Requests at once"\n'
FILES = {
    "prod.env": "SGLANG_CACHE_DIT_ENABLED=1\nSGLANG_CACHE_DIT_FN=2\nAPP='my shop'\nPATH=/bin\n",
    "same.env": "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=2\nAPP='my shop'\nPATH=/bin\n",
    "over.env": "SGLANG_CACHE_DIT_FN=8\nNEW=${APP}+\n",
    "crash.env": CRASH,
    "docker.env": "APP='x'\n",
    "acme.env": "ACME_BATCH=0\n",
    "secret.env": "API_TOKEN=hunter22\n",
    "multi.yaml": "services: {a: {environment: [A=1]}, b: {environment: [B=1]}}\n",
    "own.toml": OWN,
}


@pytest.fixture(autouse=True)
def _files(write: Write) -> None:
    for name, text in FILES.items():
        write(name, text)


def values(environment: Environment) -> dict[str, str]:
    return {name: a.raw for name, a in environment.effective.items()}


def found(environment: Environment, **options: object) -> list[tuple[str, str]]:
    """Rule and name of each finding."""
    return [(f.rule, f.name) for f in envctl.check(environment, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["over.env"], {"SGLANG_CACHE_DIT_FN": "8", "NEW": "+"}),
        (["docker.env", "over.env"], {"APP": "x", "SGLANG_CACHE_DIT_FN": "8", "NEW": "x+"}),
        (["over.env", {"NEW": "1"}], {"SGLANG_CACHE_DIT_FN": "8", "NEW": "1"}),
        ([{"APP": "1"}, "over.env"], {"APP": "1", "SGLANG_CACHE_DIT_FN": "8", "NEW": "1+"}),
        (["multi.yaml#b"], {"B": "1"}),
        ([{}], {}),
    ],
)
def test_read_stacks_sources(
    sources: list[str | Mapping[str, str]], expected: dict[str, str]
) -> None:
    assert values(envctl.read(*sources)) == expected


@pytest.mark.parametrize("sources", [[], ["process"]])
def test_read_without_sources_is_the_current_environment(
    sources: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVCTL_TEST", "x")

    assert values(envctl.read(*sources)) == dict(os.environ)


def test_read_takes_a_dialect() -> None:
    assert values(envctl.read("docker.env", dialect="docker")) == {"APP": "'x'"}


@pytest.mark.parametrize(
    ("sources", "error", "message"),
    [
        (["no.env"], SourceError, "no.env: no such file"),
        (["prod.env", "no.env"], SourceError, "no.env: no such file"),
        (["."], SourceError, ".: is a directory; name a file in it"),
        (["multi.yaml"], UsageError, "multi.yaml holds a, b: pick one, as multi.yaml#NAME"),
        ([""], UsageError, "a source has an empty name: give a file, - or process"),
        (["-", "-"], UsageError, "standard input can be read only once: name - once"),
    ],
)
def test_read_refuses(sources: list[str], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        envctl.read(*sources)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("sglang", "release"),
    [("0.5.23", "0.5.23"), ("0.5.20", "0.5.20"), (api.release("0.5.20"), "0.5.20")],
)
def test_settle_for_a_release(sglang: str, release: str) -> None:
    settings = envctl.settle(envctl.read("prod.env"), sglang=sglang)
    setting = settings.get("SGLANG_CACHE_DIT_FN")

    assert settings.release == release
    assert setting is not None
    assert (setting.status, setting.value) == ("set", 2)


def test_settle_without_a_release_takes_the_one_that_release_gives() -> None:
    assert envctl.settle(envctl.read({})).release == api.release().release


@pytest.mark.parametrize(
    "call",
    [
        api.release,
        lambda sglang: envctl.settle(envctl.read({}), sglang=sglang),
        lambda sglang: envctl.check(envctl.read({}), sglang=sglang),
        lambda sglang: envctl.diff([envctl.read({})], sglang=sglang),
        lambda sglang: envctl.diff([envctl.read({})], releases=[sglang]),
        lambda sglang: envctl.export(envctl.read({}), "dotenv", sglang=sglang),
    ],
)
def test_what_is_not_a_release_is_refused(call: Callable[[str], object]) -> None:
    with pytest.raises(ValueError, match=r"nonsense.*SGLang release"):
        call("nonsense")


@pytest.mark.parametrize(
    ("source", "options", "expected"),
    [
        ("same.env", {}, []),
        ("crash.env", {}, [("crashes", "SGLANG_CACHE_DIT_FN")]),
        ("crash.env", {"select": ["misread"]}, []),
        ("crash.env", {"ignore": ["crashes"]}, []),
        ({"GLOO_SOCKET_IFNAME": "no-such-if0"}, {"host": False}, []),
        (
            {"GLOO_SOCKET_IFNAME": "no-such-if0"},
            {"host": True},
            [("interface-absent", "GLOO_SOCKET_IFNAME")],
        ),
        ("acme.env", {}, []),
    ],
)
def test_check(
    source: str | dict[str, str], options: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    assert found(envctl.read(source), sglang="0.5.23", **options) == expected


def test_check_with_a_registry_of_ones_own() -> None:
    known = api.registry("own.toml")

    assert found(envctl.read("acme.env"), registry=known) == [("out-of-bounds", "ACME_BATCH")]
    assert len(known.variables) == len(api.registry().variables) + 1


def test_check_takes_settings_too() -> None:
    environment = envctl.read("crash.env")
    settings = envctl.settle(environment, sglang="0.5.20")

    assert envctl.check(settings) == envctl.check(environment, sglang="0.5.20")


def test_check_each_reports_a_shared_layer_once_and_what_is_unreadable() -> None:
    loaded = api.load_each(["prod.env", "no.env", "over.env"], api.context(), layers=["crash.env"])
    findings = api.check_each(loaded, ignore=["duplicate-name"])

    assert loaded[1] == Unreadable("no.env", "no such file")
    assert [(f.origin.source, f.rule) for f in findings if f.severity == "error"] == [
        ("no.env", "unreadable")
    ]
    assert [f.rule for f in api.check_each([envctl.read("crash.env")] * 3)] == ["crashes"]


def test_check_each_hides_a_secret_of_one_environment_in_all() -> None:
    leaked = envctl.read({"SGLANG_CACHE_DIT_ENABLED": "true", "SGLANG_CACHE_DIT_FN": "hunter22"})
    findings = api.check_each([envctl.read("secret.env"), leaked])

    assert [f.rule for f in findings] == ["crashes"]
    assert "hunter22" not in str(findings)


def test_check_each_reports_progress() -> None:
    told: list[tuple[int, int]] = []
    api.check_each(
        [envctl.read({})] * 2, on_environment=lambda done, total: told.append((done, total))
    )

    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["prod.env"], []),
        (["prod.env", "prod.env"], []),
        (["prod.env", "same.env"], [("SGLANG_CACHE_DIT_ENABLED", "spelling")]),
        (["docker.env", {"APP": "y"}], [("APP", "changed")]),
        (["docker.env", {"APP": "x"}, {"APP": "y"}], [("APP", "changed")]),
        (["docker.env", "secret.env"], [("API_TOKEN", "added"), ("APP", "removed")]),
    ],
)
def test_diff(sources: list[str | Mapping[str, str]], expected: list[tuple[str, str]]) -> None:
    differences = envctl.diff([envctl.read(source) for source in sources])

    # A mapping may be the machine's environment: what only it sets is not compared.
    assert [(d.name, d.kind) for d in differences] == expected


def test_diff_between_releases_compares_what_only_their_code_reads() -> None:
    nothing = envctl.read({})
    names = {d.name for d in envctl.diff([nothing] * 2, releases=["0.5.12", "0.5.23"])}

    assert {"SGLANG_NSA_FUSE_TOPK", "SGLANG_DSA_FUSE_TOPK"} <= names
    assert envctl.diff([nothing] * 2, releases=["0.5.23", "0.5.23"]) == ()
    assert envctl.diff([nothing] * 2, releases=[None, None]) == ()


def test_export_writes_documented_names_first_and_path_only_when_named() -> None:
    environment = envctl.read("prod.env")

    assert envctl.export(environment, "dotenv") == (
        "SGLANG_CACHE_DIT_ENABLED=1\nSGLANG_CACHE_DIT_FN=2\nAPP='my shop'\n"
    )
    assert envctl.export(environment, "shell", names=["PATH"]) == "export PATH=/bin\n"
    assert envctl.export(environment, "docker", sections=["other"]) == "APP=my shop\n"
    with pytest.raises(UsageError, match=r"^nothing that is set matches NOPE$"):
        envctl.export(environment, "dotenv", names=["NOPE"])


def test_export_of_the_current_environment_writes_the_names_that_envctl_knows() -> None:
    process = {"SGLANG_CACHE_DIT_FN": "2", "EDITOR": "vi", "PATH": "/bin"}

    assert envctl.export(envctl.read(process), "dotenv") == "SGLANG_CACHE_DIT_FN=2\n"


@pytest.mark.parametrize("form", [f for f in FORMATS if f != "json" and not documents(f)])
def test_export_refuses_what_a_format_cannot_carry(form: str) -> None:
    environment = envctl.read({"SGLANG_S3_BUCKET_NAME": "a\0b", "SGLANG_CACHE_DIT_FN": "2"})
    with pytest.raises(
        ValueError, match=f"^SGLANG_S3_BUCKET_NAME cannot go into {form}: "
    ) as caught:
        envctl.export(environment, form)

    assert isinstance(caught.value, ExportError)
    assert len(caught.value.reasons) == 1


CHECKED = ["prod.env", "crash.env", "over.env"]


@pytest.mark.parametrize("source", CHECKED)
def test_the_command_line_checks_as_the_api_does(source: str) -> None:
    printed = json.loads(run("check", source, "--format", "json").out)["findings"]

    assert [(f["rule"], f["severity"], f["message"], f["origin"]["line"]) for f in printed] == [
        (f.rule, f.severity, f.message, f.origin.line) for f in envctl.check(envctl.read(source))
    ]


def test_the_command_line_checks_a_process_as_the_api_does() -> None:
    env = {"SGLANG_CACHE_DIT_ENABLED": "true", "SGLANG_CACHE_DIT_FN": "one"}
    printed = json.loads(run("check", "--format", "json", env=env).out)["findings"]

    assert [f["message"] for f in printed] == [f.message for f in envctl.check(envctl.read(env))]


@pytest.mark.parametrize("form", FORMATS)
def test_the_command_line_exports_as_the_api_does(form: str) -> None:
    result = run("export", "-e", "prod.env", "-e", "over.env", "--format", form)

    assert result.out == envctl.export(envctl.read("prod.env", "over.env"), form)


def test_the_command_line_compares_as_the_api_does() -> None:
    sources = ["prod.env", "same.env", "over.env"]
    printed = json.loads(run("diff", *sources, "--raw", "--format", "json").out)["changes"]
    differences = envctl.diff([envctl.read(source) for source in sources])

    assert [(c["name"], c["kind"]) for c in printed] == [(d.name, d.kind) for d in differences]


def test_the_command_line_shows_what_the_api_settles() -> None:
    shown = json.loads(run("show", "--all", "-e", "over.env", "--format", "json").out)["settings"]
    settings = envctl.settle(envctl.read("over.env"))

    assert [(s["name"], s["status"], s["value"]) for s in shown if s["section"] != "other"] == [
        (s.name, s.status, s.value) for s in settings
    ]


def test_the_package_offers_the_functions_and_no_other_name() -> None:
    assert {name for name in envctl.__all__ if not name.startswith("_")} == {
        "check", "diff", "export", "read", "settle",
    }  # fmt: skip
    assert [getattr(envctl, name) for name in ("check", "read")] == [api.check, api.read]
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = envctl.nonsense
    assert "sglang_envctl.api" in sys.modules
