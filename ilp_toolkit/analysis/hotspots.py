"""
Hot spots: where events concentrate, and how sure that is.

Three questions, three functions, one grid for all of them so that their maps compare: how many (`count`),
how dense (`kde`), and more than chance would gather in one place (`gi_star`). Every event counts once. What
is mapped is what was recorded: a hot spot of records may be a hot spot of reporting or of patrol.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from .. import choices
from ..errors import ColumnsError, InputError
from ..i18n import _
from ._cells import (
    Neighbours,
    cells_of,
    centres_of,
    check_neighbours,
    grid_for,
    lattice_indices,
    neighbourhoods,
)
from ._points import Events, check_crs, in_polygons, same_crs, take_events, usable
from .grids import Lattice, default_cell_size
from .significance import benjamini_hochberg, two_sided_p

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ._points import Floats, Spatial, Weights

    Indices = NDArray[np.int64]

__all__ = ["Kernel", "count", "count_by_area", "getis_ord", "gi_star", "kde"]

Kernel = Literal["quartic", "gaussian"]
Table = TypeVar("Table", bound=pd.DataFrame)


def count(
    points: Spatial,
    *,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    weights: Weights = None,
) -> gpd.GeoDataFrame:
    """
    Count events in each cell of a grid.

    Parameters
    ----------
    points
        Events, projected in metres. Rows without a point of their own are left out and counted.
    grid
        Cells of `grids.square_grid` or `grids.hex_grid`, or any polygons. Without it, squares over the
        bounding box of the events.
    cell_size
        Side of those squares in metres; without it, see `grids.default_cell_size`.
    weights
        A column of `points`, or one number an event: harm, or a share of an event.

    Returns
    -------
    geopandas.GeoDataFrame
        `grid` with ``n``, events in the cell, and ``weight``, the sum of `weights`, where those are given.

    Raises
    ------
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If both `grid` and `cell_size` are given, or the values cannot be used.

    Notes
    -----
    An event is counted in its whole cell, also where the cell is clipped: what happened just outside the
    border but in a border cell counts. Events in no cell are noted as ``outside``. With any polygons, an
    event on a shared edge belongs to the first polygon in the order of the table.

    Examples
    --------
    >>> points = gpd.GeoSeries.from_xy([10, 20, 150], [10, 20, 50], crs="EPSG:32642")
    >>> count(points, cell_size=100)[["cell_id", "n"]].values.tolist()
    [['E0N0', 2], ['E100N0', 1]]
    """
    events = take_events(points, weights)
    grid, lattice, notes = grid_for(events, points, grid, cell_size)
    return _counted(events, grid, lattice, notes)


def count_by_area(incidents: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Count events in named areas: by polygon where the point is known, by name where only the area is.

    Parameters
    ----------
    incidents
        Events; rows with a point of their own are placed by it, all others by the column ``area``.
    areas
        Polygons with their names in ``area``; in the CRS of `incidents` where that has points.

    Returns
    -------
    geopandas.GeoDataFrame
        `areas` with ``n``.

    Raises
    ------
    ColumnsError
        If `areas` has no column ``area``.
    CrsError
        If the points and the areas are not in the same metric CRS.
    InputError
        If two areas bear the same name.

    Notes
    -----
    Names are compared without regard to capitals and spaces at their ends; `places.locate` finds spelling
    variants. The choices say how many rows were placed by point, by name, and not at all. An event on a
    shared border belongs to the first area in the order of the table.

    Examples
    --------
    >>> from shapely import Point, box
    >>> areas = gpd.GeoDataFrame({"area": ["North"]}, geometry=[box(0, 0, 9, 9)], crs="EPSG:32642")
    >>> rows = gpd.GeoDataFrame({"area": ["", "north "]}, geometry=[Point(5, 5), None], crs="EPSG:32642")
    >>> count_by_area(rows, areas)["n"].tolist()
    [2]
    """
    names = _area_names(areas, "areas")
    if names.duplicated().any():
        msg = _("`areas` has {n} rows with a name that came before (first: {name!r}). Unite them: {fix}.")
        twice = names[names.duplicated()]
        raise InputError(
            msg.format(n=len(twice), name=twice.iloc[0], fix='areas.dissolve("area", as_index=False)')
        )
    by_point, _reasons = usable(incidents, "incidents")
    where = np.full(len(incidents), -1, dtype=np.int64)
    if by_point.any():
        events = take_events(incidents, name="incidents")
        check_crs(areas, "areas")
        same_crs(areas, "areas", incidents, "incidents")
        where[by_point] = in_polygons(areas, events.x, events.y)
    by_name = ~by_point
    if by_name.any() and "area" in incidents:
        where[by_name] = pd.Index(names).get_indexer(pd.Index(_area_names(incidents, "incidents")[by_name]))
    placed = where >= 0
    result = areas.copy()
    result["n"] = np.bincount(where[placed], minlength=len(areas))
    return choices.record(
        result,
        n_used=int(placed.sum()),
        placed_by_point=int((placed & by_point).sum()),
        placed_by_name=int((placed & by_name).sum()),
        outside=int((~placed & by_point).sum()),
        not_placed=int((~placed & by_name).sum()),
    )


