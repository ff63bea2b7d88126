"""The arithmetic of item analysis, on plain arrays: a row a learner, a column an item, values from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Odds", "alpha", "discrimination", "groups", "item_rest", "mantel_haenszel"]

Floats = NDArray[np.float64]
GROUP = 0.27
"""Share of the learners in the upper and in the lower group."""


def item_rest(item: Floats, rest: Floats) -> float | None:
    """
    Correlation of an item with the rest of the test; point-biserial where the item is right or wrong.

    None where one of them does not vary: there is nothing to correlate.

    Examples
    --------
    >>> round(item_rest(np.array([0.0, 0.0, 1.0, 1.0]), np.array([1.0, 2.0, 3.0, 4.0])), 4)
    0.8944
    """
    if len(item) < 2 or np.ptp(item) == 0 or np.ptp(rest) < 1e-12:
        return None
    return float(np.clip(np.corrcoef(item, rest)[0, 1], -1, 1))


def groups(total: Floats, share: float = GROUP) -> tuple[Floats, Floats]:
    """
    Weights of the upper and the lower group.

    Learners who tie at the border share the places that are left, so that the order of the rows decides
    nothing.

    Examples
    --------
    >>> upper, lower = groups(np.array([1.0, 2.0, 2.0, 3.0]), share=0.5)
    >>> upper.tolist(), lower.tolist()
    ([0.0, 0.5, 0.5, 1.0], [1.0, 0.5, 0.5, 0.0])
    """
    size = max(1, round(share * len(total)))
    return _top(total, size), _top(-total, size)


def discrimination(item: Floats, total: Floats) -> float:
    """Mean of the item in the upper group of the totals less its mean in the lower one, -1 to 1."""
    upper, lower = groups(total)
    return float(np.average(item, weights=upper) - np.average(item, weights=lower))


def alpha(scores: Floats) -> float | None:
    """
    Cronbach's alpha of a table of scores; KR-20 where every value is 0 or 1.

    None with fewer than two items, or where totals do not vary.
    """
    items = scores.shape[1]
    total = scores.sum(axis=1).var()
    if items < 2 or len(scores) < 2 or total < 1e-12:
        return None
    return float(items / (items - 1) * (1 - scores.var(axis=0).sum() / total))


@dataclass(frozen=True)
class Odds:
    """Odds of one group over another's at like ability."""

    ratio: float
    """Common odds ratio of Mantel and Haenszel; 1: alike; 0 or infinite: one group is always wrong."""
    p_value: float
    """Of the test with continuity correction."""


def mantel_haenszel(right: NDArray[np.bool_], group: NDArray[np.bool_], strata: Sequence[int]) -> Odds | None:
    """
    Compare two groups that are alike otherwise: within strata of the rest of the test.

    Parameters
    ----------
    right
        Whether the item is right, a value a learner.
    group
        Whether the learner is of the first group.
    strata
        Which stratum a learner is in.

    Returns
    -------
    Odds or None
        None where no stratum holds both groups and both outcomes.
    """
    from scipy.stats import chi2

    tables = []
    where = np.asarray(strata)
    for stratum in np.unique(where):
        own = where == stratum
        a = float(np.sum(own & group & right))
        b = float(np.sum(own & group & ~right))
        c = float(np.sum(own & ~group & right))
        d = float(np.sum(own & ~group & ~right))
        if a + b and c + d:
            tables.append((a, b, c, d))
    if not tables:
        return None
    a, b, c, d = np.array(tables).T
    n = a + b + c + d
    expected = (a + b) * (a + c) / n
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.where(n > 1, (a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1)), 0.0).sum()
    above, below = float((a * d / n).sum()), float((b * c / n).sum())
    if not spread or not (above or below):
        return None
    distance = max(0.0, abs(float((a - expected).sum())) - 0.5)
    return Odds(above / below if below else float("inf"), float(chi2.sf(distance**2 / spread, 1)))


def _top(total: Floats, size: int) -> Floats:
    border = np.sort(total)[::-1][size - 1]
    weights: Floats = np.asarray(total > border, dtype=np.float64)
    ties = total == border
    weights[ties] = (size - weights.sum()) / ties.sum()
    return weights
