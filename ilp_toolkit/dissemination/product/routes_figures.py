"""
The pictures of a route assessment: tables that passed the rules in, finished blocks out.

Only what may be shown is drawn, for what a picture shows can be read back from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ... import choices
from ...errors import InputError
from ...i18n import _, percent
from ...views import charts, maps
from . import picture
from .routes_front import limit, main_links

if TYPE_CHECKING:
    import datetime as dt

    from .blocks import Figure
    from .picture import Size
    from .routes_prepared import Prepared
    from .routes_ways import Displaced

__all__ = [
    "PASSED",
    "agreement_figure",
    "caught_figure",
    "corridor_figure",
    "displacement_figure",
    "flow_figure",
    "foot_of",
    "ladder_figure",
    "posts_figure",
    "price_figure",
]

PASSED = 0.005
"""Posts over which less passes, even at the most, are left to the CSV file."""
_EDGES = 15
"""Links of the chart of agreement."""
_CHAIN = 8
"""Countries of a ladder of prices."""


def foot_of(prepared: Prepared, created: dt.date) -> str:
    """Return the foot of every figure: source and day; the charts add the limit."""
    source = prepared.facts.request.source or _named(prepared.facts.intake.choices.get("file", ""))
    return picture.foot(source, created)


def drawn(name: str, size: Size, axes: Any, alt: str) -> Figure:
    """Make the block of a chart; whoever does not see it reads the limit as well."""
    return picture.drawn(name, size, axes, alt if limit() in alt else f"{alt} {limit()}")


def flows_drawn(prepared: Prepared) -> pd.DataFrame:
    """Return the flows that are drawn: the estimate, or the kilograms seized where there is none to show."""
    shown = prepared.estimated.shown
    if shown["kg"].notna().any():
        cases = prepared.links.shown[["origin", "destination", "cases"]]
        table = shown.merge(cases, on=["origin", "destination"], how="left").rename(columns={"cases": "n"})
        return _plain(table[["origin", "destination", "kg", "low", "high", "n"]])
    table = prepared.links.shown.rename(columns={"cases": "n"})
    return _plain(table[["origin", "destination", "kg", "n"]])


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    numbers = [c for c in ("kg", "low", "high") if c in table]
    table = table.assign(
        **{c: table[c].astype("Float64").to_numpy(dtype=float, na_value=np.nan) for c in numbers}
    )
    return table.assign(n=table["n"].fillna(0).astype("int64"))


def flow_figure(prepared: Prepared, *, foot: str, size: Size) -> Figure | None:
    """Draw the map of flows, or None where nothing of it may be shown."""
    table = flows_drawn(prepared)
    places = _country_places(prepared, table)
    try:
        axes = maps.flow_map(
            table,
            places=places,
            most=25 if size == "full" else 12,
            subtitle=_flow_words(prepared),
            foot=foot,
            size=size,
        )
    except InputError:
        return None
    return drawn("map-flows", size, axes, maps.describe_flow_map(table, most=12))


def _flow_words(prepared: Prepared) -> str:
    facts = prepared.facts
    if not prepared.estimated.shown["kg"].notna().any():
        return _("{drug}, {period}, {measure} seized").format(
            drug=facts.what, period=facts.period, measure=facts.measure
        )
    text = _("{drug}, {period}, estimated, {measure} a year").format(
        drug=facts.what, period=facts.period, measure=facts.measure
    )
    if not prepared.estimated.relative:
        return text
    relative = _("proportions, for no demand was given")
    return f"{text}; {relative}"


def _country_places(prepared: Prepared, table: pd.DataFrame) -> pd.DataFrame | None:
    """Return where countries of the places lie, by their first town; None takes the capitals."""
    ways, places = prepared.ways, prepared.ways.places
    named = {*table["origin"], *table["destination"]}
    if ways.packaged or ways.towns is None or places is None or not named <= set(ways.towns):
        return None
    at = places.set_index("node")
    rows = [(code, *_degrees(at.loc[town])) for code, town in sorted(ways.towns.items())]
    return pd.DataFrame(rows, columns=["country", "lon", "lat"])


def _degrees(row: Any) -> tuple[float, float]:
    x, y = ("lon", "lat") if "lon" in row else ("x", "y")
    return float(row[x]), float(row[y])


def ladder_figure(prepared: Prepared, *, foot: str, size: Size) -> Figure | None:
    """Draw the links with their intervals, one above the other."""
    table = flows_drawn(prepared).dropna(subset=["kg"])
    table = table[table["kg"] > 0]
    if table.empty:
        return None
    axes = charts.flow_ladder(table, subtitle=_flow_words(prepared), foot=foot, size=size)
    return drawn("flow-ladder", size, axes, charts.describe_flow_ladder(table))


def price_figure(prepared: Prepared, *, foot: str) -> Figure | None:
    """Draw how the price rises along the links."""
    prices = prepared.evidence.prices
    if prices is None or prices.by_year is None:
        return None
    order = _chain(prepared)
    if len(order) < 2:
        return None
    unit = _("US dollars a gram")
    axes = charts.price_ladder(prices.by_year[order], order=order, unit=unit, foot=foot)
    return drawn(
        "price-ladder", "full", axes, charts.describe_price_ladder(prices.by_year[order], order=order)
    )


def _chain(prepared: Prepared) -> list[str]:
    """Return the countries of the main links that have a price, the cheapest first."""
    prices = prepared.evidence.prices
    if prices is None:
        return []
    rows = main_links(prepared)
    named = list(dict.fromkeys([*rows["origin"], *rows["destination"]]))
    known = prices.ladder[prices.ladder["country"].isin(named)]["country"].tolist()
    return known[:_CHAIN]


def caught_figure(prepared: Prepared, *, foot: str) -> Figure | None:
    """Draw what guesses of the share caught make of the kilograms seized."""
    table = prepared.evidence.caught
    if table is None:
        return None
    made = pd.DataFrame(
        {
            "seized": table["seized"],
            "naive": table["seized"] / table["share_caught"],
            "mean": np.nan,
            "median": table["flow"],
            "low": table["flow_low"],
            "high": table["flow_high"],
        }
    ).set_axis([_("about {share} caught").format(share=percent(share)) for share in table["share_caught"]])
    axes = charts.interception(made, foot=foot)
    return drawn("interception", "full", axes, charts.describe_interception(made))


def agreement_figure(prepared: Prepared, *, foot: str) -> Figure | None:
    """Draw the estimates side by side; None where fewer than three links have two of them."""
    table = prepared.evidence.agreement
    if table is None or table["agreement"].notna().sum() < 3:
        return None
    # Of more links than fit, those on which the estimates differ most are what is worth a look.
    order = table["agreement"].astype(float).fillna(2.0).sort_values(kind="stable").index[:_EDGES]
    names = {"seized": _("by kilograms"), "cases": _("by seizures"), "solved": _("estimated")}
    made = table.loc[sorted(order)].reset_index(drop=True)
    made = made.assign(**{f"{name}_share": made[name] for name in names})
    if made["linked"].notna().any():
        names["linked"] = _("prices")
    made = choices.record(made, estimates=list(names), unit="share_of_destination")
    axes = charts.agreement(made, names=names, most=_EDGES, foot=foot)
    return drawn("agreement", "full", axes, charts.describe_agreement(made))


def posts_figure(prepared: Prepared, *, foot: str) -> Figure | None:
    """Draw the share of the flows that passes each post, in the order of names."""
    posts = prepared.ways.posts
    if posts is None or posts.empty:
        return None
    places = prepared.ways.places
    posts = posts[posts["high"] >= PASSED]
    if posts.empty:
        return None
    axes = charts.chokepoints(posts, places=places, foot=foot)
    return drawn("posts", "full", axes, charts.describe_chokepoints(posts, places=places))


def corridor_figure(prepared: Prepared, *, foot: str) -> Figure | None:
    """Draw the corridors of the heaviest link on the roads; None where there is one way alone."""
    ways = prepared.ways
    if ways.corridors is None:
        return None
    sizes = ways.corridors.groupby(["country_from", "country_to"], sort=False)["corridor"].size()
    pairs = sizes[sizes >= 2].index
    if not len(pairs):
        return None
    start, end = pairs[0]
    table = ways.corridors
    mine = table[(table["country_from"] == start) & (table["country_to"] == end)].reset_index(drop=True)
    places = prepared.ways.places
    try:
        axes = maps.corridor_map(mine, ways.graph, places=places, foot=foot)
    except InputError:
        return None
    return drawn("map-corridors", "full", axes, maps.describe_corridor_map(mine, ways.graph, places=places))


def displacement_figure(each: Displaced, *, foot: str) -> Figure | None:
    """Draw before and after a post was reinforced."""
    if each.ratio is None:
        return None
    axes = charts.displacement(each.ratio, foot=foot)
    name = "".join(letter for letter in each.post.casefold() if letter.isalnum())
    return drawn(f"before-after-{name}", "full", axes, charts.describe_displacement(each.ratio))


def _named(file: Any) -> str:
    return ", ".join(map(str, file)) if isinstance(file, list | tuple) else str(file or "")
