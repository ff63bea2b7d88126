"""
Where: cells that hold more than chance would put there, the places they form, and districts.

Places carry letters from west to east. They are not ranked and nothing here looks ahead: the map shows where
incidents were recorded, and what is done about it is for people to decide.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ... import choices
from ...analysis import grids, hotspots
from ...errors import InputError
from ...i18n import _, number, plural
from ...views import charts
from .. import disclosure
from .profile_places import form_places
from .profile_repeats import SEED
from .profile_shares import Shares, share_out

if TYPE_CHECKING:
    from .profile_facts import Facts

__all__ = ["Where", "locate"]

_DRAWS = 49
"""Maps on which the stability of a hot spot is tried."""
_DENSE = 5
"""Incidents a cell from which the normal approximation of the test is good enough."""
_SHUFFLES = 99_999
"""So many that one cell among thousands can be beyond chance after correction."""


@dataclass(frozen=True)
class Where:
    """What can be said, and shown, about where incidents were recorded."""

    cells: gpd.GeoDataFrame | None = None
    """Public cells: ``cell``, ``n``, ``suppressed``, ``spot``, ``stability``, ``label`` (of a place)."""
    places: gpd.GeoDataFrame | None = None
    """
    Places: ``place``, ``n``, ``exact``, ``cells``, ``km2``, ``stability``, ``area``, ``streets``; west to
    east.
    """
    areas: pd.DataFrame | None = None
    """Public districts by name: ``area``, ``n``; with geometry where a layer was given."""
    why_no_map: str = ""
    """Why there is no map of hot spots; empty where there is one."""
    why_no_areas: str = ""
    choices: dict[str, Any] = field(default_factory=dict)
    points: int = 0
    """Incidents on the map of cells."""
    unplaced: int = 0
    """Incidents that no district of the table holds."""
    outside: int = 0
    """Incidents with a point outside the study area."""
    hot_share: float | None = None
    """Share of the mapped incidents that the places hold."""
    hot_exact: bool = True
    """Whether that share is exact; otherwise at least so many."""
    hot_area: float | None = None
    """Share of the study area that the places take."""
    left_places: int = 0
    """Places that the table leaves out because it is full."""
    shares: Shares | None = None
    """On how few cells how many of the incidents lie."""

    @property
    def has_hot(self) -> bool:
        """Whether any cell holds more than chance would put there."""
        return self.places is not None and len(self.places) > 0


def locate(facts: Facts) -> Where:
    """Make cells, places and districts of the incidents of a profile."""
    areas, why_no_areas, unplaced = _areas(facts)
    why = _why_no_map(facts)
    if why:
        return Where(areas=areas, why_no_map=why, why_no_areas=why_no_areas, unplaced=unplaced)
    tested = _tested(facts)
    _refuse_elsewhere(facts, tested)
    cells = disclosure.public_cells(
        tested, minimum=facts.policy.cells.minimum_count, significance=facts.policy.profile.significance
    )
    cells["stability"], draws = _stability(facts, tested)
    cells, places, left = form_places(facts, tested, cells)
    choices = {**tested.attrs.get("choices", {}), "stability": draws}
    bounded = facts.request.boundary is not None or facts.request.areas is not None
    return Where(
        cells=cells,
        places=places,
        areas=areas,
        why_no_areas=why_no_areas,
        choices=choices,
        points=len(facts.points),
        unplaced=unplaced,
        outside=int(choices.get("outside", 0)),
        left_places=left,
        hot_share=_hot_share(places, left, len(facts.points)),
        hot_exact=bool(places["exact"].all()),
        hot_area=float(cells.area[cells["spot"] == "hot"].sum() / cells.area.sum()),
        shares=share_out(
            tested["n"], kind="cells", base=facts.policy.cells.rounding_base, seed=SEED, bounded=bounded
        ),
    )


def _why_no_map(facts: Facts) -> str:
    n, minimum = len(facts.points), facts.policy.profile.minimum_rows_hotspots
    if (facts.finest == disclosure.NOWHERE).all():
        return _("There is no map of places: offences of belief, speech and assembly are never mapped.")
    if (facts.finest != disclosure.CELL).all():
        return _(
            "There is no map of places: domestic and sexual violence is counted by district at the finest."
        )
    if n == 0:
        return _("There is no map of places: no incident has coordinates.")
    if n < minimum:
        msg = plural(
            "There is no map of hot spots: {n} incident has coordinates, and below {minimum} chance alone "
            "makes clusters.",
            "There is no map of hot spots: {n} incidents have coordinates, and below {minimum} chance alone "
            "makes clusters.",
            n,
        )
        return msg.format(n=number(n), minimum=minimum)
    return ""


def _tested(facts: Facts) -> gpd.GeoDataFrame:
    points = facts.points
    ground = facts.request.boundary if facts.request.boundary is not None else facts.request.areas
    area = points if ground is None or points.crs is None else ground.to_crs(points.crs)
    size, rule = cell_size(facts, area)
    grid = grids.square_grid(area, cell_size=size)
    with warnings.catch_warnings():
        # Points and area of different places are refused in the next step, with what to do.
        warnings.simplefilter("ignore", UserWarning)
        # Where most cells are empty the normal curve calls far too many of them hot: shuffles do not.
        sparse = len(points) < _DENSE * len(grid)
        shuffles = _SHUFFLES if sparse else None
        tested = hotspots.gi_star(points, grid=grid, permutations=shuffles, rng=SEED if sparse else None)
    tested.attrs["choices"] = {**tested.attrs.get("choices", {}), "cell_size": size, "cell_size_rule": rule}
    return tested


def _stability(facts: Facts, tested: gpd.GeoDataFrame) -> tuple[Any, dict[str, Any]]:
    """Return how stable each cell is, in classes: from the scores themselves counts could be worked out."""
    grid = tested[["cell_id", "column", "row", "geometry"]].copy()
    grid.attrs = dict(tested.attrs)
    scored = hotspots.stability(
        facts.points, grid=grid, draws=_DRAWS, level=facts.policy.profile.significance, rng=SEED
    )
    classes = charts.stability_codes(scored["stability"])
    # What is a hot spot on the map and hardly ever on others is as fragile as can be.
    classes = np.where(classes == "none", "fragile", classes).astype(object)
    return classes, {"draws": _DRAWS, "rng": SEED, "sizes": list(choices.of(scored).get("sizes", []))}


def _refuse_elsewhere(facts: Facts, tested: gpd.GeoDataFrame) -> None:
    if int(tested["n"].sum()) == 0:
        msg = _(
            "None of the {n} incidents with coordinates lies inside the boundary or the districts that were "
            "given. Check that both are of the same place, and the projection of the coordinates."
        )
        raise InputError(msg.format(n=number(len(facts.points))))


def cell_size(facts: Facts, area: gpd.GeoDataFrame) -> tuple[float, str]:
    """
    Return the side of a cell in metres, and why that one.

    The policy's smallest cell holds whatever the caller asks for: a fine enough cell is an address. Where
    nothing is asked, a cell holds as many incidents on average as the smallest count that may be shown:
    finer cells would nearly all be hidden.
    """
    limits = facts.policy.places
    least = limits.minimum_cell_size
    if (facts.points["place_precision"] == "snapped").mean() > 0.5:
        least = max(least, limits.minimum_cell_size_snapped)
    extent = shapely.area(shapely.box(*area.total_bounds))
    covered = float(area.area.sum()) or extent
    least = max(least, _step(np.sqrt(extent / limits.maximum_cells)))
    asked = facts.request.cell_size
    if asked is not None and asked >= least:
        return float(asked), _("as asked for")
    if asked is not None:
        return least, _("the smallest that the policy allows for these data")
    xy = shapely.get_coordinates(np.asarray(facts.points.geometry))
    by_extent, _rule = grids.default_cell_size(xy[:, 0], xy[:, 1])
    by_count = _step(np.sqrt(facts.policy.cells.minimum_count * covered / len(facts.points)))
    size = max(least, min(by_extent, 2000.0), min(by_count, 2000.0))
    return size, _("so that a cell holds about {n} incidents on average").format(
        n=facts.policy.cells.minimum_count
    )


def _step(size: float) -> float:
    return float(np.ceil(size / 50) * 50)


def _hot_share(places: gpd.GeoDataFrame, left: int, n: int) -> float | None:
    """Share of the mapped incidents in the places of the table; None where it says nothing."""
    if places.empty or left or places["n"].isna().all():
        return None
    return float(places["n"].fillna(0).sum()) / n


def _areas(facts: Facts) -> tuple[pd.DataFrame | None, str, int]:
    """Count by district: table, why there is none, and how many incidents it does not hold."""
    may_place = facts.finest != disclosure.NOWHERE
    table = facts.table[may_place]
    layer = facts.request.areas
    counted: pd.DataFrame
    if layer is not None:
        counted = _by_layer(table, layer)
    elif table["area"].notna().any():
        counts = table["area"].value_counts().sort_index()
        counted = counts.rename_axis("area").reset_index(name="n")
    else:
        return None, _("There is no table of districts: no layer was given and the file names none."), facts.n
    if not counted["n"].any():
        return None, _no_match(facts), facts.n
    if len(counted) > facts.policy.places.maximum_districts and (facts.finest == disclosure.DISTRICT).any():
        return None, _("There is no table of districts: the areas are too small for these offences."), facts.n
    if not disclosure.protects(counted["n"], minimum=facts.policy.cells.minimum_count):
        return None, _("There is no table of districts: the counts are too small to be shown."), facts.n
    unplaced = facts.n - int(counted["n"].sum())
    counted["n"] = disclosure.suppress(counted["n"], minimum=facts.policy.cells.minimum_count)
    counted["suppressed"] = counted["n"].isna()
    return counted, "", unplaced


def _no_match(facts: Facts) -> str:
    """Say that the names of the file are not those of the layer, with one of each."""
    wordings = facts.table.get("area_wording")
    layer = facts.request.areas
    if wordings is None or layer is None or wordings.notna().sum() == 0:
        return _("There is no table of districts: no incident lies in a district of the layer.")
    msg = _(
        "There is no table of districts: the file names them as “{said}”, the layer as “{known}”, and none "
        "agree. A file of decisions can say which is which."
    )
    return msg.format(said=wordings.dropna().iloc[0], known=layer["area"].dropna().iloc[0])


def _by_layer(table: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if table.crs is not None and layer.crs is not None:
        layer = layer.to_crs(table.crs)
    counted = hotspots.count_by_area(table, layer[layer["area"].notna()])
    kept = ["area", "n", *(c for c in ("population",) if c in counted), "geometry"]
    result = counted[kept].sort_values("area").reset_index(drop=True)
    result.attrs.clear()
    return result
