"""Marked work without a kernel: answers are entered in the record and scored, as marking does it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grading.assessment import Assessment, Attempt
from grading.desk import Desk
from grading.key import Bench
from grading.workspace import Workspace

RIGHTS = "03_rights"


def workspace(folder: Path) -> Workspace:
    """Make a workspace without learners."""
    return Workspace(folder / "work").make()


def hand_in(
    record: Assessment,
    bench: Bench,
    learner: str,
    answers: Mapping[str, Any],
    *,
    module: str = RIGHTS,
    number: int = 1,
    language: str = "en",
    variant: int = 0,
    complete: bool = True,
) -> Attempt:
    """Enter an attempt and score it; code is not run, as with ``--answers-only``."""
    row = record.add_attempt(
        module, learner, number, language=language, variant=variant, receipt=f"R{number}{learner[-3:]}X",
        received=f"2026-11-26T0{number}:00:00+00:00", complete=complete,
    )  # fmt: skip
    record.respond(row, answers, origin="recorded")
    attempt = record.attempt(row)
    Desk(bench.workspace, record, bench, "not executed").settle(attempt, None)
    return attempt


def solution(bench: Bench, module: str = RIGHTS, variant: int = 0) -> dict[str, Any]:
    """Return answers that are all right, with something written where people mark."""
    keys = bench.keys(module, variant)
    found: dict[str, Any] = {}
    for item in bench.module(module).part("exam"):
        found[item.id] = "Because the law asks for it." if item.written else _answer(keys.get(item.id))
    return found


def _answer(key: Any) -> Any:
    """Return an answer by a key, where a cell may have several right values."""
    if isinstance(key, dict):
        return {
            row: {name: cell[0] if isinstance(cell, list) else cell for name, cell in cells.items()}
            if isinstance(cells, dict)
            else cells
            for row, cells in key.items()
        }
    return key
