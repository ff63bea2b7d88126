"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# New examples are drawn in every run, so that few at a time search as far in a week.
settings.register_profile("short", max_examples=40)
settings.register_profile("long", max_examples=400)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))

ROOT = Path(__file__).resolve().parents[1]


def real_data_folder() -> Path:
    """Return where the real files lie: beside the checkout, unless ILP_REAL_DATA says otherwise."""
    return Path(os.environ.get("ILP_REAL_DATA", ROOT.parent / "shared" / "data"))


LONG = (
    "test_notebooks", "test_course_build", "test_answers", "test_sandbox", "test_exams", "test_learner_path", "test_marking",
    "test_page", "test_russian_product", "test_release_profile", "test_profile", "test_examiner_path", "test_wheel", "test_factors",
    "test_legitimate", "test_module_evaluation", "test_module_rights", "test_module_cycle", "test_module_hot_spots", "test_bundle",
)  # fmt: skip
"""Files that take longest: they begin first, so that no process waits for the other at the end."""


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
