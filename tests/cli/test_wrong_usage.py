"""Whatever a user gets wrong is one line that says what, where, and the mend."""

from __future__ import annotations

import os

import pytest

from tests.harness import Write, run

TABLE = [
    ("chekc", "no such command 'chekc'; did you mean 'check'? (see 'envctl --help')"),
    ("fix good.env", "no such command 'fix'; did you mean 'check --fix'? (see 'envctl --help')"),
    ("nonsense", "no such command 'nonsense' (see 'envctl --help')"),
    (
        "check --frmat json",
        "no such option: --frmat; did you mean --format? (see 'envctl check --help')",
    ),
    (
        "check --strct",
        "no such option: --strct; did you mean --strict? (see 'envctl check --help')",
    ),
    (
        "check --output-format json",
        "no such option: --output-format; did you mean --format? (see 'envctl check --help')",
    ),
    (
        "check --json",
        "no such option: --json; did you mean --format json? (see 'envctl check --help')",
    ),
    ("show --dry-run", "no such option: --dry-run (see 'envctl show --help')"),
    (
        "check --dry-run",
        "no such option: --dry-run; did you mean --diff? (see 'envctl check --help')",
    ),
    (
        "run --env-file good.env -- true",
        "no such option: --env-file; did you mean --env? (see 'envctl run --help')",
    ),
    (
        "check --no-color",
        "no such option: --no-color; did you mean NO_COLOR=1? (see 'envctl check --help')",
    ),
    ("--verson", "no such option: --verson; did you mean --version? (see 'envctl --help')"),
    ("check --show-files", "no such option: --show-files (see 'envctl check --help')"),
    (
        "--format json check good.env",
        "no such option: --format; options come after the command: envctl check --format "
        "(see 'envctl --help')",
    ),
    (
        "good.env",
        "no such command 'good.env'; to check a file: envctl check good.env (see 'envctl --help')",
    ),
    ("completion", "missing argument 'bash|zsh|fish' (see 'envctl completion --help')"),
    ("check --fix -", "--fix changes files, but standard input is not a file"),
    ("check --zzz", "no such option: --zzz (see 'envctl check --help')"),
    (
        "show --format jsn",
        "invalid value for '--format': 'jsn' is not one of table, json, csv, tsv, markdown, "
        "html "
        "(see 'envctl show --help')",
    ),
    ("check --format", "option '--format' requires an argument (see 'envctl check --help')"),
    ("diff", "missing argument 'SOURCE' (see 'envctl diff --help')"),
    ("diff good.env", "diff needs two environments or more: name another source, or defaults"),
    (
        "explain",
        "explain needs the name of a variable or a rule; --rules lists the rules",
    ),
    ("check --select misred", "--select: unknown rule 'misred'; did you mean misread?"),
    (
        "check --ignore misread,zzz",
        "--ignore: unknown rule 'zzz'; envctl explain --rules lists the rules",
    ),
    (
        "show --section cache-dot",
        "--section: unknown section 'cache-dot'; did you mean cache-dit?",
    ),
    (
        "show SGLANG_CACHE_DIT_FM",
        "no variable here is called SGLANG_CACHE_DIT_FM; did you mean SGLANG_CACHE_DIT_FN?",
    ),
    ("show zzz", "no variable here is called zzz; envctl show --all lists all of them"),
    (
        "explain SGLANG_CACHE_DIT_FM",
        "no variable or rule is called SGLANG_CACHE_DIT_FM; did you mean SGLANG_CACHE_DIT_FN?",
    ),
    (
        "explain zzz",
        "no variable or rule is called zzz; envctl show --all or envctl explain --rules lists all of "
        "them",
    ),
    ("show -e missing.env", "missing.env: no such file"),
    ("export -e .", ".: is a directory; name a file in it"),
    ("show -e pipe", "pipe: is not a regular file; pipe it in and name the source -"),
    ("check -e - -", "standard input can be read only once: name - once"),
    ("diff - -", "standard input can be read only once: name - once"),
    ("diff dotenv:- -", "standard input can be read only once: name - once"),
    ("show -e - -e -", "standard input can be read only once: name - once"),
    (
        "export -e good.env -o good.env",
        "--output: good.env is one of the inputs; name another file",
    ),
    (
        "export -e good.env -o link.env",
        "--output: link.env is one of the inputs; name another file",
    ),
    ("export -e good.env -o no/out.env", "no/out.env: no such file or directory"),
    ("export -e good.env -o .", ".: is not a regular file; use > to write to it"),
    ("export -e good.env -o pipe", "pipe: no program reads this pipe"),
    ("export -e good.env NOPE*", "no variable that is set matches NOPE*"),
    ("export -e good.env *_FN NOPE", "no variable that is set matches NOPE"),
    ("check --registry missing.toml", "missing.toml: no such file"),
    ("check --registry broken.toml", "broken.toml: invalid TOML: ..."),
    (
        "check --registry other.toml",
        "other.toml: must contain only [[variable]] tables",
    ),
    (
        "check --registry type.toml",
        "type.toml: X: unknown type 'nonsense'; valid types: bool, ...",
    ),
    ("check --sglang nonsense", "--sglang: 'nonsense' is not a version of SGLang; ..."),
]


