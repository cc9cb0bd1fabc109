"""Variables that custom resources declare: what operators give to the programs that they start."""

from __future__ import annotations

import pytest

from sglang_envctl.environment import Layer
from sglang_envctl.sources import kubernetes
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all
from tests.harness import Write
from tests.tables import table

DYNAMO = """\
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: agg}
spec:
  envs:
    - {name: NCCL_DEBUG, value: WARN}
    - {name: SHARED, value: a}
  services:
    Frontend: {replicas: 1}
    decode:
      envFromSecret: hf
      envs: [{name: NCCL_DEBUG, value: INFO}]
      extraPodSpec:
        mainContainer:
          image: y
          env: [{name: SGLANG_USE_AITER, value: "1"}]
    prefill:
      envs: [{name: SHARED, value: b}]
"""
DYNAMO_V1BETA1 = """\
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {name: graph}
spec:
  env: [{name: SHARED, value: a}]
  components:
    - name: decode
      podTemplate:
        spec:
          containers:
            - name: main
              env: [{name: SGLANG_USE_AITER, value: "1"}]
    - name: prefill
      podTemplate: {spec: {containers: [{name: main, env: [{name: SHARED, value: b}]}]}}
"""
REQUEST = """\
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentRequest
metadata: {name: r}
spec:
  profilingConfig:
    config:
      deployment:
        envs: [{name: TRITON_PTXAS_PATH, value: /usr/local/cuda/bin/ptxas}]
"""
OME = """\
apiVersion: ome.io/v1beta1
kind: ClusterServingRuntime
metadata: {name: llama}
spec:
  engineConfig:
    runner:
      name: ome-container
      image: x
      env:
        - {name: SGLANG_USE_AITER, value: "1"}
        - name: HF_TOKEN
          valueFrom: {secretKeyRef: {name: hf, key: token}}
  routerConfig: {runner: {env: [{name: A, value: "1"}]}}
"""
KSERVE = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: llama}
spec:
  predictor:
    model:
      modelFormat: {name: huggingface}
      env: [{name: SGLANG_USE_AITER, value: "1"}]
    containers: [{name: side, image: x}]
"""
ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: bench-}
spec:
  templates:
    - name: serve
      container: {image: x, env: [{name: SGLANG_USE_AITER, value: "1"}]}
    - name: load
      script: {image: y, source: pass, env: [{name: A, value: "{{inputs.parameters.a}}"}]}
"""
ROLES = """\
apiVersion: workloads.x-k8s.io/v1alpha1
kind: RoleBasedGroup
metadata: {name: pd}
spec:
  roles:
    - name: prefill
      template: {spec: {containers: [{name: sglang, env: [{name: A, value: "1"}]}]}}
    - name: decode
      leaderWorkerSet: {size: 2}
      template: {spec: {containers: [{name: sglang, env: [{name: A, value: "2"}]}]}}
"""
RAY = """\
apiVersion: ray.io/v1
kind: RayService
metadata: {name: llm}
spec:
  serveConfigV2: |
    applications:
      - name: chat
        runtime_env:
          env_vars:
            SGLANG_USE_AITER: "1"
        deployments:
          - name: model
            ray_actor_options:
              runtime_env: {env_vars: {A: "1"}}
  rayClusterConfig:
    headGroupSpec:
      template: {spec: {containers: [{name: head, env: [{name: B, value: "1"}]}]}}
"""
RAY_JOB = """\
apiVersion: ray.io/v1
kind: RayJob
metadata: {name: train}
spec:
  runtimeEnvYAML: |
    env_vars:
      A: "1"
"""
HELM_RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  values:
    env: {SGLANG_USE_AITER: "1"}
    sidecar: {extraEnv: ["A=1"]}
