"""What is read of a file that a script changes, and then reads or passes on."""

from __future__ import annotations

from typing import NamedTuple

from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_all
from tests.harness import Write
from tests.tables import table

START = "python -m sglang.launch_server"
SOURCED = "set -a; . ./x.env"
PASSED = f"docker run --env-file x.env lmsysorg/sglang {START}"


class Case(NamedTuple):
    """A script beside `x.env` with `A=1`, what its server gets, and what it notes."""

    text: str
    variables: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def changed(by: str, line: int = 2, path: str = "x.env") -> tuple[str, ...]:
    return (f"{line} {path} is {by}: envctl does not read it",)


SED = "changed by sed"
CASES = {
    "nothing is changed": Case(f"sed s/1/2/ x.env\n{PASSED}", ("x.env:1 A=1",)),
    "in place": Case(f"sed -i s/1/2/ x.env\n{PASSED}", (), changed(SED)),
    "in place, and sourced": Case(
        f"sed -i s/1/2/ x.env\n{SOURCED}", (), changed(SED, 2, "./x.env")
    ),
    "with a suffix": Case(f"sed -i.bak -e s/1/2/ ./x.env\n{PASSED}", (), changed(SED)),
    "a long option": Case(f"sudo sed --in-place s/1/2/ x.env\n{PASSED}", (), changed(SED)),
    "several options in one": Case(f"sed -Ei s/1/2/ x.env\n{PASSED}", (), changed(SED)),
    "perl": Case(f"perl -pi -e s/1/2/ x.env\n{PASSED}", (), changed("changed by perl")),
    "yq": Case(f"yq -i '.A = 2' x.env\n{PASSED}", (), changed("changed by yq")),
    "crudini": Case(f"crudini --set x.env '' A 2\n{PASSED}", (), changed("changed by crudini")),
    "dotenv": Case(f"dotenv -f x.env unset A\n{PASSED}", (), changed("changed by dotenv")),
    "sponge": Case(f"tac x.env | sponge x.env\n{PASSED}", (), changed("changed by sponge")),
    "an option for the output": Case(
        f"curl -fsSL -o x.env https://x\n{PASSED}", (), changed("changed by curl")
    ),
    "a long option for the output": Case(
        f"op inject -i a --out-file=x.env\n{PASSED}", (), changed("changed by op")
    ),
    "the output of a program": Case(
        f"envsubst < x.tmpl > x.env\n{PASSED}", (), changed("the output of a command")
    ),
    "tee": Case(f"jq -r .a c.json | tee x.env\n{PASSED}", (), changed("the output of a command")),
    "a file that the script wrote": Case(
        f"echo B=1 > y.env\nsed -i s/1/2/ y.env\n. ./y.env\n{START}", (), changed(SED, 3, "./y.env")
    ),
    "appended": Case(f"echo B=2 >> x.env\n{PASSED}", ("x.env:1 A=1", "1 B=2")),
    "appended, and sourced": Case(
        f"echo B=2 | tee -a x.env\n{SOURCED}\n{START}", ("x.env:1 A=1", "1 B=2")
    ),
    "appended, and overridden": Case(f"echo A=2 >> x.env\n{PASSED}", ("1 A=2",)),
    "a copy": Case(f"cp x.env y.env\nset -a; . ./y.env\n{START}", ("x.env:1 A=1",)),
    "a copy into a folder": Case(
        f"cp x.env conf/\nset -a; . conf/x.env\n{START}", ("x.env:1 A=1",)
    ),
    "a copy of what the script wrote": Case(
        f"echo B=2 > y.env\nmv y.env x.env\n{PASSED}", ("1 B=2",)
    ),
    "a copy that is changed": Case(
        f"cp x.env y.env\nsed -i s/1/2/ y.env\n. ./y.env\n{START}", (), changed(SED, 3, "./y.env")
    ),
    "a copy of what is not here": Case(f"cp no.env x.env\n{PASSED}", (), changed("changed by cp")),
    "for Compose": Case(
        "sed -i s/1/2/ x.env\ndocker compose --env-file x.env up -d", (), changed(SED)
    ),
    "for Compose, without an option": Case(
        "sed -i s/1/2/ .env\ndocker compose up -d", (), changed(SED, 2, ".env")
    ),
    "a manifest": Case(
        "yq -i .a=1 pod.yaml\nkubectl apply -f pod.yaml",
        (),
        changed("changed by yq", 2, "pod.yaml"),
    ),
    "a temporary file": Case(
        f"F=$(mktemp)\necho B=2 > $F\ndocker run --env-file $F lmsysorg/sglang {START}", ("2 B=2",)
    ),
    "two temporary files": Case(
        f"F=$(mktemp)\necho B=2 > $F\nF=$(mktemp)\ndocker run --env-file $F i {START}",
        (),
        ("4 --env-file names a file that cannot be read from here",),
    ),
    "a file below an unknown folder": Case(
        f"echo export B=2 > $D/y.sh\n. $D/y.sh\n{START}", ("1 B=2",)
    ),
    "a part that is unknown": Case(
        f"{{\nif x; then echo C=3; fi\necho B=2\n}} > y.env\n"
        f"docker run --env-file y.env lmsysorg/sglang {START}",
        ("3 B=2",),
        ("5 a part of the file given with --env-file is known only when the script runs",),
    ),
    "what is copied is told once": Case(
        "echo SGLANG_A=1 > y.env\ncp y.env z.env\nmv z.env w.env",
        (),
        ("1 what it writes to w.env is not read",),
    ),
    "a file that every shell reads": Case(
        "echo 'export SGLANG_A=1' >> $HOME/.bashrc",
        (),
        ("1 what it writes to $HOME/.bashrc is not read",),
    ),
    "a file that every shell reads, by a tilde": Case(
        "echo 'export SGLANG_A=1' >> ~/.profile",
        (),
        ("1 what it writes to ~/.profile is not read",),
    ),
    "a file below an argument": Case(
        "echo 'SGLANG_A=1' > $1/x.env", (), ("1 what it writes to .../x.env is not read",)
    ),
    "a log": Case('echo "SGLANG_A=1" >> $LOG\necho "SGLANG_A=1" >> $1\necho "SGLANG_A=1" >> a.log'),
}


@table("case", CASES.values(), ids=CASES)
def test_what_is_read(write: Write, case: Case) -> None:
    write("x.env", "A=1\n")
    write("a.sh", f"{case.text}\n")
    (found,) = read_all("a.sh", Context())
    own = [
        f"{'' if one.origin.file == 'a.sh' else f'{one.origin.file}:'}{one.origin.line} "
        f"{one.name}={one.raw}"
        for one in found.assignments
    ]
    notes = tuple(f"{n.origin.line} {n.facts.get('reason', n.rule)}" for n in found.notes)

    assert tuple(own) == case.variables
    assert notes == case.notes
