"""
Shipping: between which countries offers are made, on the same country codes as seizures and flows.

A listing counts once, whatever it says. One that ships to three countries gives a third to each, and one that
ships worldwide stays "worldwide", or is spread over countries by a weight that the caller gives; it is never
copied to each country, for that would make offers out of nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import choices
from ..errors import InputError
from ..i18n import _
from ._flow_tables import need_columns, numbers_by_name
from ._listing_tables import cannot_show, once_a_listing, take_listings, take_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["UNDECLARED", "WORLDWIDE", "Shipping", "beside_flows", "shipping"]

UNDECLARED = "undeclared"
WORLDWIDE = "worldwide"
_EDGE = ["origin", "destination"]


@dataclass(frozen=True)
class Shipping:
    """Where offers come from and where they go."""

    flows: pd.DataFrame
    """In the order of codes: ``origin``, ``destination`` (a code, ``undeclared`` or ``worldwide``), ``n``
    (listings, parts of them added up), ``listings`` (that name the pair at all), ``share``, ``domestic``,
    ``share_of_destination``."""
    origins: pd.DataFrame
    """By ``origin``: ``n`` listings, ``share``, ``share_domestic`` (of those that say both ends),
    ``population``, ``per_million`` with ``low`` and ``high``, ``quotient`` (share of listings over share of
    people, of the countries with people; 1 is as many as people) with ``quotient_low`` and
    ``quotient_high``."""
    choices: dict[str, Any] = field(repr=False)
    """What was chosen, for `ilp.explain`."""


def shipping(
    listings: pd.DataFrame,
    *,
    population: pd.Series[Any] | None = None,
    spread: pd.Series[Any] | None = None,
    substance: str | None = None,
    confidence: float = 0.95,
) -> Shipping:
    """
    Count offers by origin and destination: listings, not shipments.

    Parameters
    ----------
    listings
        A row for each listing and snapshot, as `ilp.read_listings` gives it: ``market``, ``listing_id``,
        ``ships_from`` (a code, or empty), ``ships_to`` (a tuple of codes and regions, or
        ``("worldwide",)``), ``snapshot_date``; ``ships_from_region`` if there; ``substance`` where one is
        asked for.
    population
        People by country code, for quotients.
    spread
        Weights by country code over which offers to the whole world are spread, such as the population;
        without it they stay ``worldwide``. The country of origin takes no part.
    substance
        Only this substance; None takes all of them together.
    confidence
        Of the intervals, between 0 and 1.

    Returns
    -------
    Shipping

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If a weight or a number of people is missing or negative.

    Notes
    -----
    The last snapshot of a listing says where it ships. ``n`` adds up to the number of listings, always. An
    origin is what the vendor says, and not to say is common (kept as ``undeclared``): shares are of what is
    said. Regions (``eu``) stay regions. Intervals are those of a count (Poisson, exact), as if listings were
    independent; a vendor with fifty listings makes them too narrow. The quotient compares with people, and
    people online differ.

    References
    ----------
    Location quotient: Brantingham & Brantingham (1998), Mapping crime for analytic purposes. Interval of a
    count: Garwood (1936), doi:10.1093/biomet/28.3-4.437.

    Examples
    --------
    >>> table = pd.DataFrame({"market": "M", "listing_id": ["a", "b", "c"], "ships_from": ["XB", "XB", None],
    ...     "ships_to": [("XA", "XC"), ("worldwide",), ("XA",)],
    ...     "snapshot_date": pd.Timestamp("2025-01-01")})
    >>> shipping(table).flows[["origin", "destination", "n"]]
           origin destination    n
    0          XB          XA  0.5
    1          XB          XC  0.5
    2          XB   worldwide  1.0
    3  undeclared          XA  1.0
    """
    columns = ("market", "listing_id", "ships_from", "ships_to", *(("substance",) if substance else ()))
    table = take_listings(listings, columns)
    if "ships_from_region" in listings:
        region = pd.Series(listings["ships_from_region"].to_numpy(), index=table.index)
        table["ships_from"] = table["ships_from"].where(table["ships_from"].notna(), region)
    if substance is not None:
        table = table[take_text(table["substance"], "unknown") == substance]
    table = once_a_listing(table)
    people = None if population is None else numbers_by_name(population, "population")
    weights = None if spread is None else numbers_by_name(spread, "spread")
    parts = _parts(table, weights)
    flows = parts.groupby(_EDGE, sort=True).agg(n=("part", "sum"), listings=("listing", "nunique"))
    flows = flows.reset_index()
    flows["share"] = flows["n"] / len(table) if len(table) else np.nan
    said = flows["origin"] != UNDECLARED
    flows["domestic"] = (said & (flows["origin"] == flows["destination"])).astype(bool)
    flows["share_of_destination"] = flows["n"] / flows.groupby("destination")["n"].transform("sum")
    made = {
        "unit": "listings, each once, parts of it to each destination",
        "substance": substance,
        "worldwide": "kept apart" if weights is None else "spread by weights",
        "undeclared": int(table["ships_from"].isna().sum()),
        "to_undeclared": int(parts.loc[parts["destination"] == UNDECLARED, "listing"].nunique()),
        "to_worldwide": int(_is_worldwide(table).sum()),
        "n": len(table),
        "confidence": float(confidence),
        "cannot_show": cannot_show("listing", "origin", "unseen"),
    }
    return Shipping(
        choices.record(flows, **made), choices.record(_origins(flows, people, confidence), **made), made
    )


def beside_flows(offers: Shipping, flows: pd.DataFrame) -> pd.DataFrame:
    """
    Lay offers beside flows or seizures between the same countries; never add them up.

    Parameters
    ----------
    offers
        From `shipping`.
    flows
        Such as `flows.from_seizures` or `flows.estimate` give: ``origin``, ``destination``, ``kg`` and, if
        there, ``n``; an edge once.

    Returns
    -------
    pandas.DataFrame
        In the order of codes, every pair of countries that either knows: ``origin``, ``destination``,
        ``listings`` (parts added up), ``listings_share``, ``kg``, ``kg_share`` (of all that leads to the
        destination, in its own table), ``n_seizures`` (where known), ``only_in`` (``listings``, ``flows`` or
        ``both``). Offers without both countries are left out and counted.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If an edge stands twice.

    Notes
    -----
    What goes by post in grams and what goes by road in kilograms are two trades. A pair that only listings
    know is a question for the mail, not a proof; one that only seizures know may not be sold online at all.
    """
    need_columns(flows, [*_EDGE, "kg"], "flows")
    if flows.duplicated(_EDGE).any():
        raise InputError(_("`flows` has an edge twice; take one year and one drug."))
    said = offers.flows[_EDGE].apply(lambda codes: codes.str.fullmatch("[A-Z]{2}")).all(axis=1)
    mine = offers.flows[said & ~offers.flows["domestic"]].set_index(_EDGE)["n"].rename("listings")
    others = flows.set_index(_EDGE)
    both = pd.concat([mine, others["kg"].astype(float)], axis=1).sort_index()
    both.index = both.index.set_names(_EDGE)
    both["only_in"] = np.select(
        [both["listings"].notna() & both["kg"].notna(), both["listings"].notna()],
        ["both", "listings"],
        "flows",
    )
    both["n_seizures"] = others["n"].reindex(both.index).astype("Int64") if "n" in others else pd.NA
    both = both.reset_index()
    for column, share in (("listings", "listings_share"), ("kg", "kg_share")):
        both[share] = both[column] / both.groupby("destination")[column].transform("sum").replace(0, np.nan)
    order = [*_EDGE, "listings", "listings_share", "kg", "kg_share", "n_seizures", "only_in"]
    return choices.record(
        pd.DataFrame(both[order]),
        left_out_listings=float(offers.flows.loc[~said, "n"].sum()),
        domestic_listings=float(offers.flows.loc[offers.flows["domestic"], "n"].sum()),
        unit="shares of what leads to the destination",
        cannot_show=cannot_show("listing", "origin"),
    )


def _targets(value: Any) -> tuple[str, ...]:
    """Return the destinations of a listing, each once; one word where it says none."""
    if isinstance(value, str):
        value = (value,)
    if not isinstance(value, tuple | list | np.ndarray):
        return (UNDECLARED,)
    found = tuple(dict.fromkeys(str(one) for one in value if not pd.isna(one) and str(one)))
    return (WORLDWIDE,) if WORLDWIDE in found else found or (UNDECLARED,)


def _is_worldwide(table: pd.DataFrame) -> pd.Series[Any]:
    return table["ships_to"].map(lambda value: _targets(value) == (WORLDWIDE,)).astype(bool)


def _parts(table: pd.DataFrame, weights: pd.Series[Any] | None) -> pd.DataFrame:
    """Return the parts of each listing: origin, destination, share of the listing."""
    origin = take_text(table["ships_from"].replace("", np.nan), UNDECLARED)
    rows: list[tuple[int, str, str, float]] = []
    for listing, (here, value) in enumerate(zip(origin, table["ships_to"], strict=True)):
        targets = _targets(value)
        if targets == (WORLDWIDE,) and weights is not None:
            others = weights[(weights > 0) & (weights.index.astype(str) != here)]
            if others.sum() > 0:
                rows += [
                    (listing, here, str(code), float(one)) for code, one in (others / others.sum()).items()
                ]
                continue
        rows += [(listing, here, code, 1 / len(targets)) for code in targets]
    return pd.DataFrame(rows, columns=["listing", *_EDGE, "part"])


def _origins(flows: pd.DataFrame, people: pd.Series[Any] | None, confidence: float) -> pd.DataFrame:
    from scipy.stats import chi2

    table = flows.groupby("origin", sort=True)["n"].sum().round(9).to_frame()
    table["share"] = table["n"] / table["n"].sum()
    said = flows[~flows["destination"].isin([UNDECLARED, WORLDWIDE])]
    total = said.groupby("origin")["n"].sum()
    home = said[said["domestic"]].groupby("origin")["n"].sum().reindex(total.index, fill_value=0.0)
    table["share_domestic"] = (home / total.where(total > 0)).reindex(table.index)
    table["population"] = np.nan if people is None else people.reindex(table.index).astype(float)
    counted = table["n"].where(table["population"] > 0)
    tail = (1 - confidence) / 2
    low = pd.Series(chi2.ppf(tail, 2 * counted.to_numpy(dtype=float)) / 2, index=table.index)
    high = pd.Series(chi2.ppf(1 - tail, 2 * counted.to_numpy(dtype=float) + 2) / 2, index=table.index)
    millions = table["population"] / 1e6
    for name, value in (("per_million", counted), ("low", low), ("high", high)):
        table[name] = value / millions
    usual = counted.sum() / millions[counted.notna()].sum() if counted.notna().any() else np.nan
    for name, rate in (("quotient", "per_million"), ("quotient_low", "low"), ("quotient_high", "high")):
        table[name] = table[rate] / usual
    return table
