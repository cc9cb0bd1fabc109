"""A file for `sbatch --export-file`: entries that end in a NUL character, so any value is possible.

In the list of --export, no value can contain a comma, because quotes would become part of the
value. The job gets these variables and those that Slurm sets, but no others from the submitting
shell.
"""

from __future__ import annotations

from sglang_envctl.environment import impossible
from sglang_envctl.exports.payload import Snapshot, not_bytes

# sbatch omits these variables, which belong to the machine it runs on.
_OMITTED = frozenset(["DISPLAY", "ENVIRONMENT", "HOSTNAME"])
# sbatch sets some of these variables itself; the others are set where the job starts.
_RESERVED = ("SLURM_", "SLURMD_")
_LONGEST_NAME = 255


def refusal(name: str, raw: str) -> str:
    """Return why the format cannot represent this assignment; empty if it can."""
    if not name or "=" in name or impossible(name):
        return "not a valid environment variable name"
    if len(name.encode("utf-8", "surrogateescape")) > _LONGEST_NAME:
        return f"sbatch drops names of more than {_LONGEST_NAME} bytes"
    if name in _OMITTED:
        return "sbatch omits this name, which belongs to the machine"
    if name.startswith(_RESERVED):
        return "Slurm sets names that start with SLURM_ or SLURMD_ itself"
    return not_bytes(raw)


def render(snapshot: Snapshot) -> str:
    """Return one entry per assignment."""
    return "".join(f"{a.name}={a.raw}\0" for a in snapshot.assignments)
