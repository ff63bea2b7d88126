"""The page about methods knows every method, and cites what the docstrings cite."""

from __future__ import annotations

import importlib
import inspect
import re

import pytest

from ilp_toolkit import analysis

ROOMS = sorted(analysis.__all__)
METHODS = sorted(
    f"{room}.{name}"
    for room in ROOMS
    for module in [importlib.import_module(f"ilp_toolkit.analysis.{room}")]
    for name in module.__all__
    if callable(getattr(module, name))
)
_DOI = re.compile(r"\bdoi:\s*(10\.\d{4,9}/[^\s,;]+)")


def cited(text: str) -> set[str]:
    """Return the DOIs in a text, without the full stop or bracket that a sentence adds."""
    found = set()
    for doi in _DOI.findall(text):
        bare = doi.rstrip(".")
        while bare.endswith(")") and bare.count(")") > bare.count("("):
            bare = bare[:-1].rstrip(".")
        found.add(bare)
    return found


def docstring(method: str) -> str:
    """Return the docstring of a method of the analysis room; empty for names of types."""
    room, name = method.split(".")
    thing = getattr(importlib.import_module(f"ilp_toolkit.analysis.{room}"), name)
    return (inspect.getdoc(thing) or "") if inspect.isfunction(thing) or inspect.isclass(thing) else ""


@pytest.fixture(scope="module")
def page(root) -> str:
    return (root / "docs" / "methods.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def entries(page) -> dict[str, str]:
    """Return the entry of each method: a method is entered where it stands before the question."""
    found: dict[str, str] = {}
    for entry in re.split(r"^- (?=`)", page, flags=re.MULTILINE)[1:]:
        text = re.split(r"^#|\n\n", entry, flags=re.MULTILINE)[0]
        head = text.split(": **")[0]
        for name in re.findall(r"`(\w+\.\w+)`", head):
            assert name not in found, f"{name} has two entries"
            found[name] = text
    return found


def test_a_doi_is_read_with_its_own_brackets_and_without_those_of_the_sentence() -> None:
    text = "(A, doi:10.1016/S0378-3758(02)00408-1; B 1934, doi:10.1093/biomet/26.4.404)."
    assert cited(text) == {"10.1016/S0378-3758(02)00408-1", "10.1093/biomet/26.4.404"}


@pytest.mark.parametrize("method", METHODS)
def test_every_public_method_has_an_entry(method: str, entries, page) -> None:
    assert method in entries or method == "forecasts.ReportingBiasWarning", (
        f"write an entry for `{method}` in docs/methods.md"
    )
    assert f"`{method}`" in page


def test_every_entry_is_of_a_method_that_exists(entries) -> None:
    assert sorted(set(entries) - set(METHODS)) == []


def test_every_entry_says_what_it_answers_and_when_it_misleads(entries) -> None:
    tools = {"grids.default_cell_size", "grids.lattice_of", "grids.Lattice", "concentration.top_share"}
    mute = [
        name for name, text in entries.items()
        if "**" not in text or (name not in tools and not re.search(r"[Mm]isleads?\b", text))
    ]  # fmt: skip
    assert mute == []


@pytest.mark.parametrize("method", METHODS)
def test_an_entry_cites_what_the_docstring_cites(method: str, entries) -> None:
    missing = cited(docstring(method)) - cited(entries.get(method, ""))
    assert not missing, f"the entry of `{method}` lacks {sorted(missing)}"


def test_every_doi_on_the_page_stands_in_a_docstring_of_the_room(page) -> None:
    known = set().union(*(cited(docstring(method)) for method in METHODS))
    assert sorted(cited(page) - known) == []


def test_the_names_in_backticks_exist(page) -> None:
    rooms = "|".join(ROOMS)
    named = set(re.findall(rf"`((?:{rooms})\.\w+)`", page))
    assert sorted(named - set(METHODS)) == []
