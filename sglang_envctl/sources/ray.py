"""Read the nodes of a Ray cluster: one task per node returns the environments of its SGLang
servers.

Ray copies envctl to the nodes and starts each task on its node. A task returns a snapshot, from
which secrets have been removed on the node.
"""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import sglang_envctl
from sglang_envctl.environment import Layer, Node
from sglang_envctl.errors import PartlyReadError, SourceError, Unreadable, UsageError
from sglang_envctl.sources import snapshot
from sglang_envctl.sources.context import Context
from sglang_envctl.text.escape import visible

AUTO = "auto"
_ADDRESS = re.compile(r"(?:ray://)?[\w.\[\]:-]+:\d{1,5}")


def layers(argument: str, context: Context) -> tuple[Layer, ...]:
    """Return the environment of every SGLang server, or of the Ray worker of a node without
    servers.

    Raises:
        UsageError: the argument is not the address of a cluster.
        SourceError: there is no cluster at the address.
        PartlyReadError: a node did not answer, or not in time.
    """
    argument = argument or AUTO
    label = f"ray:{argument}"
    if argument != AUTO and not _ADDRESS.fullmatch(argument):
        raise UsageError(f"{visible(label)}: give ray:auto, or ray:HOST:PORT")
    if argument != AUTO:
        _refuse_what_is_closed(argument, label, context.timeout)
    ray = _connected(argument, label)
    try:
        found, unreadable = _collected(ray, label, context)
    finally:
        ray.shutdown()
    if unreadable:
        raise PartlyReadError(found, unreadable)
    return found


def _refuse_what_is_closed(address: str, label: str, timeout: float) -> None:
    """Reject an address where no program listens, because Ray itself would retry for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout).close()
    except (OSError, OverflowError) as error:
        reason = (getattr(error, "strerror", "") or "the address does not answer").lower()
        raise SourceError(f"{visible(label)}: no Ray cluster answers: {reason}") from error


def _connected(address: str, label: str) -> Any:
    import logging

    try:
        import ray
    except ImportError as error:
        raise SourceError(
            f"{visible(label)}: reading a Ray cluster needs Ray: pip install 'sglang-envctl[ray]'"
        ) from error
    if ray.is_initialized():
        raise SourceError(f"{visible(label)}: this program is connected to a Ray cluster already")
    package = os.path.dirname(sglang_envctl.__file__)
    try:
        ray.init(
            address=address,
            logging_level=logging.CRITICAL,
            log_to_driver=False,
            runtime_env={"py_modules": [package], "excludes": ["**/__pycache__"]},
        )
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        ray.shutdown()
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise SourceError(f"{visible(label)}: no Ray cluster answers: {visible(reason)}") from error
    return ray


def _collected(
    ray: Any, label: str, context: Context
) -> tuple[tuple[Layer, ...], tuple[Unreadable, ...]]:
    """Return the environments that the nodes report, and the nodes that do not answer."""
    tasks = dict(_started(ray, context.collect))
    deadline = time.monotonic() + context.timeout
    found: list[Layer] = []
    unreadable: list[Unreadable] = []
    waiting = list(tasks)
    while waiting:
        left = deadline - time.monotonic()
        done, waiting = ray.wait(waiting, timeout=max(left, 0))
        if not done:
            break
        for task in done:
            answer = _answer(ray, task, label, tasks[task])
            if isinstance(answer, Unreadable):
                unreadable.append(answer)
            else:
                found += answer
    for task in waiting:
        ray.cancel(task, force=True)
        reason = f"did not answer within {context.timeout:g} s (see --timeout)"
        unreadable.append(Unreadable(f"{label}#{tasks[task]}", reason))
    found.sort(key=lambda layer: layer.label)
    return tuple(found), tuple(sorted(unreadable))


def _started(ray: Any, collect: Callable[[], list[str]]) -> Iterator[tuple[Any, str]]:
    """Start a task on every live node, and yield it with the name of the node."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    remote = ray.remote(collect)
    hosts: dict[str, int] = {}
    for node in ray.nodes():
        if node["Alive"]:
            host = str(node["NodeManagerHostname"])
            hosts[host] = hosts.get(host, 0) + 1
            name = host if hosts[host] == 1 else f"{host}-{hosts[host]}"
            here = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            task = remote.options(num_cpus=0, max_retries=0, scheduling_strategy=here)
            yield task.remote(), name


def _answer(ray: Any, task: Any, label: str, name: str) -> tuple[Layer, ...] | Unreadable:
    """Return the environments that a node reports, or the reason why it reports none."""
    try:
        return tuple(_layers(label, name, ray.get(task)))
    except (ray.exceptions.RayError, SourceError) as error:
        return Unreadable(f"{label}#{name}", _reason(error))


def _layers(label: str, name: str, texts: list[str]) -> Iterator[Layer]:
    """Yield the environments of a node; several servers of a node are distinguished by their number."""
    for number, text in enumerate(texts, 1):
        where = f"{label}#{name}" if len(texts) == 1 else f"{label}#{name}/{number}"
        layer = snapshot.layer(where, snapshot.parse(where, text.encode("utf-8", "surrogatepass")))
        node = (layer.node or Node())._replace(host=where.partition("#")[2])
        yield layer._replace(node=node, selector=where.partition("#")[2])


def _reason(error: Exception) -> str:
    """Return the last line of an error, which has the message; the lines before it have the place."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"did not answer: {visible(lines[-1] if lines else type(error).__name__)}"
