"""The JSON Schemas: what envctl prints and reads is what they say, and nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sglang_envctl.config.keys import KEYS
from sglang_envctl.errors import EnvctlError
from sglang_envctl.schemas import NAMES, schema
from sglang_envctl.sources import project_file, registry_file
from tests.consumers import library
from tests.harness import Write, run

jsonschema = library("jsonschema")

DATA = Path(__file__).parents[1] / "data"
OUTPUTS = {
    "show": ["show -e bad.env --all", "show -e missing.env", "show --section nonsense"],
    "check": ["check bad.env good.env", "check missing.env", "check good.env", "check --sglang x"],
    "statistics": ["check bad.env --statistics", "check good.env --statistics"],
    "diff": [
        "diff bad.env good.env --raw",
        "diff good.env good.env",
        "diff bad.env good.env defaults bad.env",
        "diff missing.env good.env",
    ],
    "export": ["export -e good.env", "export -e bad.env"],
    "explain": [
        "explain SGLANG_CACHE_DIT_FN -e bad.env",
        "explain misread crashes",
        "explain cache",
        "explain NO_SUCH",
    ],
    "rules": ["explain --rules"],
    "audit": ["audit gateway", "audit missing.py"],
    "settings": ["config", "config --config project.toml", "config --config missing.toml"],
}


@pytest.fixture(autouse=True)
def _files(write: Write) -> None:
    write("good.env", "SGLANG_CACHE_DIT_ENABLED=true\n")
    write("bad.env", "USE_FLAGGEMS=on\nSGLANG_CACHE_DIT_ENABELD=1\nbroken line\nA=1\nHF_TOKEN=x\n")
    write(
        "project.toml",
        "severity = {misread = 'info'}\nper-file-ignores = {'*.env' = ['crashes']}\n"
        "[[environments]]\nname = 'a'\nlayers = ['good.env']\n",
    )
    shutil.copytree(DATA / "gateway", "gateway")


def strict(found: Any) -> Any:
    """The schema without keys that it does not name."""
    if isinstance(found, dict):
        closed = {"additionalProperties": False} if "properties" in found else {}
        return {**closed, **{key: strict(value) for key, value in found.items()}}
    return [strict(value) for value in found] if isinstance(found, list) else found


def complaints(name: Any, document: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(strict(schema(name)))
    return [
        f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(document)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one(name: Any) -> None:
    printed = json.loads(run("schema", name).out)

    assert printed == schema(name)
    jsonschema.Draft202012Validator.check_schema(printed)
    assert printed["title"]


@pytest.mark.parametrize(
    ("name", "line"), [(n, line) for n, lines in OUTPUTS.items() for line in lines]
)
def test_an_output_has_the_keys_of_its_schema_and_no_others(name: str, line: str) -> None:
    result = run(*line.split(), "--format", "json")

    assert complaints(name, json.loads(result.out)) == []


@pytest.mark.parametrize(
    "line", ["snapshot good.env", "snapshot bad.env --show-secrets", "snapshot"]
)
def test_a_snapshot_has_the_keys_of_its_schema(line: str) -> None:
    assert complaints("snapshot", json.loads(run(*line.split()).out)) == []


def test_a_snapshot_of_a_rank_has_them_too() -> None:
    job = {"SLURM_NODEID": "3", "MASTER_ADDR": "gpu0", "HF_TOKEN": "hf_" + "Zq7Xw9Kp2Lm4Vt8B"}
    document = json.loads(run("snapshot", env=job).out)

    assert (document["node"]["rank"], document["node"]["engine"]) == ("3", "gpu0")
    assert document["masked"] == {"HF_TOKEN": ""}
    assert complaints("snapshot", document) == []


def test_every_output_is_tested() -> None:
    assert {*OUTPUTS, "snapshot", "config", "registry"} == set(NAMES)


def test_a_configuration_has_the_keys_that_are_read() -> None:
    assert schema("config")["properties"].keys() == KEYS.keys()


CONFIGS = {
    "": True,
    "sglang = '0.5.20'": True,
    "sglang = ['0.5.20', '0.5.23']": True,
    "select = 'misread'": True,
    "ignore = ['misread']": True,
    "ignore = ['mis']": False,
    "ignroe = []": False,
    "severity = {misread = 'info'}": True,
    "severity = {misread = 'fatal'}": False,
    "severity = {mis = 'info'}": False,
    "per-file-ignores = {'*.env' = ['misread']}": True,
    "per-file-ignores = {'*.env' = ['mis']}": False,
    "fail-on = 'warning'": True,
    "fail-on = 1": False,
    "baseline = 'known.json'": True,
    "baseline = ['a']": False,
    "dialects = ['dotenv', 'docker']": True,
    "dialects = ['dotenv']": False,
    "exclude = ['a', '']": False,
    "[[environments]]\nname = 'a'\nlayers = ['good.env']\nrelease = '0.5.20'": True,
    "[[environments]]\nlayers = ['good.env']": False,
    "[[environments]]\nname = 'a'\nlayers = ['good.env']\nlayer = 'x'": False,
}


@pytest.mark.parametrize("text", CONFIGS)
def test_the_schema_and_the_program_agree_on_a_configuration(text: str, write: Write) -> None:
    write("envctl.toml", text)
    table = project_file.read("envctl.toml").table

    assert (complaints("config", table) == []) is CONFIGS[text]
    assert (run("config").code == 0) is CONFIGS[text]


VARIABLES = {
    "": True,
    "type = 'int'\nminimum = 1": True,
    "type = 'int'\nminimum = 'x'": False,
    "minimum = 1": False,
    "type = 'choice'\nallowed = ['a', 'b']": True,
    "type = 'choice'": False,
    "type = 'number'": False,
    "required = true\nsecret = true\nsummary = 's'": True,
    "required = 'yes'": False,
    "sumary = 's'": False,
}


@pytest.mark.parametrize("text", VARIABLES)
def test_the_schema_and_the_program_agree_on_a_registry_file(text: str, write: Write) -> None:
    write("r.toml", f"[[variable]]\nname = 'ACME'\n{text}\n")
    table = project_file.read("r.toml").table
    try:
        registry_file.read("r.toml")
    except EnvctlError:
        accepted = False
    else:
        accepted = True

    assert accepted is VARIABLES[text]
    assert (complaints("registry", table) == []) is accepted
