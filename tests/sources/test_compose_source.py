"""The environments of the services in a Compose file, as compose-go gets them from the same files."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from sglang_envctl.environment import Layer
from sglang_envctl.errors import SourceError
from sglang_envctl.sources.compose.service import SHELL, SWARM
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all, read_one
from tests.consumers import need
from tests.tables import table

DATA = Path(__file__).parents[1] / "data" / "sources" / "compose"
WEB = "services:\n  web:\n    image: x\n"
PROCESS = {"S": "shell"}
FILES = {
    ".env": "DOT=dot\nPASS=fromdot\nS=dotS\nEMPTY=\n",
    "a.env": "A=1\nB=${A}x\nS=file\n",
    "b.env": "A=2\nE=${A}\n",
    "sub/.env": "DOT=subdot\nU=sub\n",
    "sub/f.env": "F=sub\n",
    "sub/o.yaml": "services:\n"
    "  base: {image: x, env_file: f.env, environment: {X: $DOT, U: '${U-no}'}}\n",
}  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def services(here: Path, text: str) -> dict[str, dict[str, str | None]]:
    """Every service's variables; None where only the shell knows the value."""
    return {layer.selector: values(layer) for layer in layers(here, text)}


def layers(here: Path, text: str) -> tuple[Layer, ...]:
    (here / "compose.yaml").write_text(text, encoding="utf-8")
    return read_all("compose.yaml", Context(PROCESS))


def values(layer: Layer) -> dict[str, str | None]:
    return {a.name: None if a.unknown else a.raw for a in layer.assignments}


def noted(layer: Layer) -> list[tuple[str, int | None, str]]:
    return [(note.rule, note.origin.line, note.name) for note in layer.notes]


# The expected values are what compose-go got from these files.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WEB + "    environment: [A=1, B=, 'C=\"q\"', ' D=1', 'E= 1 ']",
         {"A": "1", "B": "", "C": '"q"', " D": "1", "E": " 1 "}),
        (WEB + "    environment: [A=1, A=2]", {"A": "2"}),
        (WEB + "    environment: {A: 1, B: true, C: '', D: yes}",
         {"A": "1", "B": "true", "C": "", "D": "yes"}),
        (WEB + "    environment: [PASS, NOWHERE, S]",
         {"PASS": "fromdot", "NOWHERE": None, "S": "shell"}),
        (WEB + "    environment: {PASS: , NOWHERE: null}", {"PASS": "fromdot", "NOWHERE": None}),
        (WEB + "    env_file: a.env", {"A": "1", "B": "1x", "S": "file"}),
        (WEB + "    env_file: [a.env, b.env]", {"A": "2", "B": "1x", "S": "file", "E": "2"}),
        (WEB + "    env_file: [a.env]\n    environment: {A: 3}", {"A": "3", "B": "3x", "S": "file"}),
        (WEB + "    env_file: [a.env]\n    environment: [A]", {"A": None, "B": "1x", "S": "file"}),
        (WEB + "    env_file: '${NOPE:-a}.env'", {"A": "1", "B": "1x", "S": "file"}),
        (WEB + "    env_file: [{path: no.env, required: false}, {path: a.env}]",
         {"A": "1", "B": "1x", "S": "file"}),
        ("x-e: &e {A: 1, B: 2}\n" + WEB + "    environment: {<<: *e, B: 3}", {"A": "1", "B": "3"}),
        ("x-l: &l [A=1]\n" + WEB + "    environment: *l", {"A": "1"}),
        ("x-s: &s {environment: {A: 1}}\nservices:\n  web: {<<: *s, environment: {B: 1}}", {"B": "1"}),
        (WEB + "    environment: {A: 1, B: 1}\n---\nservices: {web: {environment: [A=2]}}",
         {"A": "2", "B": "1"}),
        (WEB + "    environment: !reset {A: 1}", {}),
        (WEB + "    profiles: [gpu]\n    environment: {A: 1}", {"A": "1"}),
        ("services:\n  web: {extends: {service: base, file: sub/o.yaml}, environment: {A: 2}}",
         {"F": "sub", "X": "dot", "U": "no", "A": "2"}),
    ],
)  # fmt: skip
def test_one_service(here: Path, text: str, expected: dict[str, str | None]) -> None:
    assert services(here, text) == {"web": expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "services:\n  base: {environment: [A=1, B=1], env_file: a.env}\n"
            "  web: {extends: base, environment: {A: 2}, env_file: [b.env]}\n",
            {
                "base": {"A": "1", "B": "1", "S": "file"},
                "web": {"A": "2", "B": "1", "S": "file", "E": "2"},
            },
        ),
        (
            "include: [sub/o.yaml]\nservices:\n  web: {environment: {A: $DOT, U: '${U-no}'}}",
            {"base": {"F": "sub", "X": "dot", "U": "sub"}, "web": {"A": "dot", "U": "no"}},
        ),
        ("include: [compose.yaml]\nservices: {web: {environment: [A=1]}}", {"web": {"A": "1"}}),
    ],
)
def test_several_services(
    here: Path, text: str, expected: dict[str, dict[str, str | None]]
) -> None:
    assert services(here, text) == expected


