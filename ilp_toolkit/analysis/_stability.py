"""Stability: which hot cells are still hot when grid, cells, neighbours and luck are others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._cells import Neighbours, cells_of, centres_of, check_neighbours, grid_for
from ._points import take_events
from .grids import Lattice
from .significance import benjamini_hochberg, two_sided_p

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from ._points import Events, Floats, Spatial, Weights

    Flags = NDArray[np.bool_]

__all__ = ["stability"]

_PARTS = ("shift", "size", "neighbours", "sample")


def stability(
    points: Spatial,
    *,
    grid: gpd.GeoDataFrame | None = None,
    cell_size: float | None = None,
    weights: Weights = None,
    neighbours: Neighbours | float = "queen",
    sizes: Sequence[float] = (0.7, 0.85, 1.2, 1.5),
    draws: int = 99,
    level: float = 0.05,
    rng: int | np.random.Generator | None = None,
) -> gpd.GeoDataFrame:
    """
    Score how often each cell stays a hot spot when what was chosen for the map is chosen otherwise.

    Parameters
    ----------
    points, grid, cell_size, weights, neighbours
        As in `gi_star`; `grid` must be one of `grids.square_grid` or `grids.hex_grid`.
    sizes
        Other cell sizes to try, as multiples of the grid's.
    draws
        Maps made with everything changed at once, and again for each single change.
    level
        Q-value up to which a cell is hot.
    rng
        Seed or generator.

    Returns
    -------
    geopandas.GeoDataFrame
        `grid` with ``n``, ``gi_z``, ``q_value`` and ``hot`` as `gi_star` gives them; ``stability``, the share
        of maps with everything changed in which the cell's centre lies in a hot cell (0 to 1); and
        ``stability_shift``, ``stability_size``, ``stability_neighbours``, ``stability_sample``: of the maps
        with that alone changed.

    Raises
    ------
    CrsError
        If a table is not projected in metres, or the two differ.
    InputError
        If `grid` is of any polygons, or an argument cannot be used.

    Notes
    -----
    Changed are: where the grid begins (anywhere within a cell); its cell size; the neighbours (queen, rook,
    within two cells' distance of the first grid); and the events (drawn again with replacement). A changed
    map has the cells whose centre lies in `grid`; a cell whose centre no changed cell holds is left out of
    that map. A score near 1 is a hot spot of the events, near 0.5 one of the settings. It is no probability
    that the place is dangerous. Same seed, same score.

    References
    ----------
    On the problem: Openshaw (1984), The Modifiable Areal Unit Problem, CATMOG 38.

    Examples
    --------
    >>> import geopandas as gpd
    >>> x, y = np.random.default_rng(1).uniform(0, 2000, (2, 300))
    >>> x[:120], y[:120] = 900 + x[:120] / 20, 1100 + y[:120] / 20
    >>> found = stability(gpd.GeoSeries.from_xy(x, y, crs="EPSG:32642"), cell_size=200, draws=19, rng=1)
    >>> print(found["stability"].max().round(2), found["stability"].median())
    0.89 0.0
    """
    check_neighbours(neighbours)
    ratios = _checked(sizes, draws, level)
    events = take_events(points, weights)
    grid, lattice, notes = grid_for(events, points, grid, cell_size)
    if lattice is None:
        raise InputError(
            _("`grid` must be made by grids.square_grid or grids.hex_grid: other polygons cannot be shifted.")
        )
    map_ = _Map(grid, lattice, neighbours, float(level))
    generator = np.random.default_rng(rng)
    result = grid.copy()
    first = map_.scored(events, _Setting())
    cell = cells_of(grid, lattice, events.x, events.y)
    result["n"] = np.bincount(cell[cell >= 0], minlength=len(grid))
    result["gi_z"], result["q_value"], result["hot"] = first[0], first[1], first[2] > 0.5
    result["stability"] = _share(map_, events, draws, generator, ratios, _PARTS)
    for part in _PARTS:
        result[f"stability_{part}"] = _share(map_, events, draws, generator, ratios, (part,))
    return choices.record(
        result, **notes, **events.counts, neighbours=neighbours, sizes=list(ratios), draws=int(draws),
        level=float(level), rng=int(rng) if isinstance(rng, int | np.integer) else None,
    )  # fmt: skip


@dataclass(frozen=True)
class _Setting:
    """What is other than on the first map."""

    shift: tuple[float, float] = (0.0, 0.0)
    ratio: float = 1.0
    neighbours: Any = None
    sample: Any = None


@dataclass(frozen=True)
class _Map:
    grid: gpd.GeoDataFrame
    lattice: Lattice
    neighbours: Any
    level: float

    def hot(self, events: Events, setting: _Setting) -> Floats:
        """Return 1 for each cell whose centre is hot, 0 where it is not, NaN where it is in no cell."""
        return self.scored(events, setting)[2]

    def scored(self, events: Events, setting: _Setting) -> tuple[Floats, Floats, Floats]:
        """Return z, q and hot at the centre of each cell of the first grid."""
        if len(self.grid) == 0:
            return np.zeros(0), np.zeros(0), np.zeros(0)
        lattice = Lattice(self.lattice.shape, self.lattice.cell_size * setting.ratio)
        dx, dy = (part * lattice.cell_size for part in setting.shift)
        x, y = centres_of(self.grid, self.lattice)
        same = setting.ratio == 1.0 and setting.shift == (0.0, 0.0)
        column, row = _cells(lattice, self, x, y, dx, dy, same)
        width = int(column.max() - column.min()) + 1
        keys = _Keys(int(column.min()), int(row.min()), width, row, column)
        cell = keys.find(*lattice.locate(events.x - dx, events.y - dy))
        inside = cell >= 0
        weight = events.values if setting.sample is None else events.values * setting.sample
        values = np.bincount(cell[inside], weight[inside], len(column)).astype(float)
        z = _gi(values, column, row, lattice, setting.neighbours or self.neighbours)
        q = benjamini_hochberg(two_sided_p(z))
        at = keys.find(*lattice.locate(x - dx, y - dy))
        hot = np.where(at >= 0, ((q <= self.level) & (z > 0))[at], np.nan)
        return np.where(at >= 0, z[at], np.nan), np.where(at >= 0, q[at], np.nan), hot


@dataclass(frozen=True)
class _Keys:
    """Which cell is where in a list of cells."""

    left: int
    low: int
    width: int
    row: Any
    column: Any

    def find(self, column: Any, row: Any) -> Any:
        height = int(self.row.max()) - self.low + 1
        table = np.full(self.width * height, -1, dtype=np.int64)
        table[(self.row - self.low) * self.width + self.column - self.left] = np.arange(len(self.row))
        column, row = column - self.left, row - self.low
        within = (column >= 0) & (column < self.width) & (row >= 0) & (row < height)
        return np.where(within, table[np.where(within, row * self.width + column, 0)], -1)


def _cells(  # noqa: PLR0917
    lattice: Lattice, map_: _Map, x: Floats, y: Floats, dx: float, dy: float, same: bool
) -> tuple[Any, Any]:
    """Return the cells of a changed grid whose centre lies in the first one."""
    if same:
        return lattice.locate(x, y)
    reach = lattice.cell_size + map_.lattice.cell_size
    bounds = np.array(
        [x.min() - dx - reach, y.min() - dy - reach, x.max() - dx + reach, y.max() - dy + reach]
    )
    column, row = lattice.inside(bounds)
    middle = lattice.centres(column, row)
    kept = cells_of(map_.grid, map_.lattice, middle[0] + dx, middle[1] + dy) >= 0
    return (column[kept], row[kept]) if kept.any() else lattice.locate(x, y)


def _gi(values: Floats, column: Any, row: Any, lattice: Lattice, neighbours: Any) -> Floats:
    from .kernels import neighbours as near

    hexagons = lattice.shape == "hex"
    ranges = near.around(neighbours, hexagons=hexagons, cell_size=lattice.cell_size)
    across = column - row // 2 if hexagons else column
    return near.gi_z(values, *near.window_sums(values, across, row, ranges))


def _share(  # noqa: PLR0917
    map_: _Map, events: Events, draws: int, rng: np.random.Generator, ratios: list[float], parts: Any
) -> Floats:
    """Return the share of changed maps in which each cell is hot, of those that hold its centre."""
    if parts in {("size",), ("neighbours",)}:
        rules = ["queen", "rook", 2.0 * map_.lattice.cell_size]
        settings = (
            [_Setting(ratio=ratio) for ratio in ratios]
            if parts == ("size",)
            else [_Setting(neighbours=rule) for rule in rules]
        )
    else:
        settings = [_drawn(map_, events, rng, ratios, parts) for _number in range(draws)]
    hot, seen = np.zeros(len(map_.grid)), np.zeros(len(map_.grid))
    for setting in settings:
        found = map_.hot(events, setting)
        seen += np.isfinite(found)
        hot += np.nan_to_num(found)
    return np.asarray(np.divide(hot, seen, out=np.full(len(hot), np.nan), where=seen > 0), dtype=float)


def _drawn(map_: _Map, events: Events, rng: np.random.Generator, ratios: list[float], parts: Any) -> _Setting:
    rules = ["queen", "rook", 2.0 * map_.lattice.cell_size]
    n = len(events.x)
    shift = tuple(rng.uniform(0, 1, 2)) if "shift" in parts else (0.0, 0.0)
    ratio = float(rng.choice([1.0, *ratios])) if "size" in parts else 1.0
    rule = rules[int(rng.integers(len(rules)))] if "neighbours" in parts else None
    sample = rng.multinomial(n, np.full(n, 1 / n)) if "sample" in parts and n else None
    return _Setting((float(shift[0]), float(shift[1])), ratio, rule, sample)


def _checked(sizes: Any, draws: Any, level: Any) -> list[float]:
    ratios = [float(size) for size in sizes]
    if not ratios or any(not np.isfinite(size) or not 0.2 <= size <= 5 for size in ratios):
        msg = _("`sizes` must be multiples of the cell size from 0.2 to 5, got {sizes}.")
        raise InputError(msg.format(sizes=list(sizes)))
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 1:
        raise InputError(_("`draws` must be a whole number from 1 up, got {n!r}.").format(n=draws))
    if isinstance(level, bool) or not 0 < level < 1:
        raise InputError(_("`level` must lie between 0 and 1, got {level!r}.").format(level=level))
    return ratios
