"""The rules of `envctl check`: one module per family of rules.

A family declares `RULES`. Notes that sources make become findings by the templates of the rule they
name. A family that looks at the settings too has `check(subject)`, which yields findings. If that can
find something only in some environments, `LOOKS_AT` says in which: names of variables, of which one
is set, kinds of sources, as in `kind:compose`, or an option that asks for it.

`python -m sglang_envctl.devtools.rule_index` writes down what the families declare, so that a check
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
