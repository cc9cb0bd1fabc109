"""How the server lives with an editor: its configuration, its options, and what it survives."""

from __future__ import annotations

import builtins
import signal
from pathlib import Path

import pytest
from lsprotocol.types import Diagnostic, DiagnosticSeverity

from tests.editor import Editor
from tests.harness import child, run

WRONG = "SGLANG_CACHE_DIT_FN=one\n"


def shown(found: list[Diagnostic]) -> list[tuple[object, object]]:
    return [(one.code, one.severity) for one in found]


def test_the_configuration_is_that_of_the_folder_and_is_read_again(
    editor: Editor, tmp_path: Path
) -> None:
    folder = tmp_path / "deploy"
    folder.mkdir()
    (folder / "envctl.toml").write_text('severity = { crashes = "warning" }\n')
    assert shown(editor.open("prod.env", WRONG)) == [("crashes", DiagnosticSeverity.Error)]
    warned = [("crashes", DiagnosticSeverity.Warning)]
    assert shown(editor.open("deploy/prod.env", WRONG)) == warned

    (folder / "envctl.toml").write_text('ignore = ["crashes"]\n')
    editor.save("deploy/prod.env")

    assert shown(editor.found("deploy/prod.env")) == []
    assert shown(editor.change("prod.env", WRONG)) == [("crashes", DiagnosticSeverity.Error)]


def test_a_document_is_checked_as_the_deployment_has_it(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "base.env").write_text("SGLANG_CACHE_DIT_ENABLED=true\n")
    (tmp_path / "envctl.toml").write_text(
        '[[environments]]\nname = "prod"\nlayers = ["base.env"]\nsources = ["prod.env"]\n'
        'required = ["APP"]\n'
    )
    alone = editor.open("other.env", "SGLANG_CACHE_DIT_FN=2\n")
    layered = editor.open("prod.env", "SGLANG_CACHE_DIT_FN=2\n")
    layer = editor.open("base.env", "SGLANG_CACHE_DIT_ENABLED=maybe\n")

    assert [one.code for one in alone] == ["no-effect"]
    assert "no-effect" not in [one.code for one in layered]
    assert "misread" in [one.code for one in layer]


def test_an_excluded_file_is_left_alone(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "envctl.toml").write_text('exclude = ["old"]\n')

    assert editor.open("old/prod.env", WRONG) == []


def test_a_rule_has_its_address_where_the_project_publishes_the_reference(
    editor: Editor, tmp_path: Path
) -> None:
    (tmp_path / "envctl.toml").write_text('url-base = "https://example.org/env"\n')
    (found,) = editor.open("prod.env", WRONG)

    assert found.code_description
    assert found.code_description.href == "https://example.org/env/rules/crashes.html"


@pytest.mark.slow
def test_a_deployment_that_makes_no_sense_is_said_and_ends_nothing(tmp_path: Path) -> None:
    editor = Editor(tmp_path, options={"as": "nonsense", "sglang": ["0.5.23"]})
    (tmp_path / "envctl.toml").write_text(
        '[[environments]]\nname = "prod"\nsources = ["compose.yaml#other"]\n'
    )
    found = editor.open("compose.yaml", "services:\n  web:\n    image: x\n    environment: [A=1]\n")
    code = editor.close()

    assert (found, code, editor.log) == ([], 0, "")
    assert editor.told[0].startswith("envctl: initialization option as: must be one of dotenv,")
    assert "compose.yaml has no other: it contains web" in editor.told[1]


