"""
What a figure of flows draws and what it leaves out: a table of edges, taken apart before anything is drawn.

What is not drawn is counted here (edges under the threshold, edges without a place, kilograms whose origin
nobody named), so that every figure can say it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .. import choices
from ..collection import countries
from ..errors import InputError
from ..i18n import _, current, plural
from . import style
from .ticks import check_columns, known

__all__ = [
    "Edges",
    "drug_name",
    "edge_words",
    "flows_limit",
    "interval",
    "is_seized",
    "left_out",
    "mass",
    "names_among",
    "names_of",
    "place_name",
    "short",
    "take_edges",
]

_KEYS = ("node", "post_id", "post", "place", "code", "country", "iso_a2", "name")
"""Columns of a table of places that may hold the names used elsewhere."""
_FACTOR = 1000
_NO_BREAK = "\u00a0"
_TONNES = 10_000.0
"""Kilograms from which tonnes are written."""


def flows_limit() -> str:
    """Return the limit that every figure of flows states."""
    return _("Seizures are not flows: they measure enforcement and reporting as well.")


@dataclass(frozen=True)
class Edges:
    """A table of flows, ready to be drawn."""

    drawn: pd.DataFrame
    """``origin``, ``destination``, ``kg``, ``low``, ``high`` (NaN where unknown), largest first."""
    unweighed: pd.DataFrame
    """Edges with cases and no kilograms: there, of unknown size."""
    unnamed: pd.DataFrame
    """Rows without an origin or without a destination, with their kilograms."""
    seized: bool
    """The kilograms are seizures, not an estimate of a flow."""
    threshold: float
    """Edges below this are not drawn; 0 where all are."""
    n_all: int
    n_left: int
    share_left: float
    """Of the kilograms of all edges; a load that crosses stands on two of them."""


def take_edges(flows: pd.DataFrame, *, threshold: float | None, most: int, argument: str = "flows") -> Edges:
    """
    Take a table of flows apart: what is drawn, what is too small, what has no amount, what has no name.

    Parameters
    ----------
    flows
        ``origin``, ``destination``, ``kg``; where there, ``low``, ``high``, ``n``. One row an edge.
    threshold
        Kilograms below which an edge is not drawn; None leaves the `most` largest.
    most
        How many edges are drawn at most, whatever the threshold.
    argument
        Name of the table in messages.

    Raises
    ------
    ColumnsError
        If a column is missing.
    InputError
        If an edge stands twice, a number is negative, or nothing is left to draw.
    """
    check_columns(flows, ("origin", "destination", "kg"), "flows.estimate")
    table = pd.DataFrame({name: flows[name].to_numpy(dtype=object) for name in ("origin", "destination")})
    for name in ("kg", "low", "high", "n"):
        table[name] = known(flows[name]) if name in flows else np.nan
    if (table["kg"] < 0).any() or (threshold is not None and not threshold >= 0):
        msg = _("`{name}` must hold numbers from {least} up; {first} has {value!r}.")
        wrong = int(np.flatnonzero(table["kg"] < 0)[0]) if (table["kg"] < 0).any() else None
        first = (
            _("threshold") if wrong is None else f"{table['origin'][wrong]} → {table['destination'][wrong]}"
        )
        value = threshold if wrong is None else float(table["kg"][wrong])
        raise InputError(msg.format(name=argument, least="0", first=first, value=value))
    nameless = table["origin"].isna() | table["destination"].isna()
    unnamed, table = table[nameless], table[~nameless & (table["origin"] != table["destination"])]
    twice = table.duplicated(["origin", "destination"])
    if twice.any():
        row = table[twice].iloc[0]
        msg = _("`{name}` has {origin} to {destination} more than once. Take one year, or add them up.")
        raise InputError(msg.format(name=argument, origin=row["origin"], destination=row["destination"]))
    weighed = table[table["kg"] > 0].sort_values(
        ["kg", "origin", "destination"], ascending=[False, True, True], kind="stable", ignore_index=True
    )
    if weighed.empty:
        raise InputError(
            _("`{name}` has no edge with kilograms above 0: nothing to draw.").format(name=argument)
        )
    unweighed = table[~(table["kg"] > 0) & (table["n"] > 0)].reset_index(drop=True)
    drawn = weighed[weighed["kg"] >= (threshold or 0.0)].head(most)
    if drawn.empty:
        msg = _("No edge of `{name}` has {threshold} or more; the largest has {largest}. Lower `threshold`.")
        raise InputError(
            msg.format(name=argument, threshold=mass(threshold or 0), largest=mass(float(weighed["kg"][0])))
        )
    left = weighed.iloc[len(drawn) :]
    return Edges(
        drawn=drawn,
        unweighed=unweighed,
        unnamed=unnamed.reset_index(drop=True),
        seized=is_seized(flows),
        threshold=float(drawn["kg"].iloc[-1]) if len(left) else 0.0,
        n_all=len(weighed),
        n_left=len(left),
        share_left=float(left["kg"].sum() / weighed["kg"].sum()),
    )


def is_seized(flows: pd.DataFrame) -> bool:
    """Say whether kilograms of a table are seizures (`flows.from_seizures`) and no estimate of a flow."""
    return "method" not in flows and (
        "seizure_ids" in flows or "n_kg" in flows or "kg_seized" in choices.of(flows)
    )


def mass(kg: float) -> str:
    r"""
    Write an amount with no more than three figures that count: kilograms, or tonnes from ten tonnes up.

    Examples
    --------
    >>> mass(1234.5), mass(0.04567), mass(98_765)
    ('1,230\xa0kg', '0.0457\xa0kg', '98.8\xa0t')
    """
    value, unit = (kg / _FACTOR, "t") if abs(kg) >= _TONNES else (kg, "kg")
    figure = short(value)
    text = _("{n} t") if unit == "t" else _("{n} kg")
    return text.format(n=figure).replace(" ", _NO_BREAK)


def short(value: float, figures: int = 3) -> str:
    """
    Write a number with so many figures that count at most, and no zeros for show.

    Examples
    --------
    >>> short(1234.5), short(0.5), short(6.43, 2)
    ('1,230', '0.5', '6.4')
    """
    rounded = float(f"{value:.{figures}g}")
    return style.figure_number(rounded, digits=len(f"{rounded:.10f}".rstrip("0").partition(".")[2]))


def interval(low: float, high: float) -> str:
    """Write two ends of an interval, the unit once; an unknown one gives no text."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return ""
    large = high >= _TONNES
    ends = [short(end / (_FACTOR if large else 1)) for end in (low, high)]
    text = _("{low} to {high} t") if large else _("{low} to {high} kg")
    before, _space, unit = text.format(low=ends[0], high=ends[1]).rpartition(" ")
    return f"{before}{_NO_BREAK}{unit}"


