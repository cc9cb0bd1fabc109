"""A directory of files in many forms, as a repository has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import yaml
from dotenv import dotenv_values

_NAMES = ("NCCL_DEBUG", "HF_HOME", "SGLANG_HEALTH_CHECK_TIMEOUT", "OMP_NUM_THREADS")
_SERVER = "python3 -m sglang.launch_server --model-path /models/m --host 0.0.0.0 --port 30000"


def write(folder: Path, files: int) -> None:
    """Write as many files, in each folder as many of each form as repositories have."""
    for number in range(files // 10):
        for name, text in _forms(number):
            path = folder / f"service-{number}" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")


def parse(folder: Path) -> None:
    """What the parsers alone take: the least that a reader of these files can do."""
    for path in folder.rglob("*"):
        if path.suffix == ".json":
            json.loads(path.read_text("utf-8"))
        elif path.suffix == ".env":
            dotenv_values(path, interpolate=False)
        elif path.is_file():
            list(yaml.load_all(path.read_bytes(), yaml.CSafeLoader))


def _forms(number: int) -> Iterator[tuple[str, str]]:
    values = {f"APP_SETTING_{i}": f"value {i} of {number}" for i in range(20)}
    values |= dict(zip(_NAMES, ("WARN", "/data/hf", "30", "8"), strict=True))
    for stage in ("prod", "staging", "test"):
        yield f"{stage}.env", "".join(f"{name}={raw}\n" for name, raw in values.items())
    for role in ("prefill", "decode"):
        yield f"{role}.yaml", _yaml(_deployment(f"{role}-{number}", values))
        chart = {"replicas": 2, "image": {"tag": "v0.5.20"}, "env": values}
        hosts = [{"host": f"{role}{i}", "port": i, "paths": ["/"]} for i in range(20)]
        yield f"values-{role}.yaml", _yaml({**chart, "ingress": {"rules": hosts}})
    services = {role: _service(values) for role in ("prefill", "decode")}
    yield "compose.yaml", _yaml({"services": services, "volumes": {"models": {}}})
    steps = [{"name": f"step {i}", "run": f"make step-{i}"} for i in range(20)]
    job = {"runs-on": "gpu", "env": values, "steps": steps}
    yield "workflow.yml", _yaml({"name": "test", "on": "push", "jobs": {"test": job}})
    tasks = [{"label": f"task {i}", "args": ["--flag", str(i)], "wait": 1.5} for i in range(20)]
    yield "launch.json", json.dumps({"version": "2", "env": values, "tasks": tasks}, indent=2)


def _service(values: dict[str, str]) -> dict[str, object]:
    return {
        "image": "lmsysorg/sglang:v0.5.20",
        "environment": dict(values),
        "command": f"{_SERVER} --tp 2",
        "ports": ["30000:30000"],
        "volumes": ["/models:/models:ro"],
    }


def _deployment(name: str, values: dict[str, str]) -> dict[str, object]:
    container = {
        "name": "server",
        "image": "lmsysorg/sglang:v0.5.20",
        "command": _SERVER.split(),
        "env": [{"name": name, "value": raw} for name, raw in values.items()],
        "resources": {"limits": {"nvidia.com/gpu": 2}},
        "readinessProbe": {"httpGet": {"path": "/health", "port": 30000}},
    }
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    kind = {"apiVersion": "apps/v1", "kind": "Deployment"}
    return {**kind, "metadata": {"name": name}, "spec": spec}


def _yaml(document: object) -> str:
    return yaml.safe_dump(document, sort_keys=False)