def kde(
    points: Spatial,
    *,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    bandwidth: float | None = None,
    kernel: Kernel = "quartic",
    weights: Weights = None,
    edge_correction: bool = False,
) -> gpd.GeoDataFrame:
    """
    Density of events, smoothed, in events per square kilometre.

    Parameters
    ----------
    points, grid, cell_size, weights
        As in `count`. Without `grid`, squares over the bounding box of the events and their kernels.
    bandwidth
        Metres: the distance at which an event's influence ends (``quartic``), or its standard deviation
        (``gaussian``). Without it, Scott's rule, at least two cells.
    kernel
        ``quartic`` ends at its bandwidth; ``gaussian`` never quite ends (cut off at six bandwidths).
    edge_correction
        Put back what falls outside the grid: each event's kernel is divided by the share of it that lies
        inside (Diggle's correction), so that the total over the grid equals the events in it; those outside
        every cell are left out and noted.

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
    rule assumes one centre and smooths a city with many too much. Compare maps only at one bandwidth.

    References
    ----------
    Scott (2015), doi:10.1002/9781118575574; Diggle (1985), doi:10.2307/2347366; for crime maps Chainey,
    Tompson & Uhlig (2008), doi:10.1057/palgrave.sj.8350066.

    Examples
    --------
    >>> points = gpd.GeoSeries.from_xy([50.0], [50.0], crs="EPSG:32642")
    >>> field = kde(points, cell_size=100, bandwidth=500)
    >>> print(field["density"].max().round(3), (field["density"] * 0.1**2).sum().round(2))
    3.82 1.0
    """
    if kernel not in get_args(Kernel):
        msg = _("`kernel` must be one of {known}, got {kernel!r}.")
        raise InputError(msg.format(known=", ".join(get_args(Kernel)), kernel=kernel))
    from .kernels import density

    events = take_events(points, weights)
    gaussian = kernel == "gaussian"
    given = None if grid is None else grid_for(events, points, grid, cell_size)
    size = cell_size or default_cell_size(events.x, events.y)[0]
    if given:
        size = given[1].cell_size if given[1] else 0.0
    width, rule = _bandwidth(events, bandwidth, kernel, size)
    grid, lattice, notes = given or grid_for(events, points, None, cell_size, width * (3 if gaussian else 1))
    if lattice and width < lattice.cell_size:
        msg = _(
            "`bandwidth` of {bandwidth:g} m is smaller than a cell of {size:g} m; "
            "use smaller cells or a wider band."
        )
        warnings.warn(msg.format(bandwidth=width, size=lattice.cell_size), UserWarning, stacklevel=2)
    inside = np.ones(len(events.x), dtype=bool)
    if edge_correction:
        inside = in_polygons(grid, events.x, events.y) >= 0
        notes["outside"] = int((~inside).sum())
    x, y, weight = density.merged(events.x[inside], events.y[inside], events.values[inside])
    if edge_correction:
        weight = _corrected(x, y, weight, grid, lattice, bandwidth=width, gaussian=gaussian)
    result = grid.copy()
    result["density"] = 1e6 * _density(x, y, weight, grid, lattice, bandwidth=width, gaussian=gaussian)
    return choices.record(
        result,
        **notes,
        bandwidth=width,
        bandwidth_rule=rule,
        kernel=kernel,
        edge_correction="Diggle" if edge_correction else None,
        unit="events per km²" if weights is None else "weight per km²",
        **events.counts,
    )


