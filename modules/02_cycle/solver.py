"""The key of the items that depend on a variant's data, worked out from the data alone."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

SHOWS = {
    "F01": "noquestion", "F02": "late", "F03": "stovepipes", "F04": "sound", "F05": "unanswered",
    "F06": "sound", "F07": "everything", "F08": "feedback", "F09": "noquestion", "F10": "sound",
    "F11": "stovepipes", "F12": "unanswered", "F13": "feedback", "F14": "everything", "F15": "sound",
    "F16": "late",
}  # fmt: skip
"""What each finding shows, as its sentence in the exam says."""
LAWFUL = {"B2", "B4", "B5", "B7"}
"""Bases that are sections of the invented law."""
NAMED = {"L8", "L9"}
"""Sources that are persons with a name."""


def solve(data: Path) -> dict[str, Any]:
    """Return item id to key, for the data of one variant."""
    needed = dt.date.fromisoformat(_rows(data / "unit.en.csv")[0]["Reports needed by"])
    tasks = _rows(data / "tasks.csv")
    questions = [row["№"] for row in _rows(data / "questions.en.csv")]
    return {
        "q3": {row["№"]: {"break": SHOWS[row["№"]]} for row in _rows(data / "findings.en.csv")},
        "q4": _lost(_rows(data / "steps.en.csv")),
        "q5": {name: {"state": state(name, tasks, needed)} for name in questions},
        "q6": {row["task"]: {"fault": fault(row, questions, needed)} for row in tasks},
    }


def _lost(steps: list[dict[str, str]]) -> dict[str, dict[str, float]]:
    """Days that each step added to the delay of the step before."""
    lost, before = {}, 0
    for row in steps:
        delay = (dt.date.fromisoformat(row["Done"]) - dt.date.fromisoformat(row["Planned"])).days
        lost[row["№"]] = {"lost": float(delay - before)}
        before = delay
    return lost


def state(question: str, tasks: list[dict[str, str]], needed: dt.date) -> str:
    """Say what becomes of a question under a plan: in_time, late, no_basis or nobody."""
    serving = [task for task in tasks if task["question"] == question]
    lawful = [task for task in serving if task["basis"] in LAWFUL]
    if not serving:
        return "nobody"
    if not lawful:
        return "no_basis"
    first = min(dt.date.fromisoformat(task["due"]) for task in lawful)
    return "in_time" if first <= needed else "late"


def fault(task: dict[str, str], questions: list[str], needed: dt.date) -> str:
    """Name the fault of a task; a task of the exam has one at most."""
    if task["question"] not in questions:
        return "no_question"
    if task["basis"] not in LAWFUL:
        return "no_basis"
    if task["look"] in NAMED:
        return "named"
    return "late" if dt.date.fromisoformat(task["due"]) > needed else "none"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
