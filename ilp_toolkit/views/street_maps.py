"""Streets as maps: how much lies on each segment, and how densely along the way."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..i18n import _
from . import style
from .classes import layer, named
from .figure import Size, styled
from .plate import draw_places
from .ticks import check_columns, known

__all__ = ["describe_hot_streets", "hot_streets", "marked_streets", "street_density"]


@styled
def hot_streets(
    segments: gpd.GeoDataFrame,
    *,
    column: str = "n",
    boundary: gpd.GeoDataFrame | None = None,
    areas: gpd.GeoDataFrame | None = None,
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
    Draw segments of streets by what was recorded on them, darker and wider where it is more.

    Parameters
    ----------
    segments
        What `streets.hot_streets`, `streets.count` or `streets.gi_star` returned; a column ``suppressed``
        marks segments that are dashed and carry no class.
    column
        ``n``, ``per_km``, ``weight``, or ``gi_z``, which is classed by ``q_value``.
    boundary, areas, water
        Layers of the ground, any reference system.
    ax
        Axes to draw on; left out, a figure of its own.
    title, subtitle, foot
        The finding; measure, place, dates, n; source, date, limit. The finding is written where no title
        is given, and the projection is added to the foot.
    legend
        Measure and unit; left out, what the column stands for.
    minimum
        Count below which segments were suppressed, said in the legend.
    size
        ``full`` or ``half`` the width of a page.

    Returns
    -------
    Axes
        In metres; segments where nothing was recorded are thin and grey.

    Raises
    ------
    ColumnsError
        If the column is missing.
    """
    words_of = {
        "n": _("Recorded incidents on each segment"),
        "per_km": _("Recorded incidents per km of street"),
        "weight": _("Weight on each segment"),
        "density": _("Recorded incidents per km of street"),
        "gi_z": None,
    }
    measure = layer(segments, column, title=legend or words_of.get(column))
    return draw_places(
        segments,
        measure,
        ground={"boundary": boundary, "areas": areas, "streets": None, "water": water},
        ax=ax,
        words=(title or _finding(segments, column), subtitle, foot),
        minimum=minimum,
        size=size,
    )


@styled
def marked_streets(
    segments: gpd.GeoDataFrame,
    *,
    label: str,
    streets: gpd.GeoDataFrame | None = None,
    boundary: gpd.GeoDataFrame | None = None,
    areas: gpd.GeoDataFrame | None = None,
    water: gpd.GeoDataFrame | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    legend: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw some segments over all streets, where no number of any may be shown.

    Parameters
    ----------
    segments
        The segments that are marked.
    label
        What they are, in words: the entry of the legend.
    streets
        All streets, thin and grey below; without a boundary the map shows as much as they take.
    boundary, areas, water, ax, title, subtitle, foot, legend, size
        As in `hot_streets`.

    Returns
    -------
    Axes
        In metres.
    """
    none = np.zeros(len(segments), bool)
    measure = named(
        segments,
        np.zeros(len(segments), np.int8),
        labels=[label],
        looks=[(style.SEQUENCE[-1], "")],
        title=legend or _("Recorded incidents on each segment"),
        missing=none,
    )
    return draw_places(
        segments,
        measure,
        ground={"boundary": boundary, "areas": areas, "streets": streets, "water": water},
        ax=ax,
        words=(title or label, subtitle, foot),
        size=size,
        frame=streets,
    )


def street_density(pieces: gpd.GeoDataFrame, **options: Any) -> Axes:
    """
    Draw how densely incidents lie along the streets.

    Parameters
    ----------
    pieces
        What `streets.network_kde` returned.
    options
        As in `hot_streets`.

    Returns
    -------
    Axes
        In metres.
    """
    check_columns(pieces, ("density",), "streets.network_kde")
    options.setdefault("title", _("How densely incidents lie along the streets"))
    return hot_streets(pieces, column="density", **options)


def describe_hot_streets(segments: pd.DataFrame) -> str:
    """
    Say on how few segments half of the incidents lie.

    Parameters
    ----------
    segments
        What `streets.hot_streets` or `streets.count` returned.

    Returns
    -------
    str
        One sentence; no street is named.
    """
    check_columns(segments, ("n",), "streets.count")
    n = np.sort(np.nan_to_num(known(segments["n"])))[::-1]
    if not n.sum():
        return _("No incident lies on a street.")
    half = int(np.searchsorted(np.cumsum(n), n.sum() / 2)) + 1
    share = half / len(n)
    return _("Half of the incidents on streets lie on {half} of {all} segments ({share}).").format(
        half=style.number(half),
        all=style.number(len(n)),
        share=style.percent(share, 0 if share >= 0.1 else 1),
    )


def _finding(segments: pd.DataFrame, column: str) -> str:
    if column == "gi_z" or "n" not in segments.columns:
        return _("Streets that hold more than chance would bring")
    n = np.sort(np.nan_to_num(known(segments["n"])))[::-1]
    if not n.sum():
        return _("Recorded incidents by street")
    share = (int(np.searchsorted(np.cumsum(n), n.sum() / 2)) + 1) / len(n)
    return _("Half of the incidents on streets lie on {share} of the segments").format(
        share=style.percent(share, 0 if share >= 0.1 else 1)
    )
