"""
Maps of how far a hot spot can be trusted: how stable it is, and how sure its place and time are.

A hot spot on one map may be an accident of the grid, of one month or of rounded addresses. Each map here
shows one of these doubts, in few classes that are told apart without colour.
"""

from __future__ import annotations

from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..errors import InputError
from ..i18n import N_, _
from . import style
from .classes import Classes, Layer, counted_cells, layer, named
from .figure import Size, styled
from .plate import draw_places, draw_strips
from .ticks import check_columns, known

__all__ = [
    "STABILITY_CLASSES",
    "describe_stability",
    "describe_uncertainty",
    "stability",
    "stability_codes",
    "uncertainty",
]

STABILITY_CLASSES = {
    "fragile": N_("fragile: hot in fewer than 50 of 100 maps"),
    "fair": N_("fair: hot in 50 to 79 of 100 maps"),
    "robust": N_("robust: hot in 80 of 100 maps or more"),
}
"""How often a cell stays hot when the map is made otherwise; `stability` gives no class below a fifth."""

_LOOKS = [("#cabf92", ""), ("#62656f", ""), ("#002859", "")]
"""Light to dark: they differ without colour too."""
_STABILITY_EDGES = (0.2, 0.5, 0.8)
_SHARE_EDGES = (0.05, 0.5, 0.95)
_SHARE_WORDS = (
    N_("hot in 5 to 49 of 100 maps"),
    N_("hot in 50 to 94 of 100 maps"),
    N_("hot in 95 of 100 maps or more"),
)


