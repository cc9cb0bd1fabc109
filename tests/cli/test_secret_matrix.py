"""One marked secret in every place, through every command, format and error: it is never printed."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path

import pytest

from sglang_envctl.cli import COMMANDS
from sglang_envctl.redaction import MASK
from tests.editor import Editor
from tests.harness import PERSON, Write, run

MARK = "Zq7Xw9Kp2Lm4Vt8Bq3Rz5"
NAMES = """
    HF_TOKEN SGLANG_S3_SECRET_ACCESS_KEY HF_TOKNE DB_PASSWROD AWS_SECERT_KEY REDIS_AUTH BASIC_AUTH JWT
    BEARER HuggingFaceToken TLS_KEY SERVICE_ACCOUNT_JSON KEY PASS SESSION SALT PIN OTP LICENSE API_KYE
    db-password spring.datasource.password PGPASSWORD
"""
VALUES = {
    "password in a URL": "https://me:{s}@h.example/",
    "password of a proxy without a scheme": "bob:{s}@proxy:3128",
    "password after a wrong scheme": "http:/u:{s}@h",
    "password of a list": "a,u:{s}@h,b",
    "no user": ":{s}@h",
    "key in JSON": '\'{{"secret_key": "{s}"}}\'',
    "camel case in JSON": '\'{{"accessToken": "{s}"}}\'',
    "docker's credentials": '\'{{"auths": {{"r": {{"auth": "{s}"}}}}}}\'',
    "signed URL": "https://h/p?a=1&sig={s}",
    "Amazon's signature": "https://h/p?X-Amz-Signature={s}",
    "known form": "hf_{s}{s}",
    "connection string": "Server=h;Pwd={s};",
    "header": "'Authorization: Basic {s}'",
    "private key": '"-----BEGIN PRIVATE KEY-----\\n{s}\\n-----END PRIVATE KEY-----"',
}
ENV_FILES = {
    **{name: f"{name}={{s}}\n" for name in NAMES.split()},
    **{f"{what}, documented": f"SGLANG_HOST_IP={text}\n" for what, text in VALUES.items()},
    **{what: f"APP={text}\n" for what, text in VALUES.items()},
    "reference": "API_TOKEN={s}\nAPP=x${{API_TOKEN}}\n",
    "equal": "API_TOKEN={s}\nSGLANG_CACHE_DIT_FN={s}\n",
    "inside": "API_TOKEN={s}\nAPP=/a/{s}/b\n",
    "comment": "APP=1 # envctl: ignore[{s}]\n",
    "file-wide comment": "# envctl: file-ignore[{s}]\nAPP=1\n",
    "almost a comment": "APP=1 # envctl: ignroe[{s}]\n",
    "only text": "API_TOKEN=abc\n{s}\n",
    "never closed": "API_TOKEN='{s}\nB=1\n",
    "after a quote": "API_TOKEN='x'{s}\n",
    "no name": "={s}\n",
}
OTHER_FILES = {
    "x.service": {
        "unit": "[Service]\nEnvironment=API_TOKEN={s}\n",
        "section": "[{s}]\nEnvironment=A=1\n",
        "open section": "[Service]\nEnvironment=A=1\n[{s}\n",
        "command": "[Service]\nEnvironment=A=1\nExecStart=python -m sglang.launch_server"
        " --api-key {s}\n",
    },
    "compose.yaml": {
        "mapping": "services: {{a: {{environment: {{API_TOKEN: '{s}'}}}}}}\n",
        "list": "services: {{a: {{environment: ['API_TOKEN={s}']}}}}\n",
        "command": "services:\n  a:\n    environment: {{A: 1}}\n"
        "    command: python -m sglang.launch_server --api-key {s}\n",
        "never closed": "services: {{a: {{environment: {{API_TOKEN: '{s}\n",
        "number": "services: {{a: {{environment: {{API_TOKEN: !!float {s}}}}}}}\n",
    },
    "pod.yaml": {
        "value": "kind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: c\n    env:\n"
        "    - {{name: API_TOKEN, value: '{s}'}}\n",
        "Secret": "kind: Secret\nmetadata: {{name: s}}\nstringData: {{ANY: '{s}'}}\n---\nkind: Pod\n"
        "metadata: {{name: p}}\nspec:\n  containers:\n  - name: c\n"
        "    envFrom: [{{secretRef: {{name: s}}}}]\n",
        "Base64": "kind: Secret\nmetadata: {{name: s}}\ndata: {{ANY: {b}}}\n---\nkind: Pod\n"
        "metadata: {{name: p}}\nspec:\n  containers:\n  - name: c\n"
        "    envFrom: [{{secretRef: {{name: s}}}}]\n",
    },
    "Dockerfile": {
        "ENV": "FROM x\nENV API_TOKEN={s}\n",
        "ARG": "FROM x\nARG API_TOKEN={s}\nENV APP=$API_TOKEN\n",
        "two words": "FROM x\nENV API_TOKEN {s} {s}\n",
    },
    "run.sh": {
        "export": "export API_TOKEN={s}\npython -m sglang.launch_server\n",
        "option": "python -m sglang.launch_server --api-key {s}\n",
        "docker": "docker run -e API_TOKEN={s} lmsysorg/sglang python -m sglang.launch_server\n",
        "substitution": "export API_TOKEN=$(echo {s})\npython -m sglang.launch_server\n",
        "never closed": "export API_TOKEN='{s}\n",
    },
    "x.fish": {
        "set": "set -gx API_TOKEN {s}\npython -m sglang.launch_server\n",
        "option": "set -gx A 1\npython -m sglang.launch_server --api-key {s}\n",
    },
    "x.ps1": {
        "env": "$env:API_TOKEN = '{s}'\npython -m sglang.launch_server\n",
        "method": "[Environment]::SetEnvironmentVariable('API_TOKEN', '{s}')\n",
    },
    "Makefile": {
        "export": "export API_TOKEN := {s}\nserve:\n\tpython -m sglang.launch_server\n",
        "recipe": "serve:\n\tAPI_TOKEN={s} python -m sglang.launch_server\n",
    },
    "justfile": {
        "export": "export API_TOKEN := '{s}'\nserve:\n  python -m sglang.launch_server\n",
    },
    ".envrc": {
        "export": "export API_TOKEN={s}\n",
        "unknown": "use {s}\nexport A=1\n",
    },
    "supervisord.conf": {
        "environment": "[program:a]\ncommand=python -m sglang.launch_server --api-key {s}\n"
        'environment=API_TOKEN="{s}"\n',
    },
    "values.yaml": {
        "env": "env:\n  API_TOKEN: {s}\n  SGLANG_CACHE_DIT_FN: '1'\n",
        "list": "env:\n- name: API_TOKEN\n  value: {s}\n",
    },
    "x.container": {
        "quadlet": "[Container]\nImage=x\nEnvironment=API_TOKEN={s}\nExec=serve --api-key {s}\n",
    },
    "x.py": {
        "environ": "import os\nos.environ['API_TOKEN'] = '{s}'\n",
        "command": "import subprocess\nsubprocess.run(['python', '-m', 'sglang.launch_server', "
        "'--api-key', '{s}'], env={{'API_TOKEN': '{s}'}})\n",
    },
    "inspect.json": {
        "Env": '[{{"Id": "x", "Config": {{"Env": ["API_TOKEN={s}", "A=1"]}}}}]\n',
        "broken": '[{{"Id": "x", "Config": {{"Env": ["API_TOKEN={s}", \n',
    },
    "snapshot.json": {
        "settings": '{{"schema": 1, "release": "0.5.23",'
        ' "settings": [{{"name": "API_TOKEN", "raw": "{s}"}}]}}',
        "broken": '{{"schema": 1, "release": "0.5.23",'
        ' "settings": [{{"name": "API_TOKEN", "raw": "{s}"',
    },
}  # fmt: skip


def forms(command: str, listed: str = "FORMS") -> tuple[str, ...]:
    """The formats that a command lists itself."""
    return tuple(getattr(import_module(f"sglang_envctl.cli.{command}"), listed))


REPORTS = [
    *(f"check FILE --format {form}" for form in forms("check")),
    *(f"check FILE --statistics --format {form}" for form in forms("check", "STATISTICS_FORMS")),
    *(f"show -e FILE --set --format {form}" for form in forms("show")),
    *(f"diff FILE defaults --raw --format {form}" for form in forms("diff")),
    *(f"diff defaults FILE --format {form}" for form in forms("diff")),
    *(f"explain SGLANG_HOST_IP -e FILE --format {form}" for form in forms("explain")),
    *(f"audit FILE --format {form}" for form in forms("audit")),
    *(f"config --config FILE --format {form}" for form in forms("config")),
    "check FILE --dialects dotenv,kubectl,docker,systemd,node,compose",
    "check -e FILE",
    "check FILE --diff --unsafe-fixes",
    "check - --sglang FILE",
    "check - --registry FILE --format json",
    "check FILE --update-baseline --baseline baseline.json",
    "check FILE --baseline FILE --format json",
    "diff FILE FILE defaults FILE",
    "diff FILE FILE defaults FILE --format html",
    "explain HF_TOKEN -e FILE",
    "snapshot FILE",
    "snapshot FILE -o snapshot-%h",
    "run -e FILE -- ./no-such-command",
    "reference -o reference --config FILE",
    "schema FILE",
    "completion FILE",
    "check FILE --fix --unsafe-fixes",
]
DRAWN = ("check FILE", "show -e FILE --set", "diff FILE defaults")
REFUSED = ("fish", "docker", "systemd", "kubernetes")


def leaks(
    lines: Iterable[str], file: str = "", env: Mapping[str, str] | None = None
) -> tuple[list[str], int]:
    """The command lines that print the secret, and how many were tried."""
    found, tried = [], 0
    before = {*os.listdir()}
    for line in lines:
        for drawn in (False, True) if line in DRAWN else (False,):
            args = [file if word == "FILE" else word for word in line.split()]
            surroundings = {**(env or {}), **(PERSON if drawn else {}), "COLUMNS": "200"}
            result = run(*args, env=surroundings)
            tried += 1
            saved = {*os.listdir()} - before - {"out"}
            written = b"".join(Path(n).read_bytes() for n in saved if os.path.isfile(n))
            if MARK in result.out + result.err or MARK.encode() in written:
                found.append(line)
            assert result.code != 70, line
    return found, tried


def written(write: Write, name: str, text: str) -> str:
    filled = text.format(s=MARK, b=base64.b64encode(MARK.encode()).decode())
    return str(write(name, filled))


def every() -> list[str]:
    refusals = (f"export -e FILE -o out --format {form}" for form in REFUSED)
    return [*REPORTS, *refusals]


FILES = {
    **{f"x.env: {what}": ("x.env", text) for what, text in ENV_FILES.items()},
    **{
        f"{name}: {what}": (name, text)
        for name, texts in OTHER_FILES.items()
        for what, text in texts.items()
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("place", FILES)
def test_a_secret_of_a_file(write: Write, place: str) -> None:
    name, text = FILES[place]
    found, _ = leaks(every(), written(write, name, text))

    assert found == []


@pytest.mark.slow
def test_a_token_as_a_name_and_in_the_name_of_a_file(write: Write) -> None:
    file = written(write, f"hf_{MARK}.env", "hf_{s}=1\nSGLANG_hf_{s}=1\n")
    kept = ("snapshot", "check FILE --update")  # what is read again has to be complete
    found, _ = leaks((line for line in REPORTS if not line.startswith(kept)), file)

    assert found == []
    assert MARK in run("show", "-e", file, "--show-secrets").out


PASSED_ON = {
    "Makefile": "API_TOKEN = {s}\nB = $(API_TOKEN)\nexport APP := x$(B)\n",
    "justfile": "api_token := '{s}'\nexport APP := 'x' + api_token\n",
    "x.fish": "set API_TOKEN {s}\nset B $API_TOKEN\nset -gx APP x$B\npython -m sglang.launch_server\n",
    "x.ps1": "$apiToken = '{s}'\n$env:APP = \"x$apiToken\"\n",
    "run.sh": "API_TOKEN={s}\nB=$API_TOKEN\nexport APP=x$B\npython -m sglang.launch_server\n",
    "Dockerfile": "FROM x\nARG API_TOKEN={s}\nARG B=$API_TOKEN\nENV APP=x$B\n",
    "x.py": "import os\napi_token = '{s}'\nb = f'x{{api_token}}'\nos.environ['APP'] = b\n",
    "y.py": "import os\nconf = {{'api_token': '{s}'}}\nos.environ['APP'] = conf['api_token']\n",
}


@pytest.mark.parametrize("name", PASSED_ON)
def test_a_secret_in_a_variable_that_is_not_exported(write: Write, name: str) -> None:
    file = written(write, name, PASSED_ON[name])
    shown = run("show", "-e", file, "--set").out

    assert shown.startswith(f"APP\t{MASK}\t")


INHERITED = (
    "check -e FILE --inherit", "show -e FILE --inherit", "show", "check", "diff process FILE",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    "place", ["HF_TOKEN", "MY_PASSWORD", "REDIS_AUTH", "SGLANG_S3_SECRET_ACCESS_KEY"]
)
@pytest.mark.parametrize("text", ["APP={s}\n", "SGLANG_CACHE_DIT_FN={s}\n", "APP=x{s}y\n", "A=1\n"])
def test_a_secret_of_this_process(write: Write, place: str, text: str) -> None:
    file = written(write, "x.env", text)
    found, _ = leaks([*every(), *INHERITED], file, {place: MARK})

    assert found == []


REGISTRIES = {
    "default": 'name = "ACME_CODE"\nsecret = true\ndefault = "{s}"\nexample = "{s}"',
    "name": 'name = "ACME_TOKEN"\nsecret = true\ndefault = "{s}"',
    "type": 'name = "A"\ntype = "{s}"',
    "field": 'name = "A"\n{s} = 1',
    "broken": 'name = "A"\nname = {s}',
    "twice": 'name = "A"\nsecret = true\ndefault = "{s}"\ndefault = "{s}"',
}


def with_registry(line: str) -> str:
    command, dashes, rest = line.partition(" -- ")
    return f"{command} --registry r.toml{dashes}{rest}"


@pytest.mark.slow
@pytest.mark.parametrize("place", REGISTRIES)
def test_a_secret_of_a_registry(write: Write, place: str) -> None:
    write("x.env", "SGLANG_CACHE_DIT_ENABLED=true\n")
    write("m.py", "import os\nA = os.getenv('ACME_TOKEN', 'x')\n")
    written(write, "r.toml", f"[[variable]]\n{REGISTRIES[place]}\n")
    more = [
        *every(),
        *(
            f"explain {name} --format {form}"
            for name in ("ACME_CODE", "ACME_TOKEN")
            for form in ("text", "json")
        ),
        *(
            f"show --all --format {form}"
            for form in ("table", "json", "csv", "tsv", "markdown", "html")
        ),
        "export --format template",
        "diff defaults release:0.5.20 --format json",
        "check",
        "audit m.py",
        "audit m.py --format json",
    ]
    found, _ = leaks((with_registry(line) for line in more), "x.env")

    assert found == []


@pytest.mark.parametrize("part", ["host", "rank", "role", "engine", "release"])
@pytest.mark.parametrize(
    "line", ["diff", "diff --by role", "diff --format json", "check", "show -e"]
)
def test_a_secret_that_names_a_node(write: Write, part: str, line: str) -> None:
    for number in range(5):
        node = {"host": f"gpu-{number}", "role": "decode", **({} if number else {part: MARK})}
        values = {"API_TOKEN": MARK, "SGLANG_LOG_MS": str(number % 2)}
        settings = [{"name": name, "raw": raw} for name, raw in values.items()]
        document = {"schema": 1, "release": "0.5.23", "node": node, "settings": settings}
        write(f"s/{number}.json", json.dumps(document))
    sources = ["s"] if line.startswith("show") else [f"s/{number}.json" for number in range(5)]
    result = run(*line.split(), *sources)

    assert result.code in (0, 1), result.err
    assert MARK not in result.out + result.err


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        "registries = ['https://me:{s}@h/r.toml']",
        "baseline = 'https://me:{s}@h/b'",
        "exclude = ['hf_{s}']",
        "environments.a = {{sources = ['https://me:{s}@h/a']}}",
    ],
)
def test_a_secret_of_a_configuration(write: Write, line: str) -> None:
    write("x.env", "A=1\n")
    written(write, "envctl.toml", line)
    forms_of_config = (f"config --format {form}" for form in forms("config"))
    found, _ = leaks([*forms_of_config, *every(), "check"], "x.env")

    assert found == []


CODE = {
    "default of a secret": 'os.getenv("AWS_SECRET_ACCESS_KEY", "{s}")',
    "known form": 'os.getenv("Y", "hf_{s}")',
    "address": 'os.environ.get("U", "http://u:{s}@h/")',
    "setdefault": 'os.environ.setdefault("DB_PASSWORD", "{s}")',
    "computed": 'os.getenv("API_TOKEN", f"{{os.sep}}{s}")',
    "computed address": 'os.getenv("U", "http://u:" + "{s}@h/" + os.sep)',
    "dynamic": "os.getenv(f'tok-{s}-{{os.sep}}')",
    "comparison": 'os.getenv("API_TOKEN") == "{s}"',
    "or": 'os.getenv("API_TOKEN") or "{s}"',
}


@pytest.mark.slow
@pytest.mark.parametrize("place", CODE)
def test_a_secret_of_code(write: Write, place: str) -> None:
    written(write, "m.py", f"import os\nA = {CODE[place]}\n")
    found, _ = leaks(
        [
            *(f"audit m.py --format {form}" for form in forms("audit")),
            "audit m.py --only undocumented",
            "audit m.py A",
        ]
    )

    assert found == []


@pytest.mark.slow
def test_a_secret_in_an_editor(write: Write, tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    said: list[object] = []
    for number, (name, text) in enumerate(FILES.values()):
        document = f"{number}/{name}"
        content = Path(written(write, document, text)).read_text(encoding="utf-8")
        said.append(editor.open(document, content))
        said += [editor.hover(document, line, 2) for line in range(min(content.count("\n"), 5))]

    assert editor.close() == 0
    assert MARK not in f"{said} {editor.told} {editor.log}"


def test_every_command_is_in_the_matrix() -> None:
    tried = {line.split()[0] for line in every()}

    assert tried == {*COMMANDS} - {"lsp"}


def test_the_matrix_is_large() -> None:
    files = len(FILES) * (len(every()) + len(DRAWN))
    process = 4 * 4 * (len(every()) + len(INHERITED) + len(DRAWN))
    registries = len(REGISTRIES) * (len(every()) + 12)

    assert files + process + registries + 4 * len(CODE) >= 3_000


SHOWN = [
    "HF_TOKEN_PATH=/root/token",
    "VAULT_TOKEN_FILE=/run/token",
    "MY_SECRET_NAME=db-credentials",
    "MAX_TOKENS=4096",
    "ENABLE_AUTH=true",
    "DESKTOP_SESSION=plasma",
    "XDG_SESSION_TYPE=wayland",
    "TIME_TAKEN=12",
    "PIN_MEMORY=1",
    "PRIMARY_KEY=id-of-row",
    "GIT=git@github.com:org/repo",
    "IMAGE=lmsysorg/sglang:v0.5@sha256:0123456789abcdef",
    "MAIL=mailto:me@example.org",
    "SSH=user@host:22",
    "SERVER=10.0.0.1:8000",
    "QUERY=https://h/p?page=2&size=10",
    'JSON={"key": "id", "max_tokens": 5, "session": "a"}',
    "OPTIONS=a=1,b=2",
]


@pytest.mark.parametrize("line", SHOWN)
def test_what_is_no_secret_stays_visible(write: Write, line: str) -> None:
    name, _, value = line.partition("=")
    write("x.env", f"{name}='{value}'\n")
    shown = run("show", "--set", "-e", "x.env").out

    assert shown.split("\t")[:2] == [name, value]


@pytest.mark.parametrize("secret", ["8080", "30000", "true", "none"])
def test_nor_does_a_short_secret_hide_other_values(write: Write, secret: str) -> None:
    write("x.env", f"MY_PASSWORD={secret}\nSGLANG_PORT={secret}\nAPP={secret}\n")
    lines = run("show", "--set", "-e", "x.env").out.splitlines()
    shown = [line.split("\t")[:2] for line in lines]

    assert ["MY_PASSWORD", MASK] in shown
    assert ["APP", secret] in shown


def test_a_default_that_means_no_secret_is_shown(write: Write) -> None:
    write("m.py", 'import os\nA = os.getenv("API_TOKEN", "EMPTY")\n')

    assert "EMPTY" in Path("m.py").read_text(encoding="utf-8")
    assert "EMPTY" in run("audit", "m.py").out
