"""
Prices along the roads, with what tables of prices have: noise, falling purity, one place in another unit.

A price at a town is that of the town before it on its road, dearer by the way, and it moves when that one
moves. The two roads have shocks of their own, and there is one that all share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .seizure_world import FIRST_YEAR

__all__ = ["QUARTERS", "ROADS", "TRAP", "linked_pairs", "make_prices"]

QUARTERS = 12
TRAP = {"place": "Palrigan", "drug": "Heroin", "times": 10}
"""Prices of this place are written ten times too high."""
_COMMON, _SHOCK, _NOISE = 0.10, 0.20, 0.03
"""Deviations of the quarterly changes: what all share, each road's own, each town's own."""


@dataclass(frozen=True)
class Road:
    """Towns in the order in which a drug passes them, with dollars a kilogram and purity at each."""

    drug: str
    towns: tuple[tuple[str, str, float, float], ...]


ROADS: tuple[Road, ...] = (
    Road(
        "Heroin",
        (
            *(("Osgonok", "XB", 3600.0, 0.72), ("Kelovar", "XA", 7400.0, 0.61)),
            *(("Zolovan", "XA", 9100.0, 0.57), ("Ruvalek", "XC", 19000.0, 0.44)),
        ),
    ),
    Road(
        "Heroin",
        (
            *(("Velshurak", "XB", 4100.0, 0.70), ("Narshumet", "XA", 7900.0, 0.60)),
            *(("Terzemir", "XA", 9800.0, 0.55), ("Shimedun", "XC", 17400.0, 0.46)),
        ),
    ),
    Road("Heroin", (("Palrigan", "XC", 18200.0, 0.45),)),
    Road(
        "Cannabis resin",
        (
            *(("Osgonok", "XB", 160.0, 1.0), ("Dulkobor", "XA", 390.0, 1.0)),
            *(("Kelovar", "XA", 470.0, 1.0), ("Ruvalek", "XC", 1150.0, 1.0)),
        ),
    ),
    Road(
        "Methamphetamine",
        (
            *(("Palrigan", "XC", 2300.0, 0.81), ("Zolovan", "XA", 4600.0, 0.74)),
            *(("Kelovar", "XA", 5200.0, 0.70), ("Osgonok", "XB", 9400.0, 0.62)),
        ),
    ),
)
"""The ways of the drugs, each from where it is cheap to where it is dear."""

_RETAIL = {"Kelovar": 2.6, "Terzemir": 2.6, "Ruvalek": 3.1}
"""Where heroin is also priced by the gram, and how much dearer than wholesale."""


def make_prices(rng: np.random.Generator) -> pd.DataFrame:
    """
    Draw the prices of three years by quarter, as text.

    Returns
    -------
    DataFrame
        ``country``, ``place``, ``year``, ``quarter``, ``drug``, ``level``, ``usd``, ``unit``, ``purity``.

    Examples
    --------
    >>> make_prices(np.random.default_rng(1)).shape
    (240, 9)
    """
    common = _COMMON * rng.standard_normal((3, QUARTERS))
    drugs = list(dict.fromkeys(road.drug for road in ROADS))
    rows = []
    for road in ROADS:
        moved = np.cumsum(common[drugs.index(road.drug)] + _SHOCK * rng.standard_normal(QUARTERS))
        for town, country, usd, purity in road.towns:
            own = np.cumsum(_NOISE * rng.standard_normal(QUARTERS))
            wavers = np.clip(purity + 0.02 * rng.standard_normal(QUARTERS), 0.05, 1.0)
            for at in range(QUARTERS):
                price = usd * np.exp(moved[at] - moved.mean() + own[at] - own.mean())
                base = (country, town, str(FIRST_YEAR + at // 4), str(at % 4 + 1), road.drug)
                pure = "" if purity == 1.0 else f"{wavers[at]:.2f}"
                wrong = TRAP["times"] if (town, road.drug) == (TRAP["place"], TRAP["drug"]) else 1
                rows.append((*base, "wholesale", f"{price * float(str(wrong)):.0f}", "kg", pure))
                if road.drug == "Heroin" and town in _RETAIL:
                    gram = price / 1000 * _RETAIL[town]
                    cut = f"{wavers[at] * 0.6:.2f}"
                    rows.append((*base, "retail", f"{gram:.1f}", "g", cut))
    columns = ["country", "place", "year", "quarter", "drug", "level", "usd", "unit", "purity"]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    return table.sort_values(["drug", "level", "country", "place", "year", "quarter"], ignore_index=True)


def linked_pairs(drug: str) -> list[list[str]]:
    """
    Return the pairs of places whose prices share a road, from the cheaper to the dearer.

    Examples
    --------
    >>> linked_pairs("Cannabis resin")[0]
    ['Osgonok', 'Dulkobor']
    """
    towns = [[town for town, *_rest in road.towns] for road in ROADS if road.drug == drug]
    return [[a, b] for names in towns for at, a in enumerate(names) for b in names[at + 1 :]]
