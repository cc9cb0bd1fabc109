"""Lists of devices, alone and beside one another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.rules import Finding
from sglang_envctl.rules.devices import RULES
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
SLUGS = tuple(rule.slug for rule in RULES)


@table(
    ("text", "severity", "message"),
    [
        ("all", "error", "begins with 'all', which is not a device: every device is hidden"),
        ("none", "error", "begins with 'none', which is not a device: every device is hidden"),
        ("0-3", "error", "contains '0-3', which CUDA and PyTorch read as 0"),
        ("0;1", "error", "contains '0;1', which CUDA and PyTorch read as 0"),
        (
            "0,one",
            "error",
            "contains 'one', which is not a device: all entries from there on are hidden",
        ),
        ("0,1,0", "error", "contains 0 twice, which hides every device"),
        ("0,,1", "warning", "ends at an empty entry: the devices after it are hidden"),
        ("0,-1,1", "warning", "ends at '-1': the devices after it are hidden"),
    ],
)
def test_list(text: str, severity: str, message: str, judge: Judge) -> None:
    found = judge(f"CUDA_VISIBLE_DEVICES='{text}'", "device-list")
    assert [(f.severity, f.message) for f in found] == [(severity, message)]


@pytest.mark.parametrize("name", ["HIP", "ROCR", "ASCEND_RT", "MUSA"])
def test_other_vendors_know_no_all_either(name: str, judge: Judge) -> None:
    found = judge(f"{name}_VISIBLE_DEVICES=all", *SLUGS)
    assert [f.help for f in found] == ["remove the line: unset means all"]


@table(
    "text",
    ["0", "0,1,2,3", "3,1", "0, 1", "0,1,", "-1", "NoDevFiles", "GPU-8932f937-d72c-4106-c12f",
     "MIG-GPU-8932f937/1/0", "GPU-1a,GPU-2b", "15"],
)  # fmt: skip
def test_list_that_works(text: str, judge: Judge) -> None:
    assert judge(f"CUDA_VISIBLE_DEVICES='{text}'", *SLUGS) == ()


@pytest.mark.parametrize("name", ["CUDA", "HIP", "ASCEND_RT", "MUSA"])
def test_empty_list_hides_all(name: str, judge: Judge) -> None:
    found = judge(f"{name}_VISIBLE_DEVICES=", *SLUGS)
    assert [(f.rule, f.severity) for f in found] == [("no-devices", "warning")]


def test_empty_list_in_a_shell_is_mentioned_in_passing(judge_layers: Judge) -> None:
    empty = Assignment("CUDA_VISIBLE_DEVICES", "", Origin("process"))
    found = judge_layers(Layer("process", "process", (empty,)), rules=SLUGS)
    assert [(f.rule, f.severity) for f in found] == [("no-devices", "info")]


@pytest.mark.parametrize(
    ("command", "severity"), [("proxy", "info"), ("sglang.launch_server", "warning")]
)
def test_empty_list_of_another_program_is_mentioned_in_passing(
    command: str, severity: str, judge: Judge
) -> None:
    found = judge(f"CUDA_VISIBLE_DEVICES= python -m {command}\n", *SLUGS, kind="shell")
    assert [(f.rule, f.severity) for f in found] == [("no-devices", severity)]


@table(
    ("hip", "rocr", "cuda", "expected"),
    [
        ("4,5", "4,5", None, [("HIP", "error")]),
        ("0,1", "0", None, [("HIP", "error")]),
        ("0", "1", None, []),
        ("0,1", "0,1", None, []),
        ("0,1", "4,5", None, []),
        ("0,1", None, "2,3", [("CUDA", "warning")]),
        ("0,1", None, "0,1", []),
        ("-1", None, "0,1", []),
        (None, "4,5", "4,5", [("CUDA", "warning")]),
        (None, "4,5", "0,1", []),
        (None, "GPU-1a", "0", []),
        ("GPU-1a", "GPU-1a", None, []),
    ],
)
def test_lists_beside_one_another(
    hip: str | None,
    rocr: str | None,
    cuda: str | None,
    expected: list[tuple[str, str]],
    judge: Judge,
) -> None:
    given = {"HIP": hip, "ROCR": rocr, "CUDA": cuda}
    text = "".join(f"{k}_VISIBLE_DEVICES={v}\n" for k, v in given.items() if v is not None)
    found = judge(text, "device-lists-fight")
    assert [(f.name.partition("_")[0], f.severity) for f in found] == expected


def test_list_for_containers_is_another_matter(judge: Judge) -> None:
    assert judge("NVIDIA_VISIBLE_DEVICES=all\nCUDA_VISIBLE_DEVICES=0", *SLUGS) == ()


@pytest.mark.parametrize(
    ("devices", "options", "fires"),
    [
        ("0", "--tp-size 2", True),
        ("0,1", "--tp-size 2", False),
        ("0,1", "--tensor-parallel-size 2 --pp-size 2", True),
        ("0,1,2,3", "--tp-size 8 --nnodes 2", False),
        ("0,1", "--tp-size", False),
        ("-1", "--tp-size 2", False),
        ("GPU-8932f937,GPU-8932f938", "--tp-size 2", False),
    ],
)
def test_devices_for_the_ranks_of_a_command(
    devices: str, options: str, fires: bool, judge_layers: Judge
) -> None:
    assignment = Assignment("CUDA_VISIBLE_DEVICES", devices, Origin("a.sh", "a.sh", 1))
    command = ("python3", "-m", "sglang.launch_server", *options.split())
    layer = Layer("a.sh", "shell", (assignment,), selector="1", command=command)
    assert bool(judge_layers(layer, rules=("too-few-devices",))) is fires


SERVE = "python -m sglang.launch_server"
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: c\n"
    "    resources: {{limits: {{nvidia.com/gpu: 2}}}}\n{more}"
    "    env: [{{name: CUDA_VISIBLE_DEVICES, value: '{devices}'}}]\n"
)
SERVICE = (
    "services:\n  s:\n    environment: {{CUDA_VISIBLE_DEVICES: '{devices}'}}\n{more}"
    "    deploy: {{resources: {{reservations: {{devices: [{{device_ids: ['4', '5']}}]}}}}}}\n"
)


@table(
    ("kind", "text", "severity"),
    [
        ("shell", f"docker run --gpus 2 -e CUDA_VISIBLE_DEVICES=1,2 i {SERVE}", "info"),
        ("shell", f"docker run --gpus 2 -e CUDA_VISIBLE_DEVICES=2 i bash -c '{SERVE}'", "error"),
        (
            "shell",
            f"docker run --gpus 2 -e CUDA_VISIBLE_DEVICES=0,4 i {SERVE} --tp 2",
            "error",
        ),
        (
            "shell",
            f"docker run --gpus 2 -e CUDA_VISIBLE_DEVICES=0,4 i {SERVE} --base-gpu-id 1",
            "warning",
        ),
        ("kubernetes", POD.format(more="", devices="0,1,2"), "warning"),
        ("shell", f"docker run --gpus 2 -e CUDA_VISIBLE_DEVICES=0,1 i {SERVE}", None),
        ("shell", f"docker run --gpus all -e CUDA_VISIBLE_DEVICES=4,5 i {SERVE}", None),
        ("shell", f"docker run --gpus 2 --privileged -e CUDA_VISIBLE_DEVICES=4 i {SERVE}", None),
        ("shell", f"docker run --gpus device=4 i\nCUDA_VISIBLE_DEVICES=4 {SERVE}", None),
        ("kubernetes", POD.format(more="", devices="4,5"), "error"),
        ("kubernetes", POD.format(more="", devices="0,1"), None),
        (
            "kubernetes",
            POD.format(more="    securityContext: {privileged: true}\n", devices="4"),
            None,
        ),
        ("compose", SERVICE.format(more="", devices="4,5"), "error"),
        ("compose", SERVICE.format(more="    privileged: true\n", devices="4,5"), None),
        ("compose", SERVICE.format(more="", devices="0,1"), None),
    ],
)
def test_devices_that_a_container_is_not_given(
    kind: str, text: str, severity: str | None, judge: Judge
) -> None:
    found = judge(text, "devices-not-granted", kind=kind)
    assert [f.severity for f in found] == ([severity] if severity else [])
