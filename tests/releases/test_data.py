"""The data that envctl comes with, and the builder that makes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sglang_envctl.audit.facts import Audit, Forward, Rename, Use
from sglang_envctl.audit.release.build import Builder
from sglang_envctl.devtools.releases.__main__ import main, write
from sglang_envctl.devtools.releases.fetch import wanted
from sglang_envctl.devtools.releases.target import release_of
from sglang_envctl.releases import RELEASES, ReleaseData, RenameSpan, data, load, newest
from tests.tables import table


def use(name: str = "X", reader: str = "raw.int", default: object = 1, **more: object) -> Use:
    values = {"default_rule": "", "file": "pkg/a.py", "line": 1, **more}
    return Use(name=name, reader=reader, default=default, **values)  # type: ignore[arg-type]


def built(**audits: Audit) -> ReleaseData:
    builder = Builder()
    for release, audit in audits.items():
        builder.add(release.replace("_", "."), audit)
    return ReleaseData(json.loads(json.dumps(builder.data())))


def test_the_file_and_the_literal_list_the_same_releases() -> None:
    assert load().releases == RELEASES
    assert newest() == RELEASES[-1]


def test_the_file_is_small() -> None:
    assert data.PATH.stat().st_size < 500_000


def test_a_name_that_stays_is_one_span() -> None:
    found = built(
        v1_0=Audit((use(line=5),)), v1_1=Audit((use(line=7),)), v1_2=Audit((use(line=9),))
    ).history("X")
    assert [(span.since, span.until, span.where) for span in found] == [
        ("v1.0", "v1.2", "pkg/a.py:9")
    ]


def test_a_release_like_the_newest_changes_the_list_alone(tmp_path: Path) -> None:
    forward = Forward("SGL_", "SGLANG_", old_wins=True, file="pkg/a.py", line=9)
    audit = Audit((use(), use("Y", default=None)), (renamed("NEW"),), (forward,))
    builder, files = Builder(), []
    builder.add("v1", Audit((use("GONE"), *audit.uses), audit.renames, audit.forwards))
    for release in ("v2", "v3"):
        builder.add(release, audit)
        write(builder, tmp_path)
        files.append((tmp_path / "data.json").read_text("utf-8").splitlines())
    changed = [(one, other) for one, other in zip(*files, strict=True) if one != other]
    assert changed == [('"releases":["v1","v2"],', '"releases":["v1","v2","v3"],')]


def test_a_changed_reader_default_or_flag_is_a_new_span() -> None:
    found = built(
        v1_0=Audit((use(),)),
        v1_1=Audit((use(default=2),)),
        v1_2=Audit((use(default=2, reader="raw.text"),)),
        v1_3=Audit((use(default=2, reader="raw.text", tests_only=True),)),
    )
    spans = found.history("X")
    assert [(span.since, span.reader, span.default, span.tests_only) for span in spans] == [
        ("v1.0", "raw.int", 1, False),
        ("v1.1", "raw.int", 2, False),
        ("v1.2", "raw.text", 2, False),
        ("v1.3", "raw.text", 2, True),
    ]
    assert found.first_last("X") == ("v1.0", "v1.3")


def test_a_name_that_goes_and_comes_back_has_two_spans() -> None:
    found = built(v1=Audit((use(),)), v2=Audit(()), v3=Audit((use(),)))
    assert [(span.since, span.until) for span in found.history("X")] == [("v1", "v1"), ("v3", "v3")]
    assert [bool(found.uses("X", release)) for release in found.releases] == [True, False, True]
    assert found.read_names("v2") == frozenset()


def test_what_is_only_declared_is_not_read() -> None:
    found = built(v1=Audit((use(declared_only=True),)), v2=Audit((use(),)))
    assert found.read_names("v1") == frozenset()
    assert found.read_names("v2") == {"X"}
    assert found.names() == {"X"}
    assert found.first_last("X") == ("v2", "v2")
    assert found.uses("X", "v1")[0].declared_only


def test_a_test_of_presence_says_nothing_where_more_is_known() -> None:
    uses = (
        use(),
        use(reader="raw.presence", default=False),
        use("Y", "raw.presence", default=False),
    )
    found = built(v1=Audit(uses))
    assert [item.reader for item in found.uses("X", "v1")] == ["raw.int"]
    assert [item.reader for item in found.uses("Y", "v1")] == ["raw.presence"]


def test_test_code_says_nothing_where_other_code_reads() -> None:
    uses = (use(), use(reader="raw.text", file="tests/test_a.py"))
    assert [item.reader for item in built(v1=Audit(uses)).uses("X", "v1")] == ["raw.int"]


@table("default", [None, "", 0, False, 0.5, [], {}, "x", {"a": [1]}])
def test_defaults_survive(default: object) -> None:
    found = built(v1=Audit((use(default=default),))).uses("X", "v1")[0]
    assert (found.default, found.computed, found.default_from) == (default, False, ())
    assert type(found.default) is type(default)


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("f()", ()),
        ("int(os.getenv('OTHER', '1'))", ("OTHER",)),
        ("os.path.join(os.environ['ONE'], env.get('TWO'))", ("ONE", "TWO")),
        ("os.path.expanduser(envs.SGLANG_CACHE_DIR.get())", ("SGLANG_CACHE_DIR",)),
        ("os.environ.get('X') or os.environ.get('Y') or os.environ.get('Y')", ("Y",)),
        ("'a default that somebody wrote'", ()),
    ],
)
def test_of_a_computed_default_the_variables_are_kept(rule: str, names: tuple[str, ...]) -> None:
    found = built(v1=Audit((use(default=None, default_rule=rule),))).uses("X", "v1")[0]
    assert (found.default, found.computed, found.default_from) == (None, True, names)


@pytest.mark.parametrize("default", ["pick up the blue block", [False, "a is not b"]])
def test_a_default_that_is_prose_is_not_kept(default: object) -> None:
    found = built(v1=Audit((use(default=default),))).uses("X", "v1")[0]
    assert (found.default, found.computed) == (None, True)


def test_ways_that_differ_in_source_alone_are_one() -> None:
    uses = (use(default=None, default_rule="f()"), use(default=None, default_rule="g()", line=2))
    found = built(v1=Audit(uses), v2=Audit((use(default_rule="h()", line=3),))).history("X")
    assert [(span.since, span.until, span.line) for span in found] == [("v1", "v2", 3)]


def renamed(new: str = "", note: str = "", transform: str = "") -> Rename:
    return Rename("OLD", new, "table" if new else "warning", transform, note, "pkg/a.py", 3)


def test_renames_and_forwarding() -> None:
    forward = Forward("SGL_", "SGLANG_", old_wins=True, file="pkg/a.py", line=9)
    found = built(v1=Audit((), (renamed("NEW", transform="inverted"),), (forward,)), v2=Audit(()))
    assert found.rename("OLD", "v1") == RenameSpan(
        "v1", "v1", "OLD", "NEW", "table", "inverted", (), "pkg/a.py", 3
    )
    assert found.rename("OLD", "v2") is None
    assert found.renames("v2") == ()
    assert (found.forwards("v1"), found.forwards("v2")) == (True, False)


def test_a_transform_that_nobody_put_in_words_is_not_quoted() -> None:
    spans = built(v1=Audit((), (renamed("NEW", transform="f(value)"),))).renames("v1")
    assert [span.transform for span in spans] == ["computed"]


@table(
    ("note", "instead"),
    [
        ("", ()),
        ("OLD was unused and has been removed. Use tools for profiling.", ()),
        ("It goes in 0.9. Please use '--backend=fast_one' instead.", ("--backend=fast_one",)),
        ("Pass --backend fast instead. Without it nothing works.", ("--backend",)),
        ("Use '--one' and/or '--two=x' instead; --one is best.", ("--one", "--two=x", "--one")),
        ("OLD is deprecated. Use A_DTYPE=auto|fp8 instead.", ("A_DTYPE",)),
        ("It is always on; set A_CAP=0 to stop it, or B_CAP=1.", ("A_CAP=0", "B_CAP=1")),
        ("A step of A_DRAFT fuses the bias.", ()),
        ("Variable OLD is deprecated, please use NEW instead", ()),
    ],
)
def test_of_a_note_the_names_are_kept(note: str, instead: tuple[str, ...]) -> None:
    span = built(v1=Audit((), (renamed("NEW", note),))).rename("OLD", "v1")
    assert span is not None
    assert span.instead == tuple(dict.fromkeys(instead))


def test_a_warning_adds_to_what_is_forwarded() -> None:
    for renames in ((renamed(note="use --x"), renamed("NEW")), (renamed("NEW", "use --x"),)):
        spans = built(v1=Audit((), renames)).renames("v1")
        assert [(span.new, span.instead) for span in spans] == [("NEW", ("--x",))]


def test_an_unknown_name_or_release() -> None:
    found = built(v1=Audit(()))
    assert (found.uses("X", "v1"), found.history("X"), found.first_last("X")) == ((), (), None)
    with pytest.raises(KeyError, match="no data for release v9"):
        found.uses("X", "v9")


def package(folder: Path, version: str, name: str) -> Path:
    target = folder / version / "sglang"
    target.mkdir(parents=True)
    (target / "__init__.py").write_text("", "utf-8")
    (target / "version.py").write_text(f'__version__ = "{version}"\n', "utf-8")
    (target / "a.py").write_text(f"import os\nos.getenv({name!r})\n", "utf-8")
    return target


def test_the_command_extends_what_is_there(tmp_path: Path) -> None:
    one, two = package(tmp_path, "0.9.1", "ONE"), package(tmp_path, "0.9.2", "TWO")
    into = tmp_path / "into"
    into.mkdir()
    for arguments in (
        [str(two)],
        [str(one)],
        [
            str(one),
            str(two),
        ],
    ):
        assert main(["--into", str(into), *arguments]) == 0
    found = ReleaseData(json.loads((into / "data.json").read_bytes()))
    assert found.releases == ("0.9.1", "0.9.2")
    assert found.read_names("0.9.1") == {"ONE"}
    assert found.read_names("0.9.2") == {"TWO"}
    assert '"0.9.1",\n    "0.9.2",\n' in (into / "published.py").read_text("utf-8")
    first = (into / "data.json").read_bytes()
    assert (
        main(
            [
                "--into",
                str(into),
                "--fresh",
                str(one),
                str(two),
            ]
        )
        == 0
    )
    assert (into / "data.json").read_bytes() == first


def test_the_version_of_a_target(tmp_path: Path) -> None:
    assert release_of(Path("x/sglang-0.5.9.post1-py3-none-any.whl")) == "0.5.9.post1"
    (tmp_path / "sglang").mkdir()
    (tmp_path / "sglang-0.5.7.dist-info").mkdir()
    assert release_of(tmp_path / "sglang") == "0.5.7"
    with pytest.raises(SystemExit, match="cannot tell which release"):
        release_of(tmp_path / "elsewhere" / "sglang")


def test_final_and_post_releases_that_are_not_known_are_wanted() -> None:
    versions = ["0.5.1", "0.5.0rc2", "0.4.10.post2", "0.4.0", "0.3.9", "0.6.0.dev1", "0.4.9"]
    assert wanted(versions, known=["0.4.9"]) == ["0.4.0", "0.4.10.post2", "0.5.1"]
