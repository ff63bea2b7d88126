"""When events happened: spans of time out of a table of incidents, on the local clock, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import ColumnsError
from ..i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Times = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["DAY", "HOUR", "MONDAY", "NOTHING", "WEEK_HOURS", "Spans", "on_the_clock", "zone_of"]

HOUR = 3_600_000_000
"""An hour in microseconds."""
DAY = 24 * HOUR
WEEK_HOURS = 168
MONDAY = 72
"""Hours from the Monday of the week to the epoch, which was a Thursday."""
NOTHING = np.iinfo(np.int64).min
"""How a missing time reads as a whole number."""


@dataclass(frozen=True)
class Spans:
    """When events happened, in microseconds on the local clock."""

    start: Times
    end: Times
    """Not before `start`: what is unknown or reversed ends where it starts."""
    known: Flags
    coarse: Flags
    """Known by the day or the month only."""
    open_end: Flags
    reversed: Flags
    timezone: str | None

    @property
    def last(self) -> Times:
        """The last microsecond of each span."""
        return np.maximum(self.start, self.end - 1)

    @classmethod
    def of(cls, incidents: pd.DataFrame) -> Spans:
        """Read the spans of a table."""
        start = _clock(incidents, "occurred_from")
        known = start != NOTHING
        end = _clock(incidents, "occurred_to") if "occurred_to" in incidents else start
        open_end, backwards = known & (end == NOTHING), known & (end != NOTHING) & (end < start)
        coarse = np.zeros(len(incidents), dtype=bool)
        if "time_precision" in incidents:
            coarse = incidents["time_precision"].isin(["day", "month"]).to_numpy(dtype=bool)
        start = np.where(known, start, 0)
        end = np.where(known & ~open_end & ~backwards, end, start)
        return cls(start, end, known, coarse, open_end, backwards, zone_of(incidents["occurred_from"]))

    def notes(self, use: Flags, left_out: dict[str, Flags]) -> dict[str, Any]:
        """Return what to note beside a result."""
        return {
            "timezone": self.timezone,
            "n_used": int(use.sum()),
            "left_out": {reason: int(rows.sum()) for reason, rows in left_out.items() if rows.any()},
            "unknown_end_taken_as_start": int((use & self.open_end).sum()),
            "end_before_start_taken_as_start": int((use & self.reversed).sum()),
        }


def _clock(incidents: pd.DataFrame, column: str) -> Times:
    """Return a column of times as microseconds on the local clock."""
    if column not in incidents:
        msg = _("`incidents` has no column {column!r}; it has {found}.")
        raise ColumnsError(msg.format(column=column, found=", ".join(map(str, incidents.columns))))
    times = incidents[column]
    if not pd.api.types.is_datetime64_any_dtype(times.dtype):
        if times.isna().all():
            return np.full(len(times), NOTHING)
        msg = _(
            "`incidents` column {column!r} holds {kind}, not times. "
            'Read it with pd.to_datetime(…).dt.tz_localize("Asia/Dushanbe"), '
            "or the file with ilp.read_incidents."
        )
        raise ColumnsError(msg.format(column=column, kind=times.dtype))
    return on_the_clock(times)


def on_the_clock(times: pd.Series[Any]) -> Times:
    """Return times as microseconds on the local clock; `NOTHING` where there is none."""
    clock: Any = times.array
    if isinstance(times.dtype, pd.ArrowDtype):
        clock = times.dt.tz_localize(None).astype("datetime64[us]").array
    elif clock.tz is not None:
        clock = clock.tz_localize(None)
    return np.asarray(clock.to_numpy(dtype="datetime64[us]")).view(np.int64)


def zone_of(times: pd.Series[Any]) -> str | None:
    """Return the name of the time zone of a column; None where it has none."""
    dtype: Any = times.dtype
    zone = dtype.pyarrow_dtype.tz if isinstance(dtype, pd.ArrowDtype) else getattr(dtype, "tz", None)
    return None if zone is None else str(zone)
