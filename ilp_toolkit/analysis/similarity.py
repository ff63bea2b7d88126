"""
Similarity: whether two sets of events are spread over the same areas in the same shares.

Not how many there are but where: this year against last, thefts against robberies, what was recorded
against what was reported elsewhere. Each area is tested by itself and the whole map is summed up in one
number. Both sets are treated alike, so exchanging them turns the signs and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._points import check_crs, in_polygons, same_crs, take_events
from .significance import benjamini_hochberg, benjamini_yekutieli, two_sided_p

if TYPE_CHECKING:
    import geopandas as gpd

    from ._points import Events, Floats, Spatial

__all__ = ["Similarity", "sppt", "sppt_counts"]

Adjust = Literal["bh", "by", "none"]


@dataclass(frozen=True)
class Similarity:
    """How alike two patterns are: area by area in ``table``, as a whole in ``s`` and ``s_robust``."""

    table: pd.DataFrame
    s: float
    """Share of all areas in which the two do not differ, from 0 to 1."""
    s_robust: float
    """The same among the areas that hold at least one event of either set; NaN where no area does."""
    n_areas: int
    n_different: int
    n_empty: int
    """Areas without any event."""
    choices: dict[str, Any] = field(default_factory=dict)


def sppt(
    base: Spatial,
    test: Spatial,
    areas: gpd.GeoDataFrame,
    *,
    alpha: float = 0.05,
    adjust: Adjust = "bh",
) -> Similarity:
    """
    Andresen's spatial point pattern test: in which areas two sets of events differ in their share.

    Parameters
    ----------
    base, test
        Two sets of events, projected in metres, in one CRS.
    areas
        Polygons, in the same CRS. An event on a shared edge belongs to the first area of the table.
    alpha
        An area differs if its q-value is at most this.
    adjust
        Which q-values decide: ``bh`` (Benjamini-Hochberg), ``by`` (Benjamini-Yekutieli, which holds under
        any dependence, and the shares of areas do depend on each other), ``none`` (the p-value itself:
        with a hundred areas five differ by chance).

    Returns
    -------
    Similarity
        ``table`` is `areas` with the columns of `sppt_counts`; then ``s``, ``s_robust`` and counts.

    Raises
    ------
    CrsError
        If a table is not in metres, or they differ.
    InputError
        If either set has no event in any area, or an argument cannot be used.

    Notes
    -----
    Events outside all areas are counted (``outside_base``, ``outside_test``) and belong to no
    denominator: shares are of the events inside, so they add up to one.

    Instead of Andresen's resampling this is the test of two proportions that Wheeler, Steenbeek and Andresen
    put in its place, with the correction N - 1 of Campbell. The original resamples one of the two sets only:
    its answer depends on which one is called the base, and an area where the resampled set has no event
    always differs. With many events tiny differences are significant: look at ``difference`` as well.

    References
    ----------
    Andresen (2009), doi:10.1016/j.apgeog.2008.12.004; Wheeler, Steenbeek & Andresen (2018),
    doi:10.1111/tgis.12341; Campbell (2007), doi:10.1002/sim.2832.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> boxes = shapely.box([0, 9], 0, [9, 18], 9)
    >>> areas = gpd.GeoDataFrame(geometry=boxes, crs="EPSG:32642")
    >>> west = gpd.GeoSeries.from_xy([5.0] * 20, [5.0] * 20, crs="EPSG:32642")
    >>> both = gpd.GeoSeries.from_xy([5.0, 15.0] * 10, [5.0] * 20, crs="EPSG:32642")
    >>> found = sppt(west, both, areas)
    >>> found.table[["share_base", "share_test", "s_index"]].values.tolist(), found.s
    ([[1.0, 0.5, -1.0], [0.0, 0.5, 1.0]], 0.0)
    """
    _check(alpha, adjust)
    check_crs(areas, "areas")
    sets = {"base": take_events(base, name="base"), "test": take_events(test, name="test")}
    for name, points in (("base", base), ("test", test)):
        same_crs(points, name, areas, "areas")
    where = {name: in_polygons(areas, events.x, events.y) for name, events in sets.items()}
    counts = {name: np.bincount(at[at >= 0], minlength=len(areas)) for name, at in where.items()}
    notes = {key: value for name in sets for key, value in _notes(name, sets[name], where[name]).items()}
    return _compared(areas.copy(), counts["base"], counts["test"], notes, alpha=alpha, adjust=adjust)


def sppt_counts(
    base: pd.Series[Any], test: pd.Series[Any], *, alpha: float = 0.05, adjust: Adjust = "bh"
) -> Similarity:
    """
    Run the spatial point pattern test on counts.

    Parameters
    ----------
    base, test
        Events in each area, on one index: whole numbers from 0 up, areas without events included.
    alpha, adjust
        As in `sppt`.

    Returns
    -------
    Similarity
        ``table`` on the index of `base`: ``n_base``, ``n_test``, ``share_base``, ``share_test``,
        ``difference`` (share in test less share in base: the size of the effect), ``chi2``, ``p_value``,
        ``q_value`` (Benjamini-Hochberg), ``q_value_by`` (Benjamini-Yekutieli) and ``s_index``: 1 where the
        share in test is higher, -1 where it is lower, 0 where the two do not differ.

    Raises
    ------
    InputError
        If the two are on different indexes, hold no event, or something that is no count.

    Notes
    -----
    For each area the 2 × 2 table of events inside and elsewhere, in base and test; chi-square is
    (N - 1) (ad - bc)² / (product of the four margins). An area without any event, or with all events of
    both, cannot be tested: its p-value is empty, it is no test in the correction, its ``s_index`` is 0. It
    counts as alike in ``s``; ``s_robust`` leaves areas without any event out. Areas that expect fewer than
    one event have rough p-values (``n_expecting_below_1`` in the choices).

    References
    ----------
    As in `sppt`.

    Examples
    --------
    >>> found = sppt_counts(pd.Series([10, 10, 0]), pd.Series([18, 2, 0]))
    >>> found.table["chi2"].round(3).tolist(), round(found.s, 3), found.s_robust
    ([7.429, 7.429, nan], 0.333, 0.0)
    """
    _check(alpha, adjust)
    if not base.index.equals(test.index):
        msg = _("`base` and `test` are on different indexes: test.reindex(base.index, fill_value=0).")
        raise InputError(msg)
    table = pd.DataFrame(index=base.index)
    return _compared(table, _whole(base, "base"), _whole(test, "test"), {}, alpha=alpha, adjust=adjust)


def _check(alpha: float, adjust: str) -> None:
    if not 0 < alpha < 1:
        raise InputError(_("`alpha` must lie between 0 and 1, got {value!r}.").format(value=alpha))
    if adjust not in get_args(Adjust):
        msg = _("`{name}` must be one of {known}, got {value!r}.")
        raise InputError(msg.format(name="adjust", known=", ".join(get_args(Adjust)), value=adjust))


def _whole(counts: pd.Series[Any], name: str) -> Floats:
    values = pd.to_numeric(counts, errors="coerce").to_numpy(dtype=float)
    bad = ~np.isfinite(values) | (values < 0) | (values != np.floor(values))
    if bad.any():
        msg = _("`{name}` must hold whole numbers from 0 up; {n} areas do not (first: {label!r}).")
        raise InputError(msg.format(name=name, n=int(bad.sum()), label=counts.index[bad][0]))
    return values


def _notes(name: str, events: Events, where: Any) -> dict[str, Any]:
    return {
        f"outside_{name}": int((where < 0).sum()),
        f"n_{name}": int((where >= 0).sum()),
        f"left_out_{name}": events.left_out,
    }


def _compared(
    table: Any, base: Any, test: Any, notes: dict[str, Any], *, alpha: float, adjust: Adjust
) -> Similarity:
    a, c = np.asarray(base, dtype=float), np.asarray(test, dtype=float)
    for name, total in (("base", a.sum()), ("test", c.sum())):
        if total == 0:
            raise InputError(_("`{name}` has no event in any area, so it has no shares.").format(name=name))
    table["n_base"], table["n_test"] = a.astype(np.int64), c.astype(np.int64)
    table["share_base"], table["share_test"] = a / a.sum(), c / c.sum()
    table["difference"] = table["share_test"] - table["share_base"]
    chi2 = _chi_square(a, c)
    table["chi2"], table["p_value"] = chi2, two_sided_p(np.sqrt(chi2))
    table["q_value"] = benjamini_hochberg(table["p_value"])
    table["q_value_by"] = benjamini_yekutieli(table["p_value"])
    decides = {"bh": "q_value", "by": "q_value_by", "none": "p_value"}[adjust]
    different = (table[decides] <= alpha).to_numpy()
    table["s_index"] = np.where(different, np.sign(table["difference"]), 0).astype(np.int64)
    empty = a + c == 0
    expects = (a + c) * min(a.sum(), c.sum()) / (a.sum() + c.sum())
    note = {
        "alpha": alpha,
        "decided_by": decides,
        "test": "chi-square with N - 1",
        "areas_without_events": "not tested, alike in s, left out of s_robust",
        "n_expecting_below_1": int((~empty & (expects < 1)).sum()),
        **notes,
    }
    return Similarity(
        table=choices.record(table, **note),
        s=float(1 - different.mean()),
        s_robust=float(1 - different[~empty].mean()) if (~empty).any() else float("nan"),
        n_areas=len(a),
        n_different=int(different.sum()),
        n_empty=int(empty.sum()),
        choices=note,
    )


def _chi_square(a: Floats, c: Floats) -> Floats:
    """Return chi-square with N - 1 for each area against all others; NaN where a margin is 0."""
    b, d = a.sum() - a, c.sum() - c
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    total = a.sum() + c.sum()
    chi2: Floats = np.full(len(a), np.nan)
    np.divide((total - 1) * (a * d - b * c) ** 2, margins, out=chi2, where=margins > 0)
    return chi2
