"""The environment of every container in Kubernetes manifests, as the kubelet builds it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sglang_envctl.environment import Layer
from sglang_envctl.errors import SourceError, UsageError
from sglang_envctl.sources.context import Beside, Context
from sglang_envctl.sources.kubernetes.objects import Object, index
from sglang_envctl.sources.load import read_all, read_one
from sglang_envctl.sources.yaml.tree import MappingNode
from tests.consumers import need

DATA = Path(__file__).parents[1] / "data" / "sources" / "kubernetes"
CONFIG = """apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {A: from map, X-Y: dash, "bad=key": x}
"""
STORE = """apiVersion: v1
kind: Secret
metadata: {name: keys}
data: {TOKEN: c2VjcmV0LXZhbHVl}
stringData: {OTHER: plain}
"""
SERVICE = """apiVersion: v1
kind: Service
metadata: {name: sglang}
spec: {ports: [{port: 30000, name: http}]}
"""
Read = Callable[..., tuple[Layer, ...]]


@pytest.fixture(name="layers")
def layers_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    monkeypatch.chdir(tmp_path)

    def layers(*documents: str, beside: tuple[str, ...] = ()) -> tuple[Layer, ...]:
        """The layers of one manifest; `beside`: other manifests of the same check."""
        (tmp_path / "m.yaml").write_text("---\n".join(documents), encoding="utf-8")
        others = [f"other{number}.yaml" for number in range(len(beside))]
        for name, text in zip(others, beside, strict=True):
            (tmp_path / name).write_text(text, encoding="utf-8")
        return read_all("m.yaml", Context(beside=Beside(["m.yaml", *others])))

    return layers


def pod(container: str, spec: str = "", kind: str = "Pod") -> str:
    """A pod with one container that has these fields, in flow style."""
    extra = f"{spec}, " if spec else ""
    return (
        f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: p}}\n"
        f"spec: {{{extra}containers: [{{name: c, {container}}}]}}\n"
    )


def values(layer: Layer) -> dict[str, str]:
    return {a.name: a.text for a in layer.assignments}


def noted(layer: Layer) -> list[tuple[str, int | None, str]]:
    return [(note.rule, note.origin.line, note.name) for note in layer.notes]


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ("env: [{name: A, value: '1'}, {name: B, value: ''}, {name: C}, {name: D, value: null}]",
         {"A": "1", "B": "", "C": "", "D": ""}),
        ("env: [{name: A, value: '1'}, {name: A, value: '2'}]", {"A": "2"}),
        ("env: [{name: A, value: 2026-01-01}, {name: B, value: a b}]", {"A": "2026-01-01", "B": "a b"}),
        ("envFrom: [{configMapRef: {name: settings}}]", {"A": "from map", "X-Y": "dash"}),
        ("envFrom: [{configMapRef: {name: settings}, prefix: P_}]",
         {"P_A": "from map", "P_X-Y": "dash"}),
        ("envFrom: [{secretRef: {name: keys}}]", {"TOKEN": "secret-value", "OTHER": "plain"}),
        ("env: [{name: A, value: x}], envFrom: [{configMapRef: {name: settings}}]",
         {"A": "x", "X-Y": "dash"}),
        ("envFrom: [{configMapRef: {name: settings}}], env: [{name: B, value: <$(A)>}]",
         {"A": "from map", "X-Y": "dash", "B": "<from map>"}),
        ("env: [{name: A, value: a}, {name: B, value: $(A)$(A)}, {name: C, value: '$$(A) $A $('}]",
         {"A": "a", "B": "aa", "C": "$(A) $A $("}),
        ("env: [{name: B, value: $(A)}, {name: A, value: a}]", {"B": "$(A)", "A": "a"}),
        ("env: [{name: T, valueFrom: {secretKeyRef: {name: keys, key: TOKEN}}}]", {"T": "secret-value"}),
        ("env: [{name: T, valueFrom: {configMapKeyRef: {name: settings, key: A}}}]", {"T": "from map"}),
        ("env: [{name: T, valueFrom: {secretKeyRef: {name: nowhere, key: k}}}]",
         {"T": "<from Secret nowhere, key k>"}),
        ("env: [{name: T, valueFrom: {configMapKeyRef: {name: nowhere, key: k}}}]",
         {"T": "<from ConfigMap nowhere, key k>"}),
        ("env: [{name: T, valueFrom: {secretKeyRef: {name: keys, key: no, optional: true}}}]", {}),
        ("env: [{name: I, valueFrom: {fieldRef: {fieldPath: status.podIP}}}, {name: U, value: 'http://$(I)'}]",
         {"I": "<from the pod's status.podIP>", "U": "<from the pod's status.podIP>"}),
        ("env: [{name: I, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}]",
         {"I": "<from the container's limits.cpu>"}),
        ("env: [{name: U, value: $(KUBERNETES_SERVICE_HOST)}]",
         {"U": "<from variables that the cluster adds>"}),
        ("envFrom: [{secretRef: {name: nowhere}}], env: [{name: U, value: $(X)}]",
         {"U": "<from variables that the cluster adds>"}),
        ("image: x", {}),
    ],
)  # fmt: skip
def test_one_container(container: str, expected: dict[str, str], layers: Read) -> None:
    (layer,) = layers(CONFIG, STORE, pod(container))
    assert values(layer) == expected


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ("env: [{name: A, value: 1}]", ("not-a-string", 4, "A")),
        ("env: [{name: A, value: yes}]", ("not-a-string", 4, "A")),
        ("env: [{name: A, value: [a]}]", ("not-a-string", 4, "A")),
        ("env: [{A: '1'}]", ("colon-in-list", 4, "A")),
        ("env: [{value: '1'}]", ("refused", 4, "")),
        ("env: ['A=1']", ("refused", 4, "")),
        ("env: {A: '1'}", ("refused", 4, "")),
        ("env: [{name: A=B, value: '1'}]", ("refused", 4, "")),
        (
            "env: [{name: A, value: '1', valueFrom: {fieldRef: {fieldPath: x}}}]",
            ("refused", 4, "A"),
        ),
        ("env: [{name: A, value: '1', value: '2'}]", ("refused", 4, "")),
        ("env: [{name: A, valueFrom: {secretKeyRef: {name: keys, key: no}}}]", ("refused", 4, "A")),
        ("env: [{name: A, value: '1'}, {name: A, value: '2'}]", ("duplicate-name", 4, "A")),
        ("env: [{name: A, value: $(B)}]", ("unexpanded-reference", 4, "A")),
        ("env: [{name: A, value: $(nproc --all)}]", ("unexpanded-reference", 4, "A")),
        ("env: [{name: A, value: pa$$word}]", ("dollar-eaten", 4, "A")),
    ],
)
def test_refused_or_probably_not_intended(
    container: str, expected: tuple[str, int, str], layers: Read
) -> None:
    manifest, *_ = layers(pod(container), STORE)
    assert expected in noted(manifest)


@pytest.mark.parametrize(
    "container",
    [
        "env: [{name: A, value: '1'}, {name: B, value: \"yes\"}, {name: C, value: on-line}]",
        "env: [{name: A, value: '$HOME ${HOME} $ $$(X) a$'}]",
        "env: [{name: A, value: a}, {name: B, value: $(A)}]",
        "envFrom: [{configMapRef: {name: unknown}}], env: [{name: B, value: $(A)}]",
        "env: [{name: A, value: $(SGLANG_SERVICE_HOST):$(SGLANG_SERVICE_PORT)}]",
    ],
)
def test_no_notes(container: str, layers: Read) -> None:
    assert layers(pod(container))[0].notes == ()


def test_a_controller_of_an_unknown_kind_may_add_names(layers: Read) -> None:
    text = pod("env: [{name: A, value: $(LWS_LEADER_ADDRESS)}]", kind="LeaderWorkerSet")
    assert values(layers(text)[0]) == {"A": "<from variables that the cluster adds>"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("data: {A: 1}", ("not-a-string", 4, "A")),
        ("data: {A: [a]}", ("not-a-string", 4, "A")),
    ],
)
def test_a_map_that_is_refused(text: str, message: tuple[str, int, str], layers: Read) -> None:
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n"
    assert noted(layers(head + text)[0]) == [message]


def test_a_secret_that_is_not_base64_is_refused(layers: Read) -> None:
    head = "apiVersion: v1\nkind: Secret\nmetadata: {name: m}\n"
    assert noted(layers(head + "data: {A: 'no base64!'}")[0]) == [("refused", 4, "A")]
    assert noted(layers(head + "data: {A: bm8=}")[0]) == []


@pytest.mark.parametrize("value", ["$PORT", "${PORT}", "${PORT:-8000}", "{{ port }}", "${{PORT}}"])
def test_a_value_that_a_template_fills_in_is_unknown(value: str, layers: Read) -> None:
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n"
    (layer,) = layers(pod(f"env: [{{name: A, value: '{value}'}}]"))
    assert [bool(a.unknown) for a in layer.assignments] == [True]
    (layer,) = layers(head + "data: {A: '${PORT}', B: 'x${PORT}'}")
    assert [(a.raw, bool(a.unknown)) for a in layer.assignments] == [
        ("", True),
        ("x${PORT}", False),
    ]


@pytest.mark.parametrize("value", ["$TOKEN", "${TOKEN}"])
def test_a_secret_that_envsubst_fills_in_is_unknown(value: str, layers: Read) -> None:
    secret = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: m}}\ndata: {{A: '{value}'}}"
    (layer,) = layers(pod("envFrom: [{secretRef: {name: m}}]"), beside=(secret,))

    assert [a.unknown for a in layer.assignments] == ["filled in before Kubernetes reads the file"]
    assert noted(layers(secret)[0]) == []


@pytest.mark.parametrize(
    ("namespaces", "found"),
    [
        (("", ""), True),
        (("a", "a"), True),
        (("a", ""), True),
        (("", "a"), True),
        (("a", "b"), False),
    ],
)
def test_a_config_map_is_found_in_its_namespace(
    namespaces: tuple[str, str], found: bool, layers: Read
) -> None:
    here, there = namespaces
    config = CONFIG.replace("name: settings", f"name: settings, namespace: '{there}'")
    text = pod("envFrom: [{configMapRef: {name: settings}}]")
    layer = layers(text.replace("name: p", f"name: p, namespace: '{here}'"), config)[0]
    assert (bool(layer.assignments), layer.unseen) == (found, "" if found else "ConfigMap settings")


@pytest.mark.parametrize(
    "text",
    [
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings"},"data":{"A":"1"}}',
        "{metadata: {name: settings}, kind: 'ConfigMap', apiVersion: v1, data: {A: '1'}}",
    ],
)
def test_an_object_on_one_line_of_another_file_counts(text: str, layers: Read) -> None:
    reference = pod("envFrom: [{configMapRef: {name: settings}}]")
    assert values(layers(reference, beside=(text,))[0]) == {"A": "1"}


def test_objects_in_other_files_of_the_check_count(layers: Read) -> None:
    text = pod("envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: keys}}]")
    broken, other = "a: [", "# envctl: ignore[misread]\n" + CONFIG
    (layer,) = layers(text, beside=(broken, other, STORE))

    assert values(layer) == {
        "A": "from map",
        "X-Y": "dash",
        "TOKEN": "secret-value",
        "OTHER": "plain",
    }
    assert str(layer.assignments[0].origin) == "other1.yaml:5"
    assert layer.ignores == {("other1.yaml", 2): frozenset({"misread"})}


def test_an_object_that_several_files_have_is_unknown(layers: Read) -> None:
    text = pod("env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: no}}}]")
    (layer,) = layers(text, beside=(CONFIG, CONFIG.replace("from map", "from another")))

    assert [a.unknown for a in layer.assignments] == ["from ConfigMap settings, key no"]
    assert layer.notes == ()


def test_an_object_in_the_same_folder_takes_precedence() -> None:
    files = ("dev/keys.yaml", "prod/keys.yaml", "keys.yaml")
    found = index([Object("Secret", "keys", "", file, MappingNode({}, 1)) for file in files])
    chosen = found.find("Secret", "keys", "", "prod/pod.yaml")

    assert chosen
    assert chosen.file == "prod/keys.yaml"


def test_values_from_a_secret_are_confidential(layers: Read) -> None:
    text = pod("envFrom: [{secretRef: {name: keys}}], env: [{name: U, value: 'x:$(OTHER)'}]")
    (layer,) = layers(text, STORE)
    assert {a.name for a in layer.assignments if a.confidential} == {"TOKEN", "OTHER", "U"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (pod("image: x"), ["pod/p/c"]),
        (pod("image: x", "initContainers: [{name: i, image: x}]"), ["pod/p/c", "pod/p/init/i"]),
        ("kind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}",
         ["cronjob/-/c"]),
        ("kind: List\nitems:\n- kind: Pod\n  metadata: {name: a}\n  spec: {containers: [{name: c}]}\n"
         "- kind: Pod\n  metadata: {name: b}\n  spec: {containers: [{name: c}]}",
         ["pod/a/c", "pod/b/c"]),
        ("kind: LeaderWorkerSet\nmetadata: {name: l}\nspec:\n  leaderWorkerTemplate:\n"
         "    leaderTemplate: {spec: {containers: [{name: c}]}}\n"
         "    workerTemplate: {spec: {containers: [{name: c}, {name: d}]}}",
         ["leaderworkerset/l/leader/c", "leaderworkerset/l/worker/c", "leaderworkerset/l/worker/d"]),
        ("kind: LeaderWorkerSet\nmetadata: {name: l}\nspec: {leaderWorkerTemplate: "
         "{workerTemplate: {spec: {containers: [{name: c}]}}}}", ["leaderworkerset/l/c"]),
        ("kind: RayCluster\nmetadata: {name: r}\nspec:\n"
         "  headGroupSpec: {template: {spec: {containers: [{name: h}]}}}\n"
         "  workerGroupSpecs: [{groupName: g, template: {spec: {containers: [{name: w}]}}}]",
         ["raycluster/r/headGroupSpec/h", "raycluster/r/workerGroupSpecs/w"]),
        ("kind: InferenceService\nmetadata: {name: i}\nspec: {predictor: {containers: [{image: x}]}}",
         ["inferenceservice/i/-"]),
        ('{"apiVersion": "v1",\n"kind": "Pod", "spec": {"containers": [{"name": "c"}]}}',
         ["pod/-/c"]),
        ("kind: Service\nmetadata: {name: s}", [""]),
    ],
)  # fmt: skip
def test_containers_are_found_at_any_depth(text: str, expected: list[str], layers: Read) -> None:
    text = text if text.startswith(("{", "apiVersion")) else f"apiVersion: v1\n{text}"
    assert [layer.selector for layer in layers(text)] == expected


def test_a_file_of_config_maps_is_read_as_an_environment(layers: Read) -> None:
    files = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: f}\ndata: {config.yaml: 'a: 1', A: x}\n"
    )
    named = CONFIG.replace(', X-Y: dash, "bad=key": x', "")
    (layer,) = layers(named, files, STORE)
    assert (layer.selector, values(layer)) == ("configmap/settings", {"A": "from map"})
    assert layer.unseen


@pytest.mark.parametrize(
    ("selector", "found"),
    [("pod/p/c", 1), ("c", 1), ("p/c", 1), ("init/i", 1), ("i", 1), ("pod/p", 2), ("x", None)],
)
def test_a_container_is_selected_by_a_part_of_its_name(
    selector: str, found: int | None, layers: Read
) -> None:
    layers(pod("image: x", "initContainers: [{name: i, image: x}]"))
    if found:
        assert len(read_all(f"m.yaml#{selector}", Context())) == found
    else:
        with pytest.raises(UsageError, match="it contains pod/p/c, pod/p/init/i"):
            read_all(f"m.yaml#{selector}", Context())
    with pytest.raises(UsageError, match="select one"):
        read_one("m.yaml", Context())


@pytest.mark.parametrize(
    ("service", "spec", "linked"),
    [
        (SERVICE, "", True),
        (SERVICE, "enableServiceLinks: false", False),
        (SERVICE.replace("spec: {", "spec: {clusterIP: None, "), "", False),
        (SERVICE.replace("spec: {", "spec: {type: ExternalName, "), "", False),
        (SERVICE.replace("name: sglang", "name: sglang, namespace: other"), "", False),
        (SERVICE.replace("name: sglang", "name: web"), "", False),
    ],
)
@pytest.mark.parametrize("apart", [False, True])
def test_services_inject_names(
    service: str, spec: str, linked: bool, apart: bool, layers: Read
) -> None:
    text = pod("env: [{name: SGLANG_SERVICE_HOST, value: mine}]", spec)
    found = layers(text, beside=(service,)) if apart else layers(text, service)
    names = {note.name for note in found[0].notes if note.rule == "service-link"}
    injected = {"SGLANG_SERVICE_PORT", "SGLANG_SERVICE_PORT_HTTP", "SGLANG_PORT"}
    assert names == (injected if linked else set())


def test_leader_and_worker_are_ranks_of_one_engine() -> None:
    leader, worker = read_all(str(DATA / "leaderworkerset.yaml"), Context())
    assert leader.node
    assert worker.node
    assert (leader.node.rank, worker.node.rank) == ("leader", "worker")
    assert leader.node.engine == worker.node.engine != ""


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("m.yaml", "apiVersion: v1\nkind: Pod\na: {{ .Values.x }}", "line 3: a Helm template"),
        ("m.yaml", "apiVersion: v1\n{{- if .Values.x }}\nkind: Pod", "line 2: a Helm template"),
        ("kustomization.yaml", "resources: [a.yaml]", "input for kustomize; check"),
        ("m.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization",
         "input for kustomize"),
        ("m.yaml", "apiVersion: v1\nkind:\n", "contains no Kubernetes object"),
        ("m.yaml", "apiVersion: v1\nkind: Pod\na: [", "line 3: invalid YAML"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_all(name, Context())
    assert str(caught.value).startswith(f"{name}: {message}")


def test_a_comment_above_an_entry_counts_for_its_value(layers: Read) -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: c\n    env:\n"
        "    # envctl: ignore[misread]\n    - name: A\n      value: x\n"
        "    - name: B\n      value: y # envctl: ignore[crashes]\n"
    )
    (layer,) = layers(text)
    assert layer.ignores["m.yaml", 9] == {"misread"}
    assert layer.ignores["m.yaml", 11] == {"crashes"}


SAMPLES = {
    "deployment": {
        "deployment/sglang/server": {
            "HF_HOME": "/models/huggingface", "NCCL_DEBUG": "WARN",
            "SGLANG_CACHE_DIT_ENABLED": "false",
            "SGLANG_DIFFUSION_CACHE_ROOT": "/models/huggingface/diffusion",
            "POD_IP": "<from the pod's status.podIP>", "LISTEN_ON": "<from the pod's status.podIP>",
        },
        "deployment/sglang/init/fetch": {"HF_TOKEN": "<from Secret hub, key token>"},
    },
    "helm-output": {
        "statefulset/release-diffusion/diffusion": {
            "SGLANG_S3_ACCESS_KEY_ID": "media-user",
            "SGLANG_S3_SECRET_ACCESS_KEY": "not-a-real-secret-1",
            "SGLANG_CLOUD_STORAGE_TYPE": "s3", "SGLANG_S3_BUCKET_NAME": "generated-media",
            "SGLANG_S3_ENDPOINT_URL": "http://minio.media:9000",
        },
        "statefulset/release-diffusion/metrics": {},
        "cronjob/release-warmup/warmup": {"TARGET": "http://release-diffusion:30000"},
    },
}  # fmt: skip


@pytest.mark.parametrize("sample", SAMPLES)
def test_real_files(sample: str) -> None:
    found = read_all(str(DATA / f"{sample}.yaml"), Context())
    assert {layer.selector: values(layer) for layer in found} == SAMPLES[sample]


@pytest.mark.parametrize("sample", SAMPLES)
def test_kubectl_finds_the_same_containers_and_entries(sample: str) -> None:
    """It lists `env` as written, without envFrom and without expansion."""
    path = str(DATA / f"{sample}.yaml")
    done = subprocess.run(
        [need("kubectl"), "set", "env", "--local", "--list", "-f", path],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    containers = sorted(line.rpartition(" ")[2] for line in lines if ", container " in line)
    literal = {
        name: value
        for name, equals, value in (line.partition("=") for line in lines)
        if equals and "$(" not in value and not name.startswith("#")
    }
    layers = read_all(path, Context())
    own = [a for layer in layers for a in layer.assignments if a.origin.key == "env"]

    assert containers == sorted(layer.selector.rpartition("/")[2] for layer in layers)
    assert literal.items() <= {a.name: a.raw for a in own}.items()


def test_json_is_read_as_well(tmp_path: Path) -> None:
    one = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
           "spec": {"containers": [{"name": "c", "env": [{"name": "A", "value": "x"}]}]}}  # fmt: skip
    path = tmp_path / "pod.json"
    path.write_text(json.dumps(one, indent=4), encoding="utf-8")
    (layer,) = read_all(str(path), Context())
    assert (values(layer), layer.assignments[0].origin.line) == ({"A": "x"}, 14)
