"""
What the links are held against: prices, effort, guesses of what is caught, other estimates, gaps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...analysis import flows
from ...errors import InputError
from ...i18n import _
from . import public_sums as public

if TYPE_CHECKING:
    from .routes_facts import Facts
    from .routes_flows import Estimated
    from .routes_links import Links

__all__ = ["GUESSES", "Evidence", "Prices", "at_place", "effort_cases", "priced_as", "weigh"]

GUESSES: tuple[tuple[float, float], ...] = ((1.5, 28.5), (3.0, 17.0), (6.0, 14.0))
"""Guesses of the share that is caught, as a Beta: about 5, 15 and 30 per cent, each with its doubt."""
_PRICED_AS = {"opiates": "heroin"}
_DRAWS = 100
_SEED = 20_250_101


@dataclass(frozen=True)
class Prices:
    """Prices of the drug along the links."""

    ladder: pd.DataFrame
    """``country price years``: US dollars a gram, median of the years, in the order of the price."""
    steps: pd.DataFrame
    """``origin destination price_origin price_destination markup``: along links that are shown."""
    gradient: pd.DataFrame | None
    """As `flows.price_gradient` has it; None where too few years or countries have a price."""
    level: str
    suspect: tuple[str, ...]
    """Countries whose price looks like another unit; they are in no ladder."""
    left_out: int
    """Prices left out as outliers or slips of a unit."""
    years: tuple[int, int] = (0, 0)
    by_year: pd.DataFrame | None = None
    """Years by countries: the median price of each, for the drawing."""


@dataclass(frozen=True)
class Evidence:
    """The parts behind the answer; None, with the reason, where there is nothing to say."""

    prices: Prices | None = None
    why_no_prices: str = ""
    caught: pd.DataFrame | None = None
    """``share_caught low high flow flow_low flow_high``: what a guess makes of the kilograms seized."""
    effort: pd.DataFrame | None = None
    """``place cases hours rate low high`` for places with enough cases."""
    why_no_effort: str = ""
    agreement: pd.DataFrame | None = None
    """``origin destination seized cases solved linked agreement``: rounded shares side by side."""
    gaps: pd.DataFrame | None = None
    """``country field year n change low high``: what would change the ranking of links most."""
    choices: dict[str, Any] = field(default_factory=dict)


def weigh(facts: Facts, links: Links, estimated: Estimated) -> Evidence:
    """Work out what stands behind the answer."""
    prices, why_no_prices = _prices(facts, links)
    effort, why_no_effort = _effort(facts)
    gaps, made = _gaps(facts)
    return Evidence(
        prices=prices,
        why_no_prices=why_no_prices,
        caught=_caught(facts),
        effort=effort,
        why_no_effort=why_no_effort,
        agreement=_agreement(links, estimated, prices),
        gaps=gaps,
        choices={"gaps": made},
    )


def priced_as(drug: str) -> str:
    """Return the group whose prices stand for a drug: heroin for all opiates."""
    return _PRICED_AS.get(drug, drug)


def _prices(facts: Facts, links: Links) -> tuple[Prices | None, str]:
    intake = facts.request.prices
    if intake is None:
        return None, ""
    wanted = priced_as(facts.drug)
    table = intake.table
    fits = (table["drug_class"] == wanted) | (
        table["drug"].astype("string").str.casefold() == wanted.casefold()
    )
    table = table[fits.fillna(False) & table["country"].notna() & table["usd_per_g"].notna()]
    bad = table["flags"].str.contains("price_outlier|price_unit_slip")
    left_out, table = int(bad.sum()), table[~bad]
    counts = table.loc[table["level"] != "unknown", "level"].value_counts()
    if counts.empty or table["country"].nunique() < 2:
        return None, _("The prices hold too few of {drug} with a weight and a level of the market.").format(
            drug=facts.what
        )
    level = "wholesale" if counts.get("wholesale", 0) >= 0.3 * counts.sum() else str(counts.index[0])
    table = table[table["level"] == level]
    wide = _wide(table)
    gradient = flows.price_gradient(wide) if wide.shape[1] > 1 else None
    suspect = tuple(gradient.attrs["choices"]["suspect"]) if gradient is not None else ()
    good = table[~_market(table).isin(suspect)]
    ladder = good.groupby("country", observed=True).agg(
        price=("usd_per_g", "median"), years=("year", "nunique")
    )
    ladder = ladder.sort_values("price", kind="stable").reset_index()
    span = (int(table["year"].min()), int(table["year"].max()))
    by_year = good.pivot_table(
        index="year", columns="country", values="usd_per_g", aggfunc="median", observed=True
    )
    steps = _steps(links, ladder)
    return Prices(ladder, steps, gradient, level, suspect, left_out, span, by_year.sort_index()), ""


def _market(table: pd.DataFrame) -> pd.Series[Any]:
    """Return the market of each price: the place where the file has one, else the country."""
    return table["place"].astype(object).where(table["place"].notna(), table["country"].astype(object))


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    """Return periods by markets; quarters where the file has them."""
    period = table["year"].astype("Int64") * 10 + table["quarter"].fillna(0)
    wide = table.assign(period=period.astype("int64"), market=_market(table)).pivot_table(
        index="period", columns="market", values="usd_per_g", aggfunc="median", observed=True
    )
    return wide.sort_index()


def _steps(links: Links, ladder: pd.DataFrame) -> pd.DataFrame:
    price = ladder.set_index("country")["price"]
    steps = links.shown[["origin", "destination"]].assign(
        price_origin=links.shown["origin"].map(price), price_destination=links.shown["destination"].map(price)
    )
    steps = steps.dropna().reset_index(drop=True)
    return steps.assign(markup=steps["price_destination"] / steps["price_origin"] - 1)


def _caught(facts: Facts) -> pd.DataFrame | None:
    """Return what guesses of the share caught make of a year's kilograms; None where one case makes most."""
    kg = facts.yearly["kg"]
    if public.dominated(kg.to_numpy(), minimum=facts.policy.cells.minimum_count):
        return None
    rows = []
    for a, b in GUESSES:
        found = flows.interception(float(kg.sum()), a=a, b=b)
        made, row = found.attrs["choices"], found.iloc[0]
        rows.append(
            {
                "share_caught": made["share_caught"],
                "low": made["share_caught_low"],
                "high": made["share_caught_high"],
                "seized": public.significant(float(row["seized"])),
                "flow": public.significant(float(row["median"])),
                "flow_low": public.significant(float(row["low"])),
                "flow_high": public.significant(float(row["high"])),
            }
        )
    return pd.DataFrame(rows)