@styled
def stability(
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
    Draw how often each cell stays a hot spot when the map is made otherwise.

    Parameters
    ----------
    cells
        What `hotspots.stability` returned; or cells with a column ``stability`` of the classes ``robust``,
        ``fair``, ``fragile`` and anything else for none.
    boundary, areas, streets, water
        Layers of the ground, any reference system.
    ax
        Axes to draw on; left out, a figure of its own.
    title, subtitle, foot
        The finding; measure, place, dates, n; source, date, limit. The finding is written where no title
        is given, and the projection is added to the foot.
    minimum
        Count below which cells were suppressed, said in the legend.
    size
        ``full`` or ``half`` the width of a page.

    Returns
    -------
    Axes
        Three classes, darker where a hot spot is more robust.

    Raises
    ------
    ColumnsError
        If there is no column ``stability``.
    """
    measure = _stability_layer(cells)
    return draw_places(
        cells,
        measure,
        ground={"boundary": boundary, "areas": areas, "streets": streets, "water": water},
        ax=ax,
        words=(
            title or _stability_finding(measure),
            subtitle
            if subtitle is not None
            else _("How often each cell is hot when grid, cell size, neighbours and luck are others"),
            foot,
        ),
        minimum=minimum,
        size=size,
    )


def describe_stability(cells: pd.DataFrame) -> str:
    """
    Say how many hot cells are robust, fair and fragile.

    Parameters
    ----------
    cells
        As for `stability`.

    Returns
    -------
    str
        One sentence.
    """
    measure = _stability_layer(cells)
    counts = [int((measure.classes.codes == code).sum()) for code in (2, 1, 0)]
    if not sum(counts):
        return _("No cell stays hot when the map is made otherwise.")
    return _("Of {all} cells hot on some maps {robust} are robust, {fair} fair, {fragile} fragile.").format(
        all=style.number(sum(counts)),
        robust=style.number(counts[0]),
        fair=style.number(counts[1]),
        fragile=style.number(counts[2]),
    )


def stability_codes(scores: Any) -> Any:
    """
    Class scores of stability: ``robust``, ``fair``, ``fragile`` or ``none``.

    Examples
    --------
    >>> stability_codes([0.95, 0.5, 0.2, 0.1]).tolist()
    ['robust', 'fair', 'fragile', 'none']
    """
    codes = np.digitize(np.nan_to_num(np.asarray(scores, dtype=float)) + 1e-9, _STABILITY_EDGES)
    return np.array(["none", *STABILITY_CLASSES], dtype=object)[codes]


@styled
def uncertainty(
    cells: gpd.GeoDataFrame,
    *,
    measure: Literal["hot_share", "density"] = "hot_share",
    boundary: gpd.GeoDataFrame | None = None,
    areas: gpd.GeoDataFrame | None = None,
    streets: gpd.GeoDataFrame | None = None,
    water: gpd.GeoDataFrame | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    foot: str | None = None,
    size: Size = "full",
) -> Axes:
    """
    Draw what unsure places and times leave of a map: a share for each cell, or its band.

    Parameters
    ----------
    cells
        What `hotspots.uncertain` returned.
    measure
        ``hot_share``: in how many of the drawn maps each cell is hot; ``density``: three small maps with one
        legend, the density that each cell reaches at least, in the middle, and at most.
    boundary, areas, streets, water, ax, title, subtitle, foot, size
        As in `stability`.

    Returns
    -------
    Axes
        The map; for ``density`` empty axes whose ``child_axes`` are the three maps.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If `measure` is neither.
    """
    ground = {"boundary": boundary, "areas": areas, "streets": streets, "water": water}
    head = title or _uncertainty_finding(cells)
    if measure == "hot_share":
        words = (
            head,
            subtitle or _("Share of maps, drawn within what is unsure, in which each cell is hot"),
            foot,
        )
        return draw_places(cells, _share_layer(cells), ground=ground, ax=ax, words=words, size=size)
    if measure != "density":
        msg = _("`{name}` must be one of {known}, got {value!r}.")
        raise InputError(msg.format(name="measure", known="hot_share, density", value=measure))
    names = {
        "density_q05": _("at least"),
        "density_q50": _("in the middle"),
        "density_q95": _("at most"),
    }
    check_columns(cells, tuple(names), "hotspots.uncertain")
    every = pd.DataFrame({"density": np.concatenate([known(cells[name]) for name in names])})
    whole = layer(every, "density")
    parts = {word: _part(whole, number, len(cells)) for number, word in enumerate(names.values())}
    words = (
        head,
        subtitle or _("Density of each cell: 5, 50 and 95 of 100 drawn maps lie below it"),
        foot,
    )
    return draw_strips(cells, parts, ground=ground, ax=ax, words=words, size=size)


def describe_uncertainty(cells: pd.DataFrame) -> str:
    """
    Say how many cells are hot whatever the errors of place and time, and how many only perhaps.

    Parameters
    ----------
    cells
        What `hotspots.uncertain` returned.

    Returns
    -------
    str
        One sentence.
    """
    codes = _share_layer(cells).classes.codes
    return _("{sure} hot in 95 of 100 maps or more; {perhaps} hot in some and not in others.").format(
        sure=counted_cells(int((codes == 2).sum())),
        perhaps=counted_cells(int(((codes == 0) | (codes == 1)).sum())),
    )


def _stability_layer(cells: pd.DataFrame) -> Layer:
    check_columns(cells, ("stability",), "hotspots.stability")
    column = cells["stability"]
    score = pd.api.types.is_numeric_dtype(column)
    names = stability_codes(known(column)) if score else column.astype(object).to_numpy()
    order = list(STABILITY_CLASSES)
    codes = np.array([order.index(name) if name in order else -1 for name in names], dtype=np.int8)
    missing = np.isnan(known(column)) if score else np.zeros(len(cells), bool)
    return named(
        cells,
        codes,
        labels=[_(text) for text in STABILITY_CLASSES.values()],
        looks=_LOOKS,
        title=_("How stable each hot cell is"),
        missing=missing,
    )


def _share_layer(cells: pd.DataFrame) -> Layer:
    check_columns(cells, ("hot_share",), "hotspots.uncertain")
    share = known(cells["hot_share"])
    codes = (np.digitize(np.nan_to_num(share) + 1e-9, _SHARE_EDGES) - 1).astype(np.int8)
    return named(
        cells,
        codes,
        labels=[_(text) for text in _SHARE_WORDS],
        looks=_LOOKS,
        title=_("How sure each hot cell is"),
        missing=np.isnan(share),
    )


def _part(whole: Layer, number: int, length: int) -> Layer:
    """Return one stretch of a layer that was classed together with others."""
    mine = slice(number * length, (number + 1) * length)
    classes = Classes(
        whole.classes.labels, whole.classes.colours, whole.classes.codes[mine], whole.classes.patterns
    )
    return Layer(whole.title, whole.values[mine], classes, whole.suppressed[mine], whole.missing[mine])


def _stability_finding(measure: Layer) -> str:
    codes = measure.classes.codes
    robust, all_ = int((codes == 2).sum()), int((codes >= 0).sum())
    if not all_:
        return _("No hot spot stays when the map is made otherwise")
    return _("{robust} of {all} hot cells are robust").format(
        robust=style.number(robust), all=style.number(all_)
    )


def _uncertainty_finding(cells: pd.DataFrame) -> str:
    codes = _share_layer(cells).classes.codes
    return _("Sure hot spots: {sure}; perhaps: {perhaps}").format(
        sure=counted_cells(int((codes == 2).sum())),
        perhaps=counted_cells(int(((codes == 0) | (codes == 1)).sum())),
    )