EMPTY = {
    "check --config": "invalid value for '--config': is empty; name a file",
    "check --baseline": "invalid value for '--baseline': is empty; name a file",
    "check --registry": "invalid value for '--registry': is empty; name a file",
    "export -o": "invalid value for '--output' / '-o': is empty; name a file",
    "show": "no variable here is called ''; envctl show --all lists",
    "explain": "no variable or rule is called ''; envctl show --all",
}
"""What "$NAME" is in a script that does not set it, after these words."""


@pytest.fixture(autouse=True)
def _files(write: Write) -> None:
    write("good.env", "SGLANG_CACHE_DIT_FN=2\n").with_name("link.env").symlink_to("good.env")
    write("broken.toml", "[[variable")
    write("other.toml", "[tool]\nname = 1\n")
    write("type.toml", '[[variable]]\nname = "X"\ntype = "nonsense"\n')
    os.mkfifo("pipe")


@pytest.mark.parametrize(("line", "complaint"), TABLE)
def test_one_line_on_standard_error_and_nothing_else(line: str, complaint: str) -> None:
    result = run(*line.split())

    assert result.code in (2, 3)
    assert result.out == ""
    shown, open_end, _ = complaint.partition("...")
    assert shown == (result.complaint[: len(shown)] if open_end else result.complaint)


@pytest.mark.parametrize("line", EMPTY)
def test_an_empty_word_is_not_taken_for_none(line: str) -> None:
    result = run(*line.split(), "")

    assert (result.code, result.out) == (2, "")
    assert result.complaint.startswith(EMPTY[line])


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("missing.env", "no such file"),
        ("pipe", "is not a regular file; pipe it in and name the source -"),
        ("good.env/below", "not a directory"),
        ("x" * 300, "file name too long"),
    ],
)
def test_what_check_cannot_read_is_a_finding_at_that_source(source: str, reason: str) -> None:
    result = run("check", source, "--quiet")

    assert result == (3, f"{source}: error unreadable: {reason}\n", "")


def test_a_file_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **how: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("sglang_envctl.sources.files.open", refuse, raising=False)

    assert run("show", "-e", "good.env").complaint == (
        "good.env: may not be read (permission denied)"
    )


def test_an_empty_source_name() -> None:
    assert run("check", "").complaint == "a source has an empty name; name a file, - or process"


def test_an_empty_argument_list_shows_the_help() -> None:
    assert run() == run("--help")


def test_hostile_arguments_are_made_visible() -> None:
    result = run("show", "\x1b[31m\u202eX")

    assert result.complaint.startswith("no variable here is called \\x1b[31m\\u202eX; ")


LONG = "SGLANG_" + "x" * 20_000
LONG_WORDS = [
    ["show", LONG],
    ["explain", LONG],
    ["export", LONG],
    ["export", "--name", LONG],
    ["export", "-e", LONG],
    ["check", LONG],
    ["check", "--select", LONG],
    ["check", "--dialects", f"dotenv,{LONG}"],
    ["check", "--sglang", LONG],
    ["show", "--section", LONG],
    ["show", f"--{LONG}"],
    ["show", "--format", LONG],
    ["diff", "--group", LONG, "good.env", "good.env"],
    [LONG],
]


@pytest.mark.parametrize("args", LONG_WORDS, ids=lambda args: " ".join(args)[:20])
def test_what_was_typed_is_repeated_shortened(args: list[str]) -> None:
    result = run(*args)

    assert result.code in (1, 2, 3)
    assert len(result.err) < 2_000
