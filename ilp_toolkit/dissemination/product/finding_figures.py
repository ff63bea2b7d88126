"""The pictures of a finding: drawn from the tables that may leave, never from the finding itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from ...i18n import _, date, number
from ...views import charts, maps
from .blocks import Block, Figure, InteractiveMap

if TYPE_CHECKING:
    import datetime as dt

    from ..asked import Asked
    from ..counts import Counted
    from ..outline import Outline

__all__ = ["drawn"]

_PLAIN_SPOTS = {"hot", "cold", "none"}
_MEASURES = ("spot", "level", "density", "ratio", "n")


def drawn(
    finding: Any,
    asked: Asked,
    shape: Outline,
    counted: Counted,
    *,
    title: str,
    source: str,
    created: dt.date,
) -> list[Block]:
    """
    Return the figures of a finding: a map with its picture, or a chart; none where a table says it all.

    Parameters
    ----------
    finding, asked
        The finding, and what its author asks for: layers of the ground too.
    shape, counted
        The tables that may leave.
    title
        What the figure says.
    source
        Where the data come from.
    created
        The day under the figure.
    """
    foot = _("Source: {source}. {date}. Recorded is not occurred.").format(source=source, date=date(created))
    main = next(iter(counted.tables.values()))
    if shape.shape in {"cells", "areas"} and isinstance(main, gpd.GeoDataFrame) and len(main):
        minimum = finding.case.policy.cells.minimum_count if "n" in main else None
        words = {"title": title, "minimum": minimum}
        ground = {name: layer for name, layer in asked.ground.items() if layer is not None}
        return _mapped(main, shape, words | ground, foot=foot, source=source, created=created)
    if shape.shape == "periods" and "days" in main and "month" in main:
        return _months(main, title, foot=foot)
    if shape.shape == "hours" and "weekdays" in counted.tables:
        return _weekdays(counted.tables["weekdays"], title, foot=foot)
    return []


def _mapped(
    table: gpd.GeoDataFrame,
    shape: Outline,
    options: dict[str, Any],
    *,
    foot: str,
    source: str,
    created: dt.date,
) -> list[Block]:
    column = next((name for name in _MEASURES if name in table), None)
    if column is None:
        return []
    places = table.copy()
    if column == "n":
        places["suppressed"] = places["n"].isna()
    if "boundary" not in options:
        # A map on which no place stands out still shows which places were looked at.
        whole = places.union_all(method="coverage")
        options = options | {"boundary": gpd.GeoDataFrame(geometry=[whole], crs=places.crs)}
    if column == "spot" and not set(places["spot"].dropna()) <= _PLAIN_SPOTS:
        axes = charts.spot_classes(places, title=options["title"], foot=foot, boundary=options["boundary"])
        return [_figure("map", axes, f"{options['title']}. {_alt(table)}")]
    limit = _("Recorded is not occurred.")
    if shape.shape == "areas":
        options = {name: option for name, option in options.items() if name not in {"areas", "boundary"}}
        axes = charts.area_map(places, foot=foot, **options)
        page = maps.areas(places, source=source, date=created, limit=limit, **options)
    else:
        axes = charts.hotspot_map(places, column=column, foot=foot, **options)
        page = maps.hotspots(places, column=column, source=source, date=created, limit=limit, **options)
    figure = _figure("map", axes, f"{options['title']}. {_alt(table)}")
    return [InteractiveMap(_("Map: click a place for its number"), maps.to_html(page)), figure]


def _figure(name: str, axes: Any, alt: str) -> Figure:
    svg, png = charts.to_svg(axes).encode("utf-8"), charts.to_png(axes)
    charts.close(axes)
    return Figure(name, alt, svg, png)


def _alt(table: pd.DataFrame) -> str:
    if "n" not in table:
        return _("{n} places.").format(n=number(len(table)))
    shown = pd.to_numeric(table["n"]).dropna()
    return _("{n} places; {hidden} counts are not shown; the largest shown is {most}.").format(
        n=number(len(table)),
        hidden=number(len(table) - len(shown)),
        most=number(float(shown.max()) if len(shown) else 0),
    )


def _months(table: pd.DataFrame, title: str, *, foot: str) -> list[Block]:
    if table["n"].isna().any() or pd.api.types.is_integer_dtype(table["month"]):
        return []
    axes = charts.monthly_counts(table, title=title, foot=foot)
    counts = pd.Series(table["n"].to_numpy(), index=pd.PeriodIndex(table["month"], freq="M"))
    return [_figure("months", axes, f"{title}. {charts.describe_months(counts)}")]


def _weekdays(table: pd.DataFrame, title: str, *, foot: str) -> list[Block]:
    if table["n"].isna().any():
        return []
    axes = charts.weekday_profile(table["n"], title=title, foot=foot, accent=False, size="full")
    return [_figure("weekdays", axes, f"{title}. {charts.describe_weekdays(table['n'])}")]
