"""
Three years of seizures in the three countries, with the flow behind them, prices, hours of work, and roads.

`make_seizures` is pure: it returns names and bytes, from a seed and from what the world is like.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .files import csv_bytes, json_bytes
from .seizure_cases import ids_table, make_cases, register_table
from .seizure_dirt import DIRT, OUTLIER_KG, soil_seizures
from .seizure_package import describe_seizures
from .seizure_places import places_table, roads_table
from .seizure_prices import TRAP, linked_pairs, make_prices
from .seizure_world import (
    DRUGS,
    FIRST_YEAR,
    FOUND,
    MONTHS,
    WORLD,
    Stream,
    World,
    flows_table,
    hours_table,
    mean_load,
    pass_share,
    streams,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["REGISTER", "SEED", "make_seizures"]

SEED = 7331
"""Each step has a generator of its own, seeded with this number and the number of the step."""
REGISTER = "XA"
"""The country whose own register is the Russian file."""
_DEMAND_OFF, _DEMAND_LOW, _DEMAND_HIGH = 0.15, 0.7, 1.45


def make_seizures(*, seed: int = SEED, world: World = WORLD) -> dict[str, bytes]:
    """
    Make every generated file of ``datasets/seizures``.

    Parameters
    ----------
    seed
        Another seed makes other seizures of the same flow.
    world
        What is reinforced, when, and what each country sends in.

    Returns
    -------
    dict of str to bytes
        File names and contents; the same on every call.

    Examples
    --------
    >>> len(make_seizures()["seizures.csv"].splitlines()) > 2000
    True
    """
    flow = streams(world)
    cases = make_cases(_chance(seed, 1), flow, world)
    sent = cases[cases["sent"]].reset_index(drop=True)
    soiled, dirt = soil_seizures(_chance(seed, 2), ids_table(sent))
    own = cases[cases["country"] == REGISTER].reset_index(drop=True)
    register = register_table(own, {drug.name: drug.name_ru for drug in DRUGS})
    no_unit = _soil_register(_chance(seed, 3), register)
    flows = flows_table(flow)
    files = {
        "seizures.csv": csv_bytes(soiled),
        "seizures_ru.csv": csv_bytes(register, encoding="cp1251", separator=";"),
        "prices.csv": csv_bytes(make_prices(_chance(seed, 4))),
        "effort.csv": csv_bytes(_effort(world)),
        "demand.csv": csv_bytes(_demand(_chance(seed, 5))),
        "roads.csv": csv_bytes(roads_table()),
        "places.csv": csv_bytes(places_table()),
        "flows_truth.csv": csv_bytes(flows.assign(kg=[f"{kg:.1f}" for kg in flows["kg"]])),
        "truth.json": json_bytes(_truth(flow, cases, soiled, {"file": dirt, "register": no_unit}, world)),
    }
    sums = {name: (len(body), hashlib.sha256(body).hexdigest()) for name, body in files.items()}
    headers = {name: _header(name, body) for name, body in files.items() if name.endswith(".csv")}
    files["datapackage.json"] = json_bytes(describe_seizures(sums, headers))
    return files


def _chance(seed: int, step: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, step])))


def _header(name: str, body: bytes) -> list[str]:
    russian = name == "seizures_ru.csv"
    line = body.split(b"\n", 1)[0].decode("cp1251" if russian else "utf-8")
    return line.split(";" if russian else ",")


def _soil_register(rng: np.random.Generator, register: pd.DataFrame) -> list[int]:
    """Blank the unit of some rows in place; return their rows as a spreadsheet numbers them."""
    rows = np.sort(np.argsort(rng.random(len(register)), kind="stable")[:15])
    register.loc[rows, "Единица измерения"] = ""
    return [int(row) + 2 for row in rows]


def _effort(world: World) -> pd.DataFrame:
    table = hours_table(world)
    month = [f"{FIRST_YEAR + m // 12}-{m % 12 + 1:02d}" for m in table["month"]]
    return table.assign(month=month, hours=table["hours"].astype(str))


def _demand(rng: np.random.Generator) -> pd.DataFrame:
    """Return what surveys say each country takes in a year: the truth, off by some, with its doubt."""
    rows = []
    for drug in DRUGS:
        last = "XC" if drug.north else ""
        for country in sorted(drug.used):
            off = float(np.exp(_DEMAND_OFF * rng.standard_normal()))
            for at, factor in enumerate(drug.years):
                kg = (drug.used[country] + (drug.sent_on if country == last else 0)) * factor * off
                low, high = kg * _DEMAND_LOW, kg * _DEMAND_HIGH
                rows.append(
                    (country, drug.name, str(FIRST_YEAR + at), f"{kg:.0f}", f"{low:.0f}", f"{high:.0f}")
                )
    return pd.DataFrame(rows, columns=["country", "drug", "year", "kg", "low", "high"], dtype=object)


# The truth


def _truth(
    flow: list[Stream],
    cases: pd.DataFrame,
    soiled: pd.DataFrame,
    slips: dict[str, Any],
    world: World,
) -> dict[str, Any]:
    since = f"{FIRST_YEAR + world.since // 12}-{world.since % 12 + 1:02d}"
    return {
        "about": "Do not edit. Made by: python -m ilp_toolkit.synthetic datasets",
        "period": {"first_day": f"{FIRST_YEAR}-01-01", "last_day": f"{FIRST_YEAR + MONTHS // 12 - 1}-12-31"},
        "rows": {
            "seizures": len(soiled),
            "seizures_ru": int((cases["country"] == REGISTER).sum()),
            "seizures_made": len(cases),
            "seizures_sent": int(cases["sent"].sum()),
        },
        "flows": "flows_truth.csv holds kilograms that reach each post, before its officers take their part",
        "legs_kg": _legs(flow),
        "found": {
            "share_per_1000_hours_a_month": FOUND,
            "share_of_flow_seized": _shares_found(flow),
            "mean_load_kg": {drug.name: round(mean_load(drug), 3) for drug in DRUGS},
        },
        "reporting": {
            country: {
                "probability": world.sends(country),
                "not_reported": [year for code, year in world.silent if code == country],
                "made": int(part.sum()),
                "sent": int((part & cases["sent"]).sum()),
            }
            for country, part in ((code, cases["country"] == code) for code in ("XA", "XB", "XC"))
        },
        "reinforced": {
            "country": "XA",
            "post": world.reinforced,
            "since": since,
            "hours_times": world.times,
            "settles_in_months": world.settles,
            "near": [post for post in ("Ishzemir", "Murgosin", "Umrilek") if post != world.reinforced],
            "control": ["Dorsunok", "Salvamet"],
            "share_by_post": {
                drug.name: {
                    "before": pass_share(drug, world.since - 14, world),
                    "after": pass_share(drug, world.since + 10, world),
                }
                for drug in DRUGS
            },
            "closed_in_winter": "Ishzemir, December to February: no hours, nothing passes",
        },
        "prices": {
            "linked": {drug.name: linked_pairs(drug.name) for drug in DRUGS if linked_pairs(drug.name)},
            "wrong_unit": dict(TRAP),
        },
        "dirt": {name: {"n": DIRT[name], "rows": rows} for name, rows in slips["file"].items()},
        "outlier": {
            "kg": OUTLIER_KG,
            "why": "The seizure is real. It came by Tolvania; its record names the country of production.",
        },
        "by_process": _by_process(soiled),
        "seizures_ru": {"no_unit": slips["register"]},
    }


def _legs(flow: list[Stream]) -> dict[str, dict[str, dict[str, float]]]:
    table = flows_table(flow).groupby(["drug", "origin", "destination", "year"])["kg"].sum().reset_index()
    found: dict[str, dict[str, dict[str, float]]] = {}
    for row in table.to_dict("records"):
        leg = found.setdefault(row["drug"], {}).setdefault(f"{row['origin']}>{row['destination']}", {})
        leg[str(row["year"])] = round(float(row["kg"]), 1)
    return found


def _shares_found(flow: list[Stream]) -> dict[str, dict[str, float]]:
    """Return what each country seizes, on average, of what comes into it (or is made in it)."""
    shares: dict[str, dict[str, float]] = {}
    for drug in DRUGS:
        own = [one for one in flow if one.drug is drug]
        for country in ("XA", "XB", "XC"):
            taken = sum(one.kg * one.share_found for one in own if one.country == country)
            comes = _sum_kg(own, country, ("inbound", "air", "mail"))
            comes = comes or _sum_kg(own, country, ("domestic",))
            shares.setdefault(drug.name, {})[country] = round(taken / comes, 4)
    return shares


def _sum_kg(own: Sequence[Stream], country: str, sides: tuple[str, ...]) -> float:
    return sum(one.kg for one in own if one.country == country and one.side in sides)


def _by_process(soiled: pd.DataFrame) -> dict[str, int]:
    """Count what officers wrote, rows of the file: no slips, but what every such file is full of."""
    departure, destination = soiled["DEPARTURE_COUNTRY"], soiled["DESTINATION_COUNTRY"]
    nothing = ["Unknown", "Other"]
    stated = departure.isin(nothing) | destination.isin(nothing) | soiled["PRODUCING_COUNTRY"].isin(nothing)
    return {
        "self_loop": int((departure == soiled["COUNTRY"]).sum()),
        "unknown_country": int(stated.sum()),
        "departure_unknown": int(departure.isin(nothing).sum()),
        "destination_unknown": int(destination.isin(nothing).sum()),
        "tablets": int((soiled["DRUG_UNIT"] == "Tablet").sum()),
        "place_in_cyrillic": int(soiled["PLACE"].str.contains("[А-Яа-я]", regex=True).sum()),
        "country_years_not_reported": 1,
    }
