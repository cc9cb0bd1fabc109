"""Files of each form that SGLang is launched from, after public ones: their kind, and what is found."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from sglang_envctl.sources import FILE_KINDS, detect, file_kind
from tests.harness import run
from tests.tables import table

DATA = Path(__file__).parents[1] / "data" / "sources" / "forms"


class Case(NamedTuple):
    """A file, its kind, how many variables are read from it, and what is found."""

    file: str
    kind: str
    variables: int
    findings: tuple[str, ...] = ()
    """Severity, rule and name of each."""


UNKNOWN = "error unknown-variable SGLANG_ENABLE_JIT_DEEPGEM"
MISSPELLED = "error unknown-variable SGLANG_USE_AITERR"
RENAMED = "warning renamed SGL_ENABLE_JIT_DEEPGEMM"
UNDOCUMENTED = "info undocumented SGLANG_LOG_GC"
UNFOLLOWED = "info not-followed cannot"
CASES = (
    Case("kubernetes/application-object.yaml", "kubernetes", 2, (MISSPELLED,)),
    Case("kubernetes/application-set.yaml", "kubernetes", 2, (RENAMED,)),
    Case("kubernetes/application-values.yaml", "kubernetes", 1, (UNKNOWN,)),
    Case("kubernetes/argo-container.yaml", "kubernetes", 1, (UNKNOWN,)),
    Case("kubernetes/argo-cron.yaml", "kubernetes", 1, (RENAMED,)),
    Case("kubernetes/argo-parameters.yaml", "kubernetes", 1, (RENAMED,)),
    Case("kubernetes/argo-patch.yaml", "kubernetes", 2, (UNKNOWN, MISSPELLED)),
    Case("kubernetes/argo-script.yaml", "kubernetes", 2, (UNDOCUMENTED,)),
    Case("kubernetes/argo-template.yaml", "kubernetes", 2, (UNKNOWN, UNFOLLOWED)),
    Case("kubernetes/deployments.json", "kubernetes", 2, (UNKNOWN,)),
    Case("kubernetes/exports.yaml", "kubernetes", 3, (RENAMED,)),
    Case("kubernetes/filled.yaml", "kubernetes", 1, (UNFOLLOWED, MISSPELLED)),
    Case("kubernetes/graph-alpha.yaml", "kubernetes", 2, (RENAMED,)),
    Case(
        "kubernetes/graph-beta.yaml",
        "kubernetes",
        2,
        ("error defaulted SGLANG_JIT_DEEPGEMM_PRECOMPILE",),
    ),
    Case("kubernetes/graph-patch.yaml", "kubernetes", 2),
    Case("kubernetes/helmrelease-controllers.yaml", "kubernetes", 2, (UNKNOWN,)),
    Case("kubernetes/helmrelease-list.yaml", "kubernetes", 2, (UNFOLLOWED, MISSPELLED)),
    Case("kubernetes/helmrelease-pair.yaml", "kubernetes", 2, (RENAMED,)),
    Case("kubernetes/kserve-config.yaml", "kubernetes", 1, (RENAMED,)),
    Case("kubernetes/kserve-runtime.yaml", "kubernetes", 2),
    Case("kubernetes/kserve-service.yaml", "kubernetes", 2, (UNDOCUMENTED,)),
    Case("kubernetes/list.yaml", "kubernetes", 1, (RENAMED,)),
    Case("kubernetes/lws.yaml", "kubernetes", 2),
    Case(
        "kubernetes/ome-runtime.yaml",
        "kubernetes",
        3,
        ("error defaulted SGLANG_DISAGGREGATION_WAITING_TIMEOUT",),
    ),
    Case(
        "kubernetes/ome-service.yaml",
        "kubernetes",
        3,
        ("warning not-read SGLANG_ENABLE_TORCH_COMPILE",),
    ),
    Case("kubernetes/ome-single.yaml", "kubernetes", 2, (MISSPELLED,)),
    Case("kubernetes/pod.json", "kubernetes", 1, ("error not-a-string SGLANG_USE_AITER",)),
    Case("kubernetes/raycluster.yaml", "kubernetes", 4),
    Case("kubernetes/rayjob.yaml", "kubernetes", 2, (RENAMED,)),
    Case("kubernetes/rayservice.yaml", "kubernetes", 3, (UNKNOWN,)),
    Case(
        "kubernetes/rbg-instances.yaml",
        "kubernetes",
        1,
        ("warning renamed SGLANG_DISABLE_TP_MEMORY_INBALANCE_CHECK",),
    ),
    Case("kubernetes/rbg-mooncake.yaml", "kubernetes", 3),
    Case("kubernetes/rbg.yaml", "kubernetes", 3, (UNKNOWN,)),
    Case("kubernetes/runai-command.yaml", "kubernetes", 1, (MISSPELLED,)),
    Case("kubernetes/runai-inference.yaml", "kubernetes", 2, (UNKNOWN,)),
    Case("kubernetes/runai-training.yaml", "kubernetes", 2, (MISSPELLED,)),
    Case("kubernetes/script-map.yaml", "kubernetes", 1, (MISSPELLED,)),
    Case(
        "kubernetes/template.yaml",
        "kubernetes",
        2,
        (
            "error defaulted SGLANG_DISAGGREGATION_WAITING_TIMEOUT",
            "warning unknown-variable SGLANG_API_KEY",
        ),
    ),
    Case("mappings/chat.dstack.yml", "mappings", 3, (RENAMED,)),
    Case("mappings/cloudbuild.yaml", "mappings", 1, (MISSPELLED,)),
    Case("mappings/config.toml", "mappings", 2, (RENAMED,)),
    Case("mappings/deploy.yaml", "mappings", 1, (MISSPELLED,)),
    Case("mappings/devcontainer-args.json", "mappings", 2, (MISSPELLED,)),
    Case("mappings/devcontainer-local.json", "mappings", 3, (RENAMED,)),
    Case("mappings/devcontainer.json", "mappings", 3, (UNKNOWN,)),
    Case("mappings/gitlab-default.gitlab-ci.yml", "mappings", 1),
    Case("mappings/gitlab-described.gitlab-ci.yml", "mappings", 2, (UNDOCUMENTED, RENAMED)),
    Case("mappings/gitlab-extends.gitlab-ci.yml", "mappings", 6, (MISSPELLED, RENAMED)),
    Case("mappings/gitlab-flow.yml", "mappings", 2, (UNFOLLOWED, MISSPELLED)),
    Case("mappings/gitlab-server.gitlab-ci.yml", "mappings", 3, (UNKNOWN,)),
    Case("mappings/instance.json", "mappings", 2, (MISSPELLED, RENAMED)),
    Case("mappings/launch-module.json", "mappings", 2, (MISSPELLED,)),
    Case("mappings/launch-native.json", "mappings", 1, (MISSPELLED,)),
    Case("mappings/launch-two.json", "mappings", 3, (UNKNOWN,)),
    Case("mappings/launch.json", "mappings", 2, (MISSPELLED, UNFOLLOWED)),
    Case("mappings/mise.toml", "mappings", 2, (UNFOLLOWED, UNKNOWN)),
    Case("mappings/pairs.json", "mappings", 2, (MISSPELLED,)),
    Case("mappings/patch-operations.yaml", "mappings", 1, (UNKNOWN,)),
    Case("mappings/pipeline-azure.yml", "mappings", 2, (RENAMED, MISSPELLED)),
    Case("mappings/pipeline-circle.yml", "mappings", 1, (MISSPELLED,)),
    Case("mappings/pixi.toml", "mappings", 2, (MISSPELLED,)),
    Case("mappings/play-container.yml", "mappings", 2, (UNKNOWN,)),
    Case(
        "mappings/play-environment.yml",
        "mappings",
        3,
        ("warning proxied-loopback http_proxy", RENAMED),
    ),
    Case("mappings/play-filled.yml", "mappings", 2, (MISSPELLED, UNFOLLOWED, RENAMED)),
    Case("mappings/play-role.yml", "mappings", 2),
    Case("mappings/process-compose.yaml", "mappings", 1, (MISSPELLED,)),
    Case("mappings/project.code-workspace", "mappings", 1, (RENAMED,)),
    Case("mappings/ray-launcher.yaml", "mappings", 2, (RENAMED, MISSPELLED)),
    Case("mappings/recipe-frontend.yaml", "mappings", 5),
    Case(
        "mappings/recipe-roles.yaml",
        "mappings",
        4,
        (
            "info unknown-variable SGLANG_DECODE_BOOTSTRAP_TIMEOUT",
            "info unknown-variable SGLANG_DECODE_BOOTSTRAP_TIMEOUT",
            UNKNOWN,
        ),
    ),
    Case("mappings/recipe-whole.yaml", "mappings", 3, (RENAMED,)),
    Case("mappings/session.yaml", "mappings", 1, (MISSPELLED,)),
    Case("mappings/settings.yaml", "mappings", 2, (MISSPELLED,)),
    Case("mappings/sky-bench.yaml", "mappings", 2, (MISSPELLED,)),
    Case("mappings/sky-nodes.yaml", "mappings", 2, (UNKNOWN,)),
    Case("mappings/sky-service.yaml", "mappings", 4, (RENAMED,)),
    Case("mappings/stack.json", "mappings", 1, (MISSPELLED,)),
    Case("mappings/tables.toml", "mappings", 1, (MISSPELLED,)),
    Case("mappings/tasks.toml", "mappings", 1, (MISSPELLED,)),
    Case("mappings/user-data.yaml", "mappings", 2, (RENAMED, MISSPELLED)),
    Case("mappings/values-list.yaml", "mappings", 3, (RENAMED,)),
    Case("mappings/values-map.yaml", "mappings", 2, (UNKNOWN,)),
    Case("mappings/values-settings.yaml", "mappings", 3, ("error out-of-bounds NCCL_IB_TIMEOUT",)),
    Case("mappings/workflow-action.yml", "mappings", 1),
    Case("mappings/workflow-container.yml", "mappings", 3, (MISSPELLED, RENAMED)),
    Case("mappings/workflow-filled.yml", "mappings", 1, (UNFOLLOWED, MISSPELLED, UNFOLLOWED)),
    Case("mappings/workflow-later.yml", "mappings", 3, (UNKNOWN,)),
    Case("mappings/workflow-manifest.yml", "mappings", 1, (UNFOLLOWED,)),
    Case("mappings/workflow-options.yml", "mappings", 2, (UNFOLLOWED, MISSPELLED, RENAMED)),
    Case("mappings/workflow-stage.yml", "mappings", 4, (UNKNOWN,)),
    Case("scripts/apptainer.sh", "shell", 2, (UNKNOWN, RENAMED)),
    Case("scripts/conda.sh", "shell", 1, (UNFOLLOWED, RENAMED)),
    Case("scripts/dynamo.sh", "shell", 4, (RENAMED, MISSPELLED)),
    Case("scripts/flux.sh", "shell", 2, (RENAMED,)),
    Case("scripts/helm.sh", "shell", 2, (UNFOLLOWED, UNKNOWN)),
    Case("scripts/kubectl-two.sh", "shell", 2, (MISSPELLED, UNKNOWN)),
    Case("scripts/kubectl.sh", "shell", 3, (RENAMED, MISSPELLED, UNDOCUMENTED)),
    Case("scripts/library.sh", "shell", 3, (UNKNOWN, RENAMED)),
    Case("scripts/mpirun.sh", "shell", 4, (UNKNOWN, RENAMED)),
    Case("scripts/pbs.sh", "shell", 2, (MISSPELLED, RENAMED)),
    Case("scripts/ray.sh", "shell", 3, ("error not-a-string NCCL_NVLS_ENABLE", UNKNOWN)),
    Case("scripts/runai-training.sh", "shell", 2, (RENAMED, MISSPELLED)),
    Case("scripts/runai.sh", "shell", 2, (UNKNOWN,)),
    Case("scripts/screen.sh", "shell", 2, (RENAMED, MISSPELLED)),
    Case("scripts/serve.sh", "shell", 1, (UNKNOWN,)),
    Case("scripts/ssh.sh", "shell", 2, (RENAMED, MISSPELLED)),
    Case("scripts/sudo.sh", "shell", 3, (RENAMED,)),
    Case("scripts/systemd-run.sh", "shell", 2, (UNKNOWN,)),
    Case("scripts/tmux.sh", "shell", 4, (RENAMED, MISSPELLED)),
    Case("scripts/torchrun.sh", "shell", 2, (RENAMED, MISSPELLED)),
    Case("scripts/uv.sh", "shell", 1, (UNFOLLOWED, UNKNOWN)),
    Case("stacks/chat.yml", "compose", 3, (UNKNOWN,)),
    Case("stacks/gpus.yml", "compose", 2, (MISSPELLED,)),
    Case("stacks/misnamed-compose.yml", "compose", 0, ("error refused Compose",)),
    Case("stacks/roles.yml", "compose", 3, (RENAMED,)),
    Case("stacks/services.json", "docker", 1, (MISSPELLED,)),
    Case(
        "stacks/unread.yml", "compose", 1, (UNFOLLOWED, UNFOLLOWED, UNFOLLOWED, RENAMED, UNFOLLOWED)
    ),
    Case("units/10-tuning.conf", "systemd", 2, (UNKNOWN,)),
    Case("units/absent.kube", "quadlet", 0, ("info environment-file-unread the",)),
    Case("units/docker.service", "systemd", 1, (MISSPELLED,)),
    Case("units/engine-pod.yaml", "kubernetes", 1, (RENAMED,)),
    Case("units/engine.kube", "quadlet", 1, (RENAMED,)),
    Case("units/engine.service", "systemd", 2, (RENAMED,)),
    Case("units/tuned-map.yaml", "kubernetes", 1, (MISSPELLED,)),
    Case("units/tuned-pod.yaml", "kubernetes", 1),
    Case("units/tuned.kube", "quadlet", 2, (MISSPELLED,)),
)


@table("case", CASES, ids=lambda case: case.file)
def test_what_is_read_and_found(case: Case) -> None:
    path = DATA / case.file
    result = run("check", str(path), "--sglang", "0.5.20")
    rows = (line.split(": ", 1)[1].replace(":", "").split() for line in result.out.splitlines())
    count = re.search(r"\((\d+) variables? checked", result.err)

    assert detect.detect(str(path), path.read_bytes()[: detect.HEAD]) is file_kind(case.kind)
    assert tuple(" ".join(row[:3]) for row in rows) == case.findings
    assert count is not None
    assert int(count[1]) == case.variables


def test_every_file_is_a_case() -> None:
    found = {str(path.relative_to(DATA)) for path in DATA.rglob("*") if path.is_file()}

    assert {case.file for case in CASES} == found
    assert {case.kind for case in CASES} <= set(FILE_KINDS)
