"""
Shops in a messenger and the dead drops they use: offers by the week, and finds by the district of Kelovar.

A find has a day and a district and no place finer than that, here or anywhere: a dead drop is a point where
someone may come. Finds depend on who looks: one district has a campaign, and more finds without more offers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .sellers import CLOSES, FIRST_DAY, GOODS, LAST_DAY, day

__all__ = ["CAMPAIGN", "DISTRICTS", "OFFENCE", "finds_table", "offers_table"]

DISTRICTS = {"Tesvar": 0.6, "Lomiran": 0.5, "Nartul": 1.5, "Golvir": 1.0, "Gumrel": 2.4, "Dashvar": 0.6,
             "Pelsim": 0.8, "Korvast": 1.9, "Umtelor": 0.7}  # fmt: skip
"""Districts of Kelovar with the weight of what is laid there."""
CAMPAIGN = ("Dashvar", day("2025-09-01"), day("2025-10-31"), 5.0)
"""District, first and last day of a police campaign, and the factor on what the police find."""
SPREAD = 1.6
"""Factor on offers and drops from the day on which Lunimet is gone."""
OFFENCE = "Drug dead drop found"
_SHOPS = 9
_SOLD = ("cannabis_herb", "cannabis_resin", "methamphetamine", "nps")
_MIX = (0.25, 0.15, 0.25, 0.35)
_FINDS = 4.2
"""Finds a week in the whole city before the closure."""
_REPORTED = 0.35
_TELAR = 40.0


def offers_table(rng: np.random.Generator) -> pd.DataFrame:
    """Return a row a shop, week and substance: what, how much, price in telars, districts, posts."""
    goods = {one.substance: one for one in GOODS}
    names, weights = list(DISTRICTS), np.array(list(DISTRICTS.values()))
    rows: list[dict[str, Any]] = []
    for number in range(_SHOPS):
        start = int(rng.integers(-150, LAST_DAY - 150))
        end = start + 90 + int(-220 * np.log(1 - 0.95 * rng.random()))
        sold = sorted(_SOLD[k] for k in rng.choice(4, 1 + int(rng.integers(0, 3)), replace=False, p=_MIX))
        places = sorted(
            names[k]
            for k in rng.choice(9, 2 + int(rng.integers(0, 3)), replace=False, p=weights / weights.sum())
        )
        level, drop = float(np.exp(0.1 * rng.standard_normal())), number % 4 != 3
        for monday in range(max(0, 7 * (start // 7 + 1)), min(end, LAST_DAY), 7):
            for name in sold:
                one = goods[name]
                size = one.sizes[int(rng.integers(0, 3))]
                price = (
                    one.usd * 1.25 * level * size**one.exponent * float(np.exp(0.05 * rng.standard_normal()))
                )
                posts = int(rng.poisson(6 * (SPREAD if monday >= CLOSES["Lunimet"] else 1.0)))
                rows.append(
                    {
                        "shop_id": f"T{number + 1:02d}",
                        "week": str(FIRST_DAY + monday),
                        "substance_class": name,
                        "qty_value": f"{size:g}",
                        "qty_unit": one.unit,
                        "price": str(round(price * _TELAR / 10) * 10),
                        "currency": "TLR",
                        "delivery": "dead drop" if drop else "post",
                        "districts": ";".join(places) if drop else "",
                        "posts": str(posts),
                    }
                )
    table = pd.DataFrame(rows)
    return table.sort_values(["week", "shop_id", "substance_class"], kind="stable", ignore_index=True)


def finds_table(rng: np.random.Generator) -> pd.DataFrame:
    """Return a row a find: number, day, district, substance, amount, parcels, who found it."""
    goods = {one.substance: one for one in GOODS}
    rows: list[tuple[Any, ...]] = []
    total = sum(DISTRICTS.values())
    for date in range(LAST_DAY + 1):
        for name, weight in DISTRICTS.items():
            rate = _FINDS / 7 * weight / total * (SPREAD if date >= CLOSES["Lunimet"] else 1.0)
            reported = int(rng.poisson(rate * _REPORTED))
            effort = CAMPAIGN[3] if name == CAMPAIGN[0] and CAMPAIGN[1] <= date <= CAMPAIGN[2] else 1.0
            discovered = int(rng.poisson(rate * (1 - _REPORTED) * effort))
            rows.extend((date, name, "reported") for _ in range(reported))
            rows.extend((date, name, "discovered") for _ in range(discovered))
    made = []
    for number, (date, district, origin) in enumerate(rows, start=1):
        one = goods[_SOLD[int(np.searchsorted(np.cumsum(_MIX)[:-1], rng.random(), side="right"))]]
        size = one.sizes[int(rng.integers(0, 3))]
        made.append(
            {
                "find_no": f"Z{str(FIRST_DAY + date)[2:4]}-{number:04d}",
                "offence": OFFENCE,
                "occurred_from": str(FIRST_DAY + date),
                "district": district,
                "substance_class": one.substance,
                "qty_value": f"{size:g}",
                "qty_unit": one.unit,
                "parcels": str(1 + int(rng.poisson(0.8))),
                "origin": origin,
            }
        )
    return pd.DataFrame(made)