"""
CASES = {
    "Dynamo v1alpha1": (DYNAMO, {
        "dynamographdeployment/agg/services/decode/extraPodSpec/mainContainer":
            {"NCCL_DEBUG": "INFO", "SHARED": "a", "SGLANG_USE_AITER": "1"},
        "dynamographdeployment/agg/services/prefill": {"NCCL_DEBUG": "WARN", "SHARED": "b"},
    }),
    "Dynamo v1beta1": (DYNAMO_V1BETA1, {
        "dynamographdeployment/graph/decode/main": {"SHARED": "a", "SGLANG_USE_AITER": "1"},
        "dynamographdeployment/graph/prefill/main": {"SHARED": "b"},
    }),
    "a request to Dynamo": (REQUEST, {
        "dynamographdeploymentrequest/r/profilingConfig/config/deployment":
            {"TRITON_PTXAS_PATH": "/usr/local/cuda/bin/ptxas"},
    }),
    "OME": (OME, {
        "clusterservingruntime/llama/engineConfig/runner":
            {"SGLANG_USE_AITER": "1", "HF_TOKEN": "<from Secret hf, key token>"},
        "clusterservingruntime/llama/routerConfig/runner": {"A": "1"},
    }),
    "KServe": (KSERVE, {
        "inferenceservice/llama/predictor/model": {"SGLANG_USE_AITER": "1"},
        "inferenceservice/llama/side": {},
    }),
    "Argo": (ARGO, {
        "workflow/bench-/templates/serve/container": {"SGLANG_USE_AITER": "1"},
        "workflow/bench-/templates/load/script": {"A": "<filled in by a template>"},
    }),
    "RoleBasedGroup": (ROLES, {
        "rolebasedgroup/pd/prefill/sglang": {"A": "1"},
        "rolebasedgroup/pd/decode/sglang": {"A": "2"},
    }),
    "RayService": (RAY, {
        "rayservice/llm/head": {"B": "1"},
        "rayservice/llm/serveConfigV2/applications/chat/runtime_env/env_vars":
            {"SGLANG_USE_AITER": "1"},
        "rayservice/llm/serveConfigV2/applications/chat/deployments/model/ray_actor_options"
        "/runtime_env/env_vars": {"A": "1"},
    }),
    "RayJob": (RAY_JOB, {"rayjob/train/runtimeEnvYAML/env_vars": {"A": "1"}}),
    "HelmRelease": (HELM_RELEASE, {
        "helmrelease/web/values/sidecar": {"SGLANG_USE_AITER": "1", "A": "1"},
    }),
}  # fmt: skip


def read(text: str, name: str = "x.yaml") -> tuple[Layer, ...]:
    return tuple(
        layer for layer in kubernetes.layers(name, text.encode(), Context()) if not layer.aside
    )


def values(layer: Layer) -> dict[str, str]:
    return {a.name: a.text for a in layer.assignments}


@table("case", CASES)
def test_what_a_custom_resource_declares(case: str) -> None:
    text, expected = CASES[case]

    assert {layer.selector: values(layer) for layer in read(text)} == expected


@pytest.mark.parametrize("part", ["decode", "services/decode", "mainContainer"])
def test_any_part_of_the_path_selects(part: str, write: Write) -> None:
    write("x.yaml", DYNAMO)

    assert values(read_all(f"x.yaml#{part}", Context())[-1])["SGLANG_USE_AITER"] == "1"


def test_a_value_in_embedded_yaml_has_the_line_of_the_file() -> None:
    layer = read(RAY)[1]

    assert RAY.splitlines()[(layer.assignments[0].origin.line or 0) - 1].strip() == (
        'SGLANG_USE_AITER: "1"'
    )


def test_what_is_overridden_is_no_duplicate() -> None:
    assert [note.rule for layer in read(DYNAMO) for note in layer.notes] == []


def test_a_mapping_is_refused_only_where_kubernetes_itself_reads_it() -> None:
    pod = "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: c, env: {A: '1'}}]}\n"
    (layer,) = read(pod)

    assert ([note.rule for note in layer.notes], layer.assignments) == (["refused"], ())


def test_a_schema_is_no_environment() -> None:
    text = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n"
        "  schema: {properties: {env: {items: {required: [name]}, type: array}, envs: {type: string}}}\n"
    )

    assert [values(layer) for layer in read(text)] == [{}]


def test_a_list_in_json_is_the_objects_in_it() -> None:
    text = (
        '{"apiVersion": "v1", "items": [\n'
        '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},\n'
        ' "spec": {"containers": [{"name": "s", "env": [{"name": "A", "value": "\\u00e9\\/"}]}]}},\n'
        '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"},\n'
        ' "spec": {"containers": [{"name": "s", "env": [{"name": "A", "value": "2"}]}]}}],\n'
        '"kind": "List"}'
    )

    assert {layer.selector: values(layer) for layer in read(text, "-")} == {
        "pod/a/s": {"A": "\u00e9/"},
        "pod/b/s": {"A": "2"},
    }
    assert [a.origin.line for layer in read(text, "-") for a in layer.assignments] == [3, 5]