@pytest.mark.parametrize("text", ["{{.Node.Hostname}}", "sglang-{{ .Task.Slot }}"])
def test_a_template_of_swarm_makes_the_value_unknown(here: Path, text: str) -> None:
    (layer,) = layers(here, WEB + f"    environment: {{A: '{text}'}}")
    assert [a.text for a in layer.assignments] == [f"<{SWARM}>"]


@pytest.mark.parametrize("text", ["$NO", "${NO}", "a${NO}b", "${NO:?say}", "${NO?}", "${S}${NO}"])
def test_an_undefined_name_makes_the_value_unknown(here: Path, text: str) -> None:
    (layer,) = layers(here, WEB + f"    environment: {{A: '{text}'}}")
    (assignment,) = layer.assignments
    assert (assignment.raw, assignment.unknown) == ("", SHELL)
    assert "NO" in assignment.references or ":?" in text or "?" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("    environment: [1]", ("refused", 4, "")),
        ("    environment:\n", ("refused", 4, "")),
        ("    environment: A=1", ("refused", 4, "")),
        ("    environment: ['A =1']", ("refused", 4, "A")),
        ("    environment: {1: x}", ("refused", 4, "")),
        ("    environment: {A: 1, A: 2}", ("refused", 4, "")),
        ("    environment: {A: '${1}'}", ("refused", 4, "A")),
        ("    environment:\n      - A: 1", ("colon-in-list", 5, "A")),
        ("    environment:\n      - 'A: 1'", ("colon-in-list", 5, "A")),
        ("    environment: [A:1]", ("colon-in-list", 4, "A")),
        ("    environment: {A: [a]}", ("not-a-string", 4, "A")),
        ("    environment: {A: .inf}", ("not-a-string", 4, "A")),
        ("    environment: {A: 017}", ("not-a-string", 4, "A")),
        ("    environment: {A: 2026-01-01}", ("not-a-string", 4, "A")),
        ("    environment: {A: 2026-01-01T10:00:00Z}", ("not-a-string", 4, "A")),
        ("    environment: {A: 2026-1-1 1:2:3}", ("not-a-string", 4, "A")),
        ("    environment: [A=1, A=2]", ("duplicate-name", 4, "A")),
        ("    environment: {A: pa$word}", ("dollar-eaten", 4, "A")),
        ("    environment: {A: $NO}", ("needs-shell", 4, "A")),
        ("    extends: web", ("refused", 4, "")),
        ("    extends: nobody", ("refused", 4, "")),
        ("    extends: {file: no.yaml, service: x}", ("refused", 4, "")),
        ("    extends: {file: sub, service: x}", ("refused", 4, "")),
        ("    env_file: no.env", ("missing-file", 4, "")),
        ("    env_file: sub", ("missing-file", 4, "")),
        ("    env_file: {a: b}", ("refused", 4, "")),
        ("    env_file: [{path: a.env, format: json}]", ("missing-file", 4, "")),
        ("  other:", ("refused", 4, "")),
        ("include: [no.yaml]", ("refused", 4, "")),
    ],
)
def test_refused_or_probably_not_intended(
    here: Path, text: str, expected: tuple[str, int, str]
) -> None:
    assert expected in noted(layers(here, WEB + text)[0])


@pytest.mark.parametrize(
    "entry",
    ["A: True", "A: 1.5", "A: 'a$$b'", "A: a$1", "A: $S", "A: '${NO:-x}'", "A: '${NO:?m}'", "A: '017'",
     "A: '2026-01-01'", "A: 2026-02-30", "A: 2026-01-01T10:00", "A: 2026-01-01 24:00:00"],
)  # fmt: skip
def test_no_notes(here: Path, entry: str) -> None:
    assert layers(here, WEB + f"    environment: {{{entry}}}")[0].notes == ()


def test_circular_and_long_chains_of_extends_end(here: Path) -> None:
    circle = "services:\n  a: {extends: b, environment: [A=1]}\n  b: {extends: a}\n"
    chain = "services:\n" + "".join(f"  s{i}: {{extends: s{i + 1}}}\n" for i in range(2000))
    again = "".join(f"  s{i}: {{extends: s{i + 1}}}\n" for i in range(40))
    doubled = f"services:\n{again}---\nservices:\n{again}"

    assert [values(layer) for layer in layers(here, circle)] == [{"A": "1"}, {}]
    assert "refused" in {kind for kind, _, _ in noted(layers(here, chain)[0])}
    assert len(layers(here, doubled)) == 40


