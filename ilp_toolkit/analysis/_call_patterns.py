"""Patterns of calls: when, between whom, in bursts; and where two authorised numbers used one cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import ColumnsError, InputError
from ..i18n import _
from ._bursts import burst_levels
from ._ties import POSITION, Integers, id_order, whole

__all__ = ["CallPatterns", "call_patterns"]

_NEEDED = ("caller", "called", "started")
_DAY = np.int64(86_400_000_000)


@dataclass(frozen=True)
class CallPatterns:
    """When calls were made, between whom, in which bursts, and where authorised numbers were together."""

    hours: pd.DataFrame
    """``weekday`` (0 Monday), ``hour``, ``n``: all 168 hours of the week, local clock of the records."""
    pairs: pd.DataFrame
    """In id order, a row for each pair of numbers: ``number_a``, ``number_b``, ``n``, ``n_a_to_b``,
    ``n_b_to_a``, ``reciprocity`` (smaller over larger of these, 0 to 1), ``days`` (with a call), ``seconds``
    (sum of those known), ``first``, ``last``."""
    bursts: pd.DataFrame
    """In the order of time: ``from``, ``to``, ``n`` (calls), ``per_day``, ``usual_per_day``."""
    together: pd.DataFrame
    """In id order, pairs of authorised numbers: ``number_a``, ``number_b``, ``n`` (times both used one cell
    within the duration), ``days``, ``expected`` (the mean, one of them moved by whole days), ``cells``."""
    choices: dict[str, Any] = field(repr=False)
    """What was chosen, for `ilp.explain`."""


def call_patterns(
    calls: Any,
    *,
    authorised: Iterable[str] | Any = None,
    within: pd.Timedelta | str = "30 min",
    burst_times: float = 4.0,
    burst_cost: float = 1.0,
    burst_least: int = 5,
) -> CallPatterns:
    """
    Describe calls that were lawfully read: hours, pairs, bursts, and cells that authorised numbers shared.

    Parameters
    ----------
    calls
        A row a call: ``caller``, ``called``, ``started`` and, where there, ``seconds``, ``cell`` (of the
        caller), ``called_cell``, ``caller_authorised``, ``called_authorised``; what `ilp.calls.read_calls`
        returns.
    authorised
        The authorised numbers, or the authorisation, where the table does not say which they are.
    within
        Two numbers were together if both used one cell no longer apart than this.
    burst_times
        In a burst calls come at least about this many times as fast as usual; above 1.
    burst_cost
        What a burst has to pay before it is called one (Kleinberg's gamma), from 0 up; more gives fewer.
    burst_least
        Bursts of fewer calls are left out.

    Returns
    -------
    CallPatterns
        ``hours``, ``pairs``, ``bursts``, ``together``.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If a choice is out of range.

    Notes
    -----
    A number is not a person, and a call not what was said. Cells are shared by thousands, one reaches over
    kilometres, and a phone may use a far one: two numbers in one cell were not at one place. Hence only
    authorised numbers are compared, and `expected` says how often the same habits meet without any meeting.
    Bursts compare with the mean of the whole file: a file that begins or ends in a quiet time has more.

    References
    ----------
    Kleinberg (2002), doi:10.1145/775047.775061.

    Examples
    --------
    >>> calls = pd.DataFrame(
    ...     {"caller": ["1", "2", "1"], "called": ["2", "1", "2"],
    ...      "started": pd.to_datetime(["2025-03-03 10:05", "2025-03-03 10:20", "2025-03-04 22:00"])}
    ... )
    >>> call_patterns(calls).pairs[["number_a", "number_b", "n", "n_a_to_b", "n_b_to_a", "reciprocity"]]
      number_a number_b  n  n_a_to_b  n_b_to_a  reciprocity
    0        1        2  3         2         1          0.5
    """
    table = _take(calls)
    span = pd.Timedelta(within)
    least = whole(burst_least, "burst_least", least=2)
    if pd.isna(span) or span < pd.Timedelta(0):
        raise InputError(
            _("`{name}` must be from 0 up, got {value!r}.").format(name="within", value=str(within))
        )
    if not (np.isfinite(burst_times) and burst_times > 1):
        raise InputError(
            _("`{name}` must be above 1, got {value!r}.").format(name="burst_times", value=burst_times)
        )
    if not (np.isfinite(burst_cost) and burst_cost >= 0):
        msg = _("`{name}` must be a number from 0 up, got {value!r}.")
        raise InputError(msg.format(name="burst_cost", value=burst_cost))
    allowed = _allowed(table, authorised)
    timed = table[table["started"].notna()]
    seen = _sightings(timed, allowed)
    return CallPatterns(
        _hours(timed),
        _pairs(table),
        _bursts(timed, burst_times, burst_cost, least),
        _together(seen, span),
        {
            "warning": POSITION,
            "n": len(table),
            "without_time": len(table) - len(timed),
            "calls_to_itself": int((table["caller"] == table["called"]).sum()),
            "authorised_numbers": len(allowed),
            "sightings": len(seen),
            "within_time": str(span),
            "burst_times": float(burst_times),
            "burst_cost": float(burst_cost),
            "burst_least": least,
            "rows_in_order": "by id",
            "not_shown": "who held the phone and what was said; one cell is not one place",
        },
    )


def _take(calls: Any) -> pd.DataFrame:
    table = calls if isinstance(calls, pd.DataFrame) else getattr(calls, "table", None)
    if not isinstance(table, pd.DataFrame):
        raise InputError(_("`calls` must be a table of calls, got {kind}.").format(kind=type(calls).__name__))
    missing = [column for column in _NEEDED if column not in table]
    if missing:
        msg = _("`{name}` lacks the columns {columns}.")
        raise ColumnsError(msg.format(name="calls", columns=", ".join(missing)))
    new = table.reset_index(drop=True).copy()
    new["started"] = pd.to_datetime(new["started"]).astype("datetime64[us]")
    return new[new["caller"].notna() & new["called"].notna()]


def _allowed(table: pd.DataFrame, authorised: Any) -> set[Any]:
    if authorised is not None:
        numbers = getattr(authorised, "numbers", authorised)
        return {numbers} if isinstance(numbers, str) else set(numbers)
    found: set[Any] = set()
    for end in ("caller", "called"):
        if f"{end}_authorised" in table:
            found |= set(table.loc[table[f"{end}_authorised"].fillna(False).astype(bool), end])
    return found


def _hours(timed: pd.DataFrame) -> pd.DataFrame:
    started = timed["started"]
    at = (started.dt.day_of_week * 24 + started.dt.hour).to_numpy(dtype=np.int64)
    n = np.bincount(at, minlength=168)
    hours = np.arange(168)
    return pd.DataFrame({"weekday": hours // 24, "hour": hours % 24, "n": n})


def _pairs(table: pd.DataFrame) -> pd.DataFrame:
    place = {number: i for i, number in enumerate(id_order({*table["caller"], *table["called"]}))}
    one, two = table["caller"].map(place), table["called"].map(place)
    seconds = pd.to_numeric(table["seconds"], errors="coerce") if "seconds" in table else np.nan
    plain = pd.DataFrame(
        {
            "a": np.minimum(one, two),
            "b": np.maximum(one, two),
            "forth": one <= two,
            "seconds": seconds,
            "started": table["started"],
            "day": table["started"].dt.normalize(),
        }
    )
    grouped = plain.groupby(["a", "b"], sort=True)
    found = grouped.agg(
        n=("forth", "size"), n_a_to_b=("forth", "sum"), days=("day", "nunique"), seconds=("seconds", "sum"),
        first=("started", "min"), last=("started", "max"),
    ).reset_index()  # fmt: skip
    names = list(place)
    found.insert(0, "number_a", pd.Series([names[int(i)] for i in found["a"]], dtype=object))
    found.insert(1, "number_b", pd.Series([names[int(i)] for i in found["b"]], dtype=object))
    found["n_a_to_b"] = found["n_a_to_b"].astype(np.int64)
    found["n_b_to_a"] = found["n"] - found["n_a_to_b"]
    most = found[["n_a_to_b", "n_b_to_a"]].max(axis=1)
    found["reciprocity"] = found[["n_a_to_b", "n_b_to_a"]].min(axis=1) / most
    columns = [
        "number_a",
        "number_b",
        "n",
        "n_a_to_b",
        "n_b_to_a",
        "reciprocity",
        "days",
        "seconds",
        "first",
        "last",
    ]
    return found[columns]


def _bursts(timed: pd.DataFrame, times: float, cost: float, least: int) -> pd.DataFrame:
    started = timed["started"].sort_values(kind="stable").reset_index(drop=True)
    moments = started.astype("int64").to_numpy()
    gaps = np.diff(moments) / 1e6
    level = burst_levels(gaps, times=times, cost=cost)
    edges = np.flatnonzero(np.diff(np.r_[0, level, 0]))
    rows = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        n = int(end - begin) + 1
        if n >= least:
            days = max((moments[end] - moments[begin]) / _DAY, 1 / 86_400)
            rows.append((started[begin], started[end], n, float((n - 1) / days)))
    table = pd.DataFrame(rows, columns=["from", "to", "n", "per_day"])
    total = gaps.sum() / 86_400
    table["usual_per_day"] = float(len(gaps) / total) if total > 0 else np.nan
    return table


def _sightings(timed: pd.DataFrame, allowed: set[Any]) -> pd.DataFrame:
    """Return when authorised numbers used which cell; of nobody else."""
    parts = []
    for end, cell in (("caller", "cell"), ("called", "called_cell")):
        if cell in timed:
            mine = timed[timed[end].isin(allowed) & timed[cell].notna()]
            mine = mine[mine[cell].astype(str).str.strip() != ""]
            parts.append(mine[[end, "started", cell]].set_axis(["number", "started", "cell"], axis=1))
    if not parts:
        return pd.DataFrame({"number": [], "started": pd.Series([], dtype="datetime64[us]"), "cell": []})
    return pd.concat(parts, ignore_index=True)


def _together(seen: pd.DataFrame, span: pd.Timedelta) -> pd.DataFrame:
    columns = ["number_a", "number_b", "n", "days", "expected", "cells"]
    numbers = id_order(set(seen["number"]))
    codes: Integers = np.asarray(pd.factorize(seen["cell"].astype(str))[0], dtype=np.int64)
    moment: Integers = np.asarray(seen["started"].astype("int64"), dtype=np.int64)
    first_day = int(moment.min() // _DAY) if len(moment) else 0
    length = int(moment.max() // _DAY) - first_day + 1 if len(moment) else 1
    places = {number: np.flatnonzero((seen["number"] == number).to_numpy()) for number in numbers}
    rows = []
    for i, one in enumerate(numbers):
        for two in numbers[i + 1 :]:
            a, b = places[one], places[two]
            mine, theirs = (moment[a], codes[a]), (moment[b], codes[b])
            met = _met(mine, theirs, span)
            if not met.any():
                continue
            start = int(first_day * _DAY)
            moved = [
                int(
                    _met(
                        mine, ((theirs[0] - start + k * _DAY) % (length * _DAY) + start, theirs[1]), span
                    ).sum()
                )
                for k in range(1, min(length, 61))
            ]
            days = len(set((mine[0][met] // _DAY).tolist()))
            expected = float(np.mean(moved)) if moved else np.nan
            rows.append((one, two, int(met.sum()), days, expected, len(set(mine[1][met].tolist()))))
    return pd.DataFrame(rows, columns=columns)


def _met(
    one: tuple[Integers, Integers], two: tuple[Integers, Integers], span: pd.Timedelta
) -> NDArray[np.bool_]:
    """Say for each use of a cell by one number whether the other used the same cell within the span."""
    reach = int(span / pd.Timedelta("1us"))
    found = np.zeros(len(one[0]), dtype=bool)
    for cell in np.intersect1d(one[1], two[1]):
        times = np.sort(two[0][two[1] == cell])
        at = np.flatnonzero(one[1] == cell)
        low = np.searchsorted(times, one[0][at] - reach, side="left")
        high = np.searchsorted(times, one[0][at] + reach, side="right")
        found[at] = high > low
    return found
