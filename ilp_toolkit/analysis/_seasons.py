"""Counts by month and week, through the year, and taken apart into trend, season and rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._spans import DAY, Spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Times = NDArray[np.int64]

__all__ = ["decompose", "month_series", "seasonal_profile", "weekly_series"]

_MONDAY = 3
"""Days from the Monday of its week to the epoch, which was a Thursday."""


def month_series(incidents: pd.DataFrame) -> pd.DataFrame:
    """
    Count events by calendar month; months without events are there, with 0.

    Parameters
    ----------
    incidents
        Events with ``occurred_from``; ``occurred_to`` is used where it is there.

    Returns
    -------
    pandas.DataFrame
        A row a month (its first day, without a time zone): ``n``, ``days`` in the month, ``complete``:
        False where the data seem to begin or end inside the month, so that it must not be compared.

    Raises
    ------
    ColumnsError
        If a time column is missing or holds no times.

    Notes
    -----
    An event belongs to the month in which its span starts. The first (last) month is called incomplete
    where it has so long a stretch without events at its start (end) as would come by chance less than once
    in a hundred at the series' own rate.

    Examples
    --------
    >>> time = pd.to_datetime(["2024-01-31", "2024-03-01"]).tz_localize("Asia/Dushanbe")
    >>> month_series(pd.DataFrame({"occurred_from": time, "occurred_to": time}))["n"].tolist()
    [1, 0, 1]
    """
    spans = Spans.of(incidents)
    use = spans.known
    start = spans.start[use]
    months = start.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    first, last = (int(months.min()), int(months.max())) if len(months) else (0, -1)
    edges = np.arange(first, last + 2).astype("datetime64[M]").astype("datetime64[us]").astype(np.int64)
    named = pd.DatetimeIndex(edges[:-1].astype("datetime64[us]"), name="month")
    result = pd.DataFrame({"n": np.bincount(months - first, minlength=last - first + 1)}, index=named)
    result["days"] = np.diff(edges) // DAY
    result["complete"] = _complete(start, edges)
    left_out = {"no_time": ~spans.known}
    across = spans.last.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)[use] != months
    return choices.record(
        result,
        **spans.notes(use, left_out),
        month="of the start of the span",
        spans_over_two_months=int(across.sum()),
    )


def weekly_series(incidents: pd.DataFrame, *, weeks: int = 8, limit: float = 3.0) -> pd.DataFrame:
    """
    Count events by week, quiet weeks as 0, with limits of what is usual.

    Parameters
    ----------
    incidents
        Events with ``occurred_from``; ``occurred_to`` is used where it is there.
    weeks
        Complete weeks before, whose mean is what to expect.
    limit
        Distance of the limits from what is expected, in standard deviations.

    Returns
    -------
    pandas.DataFrame
        A row an ISO week (its Monday, without a time zone): ``n``; ``complete``, False where the data seem to
        begin or end inside the week (as in `month_series`); ``expected``, ``lower`` and ``upper`` limit,
        ``z``; ``signal`` (``high``, ``low`` or empty). The first `weeks` have none of these, incomplete ones
        no z.

    Raises
    ------
    ColumnsError
        If a time column is missing or holds no times.
    InputError
        If `weeks` or `limit` cannot be used.

    Notes
    -----
    z = 2 (√n − √expected), near normal for Poisson counts from about three up; the limits are
    (√expected ± limit / 2)². With 3, a steady Poisson series gives a false signal in about one week in
    200, as the mean of the weeks before is unsure itself. Crime varies more than Poisson where few persons
    do much of it. A week stands for the start of each span. Below three expected a quiet week is no signal.

    References
    ----------
    Wheeler (2016), doi:10.1177/1461355716642781; square root: Anscombe (1948), doi:10.1093/biomet/35.3-4.246.

    Examples
    --------
    >>> day = pd.date_range("2024-01-01", periods=70)
    >>> day = day.append(pd.DatetimeIndex(["2024-03-05"] * 20)).tz_localize("Asia/Dushanbe")
    >>> table = weekly_series(pd.DataFrame({"occurred_from": day, "occurred_to": day}))
    >>> table.iloc[-2:][["n", "expected", "z", "signal"]].round(2).values.tolist()
    [[7, 7.0, 0.0, ''], [27, 7.0, 5.1, 'high']]
    """
    if isinstance(weeks, bool) or not isinstance(weeks, int | np.integer) or weeks < 1:
        raise InputError(_("`weeks` must be a whole number from 1 up, got {n!r}.").format(n=weeks))
    if isinstance(limit, bool) or not np.isfinite(limit) or limit <= 0:
        raise InputError(_("`{name}` must be above 0, got {value!r}.").format(name="limit", value=limit))
    spans = Spans.of(incidents)
    use = spans.known
    days = spans.start[use] // DAY
    number = (days + _MONDAY) // 7
    first, last = (int(number.min()), int(number.max())) if len(number) else (0, -1)
    edges = (np.arange(first, last + 2) * 7 - _MONDAY) * DAY
    named = pd.DatetimeIndex(edges[:-1].astype("datetime64[us]"), name="week")
    result = pd.DataFrame({"n": np.bincount(number - first, minlength=last - first + 1)}, index=named)
    result["complete"] = _complete(spans.start[use], edges)
    usual = result["n"].where(result["complete"]).shift(1)
    result["expected"] = usual.rolling(int(weeks), min_periods=int(weeks)).mean()
    _limits(result, float(limit))
    return choices.record(
        result, **spans.notes(use, {"no_time": ~use}), weeks=int(weeks), limit=float(limit),
        week="ISO, Monday to Sunday, of the start of the span",
        spread="Poisson: z = 2 (sqrt(n) - sqrt(expected))",
    )  # fmt: skip


def seasonal_profile(incidents: pd.DataFrame) -> pd.DataFrame:
    """
    Compare the calendar months with each other, over all years there are.

    Parameters
    ----------
    incidents
        Events with ``occurred_from``; ``occurred_to`` is used where it is there.

    Returns
    -------
    pandas.DataFrame
        A row a calendar month (1 to 12): ``n`` events; ``days`` looked at; ``per_day``; ``ratio``, that over
        the mean of the twelve months; ``least`` and ``most``, the same of the single years; ``years``.

    Raises
    ------
    ColumnsError
        If a time column is missing or holds no times.

    Notes
    -----
    Incomplete months at the ends are left out (see `month_series`), and February has its own number of
    days. `ratio` is NaN where a month of the year was never looked at. A trend over the years is in it too:
    with few years look at `decompose`. With one year, season and chance cannot be told apart.

    Examples
    --------
    >>> day = pd.date_range("2023-01-01", "2024-12-31").tz_localize("Asia/Dushanbe")
    >>> twice = day.append(day[day.month == 7])
    >>> profile = seasonal_profile(pd.DataFrame({"occurred_from": twice, "occurred_to": twice}))
    >>> profile["ratio"].round(2).tolist()[5:8], profile["years"].tolist()[0]
    ([0.92, 1.85, 0.92], 2)
    """
    months = month_series(incidents)
    whole = months[months["complete"]]
    month = np.asarray(pd.DatetimeIndex(whole.index).month)
    year = np.asarray(pd.DatetimeIndex(whole.index).year)
    result = whole[["n", "days"]].groupby(month).sum().reindex(range(1, 13), fill_value=0)
    result.index.name = "month"
    result["per_day"] = result["n"] / result["days"].where(result["days"] > 0)
    mean = result["per_day"].mean()
    result["ratio"] = result["per_day"] / mean if mean > 0 else np.nan
    rate = whole["n"] / whole["days"]
    yearly = rate / rate.groupby(year).transform("mean").where(lambda values: values > 0)
    result["least"], result["most"] = yearly.groupby(month).min(), yearly.groupby(month).max()
    result["years"] = pd.Series(1, index=whole.index).groupby(month).sum().reindex(range(1, 13), fill_value=0)
    noted = {**choices.of(months), "incomplete_months": int((~months["complete"]).sum())}
    return choices.record(result, **noted)


def decompose(
    series: pd.Series[Any], *, period: int = 12, model: Literal["additive", "multiplicative"] = "additive"
) -> pd.DataFrame:
    """
    Take a series apart into trend, season and rest (classical decomposition).

    Parameters
    ----------
    series
        One number for each period, in order, quiet periods as 0: ``month_series(...)["n"]``.
    period
        Steps in a season's round: 12 for months, 52 for weeks, 7 for days.
    model
        ``additive``: trend + season + rest; ``multiplicative``: trend × season × rest, for series that swing
        more where they are higher; all numbers must then be above 0.

    Returns
    -------
    pandas.DataFrame
        On the index of `series`: ``observed``, ``trend``, ``season``, ``rest``.

    Raises
    ------
    InputError
        If the series has gaps or fewer than two rounds, or the model does not suit it.

    Notes
    -----
    The trend is the mean over one round, centred (for an even round the first and last step count half);
    half a round at either end has no trend and no rest (NaN), rather than a guess. The season is the mean of
    what is left at each step of the round, made to add up to 0 (multiply: to a mean of 1); it is the same
    in every round. With two or three rounds it is rough, and one odd month moves it.

    References
    ----------
    Kendall & Stuart (1983), The Advanced Theory of Statistics, vol. 3, 410-414; Hyndman & Athanasopoulos
    (2021), Forecasting: Principles and Practice, 3.4.

    Examples
    --------
    >>> series = pd.Series([10, 20, 30, 12, 22, 32, 14, 24, 34])
    >>> decompose(series, period=3)["trend"].round(2).tolist()[:4]
    [nan, 20.0, 20.67, 21.33]
    """
    values = _gapless(series, period, model)
    trend = _centred(values, int(period))
    times = model == "multiplicative"
    left = values / trend if times else values - trend
    phase = np.arange(len(values)) % period
    known = np.isfinite(left)
    mean = np.bincount(phase[known], left[known], period) / np.bincount(phase[known], minlength=period)
    mean = mean / mean.mean() if times else mean - mean.mean()
    season = mean[phase]
    rest = left / season if times else left - season
    result = pd.DataFrame({"observed": values, "trend": trend, "season": season, "rest": rest})
    result.index = series.index
    return choices.record(result, period=int(period), model=model, ends="no trend for half a round")


def _limits(table: pd.DataFrame, limit: float) -> None:
    """Write limits, z and signal of each week into a table with what is expected."""
    root = np.sqrt(table["expected"])
    table["lower"] = np.maximum(root - limit / 2, 0.0) ** 2
    table["upper"] = (root + limit / 2) ** 2
    table["z"] = (2 * (np.sqrt(table["n"]) - root)).where(table["complete"])
    table["lower"] = table["lower"].where(table["expected"].notna())
    signal = np.select([table["z"] > limit, table["z"] < -limit], ["high", "low"], "")
    table["signal"] = pd.Series(signal, index=table.index, dtype=object)


def _gapless(series: Any, period: Any, model: Any) -> Floats:
    if not isinstance(series, pd.Series):
        raise InputError(_("`series` must be a Series, one number for each period, in order."))
    if isinstance(period, bool) or not isinstance(period, int | np.integer) or period < 2:
        raise InputError(_("`period` must be a whole number from 2 up, got {n!r}.").format(n=period))
    if model not in {"additive", "multiplicative"}:
        raise InputError(_("`model` must be additive or multiplicative, got {model!r}.").format(model=model))
    values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    bad = ~np.isfinite(values)
    if bad.any():
        msg = _("`series` has {n} periods without a number (first: {label!r}). Put 0 where nothing happened.")
        raise InputError(msg.format(n=int(bad.sum()), label=series.index[bad][0]))
    if len(values) < 2 * period:
        msg = _("`series` has {n} periods; two rounds of {period} are the least from which a season shows.")
        raise InputError(msg.format(n=len(values), period=period))
    if model == "multiplicative" and (values <= 0).any():
        msg = _("`series` holds {n} periods that are not above 0; take the additive model.")
        raise InputError(msg.format(n=int((values <= 0).sum())))
    return values


def _centred(values: Floats, period: int) -> Floats:
    """Return the mean over one round around each step, NaN where the round is not all there."""
    weights = np.ones(period + 1 - period % 2)
    if period % 2 == 0:
        weights[[0, -1]] = 0.5
    half = len(weights) // 2
    trend = np.full(len(values), np.nan)
    trend[half : len(values) - half] = np.convolve(values, weights / period, mode="valid")
    return trend


def _complete(start: Times, edges: Times) -> Flags:
    """Return which months are whole: only the first and the last can fail."""
    whole = np.ones(len(edges) - 1, dtype=bool)
    if len(start) == 0:
        return whole
    first, last = int(start.min()), int(start.max())
    pace = max(last - first, DAY) / len(start)
    patience = np.log(100) * pace
    whole[0] &= first - edges[0] <= max(patience, DAY)
    whole[-1] &= edges[-1] - last <= max(patience, DAY)
    return whole
