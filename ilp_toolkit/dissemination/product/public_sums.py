"""
What of sums and shares may be shown: no single seizure or account may be read from them, or worked out.

Three rules. *Counts*: one below the policy's minimum is hidden, also where it could be worked out from
others (`dissemination.joint` decides). *Sums* of kilograms, listings or money: shown only if enough cases
make it and none of them makes more than half of it, nor so much that the others give it away (the dominance
and p-per-cent rules of statistical disclosure control); what is shown has two significant digits. *Shares*:
to the nearest five per cent; and where a link into a country rests on one seizure, no kilograms into that
country are shown, for shares and kilograms together would give that seizure away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...i18n import _, number, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "STEP",
    "dominated",
    "heaviest",
    "kg_words",
    "range_words",
    "rounded_share",
    "share_words",
    "significant",
]

STEP = 0.05
"""Shares are shown to the nearest multiple of this."""
_MOST = 0.5
"""No case may make more than this share of a sum that is shown."""
_CLOSE = 0.1
"""Nor may the second largest contributor come nearer than this to the largest."""


def dominated(amounts: Sequence[float] | Floats, *, minimum: int) -> bool:
    """
    Say whether a sum would tell of single seizures or accounts.

    Parameters
    ----------
    amounts
        What each of them makes of the sum; missing ones count for nothing.
    minimum
        Fewest that may make a sum that is shown.

    Examples
    --------
    >>> dominated([10, 12, 9, 11, 14], minimum=5), dominated([10, 12, 9, 11, 140], minimum=5)
    (False, True)
    >>> dominated([10, 12], minimum=5), dominated([100, 99, 1, 1, 1], minimum=5)
    (True, True)
    """
    found = np.asarray(amounts, dtype=float)
    known = np.sort(found[np.isfinite(found) & (found > 0)])[::-1]
    if len(known) < minimum:
        return True
    total, largest, second = float(known.sum()), float(known[0]), float(known[1])
    return largest > _MOST * total or total - largest - second < _CLOSE * largest


def heaviest(kg: pd.Series[Any]) -> float:
    """Return the share of the largest seizure in a sum; NaN where there is none."""
    known = kg[kg > 0]
    return float(known.max() / known.sum()) if len(known) else float("nan")


def significant(value: float, digits: int = 2) -> float:
    """
    Round to significant digits.

    Examples
    --------
    >>> significant(1234.5), significant(0.0367), significant(0.0)
    (1200.0, 0.037, 0.0)
    """
    if not np.isfinite(value) or value == 0:
        return float(value)
    places = digits - 1 - int(np.floor(np.log10(abs(value))))
    return float(round(value, places))


def rounded_share(share: float) -> float:
    """
    Round a share to the nearest multiple of five per cent.

    Examples
    --------
    >>> rounded_share(0.9942), rounded_share(0.43), rounded_share(0.01)
    (1.0, 0.45, 0.0)
    """
    return float(round(round(share / STEP) * STEP, 2)) if np.isfinite(share) else float("nan")


def share_words(share: Any) -> str:
    """Write a rounded share: the ends as “over” and “under”, for they hold more than they say."""
    if pd.isna(share):
        return _("not told")
    if share >= 1 - STEP / 2:
        return _("over {share}").format(share=percent(1 - STEP / 2))
    if share < STEP / 2:
        return _("under {share}").format(share=percent(STEP / 2))
    return percent(float(share))


def range_words(low: Any, high: Any) -> str:
    """Write an interval of rounded shares."""
    if pd.isna(low) or pd.isna(high):
        return _("not told")
    ends = share_words(float(low)), share_words(float(high))
    if ends[0] == ends[1]:
        return ends[0]
    return _("{low} to {high}").format(low=percent(float(low)), high=percent(float(high)))


def kg_words(kg: Any) -> str:
    """Write kilograms with the digits that they have, or that they are hidden."""
    if pd.isna(kg):
        return _("hidden")
    return number(float(kg), 1 if 0 < abs(float(kg)) < 10 else 0)