def gi_star(
    points: Spatial,
    *,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    weights: Weights = None,
    neighbours: Neighbours | float = "queen",
) -> gpd.GeoDataFrame:
    """
    Cells that hold, with their neighbours, more or fewer events than chance would put there (Getis-Ord Gi*).

    Parameters
    ----------
    points, grid, cell_size
        As in `count`. Cells without events count too: give the grid of the jurisdiction, or lakes and
        fields in the bounding box make every street look hot.
    weights
        As in `count`; the statistic is then that of the summed weights.
    neighbours
        ``queen``: cells that share an edge or a corner; ``rook``: an edge; a number: all cells whose
        centres lie within so many metres, that distance included. The cell itself always belongs.

    Returns
    -------
    geopandas.GeoDataFrame
        `grid` with ``n`` (and ``weight``), ``gi_z``, ``p_value`` (two-sided) and ``q_value``
        (Benjamini-Hochberg over all cells). Judge by ``q_value``; see `significance.hot_spot_class`.

    Raises
    ------
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If an argument cannot be used.

    Notes
    -----
    See `getis_ord`. The p-value is the normal approximation, which is rough where cells hold few events or
    a neighbourhood has fewer than about eight cells. Hexagons have six neighbours under both rules.

    References
    ----------
    Ord & Getis (1995), doi:10.1111/j.1538-4632.1995.tb00912.x.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.repeat([50.0, 150, 250, 350, 450], 5), np.tile([50.0, 150, 250, 350, 450], 5)
    >>> x, y = np.append(x, [50.0] * 9), np.append(y, [50.0] * 9)
    >>> hot = gi_star(gpd.GeoSeries.from_xy(x, y, crs="EPSG:32642"), cell_size=100)
    >>> hot.nlargest(1, "gi_z")[["cell_id", "n", "gi_z"]].round(3).values.tolist()
    [['E0N0', 10, 2.291]]
    """
    check_neighbours(neighbours)
    events = take_events(points, weights)
    grid, lattice, notes = grid_for(events, points, grid, cell_size)
    result = _counted(events, grid, lattice, notes)
    values = result["n" if events.weight is None else "weight"].to_numpy(dtype=float)
    sums, sizes = neighbourhoods(values, result, lattice, neighbours)
    choices.record(result, neighbours=neighbours)
    return _scored(result, values, sums, sizes)


def getis_ord(values: pd.Series[Any], neighbours: Any) -> pd.DataFrame:
    """
    Score any areas with the Getis-Ord Gi* statistic.

    Parameters
    ----------
    values
        One number an area: a count, a sum, a rate. None may be missing.
    neighbours
        Who is next to whom: a dict from each label of `values` to its neighbours' labels, a list with the
        positions of each area's neighbours, a sparse matrix, or the weights of libpysal. Only whether two
        areas are neighbours is used (binary weights); each area is made its own neighbour.

    Returns
    -------
    pandas.DataFrame
        On the index of `values`: ``gi_z``, ``p_value`` (two-sided), ``q_value`` (Benjamini-Hochberg).

    Raises
    ------
    InputError
        If values are missing, or `neighbours` does not fit them.

    Notes
    -----
    The score is the sum over the neighbourhood less its expectation, over its standard deviation, if the
    values were shuffled over the map. It is undefined (NaN) where all values are equal, and for an area
    whose neighbourhood is the whole map. Row-standardised weights without self are another statistic.

    References
    ----------
    Ord & Getis (1995), doi:10.1111/j.1538-4632.1995.tb00912.x.

    Examples
    --------
    >>> values = pd.Series({"A": 9.0, "B": 8.0, "C": 1.0, "D": 2.0})
    >>> getis_ord(values, {"A": ["B"], "B": ["A"], "C": ["D"], "D": ["C"]})["gi_z"].round(3).tolist()
    [1.715, 1.715, -1.715, -1.715]
    """
    from .kernels import neighbours as near

    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
    bad = ~np.isfinite(numbers)
    if bad.any():
        msg = _(
            "`values` has {n} areas without a number (first: {label!r}). Leave them out of both arguments."
        )
        raise InputError(msg.format(n=int(bad.sum()), label=values.index[bad][0]))
    sums, sizes = near.pair_sums(numbers, *near.listed_pairs(neighbours, values.index))
    return _scored(pd.DataFrame(index=values.index), numbers, sums, sizes)


