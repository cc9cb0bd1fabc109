"""Find the differences between the nodes of a fleet: for each name, the values and the nodes with
each value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sglang_envctl.compare import Difference, Kind, differences, kind_of
from sglang_envctl.nodes.fleet import Group
from sglang_envctl.nodes.scope import scope
from sglang_envctl.registry.scopes import Scope
from sglang_envctl.settings import Settings


class Share(NamedTuple):
    """A value, and the nodes that have it."""

    position: int
    """The position of one of the groups that have the value."""
    nodes: tuple[str, ...]


class Split(NamedTuple):
    """A name whose value differs between nodes."""

    kind: Kind
    """The kind of the difference from the most common value."""
    difference: Difference
    shares: tuple[Share, ...]
    """The shares, the most common value first."""

    @property
    def outliers(self) -> int:
        """The number of nodes without the most common value."""
        return sum(len(share.nodes) for share in self.shares[1:])


def splits(
    groups: Sequence[Group], settled: Sequence[Settings], *, raw: bool = False
) -> list[Split]:
    """Return the unexpected differences, those of the fewest nodes first.

    Names that always differ are left out, and so are different interfaces of one kind of network.

    Args:
        groups: the nodes with the same environment, per environment.
        settled: the settings of each of these environments.
        raw: whether spellings of one value, such as 1 and true, count as different.
    """
    found = (
        _split(difference, groups, scope(difference.name), raw=raw)
        for difference in differences(settled)
        if scope(difference.name) != "node"
    )
    wanted = (split for split in found if len(split.shares) > 1)
    return sorted(wanted, key=lambda split: split.outliers)


def _split(difference: Difference, groups: Sequence[Group], who: Scope, *, raw: bool) -> Split:
    texts = tuple(a.text if a else None for a in difference.assignments)
    values = texts if raw else difference.meanings
    if who == "network" and not raw:
        values = tuple(map(network, texts))
    by_value: dict[object, Share] = {}
    for position, (value, group) in enumerate(zip(values, groups, strict=True)):
        share = by_value.get(value, Share(position, ()))
        by_value[value] = share._replace(nodes=(*share.nodes, *group.names))
    shares = tuple(sorted(by_value.values(), key=lambda share: -len(share.nodes)))
    kind = kind_of([texts[share.position] for share in shares])
    return Split("spelling" if difference.kind == "spelling" else kind, difference, shares)


def network(text: str | None) -> str | None:
    """Return the kind of network of a list of interfaces or cards, whose names depend on the host."""
    if not text:
        return text
    first = re.sub(r"^[\^=]+", "", text).split(",")[0].split(":")[0].strip()
    return next((kind for kind, names in _NETWORKS.items() if first.startswith(names)), "network")


_NETWORKS = {
    "loopback": ("lo",),
    "bridge of containers": ("docker", "veth", "br-", "cni", "virbr"),
    "InfiniBand": ("ib", "mlx", "bnxt", "hfi", "irdma", "rdma", "erdma"),
}
"""Kinds of networks, by the names of their interfaces and cards."""
