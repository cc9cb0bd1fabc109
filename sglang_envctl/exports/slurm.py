"""A file for `sbatch --export-file`: entries that end in a NUL character, so that all fits in.

In the list that --export takes no value can hold a comma: quotes around it would stay. The job gets
these variables, those that Slurm sets, and nothing else of the shell that it is submitted from.
"""

from __future__ import annotations

from sglang_envctl.exports.payload import Snapshot

# sbatch leaves these out, since they belong to the machine it is called on.
_LEFT_OUT = frozenset(["DISPLAY", "ENVIRONMENT", "HOSTNAME"])
# sbatch writes these itself; the other names of the family are set where the job starts.
_FAMILY = ("SLURM_", "SLURMD_")
_LONGEST_NAME = 255
_LONGEST_VALUE = 262_143


def refusal(name: str, raw: str) -> str:
    """Why this cannot be carried, or ""."""
    data = name.encode("utf-8", "surrogateescape")
    if not name or "=" in name or "\0" in name:
        return "no environment can have this name"
    if len(data) > _LONGEST_NAME:
        return f"sbatch drops names of more than {_LONGEST_NAME} bytes"
    if name in _LEFT_OUT:
        return "sbatch leaves this name out: it is the machine's"
    if name.startswith(_FAMILY):
        return "Slurm sets the names of this family itself"
    if "\0" in raw:
        return "the value has a NUL character"
    if len(raw.encode("utf-8", "surrogateescape")) > _LONGEST_VALUE:
        return f"sbatch drops values of more than {_LONGEST_VALUE:,} bytes"
    return ""


def render(snapshot: Snapshot) -> str:
    """One entry for each assignment."""
    return "".join(f"{a.name}={a.raw}\0" for a in snapshot.assignments)