def _counted(
    events: Events, grid: gpd.GeoDataFrame, lattice: Lattice | None, notes: dict[str, Any]
) -> gpd.GeoDataFrame:
    cell = cells_of(grid, lattice, events.x, events.y)
    inside = cell >= 0
    result = grid.copy()
    result["n"] = np.bincount(cell[inside], minlength=len(grid))
    if events.weight is not None:
        result["weight"] = np.bincount(cell[inside], events.weight[inside], minlength=len(grid))
    return choices.record(result, **notes, **events.counts, outside=int((~inside).sum()))


def _area_names(table: gpd.GeoDataFrame, name: str) -> pd.Series[Any]:
    if "area" not in table:
        raise ColumnsError(_("`{name}` has no column `area` with the names of the areas.").format(name=name))
    return table["area"].astype("string").fillna("").str.strip().str.casefold()


def _bandwidth(events: Events, bandwidth: float | None, kernel: Kernel, cell: float) -> tuple[float, str]:
    if bandwidth is not None:
        if isinstance(bandwidth, bool) or not np.isfinite(bandwidth) or bandwidth <= 0:
            msg = _("`bandwidth` must be a distance in metres above 0, got {bandwidth!r}.")
            raise InputError(msg.format(bandwidth=bandwidth))
        return float(bandwidth), "given"
    from .kernels import density

    width = float(np.ceil(max(density.scott(events.x, events.y, kernel == "gaussian"), 2 * cell, 1.0)))
    return width, "Scott's rule, at least two cells (doi:10.1002/9781118575574)"


def _density(
    x: Floats, y: Floats, weight: Floats, grid: gpd.GeoDataFrame, lattice: Lattice | None, **kernel: Any
) -> Floats:
    from .kernels import density

    if lattice is None:
        return density.at_places(*centres_of(grid, lattice), x, y, weight, **kernel)
    found = np.empty(len(grid))
    for cells, column, row, origin, step in lattice.rectangles(*lattice_indices(grid)):
        found[cells] = density.at_cells(column, row, origin, step, x, y, weight, **kernel)
    return found


def _corrected(
    x: Floats, y: Floats, weight: Floats, grid: gpd.GeoDataFrame, lattice: Lattice | None, **kernel: Any
) -> Floats:
    """Return weights over the share of each kernel that lies inside the grid."""
    from .kernels import density

    cells = np.asarray(grid.geometry.area, dtype=float)
    share = density.at_places(x, y, *centres_of(grid, lattice), cells, **kernel)
    return np.divide(weight, share, out=np.zeros_like(weight), where=share > 0)


def _scored(result: Table, values: Floats, sums: Floats, sizes: Floats) -> Table:
    from .kernels import neighbours as near

    result["gi_z"] = near.gi_z(values, sums, sizes)
    result["p_value"] = two_sided_p(result["gi_z"])
    result["q_value"] = benjamini_hochberg(result["p_value"])
    return choices.record(
        result,
        neighbours_include_self=True,
        p_value="normal approximation, two-sided",
        q_value="Benjamini-Hochberg",
        undefined=int(result["gi_z"].isna().sum()),
    )
