"""Show the page of `envctl explain` for the name under the cursor."""

from __future__ import annotations

import re

from lsprotocol.types import Hover, MarkupContent, MarkupKind, Position

from sglang_envctl import api
from sglang_envctl.environment import stack
from sglang_envctl.explain import page
from sglang_envctl.explain.page import Page
from sglang_envctl.lsp.analysis import Analysis
from sglang_envctl.redaction import masked
from sglang_envctl.reference.markdown import page as lines
from sglang_envctl.releases.undocumented import with_names
from sglang_envctl.rules import rules
from sglang_envctl.settings import settle

SHOWN = (page.HERE, "What it does", "How it is read", "Values to avoid", "Docs and code disagree")
"""The blocks of a page that fit into an editor."""
_RULE = re.compile(r"[a-z]+(?:-[a-z]+)*")
_COMMENT = re.compile(r"envctl:\s*(?:file-)?ignore\[[^\]]*\]?")


def at(analysis: Analysis, position: Position) -> Hover | None:
    """Return the text for a position, if there is a variable or a rule."""
    document = analysis.document
    comment = document.word(position, _COMMENT)
    if comment and (slug := document.word(position, _RULE)) and (rule := rules().get(slug[0])):
        found, word = page.of_rule(rule), slug
    else:
        name = document.word(position)
        about = of_name(analysis, name[0], position.line) if name else None
        if name is None or about is None:
            return None
        found, word = about, name
    text = MarkupContent(MarkupKind.Markdown, markdown(found))
    return Hover(text, document.range(position.line, *word.span()))


def of_name(analysis: Analysis, name: str, line: int) -> Page | None:
    """Return the page of a variable, in the environment to which a line belongs."""
    environment, release = analysis.around(name, line)
    registry = with_names((name,), analysis.project.registry, release)
    environment = environment or stack(())
    settings = settle(environment, registry, release, every=False)
    setting = settings.get(name)
    if setting is None:
        return None
    hide = api.hider(analysis.environments, registry)
    found = page.of_variable(setting, settings, hide)
    return found._replace(blocks=tuple(b for b in found.blocks if b.heading in SHOWN))


def markdown(found: Page) -> str:
    """Return a page as Markdown without links or other active content."""
    return masked("\n".join(lines(found)).rstrip())
