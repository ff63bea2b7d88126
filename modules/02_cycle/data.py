"""
Data of one variant: an inspection, a calendar and a collection plan of one invented unit.

The files hold codes, numbers and dates only, so that they are the same in every language; the words for the
codes stand in the exam's notebook, where they are translated. A code says nothing of the key.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")

FINDINGS = {
    "stovepipes": ("F03", "F11"),
    "everything": ("F07", "F14"),
    "noquestion": ("F01", "F09"),
    "unanswered": ("F12", "F05"),
    "late": ("F16", "F02"),
    "feedback": ("F08", "F13"),
    "sound": ("F04", "F15", "F10", "F06"),
}
"""Codes of findings, by what they show."""
UNITS = 8
"""Invented units; each variant has its own."""
QUESTIONS = 7
"""Questions in the bank (K1 to K7); a plan has five of them."""
LOOKS = ("L1", "L2", "L3", "L4", "L5", "L6", "L7")
"""Sources that are kinds of sources."""
NAMED = ("L8", "L9")
"""Sources that name a person."""
LAWFUL = ("B2", "B4", "B5", "B7")
"""Bases that stand in the invented law."""
BASELESS = ("B1", "B3", "B6")
"""What is written where a basis should stand."""
TASKS = 7
"""Tasks in a plan."""
STEPS = 6
"""Steps of the calendar, from direction to dissemination."""


def make(variant: int, seed: int) -> dict[str, str]:
    """Return file name to text for one variant."""
    rng = np.random.default_rng(seed)
    asked = dt.date(2025, 9, 1) + dt.timedelta(days=int(rng.integers(0, 5)))
    needed = asked + dt.timedelta(days=28)
    questions, tasks = _plan(rng, asked, needed)
    return {
        "unit.csv": _text(("unit", "asked_on", "needed_by"), [(f"P{variant % UNITS + 1}", asked, needed)]),
        "findings.csv": _text(("finding", "code"), enumerate(_findings(rng), start=1)),
        "steps.csv": _text(("step", "planned", "done"), _steps(rng, asked - dt.timedelta(days=70))),
        "questions.csv": _text(("question", "code"), questions),
        "tasks.csv": _text(("task", "question", "look", "due", "basis"), tasks),
    }


def _findings(rng: np.random.Generator) -> list[str]:
    """Draw six findings: one or two that are sound, the rest from different breaks."""
    sound = 1 + int(rng.integers(0, 2))
    breaks = _some(rng, [kind for kind in FINDINGS if kind != "sound"], 6 - sound)
    drawn = [*_some(rng, FINDINGS["sound"], sound), *(_some(rng, FINDINGS[kind], 1)[0] for kind in breaks)]
    return _some(rng, drawn, len(drawn))


def _steps(rng: np.random.Generator, asked: dt.date) -> list[tuple[object, ...]]:
    """Draw the calendar of an earlier product, on which two or three steps lose days and the others only hand the delay on."""
    lost = [0] * STEPS
    slow = _some(rng, range(1, STEPS), 2 + int(rng.integers(0, 2)))
    lost[slow[0]] = 5 + int(rng.integers(0, 5))
    for step in slow[1:]:
        lost[step] = 1 + int(rng.integers(0, 3))
    spans = [2, 9, 3, 3, 5, 2]
    planned, rows, delay = asked, [], 0
    for step in range(STEPS):
        planned = planned + dt.timedelta(days=spans[step])
        delay += lost[step]
        rows.append((f"S{step + 1}", planned, planned + dt.timedelta(days=delay)))
    return rows


def _plan(
    rng: np.random.Generator, asked: dt.date, needed: dt.date
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Draw five questions and seven tasks; no task has more than one fault."""
    names = [f"Q{n}" for n in range(1, 6)]
    questions = list(zip(names, [f"K{n}" for n in _some(rng, range(1, QUESTIONS + 1), 5)], strict=True))
    states = ["in_time", *_some(rng, ("late", "no_basis", "nobody"), 3)]
    states.append(_some(rng, ("in_time", "late", "no_basis", "nobody"), 1)[0])
    state = dict(zip(names, _some(rng, states, 5), strict=True))
    served = [name for name in names if state[name] == "in_time"]
    faults = [(name, state[name]) for name in names if state[name] != "nobody"]
    faults += [("-", "no_question"), (_some(rng, served, 1)[0], "named")]
    faults += [(_some(rng, served, 1)[0], "in_time") for _ in range(TASKS - len(faults))]
    looks = iter(_some(rng, LOOKS, len(LOOKS)))
    tasks = []
    for place, (name, fault) in enumerate(_some(rng, faults, len(faults)), start=1):
        early = needed - dt.timedelta(days=3 + int(rng.integers(0, 15)))
        after = needed + dt.timedelta(days=2 + int(rng.integers(0, 9)))
        tasks.append(
            (
                f"T{place}",
                name,
                _some(rng, NAMED, 1)[0] if fault == "named" else next(looks),
                after if fault == "late" else early,
                _some(rng, BASELESS if fault == "no_basis" else LAWFUL, 1)[0],
            )
        )
    return questions, tasks


def _some(rng: np.random.Generator, things: Iterable[T], n: int) -> list[T]:
    """Draw n of the things, in a random order."""
    held = list(things)
    return [held[place] for place in rng.permutation(len(held))[:n]]


def _text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return made.getvalue()
