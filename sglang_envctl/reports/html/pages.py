"""The common part of pages made from templates, for reports and for the reference site."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from sglang_envctl.errors import UsageError
from sglang_envctl.redaction import masked
from sglang_envctl.text.escape import shorten, visible
from sglang_envctl.text.words import words

try:
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup
except ModuleNotFoundError as error:
    if error.name not in ("jinja2", "markupsafe"):
        raise
    raise UsageError("html needs Jinja2: pip install 'sglang-envctl[html]'") from error

OWN = "sglang_envctl.reports.html"


def environment(*packages: str) -> Environment:
    """Return the templates of these packages, and the shared templates."""
    pages = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in (*packages, OWN)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    pages.filters["words"] = words
    pages.filters["brief"] = shorten
    pages.filters["breakable"] = _breakable
    return pages


def asset(pages: Environment, name: str) -> str:
    """Return a style sheet or a script."""
    assert pages.loader
    return pages.loader.get_source(pages, name)[0]


def page(name: str, scripts: Iterable[str] = (), **values: Any) -> str:
    """Return a page that needs no other file, from a template.

    The page is ASCII, because standard output may have any encoding.
    """
    pages = environment()
    style = "\n" + "".join(asset(pages, name) for name in ("style.css", "report.css"))
    script = "\n" + "".join(asset(pages, name) for name in ("page.js", *scripts))
    text = pages.get_template(name).render(
        style=Markup(style),  # noqa: S704 - part of the package
        script=Markup(script),  # noqa: S704
        policy=f"script-src {_hash(script)}; style-src {_hash(style)}",
        **values,
    )
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _hash(text: str) -> str:
    """Return the hash by which a browser recognizes a script that is allowed to run."""
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


def _breakable(name: str) -> Markup:
    """Return a name that may be broken after each underscore."""
    return Markup("_<wbr>").join(masked(visible(name)).split("_"))


def _printable(value: object) -> str:
    """Return text with its control and bidirectional characters escaped; line ends are kept."""
    if isinstance(value, Markup):
        return value
    return "\n".join(map(visible, str(value).split("\n")))
