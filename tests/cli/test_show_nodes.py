"""`envctl show` of many nodes: each value once, with the nodes that have it."""

from __future__ import annotations

import json

import pytest

from tests.harness import Write, run

SECRET = "hf_" + "Zq7Xw9Kp2Lm4Vt8B"


def nodes(write: Write, *values: dict[str, str]) -> None:
    for number, own in enumerate(values, 1):
        settings = [{"name": name, "raw": raw} for name, raw in own.items()]
        document = {"schema": 1, "node": {"host": f"gpu{number}"}, "settings": settings}
        write(f"env/{number}.json", json.dumps(document))


def lines(*args: str) -> list[str]:
    result = run("show", "-q", *args)
    assert (result.code, result.err) == (0, "")
    return result.out.splitlines()


@pytest.mark.parametrize("source", ["env", "env/*.json", "env/[1-4].json"])
def test_a_value_is_listed_once_with_its_nodes(source: str, write: Write) -> None:
    nodes(
        write,
        {"NCCL_DEBUG": "INFO", "SGLANG_CACHE_DIT_ENABLED": "1", "HOSTNAME": "a"},
        {"NCCL_DEBUG": "WARN", "SGLANG_CACHE_DIT_ENABLED": "true", "HOSTNAME": "b"},
        {"NCCL_DEBUG": "WARN", "SGLANG_CACHE_DIT_ENABLED": "1", "HOSTNAME": "c", "APP": "x"},
        {"NCCL_DEBUG": "WARN", "SGLANG_CACHE_DIT_ENABLED": "1", "HOSTNAME": "d"},
    )

    assert lines("-e", source) == [
        "SGLANG_CACHE_DIT_ENABLED\ttrue\tset\tall nodes",
        "NCCL_DEBUG\tWARN\tset\tgpu[2-4]",
        "NCCL_DEBUG\tINFO\tset\tgpu1",
        "APP\tx\tset\tgpu3",
        "HOSTNAME\t<4 values, by node>\tset\tall nodes",
    ]


def test_nodes_that_have_no_value_are_listed_where_that_is_asked_for(write: Write) -> None:
    nodes(write, {"NCCL_DEBUG": "INFO"}, {"NCCL_ALGO": "Ring"}, {"NCCL_ALGO": "Ring"})

    assert lines("-e", "env", "NCCL_DEBUG") == [
        "NCCL_DEBUG\t\tunset\tgpu[2-3]", "NCCL_DEBUG\tINFO\tset\tgpu1"
    ]  # fmt: skip
    assert lines("-e", "env", "NCCL_DEBUG", "--set") == ["NCCL_DEBUG\tINFO\tset\tgpu1"]


def test_layers_before_it_lie_under_each_node(write: Write) -> None:
    write("base.env", "NCCL_DEBUG=WARN\nAPP=1\n")
    nodes(write, {"NCCL_DEBUG": "INFO"}, {"APP": "2"})

    assert lines("-e", "base.env", "-e", "env") == [
        "NCCL_DEBUG\tINFO\tset\tgpu1", "NCCL_DEBUG\tWARN\tset\tgpu2",
        "APP\t1\tset\tgpu1", "APP\t2\tset\tgpu2",
    ]  # fmt: skip


def test_a_file_with_several_environments(write: Write) -> None:
    write(
        "compose.yaml",
        "services:\n  a: {image: x, environment: {NCCL_DEBUG: INFO}}\n"
        "  b: {image: x, environment: {NCCL_DEBUG: WARN}}\n",
    )

    assert lines("-e", "compose.yaml") == [
        "NCCL_DEBUG\tINFO\tset\tcompose.yaml#a", "NCCL_DEBUG\tWARN\tset\tcompose.yaml#b"
    ]  # fmt: skip
    assert lines("-e", "compose.yaml#b") == ["NCCL_DEBUG\tWARN\tset\tcompose.yaml:3"]
    # It has to be the last one, since what lies on top would be the same for all.
    write("top.env", "A=1\n")
    assert run("show", "-e", "compose.yaml", "-e", "top.env").code == 2


def test_json_has_the_nodes(write: Write) -> None:
    nodes(write, {"NCCL_DEBUG": "INFO"}, {"NCCL_DEBUG": "WARN"}, {"NCCL_DEBUG": "WARN"})

    document = json.loads(run("show", "-e", "env", "--format", "json", "NCCL_DEBUG").out)

    assert document["nodes"] == 3
    found = [(s["value"], s["nodes"], s["origin"]["source"]) for s in document["settings"]]
    assert found == [("WARN", ["gpu2", "gpu3"], "gpu[2-3]"), ("INFO", ["gpu1"], "gpu1")]


def test_a_pattern_may_match_a_name_of_some_nodes_only(write: Write) -> None:
    nodes(write, {"NCCL_DEBUG": "INFO"}, {"MY_APP": "1"})

    assert lines("-e", "env", "MY_APP") == ["MY_APP\t1\tset\tgpu2"]
    assert run("show", "-e", "env", "YOUR_APP").code == 2


def test_what_cannot_be_read_is_named_and_the_rest_shown(write: Write) -> None:
    nodes(write, {"NCCL_DEBUG": "INFO"}, {"NCCL_DEBUG": "INFO"})
    write("env/3.json", '{"schema": 1, "settings": {}}')

    result = run("show", "-e", "env")

    assert result.code == 3
    assert "NCCL_DEBUG\tINFO\tset\tall nodes" in result.out
    assert "env/3.json: is JSON of envctl, but not a snapshot" in result.err


def test_a_secret_is_masked_and_hidden_in_other_values(write: Write) -> None:
    nodes(write, {"HF_TOKEN": SECRET}, {"HF_TOKEN": "hf_other", "APP": f"x-{SECRET}"})

    for form in ("table", "json", "csv", "markdown"):
        result = run("show", "-e", "env", "--format", form)
        assert "HF_TOKEN" in result.out
        assert SECRET not in result.out + result.err


def test_one_environment_of_a_directory_keeps_its_places(write: Write) -> None:
    write("deploy/prod.env", "NCCL_DEBUG=INFO\n")

    assert lines("-e", "deploy") == ["NCCL_DEBUG\tINFO\tset\tdeploy/prod.env:1"]


@pytest.mark.parametrize("args", [["diff", "-q", "env/*.json"], ["check", "-q", "env/*.json"]])
def test_patterns_are_sources_of_other_commands_too(args: list[str], write: Write) -> None:
    nodes(write, *({"SGLANG_CACHE_DIT_FN": "one" if n else "2"} for n in range(4)))

    result = run(*args)

    assert result.code == 1
    assert "gpu[2-4]" in result.out


def test_services_are_environments_not_nodes(write: Write) -> None:
    write("compose.yaml", "services:\n  a: {environment: {A: 1}}\n  b: {environment: {A: 2}}\n")

    assert " set in 2 environments (" in run("show", "-e", "compose.yaml").err
    assert " between 4 environments (" in run("diff", "compose.yaml", "compose.yaml").err
