"""The rules of `envctl check`: one module per family of rules.

A family declares `RULES`. A note from a source becomes a finding: the rule that it names has the
templates of the message. A family that also checks the settings has `check(subject)`, which yields
findings. `LOOKS_AT` says in which environments `check` can find anything: those in which one of the
listed variables is set, those of a kind of source, as in `kind:compose`, or those checked with an
option that asks for the family.

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
