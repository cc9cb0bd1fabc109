"""Where a reference that `envctl reference` wrote has the page of a variable or a rule."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sglang_envctl.registry import Registry

_NAME = r"[A-Z0-9_]{1,100}"


class Addresses(NamedTuple):
    """The addresses of the pages of a reference; without one, nothing has an address."""

    base: str = ""
    """Where the reference is, ending with a slash."""
    names: Container[str] = frozenset()
    """The variables that have a page."""

    def variable(self, name: str) -> str:
        """The address of a variable's page, or ""."""
        return f"{self.base}{variable_page(name)}" if self.base and name in self.names else ""

    def rule(self, slug: str) -> str:
        """The address of a rule's page, or ""."""
        return f"{self.base}{rule_page(slug)}" if self.base else ""


def addresses(base: str, registry: Registry) -> Addresses:
    """The addresses in the reference of these variables, and of what else SGLang's code reads."""
    from sglang_envctl.releases import load

    data = load()
    names = {*registry.listed, *data.names(), *(rename.old for rename in data.every_rename())}
    return Addresses(f"{base.rstrip('/')}/", names)


def variable_page(name: str) -> str:
    """The file of a variable's page."""
    return f"variables/{file_name(name, _NAME)}.html"


def rule_page(slug: str) -> str:
    """The file of a rule's page."""
    return f"rules/{slug}.html"


def file_name(name: str, plain: str) -> str:
    """A file name for a name: itself where it is `plain`, else one that no other name has.

    It is unique regardless of case: `http_proxy` and `HTTP_PROXY` may be in one folder.
    """
    if re.fullmatch(plain, name):
        return name
    from hashlib import sha256

    mark = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{re.sub('[^A-Za-z0-9_]', '', name)[:60]}-{mark}"