@pytest.mark.parametrize(
    ("links", "expected", "rules"), [(50, {"A": "1"}, set()), (51, {}, {"refused"})]
)
def test_a_chain_of_extends_has_up_to_50_links(
    here: Path, links: int, expected: dict[str, str], rules: set[str]
) -> None:
    chain = "".join(f"  s{i}: {{extends: s{i + 1}}}\n" for i in range(links))
    last = f"  s{links}: {{environment: [A=1]}}\n"
    first, *_ = layers(here, f"services:\n{chain}{last}")

    assert values(first) == expected
    assert {note.rule for note in first.notes} == rules


def test_an_env_file_that_is_a_pipe_is_not_read(here: Path) -> None:
    os.mkfifo(here / "pipe.env")
    (layer,) = layers(here, WEB + "    env_file: pipe.env\n    environment: [A=1]")
    assert (noted(layer), values(layer)) == ([("missing-file", 4, "")], {"A": "1"})
    assert layer.unseen == "env_file pipe.env"


def test_every_value_has_its_file_and_line(here: Path) -> None:
    text = (
        "services:\n  web:\n    extends: {file: sub/o.yaml, service: base}\n"
        "    environment:\n      A: 1"
    )
    (layer,) = layers(here, text)
    assert [(a.name, str(a.origin), a.origin.key) for a in layer.assignments] == [
        ("F", "sub/f.env:1", "env_file"),
        ("X", "sub/o.yaml:2", "environment"),
        ("U", "sub/o.yaml:2", "environment"),
        ("A", "compose.yaml:5", "environment"),
    ]
    assert (layer.label, layer.kind, layer.unseen) == ("compose.yaml#web", "compose", "")


def test_one_service_can_be_selected(here: Path) -> None:
    (here / "stack.yaml").write_text("services: {a: {environment: [A=1]}, b: }\n")
    assert values(read_one("stack.yaml#a", Context())) == {"A": "1"}
    assert values(read_one("compose:stack.yaml#a", Context())) == {"A": "1"}


UNREAD = {
    "x-env: &e {SGLANG_X: 1}\nservices: {a: {image: x}}": "SGLANG_X is set where no",
    "services: {a: {image: x, post_start: [{command: a, environment: [SGLANG_X=1]}]}}": (
        "SGLANG_X is set where no"
    ),
    "services: {a: {configs: [c]}}\nconfigs:\n  c:\n    content: |\n      SGLANG_X=1\n": (
        "SGLANG_X is set where no"
    ),
    "services: {a: {build: {context: ., args: {SGLANG_LOG_GC: 1}}}}": "SGLANG_LOG_GC is an argument",
    "services: {a: {build: {context: ., args: [SGLANG_LOG_GC=1]}}}": "SGLANG_LOG_GC is an argument",
    "services: {a: {image: x, env_file: '${SETTINGS}'}}": (
        "the path of an env_file has SETTINGS, which is not defined here"
    ),
}
ORDINARY = (
    "x-env: &e {SGLANG_X: 1}\nservices: {a: {environment: *e}}",
    "x-env: &e {SGLANG_X: 1}\nservices: {a: {environment: {<<: *e, SGLANG_X: 2}}}",
    "x-a: &a {environment: {SGLANG_X: 1}}\nservices: {a: {<<: *a}, b: {environment: [SGLANG_X=2]}}",
    "services: {a: {image: 'x:${SGLANG_TAG:-1}', labels: {SGLANG_X: 1}}}",
    "services: {a: {command: SGLANG_X=1 sglang serve, environment: [SGLANG_Y]}}",
    "services: {a: {build: {args: {SGLANG_LOG_GC: 1}}, environment: {SGLANG_LOG_GC: 1}}}",
    "services: {a: {build: {args: {SGLANG_VERSION: 1}}}}",
    "services: {a: {secrets: [s]}}\nsecrets: {s: {environment: SGLANG_API_KEY}}",
)


@table("text", UNREAD)
def test_a_place_that_compose_passes_to_no_service_is_told(here: Path, text: str) -> None:
    notes = [note for layer in layers(here, text) for note in layer.notes]

    assert [note.rule for note in notes] == ["not-followed"]
    assert str(notes[0].facts["reason"]).startswith(UNREAD[text])


@table("text", ORDINARY)
def test_what_services_get_is_not_told(here: Path, text: str) -> None:
    assert [note for layer in layers(here, text) for note in layer.notes] == []


