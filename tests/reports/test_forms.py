"""The forms that a command offers are the modules of the folder that have its report."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import Any, get_args, get_type_hints

import pytest

from sglang_envctl import reports
from sglang_envctl.cli import audit, check, diff, explain, show

FORMS: dict[str, tuple[Mapping[str, Any], Any]] = {
    "show": (show.FORMS, show.show),
    "check": (check.FORMS, check.check),
    "diff": (diff.FORMS, diff.diff),
    "explain": (explain.FORMS, explain.explain),
    "rule_list": (explain.LIST_FORMS, explain.explain),
    "audit": (audit.FORMS, audit.audit),
}
"""The forms of each report, and the command that prints it."""
FOLDER = {
    found.name: import_module(f"{reports.__name__}.{found.name}")
    for found in pkgutil.iter_modules(reports.__path__)
}
PRINTED = {name: module for name, module in FOLDER.items() if name in reports.__all__}


@pytest.mark.parametrize("report", FORMS)
def test_a_command_offers_every_form_that_has_its_report(report: str) -> None:
    forms, command = FORMS[report]
    chosen = get_args(get_type_hints(command)["output_format"])
    modules = {name for name, m in PRINTED.items() if hasattr(m, report)} - {"terminal"}

    assert set(forms) == set(chosen)
    assert {"text" if form == "table" else form for form in forms} == modules


@pytest.mark.parametrize("report", FORMS)
def test_a_form_is_the_function_of_its_module(report: str) -> None:
    forms, _ = FORMS[report]

    assert {form: load() for form, load in forms.items()} == {
        form: getattr(PRINTED["text" if form == "table" else form], report) for form in forms
    }
    assert callable(getattr(PRINTED["terminal"], report))


def test_every_report_of_every_module_is_offered() -> None:
    offered = {
        name
        for module in PRINTED.values()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }

    assert set(FORMS) <= offered
    others = {"drawing", "shapes", "audit", "counts", "places", "findings", "snapshot", "collect"}
    assert set(PRINTED) | others == set(FOLDER)
