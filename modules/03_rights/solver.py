"""The key of items that depend on the variant's data: what the invented regulation says of each record."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

TODAY = dt.date(2026, 3, 2)
AFTER_CLOSING = 183
"""Days for which entries of victims and witnesses outlive their closed case."""
REVIEW = 365
"""Days after which an entry of a suspect is reviewed; after twice as many without a review it goes."""


def solve(data: Path) -> dict[str, Any]:
    """Return item id to key, for the data of one variant."""
    return {"p5": _actions(data / "records_lab.en.csv"), "q3": _actions(data / "records.en.csv")}


def action(role: str, reviewed: str, closed: str) -> str:
    """Say what happens to an entry on the day of the review: keep, review or erase."""
    if role == "acquitted or cleared":
        return "erase"
    if role in {"victim", "witness"}:
        return "erase" if closed != "open" and _days_since(closed) > AFTER_CLOSING else "keep"
    if role != "suspect":
        msg = f"There is no rule for the role {role!r}."
        raise ValueError(msg)
    age = _days_since(reviewed)
    if age > 2 * REVIEW:
        return "erase"
    return "review" if age > REVIEW else "keep"


def _actions(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["№"]: {"action": action(row["role"], row["last review"], row["closed"])}
            for row in csv.DictReader(file)
        }


def _days_since(day: str) -> int:
    return (TODAY - dt.date.fromisoformat(day)).days
