"""The schemas of the output of commands with `--format json`."""

from __future__ import annotations

from sglang_envctl.rules import SEVERITIES
from sglang_envctl.schemas.parts import (
    ANY,
    FLAG,
    NUMBER,
    TEXT,
    Schema,
    many,
    maybe,
    record,
    table,
    words,
)
from sglang_envctl.text.json import SCHEMA

_SEVERITY = words(SEVERITIES)
_STATUS = words(("set", "default", "fallback", "implied", "unset", "not read"))
_OUTCOME = {
    "enum": ["accepted", "defaulted", "misread", "crash", "ignored", "unverified", None],
}
_MAYBE = maybe(TEXT)
_ORIGIN = record(source=TEXT, file=_MAYBE, line=maybe(NUMBER), key=_MAYBE)
_UNREADABLE = many(record(source=TEXT, reason=TEXT))
_EDIT = record(file=TEXT, line=NUMBER, column=NUMBER, end_line=NUMBER, end_column=NUMBER, text=TEXT)
_FINDING = record(
    rule=TEXT,
    severity=_SEVERITY,
    name=_MAYBE,
    message=TEXT,
    help=_MAYBE,
    origin=_ORIGIN,
    fix=maybe(record(safe=FLAG, edits=many(_EDIT))),
    nodes=maybe(many(TEXT)),
)
_SETTING = record(
    name=TEXT,
    section=TEXT,
    owner=_MAYBE,
    type=_MAYBE,
    allowed=maybe(many(TEXT)),
    default=ANY,
    documents=many(record(id=TEXT, title=TEXT, url=_MAYBE)),
    documented_default=_MAYBE,
    secret=FLAG,
    raw=_MAYBE,
    value=ANY,
    status=_STATUS,
    outcome=_OUTCOME,
    note=_MAYBE,
    source=_MAYBE,
    origin=maybe(_ORIGIN),
    nodes=maybe(many(TEXT)),
    summary=_MAYBE,
)
_SIDE = record(
    source=TEXT, raw=_MAYBE, value=ANY, status=_STATUS, outcome=_OUTCOME, nodes=maybe(many(TEXT))
)
_CHANGE = record(
    name=TEXT,
    kind=words(("added", "removed", "changed", "spelling")),
    values=many(_SIDE),
    part=_MAYBE,
    cause=_MAYBE,
)
_BLOCK = record(heading=TEXT, paragraphs=many(TEXT), items=many(TEXT), code=_MAYBE)
_PAGE: dict[str, Schema] = {
    "title": TEXT,
    "subtitle": TEXT,
    "lead": TEXT,
    "facts": table(TEXT),
    "url": _MAYBE,
    "blocks": many(_BLOCK),
    "setting": maybe(_SETTING),
    "reads": many(
        record(
            reader=TEXT,
            where=TEXT,
            since=_MAYBE,
            until=_MAYBE,
            default=ANY,
            default_rule=_MAYBE,
            inert=FLAG,
            effect=_MAYBE,
        )
    ),
    "rule": maybe(
        record(
            rule=TEXT, severity=_SEVERITY, summary=TEXT, why=TEXT, fix=TEXT, wrong=TEXT, right=TEXT
        )
    ),
}
_USE = {
    "reader": _MAYBE,
    "default": ANY,
    "default_rule": _MAYBE,
    "where": TEXT,
    "tests_only": FLAG,
    "declared_only": FLAG,
}
_NODE = record(
    host=_MAYBE,
    rank=_MAYBE,
    role=_MAYBE,
    engine=_MAYBE,
    release=_MAYBE,
    launcher=table(TEXT),
    command=many(TEXT),
    time=_MAYBE,
)

_FAILURE = record(
    schema={"const": SCHEMA}, error=record(message=TEXT, exit_code={"type": "integer"})
)


def _document(command: str, /, **properties: Schema) -> Schema:
    """Return the schema of a command's output: its result, or an error."""
    result = record(schema={"const": SCHEMA}, **properties)
    return {"title": command, "anyOf": [result, _FAILURE]}


SCHEMAS: dict[str, Schema] = {
    "show": _document(
        "envctl show",
        release=TEXT,
        asked=_MAYBE,
        nodes=maybe(NUMBER),
        settings=many(_SETTING),
        unreadable=_UNREADABLE,
    ),
    "check": _document(
        "envctl check",
        release=TEXT,
        asked=_MAYBE,
        releases=many(TEXT),
        sources=many(record(source=TEXT, variables=maybe(NUMBER), unchecked=NUMBER)),
        findings=many(_FINDING),
        summary=record(**dict.fromkeys(SEVERITIES, NUMBER)),
    ),
    "statistics": _document(
        "envctl check --statistics",
        statistics=many(record(rule=TEXT, severity=_SEVERITY, count=NUMBER, summary=TEXT)),
    ),
    "diff": _document(
        "envctl diff",
        release=TEXT,
        asked=_MAYBE,
        sources=many(TEXT),
        changes=many(_CHANGE),
        unreadable=_UNREADABLE,
    ),
    "export": _document(
        "envctl export", release=TEXT, settings=many(record(name=TEXT, raw=TEXT, origin=_ORIGIN))
    ),
    "explain": {
        "title": "envctl explain",
        "anyOf": [
            record(schema={"const": SCHEMA}, **_PAGE),
            record(schema={"const": SCHEMA}, pages=many(record(**_PAGE))),
            _FAILURE,
        ],
    },
    "rules": _document(
        "envctl explain --rules",
        rules=many(record(rule=TEXT, severity=_SEVERITY, summary=TEXT)),
    ),
    "audit": _document(
        "envctl audit",
        target=TEXT,
        release=_MAYBE,
        files=NUMBER,
        names=many(record(name=TEXT, **_USE, uses=many(record(**_USE)))),
        unread=many(
            record(
                name=TEXT, owner=TEXT, documented_default=_MAYBE, replaced_by=_MAYBE, note=_MAYBE
            )
        ),
        undocumented=many(record(name=TEXT, where=TEXT)),
        differing=many(record(name=TEXT, documented_default=_MAYBE, default=ANY, where=TEXT)),
        renames=many(record(old=TEXT, new=_MAYBE, transform=_MAYBE, note=_MAYBE, where=TEXT)),
        forwards=many(record(old_prefix=TEXT, new_prefix=TEXT, old_wins=FLAG, where=TEXT)),
        dynamic=many(record(text=TEXT, where=TEXT)),
        unreadable=_UNREADABLE,
    ),
    "snapshot": _document(
        "envctl snapshot",
        release=TEXT,
        node=_NODE,
        settings=many(record(name=TEXT, raw=TEXT)),
        masked=table(TEXT),
    ),
    "settings": _document(
        "envctl config", file=_MAYBE, settings=many(record(key=TEXT, value=ANY, origin=TEXT))
    ),
}
