"""
The pictures of a problem profile: public numbers in, finished blocks out.

Each title states the finding, the subtitle what is shown, the foot the source, the date and the limit that
matters. Only tables that passed the public rules are drawn: what a picture shows can be read back from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from ...i18n import _, date, number, plural, weekday
from ...views import charts, maps
from .. import disclosure
from .blocks import InteractiveMap
from .picture import drawn
from .profile_when import clock

if TYPE_CHECKING:
    import datetime as dt

    from .blocks import Figure
    from .picture import Size
    from .profile_facts import Facts
    from .profile_when import When
    from .profile_where import Where

__all__ = [
    "areas_figure",
    "counts_figure",
    "hours_figure",
    "interactive",
    "months_figure",
    "spots_figure",
    "weekdays_figure",
]


def spots_figure(facts: Facts, where: Where, *, foot: str, size: Size) -> Figure:
    """Draw the cells that hold more, or less, than chance would put there, with the letters of places."""
    title = spots_title(where)
    # The class of a cell is public also where its count is not, so nothing is hatched here.
    axes = charts.hotspot_map(
        _cells(where).drop(columns="suppressed"),
        column="spot",
        **_ground(facts),
        title=title,
        subtitle=_mapped(where),
        foot=foot,
        size=size,
    )
    return drawn("map-hot-spots", size, axes, f"{title}. {_place_list(where)}")


def counts_figure(facts: Facts, where: Where, *, foot: str) -> Figure:
    """Draw the counts of cells, small ones hatched."""
    title = _("How many incidents each cell holds")
    minimum = facts.policy.cells.minimum_count
    axes = charts.hotspot_map(
        _cells(where), **_ground(facts), title=title, subtitle=_mapped(where), foot=foot, minimum=minimum
    )
    return drawn("map-counts", "full", axes, f"{title}. {_counts_alt(where)}")


def areas_figure(facts: Facts, where: Where, *, foot: str, size: Size) -> Figure:
    """Draw districts by their counts."""
    title = _("Recorded incidents by district")
    axes = charts.area_map(
        _districts(where),
        title=title,
        subtitle=facts.counted,
        foot=foot,
        minimum=facts.policy.cells.minimum_count,
        size=size,
    )
    return drawn("map-districts", size, axes, f"{title}. {_areas_alt(where)}")


def hours_figure(facts: Facts, when: When, *, foot: str, size: Size) -> Figure:
    """Draw hours by day of the week, to the nearest multiple of the policy's base."""
    base = facts.policy.cells.rounding_base
    title = hours_title(when)
    subtitle = _("{n} incidents with a known hour, to the nearest {base}")
    if when.estimated:
        subtitle = _("{n} incidents, hours estimated from spans of time, to the nearest {base}")
    axes = charts.time_profile(
        disclosure.rounded(_known(when.hours), base=base),
        title=title,
        subtitle=subtitle.format(n=number(when.n_hours), base=base),
        foot=foot,
        estimated=False,
        accent_day=when.busiest_day is not None,
        size=size,
    )
    return drawn("when-hours", size, axes, f"{title}. {when.say_hours()}")


def weekdays_figure(facts: Facts, when: When, *, foot: str, size: Size) -> Figure:
    """Draw the days of the week."""
    title = weekday_title(when)
    counts = _known(when.weekdays)["n"]
    axes = charts.weekday_profile(
        counts,
        title=title,
        subtitle=_known_days(int(counts.sum())),
        foot=foot,
        accent=when.busiest_day is not None,
        size=size,
    )
    return drawn("when-weekdays", size, axes, f"{title}. {when.say_day()}")


def months_figure(facts: Facts, when: When, *, foot: str, size: Size) -> Figure:
    """Draw the months; small counts make all of them go to the nearest multiple of the policy's base."""
    title = months_title(when)
    months = when.months.assign(partial=~when.months["complete"].astype(bool))
    subtitle = facts.counted
    minimum, base = facts.policy.cells.minimum_count, facts.policy.cells.rounding_base
    if disclosure.hidden(months["n"], minimum=minimum).any():
        months["n"] = disclosure.rounded(months[["n"]], base=base)["n"]
        subtitle = _("{counted}, months to the nearest {base}").format(counted=facts.counted, base=base)
    axes = charts.monthly_counts(months, title=title, subtitle=subtitle, foot=foot, size=size)
    return drawn("when-months", size, axes, f"{title}. {when.say_change() or facts.period}")


