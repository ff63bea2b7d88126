"""
The key of module 04, worked out from the files that the learner sees and from what supports what.

Grades are judgements. Where the words of the scale allow more than one, the key holds all of them, the first
being the one that the reference grader gave.
"""

from __future__ import annotations

import csv
import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = ["solve"]

_CHECKED = re.compile(r"(\d+) earlier reports were checked: (all|\d+) held")
_ORIGIN = re.compile(r"First source (O-\d+)")
_OFFICIAL = (
    "Nothing speaks against the officer's honesty or skill.",
    "Record signed by all who were present.",
    "Its entries were checked last year and held.",
)


def solve(data: Path) -> dict[str, Any]:
    """
    Work out the key of every item that depends on the data.

    Parameters
    ----------
    data
        The folder of one variant.

    Returns
    -------
    dict
        Item to key: of q1 every grade that can be defended, as lists.
    """
    return {
        "q1": _grades(_rows(data / "reports.en.csv")),
        "q2": {row["#"]: {"fate": _fate(row)} for row in _rows(data / "desk.en.csv")},
        "q3": _origins(_rows(data / "matter.en.csv")),
    }


def _grades(rows: list[dict[str, str]]) -> dict[str, dict[str, list[str]]]:
    drawing = _data_module()
    told = {text: number for number, text in drawing.said("en").items()}
    numbers = {row["#"]: told[row["Information"]] for row in rows}
    here = {numbers[row["#"]]: row for row in rows}
    return {
        row["#"]: {
            "source": _source(row["Source"]),
            "information": _information(row, _support(numbers[row["#"]], here, drawing.SUPPORTS)),
        }
        for row in rows
    }


def _source(words: str) -> list[str]:
    """Grade the source by its record: officers and records A; all held A; most B; few C; no record X."""
    if words.endswith(_OFFICIAL):
        return ["A"]
    checked = _CHECKED.search(words)
    if checked is None:
        return ["X"]
    if checked[2] == "all":
        return ["A"]
    return ["B"] if int(checked[2]) * 2 > int(checked[1]) else ["C"]


def _information(row: dict[str, str], support: str) -> list[str]:
    """Grade the information by how it is known and by what else is recorded, from another first source."""
    knows = row["How it is known"]
    if knows.startswith(("The officer saw", "The officers found")):
        return ["1"]
    if knows.startswith("It stands in the register"):
        return ["1", "2"]
    if knows.startswith("The source knows"):
        return ["2", "1"] if support == "whole" else ["2"]
    return {"whole": ["3"], "part": ["3", "4"], "": ["4"]}[support]


def _support(number: str, here: dict[str, dict[str, str]], supports: dict[str, dict[str, str]]) -> str:
    """Return how far other reports support one; a report of the same first source supports nothing."""
    own = _origin(here[number])
    found = {
        how
        for other, how in supports.get(number, {}).items()
        if other != number and other in here and _origin(here[other]) != own
    }
    return "whole" if "whole" in found else "part" if "part" in found else ""


def _origin(row: dict[str, str]) -> str:
    hit = _ORIGIN.search(row["How it is known"])
    return hit[1] if hit else ""


def _fate(row: dict[str, str]) -> str:
    """Say what happens to a report by what its form states, the words on how it was obtained before the boxes."""
    how, lawful, free = (
        row[name] for name in ("How it was obtained", "Box: lawfully", "Box: no ill-treatment")
    )
    if free == "no" or "beaten" in how or "kept awake" in how:
        return "inquiry"
    if lawful == "no":
        return "adviser"
    return "enters" if lawful == free == "yes" else "waits"


def _origins(rows: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """Say of each report, in order, whether its first source is new, counted already, or not known."""
    first: dict[str, str] = {}
    for row in rows:
        taken = re.search(r"report (E\d)", row["First source"])
        first[row["#"]] = (
            first[taken[1]] if taken else "" if row["First source"] == "not noted" else row["First source"]
        )
    key: dict[str, dict[str, str]] = {}
    counted: set[str] = set()
    for report, origin in first.items():
        key[report] = {"adds": "unknown" if not origin else "repeat" if origin in counted else "new"}
        counted.add(origin)
    return key


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _data_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("evaluation_data", Path(__file__).with_name("data.py"))
    if spec is None or spec.loader is None:
        msg = "data.py is not beside solver.py."
        raise FileNotFoundError(msg)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
