"""Find the page of a variable or a rule in a reference that `envctl reference` wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sglang_envctl.registry import Registry

_NAME = r"[A-Z0-9_]{1,100}"


class Addresses(NamedTuple):
    """The addresses of a reference's pages."""

    base: str
    """The address of the reference, with a slash at the end."""
    registry: Registry
    """The variables that have a page, in addition to those that SGLang's releases read."""

    def variable(self, name: str) -> str:
        """Return the address of a variable's page; empty if the variable has no page."""
        if name not in self.registry.listed:
            from sglang_envctl.releases import load

            if not (load().runs(name) or load().last_rename(name)):
                return ""
        return f"{self.base}{variable_page(name)}"

    def rule(self, slug: str) -> str:
        """Return the address of a rule's page."""
        return f"{self.base}{rule_page(slug)}"


def variable_page(name: str) -> str:
    """Return the file of a variable's page."""
    return f"variables/{file_name(name, _NAME)}.html"


def rule_page(slug: str) -> str:
    """Return the file of a rule's page."""
    return f"rules/{slug}.html"


def file_name(name: str, plain: str) -> str:
    """Return a file name for a name: the name itself if it is `plain`, otherwise a unique one.

    The result is unique regardless of case: `http_proxy` and `HTTP_PROXY` may be in one folder.
    """
    if re.fullmatch(plain, name):
        return name
    from hashlib import sha256

    mark = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{re.sub('[^A-Za-z0-9_]', '', name)[:60]}-{mark}"
