"""
Seizures of heroin in the invented world, what stands beside them, and a post that was reinforced; eight variants.

The flow, the slips and the habits of writing are those of ``datasets/seizures``. From variant to variant the
reinforced post, its month and its hours differ, and every seizure is drawn anew. Where Umrilek is reinforced it has
changed places with Murgosin: it is the busy one.
"""

from __future__ import annotations

import csv
import io
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ilp_toolkit.synthetic.seizure_cases import ids_table, make_cases
from ilp_toolkit.synthetic.seizure_dirt import soil_seizures
from ilp_toolkit.synthetic.seizure_places import places_table, roads_table
from ilp_toolkit.synthetic.seizure_world import World, hours_table, streams

__all__ = ["Plan", "make", "plan"]

_CONTROL = ("Dorsunok", "Salvamet")
POSTS = ("Dorsunok", "Ishzemir", "Murgosin", "Salvamet", "Umrilek")
_KEPT = (
    *("COUNTRY", "PLACE", "SEIZURE_DATE", "DRUG_NAME", "AMOUNT", "DRUG_UNIT", "TRANSPORT"),
    *("DEPARTURE_COUNTRY", "DESTINATION_COUNTRY", "ROUTING"),
)
_DEMAND = {"XA": 2600, "XC": 16_000}
_PAIRS = (("Osgonok", "Ruvalek", 9000), ("Velshurak", "Ruvalek", 4500), ("Velshurak", "Kelovar", 2500))


class Plan(NamedTuple):
    """What is planted in one variant."""

    world: World
    names: dict[str, str]
    """What a post of the world is called here."""


def plan(variant: int, seed: int) -> Plan:
    """Return what is planted in a variant."""
    draw = _chance(seed, 0)
    times = (2.0, 2.5, 3.0)[int(draw.random() * 3)]
    swapped = {"Murgosin": "Umrilek", "Umrilek": "Murgosin"} if variant % 2 else {}
    return Plan(World(since=(15, 18, 21, 12)[variant // 2 % 4], times=times), swapped)


def make(variant: int, seed: int) -> dict[str, str]:
    """
    Make the files of one variant.

    Parameters
    ----------
    variant
        0 to 7: which post is reinforced, and when.
    seed
        Whatever else is drawn.

    Returns
    -------
    dict of str to str
        ``seizures.csv`` (heroin, as sent in), ``work.csv`` (all drugs, posts of Tolvania), ``demand.csv``,
        ``loads.csv``, ``roads.csv`` and ``places.csv``.
    """
    planned = plan(variant, seed)
    cases = make_cases(_chance(seed, 1), streams(planned.world), planned.world)
    cases = cases.assign(place=cases["place"].replace(planned.names))
    heroin = cases[cases["sent"] & (cases["drug"] == "Heroin")].reset_index(drop=True)
    soiled, _rows = soil_seizures(_chance(seed, 2), ids_table(heroin))
    draw = _chance(seed, 3)
    demand = [
        (country, *(round(kg * part * off, -1) for part in (1, 0.7, 1.45)))
        for (country, kg), off in zip(_DEMAND.items(), np.exp(0.15 * draw.standard_normal(2)), strict=True)
    ]
    loads = [(a, b, int(round(kg * (0.6 + 0.8 * draw.random()), -2))) for a, b, kg in _PAIRS]
    return {
        "seizures.csv": _text(list(_KEPT), soiled[list(_KEPT)].values.tolist()),
        "work.csv": _work(cases, planned),
        "demand.csv": _text(["country", "kg", "low", "high"], [[c, *map(int, kg)] for c, *kg in demand]),
        "loads.csv": _text(["origin", "destination", "kg"], [list(row) for row in loads]),
        "roads.csv": _text(list(roads_table().columns), roads_table().values.tolist()),
        "places.csv": _text(list(places_table().columns), places_table().values.tolist()),
    }


def _work(cases: pd.DataFrame, planned: Plan) -> str:
    """Count the seizures of Tolvania at each post, before and after, with the hours worked."""
    world = planned.world
    since = f"{2023 + world.since // 12}-{world.since % 12 + 1:02d}-01"
    here = cases[(cases["country"] == "XA") & cases["place"].isin(POSTS)]
    hours = hours_table(world).query("country == 'XA'")
    hours = hours.assign(post=hours["post"].replace(planned.names))
    treated = planned.names.get(world.reinforced, world.reinforced)
    rows: list[list[Any]] = []
    for post in POSTS:
        days = here.loc[here["place"] == post, "day"]
        work = hours[hours["post"] == post]
        late = work["month"] >= world.since
        role = "control" if post in _CONTROL else "treated" if post == treated else "near"
        counts = [int((days < since).sum()), int((days >= since).sum())]
        rows.append([post, role, *counts, int(work["hours"][~late].sum()), int(work["hours"][late].sum())])
    return _text(["post", "role", "before", "after", "hours_before", "hours_after"], rows)


def _text(header: list[str], rows: list[list[Any]]) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(header)
    table.writerows(rows)
    return out.getvalue()


def _chance(seed: int, step: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, step])))