def place_name(code: Any, names: dict[Any, str] | None = None) -> str:
    """Return the name of a country in the language in use, or the caller's name of a place."""
    if names and code in names:
        return names[code]
    text = str(code)
    known_code = len(text) == 2 and text.isascii() and text.isupper()
    if not known_code:
        return text
    try:
        return countries.name(text)
    except InputError:
        return text


def edge_words(row: Any, names: dict[Any, str]) -> str:
    """Say one edge: from where to where, kilograms, interval."""
    band = interval(float(row["low"]), float(row["high"]))
    ends = f"{place_name(row['origin'], names)} → {place_name(row['destination'], names)}"
    text = f"{ends}: {mass(float(row['kg']))}"
    return f"{text} ({band})" if band else text


def drug_name(drug: str) -> str:
    """Return the name of a class of drugs in the language in use; other names as they are."""
    words = {
        "heroin": _("heroin"),
        "opium": _("opium"),
        "morphine": _("morphine"),
        "cannabis_resin": _("cannabis resin"),
        "cannabis_herb": _("cannabis herb"),
        "cocaine": _("cocaine"),
        "methamphetamine": _("methamphetamine"),
        "amphetamine": _("amphetamine"),
        "ecstasy": _("ecstasy"),
        "nps": _("new psychoactive substances"),
    }
    return words.get(drug, drug)


def left_out(edges: Edges) -> str | None:
    """Say what the threshold left out, in edges and in the share of kilograms."""
    if not edges.n_left:
        return None
    return plural(
        "Not drawn: {n} edge under {threshold} ({share} of the kilograms of all edges).",
        "Not drawn: {n} edges under {threshold} ({share} of the kilograms of all edges).",
        edges.n_left,
    ).format(
        n=style.number(edges.n_left),
        threshold=mass(edges.threshold),
        share=style.percent(edges.share_left, 0 if edges.share_left >= 0.01 else 1),
    )


def names_of(places: pd.DataFrame | None, keys: Any) -> dict[Any, str]:
    """Return names of places by key, from the column of the language in use where there is one."""
    if places is None:
        return {}
    columns = [f"name_{current()}", "name"]
    column = next((one for one in columns if one in places.columns), None)
    if column is None:
        return {}
    return {key: str(name) for key, name in zip(keys, places[column], strict=True) if isinstance(name, str)}


def names_among(places: pd.DataFrame | None, wanted: Any) -> dict[Any, str]:
    """Return names of places by the column that holds most of the keys wanted."""
    if places is None:
        return {}
    keys = set(wanted)
    hits = {column: int(places[column].isin(keys).sum()) for column in _KEYS if column in places.columns}
    best = max(hits, key=lambda column: hits[column], default=None)
    return names_of(places, places[best]) if best is not None and hits[best] else {}
