"""
Maps on paper: the same measures, classes and colours as the maps on screen, drawn in metres.

The ground is muted (boundary, streets, water in greys) and the data lie on top. Zero is left unfilled, no
data and suppressed are hatched in different directions, so that none can be taken for another.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
from matplotlib.axes import Axes

from ..i18n import _
from .classes import layer
from .figure import Size, styled
from .plate import draw_places

__all__ = ["area_map", "density_map", "gi_star", "hotspot_map"]


@styled
def hotspot_map(
    cells: gpd.GeoDataFrame,
    *,
    column: str = "n",
    boundary: gpd.GeoDataFrame | None = None,
    areas: gpd.GeoDataFrame | None = None,
    streets: gpd.GeoDataFrame | None = None,
    water: gpd.GeoDataFrame | None = None,
    letters: str = "label",
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    legend: str | None = None,
    minimum: int | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw the cells of a grid, graded by one measure.

    Parameters
    ----------
    cells
        Polygons with the measure; a column ``suppressed`` marks cells that are hatched and carry no class.
    column
        The measure: ``n``, ``density``, ``ratio``, ``gi_z``.
    boundary, areas, streets, water
        Layers of the ground, any reference system.
    letters
        Column with letters of the places that the text speaks of.
    ax
        Axes to draw on; left out, a figure of its own.
    title, subtitle, foot
        The finding; measure, place, dates, n; source, date, limit. The projection is added to the foot.
    legend
        Measure and unit; left out, what the column's name stands for.
    minimum
        Count below which cells were suppressed, said in the legend.
    size
        ``full`` or ``half`` the width of a page.

    Returns
    -------
    Axes
        In metres; grid coordinates of the cells' reference system, UTM where that is in degrees.
    """
    measure = layer(cells, column, title=legend)
    return draw_places(
        cells,
        measure,
        ground={"boundary": boundary, "areas": areas, "streets": streets, "water": water},
        names=None,
        letters=letters,
        ax=ax,
        words=(title or _("Where incidents were recorded"), subtitle, foot),
        minimum=minimum,
        size=size,
    )


def density_map(cells: gpd.GeoDataFrame, **options: Any) -> Axes:
    """
    Draw a density surface: what `hotspots.kde` returned.

    Parameters
    ----------
    cells
        Polygons with ``density``, events per km².
    options
        As in `hotspot_map`.

    Returns
    -------
    Axes
        A smooth surface also covers places where nothing happened.
    """
    options.setdefault("title", _("How densely incidents were recorded"))
    return hotspot_map(cells, column="density", **options)


def gi_star(cells: gpd.GeoDataFrame, **options: Any) -> Axes:
    """
    Draw hot and cold spots: what `hotspots.gi_star` returned.

    Parameters
    ----------
    cells
        Polygons with ``gi_z`` and ``q_value``.
    options
        As in `hotspot_map`.

    Returns
    -------
    Axes
        Cells that chance explains are left unfilled; cold spots are dotted.
    """
    options.setdefault("title", _("Hot and cold spots of recorded incidents"))
    return hotspot_map(cells, column="gi_z", **options)


@styled
def area_map(
    areas: gpd.GeoDataFrame,
    *,
    column: str = "n",
    name: str = "area",
    streets: gpd.GeoDataFrame | None = None,
    water: gpd.GeoDataFrame | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    legend: str | None = None,
    minimum: int | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw districts, graded by one measure and labelled with their names.

    Parameters
    ----------
    areas
        Polygons with the measure, as `hotspots.count_by_area` returns them.
    column, streets, water, ax, title, subtitle, foot, legend, minimum, size
        As in `hotspot_map`.
    name
        Column with the names; names that do not fit their district are left out.

    Returns
    -------
    Axes
        In metres.
    """
    measure = layer(areas, column, title=legend)
    return draw_places(
        areas,
        measure,
        ground={"areas": areas, "streets": streets, "water": water},
        names=name if name in areas.columns else None,
        letters="label",
        ax=ax,
        words=(title or _("Recorded incidents by district"), subtitle, foot),
        minimum=minimum,
        size=size,
    )
