"""What Docker prints as JSON: containers, images and services."""

from __future__ import annotations

from pathlib import Path

import pytest

from sglang_envctl.environment import Layer
from sglang_envctl.errors import SourceError, UsageError
from sglang_envctl.sources import docker
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.json import lines
from sglang_envctl.sources.load import read_all, read_one
from tests.tables import table

DATA = Path(__file__).parents[1] / "data" / "sources" / "docker"
CONTEXT = Context()
NEITHER = "is JSON, but not from docker inspect or docker compose config"
FROM_SHELL = "<taken from the shell that starts it>"


def layers(text: str | bytes) -> tuple[Layer, ...]:
    return docker.layers("x.json", text.encode() if isinstance(text, str) else text, CONTEXT)


def texts(layer: Layer) -> list[str]:
    return [f"{a.origin.line} {a.name}={a.text}" for a in layer.assignments]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "container.json",
            {
                "sglang": [
                    "15 SGLANG_CACHE_DIT_ENABLED=true",
                    '16 SGLANG_DIFFUSION_CACHE_ROOT="/models/cache"',
                    "17 APP_GREETING=café = open",
                    "18 EMPTY=",
                    "19 PATH=/usr/local/cuda/bin:/usr/bin:/bin",
                ]
            },
        ),
        (
            "images.json",
            {
                "lmsysorg/sglang:latest": [
                    "7 PATH=/usr/local/nvidia/bin:/usr/bin:/bin",
                    "8 NVIDIA_VISIBLE_DEVICES=all",
                    "9 CUDA_VERSION=12.9.1",
                ],
                "0a1b2c3d4e5f": [],
            },
        ),
        (
            "compose.json",
            {
                "router": [],
                "sglang": [
                    "11 APP_PRICE=5$",
                    "12 APP_TEMPLATE=<holds a reference that Compose resolves>",
                    f"None HF_TOKEN={FROM_SHELL}",
                    "14 SGLANG_CACHE_DIT_ENABLED=true",
                    "15 SGLANG_CACHE_DIT_FN=1",
                ],
            },
        ),
    ],
)
def test_file(file: str, expected: dict[str, list[str]]) -> None:
    found = read_all(str(DATA / file), CONTEXT)
    assert {layer.selector: texts(layer) for layer in found} == expected
    assert {layer.kind for layer in found} == {"docker"}


def test_selector_picks_a_container() -> None:
    path = str(DATA / "images.json")
    assert len(read_one(f"{path}#lmsysorg/sglang:latest", CONTEXT).assignments) == 3
    with pytest.raises(UsageError, match=r"contains lmsysorg/sglang:latest, 0a1b2c3d4e5f$"):
        read_one(f"{path}#web", CONTEXT)


def test_origin_has_the_way_through_the_document() -> None:
    found = [read_all(str(DATA / file), CONTEXT)[-1] for file in ("container.json", "compose.json")]
    assert [layer.assignments[2].origin.key for layer in found] == [
        "[0].Config.Env[2]",
        "services.sglang.environment.HF_TOKEN",
    ]


@table(
    ("text", "expected"),
    [
        ('{"Config": {"Env": ["A=1"]}}', ["1 A=1"]),  # docker inspect --format '{{json .}}'
        ('\ufeff[{"Config": {"Env": ["A=1", "B"]}}]', ["1 A=1", f"1 B={FROM_SHELL}"]),
        ('{"services": {"a": {"environment": ["A=$$1", "B=$$$C"]}}}',
         ["1 A=$1", "1 B=<holds a reference that Compose resolves>"]),
        ('{"services": {"a": {"environment": {"A": "$5 $", "B": "$$$$B"}}}}', ["1 A=$5 $", "1 B=$$B"]),
        ('{"services": {"a": {"environment": {"A": 1}}}}',
         ["None A=<not a string in the file>"]),
        ('{"services": {"a": {"image": "x"}}}', []),
        ('[{"Config": {}}]', []),
        (b"\xff\xfe" + '[{"Config": {"Env": ["A=1"]}}]'.encode("utf-16-le"), ["1 A=1"]),
    ],
)  # fmt: skip
def test_text(text: str | bytes, expected: list[str]) -> None:
    assert texts(layers(text)[0]) == expected


@table(
    ("text", "words"),
    [
        ("", "is not valid JSON: expecting value in line 1"),
        ('[\n{"Id": }]', "is not valid JSON: expecting value in line 2"),
        ('{"Config": NaN}', "is not valid JSON: NaN is not a JSON value"),
        ('{"services": {"a": 1, "a": 2}}', "is not valid JSON: an object repeats the key a"),
        ('{"\\u001b[31m": 1, "\\u001b[31m": 2}',
         "is not valid JSON: an object repeats the key \\x1b[31m"),
        (b'{"services": "\xe9"}', "is not valid utf-8"),
        ("[" * 100_000, "is nested too deep to be read"),
        ('{"a":' * 100_000, "is nested too deep to be read"),
        ("[]", "describes no container, image or service: it is empty"),
        ('{"services": {}}', "describes no container, image or service: it is empty"),
        ("[1]", NEITHER),
        ('{"a": 1}', NEITHER),
        ('[{"Config": {"Env": "A=1"}}]', NEITHER),
        ('[{"Config": {"Env": [1]}}]', "[0].Config.Env[0] is not a string"),
        ('{"services": {"a": 1}}', "is JSON, but services.a is not a service"),
        (b" " * (lines.LARGEST + 1),
         "larger than 16 MiB, so it does not describe an environment"),
    ],
)  # fmt: skip
def test_what_is_no_description(text: str | bytes, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        layers(text)
    assert str(caught.value) == f"x.json: {words}"


@pytest.mark.parametrize(
    "head",
    ['[{"Id": ""', '[\n  {\n    "RepoTags" :', '{"Id":', '{"name":"x","services": {', "[]\n"],
)
def test_what_looks_like_it(head: str) -> None:
    assert docker.matches("x", head.encode())


@pytest.mark.parametrize(
    "head", ["", "A=1", '{"apiVersion": "v1"', '{"schema": 1', "services:\n", '["Id"]', "[Service]"]
)
def test_what_does_not(head: str) -> None:
    assert not docker.matches("x", head.encode())