@pytest.mark.slow
def test_a_wrong_configuration_is_said_once_and_ends_nothing(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    config = tmp_path / "envctl.toml"
    config.write_text('ignore = ["no-such-rule"]\n')
    assert editor.open("prod.env", WRONG) == []
    assert editor.change("prod.env", WRONG + "A=1\n") == []
    config.unlink()
    found = editor.change("prod.env", WRONG)
    code = editor.close()

    assert [one.code for one in found] == ["crashes"]
    assert len(editor.told) == 1
    assert editor.told[0].startswith(f"envctl: {config}: ignore: unknown rule 'no-such-rule'")
    assert (code, editor.log) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("by", ["option", "initialization", "both"])
def test_the_release_is_the_one_that_is_named(tmp_path: Path, by: str) -> None:
    options = {"sglang": "0.5.5"} if by != "option" else None
    line = {"option": ["--sglang", "0.5.5"], "both": ["--sglang", "0.5.23"]}.get(by, [])
    editor = Editor(tmp_path, *line, options=options)
    editor.open("prod.env", "SGLANG_CACHE_DIT_FN=2\n")
    text = editor.hover("prod.env", 0, 0)
    editor.close()

    assert "This release does not read it." in text


@pytest.mark.slow
def test_the_dialect_is_the_one_that_is_named(tmp_path: Path) -> None:
    editor = Editor(tmp_path, options={"as": "docker", "unknown": 1})
    found = editor.open("prod.env", "SGLANG_CACHE_DIT_ENABLED='true'\n")
    editor.close()

    assert "quotes-kept" in [one.code for one in found]


SECRET = "hf_abcdefghijklmnopqrstuvwxyz0123456"  # noqa: S105 - nobody's


def test_no_secret_is_in_a_message(editor: Editor) -> None:
    found = editor.open(
        "prod.env",
        f"HF_TOKEN={SECRET}\nSGLANG_CACHE_DIT_FN={SECRET}\nSGLANG_CACHE_DIT_MC='{SECRET}\n",
    )
    texts = [one.message for one in found]
    texts += [a.title for line in range(3) for a in editor.actions("prod.env", line)]
    texts += [editor.hover("prod.env", line, 2) for line in range(3)]
    texts += [item.label for item in editor.complete("prod.env", 0, 9)]

    assert found
    assert not [text for text in texts if SECRET in text]


def test_no_secret_is_shown_that_is_a_name(editor: Editor) -> None:
    text = f"{SECRET}=1\n{SECRET}=2\nSGLANG_{SECRET}\n"
    found = editor.open("prod.env", text)
    actions = [action for line in range(3) for action in editor.actions("prod.env", line)]
    texts = [one.message for one in found]
    texts += [one.name for one in editor.symbols("prod.env")]
    texts += [action.title for action in actions]
    texts += [editor.hover("prod.env", line, 2) for line in range(3)]

    assert "duplicate-name" in [one.code for one in found]
    assert "********" in texts
    assert not [text for text in texts if SECRET in text]


BROKEN = {
    "prod.env": ["", "=", "SGLANG_", "A='", "\0", "export", "\ud800=1", "a" * 100_000, "\r\r\n"],
    "compose.yaml": [
        "services:", "services:\n  a:", "services:\n  a:\n    environment:\n      - ",
        "services: &a\n  a: *a\n", "services:\n" + " " * 2000 + "a:", "a: " + "[" * 10_000,
        "a: &a [x]\n" + "".join(f"b{i}: &b{i} [{'*a, ' * 9}*a]\n" for i in range(50)),
    ],
    "pod.yaml": ["apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - env:\n    - name:"],
    "x.service": ["[Service", '[Service]\nEnvironment="A', "[Service]\nEnvironment=\\"],
    "Dockerfile": ["FROM", "FROM x\nENV", 'FROM x\nENV A="', "FROM x\nENV \\"],
    "run.sh": ["#!/bin/sh\nexport A=$(", "#!/bin/sh\n" + "if x; then " * 3000, "#!/bin/sh\n<<E\n"],
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_no_half_typed_or_hostile_document_ends_the_server(editor: Editor, name: str) -> None:
    for number, text in enumerate(BROKEN[name]):
        own = f"{number}/{name}"
        editor.open(own, text)
        last = text.count("\n")
        for place in ((0, 0), (last, 10**6), (last + 5, 3), (0, 2**31 - 1)):
            editor.hover(own, *place)
            editor.complete(own, *place)
            editor.definition(own, *place)
        editor.actions(own, last)
        editor.symbols(own)


@pytest.mark.parametrize("name", ["un#named:1.env", "a b.env", "naïve 🎉.env", "100%25.env"])
def test_a_name_may_have_any_characters(editor: Editor, name: str) -> None:
    assert [one.code for one in editor.open(name, WRONG)] == ["crashes"]
    assert "SGLANG_CACHE_DIT_FN" in editor.hover(name, 0, 0)


def test_the_editor_may_know_what_a_file_is(editor: Editor) -> None:
    assert editor.open("production", WRONG) == []
    assert [one.code for one in editor.open("staging", WRONG, "dotenv")] == ["crashes"]
    titles = [action.title for action in editor.actions("staging", 0)]
    assert titles == ["Ignore crashes here"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_at_once(tmp_path: Path, number: signal.Signals) -> None:
    editor = Editor(tmp_path)
    editor.open("prod.env", WRONG)

    assert editor.killed(number) == -number


@pytest.mark.slow
def test_it_ends_when_the_editor_is_gone() -> None:
    ended = child("lsp", "--stdio")

    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_without_pygls_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: object, **options: object) -> object:
        if name.partition(".")[0] in ("pygls", "lsprotocol", "sglang_envctl") and "lsp" in name:
            raise ModuleNotFoundError(f"No module named {name!r}", name="pygls")
        return real(name, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    ended = run("lsp")

    assert ended.code == 2
    assert ended.complaint == (
        "the language server needs pygls 2: pip install 'sglang-envctl[lsp]'"
    )
