"""
Thefts from vehicles in an invented town, two years of them, and its districts; eight variants.

What is planted: one hot spot that lasts and one that begins in March 2025; a district with few cars whose
people report nearly everything, so that it leads by recorded rate and not by the survey; nights that are
known as spans only, while the exact times are those of the day. The town is turned and its districts change
names from variant to variant. Coordinates are metres (EPSG:32742), so that nothing has to be reprojected.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import random
from typing import NamedTuple

__all__ = ["EMERGES", "Plan", "make", "plan"]

CORNER = (398_500, 5_991_000)
"""South-western corner of the town, in metres."""
SIZE = (5000, 4000)
EMERGES = dt.datetime(2025, 3, 1)
START, DAYS = dt.datetime(2024, 1, 1), 731

_NAMES = ("Ishbor", "Kesbor", "Morlek", "Palnok", "Ruzgan", "Zimlek")
_OUTLINES: dict[str, list[tuple[int, int]]] = {
    "large": [(0, 300), (400, 0), (2300, 0), (2350, 1300), (2250, 2650), (1200, 2550), (0, 2600)],
    "plain": [(0, 2600), (1200, 2550), (2250, 2650), (2300, 4000), (700, 4000), (0, 3500)],
    "reporting": [(2300, 0), (4600, 0), (5000, 500), (5000, 1300), (3700, 1350), (2350, 1300)],
    "lasting": [(2350, 1300), (3700, 1350), (3650, 2850), (3700, 4000), (2300, 4000), (2250, 2650)],
    "emerging": [(3700, 1350), (5000, 1300), (5000, 2900), (3650, 2850)],
    "quiet": [(3650, 2850), (5000, 2900), (5000, 3600), (4500, 4000), (3700, 4000)],
}
"""Outline of each district by the part it plays, before the town is turned."""
_CARS = {"large": 11_000, "plain": 4000, "reporting": 2800, "lasting": 6000, "emerging": 3800, "quiet": 2000}
_STOLEN_PER_CAR = 0.045
_REPORTED = {"reporting": 0.95}
_USUALLY_REPORTED = 0.5
_LASTING, _EMERGING = 80, 50
_SPREAD = 110.0
_NO_PLACE, _DAY_ONLY, _EXACT = 0.03, 0.15, 0.30


class Plan(NamedTuple):
    """What is planted in one variant."""

    names: dict[str, str]
    """Name of the district that plays each part."""
    lasting: tuple[float, float]
    emerging: tuple[float, float]
    night: int
    """Hour around which cars are broken into at night."""
    turned: tuple[bool, bool]


def plan(variant: int, seed: int) -> Plan:
    """Return what is planted in a variant."""
    draw = random.Random(seed)
    names = list(_NAMES)
    draw.shuffle(names)
    turned = (variant % 2 == 1, variant // 2 % 2 == 1)
    places = [
        (2950 + draw.uniform(-200, 200), 2300 + draw.uniform(-300, 500)),
        (4350 + draw.uniform(-150, 150), 2100 + draw.uniform(-250, 250)),
    ]
    lasting, emerging = (_placed(x, y, turned) for x, y in places)
    return Plan(dict(zip(_OUTLINES, names, strict=True)), lasting, emerging, (22 + variant) % 24, turned)


def make(variant: int, seed: int) -> dict[str, str]:
    """
    Make the files of one variant.

    Parameters
    ----------
    variant
        0 to 7: how the town is turned, and the hour of the night.
    seed
        Whatever else is drawn.

    Returns
    -------
    dict of str to str
        ``incidents.csv`` and ``districts.geojson``.
    """
    planned = plan(variant, seed)
    draw = random.Random(seed + 1)
    places: list[tuple[float, float, int]] = []
    for part, outline in _OUTLINES.items():
        n = _CARS[part] * _STOLEN_PER_CAR * _REPORTED.get(part, _USUALLY_REPORTED)
        for _each in range(round(n * draw.uniform(0.97, 1.03))):
            x, y = _inside(draw, outline)
            places.append((*_placed(x, y, planned.turned), draw.randrange(DAYS)))
    places += [_near(draw, planned.lasting, draw.randrange(DAYS)) for _each in range(_LASTING)]
    first = (EMERGES - START).days
    places += [_near(draw, planned.emerging, draw.randrange(first, DAYS)) for _each in range(_EMERGING)]
    rows = sorted((*_when(draw, day, planned.night), x, y) for x, y, day in places)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["incident_no", "offence", "occurred_from", "occurred_to", "origin", "x", "y"])
    for number, (begun, over, x, y) in enumerate(rows, start=1):
        where = ("", "") if draw.random() < _NO_PLACE else (f"{x:.0f}", f"{y:.0f}")
        table.writerow([f"D{number:04d}", "Theft from vehicle", begun, over, "reported", *where])
    return {"incidents.csv": out.getvalue(), "districts.geojson": _districts(draw, planned)}


def _placed(x: float, y: float, turned: tuple[bool, bool]) -> tuple[float, float]:
    """Turn the town over, and put it where it lies."""
    x, y = (SIZE[0] - x if turned[0] else x), (SIZE[1] - y if turned[1] else y)
    return CORNER[0] + x, CORNER[1] + y


def _inside(draw: random.Random, outline: list[tuple[int, int]]) -> tuple[float, float]:
    """Draw a place on a street: streets run every 100 m, east to west and south to north."""
    xs, ys = zip(*outline, strict=True)
    while True:
        x, y = draw.uniform(min(xs), max(xs)), draw.uniform(min(ys), max(ys))
        x, y = (round(x, -2) + 50, y) if draw.random() < 0.5 else (x, round(y, -2) + 50)
        if _holds(outline, x, y):
            return x, y


def _holds(outline: list[tuple[int, int]], x: float, y: float) -> bool:
    """Whether a point lies in an outline (even number of crossings: outside)."""
    inside = False
    for (ax, ay), (bx, by) in zip(outline, outline[1:] + outline[:1], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            inside = not inside
    return inside


def _near(draw: random.Random, place: tuple[float, float], day: int) -> tuple[float, float, int]:
    """Scatter normally around a place (Box and Muller, so that it depends on nothing but `random`)."""
    away = _SPREAD * math.sqrt(-2 * math.log(1 - draw.random()))
    turn = 2 * math.pi * draw.random()
    return place[0] + away * math.cos(turn), place[1] + away * math.sin(turn), day


def _when(draw: random.Random, day: int, night: int) -> tuple[str, str]:
    """Write the time as the register has it: a day, a minute by day, or a span of the night."""
    date = START + dt.timedelta(days=day)
    kind = draw.random()
    if kind < _DAY_ONLY:
        return f"{date:%Y-%m-%d}", f"{date:%Y-%m-%d}"
    if kind < _DAY_ONLY + _EXACT:
        at = date + dt.timedelta(minutes=draw.randrange(12 * 60, 18 * 60))
        return f"{at:%Y-%m-%d %H:%M}", f"{at:%Y-%m-%d %H:%M}"
    at = date + dt.timedelta(hours=night % 24, minutes=draw.randrange(-60, 120))
    begun = at - dt.timedelta(minutes=draw.randrange(30, 240))
    over = at + dt.timedelta(minutes=draw.randrange(30, 240))
    if begun < START:
        begun, over = begun + dt.timedelta(days=1), over + dt.timedelta(days=1)
    if over >= START + dt.timedelta(days=DAYS):
        begun, over = begun - dt.timedelta(days=1), over - dt.timedelta(days=1)
    return f"{begun:%Y-%m-%d %H:%M}", f"{over:%Y-%m-%d %H:%M}"


def _districts(draw: random.Random, planned: Plan) -> str:
    """Write the districts with cars, people and what a survey of victims found."""
    features = []
    for part, outline in _OUTLINES.items():
        happened = (
            _CARS[part] * _STOLEN_PER_CAR + {"lasting": _LASTING, "emerging": _EMERGING}.get(part, 0) * 2
        )
        ring = [list(_placed(x, y, planned.turned)) for x, y in [*outline, outline[0]]]
        if planned.turned[0] != planned.turned[1]:
            ring.reverse()
        cars = round(_CARS[part] * draw.uniform(0.98, 1.02), -1)
        features.append({
            "type": "Feature",
            "properties": {
                "area": planned.names[part],
                "cars": int(cars),
                "population": int(round(_CARS[part] * 2.0, -2)),
                "survey_victims": round(happened * draw.uniform(0.95, 1.05)),
            },
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        })  # fmt: skip
    features.sort(key=lambda one: one["properties"]["area"])  # type: ignore[index]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32742"}}
    town = {"type": "FeatureCollection", "crs": crs, "features": features}
    return json.dumps(town, indent=1) + "\n"
