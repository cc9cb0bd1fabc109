"""Many nodes checked: what is wrong on several of them is said once, with the nodes."""

from __future__ import annotations

import json

from tests.harness import Write, run


def node(write: Write, number: int, **values: str) -> None:
    settings = [{"name": name, "raw": raw} for name, raw in values.items()]
    document = {"schema": 1, "node": {"host": f"gpu{number}"}, "settings": settings}
    write(f"nodes/{number}.json", json.dumps(document))


def findings(*args: str) -> list[tuple[str, str, list[str] | None]]:
    document = json.loads(run("check", "nodes", "--format", "json", *args).out)
    return [(f["rule"], f["name"], f["nodes"]) for f in document["findings"]]


def test_a_finding_names_its_nodes_and_the_rarest_error_is_first(write: Write) -> None:
    for number in range(1, 6):
        odd = {"SGLANG_HEALTH_CHECK_TIMEOUT": "soon"} if number == 4 else {}
        node(write, number, SGLANG_CACHE_DIT_FN="one", **odd)

    result = run("check", "nodes", "-q", "--select", "crashes")

    assert result.code == 1
    assert [line.split(":")[0] for line in result.out.splitlines()] == [
        "nodes/4.json", "nodes/1.json"
    ]  # fmt: skip
    assert "(on gpu4)" in result.out.splitlines()[0]
    assert "(on gpu[1-5])" in result.out.splitlines()[1]


def test_what_differs_by_nature_is_checked_on_each_node(write: Write) -> None:
    for number in range(1, 5):
        device = "0,0" if number == 3 else f"{number}"
        node(write, number, CUDA_VISIBLE_DEVICES=device, HOSTNAME=f"gpu{number}")

    assert findings() == [("device-list", "CUDA_VISIBLE_DEVICES", ["gpu3"])]


def test_equal_values_that_differ_by_nature_are_checked_once(write: Write) -> None:
    for number in range(1, 5):
        node(write, number, CUDA_VISIBLE_DEVICES="1,1" if number == 1 else "0,0")

    assert findings() == [
        ("device-list", "CUDA_VISIBLE_DEVICES", ["gpu1"]),
        ("device-list", "CUDA_VISIBLE_DEVICES", ["gpu2", "gpu3", "gpu4"]),
    ]


def test_values_of_names_that_nothing_reads_are_checked_for_what_is_no_word(write: Write) -> None:
    for number in range(1, 7):
        quoted = f"'gpu{number}'" if number in (2, 5) else f"gpu{number}"
        node(write, number, HOSTNAME=quoted, POD_IP=f"10.0.0.{number}")

    assert findings() == [("quotes-kept", "HOSTNAME", ["gpu2", "gpu5"])]


def test_one_node_is_checked_like_any_file(write: Write) -> None:
    node(write, 1, SGLANG_CACHE_DIT_FN="one")

    assert "(on " not in run("check", "nodes", "-q").out
    assert run("check", "nodes/1.json", "-q").out == run("check", "nodes", "-q").out


def test_snapshots_that_are_named_are_grouped_like_those_of_a_directory(write: Write) -> None:
    for number in range(1, 5):
        node(write, number, SGLANG_CACHE_DIT_FN="one")

    named = run("check", "-q", *(f"nodes/{n}.json" for n in range(1, 5)))

    assert named.out == run("check", "-q", "nodes").out
    assert "(on gpu[1-4])" in named.out


def test_running_pods_are_nodes(write: Write) -> None:
    def pod(number: int) -> object:
        env = [{"name": "SGLANG_CACHE_DIT_FN", "value": "one" if number < 4 else "two"}]
        return {
            "kind": "Pod",
            "metadata": {"name": f"web-{number}"},
            "spec": {"containers": [{"name": "server", "env": env}]},
            "status": {"phase": "Running"},
        }

    document = {"apiVersion": "v1", "kind": "List", "items": [pod(n) for n in range(6)]}
    write("pods.json", json.dumps(document))
    found = json.loads(run("check", "pods.json", "--format", "json").out)["findings"]

    assert [(f["rule"], f["nodes"]) for f in found] == [
        ("crashes", ["web-4", "web-5"]),
        ("crashes", ["web-0", "web-1", "web-2", "web-3"]),
    ]


def test_running_pods_of_an_engine_are_compared(write: Write) -> None:
    label = "leaderworkerset.sigs.k8s.io"

    def pod(group: int, worker: int) -> object:
        odd = "Simple" if (group, worker) == (1, 1) else "LL"
        env = [{"name": "NCCL_PROTO", "value": odd if group else "LL128"}]
        of = {"name": "lws", "group-index": str(group), "worker-index": str(worker)}
        labels = {f"{label}/{name}": value for name, value in of.items()}
        return {
            "kind": "Pod",
            "metadata": {"name": f"lws-{group}-{worker}", "labels": labels},
            "spec": {"containers": [{"name": "server", "env": env}]},
            "status": {"phase": "Running"},
        }

    items = [pod(group, worker) for group in (0, 1) for worker in range(3)]
    write("pods.json", json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    found = json.loads(run("check", "pods.json", "--format", "json").out)["findings"]

    assert [(f["rule"], f["severity"], f["nodes"]) for f in found] == [
        ("differs-between-ranks", "error", ["lws-1-1"])
    ]


def test_other_files_of_the_directory_are_checked_as_well(write: Write) -> None:
    node(write, 1, SGLANG_CACHE_DIT_FN="2")
    write("nodes/prod.env", "SGLANG_CACHE_DIT_BN=one\n")

    assert ("crashes", "SGLANG_CACHE_DIT_BN", None) in findings()


def test_a_snapshot_that_cannot_be_read_fails_the_check(write: Write) -> None:
    node(write, 1, SGLANG_CACHE_DIT_ENABLED="1")
    write("nodes/2.json", '{"schema": 1}')

    result = run("check", "nodes")

    assert result.code == 3
    assert "nodes/2.json: error unreadable: is JSON of envctl, but not a snapshot" in result.out


def test_every_release_is_checked(write: Write) -> None:
    for number in range(1, 3):
        node(write, number, SGLANG_ENABLE_JIT_DEEPGEMM="0")

    found = findings("--sglang", "0.5.20", "--sglang", "0.5.23")
    assert all(nodes == ["gpu1", "gpu2"] for _, _, nodes in found)
