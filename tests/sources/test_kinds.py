"""The lists of source kinds are what the folder holds, and the first kind that matches wins."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest

from sglang_envctl import sources
from sglang_envctl.environment import Layer
from sglang_envctl.sources import FILE_KINDS, PLACES
from sglang_envctl.sources.detect import NamedFile, NamedPlace, detect, parse, select
from tests.tables import table

MODULES = {
    found.name: import_module(f"sglang_envctl.sources.{found.name}")
    for found in pkgutil.iter_modules(sources.__path__)
}


def test_every_module_that_matches_files_is_a_kind() -> None:
    assert set(FILE_KINDS) == {
        name for name, module in MODULES.items() if hasattr(module, "matches")
    }


def test_every_module_that_has_layers_and_matches_no_files_is_a_place() -> None:
    assert set(PLACES) == {
        name
        for name, module in MODULES.items()
        if hasattr(module, "layers") and not hasattr(module, "matches")
    }


def test_no_kind_is_listed_twice() -> None:
    assert len({*FILE_KINDS, *PLACES}) == len((*FILE_KINDS, *PLACES))


@table(
    ("path", "head", "kind"),
    [
        ("prod.env", "", "dotenv"),
        (".env", "#!/bin/sh", "dotenv"),
        ("env.prod", "services:", "dotenv"),
        ("a/.env.local", "", "dotenv"),
        ("environment", "A=1", None),
        ("prod.env.bak.txt", "A=1", None),
        ("x", '{"schema": 1}', "snapshot"),
        ("x", '[{"Id": "1"}]', "docker"),
        ("Dockerfile", "", "dockerfile"),
        ("x", "FROM scratch", "dockerfile"),
        ("a.service", "", "systemd"),
        ("x", "[Service]", "systemd"),
        ("run.sh", "", "shell"),
        ("x", "#!/bin/bash", "shell"),
        ("x.yaml", "apiVersion: v1\nkind: Pod", "kubernetes"),
        ("x.txt", "apiVersion: v1\nkind: Pod", "kubernetes"),
        ("x.env", "# a\n---\napiVersion: v1\nkind: Pod", "kubernetes"),
        ("notes.md", "# Pods\n\napiVersion: v1\nkind: Pod", None),
        (".env", "#!/bin/sh\n# a\nexport A=1\n", "dotenv"),
        (".env", "#!/bin/sh\nset -x\nexport A=1", "shell"),
        ("env.sh", "#!/bin/bash\nset -x", "shell"),
        ("env.sh", "export A=1", "shell"),
        ("prod.env.sh", "export A=1", "shell"),
        ("env.yaml", "env:\n  A: 1", "mappings"),
        ("env.yaml", "A=1", None),
        ("chat.nomad.hcl", 'job "chat" {\n  type = "service"\n}', None),
        ("job.nomad", 'variable "cards" {}\njob "chat" {\n  env { A = "1" }\n}', None),
        ("env.yaml", "#!/bin/sh\nexport A=1", "shell"),
        ("prod.env", '{"A": "1"}', "mappings"),
        ("prod.env", "[Service]\nEnvironment=A=1", "systemd"),
        ("prod.env", "FROM scratch", "dockerfile"),
        ("x.json", "#!/bin/bash", "shell"),
        ("x", "#!/bin/sh\ncat > a <<E\n[Unit]\nE\nFROM x", "shell"),
        ("run.sh", "cat > a <<E\n[Service]\nE\n", "shell"),
        ("x", "; a\n\n[Install]\nA=1\n[Service]\n", "systemd"),
        ("x.json", "FROM scratch", "dockerfile"),
        ("x.json", "// a\n{}", "mappings"),
        ("x.toml", 'A = "1"', "mappings"),
        ("x", "A = '1'\n[env]\nB = '2'", "mappings"),
        ("x", "---\nA: 1", "mappings"),
        ("x.md", "---\ntitle: x\n---", None),
        ("x.txt", "A: 1", None),
        ("-", "env:\n  A: 1", "mappings"),
        ("environ", "A=1\0B=2\nC\0", "environ"),
        (".env", "A=1\0B=2\0", "environ"),
        ("x", "A\0=\0001\0", None),
        ("compose.yaml", "", "compose"),
        ("compose.yaml", "services:\n  a: {}\n- name: x", "compose"),
        ("docker-compose.yml", "on: push\njobs:\n  a: {}", "mappings"),
        ("compose.yml", "- hosts: all\n  environment: {A: 1}", "mappings"),
        ("compose_task.yaml", "envs:\n  A: 1\nrun: x", "mappings"),
        ("x.yaml", "services:", "compose"),
        ("x.yaml", "services:\n  a: {}\ninclude:\n  - b.yaml", "compose"),
        (".gitlab-ci.yml", "services:\n  - docker:dind\n", "mappings"),
        (".gitlab-ci.yml", "include:\n  - local: a.yml\ntest:\n  script: [make]", "mappings"),
        ("ci.yml", "include: [{local: a.yml}]\nt: {script: [make], variables: {A: 1}}", "mappings"),
        ("ci.yml", "include:\n    - local: a.yml\nt:\n    script: [make]", "mappings"),
        ("ci.yml", "include:\n  - project: a/b\n    file: c.yml", "mappings"),
        ("ci.yml", "include: a.yml\nt: {trigger: a/b, variables: {A: 1}}", "mappings"),
        ("ci.yml", "services: [docker:dind]\nt: {script: [make]}", "mappings"),
        ("a.yml", "include: [a.yaml, {path: b.yaml}]", "compose"),
        ("a.yml", "x-a: &a {A: 1}\nname: a\ninclude:\n  - path: b.yaml", "compose"),
        ("deploy.yaml", "services:\n  a: {env: [A=1]}\nprofiles:\n  compute: {}", "mappings"),
        ("process-compose.yaml", "version: 1\nprocesses:\n  a: {environment: [A=1]}", "mappings"),
        ("compose.yaml", "service:\n  a: {}", "compose"),
        ("x.txt", "services:", None),
    ],
)
def test_a_kind_is_detected(path: str, head: str, kind: str | None) -> None:
    assert detect(path, head.encode()) is (MODULES[kind] if kind else None)


@table(
    ("spec", "expected"),
    [
        ("a.env", NamedFile("a.env")),
        ("compose:x", NamedFile("x", "compose")),
        ("compose:", NamedFile("compose:")),
        ("nokind:x", NamedFile("nokind:x")),
        ("x.yaml#web", NamedFile("x.yaml", "", "web")),
        ("compose:x.yaml#a/b", NamedFile("x.yaml", "compose", "a/b")),
        ("#web", NamedFile("#web")),
        ("process", NamedPlace("process", "")),
        ("pid:12", NamedPlace("pid", "12")),
        ("sglang#12", NamedPlace("sglang", "12")),
        ("dotenv:process", NamedFile("process", "dotenv")),
        ("./process", NamedFile("./process")),
    ],
)
def test_what_the_name_of_a_source_means(spec: str, expected: NamedFile | NamedPlace) -> None:
    assert parse(spec) == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("", ["pod/web/server", "pod/web/init/fetch", "server"]),
        ("server", ["server"]),
        ("web/server", ["pod/web/server"]),
        ("web", ["pod/web/server", "pod/web/init/fetch"]),
        ("init", ["pod/web/init/fetch"]),
        ("fetch", ["pod/web/init/fetch"]),
        ("builder", ["builder"]),
    ],
)
def test_a_part_is_a_whole_name_its_end_or_any_part_of_it(part: str, expected: list[str]) -> None:
    found = (
        Layer("x", "k", selector="pod/web/server"),
        Layer("x", "k", selector="pod/web/init/fetch"),
        Layer("x", "k", selector="server"),
        Layer("x", "k", selector="builder", aside=True),
    )
    assert [layer.selector for layer in select(found, NamedFile("x", "", part))] == expected
