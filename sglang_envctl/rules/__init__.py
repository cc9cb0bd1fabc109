"""The rules of `envctl check`: one module per family of rules.

A family declares `RULES`. A note from a source becomes a finding, with the message template of
the rule that the note names. A family that also checks the settings has `check(subject)`, which
yields findings. `check` can find something only if an item of `LOOKS_AT` is present: a variable
that is set, a kind of source, as in `kind:compose`, or another input, such as `--host`. A
family without `LOOKS_AT` always runs.

`python -m sglang_envctl.devtools.rule_index` records what the families declare, so that a check
imports only the families that it needs.
"""

from sglang_envctl.rules.rule import SEVERITIES, Finding, Rule, Severity, Subject
from sglang_envctl.rules.run import Checked, rules, run, unreadable

__all__ = [
    "SEVERITIES",
    "Checked",
    "Finding",
    "Rule",
    "Severity",
    "Subject",
    "rules",
    "run",
    "unreadable",
]
