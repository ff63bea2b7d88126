"""
Change: whether it is more than before, or only the luck of small numbers.

A percentage says "up 50 %" of four that became six. The functions here say how far two counts are apart
for counts of that size, whether a measure worked where a comparable place shows what would have happened
anyway, and when a running series leaves its usual range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import _
from ._poisson import e_test_p, ratio_interval
from ._series import Scan, Trend, cusum, mann_kendall, scan_statistic, take_series
from .significance import benjamini_hochberg, two_sided_p

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Counts: TypeAlias = "int | pd.Series[Any] | Sequence[int]"
Pair: TypeAlias = "Sequence[float] | Sequence[Sequence[float]] | pd.DataFrame"

__all__ = [
    "Scan",
    "Trend",
    "compare_periods",
    "cusum",
    "mann_kendall",
    "scan_statistic",
    "weighted_displacement_difference",
]


def compare_periods(
    before: Counts, after: Counts, *, exposure: tuple[float, float] = (1.0, 1.0), confidence: float = 0.95
) -> pd.DataFrame:
    """
    Compare counts of two periods by what chance does to counts, not by per cent.

    Parameters
    ----------
    before, after
        Incidents in each period: two numbers, or one number for each area or offence (Series on the same
        index). Whole numbers, zeros included.
    exposure
        Length of the two periods (or people, vehicles) in the same unit: ``(365, 31)`` for a year and a
        month in days.
    confidence
        Of the interval of the ratio, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        On the index of `before`: ``before``, ``after``, ``ratio`` of the rates (after to before; NaN where
        both are 0) with ``ratio_low`` and ``ratio_high``, ``z`` (Poisson z, above 0 is a rise), ``p_value``
        (E-test, two-sided) and ``q_value``.

    Raises
    ------
    InputError
        If a count is negative, missing or no whole number, the two do not match, or an exposure is not
        above 0.

    Notes
    -----
    z = 2 (√after − √before), with `before` brought to the exposure of `after`. It takes the earlier period
    as what is usual and is for reading many rows at a glance: beyond ±3 is unusual. The p-value is of the
    E-test, which knows that both counts are chance; it asks whether both periods can have one rate.
    Counts that come in clusters (series, co-offenders) vary more than Poisson: p is then too small.
    Compare like with like: the same months, and no day that is not over.

    References
    ----------
    Krishnamoorthy & Thomson (2004), doi:10.1016/S0378-3758(02)00408-1; z: Wheeler (2016),
    doi:10.1177/1461355716642781. Interval: exact, given the total (Clopper & Pearson 1934,
    doi:10.1093/biomet/26.4.404).

    Examples
    --------
    >>> table = compare_periods(pd.Series({"centre": 16, "north": 4}), pd.Series({"centre": 25, "north": 9}))
    >>> table[["before", "after", "ratio", "z", "p_value"]].round(3)
            before  after  ratio    z  p_value
    centre      16     25  1.562  2.0    0.165
    north        4      9  2.250  2.0    0.183
    """
    _check_confidence(confidence)
    first, second = _two_counts(before, after)
    if len(exposure) != 2 or not all(np.isfinite(value) and value > 0 for value in exposure):
        raise InputError(_("`exposure` must be two numbers above 0, got {value!r}.").format(value=exposure))
    lengths = (float(exposure[0]), float(exposure[1]))
    usual = first * (lengths[1] / lengths[0])
    limits = [ratio_interval(a, b, lengths, confidence) for a, b in zip(first, second, strict=True)]
    p = np.array([e_test_p(int(a), int(b), lengths) for a, b in zip(first, second, strict=True)])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = second.to_numpy() / usual.to_numpy()
    table = pd.DataFrame(
        {
            "before": first,
            "after": second,
            "ratio": ratio,
            "ratio_low": [low for low, _high in limits],
            "ratio_high": [high for _low, high in limits],
            "z": 2 * (np.sqrt(second) - np.sqrt(usual)),
            "p_value": p,
            "q_value": benjamini_hochberg(p),
        },
        index=first.index,
    )
    return choices.record(
        table, exposure=list(lengths), confidence=float(confidence), test="E-test, two-sided", n=len(table)
    )


def weighted_displacement_difference(
    control: Pair,
    treated: Pair,
    displacement_control: Pair | None = None,
    displacement_treated: Pair | None = None,
    *,
    exposure: tuple[float, float] = (1.0, 1.0),
    areas: Sequence[float] | None = None,
    weights: Sequence[float] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """
    Estimate how many incidents a measure prevented, with what moved next door.

    Parameters
    ----------
    control, treated
        Incidents before and after where nothing was done and where the measure ran: ``(before, after)``,
        or a table with a row for each offence and columns ``before`` and ``after``.
    displacement_control, displacement_treated
        The same for the surroundings of the two, where incidents may have moved; None where not counted.
    exposure
        Length of the period before and after, in the same unit: counts are brought to one unit of time.
    areas
        Size of control, treated and, where given, their surroundings, in this order: counts are brought to
        one unit of area.
    weights
        Harm of one incident of each offence, in the order of the rows.
    confidence
        Of the intervals, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Three rows, ``part``: local, displacement, total; ``estimate`` (below 0: fewer than the control
        places would make one expect), ``se``, ``z``, ``p_value`` (two-sided), ``low``, ``high``.

    Raises
    ------
    InputError
        If counts are negative or missing, rows do not match, or weights and sizes are out of range.

    Notes
    -----
    Estimate = (change where treated) − (change in control), plus the same for the surroundings. The
    variance is the sum of the counts, each over its squared weight: counts are taken as independent and
    Poisson. That holds only if treated and control places would have changed by the same *number*; with
    places of very different size pass `areas`, and look at earlier years first. Incidents in series make
    the interval too narrow.

    References
    ----------
    Wheeler & Ratcliffe (2018), doi:10.1186/s40163-018-0085-5.

    Examples
    --------
    >>> weighted_displacement_difference((20, 20), (20, 10)).round(3)
               part  estimate     se      z  p_value     low   high
    0         local     -10.0  8.367 -1.195    0.232 -26.398  6.398
    1  displacement       0.0  0.000    NaN      NaN   0.000  0.000
    2         total     -10.0  8.367 -1.195    0.232 -26.398  6.398
    """
    from scipy.stats import norm

    _check_confidence(confidence)
    if len(exposure) != 2 or not all(np.isfinite(value) and value > 0 for value in exposure):
        raise InputError(_("`exposure` must be two numbers above 0, got {value!r}.").format(value=exposure))
    named = {
        "control": control,
        "treated": treated,
        "displacement_control": displacement_control,
        "displacement_treated": displacement_treated,
    }
    counts = {name: _pair(pair, name) for name, pair in named.items() if pair is not None}
    harm = _harm(weights, counts)
    size = _sizes(areas, counts)
    change, variance = {}, {}
    for name, pair in counts.items():
        unit = harm[:, None] / (size[name] * np.asarray(exposure, dtype=float))
        weighted = pair * unit
        change[name] = float((weighted[:, 1] - weighted[:, 0]).sum())
        variance[name] = float((pair * unit**2).sum())
    local = change["treated"] - change["control"]
    moved = change.get("displacement_treated", 0.0) - change.get("displacement_control", 0.0)
    around = variance.get("displacement_treated", 0.0) + variance.get("displacement_control", 0.0)
    inside = variance["treated"] + variance["control"]
    estimate = np.array([local, moved, local + moved])
    error = np.sqrt([inside, around, inside + around])
    z = np.divide(estimate, error, out=np.full(3, np.nan), where=error > 0)
    reach = float(norm.ppf((1 + confidence) / 2)) * error
    table = pd.DataFrame(
        {
            "part": ["local", "displacement", "total"],
            "estimate": estimate,
            "se": error,
            "z": z,
            "p_value": two_sided_p(z),
            "low": estimate - reach,
            "high": estimate + reach,
        }
    )
    return choices.record(
        table,
        exposure=[float(value) for value in exposure],
        areas=size,
        weights=None if weights is None else harm.tolist(),
        confidence=float(confidence),
        displacement_counted="displacement_treated" in counts or "displacement_control" in counts,
    )


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise InputError(_("`confidence` must lie between 0 and 1, got {value!r}.").format(value=confidence))


def _two_counts(before: Counts, after: Counts) -> tuple[pd.Series[Any], pd.Series[Any]]:
    first, second = (
        value if isinstance(value, pd.Series) else pd.Series(np.atleast_1d(np.asarray(value)))
        for value in (before, after)
    )
    if not first.index.equals(second.index):
        msg = _(
            "`before` and `after` are on different indexes ({n} and {other} rows). "
            "Bring them together: before, after = before.align(after, fill_value=0)."
        )
        raise InputError(msg.format(n=len(first), other=len(second)))
    if first.empty:
        return first.astype("int64"), second.astype("int64")
    numbers = [take_series(value, name, whole=True) for value, name in ((first, "before"), (second, "after"))]
    one, two = (pd.Series(number.astype(np.int64), index=first.index) for number in numbers)
    return one, two


def _pair(pair: Pair, name: str) -> Floats:
    """Return counts as rows of (before, after)."""
    if isinstance(pair, pd.DataFrame):
        missing = [column for column in ("before", "after") if column not in pair]
        if missing:
            msg = _("`{name}` lacks the columns {columns}.")
            raise ColumnsError(msg.format(name=name, columns=", ".join(missing)))
        pair = pair[["before", "after"]]
    found = np.atleast_2d(np.asarray(pair, dtype=float))
    if found.ndim != 2 or found.shape[1] != 2 or not np.isfinite(found).all() or (found < 0).any():
        msg = _("`{name}` must be counts (before, after) from 0 up, or a row of them for each offence.")
        raise InputError(msg.format(name=name))
    return found


def _harm(weights: Sequence[float] | None, counts: dict[str, Floats]) -> Floats:
    rows = {len(pair) for pair in counts.values()}
    if len(rows) > 1:
        raise InputError(_("The places have different numbers of offences; each needs the same rows."))
    harm = np.ones(rows.pop()) if weights is None else np.asarray(list(weights), dtype=float)
    if len(harm) != len(counts["control"]) or not np.isfinite(harm).all() or (harm < 0).any():
        msg = _("`weights` must be one number from 0 up for each of the {n} offences.")
        raise InputError(msg.format(n=len(counts["control"])))
    return harm


def _sizes(areas: Sequence[float] | None, counts: dict[str, Floats]) -> dict[str, float]:
    sizes = [1.0] * len(counts) if areas is None else [float(value) for value in areas]
    if len(sizes) != len(counts) or not all(np.isfinite(value) and value > 0 for value in sizes):
        msg = _("`areas` must be one number above 0 for each of: {names}.")
        raise InputError(msg.format(names=", ".join(counts)))
    return dict(zip(counts, sizes, strict=True))
