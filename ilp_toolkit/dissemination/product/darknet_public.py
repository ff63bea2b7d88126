"""
What of listings may be shown: no account may be read from a figure, or worked out of several.

An account is a person's, or several persons'. *Accounts* are counted by sets (`held`): a count below the
policy's minimum is hidden, also where it could be worked out from others. *Listings*, feedback and money are
shown only where enough accounts stand behind them and none of them makes more than half, or so much that the
others give it away (the rules of `public_sums`); listings are rounded to five, money to two digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...i18n import _, number
from .public_sums import dominated, significant

if TYPE_CHECKING:
    from .darknet_facts import Facts

__all__ = [
    "BASE",
    "complement",
    "count_words",
    "interval_words",
    "may_show",
    "money_words",
    "rounded",
    "significant",
]

BASE = 5
"""Listings are shown to the nearest multiple of this."""


def may_show(facts: Facts, inside: Any, amount: pd.Series[Any] | None = None) -> bool:
    """Say whether a figure of some listings (a mask over `Facts.once`) tells of no single account."""
    return not dominated(facts.per_account(inside, amount), minimum=facts.minimum)


def rounded(n: Any) -> Any:
    """
    Round a count of listings; what rounds to nothing is hidden.

    Examples
    --------
    >>> rounded(13), rounded(2)
    (15, <NA>)
    """
    if pd.isna(n):
        return pd.NA
    near = int(BASE * round(float(n) / BASE))
    return near or pd.NA


def complement(values: pd.Series[Any]) -> pd.Series[Any]:
    """
    Hide the smallest figure as well where one alone is hidden: a total would give that one away.

    Examples
    --------
    >>> import pandas as pd
    >>> complement(pd.Series([40.0, None, 10.0, 25.0])).tolist()
    [40.0, nan, nan, 25.0]
    """
    if int(values.isna().sum()) != 1 or len(values) < 2:
        return values
    return values.mask(values.index == values.astype(float).idxmin())


def count_words(n: Any) -> str:
    """Write a count, or that it is hidden."""
    return _("hidden") if pd.isna(n) else number(int(n))


def money_words(usd: Any) -> str:
    """Write US dollars with the digits that they have, or that they are hidden."""
    if pd.isna(usd):
        return _("hidden")
    value = float(usd)
    return number(value, 1 if abs(value) < 10 and value != round(value) else 0)


def interval_words(low: Any, high: Any, digits: int = 2) -> str:
    """Write an interval of numbers."""
    if pd.isna(low) or pd.isna(high) or not np.isfinite([float(low), float(high)]).all():
        return _("not told")
    return _("{low} to {high}").format(low=number(float(low), digits), high=number(float(high), digits))