def effort_cases(facts: Facts) -> pd.Series[int]:
    """Count the seizures of each place that has hours: a post by its name, a country by its code."""
    effort = facts.request.effort
    if effort is None:
        return pd.Series(dtype="int64")
    places = pd.Index(effort["place"].astype(str).unique())
    return pd.Series({place: int(at_place(facts, place).sum()) for place in sorted(places)}, dtype="int64")


def at_place(facts: Facts, place: str) -> Any:
    """Say which seizures were made at a post, or in a country."""
    inside = (facts.table["country"].astype("string") == place).fillna(False)
    named = facts.table["place"].astype("string").str.strip().str.casefold()
    return (inside | (named == place.strip().casefold()).fillna(False)).to_numpy(dtype=bool)


def _effort(facts: Facts) -> tuple[pd.DataFrame | None, str]:
    effort = facts.request.effort
    if effort is None:
        return None, ""
    cases = effort_cases(facts)
    minimum = facts.policy.cells.minimum_count
    hours = effort.groupby(effort["place"].astype(str))["hours"].sum()
    table = pd.DataFrame({"cases": cases, "hours": hours}).dropna()
    table = table[(table["cases"] >= minimum) & (table["hours"] > 0)]
    if table.empty:
        return None, _("No place with hours of work has enough seizures of {drug}.").format(drug=facts.what)
    # Thousand hours: a prior of one seizure in a thousand hours says next to nothing.
    found = flows.effort_rate(table["cases"].astype("int64"), table["hours"] / 1000)
    rates = pd.DataFrame({name: found[name].map(public.significant) for name in ("rate", "low", "high")})
    made = table.assign(cases=table["cases"].astype("Int64"), hours=table["hours"].map(public.significant))
    return pd.concat([made, rates], axis=1).rename_axis("place").reset_index(), ""


def _agreement(links: Links, estimated: Estimated, prices: Prices | None) -> pd.DataFrame | None:
    if estimated.flows.empty:
        return None
    by_cases = links.edges[["origin", "destination"]].assign(kg=links.edges["n"].astype(float))
    given: dict[str, pd.DataFrame] = {"seized": links.edges, "cases": by_cases, "solved": estimated.flows}
    linked = _linked(prices)
    if linked is not None:
        given["prices"] = linked
    try:
        found = flows.fuse(given)
    except InputError:
        return None
    pairs = set(zip(links.shown["origin"], links.shown["destination"], strict=True))
    mine = [pair in pairs for pair in zip(found["origin"], found["destination"], strict=True)]
    found = found[mine].reset_index(drop=True)
    return pd.DataFrame(
        {
            "origin": found["origin"],
            "destination": found["destination"],
            "seized": found["seized_share"].map(public.rounded_share),
            "cases": found["cases_share"].map(public.rounded_share),
            "solved": found["solved_share"].map(public.rounded_share),
            "linked": found["prices"]
            if "prices" in found
            else pd.array([pd.NA] * len(found), dtype="boolean"),
            "agreement": (found["agreement"] * 10).round() / 10,
        }
    )


def _linked(prices: Prices | None) -> pd.DataFrame | None:
    """Return pairs of countries that prices could test; None where none could be."""
    if prices is None or prices.gradient is None or not prices.gradient["p_value"].notna().any():
        return None
    known = set(prices.ladder["country"])
    inside = prices.gradient["origin"].isin(known) & prices.gradient["destination"].isin(known)
    return prices.gradient[inside & prices.gradient["p_value"].notna()] if inside.any() else None


def _gaps(facts: Facts) -> tuple[pd.DataFrame | None, dict[str, Any]]:
    """Return the gaps that would move the ranking of links, with enough rows behind each."""
    minimum = facts.policy.cells.minimum_count
    try:
        found = flows.value_of_information(facts.table, top=10, draws=_DRAWS, rng=_SEED)
    except InputError:
        return None, {}
    shown = found[(found["n"] >= minimum) & (found["change"] > 0)]
    table = shown[["country", "field", "year", "change", "low", "high"]].head(12).reset_index(drop=True)
    for name in ("change", "low", "high"):
        table[name] = table[name].map(public.rounded_share)
    silent = int(((found["field"] == "report") & (found["donors"] == "none")).sum())
    return table, {**found.attrs["choices"], "silent_countries": silent}
