"""Maps of hot spots in time, and of hot-spot areas without a grid: how old they are, and where they end."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..analysis.hotspots import SPOT_CLASSES
from ..i18n import _, plural
from . import style
from .classes import Layer, counted_cells, layer, named
from .figure import Size, styled
from .plate import draw_places
from .ticks import check_columns, joined

__all__ = [
    "describe_hot_areas",
    "describe_spot_classes",
    "hot_areas",
    "spot_classes",
]

_SPOT_LOOKS = {
    "historical": ("#d9dde1", "////"),
    "sporadic": ("#f0e442", ""),
    "diminishing": ("#56b4e9", "\\\\\\\\"),
    "persistent": ("#0072b2", ""),
    "emerging": ("#e69f00", "xxxx"),
    "intensifying": ("#d55e00", ""),
    "new": ("#000000", ""),
}
"""A colour and a hatch for each class, so that neighbours in the legend differ in both."""

_LETTERED = 12
"""Hot areas that bear their number on the map; more would hide it."""


@styled
def spot_classes(
    cells: gpd.GeoDataFrame,
    *,
    boundary: gpd.GeoDataFrame | None = None,
    areas: gpd.GeoDataFrame | None = None,
    streets: gpd.GeoDataFrame | None = None,
    water: gpd.GeoDataFrame | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    minimum: int | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw which hot spots are new, which last and which fade.

    Parameters
    ----------
    cells
        What `hotspots.classify` returned.
    boundary, areas, streets, water, ax, title, subtitle, foot, minimum, size
        As in `stability`.

    Returns
    -------
    Axes
        A class each of `hotspots.SPOT_CLASSES` that occurs; all cold spots are one class.

    Raises
    ------
    ColumnsError
        If there is no column ``spot``.
    """
    measure = _spot_layer(cells)
    return draw_places(
        cells,
        measure,
        ground={"boundary": boundary, "areas": areas, "streets": streets, "water": water},
        ax=ax,
        words=(
            title or _spot_finding(cells),
            subtitle if subtitle is not None else _("Hot spots by the steps of time in which they were hot"),
            foot,
        ),
        minimum=minimum,
        size=size,
    )


def describe_spot_classes(cells: pd.DataFrame) -> str:
    """
    Say how many cells are in each class of hot spot.

    Parameters
    ----------
    cells
        What `hotspots.classify` returned.

    Returns
    -------
    str
        The classes that occur, newest first.
    """
    measure = _spot_layer(cells)
    said = [
        f"{label}: " + counted_cells(int((measure.classes.codes == code).sum()))
        for code, label in reversed(list(enumerate(measure.classes.labels)))
        if (measure.classes.codes == code).any()
    ]
    return "; ".join(said) + "." if said else _("There is no hot spot in any step of time.")


@styled
def hot_areas(
    table: gpd.GeoDataFrame,
    *,
    column: str = "n",
    boundary: gpd.GeoDataFrame | None = None,
    areas: gpd.GeoDataFrame | None = None,
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
    Draw hot-spot areas as they lie, wherever cells would cut them.

    Parameters
    ----------
    table
        What `hotspots.areas` returned.
    column
        ``n``, ``density`` or ``weight``.
    boundary, areas, streets, water, ax, title, subtitle, foot, minimum, size
        As in `stability`.
    legend
        Measure and unit; left out, what the column's name stands for.

    Returns
    -------
    Axes
        Polygons graded by the measure; the twelve with most events bear their number.

    Raises
    ------
    ColumnsError
        If the column is missing.
    """
    measure = layer(table, column, title=legend or (_("Incidents in each area") if column == "n" else None))
    lettered = table
    if "area" in table.columns:
        numbers = [str(name) if place < _LETTERED else None for place, name in enumerate(table["area"])]
        lettered = table.assign(label=pd.Series(numbers, index=table.index, dtype=object))
    note = _("Areas were sought where events are dense: they are no test against chance.")
    return draw_places(
        lettered,
        measure,
        ground={"boundary": boundary, "areas": areas, "streets": streets, "water": water},
        ax=ax,
        words=(
            title or _areas_finding(table),
            subtitle if subtitle is not None else _("Dense groups of incidents, outlined"),
            joined(foot, note),
        ),
        minimum=minimum,
        size=size,
    )


def describe_hot_areas(table: pd.DataFrame) -> str:
    """
    Say how many hot-spot areas there are, and how much the largest holds.

    Parameters
    ----------
    table
        What `hotspots.areas` returned.

    Returns
    -------
    str
        One sentence.
    """
    check_columns(table, ("n", "km2"), "hotspots.areas")
    if table.empty:
        return _("No group of incidents is dense enough to be an area.")
    return plural(
        "{n} area holds {events} incidents on {km2} km²; the largest holds {most}.",
        "{n} areas hold {events} incidents on {km2} km²; the largest holds {most}.",
        len(table),
    ).format(
        n=style.number(len(table)),
        events=style.number(int(table["n"].sum())),
        km2=style.figure_number(float(table["km2"].sum())),
        most=style.number(int(table["n"].max())),
    )


def _spot_layer(cells: pd.DataFrame) -> Layer:
    check_columns(cells, ("spot",), "hotspots.classify")
    names = ["cold", *_SPOT_LOOKS]
    spot = ["cold" if str(name).startswith("cold_") else str(name) for name in cells["spot"]]
    codes = np.array([names.index(name) if name in names else -1 for name in spot], dtype=np.int8)
    labels = [_("cold spot, of any age"), *(_(SPOT_CLASSES[name]) for name in _SPOT_LOOKS)]
    return named(
        cells,
        codes,
        labels=labels,
        looks=[(style.DIVERGING[1], "...."), *_SPOT_LOOKS.values()],
        title=_("Class of hot spot"),
        missing=np.zeros(len(cells), bool),
    )


def _spot_finding(cells: pd.DataFrame) -> str:
    counts = cells["spot"].value_counts()
    new = int(counts.get("new", 0) + counts.get("emerging", 0))
    lasting = int(sum(counts.get(name, 0) for name in ("intensifying", "persistent", "diminishing")))
    if not new and not lasting:
        return _("No hot spot is new or lasting")
    return _("Hot cells: {lasting} lasting, {new} new or emerging").format(
        lasting=style.number(lasting), new=style.number(new)
    )


def _areas_finding(table: pd.DataFrame) -> str:
    return plural("{n} dense area", "{n} dense areas", len(table)).format(n=style.number(len(table)))