@table(
    "text",
    [
        "services: {a: {image: x, env: {A: 1}}}",
        "services: {a: {image: x, env_vars: [A=1], environment: {B: 1}}}",
        "services: {a: {image: x}}\nenvironment: {A: 1}",
    ],
)
def test_a_key_that_compose_does_not_have_is_refused(here: Path, text: str) -> None:
    assert [note.rule for layer in layers(here, text) for note in layer.notes] == ["refused"]


def test_services_of_another_program_are_read_as_its_own(here: Path) -> None:
    (here / "deploy.yaml").write_text("services: {a: {image: x, env: {A_B: 1}}}", encoding="utf-8")
    (layer,) = read_all("deploy.yaml", Context())

    assert (layer.selector, values(layer)) == ("services/a/env", {"A_B": "1"})


def test_a_missing_file_is_told_without_any_service(here: Path) -> None:
    (layer,) = layers(here, "include: [absent.yaml]")

    assert [note.rule for note in layer.notes] == ["refused"]


@pytest.mark.parametrize("text", ["a: 1", "[1]", "", "services: {}", "x"])
def test_a_file_without_services_is_not_a_compose_file(here: Path, text: str) -> None:
    with pytest.raises(SourceError, match=r"^compose\.yaml: defines no services"):
        layers(here, text)


def test_a_comment_silences_a_rule_on_its_line(here: Path) -> None:
    text = (
        WEB
        + "    environment:\n      # envctl: ignore[misread]\n      A: 1\n"
        + "      B: 2 # envctl: ignore[crashes]\n"
    )
    (layer,) = layers(here, text)
    assert layer.ignores == {
        ("compose.yaml", 6): frozenset({"misread"}),
        ("compose.yaml", 7): frozenset({"crashes"}),
    }


SAMPLES: dict[str, dict[str, dict[str, str | None]]] = {
    "server": {
        "sglang": {
            "NCCL_DEBUG": "WARN", "SGLANG_CACHE_DIT_ENABLED": "true", "HF_TOKEN": None,
            "HF_HOME": "/models/huggingface", "NO_PROXY": "localhost,127.0.0.1",
            "GREETING": "costs 5$",
        }
    },
    "disaggregated": {
        "prefill": {
            "NCCL_IB_HCA": "mlx5_0,mlx5_1", "NVSHMEM_IB_GID_INDEX": "3", "SGLANG_USE_MLX": "no",
            "SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT": "600", "CUDA_VISIBLE_DEVICES": "0,1",
        },
        "decode": {
            "NCCL_IB_HCA": "mlx5_0,mlx5_1", "NVSHMEM_IB_GID_INDEX": "5", "SGLANG_USE_MLX": "no",
            "SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT": "600", "CUDA_VISIBLE_DEVICES": "2,3",
        },
        "spare": {
            "NCCL_IB_HCA": "mlx5_0,mlx5_1", "NVSHMEM_IB_GID_INDEX": "3", "SGLANG_USE_MLX": "no",
            "SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT": "600",
        },
        "router": {},
    },
    "diffusion": {
        "minio": {"MINIO_ROOT_USER": "u", "MINIO_ROOT_PASSWORD": "p"},
        "diffusion": {
            "SGLANG_S3_BUCKET_NAME": "generated-media", "SGLANG_CLOUD_STORAGE_TYPE": "s3",
            "SGLANG_DIFFUSION_CACHE_ROOT": "/models/diffusion", "SGLANG_S3_ACCESS_KEY_ID": "u",
            "SGLANG_S3_REGION_NAME": "eu-west-1", "SGLANG_S3_ENDPOINT_URL": "http://minio:9000",
            "SGLANG_S3_SECRET_ACCESS_KEY": "p",
        },
    },
}  # fmt: skip
SHELL_OF_SAMPLES = {"STORAGE_USER": "u", "STORAGE_PASSWORD": "p"}


@pytest.mark.parametrize("sample", SAMPLES)
def test_real_files(sample: str) -> None:
    found = read_all(str(DATA / sample / "compose.yaml"), Context(SHELL_OF_SAMPLES))
    assert {layer.selector: values(layer) for layer in found} == SAMPLES[sample]


@pytest.mark.real
@pytest.mark.parametrize("sample", SAMPLES)
def test_docker_compose_agrees(sample: str) -> None:
    done = subprocess.run(
        [need("docker-compose"), "--profile", "*", "config", "--format", "json"],
        cwd=DATA / sample,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", **SHELL_OF_SAMPLES},
        capture_output=True,
        check=True,
    )
    # Its output is a Compose file again, so every $ is doubled.
    printed = json.loads(done.stdout.replace(b"$$", b"$"))["services"]
    found = {name: service.get("environment") or {} for name, service in printed.items()}
    assert found == SAMPLES[sample]
