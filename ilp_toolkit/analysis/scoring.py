"""
Scoring: how well a forecast did, against guessing, against last month, and against the best possible.

A forecast that catches a fifth of next month's events in a twentieth of the area sounds well, until last
month's counts catch as many. So `score` always shows both, and what nobody could have beaten. Where places
have equal forecasts, those with the fewest events are taken first: a forecast that cannot tell places apart
earns nothing by the order of the table.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import _
from ._cells import cells_of, grid_for
from ._moments import duration_in_microseconds, duration_text, take_moments
from ._origin import ReportingBiasWarning, check_origin
from ._points import Events
from ._spans import zone_of

if TYPE_CHECKING:
    import geopandas as gpd

    from ._points import Floats, Indices

__all__ = ["Forecast", "accuracy", "clock_of", "hit_rate", "pai", "pei", "rri", "score"]

Forecast = Callable[..., pd.DataFrame]
"""A function of a table of events, ``grid=`` and ``at=``, that returns the grid with ``risk``."""

_ROUNDING = 1e-9


def accuracy(observed: Any, predicted: Any, *, area: Any = None) -> pd.DataFrame:
    """
    Score a forecast at every share of the area.

    Parameters
    ----------
    observed
        Events that happened in each place, from 0 up.
    predicted
        What was forecast for each place, from 0 up: a count, or any number that rises with risk.
    area
        Size of each place (square metres, or metres of street); all alike where not given.

    Returns
    -------
    pandas.DataFrame
        A row a place, highest `predicted` for its size first, on the index of `observed`: ``rank``,
        ``area_share`` (of this place and all before it), ``hit_rate`` (share of the events in them),
        ``pai`` and ``pei``.

    Raises
    ------
    InputError
        If the lengths differ, a number is missing or negative, or nothing happened.

    Notes
    -----
    PAI is hit rate over share of the area: 1 is guessing, and a tiny area makes it large. PEI is hits over
    the most that the same area could have held, from 0 to 1; places of unequal size are then taken in parts.
    Ties are pessimistic: of places with equal forecasts those with fewer events for their size come first.

    References
    ----------
    Chainey, Tompson & Uhlig (2008), doi:10.1057/palgrave.sj.8350066; Hunt (2016), dissertation; Drawve &
    Wooditch (2019), doi:10.1016/j.jcrimjus.2019.101625.

    Examples
    --------
    >>> accuracy([6, 7, 3, 2, 1, 0], [8, 4, 4, 2, 1, 0])[["pai", "pei"]].round(3).values.tolist()[:3]
    [[1.895, 0.857], [1.421, 0.692], [1.684, 1.0]]
    """
    n, risk, size = _checked(observed, predicted, area)
    order = np.lexsort((n / size, -(risk / size)))
    share = np.cumsum(size[order]) / size.sum()
    hits = np.cumsum(n[order])
    best = np.argsort(-(n / size), kind="stable")
    reach = np.concatenate([[0.0], np.cumsum(size[best]) / size.sum()])
    most = np.interp(share, reach, np.concatenate([[0.0], np.cumsum(n[best])]))
    index = observed.index[order] if isinstance(observed, pd.Series) else pd.Index(order)
    columns = {
        "rank": np.arange(1, len(n) + 1),
        "area_share": share,
        "hit_rate": hits / n.sum(),
        "pai": hits / n.sum() / share,
        "pei": hits / most,
    }
    return choices.record(pd.DataFrame(columns, index=index), equal_risks="fewest events first")


def hit_rate(observed: Any, predicted: Any, *, share: float = 0.05, area: Any = None) -> float:
    """
    Share of events in the places with the highest forecast.

    Parameters
    ----------
    observed, predicted, area
        As in `accuracy`.
    share
        Share of the area to take, above 0, at most 1: as many places as fit into it, at least one.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    InputError
        As `accuracy`, or if `share` is out of range.

    Notes
    -----
    It rises with `share` whatever the forecast: compare at one share, and with what a count of the past
    reaches (`score`). It counts records, so patrols sent where the forecast points raise it.

    References
    ----------
    Chainey, Tompson & Uhlig (2008), doi:10.1057/palgrave.sj.8350066.

    Examples
    --------
    >>> hit_rate([6, 3, 0, 0], [3, 2, 1, 0], share=0.5)
    1.0
    """
    return float(_at(accuracy(observed, predicted, area=area), share)["hit_rate"])


def pai(observed: Any, predicted: Any, *, share: float = 0.05, area: Any = None) -> float:
    """
    Predictive accuracy index: hit rate over the share of the area that was really taken.

    Parameters
    ----------
    observed, predicted, share, area
        As in `hit_rate`.

    Returns
    -------
    float
        1 is guessing. Compare only at one share: a smaller one gives a larger index.

    Raises
    ------
    InputError
        As `hit_rate`.

    Notes
    -----
    A tiny share of the area makes it large without a single event more being caught.

    References
    ----------
    Chainey, Tompson & Uhlig (2008), doi:10.1057/palgrave.sj.8350066.

    Examples
    --------
    >>> pai([6, 3, 0], [3, 2, 1], share=0.7)
    1.5
    """
    return float(_at(accuracy(observed, predicted, area=area), share)["pai"])


def pei(observed: Any, predicted: Any, *, share: float = 0.05, area: Any = None) -> float:
    """
    Predictive efficiency index: events caught over the most that the same area could have caught.

    Parameters
    ----------
    observed, predicted, share, area
        As in `hit_rate`.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    InputError
        As `hit_rate`.

    Notes
    -----
    Where events are few the best attainable places hold one each, and luck decides: score several splits.

    References
    ----------
    Hunt (2016), dissertation; Drawve & Wooditch (2019), doi:10.1016/j.jcrimjus.2019.101625.

    Examples
    --------
    >>> round(pei([6, 7, 3, 2, 1, 0], [8, 4, 4, 2, 1, 0], share=1 / 6), 6)
    0.857143
    """
    return float(_at(accuracy(observed, predicted, area=area), share)["pei"])


def rri(observed: Any, predicted: Any, before: Any, *, share: float = 0.05, area: Any = None) -> float:
    """
    Recapture rate index: whether the places of the forecast kept their share of events.

    Parameters
    ----------
    observed, predicted, share, area
        As in `hit_rate`.
    before
        Events of each place in the time from which the forecast was made.

    Returns
    -------
    float
        Share of the events afterwards over share of the events before, in the places with the highest
        forecast: 1 where they kept it, below 1 where events moved elsewhere; NaN where they had none.

    Raises
    ------
    InputError
        As `hit_rate`.

    Notes
    -----
    This is Levine's index. Under the same name others report predicted over observed counts (a check of
    the level, not of the places) or the plain ratio of counts without regard to totals.

    References
    ----------
    Levine (2008), The "hottest" part of a hotspot, Security Journal 21, 295-302.

    Examples
    --------
    >>> rri([2, 6, 2], [9, 1, 0], [8, 1, 1], share=0.4)
    0.25
    """
    counts = pd.Series(np.asarray(observed, dtype=float))
    curve = accuracy(counts, predicted, area=area)
    earlier = _checked(before, before, None)[0]
    if len(earlier) != len(counts):
        raise InputError(_("`before` must have one number a place, as `observed`."))
    row = _at(curve, share)
    taken = curve.index[: int(row["rank"])]
    had = float(earlier[taken].sum() / earlier.sum())
    return float(row["hit_rate"]) / had if had > 0 else float("nan")


def score(
    points: gpd.GeoDataFrame,
    forecast: Forecast | Mapping[str, Forecast],
    *,
    split: pd.Timestamp | str,
    duration: pd.Timedelta | str = "28 days",
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    shares: Sequence[float] = (0.01, 0.05, 0.1, 0.2),
) -> pd.DataFrame:
    """
    Score forecasts on events that they have not seen.

    Parameters
    ----------
    points
        Incidents: points in metres with ``occurred_from`` and ``origin``.
    forecast
        A function such as `forecasts.prospective`, or several by name. It is given the events before
        `split`, ``grid`` and ``at=split``; set its other choices with `functools.partial`.
    split
        The forecast knows what happened before this moment, on the local clock.
    duration
        How long afterwards the events are that it is scored on.
    grid, cell_size
        As in `hotspots.count`; one grid for all.
    shares
        Shares of the area at which to score.

    Returns
    -------
    pandas.DataFrame
        A row for each method and share: ``method``, ``share`` (asked for), ``area_share`` (taken),
        ``hits``, ``n`` (events afterwards inside the grid), ``hit_rate``, ``pai``, ``pei``, ``rri``. Methods
        are ``forecast`` (or the names given), ``last_period`` (counts of as long a time just before
        `split`: the forecast that anybody could make) and ``best`` (what nobody could beat).

    Raises
    ------
    ColumnsError
        If a forecast returns no ``risk``.
    InputError
        If no event lies before or after `split`, or all were discovered by the police.

    Warns
    -----
    ReportingBiasWarning
        If some events were discovered by the police or their origin is unknown. A forecast of records then
        is scored on records made the same way: a high score proves nothing about crime.

    Notes
    -----
    On screen only: neither scores nor forecasts are for release until the tests of reporting bias and
    feedback exist. One split is one draw: score several before preferring a method. Time is the middle of
    the span. Without `grid`, cells cover the bounding box of all events, which flatters every method alike.

    References
    ----------
    As in `accuracy`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from ilp_toolkit.analysis.forecasts import prospective
    >>> points = gpd.GeoDataFrame(
    ...     {"occurred_from": pd.date_range("2024-01-01", periods=40), "origin": "reported"},
    ...     geometry=gpd.points_from_xy([50, 450] * 20, [50, 50] * 20), crs="EPSG:32642",
    ... )
    >>> table = score(points, prospective, split="2024-01-30", duration="7 days", cell_size=100, shares=[0.4])
    >>> table[["method", "hit_rate", "pai"]].values.tolist()
    [['forecast', 1.0, 2.5], ['last_period', 1.0, 2.5], ['best', 1.0, 2.5]]
    """
    note = check_origin(points)
    methods = dict(forecast) if isinstance(forecast, Mapping) else {"forecast": forecast}
    span = duration_in_microseconds(duration, "duration")
    m, at = take_moments(points), clock_of(split, points, "split")
    cells, lattice, made = grid_for(Events(m.x, m.y, None, m.left_out), points, grid, cell_size)
    where, time = cells_of(cells, lattice, m.x, m.y), m.middle
    after, last = (time >= at) & (time < at + span), (time >= at - span) & (time < at)
    observed, latest, before = (_counts(where[rows], len(cells)) for rows in (after, last, time < at))
    for counts, words in ((before, _("before")), (observed, _("after"))):
        if counts.sum() == 0:
            msg = _("`points` has no event inside the grid {words} `split` ({at}).")
            raise InputError(msg.format(words=words, at=split))
    size = np.asarray(cells.geometry.area, dtype=float)
    known = points[m.keep][time < at]
    predicted = {name: size * _risk(name, method, known, cells, split) for name, method in methods.items()}
    predicted |= {"last_period": latest, "best": observed}
    rows = [
        _row(name, share, observed, values, before=before, area=size)
        for name, values in predicted.items()
        for share in shares
    ]
    return choices.record(
        pd.DataFrame(rows),
        learnt_until=str(split),
        duration=duration_text(span),
        equal_risks="fewest events first",
        rri="share of events after over share before (Levine)",
        outside=int((where[after] < 0).sum()),
        **made,
        **m.notes,
        **note,
    )


def clock_of(moment: Any, points: pd.DataFrame, name: str) -> int:
    """Return a moment as microseconds on the clock of the points."""
    try:
        at = pd.Timestamp(moment)
    except (ValueError, TypeError) as error:
        msg = _('`{name}` is {value!r}, which is no moment. Write it as "2024-12-31 00:00".')
        raise InputError(msg.format(name=name, value=moment)) from error
    if pd.isna(at):
        raise InputError(_("`{name}` is empty.").format(name=name))
    zone = zone_of(points["occurred_from"]) if "occurred_from" in points else None
    if at.tzinfo is not None:
        at = (at.tz_convert(zone) if zone is not None else at).tz_localize(None)
    return int(at.to_datetime64().astype("datetime64[us]").astype(np.int64))


def _checked(observed: Any, predicted: Any, area: Any) -> tuple[Floats, Floats, Floats]:
    n = np.asarray(observed, dtype=float)
    given = {"observed": n, "predicted": np.asarray(predicted, dtype=float)}
    given["area"] = np.ones(len(n)) if area is None else np.asarray(area, dtype=float)
    for name, values in given.items():
        if values.shape != n.shape:
            msg = _("`{name}` has {found} values for {n} places.")
            raise InputError(msg.format(name=name, found=values.size, n=n.size))
        bad = ~np.isfinite(values) | (values < 0) | ((values == 0) if name == "area" else False)
        if bad.any():
            msg = _("`{name}` must hold numbers from 0 up; {n} places do not (first: place {row}).")
            raise InputError(msg.format(name=name, n=int(bad.sum()), row=int(np.flatnonzero(bad)[0])))
    if n.sum() == 0:
        raise InputError(_("`observed` holds no event, so there was nothing to forecast."))
    return n, given["predicted"], given["area"]


def _at(curve: pd.DataFrame, share: float) -> pd.Series[Any]:
    """Return the row of the last place that fits into a share of the area, the first at least."""
    if not 0 < share <= 1:
        raise InputError(_("`share` must be above 0 and at most 1, got {value!r}.").format(value=share))
    fits = int((curve["area_share"].to_numpy() <= share * (1 + _ROUNDING)).sum())
    return curve.iloc[max(fits, 1) - 1]


def _counts(cell: Indices, cells: int) -> Floats:
    return np.bincount(cell[cell >= 0], minlength=cells).astype(float)


def _risk(name: str, method: Forecast, known: Any, cells: Any, split: Any) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReportingBiasWarning)
        table = method(known, grid=cells, at=split)
    if "risk" not in table or len(table) != len(cells):
        msg = _("The forecast {name!r} must return the grid with a column `risk`.")
        raise ColumnsError(msg.format(name=name))
    return table["risk"].to_numpy(dtype=float)


def _row(  # type: ignore[no-untyped-def]
    name: str, share: float, observed: Floats, predicted: Floats, *, before: Floats, area: Floats
):
    row = _at(accuracy(observed, predicted, area=area), share)
    return {
        "method": name,
        "share": float(share),
        "area_share": float(row["area_share"]),
        "hits": round(float(row["hit_rate"]) * observed.sum()),
        "n": int(observed.sum()),
        "hit_rate": float(row["hit_rate"]),
        "pai": float(row["pai"]),
        "pei": float(row["pei"]),
        "rri": rri(observed, predicted, before, share=share, area=area),
    }
