"""Take points with a moment in time out of a table of incidents, on the local clock, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import ColumnsError, InputError
from ..i18n import _
from ._points import check_crs, located
from ._spans import NOTHING, on_the_clock

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["Moments", "duration_in_microseconds", "duration_text", "take_moments"]

Duration = pd.Timedelta | str


@dataclass(frozen=True)
class Moments:
    """Events that have both a point and a time. Times are microseconds on the local clock."""

    x: Floats
    y: Floats
    start: Integers
    end: Integers
    """End of the span; the start where the end is unknown or lies before it."""
    keep: NDArray[np.bool_]
    """Which rows of the caller's table these are."""
    left_out: dict[str, int]
    """How many rows were left out, by reason."""
    unknown_end: int
    end_before_start: int

    @property
    def middle(self) -> Integers:
        """The middle of each span, the one moment that stands for it."""
        return self.start + (self.end - self.start) // 2

    @property
    def notes(self) -> dict[str, Any]:
        """What to note beside a result."""
        return {
            "time": "middle of the interval, local clock",
            "n_used": len(self.x),
            "left_out": self.left_out,
            "unknown_end_taken_as_start": self.unknown_end,
            "end_before_start_taken_as_start": self.end_before_start,
        }


def take_moments(points: gpd.GeoDataFrame) -> Moments:
    """
    Return place and time of all rows that have both.

    Times are read on the clock of the place, so that a day is always 24 hours: two rows that are known by
    the day and lie a week apart are seven days apart, also when the clocks change in between.
    """
    check_crs(points, "points")
    placed, left_out, x, y = located(points, "points")
    start = _clock(points, "occurred_from")
    timed = start != NOTHING
    keep = placed & timed
    if (placed & ~timed).any():
        left_out = {**left_out, "no_time": int((placed & ~timed).sum())}
        x, y = x[timed[placed]], y[timed[placed]]
    start = start[keep]
    end = _clock(points, "occurred_to")[keep] if "occurred_to" in points else np.full(len(start), NOTHING)
    unknown = end == NOTHING
    backwards = ~unknown & (end < start)
    end = np.where(unknown | backwards, start, end)
    return Moments(x, y, start, end, keep, left_out, int(unknown.sum()), int(backwards.sum()))


def duration_in_microseconds(value: Any, name: str) -> int:
    """Return a duration as whole microseconds; a bare number has no unit and is refused, 0 excepted."""
    number = isinstance(value, int | float | np.number) and not isinstance(value, np.timedelta64)
    if number and value != 0:
        msg = _('`{name}` holds {value!r}, which has no unit. Write it as "7 days" or pd.Timedelta(days=7).')
        raise InputError(msg.format(name=name, value=value))
    try:
        found = pd.Timedelta(0) if number else pd.Timedelta(value)
    except (ValueError, TypeError) as error:
        msg = _(
            '`{name}` holds {value!r}, which is no duration. Write it as "7 days" or pd.Timedelta(days=7).'
        )
        raise InputError(msg.format(name=name, value=value)) from error
    if pd.isna(found):
        msg = _("`{name}` holds an empty duration.")
        raise InputError(msg.format(name=name))
    return int(found // pd.Timedelta(microseconds=1))


def duration_text(microseconds: int) -> str:
    """Write a duration so that pandas reads it back."""
    return str(pd.Timedelta(microseconds=microseconds))


def _clock(points: gpd.GeoDataFrame, column: str) -> Integers:
    if column not in points:
        msg = _("`points` has no column {column!r}; it has {found}.")
        raise ColumnsError(msg.format(column=column, found=", ".join(map(str, points.columns))))
    times = points[column]
    if times.isna().all():
        return np.full(len(times), NOTHING)
    if not pd.api.types.is_datetime64_any_dtype(times.dtype):
        msg = _("`points` column {column!r} holds no times but {kind}. Read them first: pd.to_datetime(…).")
        raise InputError(msg.format(column=column, kind=times.dtype))
    return on_the_clock(times)