def interactive(facts: Facts, where: Where, *, created: dt.date) -> InteractiveMap:
    """Make the map to click on: the class of each cell, and its count where it may be shown."""
    minimum = facts.policy.cells.minimum_count
    words: dict[str, Any] = {
        "source": facts.request.source or facts.intake.choices.get("file"),
        "date": created,
        "limit": _("Recorded is not occurred."),
    }
    if where.cells is None:
        drawn = maps.areas(
            _districts(where),
            minimum=minimum,
            title=_("Recorded incidents by district"),
            subtitle=facts.counted,
            **words,
        )
        return InteractiveMap(_("Map of districts: click a district for its number"), maps.to_html(drawn))
    drawn = maps.hotspots(
        _cells(where),
        columns=["n", "spot"],
        minimum=minimum,
        **_ground(facts),
        title=spots_title(where),
        subtitle=_mapped(where),
        **words,
    )
    return InteractiveMap(_("Map of cells: click a cell for its number"), maps.to_html(drawn))


def spots_title(where: Where) -> str:
    """Say the finding of the map."""
    if not where.has_hot or where.places is None:
        return _("No place stands out beyond chance")
    count = len(where.places) + where.left_places
    return plural(
        "{n} place has more than chance explains", "{n} places have more than chance explains", count
    ).format(n=number(count))


def hours_title(when: When) -> str:
    """Say the finding of the chart of hours."""
    if when.peak is None or not when.has_peak:
        return _("No part of the day stands out")
    return _("Most are recorded between {start} and {end}").format(
        start=clock(when.peak.start), end=clock(when.peak.end)
    )


def weekday_title(when: When) -> str:
    """Say the finding of the chart of weekdays."""
    day = when.busiest_day
    return (
        _("No day of the week stands out") if day is None else _("{day} stands out").format(day=weekday(day))
    )


def months_title(when: When) -> str:
    """Say the finding of the chart of months."""
    if when.trend is None:
        return _("Recorded incidents by month")
    if when.trend == 1:
        return _("More than in the year before")
    return _("Fewer than in the year before") if when.trend == -1 else _("About as many as the year before")


def foot_of(facts: Facts, created: dt.date) -> str:
    """Return the foot of every figure: source, day, limit."""
    source = facts.request.source or str(facts.intake.choices.get("file", ""))
    if not source:
        return _("{date}. Recorded is not occurred.").format(date=date(created))
    return _("Source: {source}. {date}. Recorded is not occurred.").format(source=source, date=date(created))


def _ground(facts: Facts) -> dict[str, Any]:
    request = facts.request
    return {"boundary": request.boundary, "areas": request.areas, "streets": request.streets}


def _cells(where: Where) -> gpd.GeoDataFrame:
    if where.cells is None:
        raise ValueError(where.why_no_map)
    return where.cells


def _districts(where: Where) -> gpd.GeoDataFrame:
    if not isinstance(where.areas, gpd.GeoDataFrame):
        raise TypeError(where.why_no_areas)
    return where.areas


def _known(table: pd.DataFrame | None) -> pd.DataFrame:
    if table is None:
        msg = "The times are not known: there is nothing to draw."
        raise ValueError(msg)
    return table


def _mapped(where: Where) -> str:
    size = where.choices.get("cell_size", 0)
    return plural(
        "{n} incident with a place, cells of {size} m",
        "{n} incidents with a place, cells of {size} m",
        where.points,
    ).format(n=number(where.points), size=number(size))


def _known_days(n: int) -> str:
    return plural("{n} incident with a known day", "{n} incidents with a known day", n).format(n=number(n))


def _place_list(where: Where) -> str:
    if where.places is None or where.places.empty:
        return ""
    pairs = zip(where.places["place"], where.places["area"], strict=True)
    named = [f"{letter} ({area})" if area else str(letter) for letter, area in pairs]
    return _("Places from west to east: {places}.").format(places=", ".join(named))


def _counts_alt(where: Where) -> str:
    cells = _cells(where)
    shown = cells["n"].dropna()
    hidden = int(cells["suppressed"].sum())
    return _("{shown} cells show a count of up to {most}; {hidden} cells are not shown.").format(
        shown=number(int((shown > 0).sum())),
        most=number(int(shown.max()) if len(shown) else 0),
        hidden=number(hidden),
    )


def _areas_alt(where: Where) -> str:
    areas = _districts(where)
    shown = areas.dropna(subset=["n"])
    if shown.empty:
        return _("No count can be shown.")
    most = shown.sort_values("n", ascending=False).iloc[0]
    return _("{area} has the most with {n}.").format(area=most["area"], n=number(int(most["n"])))
