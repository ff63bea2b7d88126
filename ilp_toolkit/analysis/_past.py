"""The events from which a forecast is made: what happened before a moment, and who noticed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..i18n import _
from ._moments import duration_in_microseconds, take_moments
from ._origin import check_origin
from ._points import Events
from .scoring import clock_of

if TYPE_CHECKING:
    import geopandas as gpd

    from ._points import Floats

__all__ = ["DAY", "Past", "positive", "positive_duration", "take_past"]

DAY = 86_400_000_000
"""Microseconds."""


@dataclass(frozen=True)
class Past:
    """Events before the moment of the forecast, in the order of time."""

    events: Events
    age: Floats
    """Days before the forecast."""
    index: pd.Index[Any]
    notes: dict[str, Any]


def take_past(points: gpd.GeoDataFrame, at: Any, span: int | None) -> Past:
    """Return the events before `at` (and less than a span ago), checked for who noticed them."""
    m = take_moments(points)
    time = m.middle
    midnight = (int(time.max(initial=0)) // DAY + 1) * DAY
    now = midnight if at is None else clock_of(at, points, "at")
    used = time < now
    if span is not None:
        used &= time >= now - span
    if not used.any():
        msg = _("`points` has no event with place and time before {at} that can be used.")
        raise InputError(msg.format(at=pd.Timestamp(now, unit="us")))
    note = check_origin(points[m.keep][used], stacklevel=4)
    order = np.flatnonzero(used)[np.argsort(time[used], kind="stable")]
    notes = {
        **m.notes,
        **note,
        "at": str(pd.Timestamp(now, unit="us")),
        "n_used": len(order),
        "after_at": int((time >= now).sum()),
        "too_long_ago": 0 if span is None else int((time < now - span).sum()),
    }
    return Past(
        Events(m.x[order], m.y[order], None, m.left_out),
        (now - time[order]) / DAY,
        points.index[m.keep][order],
        notes,
    )


def positive(value: float, name: str) -> float:
    if isinstance(value, bool) or not np.isfinite(value) or value <= 0:
        raise InputError(_("`{name}` must be above 0 metres, got {value!r}.").format(name=name, value=value))
    return float(value)


def positive_duration(value: Any, name: str) -> int:
    found = duration_in_microseconds(value, name)
    if found <= 0:
        raise InputError(_("`{name}` must be above 0, got {value!r}.").format(name=name, value=value))
    return found
