"""Fixtures that every test may use."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Nobody checks here whether a web address with letters of all scripts is well formed; the grammar for it takes
# two seconds to load, in each process that opens a notebook. jsonschema goes without.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# New examples are drawn in every run, so that few at a time search as far in a week. How long one takes says
# nothing on a machine that does something else too.
settings.register_profile("short", max_examples=40, deadline=None)
settings.register_profile("long", max_examples=400, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))

ROOT = Path(__file__).resolve().parents[1]


def real_data_folder() -> Path:
    """Return where the real files lie: beside the checkout, unless ILP_REAL_DATA says otherwise."""
    return Path(os.environ.get("ILP_REAL_DATA", ROOT.parent / "shared" / "data"))


LONG = (
    "test_notebooks", "test_profile", "test_legitimate", "test_course_build", "test_answers", "test_sandbox", "test_exams",
    "test_learner_path", "test_marking", "test_russian_product", "test_release_profile", "test_payload", "test_people",
    "test_page", "test_examiner_path", "test_gate", "test_case", "test_routes_product", "test_darknet_product", "test_charts",
    "test_interdiction", "test_exchange", "test_darknet_truth", "test_module_darknet", "test_entities_linking", "test_bundle",
    "test_wheel", "test_factors", "test_module_rights", "test_module_evaluation", "test_flow_views", "test_link_charts",
    "test_lineage", "test_joint", "test_graft", "test_key", "test_module_cycle", "test_module_hot_spots", "test_module_links",
    "test_module_routes",
)  # fmt: skip
"""Files that take longest: they begin first, so that no process waits for the other at the end."""


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Iterator[None]:
    """Look for no examples in the docstrings of tests: they are in the package."""
    found: list[Any] = yield
    return [one for one in found if type(one).__name__ != "DoctestModule"]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage while tests are collected, nor later in what was: it stays until the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first; inside a file nothing moves."""
    place = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONG)))


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the top folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real files; skip by name away from it, fail where CI says it must be there."""
    folder = real_data_folder()
    if not folder.is_dir():
        if os.environ.get("ILP_REQUIRE_REAL_DATA"):
            pytest.fail(f"ILP_REQUIRE_REAL_DATA is set and there is no folder {folder}")
        pytest.skip(f"real files are not here: {folder}")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print attacks repelled, legitimate work passed, and how well planted truths were recovered."""
    for mark, words in (("attack", "attacks repelled"), ("legitimate", "legitimate products passed")):
        outcomes = {
            outcome: sum(
                mark in getattr(report, "keywords", {}) for report in terminalreporter.stats.get(outcome, [])
            )
            for outcome in ("passed", "failed", "error")
        }
        tried = sum(outcomes.values())
        if tried:
            terminalreporter.write_line(f"{words}: {outcomes['passed']} of {tried}")
    for report in terminalreporter.stats.get("passed", []):
        for name, words in getattr(report, "user_properties", []):
            if name == "score":
                terminalreporter.write_line(f"planted truth, {words}")
