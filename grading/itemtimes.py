"""
How long a question takes, as far as the moments of its answers tell.

A learner's book keeps when each answer was last changed, and nothing else: no clock runs while somebody
reads. What can be told is the time from the last change of the question before to that of this one,
for learners who answered the two one after the other. Whoever goes back or reads ahead is left out there, and
so is a gap that is a pause rather than thought. It is told of questions, never of a learner.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ilp_toolkit.i18n import _, number

from .inbox import kept
from .pages import table, tag, text

if TYPE_CHECKING:
    from .workspace import Workspace

__all__ = ["FEWEST_TIMED", "PAUSE", "Timing", "minutes", "moments", "times_table", "timing"]

PAUSE = 30.0
"""Minutes from which a gap is a pause."""
SHORTEST = 2.0
"""Seconds below which two answers were recorded in one go: a notebook that is run as a whole."""
FEWEST_TIMED = 10
"""
Learners from which on a median is told.

The median of all learners lies between the second and the ninth of ten values in 98 of 100 draws.
"""


@dataclass(frozen=True)
class Timing:
    """Minutes for one version of one item."""

    item: str
    version: int
    n: int
    """Learners who answered it right after the question before."""
    median: float | None
    """Minutes; None below `FEWEST_TIMED`."""
    lower: float | None
    """A quarter of them were faster."""
    upper: float | None
    """A quarter of them were slower."""


def moments(workspace: Workspace, module: str) -> dict[tuple[str, int], dict[str, str]]:
    """Return when answers were last changed, by learner and number of the attempt."""
    return {(one.learner, one.attempt): one.times for one in kept(workspace) if one.module == module}


def minutes(times: Mapping[str, str], order: Sequence[str]) -> dict[str, float]:
    """
    Return the minutes from one answer to the next.

    Parameters
    ----------
    times
        Item to the moment of the last change, ISO 8601 with an offset. It comes from a learner's computer:
        what is no moment is passed over.
    order
        The items in the order in which the exam asks them.

    Examples
    --------
    >>> day = "2026-11-26T10:{:02d}:00+05:00"
    >>> minutes({"q1": day.format(0), "q2": day.format(7), "q3": day.format(59)}, ["q1", "q2", "q3"])
    {'q2': 7.0}
    """
    known = {item: moment for item in order if (moment := _moment(times.get(item))) is not None}
    answered = sorted(known, key=lambda item: (known[item], order.index(item)))
    before = {item: answered[place - 1] for place, item in enumerate(answered) if place}
    found = {}
    for place, item in enumerate(order):
        # Only where the question before it in the exam is also the one before it in time.
        if place and before.get(item) == order[place - 1]:
            gap = known[item] - known[order[place - 1]]
            if SHORTEST <= gap < 60 * PAUSE:
                found[item] = gap / 60
    return found


def timing(item: str, version: int, values: Sequence[float]) -> Timing:
    """Return the median and the middle half of some minutes."""
    import numpy as np

    if len(values) < FEWEST_TIMED:
        return Timing(item, version, len(values), None, None, None)
    lower, median, upper = (float(value) for value in np.quantile(values, [0.25, 0.5, 0.75]))
    return Timing(item, version, len(values), median, lower, upper)


def times_table(timings: Sequence[Timing]) -> str:
    """Return the part of the page on time; empty where nobody's times are known."""
    if not any(one.n for one in timings):
        return ""
    heads = [_("Question"), _("Version"), "n", _("Median, minutes"), _("Middle half, minutes")]
    rows = [
        [text(one.item), str(one.version), str(one.n), text(_told(one.median)), text(_spread(one))]
        for one in timings
    ]
    words = _(
        "From the last change of the answer before to the last change of this one, for the n learners who "
        "answered the two one after the other; told from {n} learners on. A pause of up to {minutes} minutes "
        "counts as time for the question, a longer one is left out; reading ahead, a slow computer and a "
        "talk with a neighbour are not seen. It says nothing about a learner."
    )
    note = words.format(n=FEWEST_TIMED, minutes=number(PAUSE, 0))
    tabled = table(map(text, heads), rows, numbers=(1, 2, 3, 4))
    return tag("h2", _("Time for a question")) + tabled + f'<p class="foot">{text(note)}</p>'


def _told(value: float | None) -> str:
    return "–" if value is None else number(value, 1)


def _spread(one: Timing) -> str:
    if one.lower is None or one.upper is None:
        return "–"
    return f"{number(one.lower, 1)}–{number(one.upper, 1)}"


def _moment(told: str | None) -> float | None:
    """Return seconds since 1970; None for what is no moment or has no offset."""
    try:
        moment = dt.datetime.fromisoformat(told or "")
        return moment.timestamp() if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
