"""Lines to append to the file that $GITHUB_ENV names, for the later steps of a GitHub Actions job."""

from __future__ import annotations

from sglang_envctl.exports.payload import Snapshot, not_text

_DELIMITER = "ENVCTL_END"
# The runner sets these variables again before every step.
_RESERVED = {
    "GITHUB_": """
        ACTION ACTION_PATH ACTION_REF ACTION_REPOSITORY ACTOR ACTOR_ID API_URL BASE_REF ENV
        EVENT_NAME EVENT_PATH GRAPHQL_URL HEAD_REF JOB OUTPUT PATH REF REF_NAME REF_PROTECTED
        REF_TYPE REPOSITORY REPOSITORY_ID REPOSITORY_OWNER REPOSITORY_OWNER_ID RETENTION_DAYS
        RUN_ATTEMPT RUN_ID RUN_NUMBER SERVER_URL SHA STATE STEP_SUMMARY TRIGGERING_ACTOR WORKFLOW
        WORKFLOW_REF WORKFLOW_SHA WORKSPACE
    """,
    "RUNNER_": "ARCH DEBUG ENVIRONMENT NAME OS TEMP TOOL_CACHE WORKSPACE",
}


def refusal(name: str, raw: str) -> str:
    """Return why the format cannot represent this assignment; empty if it can."""
    if why := not_text(name, "name") or not_text(raw):
        return why
    if not name or set(name) & set("=\r\n\ufeff") or "<<" in name:
        return "the runner would change this name"
    if name.upper() == "NODE_OPTIONS":
        return "the runner refuses this name from a file"
    head, tail = name[:7], name[7:]
    return "the runner sets this name itself" if tail in _RESERVED.get(head, "").split() else ""


def render(snapshot: Snapshot) -> str:
    """Return one line or one delimited block per assignment."""
    return "".join(_entry(a.name, a.raw) for a in snapshot.assignments)


def _entry(name: str, raw: str) -> str:
    if not set(raw) & set("\r\n"):
        return f"{name}={raw}\n"
    delimiter = _DELIMITER
    while delimiter in raw:
        delimiter += "_"
    return f"{name}<<{delimiter}\n{raw}\n{delimiter}\n"
