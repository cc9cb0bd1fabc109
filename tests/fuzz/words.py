"""What the grammars of all kinds of input are made of, and what programs stumble over everywhere."""

from __future__ import annotations

EVERYWHERE = tuple(
    text.encode("utf-8", "surrogateescape")
    for text in (
        "", " ", "\n", "\r\n", "\r", "\t", "\0", "\ufeff", "\u2028", "\u0085", "\u202e", "\xa0",
        "\udce9", "\x1b[31m", "'", '"', "`", "\\", "\\\n", "$", "${", "${A:-", "${A:?x}", "$(", "$[",
        "}", "#", " # ", "=", ":", ": ", "- ", ",", "[", "]", "{", "}", "[[", "<<", "*", "&", "!", "|",
        ">", "%", "%i", "@", "~", "-----BEGIN X-----", "# envctl: ignore[", "::error::", "##[group]",
        "9" * 400,
        "0x" + "f" * 5000, "1e400", ".inf", "nan", "\\ud800",
        "-1", "\u0663", "A=1", "SGLANG_CACHE_DIT_FN", "API_TOKEN", "http://u:p@h",
        "x" * 3000, "()", "((" * 200, "[" * 200, "{" * 200, "- " * 200,
    )
)  # fmt: skip
WORDS = {
    "dotenv": b"export |A=|B= |'x|\"y|=|#c",
    "snapshot": b'"settings"|"raw": |"name": |null|"masked": |{}|1e999|"schema": 2',
    "docker": b'"Config": |"Env": |[null]|"A=1"|{}|[]|"Cmd": ',
    "dockerfile": b"FROM x |ENV |ARG |\\\n|RUN |ONBUILD |COPY <<E x\n|# escape=`\n|AS b",
    "quadlet": b"[Container]\n|Environment=|EnvironmentFile=|Exec=|Image=|PodmanArgs=",
    "systemd": b"[Service]\n|Environment=|EnvironmentFile=-|PassEnvironment=|ExecStart=|\\\n"
    b"|UnsetEnvironment=",
    "shell": b"export |for i in a; do |done|if x; then|fi|source ./x.sh|$(|`|<<E\n|E\n|set -a|eval "
    b"|python -m sglang.launch_server |docker run -e A |f() {|}|case x in|esac|[[|]]|((|))",
    "python": b"os.environ['A'] = |'1'\n|import os\n|subprocess.run(|def f():\n|if x:\n|lambda: |**"
    b"|f'{x}'",
    "kubernetes": b"kind: Pod\n|spec:\n|containers:\n|env:\n|- name: |value: |valueFrom:\n|---\n|&a |*a"
    b"|configMapKeyRef:|!!binary |!!float |<<: ",
    "compose": b"services:\n|environment:\n|env_file: |extends: |x-a: &a|*a|!!float |!!int |!reset |.inf"
    b"|<<: *a|0x|1_0|profiles: |include: |$$",
    "environ": b"A=1\0|\0|=\0|PATH=/bin\0|A",
    "supervisord": b'[program:x]\n|[supervisord]\n|environment=|A="1",|command=|%(ENV_A)s|;|,',
    "direnv": b"export |dotenv|dotenv_if_exists x|source_env |PATH_add |use nix|source_up|$(|if x; then"
    b"|fi",
    "make": b"export |A := |A ?= |A += |$(A)|$(shell x)|define A\n|endef\n|ifeq (a,b)\n|endif\n|x:\n\t"
    b"|$$|\\\n|include ",
    "just": b"export |A := |set dotenv-load\n|{{A}}|x:\n  |`x`|env('A')|#!/bin/sh\n|$|@|+",
    "fish": b"set -gx |A |set -e A\n|$A|(x)|\\x41|if x\n|end\n|function f\n|; and |begin\n",
    "powershell": b"$env:A = |'x'|\"$x\"|`n|@'\n|'@\n|<#|#>|$("
    b"|[Environment]::SetEnvironmentVariable(|if (1) {|}",
    "mappings": b'env:\n|environment:\n|  A: 1\n|- |{|}|"A": |null|variables:\n|[env]\nA=1\n',
    "registry": b"[[variable]]\n|name = |type = |'int'|minimum = |choices = [|secret = true|default = "
    b"|nan|inf",
    "config": b"[[environments]]\n|name = |sources = [|select = [|sglang = |severity = {|fail-on = "
    b"|registries = [",
    "audit": b"os.getenv(|os.environ[|'A'|, default=|lambda: |f'{x}'|*|**|(|)|:=|async |yield "
    b"|class X:\n|EnvBool(",
}
"""By kind, separated by bars."""
