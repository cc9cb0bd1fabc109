"""0 fine, 1 findings or differences, 2 wrong usage, 3 unreadable, 70 a fault of envctl's own."""

from __future__ import annotations

import pytest

from sglang_envctl import settings
from sglang_envctl.exports import FORMATS as EXPORTS
from sglang_envctl.exports import documents
from tests.harness import Write, run

FILES = {
    "good.env": "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=2\n",
    "same.env": "SGLANG_CACHE_DIT_ENABLED=TRUE\nSGLANG_CACHE_DIT_FN=2\n",
    "warn.env": "SGLANG_DIFFUSION_TORCH_PROFILER_DIR=traces\n",
    "bad.env": "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=one\n",
    "reference.env": "APP_A='$'\nAPP_B='${APP_A}{APP_A}'\n",
    "empty.env": "",
    "reads.py": "import os\nos.getenv('ACME_A')\n",
    "broken.py": "import os\nos.getenv('ACME_A'\n",
}

TABLE = [
    ("", 0),
    ("--help", 0),
    ("-h", 0),
    ("--version", 0),
    ("nonsense", 2),
    ("--nonsense", 2),
    ("check", 0),
    ("check good.env", 0),
    ("check empty.env", 0),
    ("check bad.env", 1),
    ("validate bad.env", 1),
    ("check warn.env", 0),
    ("check warn.env --strict", 1),
    ("check good.env --strict", 0),
    ("check bad.env --ignore crashes", 0),
    ("check bad.env --select misread", 0),
    ("check good.env bad.env", 1),
    ("check missing.env", 3),
    ("check bad.env missing.env", 3),
    ("check -e missing.env good.env", 3),
    ("check good.env --select nonsense", 2),
    ("check --help", 0),
    ("show", 0),
    ("show -e bad.env", 0),
    ("show -e empty.env --set", 0),
    ("show -e missing.env", 3),
    ("show no_such_variable", 2),
    ("show --section nonsense", 2),
    ("show --owner nonsense", 2),
    ("explain SGLANG_CACHE_DIT_FN", 0),
    ("explain SGLANG_CACHE_DIT_FN -e bad.env", 0),
    ("explain SGLANG_CACHE_DIT_FN -e missing.env", 3),
    ("explain misread", 0),
    ("explain --rules", 0),
    ("explain", 2),
    ("explain NO_SUCH_THING_AT_ALL", 2),
    ("diff good.env good.env", 0),
    ("diff good.env same.env", 0),
    ("diff good.env same.env --raw", 1),
    ("diff good.env bad.env", 1),
    ("diff empty.env defaults", 0),
    ("diff good.env missing.env", 3),
    ("diff -e missing.env good.env bad.env", 3),
    ("diff good.env", 2),
    ("diff", 2),
    ("export", 0),
    ("export -e good.env", 0),
    ("export -e bad.env", 1),
    ("export -e bad.env --no-check", 0),
    ("export -e reference.env", 1),
    ("export -e missing.env", 3),
    ("export -e good.env NO_SUCH_NAME", 2),
    ("export -e good.env -o missing/out.env", 3),
    ("export -e good.env -o good.env", 2),
    ("audit reads.py", 0),
    ("audit reads.py --strict", 1),
    ("audit reads.py --strict --only unread", 0),
    ("audit reads.py NO_SUCH_NAME", 2),
    ("audit broken.py --strict", 3),
    ("audit missing.py", 3),
    ("audit good.env", 3),
]
FORMATS = {
    "check": ["text", "json", "html"],
    "show": ["table", "json", "csv", "tsv", "markdown", "html"],
    "explain": ["text", "json", "tsv"],
    "diff": ["text", "json", "tsv", "html"],
    "export": list(EXPORTS),
    "audit": ["text", "json", "tsv"],
}


@pytest.fixture(autouse=True)
def _files(write: Write) -> None:
    for name, text in FILES.items():
        write(name, text)


@pytest.mark.parametrize(("line", "code"), TABLE)
def test_every_outcome_has_its_code(line: str, code: int) -> None:
    assert code == run(*line.split()).code


@pytest.mark.slow
@pytest.mark.parametrize(("line", "code"), [row for row in TABLE if row[0].split()[:1] != []])
def test_the_code_is_the_same_in_every_format_and_when_quiet(line: str, code: int) -> None:
    args = line.split()
    forms = FORMATS.get(args[0].replace("validate", "check"), [])
    if "reference.env" in args:
        forms = ["dotenv"]  # most others carry it
    if code == 1 and "export" in args:
        forms = [form for form in forms if not documents(form)]

    ends = {run(*args, "--format", form, "-q").code for form in forms}

    assert ends <= {code}


def test_a_fault_of_its_own_is_one_line_and_not_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("\x1b[31mwith the value hunter2")

    monkeypatch.setattr(settings, "possibly_old", fail)
    plain, wordy = run("check"), run("check", env={"ENVCTL_TRACEBACK": "1"})

    assert plain.code == 70
    assert plain.complaint.startswith("internal fault, RuntimeError in fail:")
    assert "hunter2" not in plain.err
    assert wordy.code == 70
    assert "Traceback" in wordy.err


def test_an_interrupt_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(settings, "possibly_old", interrupt)

    assert run("check") == (130, "", "envctl: interrupted\n")
