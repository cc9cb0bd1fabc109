"""Report values that differ between the nodes of one engine, and values that must not be the same."""

from __future__ import annotations

from sglang_envctl.environment import Note
from sglang_envctl.rules.rule import Rule, Subject, Variant

_ENGINE = (
    "apiVersion: leaderworkerset.x-k8s.io/v1\nkind: LeaderWorkerSet\nmetadata: {name: engine}\nspec:\n"
    "  leaderWorkerTemplate:\n"
)
_CONTAINER = "      spec:\n        containers:\n          - name: server\n            env:\n"
_LEADER, _WORKER = f"    leaderTemplate:\n{_CONTAINER}", f"    workerTemplate:\n{_CONTAINER}"


def _pair(leader: str, worker: str) -> str:
    one, other = (f"              - {{{entry}}}\n" for entry in (leader, worker))
    return f"{_ENGINE}{_LEADER}{one}{_WORKER}{other}"


def _of_sglang(note: Note, subject: Subject) -> Note | None:
    known = note.name.startswith("SGL") or subject.settings.get(note.name)
    return note if known else None


DIFFERS_BETWEEN_RANKS = Rule(
    slug="differs-between-ranks",
    severity="info",
    summary="A variable that differs between the ranks of one engine",
    why=(
        "Every rank of an engine reads its own environment. If the environments differ by "
        "mistake, one node behaves differently from the rest, and the engine hangs or its output "
        "is wrong. The severity is error if the code needs the same value on all ranks."
    ),
    fix="Give all ranks the same value, or explain in a comment why they differ.",
    wrong=_pair("name: SGLANG_USE_MLX, value: '1'", "name: SGLANG_USE_MLX, value: '0'"),
    right=_pair("name: SGLANG_USE_MLX, value: '1'", "name: SGLANG_USE_MLX, value: '1'"),
    kind="kubernetes",
    message="{most} has another value, although all are ranks of one engine",
    variants={
        "engine": Variant(
            "{most} has another value, but all ranks of an engine must have the same one",
            "give all ranks the same value",
            "error",
        )
    },
    decide=_of_sglang,
)
SET_ON_SOME_NODES = Rule(
    slug="set-on-some-nodes",
    severity="info",
    summary="A variable that only some ranks of one engine have",
    why=(
        "If a variable is set only on the leader, or in one shell, the other ranks do not get it: "
        "each rank reads its own environment."
    ),
    fix="Set the variable on every rank, or on none.",
    wrong=_pair("name: SGLANG_USE_MLX, value: '1'", "name: TZ, value: UTC"),
    right=_pair("name: SGLANG_USE_MLX, value: '1'", "name: SGLANG_USE_MLX, value: '1'"),
    kind="kubernetes",
    message="set on {nodes} only: {others} is a rank of the same engine",
    variants={
        "engine": Variant(
            "set on {nodes} only, but all ranks must have the same value: {others} has none",
            "set it on all ranks",
            "error",
        )
    },
    decide=_of_sglang,
)
RELEASE_DIFFERS = Rule(
    slug="release-differs",
    severity="warning",
    summary="Ranks of one engine that run different releases of SGLang",
    why=(
        "Different releases read different variables, and exchange messages that the other ranks "
        "may not understand."
    ),
    fix="Install the same SGLang release on every node.",
    wrong=(
        f"{_ENGINE}{_LEADER.replace('env:', 'image: lmsysorg/sglang:v0.5.22')}"
        f"{_WORKER.replace('env:', 'image: lmsysorg/sglang:v0.5.23')}"
    ),
    right=(
        f"{_ENGINE}{_LEADER.replace('env:', 'image: lmsysorg/sglang:v0.5.23')}"
        f"{_WORKER.replace('env:', 'image: lmsysorg/sglang:v0.5.23')}"
    ),
    kind="kubernetes",
    message="{nodes} runs SGLang {release}, but {most} runs {usual}",
    help="install the same release on all ranks",
)
SAME_ON_ALL_NODES = Rule(
    slug="same-on-all-nodes",
    severity="warning",
    summary="A node's own address that several nodes share",
    why=(
        "A variable such as SGLANG_HOST_IP is the address of the node itself. If several nodes "
        "have the same address, the others connect to the wrong node."
    ),
    fix=(
        "Leave the variable unset, or set it on each node to that node's address; in a manifest, "
        "take the address from status.podIP."
    ),
    wrong=_pair("name: SGLANG_HOST_IP, value: 10.0.0.5", "name: SGLANG_HOST_IP, value: 10.0.0.5"),
    right=_pair("name: SGLANG_HOST_IP, value: 10.0.0.5", "name: SGLANG_HOST_IP, value: 10.0.0.6"),
    kind="kubernetes",
    message="{nodes} have the same address, which can belong to only one of them",
    help="give each node its own address",
)

RULES = (DIFFERS_BETWEEN_RANKS, SET_ON_SOME_NODES, RELEASE_DIFFERS, SAME_ON_ALL_NODES)
