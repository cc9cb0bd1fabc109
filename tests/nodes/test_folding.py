"""Names of many nodes in a few words."""

from __future__ import annotations

from sglang_envctl.nodes.folding import fold
from tests.tables import table


@table(
    ("names", "folded"),
    [
        ([], ""),
        (["node1"], "node1"),
        (["node1", "node2", "node3", "node5"], "node[1-3,5]"),
        (["node001", "node002", "node010"], "node[001-002,010]"),
        (["b", "a", "a"], "a,b"),
        (["gpu-1.rack-2.dc", "gpu-2.rack-2.dc"], "gpu-[1-2].rack-2.dc"),
        (["lws.yaml#engine/leader/server", "x"], "lws.yaml#engine/leader/server,x"),
        (["./pods.json#pod/web-1/c", "./pods.json#pod/web-2/c"], "./pods.json#pod/web-[1-2]/c"),
        (["a[1-9]", "b&c", "d,e", "@group", "", "f g"], "a[1-9],b&c,d,e,@group,,f g"),
        (["pod-" + "9" * 30, "pod-1"], "pod-1,pod-" + "9" * 30),
    ],
)
def test_fold(names: list[str], folded: str) -> None:
    assert fold(names) == folded
