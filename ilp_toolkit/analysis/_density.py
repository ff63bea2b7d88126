"""Density of events: kernels, bandwidths, edges, and the ratio of two densities."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import _
from ._bandwidth import Kernel, Width, adaptive_widths, check_bandwidth, check_kernel, take_width
from ._cells import centres_of, grid_for, lattice_indices
from ._points import Events, in_polygons, same_crs, take_events
from .grids import default_cell_size

if TYPE_CHECKING:
    import geopandas as gpd

    from ._points import Floats, Spatial, Weights
    from .grids import Lattice

__all__ = ["Field", "Kernel", "dual_kde", "field_for", "kde", "smooth"]

Bandwidth = float | Literal["scott", "likelihood"] | None


def kde(
    points: Spatial,
    *,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    bandwidth: Bandwidth = None,
    kernel: Kernel = "quartic",
    weights: Weights = None,
    edge_correction: bool = False,
    adaptive: bool = False,
) -> gpd.GeoDataFrame:
    """
    Density of events, smoothed, in events per square kilometre.

    Parameters
    ----------
    points, grid, cell_size, weights
        As in `count`. Without `grid`, squares over the bounding box of the events and their kernels.
    bandwidth
        Metres: the distance at which an event's influence ends, or its standard deviation (``gaussian``).
        ``likelihood``: the one under which each place is best foreseen by all others. Without it, Scott's
        rule, at least two cells.
    kernel
        ``quartic``, ``epanechnikov`` and ``triweight`` end at their bandwidth; ``gaussian`` never quite ends
        (cut off at six bandwidths).
    edge_correction
        Put back what falls outside the grid: each event's kernel is divided by the share of it that lies
        inside (Diggle's correction), so that the total over the grid equals the events in it; those outside
        every cell are left out and noted.
    adaptive
        Give each event its own bandwidth (Abramson): narrower where events are dense, wider where they are
        few, `bandwidth` being their geometric mean.

    Returns
    -------
    geopandas.GeoDataFrame
        `grid` with ``density``, at the centre of each whole cell: events per km², or weight per km².

    Raises
    ------
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If an argument cannot be used.

    Warns
    -----
    UserWarning
        If the bandwidth is smaller than a cell: most of an event can fall between two centres.

    Notes
    -----
    Exact, not binned. Density times area of the cells adds up to the events (within a few per mille from
    three cells a bandwidth on), less what falls outside the grid; exactly with `edge_correction`. Scott's
    rule assumes one centre and smooths a city with many too much. Likelihood takes repeats at one address as
    one place, or they would pull it to nothing, a Gaussian for every kernel (then widened to the same
    spread), and at most 3,000 places, evenly taken. Adaptive bandwidths stay within a fifth and five times
    the mean. Compare maps only at one bandwidth.

    References
    ----------
    Scott (2015), doi:10.1002/9781118575574; Diggle (1985), doi:10.2307/2347366; likelihood: Habbema, Hermans
    & van den Broek (1974), in Compstat 1974; adaptive: Abramson (1982), doi:10.1214/aos/1176345986; for crime
    maps Chainey, Tompson & Uhlig (2008), doi:10.1057/palgrave.sj.8350066.

    Examples
    --------
    >>> import geopandas as gpd
    >>> points = gpd.GeoSeries.from_xy([50.0], [50.0], crs="EPSG:32642")
    >>> field = kde(points, cell_size=100, bandwidth=500)
    >>> print(field["density"].max().round(3), (field["density"] * 0.1**2).sum().round(2))
    3.82 1.0
    """
    check_kernel(kernel)
    check_bandwidth(bandwidth)
    events = take_events(points, weights)
    field, notes = field_for(events, points, grid, cell_size, bandwidth, kernel)
    result = field.grid.copy()
    density, outside = smooth(field, events, edge_correction=edge_correction, adaptive=adaptive)
    result["density"] = density
    if edge_correction:
        notes["outside"] = outside
    return choices.record(
        result,
        **notes,
        edge_correction="Diggle" if edge_correction else None,
        adaptive="Abramson" if adaptive else None,
        unit="events per km²" if weights is None else "weight per km²",
        **events.counts,
    )


def dual_kde(
    points: Spatial,
    baseline: Spatial | str,
    *,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    bandwidth: Bandwidth = None,
    kernel: Kernel = "quartic",
    weights: Weights = None,
    baseline_weights: Weights = None,
    edge_correction: bool = False,
    least: float = 0.01,
) -> gpd.GeoDataFrame:
    """
    Relative risk: density of events over the density of what they could have happened to.

    Parameters
    ----------
    points, grid, cell_size, weights, edge_correction, kernel
        As in `kde`.
    baseline
        What is exposed (homes, parked cars, all other crime) as points; or the name of a column of `grid`
        with what each cell holds (people), laid at the centre of the cell.
    bandwidth
        One for both densities, chosen from `points` where none is given: with two, the ratio would show
        the difference of the bandwidths.
    baseline_weights
        A column of `baseline`, or one number a row: people at an address.
    least
        Share of the mean baseline of the grid below which there is no ratio.

    Returns
    -------
    geopandas.GeoDataFrame
        `grid` with ``density`` of events and ``baseline`` per km², and ``ratio``: the share of events over
        the share of the baseline, 1 where risk is as everywhere; NaN where the baseline is below `least`.

    Raises
    ------
    ColumnsError
        If `grid` has no such column.
    CrsError
        If a table is not projected in metres, or they differ.
    InputError
        If an argument cannot be used, or the baseline is nowhere above 0.

    Notes
    -----
    A cell with next to nothing exposed has no risk to speak of: a single event there would be an endless
    ratio, so it is NaN and counted as ``undefined``. The ratio has no p-value; small baselines make it wild.
    Cells take their shares of what lies in this grid.

    References
    ----------
    Kelsall & Diggle (1995), doi:10.1002/sim.4780142106; Levine, CrimeStat IV manual, chapter 10.

    Examples
    --------
    >>> import geopandas as gpd
    >>> homes = gpd.GeoSeries.from_xy([50.0, 950.0], [50.0, 50.0], crs="EPSG:32642")
    >>> found = dual_kde(homes.iloc[[0, 0, 0, 1]], homes, cell_size=100, bandwidth=200)
    >>> found.loc[found["cell_id"].isin(["E0N0", "E900N0"]), "ratio"].round(2).tolist()
    [1.5, 0.5]
    """
    check_kernel(kernel)
    check_bandwidth(bandwidth)
    if isinstance(least, bool) or not np.isfinite(least) or not 0 < least < 1:
        raise InputError(_("`least` must lie between 0 and 1, got {least!r}.").format(least=least))
    events = take_events(points, weights)
    field, notes = field_for(events, points, grid, cell_size, bandwidth, kernel)
    exposed = _exposed(baseline, baseline_weights, field, points)
    result = field.grid.copy()
    result["density"], outside = smooth(field, events, edge_correction=edge_correction)
    result["baseline"], baseline_outside = smooth(field, exposed, edge_correction=edge_correction)
    below = result["baseline"].to_numpy(dtype=float)
    if len(result) and not below.max() > 0:
        raise InputError(_("`baseline` is nowhere above 0 in the grid, so nothing can be set against it."))
    enough = below > least * below.mean() if len(result) else np.zeros(0, dtype=bool)
    area = np.asarray(result.geometry.area, dtype=float)
    shares = result["density"].to_numpy(dtype=float), below
    above, under = (values * area / max((values * area).sum(), 1e-300) for values in shares)
    result["ratio"] = np.divide(above, under, out=np.full(len(result), np.nan), where=enough)
    return choices.record(
        result,
        **notes,
        edge_correction="Diggle" if edge_correction else None,
        least=least,
        undefined=int((~enough).sum()),
        outside=outside,
        baseline_outside=baseline_outside,
        baseline_n=len(exposed.x),
        **events.counts,
    )


@dataclass(frozen=True)
class Field:
    """The cells to be smoothed over, and the kernel to do it with."""

    grid: gpd.GeoDataFrame
    lattice: Lattice | None
    width: Width


def smooth(
    field: Field, events: Events, *, edge_correction: bool = False, adaptive: bool = False
) -> tuple[Floats, int]:
    """Return density at each cell per km², and how many events were left out as outside the grid."""
    from .kernels import density

    inside = np.ones(len(events.x), dtype=bool)
    if edge_correction:
        inside = in_polygons(field.grid, events.x, events.y) >= 0
    x, y, weight = density.merged(events.x[inside], events.y[inside], events.values[inside])
    wide = adaptive_widths(x, y, weight, field.width) if adaptive else np.full(len(x), field.width.metres)
    if edge_correction:
        weight = _corrected(x, y, weight, wide, field)
    return 1e6 * _density(x, y, weight, wide, field), int((~inside).sum())


def field_for(  # noqa: PLR0917
    events: Events, points: Spatial, grid: gpd.GeoDataFrame | None, cell_size: float | None,
    bandwidth: Bandwidth, kernel: Kernel,
) -> tuple[Field, dict[str, Any]]:  # fmt: skip
    """Return the cells and the kernel, and what was chosen on the way."""
    given = None if grid is None else grid_for(events, points, grid, cell_size)
    size = cell_size or default_cell_size(events.x, events.y)[0]
    if given:
        size = given[1].cell_size if given[1] else 0.0
    width = take_width(events, bandwidth, kernel, size)
    margin = width.metres * (3 if width.gaussian else 1)
    grid, lattice, notes = given or grid_for(events, points, None, cell_size, margin)
    if lattice and width.metres < lattice.cell_size:
        msg = _(
            "`bandwidth` of {bandwidth:g} m is smaller than a cell of {size:g} m; "
            "use smaller cells or a wider band."
        )
        text = msg.format(bandwidth=width.metres, size=lattice.cell_size)
        warnings.warn(text, UserWarning, stacklevel=3)
    notes |= {"bandwidth": width.metres, "bandwidth_rule": width.rule, "kernel": kernel}
    return Field(grid, lattice, width), notes


def _exposed(baseline: Spatial | str, weights: Weights, field: Field, points: Spatial) -> Events:
    """Return the exposed as events, be they points or a column of the grid."""
    if not isinstance(baseline, str):
        found = take_events(baseline, weights, name="baseline")
        same_crs(baseline, "baseline", points, "points")
        return found
    if baseline not in field.grid:
        msg = _("`baseline` names the column {name!r}, which `grid` does not have.")
        raise ColumnsError(msg.format(name=baseline))
    values = field.grid[baseline].to_numpy(dtype=float, na_value=np.nan)
    bad = ~np.isfinite(values) | (values < 0)
    if bad.any():
        msg = _("`baseline` must be numbers from 0 up; {n} cells are not (first: row {row}).")
        raise InputError(msg.format(n=int(bad.sum()), row=int(np.flatnonzero(bad)[0])))
    return Events(*centres_of(field.grid, field.lattice), values, {})


def _density(x: Floats, y: Floats, weight: Floats, wide: Floats, field: Field) -> Floats:
    from .kernels import density

    kernel: dict[str, Any] = {"bandwidth": wide, "gaussian": field.width.gaussian, "power": field.width.power}
    if field.lattice is None:
        return density.at_places(*centres_of(field.grid, None), x, y, weight, **kernel)
    found = np.empty(len(field.grid))
    for cells, column, row, origin, step in field.lattice.rectangles(*lattice_indices(field.grid)):
        found[cells] = density.at_cells(column, row, origin, step, x, y, weight, **kernel)
    return found


def _corrected(x: Floats, y: Floats, weight: Floats, wide: Floats, field: Field) -> Floats:
    """Return weights over the share of each kernel that lies inside the grid."""
    from .kernels import density

    cells = np.asarray(field.grid.geometry.area, dtype=float)
    share = density.at_places(
        x, y, *centres_of(field.grid, field.lattice), cells,
        bandwidth=wide, gaussian=field.width.gaussian, power=field.width.power, of_place=True,
    )  # fmt: skip
    return np.divide(weight, share, out=np.zeros_like(weight), where=share > 0)
