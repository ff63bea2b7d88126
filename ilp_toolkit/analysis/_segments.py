"""Displacement on segments of a border: before and after, where reinforced, beside it, and far away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import N_, _
from ._flow_tables import noted
from .change import compare_periods

__all__ = ["DISPLACEMENT_READINGS", "DisplacementRatio", "displacement_ratio"]

_ROLES = ("treated", "near", "control")

DISPLACEMENT_READINGS: dict[str, str] = {
    "no_effect": N_(
        "no fall where the post was reinforced, against the control: nothing can be said of displacement"
    ),
    "uncertain": N_("the interval holds both displacement and none"),
    "displacement": N_(
        "less was taken where the post was reinforced and more next to it than the control lets expect"
    ),
    "diffusion": N_("less was taken next to the post as well"),
}
"""The readings of a displacement ratio, with their meaning."""


@dataclass(frozen=True)
class DisplacementRatio:
    """What moved next door when a post was reinforced."""

    table: pd.DataFrame
    """A row a role: counts, ratio with interval, p of the E-test, and the ratio relative to the control."""
    wdq: float
    """Weighted displacement quotient: change next door over change where treated, against the control. Below
    0 points to displacement, below -1 to more than was gained, above 0 to a fall next door as well; NaN where
    the treated segments did not fall."""
    low: float
    high: float
    """Interval of the quotient, from draws of the counts in which the treated segments fell."""
    share_measurable: float
    """Share of the draws in which they did: with less than about 0.95 do not read the quotient."""
    reading: Literal["no_effect", "uncertain", "displacement", "diffusion"]
    """A key of `DISPLACEMENT_READINGS`."""
    choices: dict[str, Any]


def displacement_ratio(
    segments: pd.DataFrame,
    *,
    exposure: tuple[float, float] = (1.0, 1.0),
    confidence: float = 0.95,
    draws: int = 10_000,
    rng: int | np.random.Generator | None = None,
) -> DisplacementRatio:
    """
    Compare seizures before and after a post was reinforced with its neighbours and with control segments.

    Parameters
    ----------
    segments
        A row a segment of border or road: ``segment``, ``role`` ("treated", "near" or "control"), ``before``
        and ``after`` (cases, whole numbers).
    exposure
        Length of the two periods (or hours of work) in the same unit.
    confidence
        Of the intervals, between 0 and 1.
    draws
        Of the counts, for the interval of the quotient.
    rng
        A seed gives the same interval.

    Returns
    -------
    DisplacementRatio

    Raises
    ------
    InputError
        If a role is missing or unknown, a count is no whole number from 0 up, or the control has no case
        before.
    ColumnsError
        If a column is missing.

    Notes
    -----
    Seizures, not flow: a reinforced post first of all *finds* more. A rise where treated with a fall next
    door is what more work alone would do, so pass hours of work as `exposure` where they differ. Quotient =
    (near/control after − near/control before) / (treated/control after − treated/control before). The draws
    are of Poisson counts (gamma, with half a case added); cases in series make all intervals too narrow.
    Control segments must be ones that would have changed alike, and far enough that nothing moves there.

    References
    ----------
    Bowers & Johnson (2003), doi:10.1023/A:1024909009240; E-test: Krishnamoorthy & Thomson (2004),
    doi:10.1016/S0378-3758(02)00408-1.

    Examples
    --------
    >>> segments = pd.DataFrame(
    ...     {
    ...         "segment": ["A", "B", "C", "D"],
    ...         "role": ["treated", "near", "control", "control"],
    ...         "before": [100, 50, 80, 120],
    ...         "after": [50, 75, 80, 120],
    ...     }
    ... )
    >>> found = displacement_ratio(segments, rng=1)
    >>> round(found.wdq, 3), found.reading
    (-0.5, 'displacement')
    """
    sums = _sums(segments)
    if isinstance(draws, bool) or int(draws) != draws or draws < 100:
        raise InputError(
            _("`{name}` must be a whole number from {least} up, got {n!r}.").format(
                name="draws", least=100, n=draws
            )
        )
    compared = compare_periods(sums["before"], sums["after"], exposure=exposure, confidence=confidence)
    table = compared[["before", "after", "ratio", "ratio_low", "ratio_high", "p_value", "q_value"]].copy()
    rates = sums.to_numpy(dtype=float) / np.asarray(exposure, dtype=float)
    generator = np.random.default_rng(rng)
    counts = sums.to_numpy(dtype=float)
    drawn = generator.gamma(counts + 0.5, size=(int(draws), 3, 2)) / np.asarray(exposure, dtype=float)
    tail = 100 * (1 - confidence) / 2
    relative = (drawn[:, :2, 1] / drawn[:, :2, 0]) / (drawn[:, 2:, 1] / drawn[:, 2:, 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        change = rates[:, 1] / rates[:, 0]
        table["relative"] = [*(change[:2] / change[2]), 1.0]
    low, high = np.percentile(relative, [tail, 100 - tail], axis=0)
    table["relative_low"], table["relative_high"] = [*low, 1.0], [*high, 1.0]
    wdq = float(_quotient(rates[None])[0])
    quotients = _quotient(drawn)
    fell = np.isfinite(quotients)
    limits = np.percentile(quotients[fell], [tail, 100 - tail]) if fell.any() else (np.nan, np.nan)
    table = table.rename_axis("role").reset_index()
    result = noted(
        table,
        exposure=[float(value) for value in exposure],
        confidence=float(confidence),
        test="E-test, two-sided",
        draws=int(draws),
        segments_by_role={role: int((segments["role"] == role).sum()) for role in _ROLES},
        not_shown="seizures, not flow: more work at a post finds more",
    )
    share = float(fell.mean())
    return DisplacementRatio(
        result,
        wdq,
        float(limits[0]),
        float(limits[1]),
        share,
        _reading(wdq, share, limits, confidence),
        choices.of(result),
    )


def _sums(segments: pd.DataFrame) -> pd.DataFrame:
    missing = [c for c in ("segment", "role", "before", "after") if c not in segments]
    if missing:
        msg = _("`{name}` lacks the columns {columns}.")
        raise ColumnsError(msg.format(name="segments", columns=", ".join(missing)))
    unknown = sorted(set(segments["role"].astype(str)) - set(_ROLES))
    absent = [role for role in _ROLES if role not in set(segments["role"])]
    if unknown or absent:
        msg = _(
            "`segments` needs the roles treated, near and control; "
            "unknown: {unknown}; without a row: {absent}."
        )
        raise InputError(msg.format(unknown=", ".join(unknown) or "-", absent=", ".join(absent) or "-"))
    for column in ("before", "after"):
        counts = pd.to_numeric(segments[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        wrong = ~(np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts)))
        if wrong.any():
            msg = _(
                "`segments` has counts in `{column}` that are no whole numbers from 0 up "
                "(first: segment {segment!r})."
            )
            first = segments["segment"].iloc[int(np.flatnonzero(wrong)[0])]
            raise InputError(msg.format(column=column, segment=first))
    sums = segments.groupby("role")[["before", "after"]].sum().reindex(list(_ROLES)).astype("int64")
    if (sums.loc["control"] == 0).any():
        raise InputError(
            _("The control of `segments` has no case before or none after: nothing to compare with.")
        )
    return sums


def _quotient(rates: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the quotient of each draw (role × before, after); NaN where the treated did not fall."""
    against = rates[:, :2] / rates[:, 2:]
    change = against[:, :, 1] - against[:, :, 0]
    fell = change[:, 0] < 0
    found = np.full(len(rates), np.nan)
    found[fell] = change[fell, 1] / change[fell, 0]
    return found


def _reading(
    wdq: float, share: float, limits: Any, confidence: float
) -> Literal["no_effect", "uncertain", "displacement", "diffusion"]:
    if not np.isfinite(wdq) or share < confidence:
        return "no_effect"
    if limits[1] < 0:
        return "displacement"
    return "diffusion" if limits[0] > 0 else "uncertain"
